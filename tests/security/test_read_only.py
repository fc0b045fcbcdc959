"""Attacks through SQL: a source and its contracts read what they name, write nothing and reach nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from retro.errors import SourceError
from retro.sources import Source, Tables, open_tables
from retro.sources.queries import one_query


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """One order in a file that the source names, and a secret in one that it does not."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "orders.csv").write_text("order_id,user_id\no1,u1\n")
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path


def opened(shop: Path, sql: str, **keys: object) -> Tables:
    data = {"timezone": "Asia/Shanghai", "currency": "CNY", "raw": {"lines": {"path": f"{shop}/shop/orders.csv"}}}
    return open_tables(Source.model_validate({**data, "tables": {"orders": {"sql": sql}}, **keys}), "source.yaml")


@pytest.mark.parametrize(
    "sql",
    [
        "select 1; copy (select 1) to '{out}'",
        "copy (select 1) to '{out}'",
        "attach '{out}'",
        "create table t as select 1",
        "install httpfs",
        "set memory_limit = '1GB'",
    ],
)
def test_sql_that_does_more_than_read_is_refused_before_it_runs(shop: Path, sql: str) -> None:
    out = shop / "written"
    with pytest.raises(SourceError, match=r"source.yaml: tables.orders.sql must be one SELECT, got"):
        opened(shop, sql.format(out=out))
    with pytest.raises(SourceError, match=r"source.yaml: version must be one SELECT, got"):
        opened(shop, "select * from lines", version=sql.format(out=out)).fingerprint()
    assert not out.exists()


@pytest.mark.parametrize(
    "read",
    ["read_text('{secret}')", "read_csv('{secret}')", "glob('{folder}/*')", "'{secret}'", "read_blob('/etc/passwd')"],
)
def test_a_file_that_the_source_does_not_name_is_not_read(shop: Path, read: str) -> None:
    sql = f"select * from {read.format(secret=shop / 'secret.txt', folder=shop)}"
    with pytest.raises(SourceError, match=r"tables.orders must be readable"):
        opened(shop, sql)


def test_a_folder_that_the_source_names_is_read(shop: Path) -> None:
    orders = opened(shop, f"select * from read_csv('{shop}/shop/*.csv')", folder=str(shop / "shop")).orders
    assert orders.count().execute() == 1


def test_nothing_unlocks_an_open_source(shop: Path) -> None:
    connection = opened(shop, "select * from lines").connection
    for sql in ("set enable_external_access = true", "reset lock_configuration", "set allowed_directories = ['/']"):
        with pytest.raises(duckdb.Error):
            connection.raw_sql(sql)


@pytest.mark.parametrize(
    ("engine", "sql", "got"),
    [
        ("postgres", "with x as (delete from t returning *) select * from x", "DELETE"),
        ("postgres", "select * into y from t", "INTO"),
        ("postgres", "select * from t for update", "LOCK"),
        ("postgres", "copy t to program 'rm'", "COPY"),
        ("pyspark", "insert overwrite table x select 1", "INSERT"),
        ("pyspark", "create table x as select 1", "CREATE"),
        ("clickhouse", "select 1; drop table t", "2 statements"),
    ],
)
def test_other_engines_are_asked_one_select_too(engine: str, sql: str, got: str) -> None:
    with pytest.raises(SourceError, match=f"must be one SELECT, got {got}"):
        one_query(sql, "source.yaml: tables.orders.sql", engine)


def test_a_query_that_cannot_be_parsed_says_where() -> None:
    with pytest.raises(SourceError, match=r'must be SQL that duckdb can parse, got Parser Error: .* "selec"'):
        one_query("selec 1", "source.yaml: tables.orders.sql")
