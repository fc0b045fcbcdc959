"""Bars of a chart as numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from retro.charts.bars import BarValues, bars_of
from retro.charts.rows import Bar, Mark, Span, row_chart
from retro.i18n import Text

WORDS = {
    "k.value": "Users", "k.label": "{step}", "k.bold": "{users:count}", "k.alt": "{parts}", "k.caption": "c",
    "k.target": "aim", "chart.clause": "; ", "chart.named": "{name} {value}", "chart.unknown": "?",
    "chart.sentences": "{first} {second}", "chart.aim": "{words}",
}  # fmt: skip
STEPS = pd.DataFrame({"step": ["view", "pay"], "users": [9, 4], "low": [8, 3], "high": [10, 5]})


def test_a_bar_in_every_row_is_read_with_its_words() -> None:
    chart = row_chart(STEPS, Text("en", "CNY", WORDS), "k", Bar("users"))
    assert bars_of(chart) == BarValues("Users", ("view", "pay"), (9.0, 4.0), ("9", "4"))


@pytest.mark.parametrize(
    ("marks", "options"),
    [
        ((Bar("users"), Bar("low", stacked=True)), {}),
        ((Bar("users"), Span("low", "high")), {}),
        ((Bar("users"),), {"target": 6}),
        ((Bar("users", start="low"),), {}),
    ],
)
def test_a_chart_that_shows_more_stays_a_picture(marks: tuple[Mark, ...], options: dict[str, int]) -> None:
    assert bars_of(row_chart(STEPS, Text("en", "CNY", WORDS), "k", *marks, **options)) is None


def test_a_bar_alone_is_no_chart_to_edit() -> None:
    assert bars_of(row_chart(STEPS[:1], Text("en", "CNY", WORDS), "k", Bar("users"))) is None
