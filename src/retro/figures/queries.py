"""Queries of figures: an expression with its views, and values for what stands in braces."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from retro.errors import RetroError
from retro.figures.figure import Figure

_BRACED = re.compile(r"\{([a-z_#*]+)\}")


def query_of(one: Figure, name: str, views: Mapping[str, str], values: Mapping[str, Any]) -> str:
    """The figure's expression as a query that DuckDB takes.

    Args:
        one: A figure with an expression.
        name: The figure's name where it is a pattern, such as `day_7_retention_rate`.
        views: The views that expressions share, by name.
        values: What expressions have in braces: moments, and keys of the params.

    Raises:
        RetroError: A value is missing.
    """
    return filled(with_views(one.expression, views), meant(one, name, values))


def with_views(query: str, views: Mapping[str, str]) -> str:
    """A query that holds the views that it uses.

    Examples:
        >>> with_views("select sum(amount) from sold", {"sold": "select * from orders"})
        'with sold as (select * from orders) select * from (select sum(amount) from sold)'
    """
    used = used_views(query, views)
    parts = ", ".join(f"{name} as ({views[name]})" for name in used)
    return f"with {parts} select * from ({query.strip()})" if used else query.strip()


def used_views(query: str, views: Mapping[str, str]) -> Sequence[str]:
    """The views that a query uses, also by way of others, in an order in which each comes after those it uses."""
    used: list[str] = []
    text = query
    for name, view in reversed(list(views.items())):
        if re.search(rf"\b(from|join) {name}\b", text):
            used, text = [name, *used], f"{view} {text}"
    return used


def meant(one: Figure, name: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a pattern's expression, with what `#` and `*` stand for in a name."""
    word = next(iter(one.parts(name) or ()), "")
    return {**values, "#": word, "*": "'" + word.replace("'", "''") + "'"}


def braced(query: str) -> tuple[str, ...]:
    """What stands in braces in a query, each once.

    Examples:
        >>> braced("x >= {start} and y < {start} + to_days({value_days})")
        ('start', 'value_days')
    """
    return tuple(dict.fromkeys(_BRACED.findall(query)))


def filled(query: str, values: Mapping[str, Any]) -> str:
    """A query with values in place of what stands in braces.

    Raises:
        RetroError: A value is missing.

    Examples:
        >>> import datetime as dt
        >>> filled("x >= {start} and y = {arm}", {"start": dt.datetime(2025, 1, 10), "arm": "a'b"})
        "x >= (timestamp '2025-01-10T00:00:00') and y = 'a''b'"
    """
    if lacking := next((key for key in _BRACED.findall(query) if key not in values), ""):
        raise RetroError(f"figures: expression needs a value for {lacking}, and this report has none.")
    return _BRACED.sub(lambda found: _literal(found[1], values[found[1]]), query)


def _literal(name: str, value: object) -> str:
    if value is None:
        return "null"
    if hasattr(value, "isoformat"):
        return f"(timestamp '{value.isoformat()}')"  # in brackets, as parsers differ on what a cast behind it casts
    if isinstance(value, str) and name not in "#*":
        return "'" + value.replace("'", "''") + "'"
    return str(value)
