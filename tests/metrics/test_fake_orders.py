import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics.fake_orders import fake_orders, suspicious_orders
from retro.periods import Window
from retro.sources import load_source, open_tables

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
WINDOW = Window(at("2025-02-28T20:00"), at("2025-03-01T20:00"))
DEMO = Path("data/demo/truth.json")


@pytest.fixture
def shop(table: MakeTable, engine: ibis.BaseBackend) -> tuple[ibis.Table, ibis.Table, ibis.Table]:
    orders = table(
        "order_id user_id ordered_at status amount",
        [
            ("ring-1", "ann", "2025-02-28T20:01", "fraudulent", "10.00"),
            ("ring-2", "bob", "2025-02-28T20:02", "paid", "20.00"),
            ("bot", "cat", "2025-02-28T20:03", "fraudulent", "30.00"),
            ("hasty", "dan", "2025-02-28T20:04", "paid", "40.00"),
            ("hoard", "eve", "2025-02-28T20:05", "paid", "50.00"),
            ("slow", "fay", "2025-02-28T20:06", "fraudulent", "60.00"),
            ("untold", "guy", "2025-02-28T20:07", "paid", "70.00"),
        ],
    )
    lines = ibis.memtable(
        {
            "order_id": ["ring-1", "ring-2", "bot", "hasty", "hoard", "slow", "slow", "untold"],
            "quantity": [1, 1, 3, 1, 3, 2, 2, 5],
        }
    )
    events = [(user, "order", f"2025-02-28T20:0{n}", f"s{n}", device, order) for n, (user, device, order) in enumerate(
        [("ann", "d1", "ring-1"), ("bob", "d1", "ring-2"), ("cat", "d2", "bot"), ("dan", "d3", "hasty"),
         ("eve", "d4", "hoard"), ("fay", "d5", "slow")], start=1)]  # fmt: skip
    events += [(user, "view", "2025-02-28T20:00", session, "d", None) for user, session in
               [("ann", "s1"), ("bob", "s2"), ("eve", "s5"), ("fay", "s6")]]  # fmt: skip
    events += [
        ("cat", "view", "2025-02-28T20:09", "s3", "d2", None),
        ("dan", "view", "2025-02-28T19:00", "s0", "d3", None),
    ]
    made = table("user_id event occurred_at session_id device_id detail", events)
    return orders, engine.create_table(ibis.util.gen_name("lines"), lines.to_pyarrow(), temp=True), made


def test_a_shared_device_suffices_and_weak_rules_must_both_hold(
    shop: tuple[ibis.Table, ibis.Table, ibis.Table],
) -> None:
    marked = suspicious_orders(*shop, window=WINDOW).execute().set_index("order_id")

    assert sorted(marked.index[marked["shared_device"]]) == ["ring-1", "ring-2"]
    assert sorted(marked.index[marked["no_browsing"]]) == ["bot", "hasty"]
    assert sorted(marked.index[marked["bulk"]]) == ["bot", "hoard", "untold"]
    assert sorted(marked.index[marked["suspicious"]]) == ["bot", "ring-1", "ring-2"]


def test_rules_are_set_beside_what_operations_stopped(shop: tuple[ibis.Table, ibis.Table, ibis.Table]) -> None:
    frame = fake_orders(*shop, window=WINDOW).set_index("rule")

    assert frame.attrs["orders"] == 7
    suspicious = frame.loc["suspicious"]
    assert (suspicious["orders"], suspicious["amount"], suspicious["stopped"]) == (3, Decimal("60.00"), 2)
    assert (suspicious["passed"], suspicious["passed_amount"]) == (1, Decimal("20.00"))
    assert frame.loc["stopped", "orders"] == 3
    assert (frame.loc["missed", "orders"], frame.loc["missed", "amount"]) == (1, Decimal("60.00"))


def test_one_user_shares_a_device_with_nobody(shop: tuple[ibis.Table, ibis.Table, ibis.Table]) -> None:
    with pytest.raises(MetricError, match="device_users must be at least 2, got 1"):
        fake_orders(*shop, window=WINDOW, device_users=1)


def test_the_planted_fakes_are_found_but_for_the_slow_resellers() -> None:
    if not DEMO.is_file():
        pytest.skip("needs the demo data: run `retro demo` first")
    planted = json.loads(DEMO.read_text())["flash_sale_night"]["fakes"]
    tables = open_tables(load_source(Path("params/source.yaml")), "params/source.yaml")
    marked = suspicious_orders(tables.orders, tables.order_items, tables.events, WINDOW)
    found = set(marked.filter(marked.suspicious).order_id.execute())

    fakes = {order for kind in planted.values() for order in kind}
    precision, recall = len(found & fakes) / len(found), len(found & fakes) / len(fakes)
    assert precision > 0.95
    assert recall > 0.8
    assert fakes - found == set(planted["slow_reseller"])
