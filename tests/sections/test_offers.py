"""What the section `offers` says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from retro.charts import Chart
from retro.i18n import load_text
from retro.sections import SECTIONS
from retro.sections.offers import draw
from seen import row_names, words_in
from telling import context_of, figures

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


def test_a_shop_that_sends_no_offers_says_nothing() -> None:
    columns = ["kind", "received", "viewed", "completed", "viewed_first", "unviewed", "views", "completions"]

    finding = SECTIONS["offers"](pd.DataFrame(columns=columns), context())

    assert (finding.sentence, finding.parts) == ("", ())


def test_offers_completed_without_a_view_are_told_apart() -> None:
    row = {"received": 100, "viewed": 70, "completed": 40, "viewed_first": 30, "unviewed": 10, "views": 75}
    row |= {"completions": 39, "mature": 80, "mature_viewed_first": 24, "rate": 0.3, "low": 0.2, "high": 0.4}
    frame = pd.DataFrame([{"kind": "bogo"} | row, {"kind": "all"} | row])

    finding = SECTIONS["offers"](frame, context("zh"))

    (part,) = finding.parts
    assert "**10 次完成前并未查看**，占有效期内完成 40 次的 25.0%" in part.sentence
    assert "买一送一 30.0%（24/80）" in part.sentence
    assert figures(finding)["offers_completions"] == 39
    assert "买一送一" not in finding.headline[0]


def test_offers_of_each_kind_are_counted(readable: Callable[[Chart], None]) -> None:
    frame = pd.DataFrame(
        [("bogo", 30, 20, 10, 5), ("all", 30, 20, 10, 5)],
        columns=["kind", "received", "viewed", "viewed_first", "unviewed"],
    )

    chart = draw(frame, load_text("en"))

    assert row_names(chart) == ["Buy one get one"]
    assert words_in(chart) == ["20", "10", "5"]
    assert "Buy one get one 30 received" in chart.alt
    readable(chart)  # on a phone too, where four names in one line leave no room
