"""A shop without a report: its tables and the metrics, for any notebook."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from retro import metrics
from retro.errors import RetroError
from retro.files import project_root
from retro.periods import Window
from retro.report.guard import Guarded
from retro.report.remembered import remembering
from retro.sources import Source, Tables, load_source, open_tables

Frames = Literal["pandas", "polars", "arrow"]
"""What metrics return."""


@dataclass(frozen=True)
class Shop:
    """A shop's tables, and the metrics over them.

    Attributes:
        source: What was opened.
        tables: The canonical tables, lazy and read-only; one that the shop does not have is `NotCovered`.
        metrics: The functions of `retro.metrics`, each computed once for the same data, arguments and code.
    """

    source: Source
    tables: Tables
    metrics: Any

    def window(self, start: str | dt.datetime, end: str | dt.datetime, *, baseline_weeks: int = 8) -> Window:
        """A half-open window of local time with its baseline, observed as far as the shop's orders or users are.

        Args:
            start: First moment.
            end: First moment after it.
            baseline_weeks: Weeks before the start that make the baseline.

        Raises:
            RetroError: The window ends before it begins.
        """
        first, last = (pd.Timestamp(moment).to_pydatetime() for moment in (start, end))
        if last <= first:
            raise RetroError(f"shop.window: end must be after start ({first.isoformat()}), got {last.isoformat()}.")
        moving = next((name for name in ("orders", "users", "events") if name in self.tables), "")
        until = self.tables.observed_until(moving) if moving else None
        return Window(first, last, until, baseline_weeks=baseline_weeks)


def open_shop(source: str = "params/source.yaml", *, frames: Frames = "pandas") -> Shop:
    """Open a shop: no report, no params, no contracts; what they would leave out is still there.

    Args:
        source: The source file, relative to the project's root.
        frames: What metrics return frames as; `polars` must be installed.

    Raises:
        SourceError: The source cannot be found or opened.
        RetroError: There are no such frames.
    """
    if frames not in _AS:
        raise RetroError(f"open_shop: frames must be pandas, polars or arrow, got {frames!r}.")
    path = project_root() / source
    opened = load_source(path)
    tables = open_tables(opened, path.name)
    once, convert = remembering(tables), _AS[frames]

    def call(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the function
        found = once(function, args, kwargs)
        return tuple(map(_frame_as(convert), found)) if isinstance(found, tuple) else _frame_as(convert)(found)

    return Shop(opened, tables, Guarded(metrics, call))


def _frame_as(convert: Callable[[pd.DataFrame], Any]) -> Callable[[Any], Any]:
    return lambda value: convert(value) if isinstance(value, pd.DataFrame) else value


def _polars(frame: pd.DataFrame) -> Any:  # noqa: ANN401 - a library that may not be there
    try:
        library: Any = importlib.import_module("polars")  # which nothing else needs
    except ImportError:
        raise RetroError("open_shop: frames='polars' needs polars. `pip install polars`, or take arrow.") from None
    return library.from_arrow(_arrow(frame))


def _arrow(frame: pd.DataFrame) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa  # noqa: PLC0415 - a tenth of a second

    return pa.Table.from_pandas(frame, preserve_index=False)


_AS: Mapping[str, Callable[[pd.DataFrame], Any]] = {"pandas": lambda frame: frame, "polars": _polars, "arrow": _arrow}
