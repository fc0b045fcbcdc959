import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics.coupons import coupon_holders, coupon_hunters, coupon_thresholds, coupons
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
WEEK = Window(at("2025-03-01"), at("2025-03-08"))

COUPON = {
    "user_id": "string",
    "template": "string",
    "campaign_id": "string",
    "threshold_amount": "decimal(18, 2)",
    "face_amount": "decimal(18, 2)",
    "issued_at": "timestamp",
    "claimed_at": "timestamp",
    "used_at": "timestamp",
    "expires_at": "timestamp",
    "order_id": "string",
}


def coupon(user: str, template: str = "ten", order: str | None = None, **keys: Any) -> dict[str, Any]:
    """10 off 100, issued and claimed two days before the week, good for it, used on its third day if at all."""
    baseline = {
        "user_id": user, "template": template, "campaign_id": None, "order_id": order,
        "threshold_amount": Decimal(100), "face_amount": Decimal(10), "issued_at": at("2025-02-27"),
        "claimed_at": at("2025-02-27T01:00"), "used_at": at("2025-03-03T10:00") if order else None,
        "expires_at": at("2025-03-20"),
    }  # fmt: skip
    return baseline | keys


def orders_of(table: MakeTable, *rows: tuple[str, str, str, str, str]) -> ibis.Table:
    return table("order_id user_id ordered_at status amount", rows)


def bought(order: str, user: str, amount: str, moment: str = "2025-03-03T10:00", status: str = "paid") -> Any:
    return (order, user, moment, status, amount)


def coupons_of(*rows: dict[str, Any]) -> ibis.Table:
    return ibis.memtable(list(rows), schema=COUPON)


def test_coupons_are_followed_from_issue_to_use(table: MakeTable) -> None:
    rows = [coupon(f"u{n}", order=f"o{n}") for n in range(6)]  # o5 was cancelled
    rows += [coupon("late", claimed_at=at("2025-03-09")), coupon("never", claimed_at=None)]
    rows += [coupon("over", expires_at=at("2025-03-01")), coupon("spent", order="x", used_at=at("2025-02-28"))]
    rows += [coupon("next", issued_at=at("2025-03-08"), claimed_at=at("2025-03-08"))]
    orders = orders_of(
        table, *[bought(f"o{n}", f"u{n}", "90.00", status="paid" if n < 5 else "cancelled") for n in range(6)]
    )

    (row,) = coupons(orders, coupons_of(*rows), WEEK).to_dict("records")

    assert (row["issued"], row["claimed"], row["used"]) == (8, 6, 5)
    assert row["coupon_use_rate"] == pytest.approx(5 / 8)
    assert (row["subsidy"], row["gmv"]) == (Decimal("50.00"), Decimal("450.00"))
    assert row["coupon_subsidy_rate"] == pytest.approx(0.1)
    assert (row["threshold"], row["face"], row["own"]) == (Decimal("100.00"), Decimal("10.00"), False)


def test_templates_that_few_used_are_taken_together_and_own_ones_come_first(table: MakeTable) -> None:
    rows = [coupon(f"a{n}", "common", f"a{n}") for n in range(6)]
    rows += [coupon(f"b{n}", "night", f"b{n}", campaign_id="week") for n in range(7)]
    rows += [coupon("c", "rare", "c"), coupon("d", "idle")]
    ids = [row["order_id"] for row in rows if row["order_id"]]
    orders = orders_of(table, *[bought(name, name, "90.00") for name in ids])

    frame = coupons(orders, coupons_of(*rows), WEEK, campaign_id="week")

    assert frame["template"].tolist() == ["night", "idle", None]
    assert frame["used"].tolist() == [7, 0, 7]  # one of "rare" and six of "common" beside it
    assert frame["subsidy"].tolist() == [Decimal("70.00"), Decimal("0.00"), Decimal("70.00")]


def test_amounts_of_fewer_than_five_are_not_shown(table: MakeTable) -> None:
    orders = orders_of(table, bought("o", "u", "90.00"))

    (row,) = coupons(orders, coupons_of(coupon("u", order="o"), coupon("v")), WEEK).to_dict("records")

    assert (row["issued"], row["used"]) == (2, 1)
    assert (row["subsidy"], row["gmv"]) == (None, None)


