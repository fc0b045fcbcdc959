"""What the section `synergy` says."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from telling import finder, quarter, words_of

find = finder(quarter)


def pair(**keys: Any) -> pd.DataFrame:
    row = {"first": "Week", "then": "Night", "first_report": "q/week", "then_report": "q/night", "participants": 100}
    return pd.DataFrame([row | {"placebo": 0.0, "placebo_low": -1.0, "placebo_high": 1.0, "passed": True} | keys])


@pytest.mark.parametrize(
    ("each", "english", "chinese"),
    [
        (5.0, ("bought **5 CNY more a head** in Night than people like them (95% interval 3 – 7 CNY; "
               "80 of 100 have peers). Visitors who did not take part show no such difference (the placebo passes): "
               "**400 CNY** in all."), "比同类用户**人均多买 5 元**"),
        (-5.0, "bought **5 CNY less a head**", "比同类用户**人均少买 5 元**"),
        (1.0, "**cannot be told** from people like them in Night", "与同类用户**看不出差别**"),
    ],
)  # fmt: skip
def test_synergy_is_more_less_or_cannot_be_told(each: float, english: str, chinese: str) -> None:
    ends = {"effect_per_user": each, "low": each - 2, "high": each + 2}
    given = pair(matched=80, **ends, **{f"effect{key}": each * 80 for key in ("", "_low", "_high")})

    found = words_of(find, "synergy", given)

    assert english in found[0]
    assert chinese in found[1]


def test_a_difference_without_a_placebo_that_passes_has_no_amount() -> None:
    ends = {"effect_per_user": 5.0, "low": 3.0, "high": 7.0}
    given = pair(
        matched=80, **ends, **dict.fromkeys(("effect", "effect_low", "effect_high"), float("nan")), passed=False
    )
    failed, untested = given.assign(placebo=4.0, placebo_low=2.0, placebo_high=6.0), given.assign(placebo=float("nan"))

    said = words_of(find, "synergy", failed)
    assert "differ by 4 CNY in Night too (95% interval 2 – 6 CNY): **they are simply the active ones" in said[0]
    assert "**来的本就是活跃的人，不能算协同**" in said[1]
    assert "it may be who they are" in words_of(find, "synergy", untested)[0]
    assert find("synergy", failed).entries == ()


def test_synergy_that_cannot_be_matched_says_why() -> None:
    empty = dict.fromkeys(("effect_per_user", "low", "high", "effect", "effect_low", "effect_high"), float("nan"))

    assert "began within 28 days of Week" in words_of(find, "synergy", pair(matched=0, **empty))[0]
    assert (
        "没有可以与Night配对的参与者" in words_of(find, "synergy", pair(matched=0, **empty).assign(participants=0))[1]
    )
    assert find("synergy", pair(matched=0, **empty)).exhibits == ()
    assert not find("synergy", pair(matched=0, **empty).iloc[:0]).covered


def test_an_effect_on_a_few_participants_is_hidden() -> None:
    ends = dict.fromkeys(("effect_per_user", "low", "high", "effect", "effect_low", "effect_high"), 5.0)

    finding = find("synergy", pair(matched=4, **ends))

    assert "5.00" not in finding.sentence
    assert finding.entries == ()
    assert finding.table is not None
    assert [cell.text for cell in finding.table.rows[0]][1:] == ["100", "<5", "", "", "", "", ""]


def test_of_several_pairs_only_an_amount_is_told_and_the_others_are_named_by_why_they_have_none() -> None:
    """Six pairs were six paragraphs of intervals, of which none had an amount."""
    ends = {"effect_per_user": 5.0, "low": 3.0, "high": 7.0}
    sums = dict.fromkeys(("effect", "effect_low", "effect_high"), 400.0)
    empty = dict.fromkeys((*ends, *sums), float("nan"))
    alike = pair(matched=80, **(ends | {"low": -3.0}), **sums)
    active = pair(matched=80, **ends, **sums, passed=False).assign(then="Day")
    early = pair(matched=0, **empty).assign(then="Contest")

    none = words_of(find, "synergy", pd.concat([alike, active, early], ignore_index=True))
    some = words_of(find, "synergy", pd.concat([active, pair(matched=80, **ends, **sums)], ignore_index=True))

    assert none[0].splitlines() == [
        "**None of the 3 pairs of campaigns shows synergy**.",
        "No difference from people like them: Week → Night.",
        "A difference, but only since active people come to both, so no synergy: Week → Day.",
        "Within 28 days of each other, so without peers: Week → Contest.",
    ]
    assert none[1].startswith("3 对活动，**没有一对看得出协同**。")
    assert some[0].startswith("**1 of 2 pairs of campaigns** helped each other")
    assert "**400 CNY** in all." in some[0]
    assert "bought **5 CNY more a head** in Day" not in some[0]
