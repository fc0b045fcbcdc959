"""Every breach breaks its rule and leaves the rest alone; the whole shop breaks none."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from retro.errors import RetroError
from retro_demo import BREACHES, make_demo
from retro_demo.breaches import plant_breach
from shops import files_of

# How many rows break the rule; each is 0 in a whole shop. Rules that a single query cannot ask have tests below.
BROKEN_ROWS = {
    "duplicate_key": "select count(*) - count(distinct order_id) from orders",
    "duplicate_user": "select count(*) - count(distinct user_id) from users",
    "null_key": "select count(*) from orders where order_id is null",
    "orphan": "select count(*) from orders anti join users using (user_id)",
    "orphan_event": "select count(*) from events anti join users using (user_id)",
    "orphan_item": "select count(*) from order_items anti join products using (product_id)",
    "missing_day": "select 180 - count(distinct cast(occurred_at as date)) from events",
    "missing_minutes": "select 180 * 1440 - count(distinct minute_at) from page_views",
    "late_data": "select cast(max(occurred_at) < timestamp '2025-03-31' as int) from events",
    "negative_amount": "select count(*) from orders where amount < 0",
    "future_date": "select count(*) from orders where ordered_at >= timestamp '2025-04-01'",
    "shifted_clock": "select count(*) from events join users using (user_id) where occurred_at < registered_at",
    "mixed_currency": "select count(*) from orders where amount <> list_amount - discount_amount",
    "empty_table": "select count(*) filter (rows = 0) from (select count(*) as rows from campaign_costs)",
    "unknown_status": """select count(*) from orders
        where status not in ('pending', 'paid', 'cancelled', 'refunded', 'fraudulent')""",
    "padded_words": "select count(*) from users where channel <> trim(channel)",
    "paid_before_ordered": "select count(*) from orders where paid_at < ordered_at",
    "items_do_not_add_up": """select count(*) from orders left join
        (select order_id, sum(amount) as total from order_items group by 1) using (order_id)
        where amount is distinct from total""",
    "refund_too_large": """select count(*) from (select order_id, sum(amount) as back from refunds group by 1)
        join orders using (order_id) where back > amount""",
    "expired_coupon": "select count(*) from coupons where used_at > expires_at",
    "ledger_hole": """select count(*) from (select balance_after, sum(points) over (partition by user_id
        order by entry_id) as total from points_ledger) where balance_after <> total""",
    "negative_balance": "select count(*) from points_ledger where balance_after < 0",
    "overlapping_tiers": """select count(*) from (select valid_to, lead(valid_from) over (partition by user_id
        order by valid_from) as next from member_tiers) where valid_to > next""",
    "unknown_cost": "select count(*) from campaign_costs anti join orders using (campaign_id)",
    "exposed_twice": "select count(*) - count(distinct (experiment_id, unit_id)) from exposures",
    "negative_stock": "select count(*) from stock where closing_units < 0",
    "sold_too_much": "select count(*) from stock where opening_units + received_units - sold_units <> closing_units",
    "rating_out_of_range": "select count(*) from reviews where rating not between 1 and 5",
    "answered_before_opened": "select count(*) from support_tickets where first_answered_at < opened_at",
}

LEADERBOARD_ERROR = """
    with ledger as (
        select user_id, sum(points) as booked from points_ledger
        where campaign_id = '2025Q1-points-contest' and points > 0 group by 1
    ), board as (select user_id, points from leaderboard where snapshot_at = timestamp '2025-01-24')
    select sum(abs(coalesce(points, 0) - coalesce(booked, 0))) / sum(booked) from ledger full join board using (user_id)
"""


def count(folder: Path, sql: str) -> float:
    connection = duckdb.connect()
    for path in folder.glob("*.parquet"):
        connection.execute(f"create view {path.stem} as select * from '{path}'")
    row = connection.execute(sql).fetchone()
    assert row is not None
    return float(row[0])


def broken(whole: Path, tmp_path: Path, name: str) -> Path:
    folder = tmp_path / "broken"
    shutil.copytree(whole, folder)
    plant_breach(folder, name)
    return folder


@pytest.mark.parametrize("name", BROKEN_ROWS)
def test_a_breach_breaks_its_rule(whole_shop: Path, tmp_path: Path, name: str) -> None:
    assert count(whole_shop, BROKEN_ROWS[name]) == 0
    assert count(broken(whole_shop, tmp_path, name), BROKEN_ROWS[name]) > 0


def test_a_breach_changes_one_table(whole_shop: Path, tmp_path: Path) -> None:
    folder = broken(whole_shop, tmp_path, "duplicate_key")
    before, after = files_of(whole_shop), files_of(folder)
    assert sorted(before) == sorted(after)
    assert [name for name, content in before.items() if after[name] != content] == ["orders.parquet"]


def test_the_leaderboard_is_off_by_less_than_one_in_ten_thousand(whole_shop: Path, tmp_path: Path) -> None:
    assert 0 < count(whole_shop, LEADERBOARD_ERROR) < 1e-4
    assert count(broken(whole_shop, tmp_path, "leaderboard_off"), LEADERBOARD_ERROR) > 1e-4


def test_columns_lose_their_type_or_go(whole_shop: Path, tmp_path: Path) -> None:
    types = "select count(*) from (describe orders) where column_name = 'amount' and column_type = 'DECIMAL(18,2)'"
    assert (count(whole_shop, types), count(broken(whole_shop, tmp_path / "type", "changed_type"), types)) == (1, 0)
    columns = "select count(*) from (describe users) where column_name = 'registered_at'"
    assert (count(whole_shop, columns), count(broken(whole_shop, tmp_path / "column", "missing_column"), columns)) == (
        1,
        0,
    )


def test_every_breach_is_tested() -> None:
    assert set(BREACHES) == {*BROKEN_ROWS, "leaderboard_off", "changed_type", "missing_column"}
    assert len(BREACHES) >= 20


def test_make_demo_plants_a_breach(tmp_path: Path) -> None:
    summary = make_demo(tmp_path / "shop", scale=0.0002, breach="null_key")
    assert summary.breach == "null_key"
    assert count(tmp_path / "shop", BROKEN_ROWS["null_key"]) == 3


def test_an_unknown_breach_is_answered_with_the_closest(tmp_path: Path) -> None:
    with pytest.raises(
        RetroError, match=r"^demo: breach must be a known name, got 'null_keys'\. Did you mean 'null_key'\?$"
    ):
        make_demo(tmp_path / "shop", breach="null_keys")
    assert not (tmp_path / "shop").exists()
