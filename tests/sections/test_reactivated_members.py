"""What the section `reactivated_members` says."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from retro.i18n import load_text
from retro.sections import SECTIONS
from retro.sections.reactivated_members import draw
from seen import row_names
from telling import cells, context_of, figures

NAN = float("nan")

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


def reactivated(held_out: int = 10, **changes: Any) -> pd.DataFrame:
    whole = {
        "group": "invited",
        "stars": 0,
        "members": 1000,
        "reactivated": 50,
        "rate": 0.05,
        "low": 0.04,
        "high": 0.07,
    }
    whole |= {"buyers": 6, "active": 10, "reactivated_still_active_rate": 0.2}
    rows = [whole | changes, whole | {"stars": 5, "members": 20, "reactivated": 4, "active": 1, "buyers": 0}]
    rows.append(
        whole
        | {
            "group": "held_out",
            "members": 1000,
            "reactivated": held_out,
            "rate": held_out / 1000,
            "buyers": 0,
            "active": 0,
        }
    )
    return pd.DataFrame(rows)


LIFT = pd.DataFrame([{"difference": 0.04, "low": 0.02, "high": 0.06, "extra": 40.0}])


def test_those_held_out_say_how_many_were_reactivated_by_the_campaign() -> None:
    finding = SECTIONS["reactivated_members"](reactivated(), LIFT, context())

    assert "**50 were reactivated, 5.0%**" in finding.sentence
    assert "**about 40 were reactivated by the campaign**" in finding.sentence
    assert "10 of the 50 reactivated were still active, 20.0%" in finding.sentence
    assert figures(finding)["reactivated_extra"] == 40


def test_a_lift_that_chance_could_bring_is_not_claimed() -> None:
    finding = SECTIONS["reactivated_members"](reactivated(), LIFT.assign(low=-0.01), context())

    assert "may be chance alone" in finding.sentence


def test_few_reactivated_members_are_not_counted_out() -> None:
    finding = SECTIONS["reactivated_members"](reactivated(held_out=1), LIFT, context())

    assert cells(finding) == [
        ["Invited", "1,000", "50", "5.0%", "6", "10"],
        ["Held out at random", "1,000", "<5", "", "0", "0"],
        ["Invited, ★★★★★", "20", "<5", "", "0", "<5"],
    ]


def test_who_stayed_is_not_known_before_the_week_is_over() -> None:
    finding = SECTIONS["reactivated_members"](
        reactivated(active=pd.NA, reactivated_still_active_rate=NAN), LIFT.iloc[:0], context("zh")
    )

    assert "还没观测完" in finding.sentence
    assert figures(finding)["reactivated_still_active_rate"] is None


def test_data_without_a_past_is_not_covered() -> None:
    assert not SECTIONS["reactivated_members"](reactivated().iloc[:0], LIFT.iloc[:0], context()).covered


def test_a_few_of_those_held_out_are_not_given_away_by_the_lift() -> None:
    finding = SECTIONS["reactivated_members"](reactivated(held_out=1), LIFT, context())

    assert "Fewer than 5 of those held out at random came back" in finding.sentence
    assert "pp" not in finding.sentence
    assert figures(finding)["reactivated_extra"] is None


def test_a_few_reactivated_have_no_rate() -> None:
    finding = SECTIONS["reactivated_members"](reactivated(reactivated=4, active=1), LIFT, context())

    assert finding.sentence == "Of 1,000 silent members invited, **<5 were reactivated**. "
    assert set(figures(finding).values()) == {None}


DRAWN = pd.DataFrame(
    [
        ("invited", 1, 100, 20, 0.2, 0.13, 0.29),
        ("invited", 5, 10, 4, 0.4, 0.17, 0.69),
        ("invited", 0, 110, 24, 0.22, 0.15, 0.3),
        ("held_out", 5, 10, 9, 0.9, 0.6, 0.98),
        ("held_out", 0, 10, 9, 0.9, 0.6, 0.98),
    ],
    columns=["group", "stars", "members", "reactivated", "rate", "low", "high"],
)


def test_reactivated_members_stand_beside_those_held_out_and_few_are_left_out() -> None:
    chart = draw(DRAWN, load_text("en"))

    assert row_names(chart) == ["Invited", "Held out at random", "Invited, ★"]


def test_a_few_of_some_stars_are_not_the_rest_of_all_invited() -> None:
    frame = reactivated()
    rest = frame.iloc[[1]].assign(stars=4, members=980, reactivated=46, active=9, buyers=6)

    finding = SECTIONS["reactivated_members"](pd.concat([frame, rest]), LIFT, context())

    assert cells(finding)[2:] == [
        ["Invited, ★★★★", "980", "≥5", "", "6", "≥5"],
        ["Invited, ★★★★★", "20", "<5", "", "0", "<5"],
    ]
    assert "**50 were reactivated, 5.0%**" in finding.sentence
