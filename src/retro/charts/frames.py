"""What a chart asks of its frame before it draws."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.errors import MetricError, shorten
from retro.i18n import Text
from retro.privacy import hidden


def checked(frame: pd.DataFrame, chart: str, columns: Sequence[str]) -> pd.DataFrame:
    """The frame, renumbered, once it has rows and the columns that the chart draws.

    Raises:
        MetricError: It has no rows, or lacks a column. An empty chart is never drawn.
    """
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        held = shorten([str(name) for name in frame.columns])
        raise MetricError(
            f"charts.{chart}: frame must have the columns {', '.join(columns)}, got {held}. "
            f"Pass what the metric of the same name returns."
        )
    if frame.empty:
        raise MetricError(f"charts.{chart}: frame must have rows, got none. Say that the section is not covered.")
    return frame.reset_index(drop=True)


def drawn(frame: pd.DataFrame, chart: str, column: str) -> pd.DataFrame:
    """The rows whose value is known.

    Raises:
        MetricError: It has no rows, lacks the column, or no value is known, so there is nothing to draw.
    """
    known = checked(frame, chart, (column,))
    known = known[known[column].notna()]
    if known.empty:
        raise MetricError(
            f"charts.{chart}: column {column!r} must hold a value, got only missing ones. "
            f"Say that the section is not covered."
        )
    return known


def rows(frame: pd.DataFrame) -> list[Any]:
    """The rows as named tuples, `Index` first."""
    return list(frame.itertuples())


def known(value: Any) -> bool:  # noqa: ANN401 - a cell holds whatever it holds
    """Whether a cell holds a value."""
    return not (value is None or pd.isna(value))


def floats(column: pd.Series[Any]) -> pd.Series[float]:
    """Amounts and counts as floats, for positions on a canvas only."""
    return column.map(lambda value: float(value) if known(value) else float("nan")).astype(float)


def peak_row(frame: pd.DataFrame, column: str) -> dict[Any, Any] | None:
    """The row of the highest value, the first of equal ones; None where none is known."""
    values = floats(frame[column])
    return None if values.isna().all() else frame.loc[[values.idxmax()]].to_dict("records")[0]


def whole(frame: pd.DataFrame, column: str) -> Any:  # noqa: ANN401 - a count, an amount or a mark
    """What a column comes to: as `all_<column>` holds it where some of its rows are masked, else their sum."""
    name = f"all_{column}"
    return frame[name].iloc[0] if name in frame.columns else frame[column].sum()


def decimals(value: Any) -> Decimal:  # noqa: ANN401 - decimals, floats and integers of any library
    """A cell's number by its shortest text, for formatting."""
    return value if isinstance(value, Decimal) else Decimal(str(float(value)))


def told(frame: pd.DataFrame, text: Text, key: str, needs: str = "", without: str | None = None) -> list[str]:
    """A text for each row of a frame.

    Args:
        frame: Its rows fill the text.
        text: Language of the words.
        key: The text.
        needs: A column without which nothing can be said: a masked number prints its mark, a missing one `without`.
        without: What is said then; `chart.unknown` where left out.
    """
    instead = text("chart.unknown") if without is None else without
    said = []
    for row in rows(frame):
        value = getattr(row, needs) if needs else 0
        said.append(str(value) if hidden(value) else text(key, row) if known(value) else instead)
    return said
