"""Tables of a lake: lists, folders, partitions, object stores and Delta, read by DuckDB."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from opened import opened_of
from retro.errors import SourceError
from retro.sources import Source, Tables, open_tables
from retro.sources.spec import TableSpec
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


def events_by_day(folder: Path) -> Path:
    """Events of 1 to 9 January, one a day, and one without a day."""
    for day in (*(f"2025-01-0{day}" for day in range(1, 10)), "__HIVE_DEFAULT_PARTITION__"):
        part = folder / f"events/dt={day}"
        part.mkdir(parents=True)
        moment = "null::timestamp" if day.startswith("_") else f"timestamp '{day} 09:00'"
        duckdb.sql(f"select 'view' as event, {moment} as occurred_at").write_parquet(str(part / "a.parquet"))
    return folder


def seen(folder: Path, spec: Mapping[str, Any], **keys: Any) -> list[int]:
    """The days of the month that events are read of; 0 for those without a day."""
    own = {"folder": str(folder), "timezone": "Asia/Shanghai", "currency": "CNY", "since": "2025-01-04T00:00"}
    source = Source.model_validate({**own, "tables": {"events": spec}, **keys})
    moments = open_tables(source, "source.yaml").events.occurred_at.execute()
    return sorted(moments.dt.day.fillna(0).astype(int))


UNTIL = {"observed_until": "2025-01-07T00:00"}


@pytest.mark.parametrize("days", ["dt", ["dt"]])
def test_only_the_days_that_are_needed_are_read_and_one_beside_them_for_other_zones(tmp_path: Path, days: Any) -> None:
    events_by_day(tmp_path)
    spec = {"path": "events", "days": days}
    with opened_of(tmp_path) as opened:
        found = seen(tmp_path, spec, **UNTIL)
    assert found == [0, 3, 4, 5, 6]  # what came after `observed_until` is left out by its moment
    assert {file.split("=")[1][:10] for file in opened} == {
        *(f"2025-01-0{day}" for day in range(3, 9)),
        "__HIVE_DEF",
    }


def test_data_that_is_not_read_does_not_move_what_is(tmp_path: Path) -> None:
    events_by_day(tmp_path)
    spec = {"timezone": "UTC", "currency": "CNY", "folder": str(tmp_path), "since": "2025-01-04T00:00"}
    source = Source.model_validate({**spec, "tables": {"events": {"path": "events", "days": "dt"}}})
    before = open_tables(source, "source.yaml")
    known = before.fingerprint(), before.contents.of("events")
    (tmp_path / "events/dt=2025-01-01").rename(tmp_path / "events/dt=2024-01-01")
    after = open_tables(source, "source.yaml")
    assert (after.fingerprint(), after.contents.of("events")) == known
    earlier = open_tables(source.model_copy(update={"since": dt.datetime(2025, 1, 3)}), "source.yaml")
    assert not {*known} & {earlier.fingerprint(), earlier.contents.of("events")}


def test_only_the_days_that_are_needed_are_read_of_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with object_store(events_by_day(tmp_path)) as (address, sent):
        for name, value in {"ENDPOINT_URL": address, "ACCESS_KEY_ID": "reader", "SECRET_ACCESS_KEY": "here"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        assert len(seen(tmp_path, {"path": "s3://lake/events", "days": "dt"})) == 8
        assert min(key for key, size in sent.items() if size) == "events/dt=2025-01-03/a.parquet"


@pytest.mark.parametrize("column", ["dt", "occurred_at", "zoned"])
def test_a_table_is_asked_for_the_days_that_are_needed(tmp_path: Path, column: str) -> None:
    folder, file = events_by_day(tmp_path), tmp_path / "shop.duckdb"
    with duckdb.connect(str(file)) as shop:
        rows = f"read_parquet('{folder}/events/*/a.parquet', hive_partitioning = true)"
        columns = "*, occurred_at at time zone 'Asia/Shanghai' as zoned"
        shop.execute(f"create table log as select {columns} from {rows} where occurred_at is not null")
    spec = {"table": "log", "days": column}
    assert seen(folder, spec, url=f"duckdb://{file}") == [3, 4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"path": "events", "days": "day"}, r"events\.days: 'day' must be a key of partitions, got dt in "),
        ({"path": "words", "days": "part"}, r"\.days: partitions must say a day, .* such as 2025-01-31, got 'one'"),
        ({"sql": "select 'one' as part", "days": "part"}, r"days: it must be one column of days or moments .* string"),
        ({"sql": "select 1 as n", "days": "dt"}, r"events\.days: 'dt' must be a column of the table"),
    ],
)
def test_days_that_cannot_be_told_are_refused(tmp_path: Path, spec: Mapping[str, Any], said: str) -> None:
    (events_by_day(tmp_path) / "words/part=one").mkdir(parents=True)
    duckdb.sql("select 'view' as event").write_parquet(str(tmp_path / "words/part=one/a.parquet"))
    with pytest.raises(SourceError, match=said):
        seen(tmp_path, spec)


def test_days_without_data_are_refused(tmp_path: Path) -> None:
    events_by_day(tmp_path)
    shutil.rmtree(tmp_path / "events/dt=__HIVE_DEFAULT_PARTITION__")
    with pytest.raises(SourceError, match=r"path must hold days from 2026-01-03 to the end, got none\. Check the"):
        seen(tmp_path, {"path": "events", "days": "dt"}, since="2026-01-04T00:00")


def test_of_orders_the_whole_table_is_needed() -> None:
    with pytest.raises(ValueError, match=r"orders\.days must be left out: reports need the whole table\. Give it for "):
        Source(timezone="UTC", currency="CNY", tables={"orders": TableSpec(path="orders", days=("dt",))})
