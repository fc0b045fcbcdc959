"""Estimates with their intervals: a forest against the value of no effect, and panels of the same groups."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retro.charts.axes import VALUES, amount_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats, known, rows
from retro.charts.theme import ACCENT, BASELINE, INK, MUTED, WARM, WIDE, label, row_canvas, styled, wrapped
from retro.charts.words import written
from retro.i18n import Text

_Write = Callable[[float], str]

_TITLE = 42
"""Columns that the titles of all panels share before they are broken."""


@styled()
def forest(frame: pd.DataFrame, text: Text, value: str, unit: str = "percentage_points", reference: float = 0) -> Chart:
    """A dot with its interval per row; hollow and grey where the interval holds the value of no effect.

    Args:
        frame: One row per estimate, in order: `label` (str, ready to be read), `estimate`, `low`, `high` (float,
            NaN where it cannot be estimated), and perhaps `margin` (float): the limit of a guardrail, NaN for none;
            `words` (str): what stands beside the dot in place of the estimate, empty for that.
        text: Language of the words, and currency.
        value: What is estimated, such as `Change of day-7 retention`.
        unit: How estimates are written: `percentage_points`, `change`, `rate`, `ratio`, `money` or `count`.
        reference: The value of no effect: 0 for differences, 1 for ratios.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no estimate.
    """
    frame = checked(frame, "forest", ("label", "estimate", "low", "high"))
    drawn(frame, "forest", "estimate")
    frame = frame.assign(margin=floats(frame["margin"]) if "margin" in frame.columns else float("nan"))
    figure, ax = row_canvas(list(frame["label"]), extra=0.6)
    ax.lines[0].set_xdata([reference, reference])
    _fit(ax, frame, reference, 0.04)
    write = _writing(frame, unit, text)
    for row in rows(frame):
        _draw_row(ax, row, row.Index, reference, write, text)
        if known(row.margin):
            ax.plot([row.margin] * 2, [row.Index - 0.28, row.Index + 0.28], color=WARM, linewidth=2)
    VALUES.get(unit, amount_axis)(ax.xaxis, text)
    ax.set_xlabel(text("chart.forest.points", value=value) if unit == "percentage_points" else value)
    parts = text("chart.clause").join(_said(row, write, text) for row in rows(frame))
    # the value of no effect, in words: a rate as a rate, else its plain number
    none = text.rate(reference) if unit == "rate" else text.short(reference)
    caption = text("chart.forest.caption", value=value, reference=none)
    if frame["margin"].notna().any():
        caption = text("chart.sentences", first=caption, second=text("chart.forest.margin"))
    return Chart(figure, text("chart.forest.alt", value=value, parts=parts), caption)


@styled()
def panels(frame: pd.DataFrame, text: Text, value: str, unit: str = "rate", reference: str = "") -> Chart:
    """A dot with its interval per group and panel, grey where the interval holds the panel's reference line.

    A panel of which no estimate is known is left out.

    Args:
        frame: One row per group and panel, in order: `label`, `panel` (str, ready to be read), `estimate`, `low`,
            `high` (float, NaN where it cannot be known), `reference` (float, one for each panel; NaN for none).
        text: Language of the words, and currency.
        value: What is estimated, for caption and alternative text.
        unit: How estimates are written, as `forest`.
        reference: What the reference lines are; all users where left out.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no estimate.
    """
    frame = checked(frame, "panels", ("label", "panel", "estimate", "low", "high", "reference"))
    drawn(frame, "panels", "estimate")
    places = {name: place for place, name in enumerate(dict.fromkeys(frame["label"]))}
    known_ones = frame.groupby("panel", sort=False).filter(lambda part: part["estimate"].notna().any())
    own = {str(title): part for title, part in known_ones.groupby("panel", sort=False)}
    figure = Figure(figsize=(WIDE, len(places) * 0.36 + 0.5), layout="constrained")
    for ax, (title, part) in zip(figure.subplots(1, len(own), squeeze=False)[0], own.items(), strict=True):
        _draw_panel(ax, part, places, unit, text)
        ax.set_title(wrapped(title, _TITLE // len(own)), loc="left")
    figure.axes[0].set_yticks(range(len(places)), [wrapped(name) for name in places], color=INK, linespacing=1.3)
    parts = [text("chart.panels.part", panel=title, parts=_named(part, unit, text)) for title, part in own.items()]
    alt = text("chart.panels.alt", value=value, parts=text("chart.clause").join(parts))
    key = "caption" if frame["reference"].notna().any() else "caption_alone"
    told = {"value": value, "reference": reference or text("chart.panels.everybody")}
    return Chart(figure, alt, text(f"chart.panels.{key}", **told))


def _draw_panel(ax: Axes, own: pd.DataFrame, places: dict[str, int], unit: str, text: Text) -> None:
    reference = float(own["reference"].iloc[0])
    _fit(ax, own, reference, 0.08)
    ax.set_ylim(len(places) - 0.5, -0.5)
    ax.set(xticks=[], yticks=[])
    ax.spines["bottom"].set_visible(False)
    if known(reference):
        ax.axvline(reference, color=MUTED, linewidth=0.8)
    write = _writing(own, unit, text)
    for row in rows(own):
        _draw_row(ax, row, places[row.label], reference, write, text)


def _fit(ax: Axes, own: pd.DataFrame, reference: float, share: float) -> None:
    """Show all estimates with their intervals, and a share more at both ends."""
    columns = [name for name in ("estimate", "low", "high", "margin") if name in own.columns]
    seen = pd.concat([*(floats(own[name]) for name in columns), pd.Series([reference], dtype=float)]).dropna()
    room = (seen.max() - seen.min()) * share or 0.05
    ax.set_xlim(seen.min() - room, seen.max() + room)


def _draw_row(ax: Axes, row: Any, place: int, reference: float, write: _Write, text: Text) -> None:  # noqa: ANN401 - a tuple of pandas
    """A dot in its interval with its words at the edge, or that it is not known."""
    at: dict[str, Any] = {"offset": (5, 0), "xycoords": ("axes fraction", "data"), "va": "center"}
    if not known(row.estimate):
        label(ax, "–" if "panel" in row._fields else text("chart.unknown"), (1, place), color=MUTED, **at)
        return
    clear = not known(reference) or not row.low <= reference <= row.high
    colour = ACCENT if clear else BASELINE
    ax.plot([row.low, row.high], [place] * 2, color=colour, linewidth=3, alpha=0.4)
    ax.plot([row.estimate], [place], "o", color=colour, markersize=6, markerfacecolor=colour if clear else "white")
    words = getattr(row, "words", "") or write(row.estimate)
    label(ax, words, (1, place), color=colour, weight="bold" if clear else "normal", **at)


def _said(row: Any, write: _Write, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    """An estimate with its interval in words."""
    if not known(row.estimate):
        return text("chart.named", name=row.label, value=text("chart.unknown"))
    estimate, low, high = map(write, (row.estimate, row.low, row.high))
    return text("chart.forest.row", name=row.label, estimate=estimate, low=low, high=high)


def _named(own: pd.DataFrame, unit: str, text: Text) -> str:
    """The known estimates of a panel in words."""
    write, seen = _writing(own, unit, text), rows(own[own["estimate"].notna()])
    return text.join([text("chart.named", name=row.label, value=write(row.estimate)) for row in seen])


def _writing(own: pd.DataFrame, unit: str, text: Text) -> _Write:
    """How estimates are written: no interval tells an amount to the cent, and all are at the scale of the largest."""
    largest = float(floats(own["estimate"]).abs().max())
    return lambda value: text.told_money(value, largest) if unit == "money" else written(value, unit, text)
