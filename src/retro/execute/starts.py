"""Start as every run does, whatever the user's own set-up says."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from retro.execute.ends import announce, end_with_parent
from retro.places import short_folder

START_UP = "from retro.execute.starts import start; start()\n"
"""What a kernel runs before its first cell."""

_MATPLOTLIB = ("MATPLOTLIBRC", "MPLCONFIGDIR")
"""Variables that lead matplotlib to settings of the user."""


def start() -> None:
    """Prepare a kernel: it ends with its run, and draws alike for everyone."""
    announce()
    end_with_parent()
    with _nobodys_settings():
        import matplotlib as mpl  # noqa: PLC0415 - reads its settings while it is imported

        mpl.get_configdir()  # remembered: styles of the user are looked for there


@contextlib.contextmanager
def _nobodys_settings() -> Iterator[None]:
    """Stand in an empty folder, and have matplotlib look for settings there."""
    kept = {name: os.environ.pop(name) for name in _MATPLOTLIB if name in os.environ}
    with short_folder() as empty, contextlib.chdir(empty):
        os.environ["MPLCONFIGDIR"] = empty
        try:
            yield
        finally:
            del os.environ["MPLCONFIGDIR"]
            os.environ.update(kept)
