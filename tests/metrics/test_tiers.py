import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.i18n import LANGS, load_text
from retro.metrics import eight_tiers, four_tiers, members, tiers
from retro.metrics.tiers import tier_of

at = dt.datetime.fromisoformat
UNTIL = at("2025-07-01")

MakeTable = Callable[..., ibis.Table]


@pytest.fixture
def people(table: MakeTable) -> ibis.Table:
    users = table(
        "user_id registered_at",
        [(name, "2024-01-01T00:00") for name in ("rich", "gone", "regular", "once", "recent", "idle")]
        + [("newcomer", "2025-06-20T00:00"), ("tomorrow", "2025-07-01T00:00")],
    )
    bought = [
        ("rich", "2025-01-01T00:00", "9000"),
        ("gone", "2025-04-02T00:00", "10"),  # 90 days before the last day
        ("regular", "2025-06-29T00:00", "10"),
        ("regular", "2025-04-03T00:00", "10"),
        ("once", "2025-04-20T00:00", "10"),  # one order, 71 days ago: in no tier of the plans
        ("recent", "2025-06-25T00:00", "10"),
        ("recent", "2025-06-26T00:00", "10"),  # new and active at once in the plans
    ]
    orders = table(
        "order_id user_id ordered_at status amount",
        [(str(n), user, on, "paid", amount) for n, (user, on, amount) in enumerate(bought)],
    )
    return members(users, orders, observed_until=UNTIL)


def placed(people: ibis.Table, rules: pd.DataFrame) -> dict[str, str]:
    frame = people.select("user_id", tier=tier_of(people, rules)).execute()
    return dict(zip(frame["user_id"], frame["tier"], strict=True))


def test_members_without_orders_are_as_old_as_their_registration(people: ibis.Table) -> None:
    frame = people.execute().set_index("user_id")
    assert sorted(frame.index) == ["gone", "idle", "newcomer", "once", "recent", "regular", "rich"]
    assert frame.loc["newcomer", ["recency_days", "orders", "amount"]].tolist() == [10, 0, 0]
    assert frame.loc["gone", "recency_days"] == 89


def test_four_tiers_place_everybody_once(people: ibis.Table) -> None:
    rules = four_tiers(high_value=5000)
    assert placed(people, rules) == {
        "rich": "high_value",
        "gone": "new",
        "regular": "active",
        "once": "new",
        "recent": "active",
        "idle": "dormant",
        "newcomer": "new",
    }
    frame = tiers(people, rules)
    assert frame["tier"].tolist() == ["high_value", "dormant", "active", "new"]
    assert frame["members"].tolist() == [1, 1, 2, 3]
    assert frame["share"].sum() == pytest.approx(1)
    assert frame["amount"].tolist() == [Decimal("9000.00"), Decimal("0.00"), Decimal("40.00"), Decimal("20.00")]


def test_tiers_can_be_edited(people: ibis.Table) -> None:
    rules = four_tiers(high_value=5000)
    rules.loc[rules["tier"] == "dormant", "at_least"] = 89
    assert placed(people, rules)["gone"] == "dormant"


def test_eight_tiers_cut_at_ninety_days_two_orders_and_the_threshold() -> None:
    rows = [
        ("a", 89, 2, 900),
        ("b", 89, 1, 900),
        ("c", 90, 2, 900),
        ("d", 90, 1, 900),
        ("e", 89, 2, 899),
        ("f", 89, 1, 899),
        ("g", 90, 2, 899),
        ("h", 90, 1, 899),
    ]
    people = ibis.memtable(rows, columns=["user_id", "recency_days", "orders", "amount"])
    assert placed(people, eight_tiers(900)) == {
        "a": "important_value",
        "b": "important_develop",
        "c": "important_keep",
        "d": "important_save",
        "e": "general_value",
        "f": "general_develop",
        "g": "general_keep",
        "h": "general_save",
    }
    assert tiers(people, eight_tiers(900))["members"].tolist() == [1] * 8
    assert placed(people, eight_tiers(900, recent_days=100, frequent=3))["c"] == "important_develop"


def test_tiers_of_nobody(table: MakeTable) -> None:
    none = members(
        table("user_id registered_at", []),
        table("order_id user_id ordered_at status amount", []),
        observed_until=UNTIL,
    )
    frame = tiers(none, four_tiers(high_value=1))
    assert frame["members"].tolist() == [0, 0, 0, 0]
    assert frame["share"].isna().all()


def test_tiers_refuse_rules_that_leave_somebody_out(people: ibis.Table) -> None:
    with pytest.raises(MetricError, match="the last tier must take everybody else"):
        tiers(people, four_tiers(high_value=1).iloc[:-1])
    unknown = four_tiers(high_value=1).replace({"measure": {"orders": "order"}})
    with pytest.raises(MetricError, match=r"measure 'order' must be a column. Did you mean 'orders'\?"):
        tiers(people, unknown)
    boundless = four_tiers(high_value=1)
    boundless.loc[0, "at_least"] = None
    with pytest.raises(MetricError, match="rule on 'amount' must have a bound"):
        tiers(people, boundless)


@pytest.mark.parametrize("lang", LANGS)
def test_every_tier_has_a_name(lang: str) -> None:
    text = load_text(lang)
    names = {*four_tiers(1)["tier"], *eight_tiers(1)["tier"]}
    assert all(text.has(f"tier.{name}") for name in names)
