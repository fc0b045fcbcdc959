"""Errors whose messages are for users. Imports nothing of retro, so that every floor can raise them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class RetroError(Exception):
    """An error whose message is for the user: one line, no traceback."""

    exit_code = 1


class ParamsError(RetroError, ValueError):
    """Params do not fit their schema."""


class SourceError(RetroError):
    """The data cannot be found, opened, read or mapped."""


class ContractError(RetroError, ValueError):
    """A data contract file is not valid, or holds a rule that cannot be checked."""


class ContractBreach(RetroError):  # noqa: N818 - a breach is what the contract calls it
    """Data broke an `error` rule, so nothing may be published.

    Attributes:
        failures: One line for each rule that failed or could not be checked.
    """

    exit_code = 2

    def __init__(self, message: str, failures: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.failures = tuple(failures)

    def __str__(self) -> str:
        return "\n".join([*self.failures, super().__str__()])


class MetricError(RetroError, ValueError):
    """A metric's input or arguments do not fit."""


class ExecutionError(RetroError):
    """A notebook did not run to its end."""

    exit_code = 3


class PublishError(RetroError):
    """An executed notebook cannot be turned into a page."""

    exit_code = 4


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Answer an unknown name with the closest known one, or with all of them.

    Examples:
        >>> did_you_mean("basline", ["baseline", "end", "start"])
        "Did you mean 'baseline'?"
        >>> did_you_mean("colour", ["end", "start"])
        'Known names: end, start.'
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known names: {shorten(names)}."


def shorten(names: Sequence[str], most: int = 12) -> str:
    """Join names for a message, cut with a count when there are many.

    Examples:
        >>> shorten(["a", "b", "c"], most=2)
        'a, b ... and 1 more'
    """
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} ... and {len(names) - most} more"
