"""The shop's tables hold together, and nothing happens in them that cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo_tables import KEYS, LINKS
from retro_demo import make_demo
from shops import files_of

Ask = Callable[[str], Any]

NEVER = {
    "money that does not add up": "select count(*) from orders where amount <> list_amount - discount_amount",
    "an order for nothing": "select count(*) from orders where amount <= 0",
    "items that differ from their order": """select count(*) from orders left join (select order_id,
        sum(amount) as a, sum(discount_amount) as d, sum(unit_price * quantity) as l from order_items group by 1)
        using (order_id) where (a, d, l) is distinct from (amount, discount_amount, list_amount)""",
    "an item whose amount is not price less discount": """select count(*) from order_items
        where amount <> unit_price * quantity - discount_amount or amount < 0""",
    "an order before registering": """select count(*) from orders join users using (user_id)
        where ordered_at < registered_at""",
    "an event before registering": """select count(*) from events join users using (user_id)
        where occurred_at < registered_at""",
    "a payment before its order": "select count(*) from orders where paid_at < ordered_at",
    "a paid order without a payment": """select count(*) from orders
        where (status in ('paid', 'refunded', 'fraudulent')) <> (paid_at is not null)""",
    "an order shipped before its payment": "select count(*) from orders where shipped_at <= paid_at",
    "an order shipped after all of it came back": """select count(*) from refunds join orders using (order_id)
        where status = 'refunded' and refunded_at <= shipped_at""",
    "a refund before its payment": """select count(*) from refunds join orders using (order_id)
        where refunded_at <= paid_at""",
    "a refund above its order": """select count(*) from refunds join orders using (order_id)
        where refunds.amount > orders.amount""",
    "a refunded order without a refund": """select count(*) from orders anti join refunds using (order_id)
        where status = 'refunded'""",
    "a coupon used outside its time": """select count(*) from coupons
        where used_at < claimed_at or used_at > expires_at or claimed_at < issued_at""",
    "a coupon below its threshold": """select count(*) from orders join coupons using (coupon_id)
        where list_amount < threshold_amount or discount_amount < face_amount""",
    "somebody else's coupon": """select count(*) from orders join coupons using (coupon_id)
        where orders.user_id <> coupons.user_id or orders.order_id <> coupons.order_id""",
    "a negative balance of points": "select count(*) from points_ledger where balance_after < 0",
    "a ledger that does not add up": """select count(*) from (select balance_after, sum(points) over
        (partition by user_id order by entry_id) as total from points_ledger) where balance_after <> total""",
    "a redemption without its event": """select count(*) from points_ledger where kind = 'redeem' and not exists
        (select 1 from events where event = 'redeem' and events.user_id = points_ledger.user_id
        and events.occurred_at = points_ledger.occurred_at)""",
    "stock that does not add up": """select count(*) from stock
        where opening_units + received_units - sold_units <> closing_units or closing_units < 0""",
    "stock lost over night": """select count(*) from (select opening_units, lag(closing_units) over
        (partition by product_id order by stocked_on) as before from stock where campaign_id is null)
        where opening_units <> before""",
    "a sold-out item that is left": """select count(*) from stock
        where campaign_id is not null and (closing_units = 0) <> (sold_out_at is not null)""",
    "two tiers at once": """select count(*) from (select valid_to, lead(valid_from) over (partition by user_id
        order by valid_from) as next from member_tiers) where valid_to is distinct from next""",
    "an answer before its question": "select count(*) from support_tickets where first_answered_at < opened_at",
    "a review before its order": """select count(*) from reviews join orders using (order_id)
        where reviewed_at <= paid_at""",
    "a session of two people": """select count(*) from (select session_id from events group by 1
        having count(distinct user_id) > 1)""",
}

TIMES = {
    "users": "registered_at",
    "orders": "greatest(ordered_at, paid_at, shipped_at)",
    "events": "occurred_at",
    "refunds": "refunded_at",
    "coupons": "issued_at",
    "points_ledger": "occurred_at",
    "reviews": "reviewed_at",
    "surveys": "answered_at",
    "support_tickets": "greatest(first_answered_at, closed_at)",
    "page_views": "minute_at",
}


@pytest.mark.parametrize("table", KEYS)
def test_keys_are_unique(ask: Ask, table: str) -> None:
    assert ask(f"select count(*) - count(distinct {KEYS[table]}) from {table}") == 0
    assert ask(f"select count(*) from {table}") > 0


@pytest.mark.parametrize(("table", "column", "to"), LINKS)
def test_links_lead_somewhere(ask: Ask, table: str, column: str, to: str) -> None:
    orphans = f"select count(*) from {table} anti join {to} using ({column}) where {column} is not null"
    assert ask(orphans) == 0


@pytest.mark.parametrize("never", NEVER)
def test_it_never_happens(ask: Ask, never: str) -> None:
    assert ask(NEVER[never]) == 0


@pytest.mark.parametrize("table", TIMES)
def test_nothing_happens_after_the_data_end(ask: Ask, table: str) -> None:
    assert ask(f"select count(*) from {table} where {TIMES[table]} >= timestamp '2025-04-01'") == 0


def test_every_minute_has_its_page_views(ask: Ask) -> None:
    assert ask("select count(distinct minute_at) from page_views") == 180 * 1440
    assert ask("select count(*) / count(distinct page_group) from page_views") == 180 * 1440
    assert ask("select min(views) from page_views") == 0


def test_every_recorded_order_is_an_event(ask: Ask) -> None:
    placed = ask("select count(*) from orders where ordered_at >= '2024-10-03'")
    matching = """select count(*) from events join orders on detail = order_id
        and events.user_id = orders.user_id and occurred_at = {} where event = '{}'"""
    assert ask("select count(*) from events where event = 'order'") == placed
    assert ask(matching.format("ordered_at", "order")) == placed
    assert ask(matching.format("paid_at", "pay")) == ask(
        "select count(paid_at) from orders where ordered_at >= '2024-10-03'"
    )


def test_media_costs_add_up_at_every_scale(ask: Ask) -> None:
    total = "select sum(amount) from campaign_costs where campaign_id = '2025Q1-new-user-week' and category = 'media'"
    assert float(ask(total)) == pytest.approx(1_450_000 * 0.002, abs=0.05)


def test_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    make_demo(tmp_path / "one", scale=0.0002, seed=7)
    make_demo(tmp_path / "two", scale=0.0002, seed=7)
    make_demo(tmp_path / "other", scale=0.0002, seed=8)

    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert (tmp_path / "one" / "events.parquet").read_bytes() != (tmp_path / "other" / "events.parquet").read_bytes()


def test_a_failure_leaves_the_old_shop_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_demo(tmp_path / "shop", scale=0.0002)
    before = files_of(tmp_path / "shop")

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("retro_demo.writing.book_costs", fail)
    with pytest.raises(OSError, match="no space left"):
        make_demo(tmp_path / "shop", scale=0.0002, seed=3)

    assert files_of(tmp_path / "shop") == before
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


def test_blocks_join_seamlessly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retro_demo.blocks.BLOCK_SIZE", 1_000)
    summary = make_demo(tmp_path / "shop", scale=0.0003)
    connection = duckdb.connect()
    for name in summary.rows:
        connection.execute(f"create view {name} as select * from '{tmp_path / 'shop' / name}.parquet'")
    for table, key in KEYS.items():
        assert connection.execute(f"select count(*) - count(distinct {key}) from {table}").fetchone() == (0,), table
    shared = "select count(*) from (select device_id from events group by 1 having count(distinct user_id) > 6)"
    assert connection.execute(shared).fetchone() == (0,)
