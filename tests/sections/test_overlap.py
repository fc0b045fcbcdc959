"""What the section `overlap` says."""

from __future__ import annotations

from typing import Any

import pandas as pd

from telling import finder, quarter, words_of

find = finder(quarter)


def pair(**keys: Any) -> pd.DataFrame:
    row = {"first": "Week", "then": "Night", "first_report": "q/week", "then_report": "q/night", "participants": 100}
    return pd.DataFrame([row | keys])


def test_overlap_tells_no_small_groups_apart() -> None:
    rest = {"low": 0.1, "high": 0.3, "then_participants": 50, "then_rate": 0.4}

    assert words_of(find, "overlap", pair(both=20, rate=0.2, **rest)) == (
        "100 took part in Week, **20 of them (20.0%) in Night too**.",
        "Week的 100 位参与者中，**20 位（20.0%）也参加了Night**。",
    )
    few = find("overlap", pair(both=4, rate=0.04, **rest))
    assert few.sentence == "Fewer than 5 people took part in any two campaigns."
    assert few.table is not None
    assert few.table.rows[0][3].text == "<5"
    assert not find("overlap", pair(both=0, rate=float("nan"), **rest).assign(participants=0)).covered


def test_the_pair_with_most_in_common_is_told_and_the_range_of_the_others() -> None:
    rest = {"low": 0.1, "high": 0.3, "then_participants": 50, "then_rate": 0.4}
    shares = {"q/night": 9, "q/day": 20, "q/week_2": 6}
    pairs = [pair(both=both, rate=both / 100, then=name, then_report=name, **rest) for name, both in shares.items()]

    said = find("overlap", pd.concat(pairs)).sentence
    assert said.startswith("100 took part in Week, **20 of them (20.0%) in q/day too**. ")
    assert said.endswith("For the 2 other pairs of campaigns it is 6.0% to 9.0%. ")
    assert find("overlap", pd.concat(pairs[:2])).sentence.endswith("For the other pair of campaigns it is 9.0%. ")
