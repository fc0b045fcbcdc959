"""Say in the cell what is being computed and for how long, while that takes longer than a second."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from IPython.display import display

from retro.i18n import Text
from retro.report.guard import Caller

_EVERY = 1.0
"""Seconds until a call is told of, and between two tellings."""


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


@contextmanager
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
