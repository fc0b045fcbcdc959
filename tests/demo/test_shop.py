"""A very small shop: the tables hold together, and nothing happens that cannot."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from retro.demo import make_demo

SCALE = 0.001


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("demo") / "shop"
    summary = make_demo(folder, scale=SCALE)
    connection = duckdb.connect()
    for name in summary.rows:
        connection.execute(f"create view {name} as select * from '{folder / name}.parquet'")
    return connection


def one(shop: duckdb.DuckDBPyConnection, sql: str) -> object:
    row = shop.execute(sql).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("table", "column"), [("users", "user_id"), ("orders", "order_id"), ("campaign_costs", "cost_id")]
)
def test_keys_are_unique(shop: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    assert one(shop, f"select count(*) - count(distinct {column}) from {table}") == 0


@pytest.mark.parametrize(("table", "column"), [("orders", "user_id"), ("events", "user_id"), ("exposures", "unit_id")])
def test_everybody_is_a_user(shop: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    assert one(shop, f"select count(*) from {table} where {column} not in (select user_id from users)") == 0


def test_money_adds_up_to_the_cent(shop: duckdb.DuckDBPyConnection) -> None:
    assert one(shop, "select count(*) from orders where amount <> list_amount - discount_amount or amount <= 0") == 0


def test_nobody_does_anything_before_registering(shop: duckdb.DuckDBPyConnection) -> None:
    assert one(shop, "select count(*) from orders join users using (user_id) where ordered_at < registered_at") == 0
    assert one(shop, "select count(*) from events join users using (user_id) where occurred_at < registered_at") == 0


def test_nothing_happens_after_the_data_end(shop: duckdb.DuckDBPyConnection) -> None:
    assert one(shop, "select max(occurred_at) < '2025-04-01' from events")
    assert one(shop, "select max(paid_at) < '2025-04-01' from orders")


def test_every_recorded_order_is_an_event(shop: duckdb.DuckDBPyConnection) -> None:
    placed = one(shop, "select count(*) from orders where ordered_at >= '2024-10-03'")
    assert one(shop, "select count(*) from events where event = 'order'") == placed
    matching = """select count(*) from events join orders on detail = order_id
        and events.user_id = orders.user_id and occurred_at = ordered_at where event = 'order'"""
    assert one(shop, matching) == placed


def test_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    make_demo(tmp_path / "one", scale=0.0002, seed=7)
    make_demo(tmp_path / "two", scale=0.0002, seed=7)
    make_demo(tmp_path / "other", scale=0.0002, seed=8)

    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert [(tmp_path / "one" / name).read_bytes() for name in names] == [
        (tmp_path / "two" / name).read_bytes() for name in names
    ]
    assert (tmp_path / "one" / "events.parquet").read_bytes() != (tmp_path / "other" / "events.parquet").read_bytes()


def test_a_failure_leaves_the_old_shop_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_demo(tmp_path / "shop", scale=0.0002)
    before = {path.name: path.read_bytes() for path in (tmp_path / "shop").iterdir()}

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("retro.demo.writing.book_costs", fail)
    with pytest.raises(OSError, match="no space left"):
        make_demo(tmp_path / "shop", scale=0.0002, seed=3)

    assert {path.name: path.read_bytes() for path in (tmp_path / "shop").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]
