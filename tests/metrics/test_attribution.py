import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics.attribution import Claim, Policy, attribution
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]

WEEK = Claim("week", Window(at("2025-01-10"), at("2025-01-17")))
CONTEST = Claim("contest", Window(at("2025-01-15"), at("2025-01-20")))
NIGHT = Claim("night", Window(at("2025-01-16T20:00"), at("2025-01-17T20:00")))


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    return table(
        "order_id user_id ordered_at status amount",
        [
            ("before", "ann", "2025-01-09T23:59", "paid", "1.00"),
            ("one", "ann", "2025-01-10T00:00", "paid", "10.00"),
            ("two", "bob", "2025-01-15T12:00", "paid", "20.01"),
            ("three", "bob", "2025-01-16T21:00", "paid", "10.00"),
            ("gone", "bob", "2025-01-16T21:00", "cancelled", "99.00"),
            ("late", "eve", "2025-01-20T00:00", "paid", "5.55"),
        ],
    )


@pytest.mark.parametrize(
    ("policy", "gmv"),
    [
        ("last_touch", ["10.00", "20.01", "10.00", "6.55"]),
        ("first_touch", ["40.01", "0.00", "0.00", "6.55"]),
        ("split", ["23.35", "13.33", "3.33", "6.55"]),
    ],
)
def test_attributed_and_unattributed_are_all_orders_to_the_cent(
    orders: ibis.Table, policy: Policy, gmv: list[str]
) -> None:
    frame = attribution(orders, [NIGHT, WEEK, CONTEST], policy=policy)

    assert frame["campaign_id"].tolist() == ["week", "contest", "night", None]
    assert frame["gmv"].tolist() == [Decimal(amount) for amount in gmv]
    assert sum(frame["gmv"]) == Decimal("46.56")


def test_what_each_would_claim_alone_stands_beside_it(orders: ibis.Table) -> None:
    frame = attribution(orders, [NIGHT, WEEK, CONTEST])

    assert frame["claimed"].tolist() == [3, 2, 1, None]
    assert frame["claimed_gmv"].tolist() == [Decimal("40.01"), Decimal("30.01"), Decimal("10.00"), None]


def test_split_orders_are_counted_in_parts(orders: ibis.Table) -> None:
    frame = attribution(orders, [NIGHT, WEEK, CONTEST], policy="split")

    assert frame["orders"].tolist() == [Decimal("1.83"), Decimal("0.83"), Decimal("0.33"), Decimal("2.00")]


def test_no_claims_leave_everything_unattributed(orders: ibis.Table) -> None:
    assert attribution(orders, [])["gmv"].tolist() == [Decimal("46.56")]


def test_unknown_policies_and_repeated_campaigns_are_refused_in_words(orders: ibis.Table) -> None:
    with pytest.raises(MetricError, match="policy must be one of last_touch, first_touch, split, got 'linear'"):
        attribution(orders, [WEEK], policy="linear")  # type: ignore[arg-type]  # what the test is about
    with pytest.raises(MetricError, match="campaigns must be given once each, got week, week"):
        attribution(orders, [WEEK, WEEK])


def test_amounts_below_a_cent_that_do_not_add_up_stop_the_run(engine: ibis.BaseBackend) -> None:
    amount = {
        "order_id": "a",
        "user_id": "a",
        "ordered_at": at("2025-01-11"),
        "status": "paid",
        "amount": Decimal("0.005"),
    }
    types = {"ordered_at": "timestamp", "amount": "decimal(18, 3)"}
    schema = dict.fromkeys(amount, "string") | types
    orders = engine.create_table(ibis.util.gen_name("mills"), ibis.memtable([amount] * 3, schema=schema), temp=True)

    with pytest.raises(MetricError, match=r"unattributed GMV must add up to 0\.02, got 0\.03"):
        attribution(orders, [WEEK])
