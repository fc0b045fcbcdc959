"""Whose offer customers prefer, and what they say in reviews."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import drawn, known, told
from retro.charts.rows import Bar, Span, row_chart
from retro.charts.theme import ACCENT, USUAL, WARM
from retro.i18n import Text


def competitor(frame: pd.DataFrame, text: Text, own: str = "") -> Chart:
    """A row per answer with its interval; the answer `own`, for our own offer, is blue."""
    shown = frame.assign(
        label=text.labels("answer", frame["answer"]),
        bold=told(frame, text, "competitor.chart.bold", "rate"),
        quiet=told(frame, text, "competitor.chart.quiet"),
        colour=[ACCENT if answer == own else USUAL for answer in frame["answer"]],
    )
    marks = (Bar("rate", "colour"), Span("low", "high"))
    return row_chart(shown, text, "competitor.chart", *marks, axis="rate", whole=1)


def reviews(frame: pd.DataFrame, text: Text) -> Chart:
    """A row for each number of stars, from five to one; from four on it is praise."""
    drawn(frame, "reviews", "share")
    ranked = frame.sort_values("rating", ascending=False, ignore_index=True)
    good = ranked["rating"] >= _PRAISE
    shown = ranked.assign(
        label=[text("reviews.chart.stars", stars=stars) for stars in ranked["rating"]],
        bold=told(ranked, text, "reviews.chart.bold"),
        quiet=told(ranked, text, "reviews.chart.quiet", "share", ""),
        praise=ranked["reviews"].where(good, 0),
        criticism=ranked["reviews"].where(~good, 0),
    )
    marks = (Bar("praise", ACCENT, name="praise"), Bar("criticism", WARM, name="criticism", stacked=True))
    return row_chart(shown, text, "reviews.chart", *marks, at="mark")


_PRAISE = 4
"""Stars from which a review praises."""


def review_themes(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per theme: reviews that praise, and reviews that do not."""
    critical = frame["criticised"].map(lambda count: known(count) and count > 0)
    quiet = told(frame, text, "review_themes.chart.quiet")
    shown = frame.assign(
        label=text.labels("theme", frame["theme"]),
        bold=told(frame, text, "review_themes.chart.bold", "reviews", ""),
        quiet=[words if there else "" for words, there in zip(quiet, critical, strict=True)],
    )
    marks = (Bar("praised", ACCENT, name="praise"), Bar("criticised", WARM, name="criticism", stacked=True))
    return row_chart(shown, text, "review_themes.chart", *marks, at="mark", row=0.4)
