"""Waterfall: how one total becomes another, step by step."""

import math
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import checked, rows
from retro.charts.theme import ACCENT, BASELINE, MUTED, WARM, label, row_canvas, styled, value_title
from retro.charts.words import signed
from retro.errors import MetricError
from retro.i18n import Text

_BAR = 0.6


@styled()
def waterfall(frame: pd.DataFrame, text: Text, value: str, unit: str = "money") -> Chart:
    """Totals from zero, changes from where the last row ended; gains and losses differ by sign and colour.

    Args:
        frame: One row per step, in order: `label` (str, ready to be read), `amount` (Decimal or number), `kind`
            (`total` or `change`). A total after the first row must be what the rows before it add up to.
        text: Language of the words, and currency.
        value: What is added up, with its unit, such as `Contribution (CNY)`.
        unit: How amounts are written: `money` or `count`.

    Raises:
        MetricError: The frame has no rows, lacks a column, holds another kind, or does not tie out.
    """
    frame = checked(frame, "waterfall", ("label", "amount", "kind"))
    bars = _bars(rows(frame))

    figure, ax = row_canvas(list(frame["label"]), row=0.36, extra=0.35)
    for row, (start, end) in enumerate(bars):
        colour = _colour(frame.loc[row, "kind"], end - start)
        ax.barh(row, float(end - start), left=float(start), height=_BAR, color=colour)
        if row + 1 < len(bars):
            ax.plot([float(end)] * 2, [row - _BAR / 2, row + 1 + _BAR / 2], color=MUTED, linewidth=0.6, zorder=1)
    ends = [float(end) for bar in bars for end in bar]
    ax.set_xlim(min(0.0, *ends), max(0.0, *ends) or 1)
    words = [_words(row, unit, text) for row in rows(frame)]
    for row, (start, end) in enumerate(bars):
        weight = "bold" if frame.loc[row, "kind"] == "total" else "normal"
        label(ax, words[row], (max(float(start), float(end), 0), row), offset=(5, 0), va="center", weight=weight)
    value_title(ax, value)
    parts = [text("chart.named", name=name, value=amount) for name, amount in zip(frame["label"], words, strict=True)]
    return Chart(
        figure,
        text("chart.waterfall.alt", value=value, parts=text.join(parts)),
        text("chart.waterfall.caption", value=value),
    )


def _bars(steps: list[Any]) -> list[tuple[Any, Any]]:
    """Where each bar starts and ends; a later total that is not the sum of the rows before it is refused."""
    bars, running = [], Decimal(0)
    for place, step in enumerate(steps):
        if step.kind not in {"total", "change"}:
            raise MetricError(f"charts.waterfall: kind must be 'total' or 'change', got {step.kind!r}.")
        amount = step.amount if isinstance(step.amount, Decimal) else Decimal(str(step.amount))
        if step.kind == "change":
            bars.append((running, running + amount))
            running += amount
            continue
        if place and not math.isclose(amount, running, rel_tol=1e-9, abs_tol=1e-9):
            raise MetricError(
                f"charts.waterfall: total {step.label!r} must be {running}, the sum of the rows before it, "
                f"got {amount}. Add the step that is missing."
            )
        bars.append((Decimal(0), amount))
        running = amount
    return bars


def _colour(kind: Any, change: Decimal) -> str:  # noqa: ANN401 - a cell
    return BASELINE if kind == "total" else ACCENT if change >= 0 else WARM


def _words(row: Any, unit: str, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    plain = row.kind == "total" and row.amount >= 0
    return text.value(row.amount, unit) if plain else signed(row.amount, unit, text)
