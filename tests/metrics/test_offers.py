"""Offers of two members, worked by hand; the public data set is in `tests/test_starbucks_rewards.py`."""

import datetime as dt

import ibis
import pytest
from tests.metrics.conftest import MakeTable

from retro.metrics import offers
from retro.periods import Window

START, END, UNTIL = dt.datetime(2025, 1, 1), dt.datetime(2025, 2, 1), dt.datetime(2025, 2, 1)


@pytest.fixture
def parts(table: MakeTable) -> dict[str, ibis.Table]:
    sent = [
        ("ann", "b1", "bogo", "2025-01-01T00:00", "2025-01-06T00:00"),  # viewed, then completed
        ("ann", "b1", "bogo", "2025-01-05T00:00", "2025-01-10T00:00"),  # the same completion, at both ends
        ("bob", "b1", "bogo", "2025-01-01T00:00", "2025-01-06T00:00"),  # completed, viewed later
        ("bob", "d1", "discount", "2025-01-01T00:00", "2025-01-06T00:00"),  # viewed and completed at once
        ("ann", "d1", "discount", "2025-01-30T00:00", "2025-02-04T00:00"),  # still open
        ("bob", "i1", "info", "2025-01-01T00:00", "2025-01-06T00:00"),  # viewed too late
        ("ann", "b1", "bogo", "2024-12-01T00:00", "2024-12-06T00:00"),  # before the campaign
    ]
    events = [
        ("ann", "offer_viewed", "2025-01-02T00:00", "b1"),
        ("ann", "offer_viewed", "2025-01-03T00:00", "b1"),
        ("ann", "offer_completed", "2025-01-06T00:00", "b1"),
        ("bob", "offer_completed", "2025-01-02T00:00", "b1"),
        ("bob", "offer_viewed", "2025-01-03T00:00", "b1"),
        ("bob", "offer_viewed", "2025-01-02T00:00", "d1"),
        ("bob", "offer_completed", "2025-01-02T00:00", "d1"),
        ("bob", "offer_viewed", "2025-01-06T00:01", "i1"),
        ("ann", "offer_completed", "2025-01-06T00:00", "d1"),  # before it was received
    ]
    return {
        "offers": table("user_id offer_id kind received_at expires_at", sent),
        "events": table("user_id event occurred_at detail", events),
    }


def test_each_sending_is_counted_for_itself(parts: dict[str, ibis.Table]) -> None:
    frame = offers(parts, Window(START, END, UNTIL)).set_index("kind")

    assert frame.index.tolist() == ["bogo", "discount", "info", "all"]
    columns = ["received", "viewed", "completed", "viewed_first", "unviewed", "views", "completions"]
    assert frame.loc["bogo", columns].tolist() == [3, 2, 3, 1, 2, 3, 2]
    assert frame.loc["discount", columns].tolist() == [2, 1, 1, 1, 0, 1, 2]
    assert frame.loc["info", columns].tolist() == [1, 0, 0, 0, 0, 1, 0]
    assert frame.loc["all", columns].tolist() == [6, 3, 4, 2, 2, 5, 4]


def test_offers_that_are_still_open_are_left_out_of_the_rate(parts: dict[str, ibis.Table]) -> None:
    frame = offers(parts, Window(START, END, UNTIL)).set_index("kind")

    assert frame.loc["discount", ["mature", "mature_viewed_first"]].tolist() == [1, 1]
    assert frame.loc["discount", "rate"] == 1


def test_a_shop_that_sends_none_has_no_row(parts: dict[str, ibis.Table]) -> None:
    assert offers({"events": parts["events"]}, Window(START, END, UNTIL)).empty
