"""Comments, likes and shares of content, worked by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.metrics import content_counts, content_inside, content_periods, content_pieces, content_reactions
from retro.periods import Window

WINDOW = Window(dt.datetime(2024, 1, 1), dt.datetime(2024, 4, 1), dt.datetime(2024, 4, 1))
PIECES = pd.DataFrame(
    {
        "content_id": list("abcdef"),
        "creator_id": ["x", "x", "x", "y", "y", "y"],
        "content_type": ["photo", "video", "photo", "photo", "video", "photo"],
        "published_at": pd.to_datetime(
            ["2024-01-05", "2024-01-06", "2024-02-01", "2024-02-02", "2024-03-01", "2024-03-02"]
        ),
    }
)
COMMENTS = [2, 10, 4, 30, 5, None]


def counts(**columns: Any) -> pd.DataFrame:
    daily = pd.DataFrame({"content_id": list("abcdef"), "on": PIECES["published_at"].dt.date, "interactions": range(6)})
    shop: Any = {"content_daily": ibis.memtable(daily.assign(**columns))}
    pieces = content_pieces(ibis.memtable(PIECES), shop, WINDOW)
    return content_counts(pieces, shop, WINDOW)


def test_each_count_by_type_and_what_the_best_bring() -> None:
    frame = content_reactions(counts(comments=pd.array(COMMENTS, "Int64"))).set_index(["value", "measure"])

    whole = frame.loc[("all", "comments")]
    assert (whole["contents"], whole["known"], whole["total"], whole["most"]) == (6, 5, 51, 30)
    assert (whole["mean"], whole["median"], whole["silent"]) == (10.2, 5.0, 0), "an uncounted piece is no 0"
    assert (whole["tenth"], whole["tenth_total"], whole["fifth"]) == (1, 30, 1)
    assert whole["tenth_rate"] == pytest.approx(30 / 51)
    assert frame.loc[("video", "comments"), "total"] == 15
    assert frame.loc[("all", "interactions"), "silent"] == 1


def test_types_within_each_creator() -> None:
    one, other = content_inside(counts(comments=pd.array(COMMENTS, "Int64"))).to_dict("records")

    assert (one["creator_id"], one["one"], one["other"], one["measure"]) == ("x", "photo", "video", "comments")
    assert (one["one_mean"], one["other_mean"]) == (3.0, 10.0)
    assert (other["one_contents"], other["one_mean"], other["other_mean"]) == (1, 30.0, 5.0)
    alone = counts(comments=1)
    assert content_inside(alone[alone["creator_id"] == "x"]).empty, "one creator compares with nobody"


def test_pieces_by_period() -> None:
    frame = content_periods(counts(shares=1)).set_index(["period", "value"])["contents"]

    assert frame.to_dict() == {
        ("2024-01", "all"): 2, ("2024-01", "photo"): 1, ("2024-01", "video"): 1, ("2024-02", "all"): 2,
        ("2024-02", "photo"): 2, ("2024-03", "all"): 2, ("2024-03", "video"): 1, ("2024-03", "photo"): 1,
    }  # fmt: skip
    long = counts(shares=1)
    long["published_at"] = pd.date_range("2020-01-01", periods=6, freq="180D")
    more = pd.concat(
        [long.assign(published_at=long["published_at"] + pd.Timedelta(days=31 * step)) for step in range(5)]
    )
    assert set(content_periods(more)["period"]) == {"2020", "2021", "2022"}, "of many months, years"


def test_a_platform_that_counts_none_of_them() -> None:
    frame = counts()

    assert frame.empty
    assert content_reactions(frame).empty
    assert content_inside(frame).empty
    assert content_periods(frame).empty
    assert content_counts(content_pieces(ibis.memtable(PIECES), {}, WINDOW), {}, WINDOW).empty
