"""Ten members by hand: three booked, three were there and did not, four were away."""

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.metrics import booking
from retro.periods import Window

OPENS, START, END = dt.datetime(2025, 3, 21), dt.datetime(2025, 3, 26), dt.datetime(2025, 3, 27)
BEFORE, DAY = dt.datetime(2025, 3, 22, 9), dt.datetime(2025, 3, 26, 20)

USERS = pd.DataFrame(
    [(name, dt.datetime(2025, 1, 1)) for name in "abcdefghij"] + [("new", DAY)], columns=["user_id", "registered_at"]
)
EVENTS = pd.DataFrame(
    [
        *[(name, "log_in", BEFORE) for name in "abcdef"],
        *[(name, "book", BEFORE + dt.timedelta(minutes=3)) for name in "abc"],
        ("a", "book", BEFORE + dt.timedelta(days=1)),  # twice is once
        ("g", "book", OPENS - dt.timedelta(days=1)),  # before booking opened
        ("h", "book", DAY),  # on the day itself
        ("a", "view", DAY),
        ("b", "view", DAY),
        ("d", "view", DAY),
        ("new", "view", DAY),
        ("i", "view", END),  # after it
    ],
    columns=["user_id", "event", "occurred_at"],
)
ORDERS = pd.DataFrame(
    [
        ("1", "a", DAY, "paid", Decimal("100.00")),
        ("2", "a", DAY, "paid", Decimal("50.00")),
        ("3", "b", DAY, "cancelled", Decimal("70.00")),
        ("4", "d", DAY, "paid", Decimal("30.00")),
        ("5", "c", BEFORE, "paid", Decimal("20.00")),
        ("6", "new", DAY, "paid", Decimal("10.00")),
    ],
    columns=["order_id", "user_id", "ordered_at", "status", "amount"],
)


def count(events: pd.DataFrame = EVENTS, orders: pd.DataFrame = ORDERS) -> pd.DataFrame:
    tables = (ibis.memtable(frame) for frame in (USERS, events, orders))
    return booking(*tables, window=Window(START, END), event="book", opens=OPENS).set_index("group")


def test_members_are_followed_from_booking_to_buying() -> None:
    frame = count()

    assert frame.index.tolist() == ["booked", "seen", "away"]
    assert frame[["members", "came", "buyers", "orders"]].to_numpy().tolist() == [
        [3, 2, 1, 2],
        [3, 1, 1, 1],
        [4, 1, 0, 0],
    ]
    assert frame["gmv"].tolist() == [Decimal("150.00"), Decimal("30.00"), Decimal("0.00")]
    assert frame["booking_came_rate"].round(3).tolist() == [0.667, 0.333, 0.25]
    assert frame["booking_order_rate"].round(3).tolist() == [0.333, 0.333, 0.0]
    # Wilson of 2 in 3: (2 + 1.92) / (3 + 3.84) -+ 0.3643
    assert frame.loc["booked", ["booking_came_low", "booking_came_high"]].astype(float).round(3).tolist() == [
        0.208,
        0.939,
    ]


def test_nobody_booked_is_no_rate() -> None:
    frame = count(EVENTS[EVENTS["event"] != "book"])

    assert frame.loc["booked", "members"] == 0
    assert frame.loc["booked", ["booking_came_rate", "booking_order_low"]].isna().all()
    assert frame["members"].sum() == 10


def test_a_table_without_a_column_is_refused() -> None:
    with pytest.raises(MetricError, match="events: column 'event' must be in the table"):
        count(EVENTS.drop(columns="event"))
