"""The whole year: later quarters in files of their own, which change nothing of the first, and their planted nodes."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo_tables import KEYS, LINKS
from retro_demo import make_demo
from retro_demo.chance import Chance
from retro_demo.clock import DAYS, LATER_QUARTERS, YEAR_END
from retro_demo.levels import load_levels
from retro_demo.life.seasons import make_seasons
from shops import files_of

Ask = Callable[[str], Any]

LATER = (
    "users",
    "orders",
    "order_items",
    "refunds",
    "coupons",
    "stock",
    "campaign_costs",
    "reviews",
    "surveys",
    "support_tickets",
    "page_views",
)
"""Tables of which every row has a key, and later quarters further rows."""

PRESALES = ["deposit_amount", "deposit_paid_at", "balance_paid_at"]

MOMENTS = {
    "users": "registered_at",
    "events": "occurred_at",
    "orders": "ordered_at",
    "page_views": "minute_at",
    "stock": "stocked_on",
}


@pytest.fixture(scope="module")
def whole_year(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    return once("whole_year", lambda folder: make_demo(folder, scale=0.0005, year=True))


@pytest.fixture(scope="module")
def ask(whole_year: Path) -> Ask:
    connection = duckdb.connect()
    for name in {*LATER, *MOMENTS}:
        connection.execute(
            f"create view {name} as select * from read_parquet('{whole_year}/{name}*.parquet', union_by_name=true)"
        )

    def first(sql: str) -> Any:
        row = connection.execute(sql).fetchone()
        assert row is not None
        return row[0]

    return first


def test_the_later_quarters_change_no_byte_of_the_first(whole_year: Path, tmp_path: Path) -> None:
    make_demo(tmp_path / "shop", scale=0.0005)
    first, whole = files_of(tmp_path / "shop"), files_of(whole_year)
    assert first == {name: content for name, content in whole.items() if name in first}
    further = {Path(name).stem.rpartition("-")[2] for name in whole if name not in first}
    assert further == {*LATER_QUARTERS, "2025"}


def test_a_later_quarter_has_the_columns_of_the_first(whole_year: Path) -> None:
    for later in whole_year.glob("*-2025Q*.parquet"):
        first = whole_year / f"{later.stem.rpartition('-')[0]}.parquet"
        columns = [duckdb.sql(f"describe select * from '{file}'").fetchall() for file in (first, later)]
        presales = columns[1][len(columns[0]) :]
        assert columns[0] == columns[1][: len(columns[0])], later.name
        assert [name for name, *_ in presales] == (PRESALES if later.stem.startswith("orders-") else [])


@pytest.mark.parametrize("table", LATER)
def test_keys_hold_over_the_whole_year(table: str, ask: Ask) -> None:
    assert ask(f"select count(*) - count(distinct {KEYS[table]}) from {table}") == 0


@pytest.mark.parametrize(
    ("table", "column", "target"), [link for link in LINKS if {link[0], link[2]} <= {*LATER, *MOMENTS}]
)
def test_links_hold_over_the_whole_year(table: str, column: str, target: str, ask: Ask) -> None:
    lost = f"select count(*) from {table} where {column} not in (select {column} from {target})"
    assert ask(lost) == 0


@pytest.mark.parametrize("table", MOMENTS)
def test_the_rows_of_a_quarter_lie_in_it(table: str, whole_year: Path) -> None:
    for name, (start, end) in LATER_QUARTERS.items():
        file = whole_year / f"{table}-{name}.parquet"
        outside = f"select count(*) from '{file}' where {MOMENTS[table]} < '{start}' or {MOMENTS[table]} >= '{end}'"
        # A payment some minutes after the last midnight belongs to an order of the quarter.
        outside += " and event not in ('pay', 'pay_failed')" if table == "events" else ""
        assert duckdb.sql(outside).fetchone() == (0,), name


def test_stock_goes_on_where_it_stood(ask: Ask) -> None:
    broken = """select count(*) from (
        select opening_units - lag(closing_units) over (partition by product_id order by stocked_on) as step
        from stock where campaign_id is null) where step <> 0"""
    assert ask(broken) == 0


def test_people_of_the_first_quarter_live_on_beside_those_who_join_later(ask: Ask) -> None:
    old = "select count(distinct user_id) from orders where ordered_at >= '2025-10-01' and user_id in ({})"
    registered = "select user_id from users where registered_at {} '2025-04-01'"
    assert ask(old.format(registered.format("<"))) > 50
    assert ask(old.format(registered.format(">="))) > 50


def test_a_node_sells_and_its_truth_is_counted_on_the_rows(whole_year: Path, ask: Ask) -> None:
    planted = json.loads((whole_year / "truth-2025.json").read_text(encoding="utf-8"))["campaigns"]
    gain = planted["2025Q4-double-11"]
    sold = ask("select count(*) from orders where ordered_at >= '2025-10-31' and ordered_at < '2025-11-12'")
    assert 0 < gain["during"]["orders"] < sold
    assert gain["before"]["orders"] <= 0
    assert gain["after"]["orders"] <= 0
    winter = planted["2025Q4-cold-winter"]
    assert winter["during"]["orders"] > 0 >= max(winter["before"]["orders"], winter["after"]["orders"])
    # Double 12 moves nobody: all that it does is give something off what would have been bought anyway.
    nothing = planted["2025Q4-double-12"]["in_all"]
    assert nothing["orders"] == nothing["registrations"] == 0
    given = Decimal(nothing["net_gmv_cny"])
    assert given == Decimal(nothing["goods_margin_cny"]) <= 0


def test_balances_of_pre_sales_are_paid_when_the_burst_begins_or_never(ask: Ask) -> None:
    sold = "select count(*) from orders where deposit_amount is not null and {}"
    assert ask(sold.format("balance_paid_at is not null and status in ('paid', 'refunded')")) > 0
    open_, all_open = (sold.format(f"balance_paid_at is null{more}") for more in (" and status = 'pending'", ""))
    assert ask(open_) == ask(all_open)
    assert ask(sold.format("(deposit_amount > amount or deposit_paid_at > balance_paid_at)")) == 0
    assert ask(sold.format("ordered_at < '2025-04-01'")) == 0


def test_the_calendar_of_a_whole_year_begins_as_that_of_the_quarter() -> None:
    short, whole = (make_seasons(load_levels(), Chance(1), end) for end in (DAYS, YEAR_END))
    assert whole.visits.size == YEAR_END
    assert whole.visits[:DAYS].tolist() == short.visits.tolist()
    assert whole.arrivals[:DAYS].tolist() == short.arrivals.tolist()