def test_holders_had_a_coupon_before_the_start_that_was_good_in_the_campaign() -> None:
    rows = [coupon("yes"), coupon("yes"), coupon("unclaimed", claimed_at=None)]
    rows += [coupon("later", issued_at=at("2025-03-02"), claimed_at=at("2025-03-02"))]
    rows += [coupon("own", campaign_id="week")]

    def held(**keys: Any) -> list[str]:
        return sorted(coupon_holders(coupons_of(*rows), WEEK, **keys).execute()["user_id"])

    assert held() == ["own", "yes"]
    assert held(campaign_id="week") == ["own"]
    assert held(campaign_id="another") == ["own", "yes"]


def test_baskets_near_a_threshold_are_compared_with_and_without_a_coupon(table: MakeTable) -> None:
    """Of ten holders eight reach 100 before the coupon, of ten others four; 80 is far below and does not count."""
    rows = [coupon(f"h{n}", order=f"h{n}" if n < 8 else None) for n in range(10)]
    held = [bought(f"h{n}", f"h{n}", "92.00" if n < 8 else "95.00") for n in range(10)]
    others = [bought(f"o{n}", f"o{n}", "105.00" if n < 4 else "95.00") for n in range(10)]
    orders = orders_of(table, *held, *others, bought("far", "far", "80.00"))

    (row,) = coupon_thresholds(orders, coupons_of(*rows), WEEK).to_dict("records")

    assert (row["held"], row["held_above"], row["others"], row["others_above"]) == (10, 8, 10, 4)
    assert row["gain"] == pytest.approx(0.4)
    assert row["moved"] == pytest.approx(4)
    assert row["low"] < 0.4 < row["high"]


def test_a_coupon_that_is_spent_or_over_is_not_at_hand(table: MakeTable) -> None:
    rows = [coupon("spent", order="first", used_at=at("2025-03-02T10:00")), coupon("over", expires_at=at("2025-03-02"))]
    orders = orders_of(
        table,
        bought("first", "spent", "92.00", "2025-03-02T10:00"),
        bought("second", "spent", "110.00"),
        bought("third", "over", "110.00"),
    )

    (row,) = coupon_thresholds(orders, coupons_of(*rows), WEEK).to_dict("records")

    assert (row["held"], row["others"]) == (1, 2)
    assert row["gain"] != row["gain"]  # too few to say


def test_without_thresholds_there_is_nothing_to_compare(table: MakeTable) -> None:
    rows = coupons_of(coupon("u", threshold_amount=Decimal(0)))

    assert coupon_thresholds(orders_of(table), rows, WEEK).empty


def test_a_hunter_has_a_coupon_on_every_order(table: MakeTable) -> None:
    """Ann has two orders with a coupon, bob one of two, cat only the one; dan hunted before the week."""
    used = ["ann1", "ann2", "bob1", "cat1", "dan1", "dan2"]
    before = "2025-02-03T10:00"
    orders = orders_of(
        table,
        bought("ann1", "ann", "90.00", before),
        bought("ann2", "ann", "90.00"),
        bought("bob1", "bob", "90.00"),
        bought("bob2", "bob", "90.00", before),
        bought("cat1", "cat", "90.00"),
        bought("cat2", "cat", "90.00", before, "refunded"),
        bought("dan1", "dan", "90.00", before),
        bought("dan2", "dan", "90.00", before),
    )

    (row,) = coupon_hunters(orders, coupons_of(*[coupon(name[:3], order=name) for name in used]), WEEK).to_dict(
        "records"
    )

    assert (row["coupon_buyers"], row["hunters"]) == (3, 1)
    assert row["coupon_order_rate"] == pytest.approx(6 / 7)
    assert row["by_chance"] == pytest.approx(2 * 6 / 7)  # ann and bob have one order more
    assert (row["subsidy"], row["hunted"]) == (Decimal("30.00"), Decimal("10.00"))


def test_nobody_with_a_coupon_has_no_hunters_and_no_rate(table: MakeTable) -> None:
    (row,) = coupon_hunters(orders_of(table), coupons_of(coupon("u")), WEEK).to_dict("records")

    assert (row["coupon_buyers"], row["hunters"], row["subsidy"]) == (0, 0, Decimal("0.00"))
    assert row["rate"] != row["rate"]


def test_a_rule_of_one_order_would_make_a_hunter_of_every_newcomer(table: MakeTable) -> None:
    with pytest.raises(MetricError, match="least_orders must be at least 2, got 1"):
        coupon_hunters(orders_of(table), coupons_of(coupon("u")), WEEK, least_orders=1)
