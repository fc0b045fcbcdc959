"""No small group can be worked out from what is shown: counts, their marks, and the totals that are told of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retro.privacy import FEW, MORE, Rest, Running, Sum, few, hidden, masked

COUNTS = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 9])
SUMS = (
    Sum("count", "group", name="total"),
    Sum("count", lambda frame: frame["count"] >= 0, name="all"),
    Sum("count", lambda frame: frame["picked"], name="picked_sum"),
)
Equation = tuple[Sequence[int], Any]
"""Places of cells, and what is told of their sum."""


def fits(value: int, told: Any) -> bool:
    """Whether a number can be what a reader sees."""
    if pd.isna(told) if not hidden(told) else False:
        return True
    return told.least <= value <= (told.most or value) if hidden(told) else value == told


def guesses(cell: Any) -> Iterable[int]:
    if not hidden(cell):
        return [int(cell)]
    return range(1, 5) if cell is FEW else range(5, 19)


def worked_out(cells: Sequence[Any], equations: Sequence[Equation]) -> set[int]:
    """The places of small numbers that only one number fits; every number is tried."""
    small = {place: set[int]() for place, cell in enumerate(cells) if cell is FEW}
    for tried in product(*map(guesses, cells)):
        if all(fits(sum(tried[place] for place in places), told) for places, told in equations):
            for place, seen in small.items():
                seen.add(tried[place])
            if all(len(seen) > 1 for seen in small.values()):
                return set()
    return {place for place, seen in small.items() if len(seen) == 1}


def seen_sums(frame: pd.DataFrame) -> Iterator[Equation]:
    """What a reader learns of the sums of a frame."""
    for group, rows in frame.reset_index(drop=True).groupby("group"):
        yield list(rows.index), rows["total"].iloc[0]
        assert rows["total"].map(str).nunique() == 1, group
    yield range(len(frame)), frame["all"].iloc[0]
    yield [place for place, one in enumerate(frame["picked"]) if one], frame["picked_sum"].iloc[0]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(COUNTS, st.sampled_from("ab"), st.booleans()), min_size=1, max_size=5))
def test_no_small_number_is_the_rest_of_totals(rows: list[tuple[int, str, bool]]) -> None:
    frame = pd.DataFrame(rows, columns=["count", "group", "picked"]).assign(share=0.5)
    shown = masked(frame, {"count": ("share",), "total": ("share",)}, SUMS)

    assert worked_out(list(shown["count"]), list(seen_sums(shown))) == set()
    for true, cell, share in zip(frame["count"], shown["count"], shown["share"], strict=True):
        assert fits(true, cell), "a mark is true"
        assert few(true) <= (cell is FEW)
        assert not (hidden(cell) and pd.notna(share))
    for places, told in seen_sums(shown):
        assert fits(int(frame["count"].iloc[list(places)].sum()), told), "a total that is told is the true one"


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=3), COUNTS, st.booleans())
def test_no_small_number_is_the_difference_of_two_columns(rows: list[tuple[int, int]], more: int, yields: bool) -> None:
    known = [(part, part + rest, part + more) for part, rest in rows]
    frame = pd.DataFrame(known, columns=["part", "whole", "other"])
    people = {"whole": (), "part": (), "other": (), "rest": (), "left": ()}
    rests = (Rest("rest", "whole", "part"), Rest("left", "other", "part", yields=yields))
    shown = masked(frame, people, rests)

    for row in shown.to_dict("records"):
        equations = [((0, 1), row["whole"]), ((0, 2), row["other"])]
        assert worked_out([row["part"], row["rest"], row["left"]], equations) == set()


DAYS = st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=8)


@pytest.mark.slow
@given(DAYS)
def test_no_two_days_of_a_running_total_differ_by_a_few(days: list[tuple[int, int]]) -> None:
    parts = {"seen": [seen for seen, _ in days], "silent": [silent for _, silent in days]}
    parts["all"] = [sum(day) for day in days]
    frame = pd.concat(
        [
            pd.DataFrame({"group": group, "day": range(1, len(days) + 1), "joined": joined}).assign(
                participants=lambda rows: rows["joined"].cumsum()
            )
            for group, joined in parts.items()
        ]
    )
    people = {"joined": (), "participants": ()}
    shown = masked(frame, people, (Running("joined", by="group", order="day", whole="all"),))

    for group, rows in shown.groupby("group"):
        told = [0, *rows["participants"]]
        steps = [after - before for before, after in pairwise(told)]
        assert hidden(told[-1]) or not any(few(step) for step in steps)
        assert fits(sum(parts[str(group)]), told[-1]), "the last day's total stays"
        joined = zip(rows["joined"], steps, strict=True)
        assert all(hidden(count) or pd.isna(count) or count == step for count, step in joined)
    small = any(few(sum(joined)) for joined in parts.values())
    assert set(shown["group"]) == ({"all"} if small else set(parts))


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ([3, 20, 10], ["<5", "20", "≥5"], 33),  # the next smallest goes too
        ([1, 5, 9], ["<5", "5", "≥5"], 15),  # 1 and 5 would be known by their sum of 6, 1 and 9 are not
        ([3, 2, 9], ["<5", "<5", "9"], 14),  # 5 may be 1 and 4 as well
        ([4, 4, 0], ["<5", "<5", "0"], MORE),  # 8 can only be 4 and 4: the total is not told
        ([1, 1, 1, 1], ["<5"] * 4, None),  # even a total below 5 says that each is 1
        ([7, 8], ["7", "8"], 15),
    ],
)
def test_what_is_masked_with_a_small_group(counts: list[int], cells: list[str], total: object) -> None:
    frame = pd.DataFrame({"count": counts, "group": "a"})
    shown = masked(frame, {"count": ()}, (Sum("count", "group", name="total"),))

    assert [str(cell) for cell in shown["count"]] == cells
    assert shown["total"].iloc[0] == total or (total is None and pd.isna(shown["total"].iloc[0]))


def test_a_total_that_yields_is_not_told_and_nor_are_shares_of_it() -> None:
    frame = pd.DataFrame({"count": [3, 20, 10], "share": [0.1, 0.6, 0.3]})
    total = Sum("count", lambda rows: rows["count"] >= 0, name="all", yields=True)
    shown = masked(frame, {"count": (), "all": ("share",)}, (total,))

    assert [str(cell) for cell in shown["count"]] == ["<5", "20", "10"]
    assert set(shown["all"]) == {MORE}
    assert shown["share"].isna().all()


def test_rows_that_hold_their_sum_themselves() -> None:
    frame = pd.DataFrame({"group": "a", "stars": [1, 2, 0], "count": [3, 9, 12]})
    total = Sum("count", "group", whole=lambda rows: rows["stars"] == 0)

    assert [str(cell) for cell in masked(frame, {"count": ()}, (total,))["count"]] == ["<5", "≥5", "12"]
    other = frame.assign(count=[3, 9, 40])
    assert [str(cell) for cell in masked(other, {"count": ()}, (total,))["count"]] == ["<5", "9", "40"], (
        "no sum of them"
    )


def test_a_difference_that_is_not_shown_protects_and_a_small_one_is_protected() -> None:
    frame = pd.DataFrame({"part": [3, 21], "whole": [28, 24], "shown": [False, False]})
    rest = Rest("rest", "whole", "part", shown=lambda rows: rows["shown"])
    shown = masked(frame, {"part": ()}, (rest,))

    assert [str(cell) for cell in shown["part"]] == ["<5", "≥5"]
    assert list(shown["whole"]) == [28, 24]


def test_numbers_that_are_not_known_are_in_no_sum() -> None:
    frame = pd.DataFrame({"count": pd.Series([3, pd.NA, 9], dtype="Int64"), "group": "a"})
    shown = masked(frame, {"count": ()}, (Sum("count", "group", name="total"),))

    assert [str(cell) for cell in shown["count"]] == ["<5", "<NA>", "9"]
    assert shown["total"].isna().all()
