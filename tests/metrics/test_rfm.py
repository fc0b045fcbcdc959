import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics import buyers, rfm, rfm_thresholds

at = dt.datetime.fromisoformat
UNTIL = at("2025-02-01")

MakeTable = Callable[..., ibis.Table]


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    """Five buyers; three bought once for 10, one twice, one three times."""
    rows = [
        ("a", "2025-01-31T23:59", "paid", "10.00"),
        ("b", "2025-01-21T10:00", "paid", "10.00"),
        ("c", "2025-01-21T11:00", "paid", "10.00"),
        ("d", "2025-01-01T10:00", "paid", "20.50"),
        ("d", "2025-01-11T10:00", "paid", "20.00"),
        ("e", "2024-12-01T10:00", "paid", "99.99"),
        ("e", "2024-12-02T10:00", "paid", "0.01"),
        ("e", "2024-12-03T10:00", "paid", "5.00"),
        ("e", "2025-01-30T10:00", "refunded", "5.00"),
        ("late", "2025-02-01T00:00", "paid", "5.00"),
    ]
    return table("order_id user_id ordered_at status amount", [(str(n), *row) for n, row in enumerate(rows)])


def test_buyers_hold_days_orders_and_amount(orders: ibis.Table) -> None:
    frame = buyers(orders, observed_until=UNTIL).execute().set_index("user_id").sort_index()
    assert frame["recency_days"].to_dict() == {"a": 0, "b": 10, "c": 10, "d": 20, "e": 59}
    assert frame["orders"].to_dict() == {"a": 1, "b": 1, "c": 1, "d": 2, "e": 3}
    assert frame["amount"].to_dict()["e"] == Decimal("105.00")


def test_rfm_gives_equal_buyers_equal_scores(orders: ibis.Table) -> None:
    frame = rfm(orders, observed_until=UNTIL)
    rows = frame[["recency_score", "frequency_score", "monetary_score", "buyers"]].to_numpy().tolist()
    # Of five buyers, three have one order: 3/5 are no better, so they score 3; b and c tie in days at 4/5.
    assert rows == [[5, 3, 3, 1], [4, 3, 3, 2], [2, 4, 4, 1], [1, 5, 5, 1]]
    assert frame["amount"].sum() == Decimal("175.50")
    assert frame["orders"].sum() == 8


def test_rfm_scores_are_whole_shares(table: MakeTable) -> None:
    rows = [(str(n), str(n), "2025-01-01T00:00", "paid", str(n)) for n in range(1, 51)]
    frame = rfm(table("order_id user_id ordered_at status amount", rows), observed_until=UNTIL)
    assert frame.groupby("monetary_score")["buyers"].sum().to_dict() == {1: 10, 2: 10, 3: 10, 4: 10, 5: 10}


def test_rfm_with_frozen_thresholds_does_not_move(orders: ibis.Table) -> None:
    frozen = rfm_thresholds(orders, observed_until=UNTIL)
    assert frozen[frozen["measure"] == "orders"][["score", "bound"]].to_numpy().tolist() == [[5, 3], [4, 2], [3, 1]]
    assert frozen[frozen["measure"] == "recency_days"]["bound"].tolist() == [0, 10, 20, 59]
    own = rfm(orders, observed_until=UNTIL)
    assert rfm(orders, observed_until=UNTIL, thresholds=frozen).equals(own)
    few = orders.filter(orders.user_id == "e")
    assert rfm(few, observed_until=UNTIL, thresholds=frozen).iloc[0]["frequency_score"] == 5
    later = rfm(few, observed_until=at("2025-06-01"), thresholds=frozen).iloc[0]
    assert later["recency_score"] == 1  # beyond every bound


def test_rfm_of_nobody(table: MakeTable) -> None:
    none = table("order_id user_id ordered_at status amount", [])
    assert rfm(none, observed_until=UNTIL).empty
    assert rfm_thresholds(none, observed_until=UNTIL).empty


def test_rfm_refuses(orders: ibis.Table) -> None:
    with pytest.raises(MetricError, match="scores must be at least 2, got 1"):
        rfm(orders, observed_until=UNTIL, scores=1)
    with pytest.raises(MetricError, match="thresholds must be what rfm_thresholds returns"):
        rfm(orders, observed_until=UNTIL, thresholds=rfm_thresholds(orders, observed_until=UNTIL).drop(columns="bound"))
