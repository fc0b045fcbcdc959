"""What the section `points_balance` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pytest

from retro.errors import MetricError
from retro.i18n import load_text
from retro.sections import SECTIONS
from retro.sections.points_balance import draw
from seen import row_names, words_in
from telling import cells, context_of, figures

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


def balance(**changes: Any) -> pd.DataFrame:
    lines = {
        "opening": [0, 120, 60],
        "issued": [140, 50, 0],
        "redeemed": [0, 100, 0],
        "expired": [20, 0, 0],
        "clawed_back": [0, 0, 20],
        "reversed": [0, 10, 0],
        "outstanding": [120, 60, 40],
        "difference": [0, 0, 0],
    }
    return pd.DataFrame({"period": ["before", "during", "after"], **lines | changes})


def test_a_ledger_that_ties_out_says_so_to_the_point() -> None:
    finding = SECTIONS["points_balance"](balance(), context("zh"))

    assert "分毫不差" in finding.sentence
    assert "活动期发放 50 分，兑换 100 分。刷分所得追回 20 分。" in finding.sentence
    assert figures(finding)["points_redemption_rate"] == Decimal(2)
    assert cells(finding)[0] == ["期初结存", "0", "120", "60"]


def test_a_ledger_that_does_not_tie_out_comes_before_everything_else() -> None:
    finding = SECTIONS["points_balance"](balance(difference=[0, -7, 2]), context())

    assert finding.sentence.startswith(
        "The ledger **does not tie out**: periods and members' balances are 9 points apart"
    )
    assert figures(finding)["points_difference"] == 9


def test_nothing_redeemed_has_no_redemption_rate() -> None:
    finding = SECTIONS["points_balance"](balance(redeemed=[0, 0, 0], clawed_back=[0, 0, 0]), context())

    assert "points_redemption_rate" not in figures(finding)
    assert "clawed back from abuse" not in finding.sentence


def test_points_run_from_the_start_of_the_campaign_to_now() -> None:
    chart = draw(balance(), load_text("en"))

    assert row_names(chart) == [
        "Opening",
        "Issued",
        "Redeemed",
        "Clawed back\n(abuse)",
        "Reversed (returns)",
        "Outstanding",
    ]
    assert words_in(chart) == ["120", "+50", "−100", "−20", "−10", "40"]


def test_a_ledger_that_does_not_tie_out_shows_what_is_missing() -> None:
    chart = draw(balance(outstanding=[120, 60, 47], difference=[0, 0, -7]), load_text("en"))

    assert row_names(chart)[-2:] == ["Difference", "Outstanding"]
    assert words_in(chart)[-2:] == ["+7", "47"]


def test_a_frame_without_its_columns_is_refused() -> None:
    with pytest.raises(MetricError, match=r"frame must have the columns"):
        draw(pd.DataFrame({"x": [1]}), load_text("en"))
