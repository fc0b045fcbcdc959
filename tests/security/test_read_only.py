"""Attacks through SQL: a source and its contracts read what they name, write nothing and reach nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from retro.contracts import load_contract
from retro.errors import ContractError, SourceError
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
    ("sql", "name"),
    [
        ("select * from enable_logging(storage='file', storage_config={{'path': '{out}'}})", "enable_logging"),
        ("select * from \"ENABLE_logging\" /* ( */ (storage='file')", "enable_logging"),
        ("with a as (from lines) select *, write_log('x') from a", "write_log"),
        ("select * from query('from enable_logging()')", "query"),
        ("select * from lines where (select count(*) from checkpoint()) > 0", "checkpoint"),
        ("pragma import_database('{out}')", "pragma"),
        ("select 1; import database '{out}'", "import"),
        ("pragma version", "pragma"),
        ("from duckdb_settings()", "duckdb_settings"),
        ("select current_setting('temp_directory') as order_id", "current_setting"),
        ("select sql from sqlite_master", "sqlite_master"),
    ],
)
def test_a_select_that_acts_or_tells_of_this_machine_is_refused(shop: Path, sql: str, name: str) -> None:
    out = shop / "shop" / "written"
    with pytest.raises(SourceError, match=rf"source.yaml: tables.orders.sql must only read tables, got {name}\."):
        opened(shop, sql.format(out=out), folder=str(shop / "shop"))
    with pytest.raises(SourceError, match=rf"source.yaml: version must only read tables, got {name}\."):
        opened(shop, "select * from lines", version=sql.format(out=out)).fingerprint()
    assert not out.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "select 'write_log(1)' as order_id, 'a' as query from lines",
        "select order_id as file, user_id as checkpoint from lines",
        "select l.order_id from lines as l -- ; pragma version",
    ],
)
def test_words_that_only_look_like_it_are_read(shop: Path, sql: str) -> None:
    assert opened(shop, sql).orders.count().execute() == 1


def test_the_sql_of_a_contract_is_held_to_the_same(shop: Path) -> None:
    contract = shop / "orders.yaml"
    text = (Path(__file__).parents[2] / "data_contracts" / "orders.yaml").read_text(encoding="utf-8")
    rule = "from ${object} where amount / 1 > (select count(*) from enable_logging())"
    changed = re.sub(r"(?i)(query: .*?)from \$\{object\}.*", lambda found: found[1] + rule, text, count=1)
    assert changed != text
    contract.write_text(changed, encoding="utf-8")
    with pytest.raises(ContractError, match=r"orders.yaml, line \d+: query must only read tables, got enable_logging"):
        load_contract(contract)


@pytest.mark.parametrize(
    ("engine", "sql", "name"),
    [
        ("postgres", "select setval('ids', 1)", "setval"),
        ("postgres", "select pg_read_file('/etc/passwd')", "pg_read_file"),
        ("pyspark", "select reflect('java.lang.System', 'exit', 0)", "reflect"),
        ("clickhouse", "select * from url('http://127.0.0.1/x', CSV)", "url"),
    ],
)
def test_other_engines_call_nothing_that_acts(engine: str, sql: str, name: str) -> None:
    with pytest.raises(SourceError, match=f"must only read tables, got {name}"):
        one_query(sql, "source.yaml: tables.orders.sql", engine)


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
