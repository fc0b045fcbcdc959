"""Start as every run does, whatever the user's own set-up says."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from retro.places import short_folder

_MATPLOTLIB = ("MATPLOTLIBRC", "MPLCONFIGDIR")
"""Variables that lead matplotlib to settings of the user."""


@contextlib.contextmanager
def nobodys_settings() -> Iterator[None]:
    """Import matplotlib in an empty folder, so that it finds no settings there."""
    kept = {name: os.environ.pop(name) for name in _MATPLOTLIB if name in os.environ}
    with short_folder() as empty, contextlib.chdir(empty):
        os.environ["MPLCONFIGDIR"] = empty
        try:
            import matplotlib as mpl  # noqa: PLC0415 - reads its settings while it is imported

            mpl.get_configdir()  # remembered: styles of the user are looked for there
            yield
        finally:
            del os.environ["MPLCONFIGDIR"]
            os.environ.update(kept)
