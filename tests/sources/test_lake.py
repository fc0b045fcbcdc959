"""Tables of a lake: lists, folders, partitions, object stores and Delta, read by DuckDB."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from retro.errors import SourceError
from retro.sources import Source, Tables, open_tables
from servers import object_store

DAYS = [dt.date(2025, 1, day) for day in (1, 2, 3)]


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Three days of orders, one of each, in partitions and as files; beside them what jobs leave behind."""
    for place, day in enumerate(DAYS):
        part = tmp_path / f"orders/day={day}/hour={place:02d}"
        part.mkdir(parents=True)
        rows = f"select 'o{place}' as order_id, timestamp '{day} 09:00' as ordered_at, 1.50::decimal(18, 2) as amount"
        duckdb.sql(rows).write_parquet(str(part / "part-0.parquet"))
        duckdb.sql(rows).write_parquet(str(tmp_path / f"orders-{place}.parquet"))
    (tmp_path / "orders/_SUCCESS").touch()
    (tmp_path / "orders/day=2025-01-01/.half.parquet").write_bytes(b"half")
    return tmp_path


def opened(folder: Path, path: Any, **keys: Any) -> Tables:
    tables = {"orders": {"path": path, **keys}}
    source = {"folder": str(folder), "timezone": "Asia/Shanghai", "currency": "CNY", "tables": tables}
    return open_tables(Source.model_validate(source), "source.yaml")


FORMS: dict[str, Any] = {
    "file": ("orders-0.parquet", 1),
    "list": (["orders-0.parquet", "orders-2.parquet"], 2),
    "list of globs, one file in both": (["orders-*.parquet", "orders-1.parquet"], 3),
    "glob": ("orders-[01].parquet", 2),
    "folder": ("orders", 3),
    "partitions by a glob": ("orders/day=2025-01-0[23]/**/*.parquet", 2),
    "folder in a partition": ("orders/day=2025-01-02", 1),
}


@pytest.mark.parametrize(("path", "rows"), FORMS.values(), ids=FORMS)
def test_every_form_of_path_is_one_table(lake: Path, path: Any, rows: int) -> None:
    tables = opened(lake, path)
    assert tables.row_count("orders") == rows
    assert tables.contents.of("orders")


def test_the_names_of_folders_are_columns(lake: Path) -> None:
    found = opened(lake, "orders").orders.order_by("order_id").execute()
    assert [*found.day.dt.date] == DAYS
    assert [*found.hour] == ["00", "01", "02"]


def test_data_moves_with_the_names_of_its_folders(lake: Path) -> None:
    before = opened(lake, "orders")
    known = before.fingerprint(), before.contents.of("orders")
    (lake / "orders/day=2025-01-03").rename(lake / "orders/day=2025-01-04")
    after = opened(lake, "orders")
    assert not {*known} & {after.fingerprint(), after.contents.of("orders")}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (["orders", "orders-0.parquet"], r"files must lie in the same partitions, got day, hour in .* and none in .*"),
        (["orders", "s3://lake/orders"], r"tables\.orders: path must lie here or elsewhere, got both"),
        (["orders-0.parquet", "none.parquet"], r"file must exist, got .*none\.parquet"),
        ("gs://lake/orders", r"path must begin with s3:// or hdfs:// for this engine, got gs://"),
        ("hdfs://127.0.0.1:1/orders", r"path must be a place that can be read, got 'hdfs://127\.0\.0\.1:1/orders'"),
    ],
)
def test_what_cannot_be_one_table_is_refused(lake: Path, path: Any, said: str) -> None:
    with pytest.raises(SourceError, match=said) as refused:
        opened(lake, path)
    assert "\n" not in str(refused.value)


@pytest.fixture
def store(lake: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    with object_store(lake) as (address, sent):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-tests-alone")
        yield sent


REMOTE: dict[str, Any] = {
    "object": ("s3://lake/orders-0.parquet", 1),
    "list": (["s3://lake/orders-0.parquet", "s3a://lake/orders-1.parquet"], 2),
    "glob": ("s3://lake/orders-*.parquet", 3),
    "folder": ("s3://lake/orders/", 3),
    "partitions by a glob": ("s3://lake/orders/day=2025-01-0[23]/**/*.parquet", 2),
}


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(("path", "rows"), REMOTE.values(), ids=REMOTE)
def test_objects_of_a_store_are_read_without_an_extension(lake: Path, path: Any, rows: int) -> None:
    tables = opened(lake, path)
    assert tables.row_count("orders") == rows
    assert tables.contents.of("orders")
    assert tables.orders.amount.sum().execute() == rows * tables.orders.amount.max().execute()


def test_only_the_partitions_that_are_asked_for_are_read(lake: Path, store: Counter[str]) -> None:
    orders = opened(lake, "s3://lake/orders").orders
    store.clear()
    assert orders.filter(orders.day == DAYS[1]).amount.sum().execute() > 0
    assert {key for key, size in store.items() if size} == {f"orders/day={DAYS[1]}/hour=01/part-0.parquet"}


def test_a_store_that_grew_is_seen(lake: Path, store: Counter[str]) -> None:
    before = opened(lake, "s3://lake/orders")
    known, read = before.fingerprint(), sum(store.values())
    assert before.fingerprint() == known
    assert sum(store.values()) == read  # a list says enough
    (lake / "orders/day=2025-01-01/hour=00/part-0.parquet").rename(lake / "orders/day=2025-01-01/hour=00/b.parquet")
    assert opened(lake, "s3://lake/orders").fingerprint() != known


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("s3://lake/none", "file must exist, got s3://lake/none"),
        ("s3://other/orders", "path must be a place that can be read, got 's3://other/orders'|file must exist"),
        ("s3://lake/notes.csv", r"file must be \.parquet in a store, got 'lake/notes\.csv'"),
    ],
)
def test_a_store_without_the_table_is_told(lake: Path, path: str, said: str) -> None:
    (lake / "notes.csv").write_text("a\n1\n")
    with pytest.raises(SourceError, match=said) as refused:
        opened(lake, path)
    assert "\n" not in str(refused.value)


def test_a_delta_table_needs_its_reader(lake: Path) -> None:
    (lake / "orders/_delta_log").mkdir()
    (lake / "orders/_delta_log/00000000000000000000.json").write_text("{}")
    with pytest.raises(SourceError, match=r"tables\.orders: a Delta table must .*deltalake"):
        opened(lake, "orders")


def test_an_iceberg_table_is_read_by_its_catalogue(lake: Path) -> None:
    (lake / "orders/metadata").mkdir()
    (lake / "orders/metadata/v1.metadata.json").write_text("{}")
    with pytest.raises(SourceError, match=r"tables\.orders: an Iceberg table must be read by its catalogue"):
        opened(lake, "orders")
