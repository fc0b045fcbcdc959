"""Panels side by side: estimates of the same groups with their intervals, one panel for each thing estimated."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats, known, rows
from retro.charts.theme import ACCENT, BASELINE, INK, MUTED, WIDE, label, styled, wrapped
from retro.charts.words import written
from retro.i18n import Text

_TITLE = 42
"""Columns that the titles of all panels share before they are broken."""


@styled()
def panels(frame: pd.DataFrame, text: Text, value: str, unit: str = "rate", reference: str = "") -> Chart:
    """A dot with its interval per group and panel, grey where the interval holds the panel's reference line.

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
    names, titles = list(dict.fromkeys(frame["label"])), list(dict.fromkeys(frame["panel"]))

    figure = Figure(figsize=(WIDE, len(names) * 0.36 + 0.5), layout="constrained")
    places = {name: place for place, name in enumerate(names)}
    for ax, title in zip(figure.subplots(1, len(titles), squeeze=False)[0], titles, strict=True):
        _draw_panel(ax, frame[frame["panel"] == title], places, text, unit)
        ax.set_title(wrapped(title, _TITLE // len(titles)), loc="left")
    figure.axes[0].set_yticks(range(len(names)), [wrapped(name) for name in names], color=INK, linespacing=1.3)
    parts = [
        text("chart.panels.part", panel=title, parts=text.join(_said(frame[frame["panel"] == title], unit, text)))
        for title in titles
    ]
    alt = text("chart.panels.alt", value=value, parts=text("chart.clause").join(parts))
    if not frame["reference"].notna().any():
        return Chart(figure, alt, text("chart.panels.caption_alone", value=value))
    caption = text("chart.panels.caption", value=value, reference=reference or text("chart.panels.everybody"))
    return Chart(figure, alt, caption)


def _draw_panel(ax: Axes, own: pd.DataFrame, places: dict[str, int], text: Text, unit: str) -> None:
    seen = pd.concat([floats(own[column]) for column in ("estimate", "low", "high", "reference")]).dropna()
    margin = (seen.max() - seen.min()) * 0.08 or 0.05
    ax.set_xlim(seen.min() - margin, seen.max() + margin)
    ax.set_ylim(len(places) - 0.5, -0.5)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines["bottom"].set_visible(False)
    reference = float(own["reference"].iloc[0])
    if known(reference):
        ax.axvline(reference, color=MUTED, linewidth=0.8)
    for row in rows(own):
        _draw_row(ax, row, places[row.label], text, unit)


def _draw_row(ax: Axes, row: Any, place: int, text: Text, unit: str) -> None:  # noqa: ANN401 - a tuple of pandas
    at: dict[str, Any] = {"offset": (3, 0), "xycoords": ("axes fraction", "data"), "va": "center"}
    if not known(row.estimate):
        label(ax, "–", (1, place), color=MUTED, **at)
        return
    clear = not known(row.reference) or not row.low <= row.reference <= row.high
    colour = ACCENT if clear else BASELINE
    ax.plot([row.low, row.high], [place] * 2, color=colour, linewidth=3, alpha=0.4)
    ax.plot([row.estimate], [place], "o", color=colour, markersize=5, markerfacecolor=colour if clear else "white")
    label(ax, written(row.estimate, unit, text), (1, place), color=colour, weight="bold" if clear else "normal", **at)


def _said(own: pd.DataFrame, unit: str, text: Text) -> list[str]:
    return [
        text("chart.named", name=row.label, value=written(row.estimate, unit, text))
        for row in rows(own)
        if known(row.estimate)
    ]
