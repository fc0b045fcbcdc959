"""Signals that ask this process to end."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

_SIGNALS = ("SIGTERM", "SIGHUP")
"""Windows has no SIGHUP."""

_CODES: list[int] = []


def end_on_signals() -> None:
    """End by an exception when a signal asks for it, so that kernels are stopped and the failure is recorded.

    One that is ignored, as `nohup` has it, stays so.
    """
    for name in _SIGNALS:
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN:
            signal.signal(getattr(signal, name), _end)


def stop_code() -> int | None:
    """The exit code of the first signal that asked for an end, or None.

    Whoever handles exceptions asks for it, since a library may turn the exception of a signal into one of its own: in
    pydantic's serializer it becomes a `PydanticSerializationError`.
    """
    return _CODES[0] if _CODES else None


def _end(signal_number: int, _frame: FrameType | None) -> NoReturn:
    _CODES.append(128 + signal_number)
    sys.exit(_CODES[0])
