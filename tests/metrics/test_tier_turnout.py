"""Six members by hand, in three tiers at the start of the day."""

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.metrics import tier_turnout
from retro.periods import Window

START, END = dt.datetime(2025, 3, 26), dt.datetime(2025, 3, 27)
LONG_AGO, DAY = dt.datetime(2025, 1, 1), dt.datetime(2025, 3, 26, 20)
ORDER = ("member", "silver", "gold", "diamond")

TIERS = pd.DataFrame(
    [
        ("a", "member", LONG_AGO, DAY),  # rises on the day itself: was a member when it began
        ("a", "silver", DAY, None),
        ("b", "member", LONG_AGO, None),
        ("c", "member", LONG_AGO, None),
        ("d", "silver", LONG_AGO, None),
        ("e", "silver", LONG_AGO, None),
        ("f", "gold", LONG_AGO, None),
        ("g", "gold", DAY, None),  # had none when it began
    ],
    columns=["user_id", "tier", "valid_from", "valid_to"],
).astype({"valid_to": "datetime64[us]"})
EVENTS = pd.DataFrame(
    [("a", "view", DAY), ("a", "pay", DAY), ("b", "register", DAY), ("d", "view", DAY), ("e", "view", DAY),
     ("f", "view", END), ("g", "view", DAY)],
    columns=["user_id", "event", "occurred_at"],
)  # fmt: skip
ORDERS = pd.DataFrame(
    [
        ("1", "a", DAY, "paid", Decimal("60.00")),
        ("2", "d", DAY, "paid", Decimal("30.00")),
        ("3", "d", DAY, "paid", Decimal("30.00")),
        ("4", "e", DAY, "refunded", Decimal("50.00")),
    ],
    columns=["order_id", "user_id", "ordered_at", "status", "amount"],
)


def count(order: tuple[str, ...] = ORDER) -> pd.DataFrame:
    tables = (ibis.memtable(frame) for frame in (TIERS, EVENTS, ORDERS))
    return tier_turnout(*tables, window=Window(START, END), order=order).set_index("tier")


def test_members_count_in_the_tier_they_had_when_it_began() -> None:
    frame = count()

    assert frame.index.tolist() == list(ORDER)
    assert frame[["members", "came", "buyers"]].to_numpy().tolist() == [[3, 1, 1], [2, 2, 1], [1, 0, 0], [0, 0, 0]]
    assert frame["rate"].round(3).tolist()[:3] == [0.333, 1.0, 0.0]
    assert frame.loc["diamond", ["rate", "low"]].isna().all()
    assert frame["came_share"].round(3).tolist() == [0.333, 0.667, 0.0, 0.0]
    assert frame["gmv"].tolist() == [Decimal("60.00"), Decimal("60.00"), Decimal("0.00"), Decimal("0.00")]
    assert frame["gmv_share"].tolist() == [0.5, 0.5, 0.0, 0.0]


def test_an_unknown_tier_is_refused() -> None:
    with pytest.raises(MetricError, match="tier must be one of the params' tiers, got 'gold'"):
        count(("member", "silver"))
