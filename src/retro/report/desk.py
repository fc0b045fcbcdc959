"""What `retro lab` adds to a notebook: which metric a cell computes, and tables that sort, filter and turn pages."""

import contextlib
import importlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from IPython.display import display

from retro.i18n import Text
from retro.sources.tables import Caller

DESK = "RETRO_LAB"
"""The variable that `retro lab` sets for the kernels of its JupyterLab."""

_EVERY = 1.0
"""Seconds until a call is told of, and between two tellings."""


def at_desk() -> bool:
    """Whether this notebook was opened by `retro lab`."""
    return bool(os.environ.get(DESK))


def live_tables() -> None:
    """Let frames be shown as tables that sort, filter and turn pages; nothing where itables is not installed.

    What they need stands in the notebook itself, so that nothing is loaded from elsewhere.
    """
    with contextlib.suppress(ImportError):
        library: Any = importlib.import_module("itables")  # an extra
        library.init_notebook_mode(all_interactive=True, connected=False)


def telling(call: Caller, text: Text) -> Caller:
    """A caller that tells the analyst which metric is computed, and leaves nothing behind when it is there.

    Args:
        call: Calls a metric.
        text: Texts of the analyst's language.
    """

    def told(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the function
        with _told(function.__name__, text):
            return call(function, args, kwargs)

    return told


@contextlib.contextmanager
def _told(name: str, text: Text) -> Iterator[None]:
    done, began = threading.Event(), time.monotonic()

    def tell() -> None:
        line = None
        while not done.wait(_EVERY):
            said = {"text/plain": text("lab.computing", name=name, seconds=int(time.monotonic() - began))}
            if line is None:
                line = display(said, raw=True, display_id=True)
            else:
                line.update(said, raw=True)
        if line is not None:
            line.update({}, raw=True)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
