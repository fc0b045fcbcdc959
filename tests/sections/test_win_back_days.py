"""What the section `win_back_days` says and draws."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections.win_back_days import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "reactivation", start="2024-11-20", end="2024-12-04T00:00"))

FRAME = pd.DataFrame(
    [
        (group, day, size, each * day)
        for group, size, each in (("treated", 1000, 10), ("held_out", 500, 5))
        for day in (1, 2, 3)
    ],
    columns=["group", "day", "members", "buyers"],
).assign(share=lambda rows: rows["buyers"] / rows["members"])
AFTER = pd.DataFrame(
    {
        "after": [30, 60],
        "back": [200, 200],
        "active": pd.array([100, pd.NA], dtype="Int64"),
        "month_active": pd.array([150, 150], dtype="Int64"),
        "month_gmv": [Decimal("6000.00")] * 2,
        "arpu": [Decimal("40.00")] * 2,
        "rate": [0.5, None],
        "low": [0.43, None],
        "high": [0.57, None],
    }
)


def test_the_pace_who_stayed_and_the_month_after() -> None:
    english, chinese = words_of(find, "win_back_days", FRAME, AFTER)

    assert "Of 30 who ordered by day 3, **half had ordered by day 2**." in english
    assert "In the week from 30 days later 100 were still active, 50.0% of those who came back." in english
    assert "The week from 60 days later is not observed yet." in english
    assert "150 were there and bought for 6,000 CNY, **40 CNY each**." in english
    assert "**人均 40 元**" in chinese


def test_its_figures_are_recorded() -> None:
    assert figures(find("win_back_days", FRAME, AFTER)) == {
        "win_back_active_30_days_rate": Decimal("0.5"),
        "win_back_active_60_days_rate": None,
        "win_back_arpu": Decimal("40.00"),
    }


def test_a_few_are_not_told() -> None:
    finding = find("win_back_days", FRAME.assign(buyers=[0, 1, 2] * 2), AFTER.assign(back=3))

    assert finding.sentence.strip() == "Too few ordered again to tell how fast."


def test_what_a_few_held_out_did_gives_nobody_away_and_is_not_drawn() -> None:
    finding = find("win_back_days", FRAME.assign(buyers=[10, 20, 30, 1, 2, 3]), AFTER)

    assert "who ordered by day" not in finding.sentence  # the sum of both groups is told elsewhere
    assert finding.exhibits == ()


def test_nobody_to_follow_is_said() -> None:
    finding = find("win_back_days", FRAME.iloc[:0], AFTER.iloc[:0])

    assert (finding.sentence, finding.covered) == (
        "No customer can be followed, or the first day is not observed yet.",
        False,
    )


def test_the_curves_end_where_the_days_do() -> None:
    chart = draw(FRAME, load_text("en"))

    assert chart.alt.startswith("Line chart, share that has ordered again since the start")
    assert "at the end: Invited 3.0%, Held out at random 3.0%." in chart.alt
