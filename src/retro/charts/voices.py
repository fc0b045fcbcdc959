"""Voices: whose offer participants prefer, how they rate what they bought, and what they write about."""

from __future__ import annotations

import pandas as pd

from retro.charts.axes import rate_axis
from retro.charts.bars import Part, draw_bars
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats, known, rows
from retro.charts.theme import ACCENT, INK, USUAL, WARM, label, row_canvas, styled
from retro.charts.words import people
from retro.i18n import Text

_PRAISE = 4


@styled()
def competitor(frame: pd.DataFrame, text: Text, own: str = "") -> Chart:
    """A bar per answer with its 95 % interval; our own offer in the campaign's colour.

    Args:
        frame: One row per answer, as `metrics.competitor` returns it: `answer` (str), `answers`, `asked` (int),
            `rate`, `low`, `high` (float, 0 to 1).
        text: Language of the words; answers are named by `answer.<name>`.
        own: The answer that stands for our own offer.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "competitor", ("answer", "answers", "asked", "rate", "low", "high"))
    names = [text.label("answer", str(answer)) for answer in frame["answer"]]
    figure, ax = row_canvas(names, row=0.5, extra=0.6)
    told = []
    for name, row in zip(names, rows(frame), strict=True):
        colour = ACCENT if row.answer == own else USUAL
        ax.barh(row.Index, row.rate, height=0.5, color=colour)
        ax.plot([row.low, row.high], [row.Index] * 2, color=INK, linewidth=1.4)
        share = text("chart.of", hits=text.count(row.answers), total=people(row.asked, text))
        end = ("axes fraction", "data")
        label(ax, text.rate(row.rate), (1, row.Index), offset=(6, 1), va="bottom", weight="bold", xycoords=end)
        label(ax, share, (1, row.Index), offset=(6, -1), va="top", xycoords=end)
        told.append(text("chart.named", name=name, value=text.rate(row.rate)))
    ax.set_xlim(0, 1)
    rate_axis(ax.xaxis, text)
    ax.set_xlabel(text("competitor.chart.value"))
    return Chart(figure, text("competitor.chart.alt", parts=text.join(told)), text("competitor.chart.caption"))


@styled()
def reviews(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar for each number of stars, from five to one; those that praise and those that do not told apart.

    Args:
        frame: One row per number of stars, as `metrics.reviews` returns it: `rating`, `reviews` (int), `share`
            (float, 0 to 1, NaN without reviews).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, lacks a column, or nobody reviewed anything.
    """
    frame = checked(frame, "reviews", ("rating", "reviews", "share"))
    drawn(frame, "reviews", "share")
    ranked = frame.sort_values("rating", ascending=False, ignore_index=True)
    names = [text("reviews.chart.stars", stars=row.rating) for row in rows(ranked)]
    good = ranked["rating"] >= _PRAISE
    counts = floats(ranked["reviews"])
    parts = [
        Part(text("reviews.chart.praise"), list(counts.where(good, 0)), ACCENT),
        Part(text("reviews.chart.criticism"), list(counts.where(~good, 0)), WARM),
    ]
    ends = [(text.count(row.reviews), text.rate(row.share)) for row in rows(ranked)]
    figure, _ = draw_bars(names, parts, ends, text("reviews.chart.value"))
    told = [text("chart.named", name=name, value=end[0]) for name, end in zip(names, ends, strict=True)]
    return Chart(figure, text("reviews.chart.alt", parts=text.join(told)), text("reviews.chart.caption"))


@styled()
def review_themes(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per theme: reviews that praise, and reviews that do not.

    Args:
        frame: One row per theme, as `metrics.review_themes` returns it: `theme` (str), `reviews` (int), `praised`,
            `criticised` (Int64, missing where too few to be told).
        text: Language of the words; themes are named by `theme.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "review_themes", ("theme", "reviews", "praised", "criticised"))
    names = [text(f"theme.{theme}") for theme in frame["theme"]]
    parts = [
        Part(text("reviews.chart.praise"), list(floats(frame["praised"]).fillna(0)), ACCENT),
        Part(text("reviews.chart.criticism"), list(floats(frame["criticised"]).fillna(0)), WARM),
    ]
    ends = [
        (text.count(row.reviews), text("review_themes.chart.critics", count=text.count(row.criticised)))
        if known(row.criticised) and row.criticised
        else (text.count(row.reviews), "")
        for row in rows(frame)
    ]
    figure, _ = draw_bars(names, parts, ends, text("review_themes.chart.value"), row=0.4)
    told = [text("chart.named", name=name, value=end[0]) for name, end in zip(names, ends, strict=True)]
    alt = text("review_themes.chart.alt", parts=text.join(told))
    return Chart(figure, alt, text("review_themes.chart.caption"))
