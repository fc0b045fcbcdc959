"""Errors whose messages are for users. Imports no floor above, so that every floor can raise them."""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Iterable, Sequence

from retro.signs import harmless


class RetroError(Exception):
    """An error whose message is for the user: one line, no traceback."""

    exit_code = 1

    def __str__(self) -> str:
        return harmless(super().__str__())


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
        return "\n".join([*map(harmless, self.failures), super().__str__()])


class MetricError(RetroError, ValueError):
    """A metric's input or arguments do not fit."""


class MissingColumn(MetricError):  # noqa: N818 - what it is, as `ContractBreach`
    """The shop lacks a table, or a column of it, that a metric reads.

    Attributes:
        table: The table.
        column: The column; empty where the whole table is missing.
    """

    def __init__(self, message: str, table: str, column: str) -> None:
        super().__init__(message)
        self.table, self.column = table, column


class MissingRows(MissingColumn):
    """The shop's table holds nothing of the campaign that a metric is asked for."""

    def __init__(self, message: str, table: str) -> None:
        super().__init__(message, table, "")


class ExecutionError(RetroError):
    """A notebook did not run to its end."""

    exit_code = 3


class PublishError(RetroError):
    """An executed notebook cannot be turned into a page."""

    exit_code = 4


class MemoryLackError(RetroError):
    """The system gave this process no more memory."""


_CLOSE, _CLOSE_IF_SHORT, _SHORT = 0.7, 0.6, 3
"""How alike two names must be, from 0 to 1: `windw` and `kind`, at 0.67, are not; `gvm` and `gmv`, at 0.67, are."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Answer an unknown name with the closest known one, or with all of them.

    Examples:
        >>> did_you_mean("basline", ["baseline", "end", "start"])
        "Did you mean 'baseline'?"
        >>> did_you_mean("colour", ["end", "start"])
        'Known names: end, start.'
    """
    names = sorted(known)
    cutoff = _CLOSE if len(name.rpartition(".")[2]) > _SHORT else _CLOSE_IF_SHORT
    close = difflib.get_close_matches(name, names, n=1, cutoff=cutoff)
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


_BEFORE_ROWS = re.compile(
    r"(Analysis|Binder|Catalog|HTTP|IO|Parse|Parser|Permission|Syntax)Exception|Ibis(Input|Type)Error|TableNotFound"
    r"|Undefined(Column|Function|Table)"
)
"""Errors of engines about a query or a place: their first line is made of names, never of cells."""

_FACTS = (
    (r"\bon Line: (\d+)", "line {}"),
    (r"converting column \"(\w{1,64})\"", "column {}"),
    (r"source column (\w{1,64})", "column {}"),
    (r"to '?(BIGINT|BOOLEAN|DATE|DECIMAL|DOUBLE|FLOAT|INT\d*|INTEGER|TIME|TIMESTAMP|UUID)\b", "a value that is no {}"),
    (r"Expected Number of Columns: (\d+) Found: (\d+)", "{} columns expected, {} found"),
    (r"file is (not utf-8) encoded", "{}"),
    (r"(No magic bytes)", "no Parquet file"),
    (r"(Out of Memory|out of memory|MemoryError|failed to map segment)", "out of memory"),
)
"""What else is known to be safe in an engine's message, and how it is said."""


def engine_words(kind: str, message: str) -> str:
    r"""Say an engine's error without the rows that its message may quote.

    The whole message goes to the log `retro.engine` at level debug, which nobody but the terminal sees.

    Args:
        kind: The error's class.
        message: What the engine said.

    Returns:
        The kind, with the line, the column and what else is known to be safe.

    Examples:
        >>> said = 'CSV Error on Line: 7\nOriginal Line: 7,ann@x.com\\nError when converting column "amount"'
        >>> engine_words("ConversionException", said)
        'ConversionException (line 7, column amount)'
        >>> engine_words("CatalogException", "Catalog Error: Table with name order does not exist!\nLINE 1: ...")
        'Catalog Error: Table with name order does not exist!'
    """
    logging.getLogger("retro.engine").debug("%s: %s", kind, message)
    if _BEFORE_ROWS.fullmatch(kind):
        return first_line(message) or kind
    facts = [said.format(*found.groups()) for pattern, said in _FACTS if (found := re.search(pattern, message))]
    return f"{kind} ({', '.join(facts)})" if facts else kind


def first_line(text: str) -> str:
    """The first line of a text; empty where there is none."""
    return next(iter(text.strip().splitlines()), "")


def engine_error(reason: BaseException) -> str:
    """Say what an engine raised; see `engine_words`."""
    return engine_words(type(reason).__name__, str(reason))
