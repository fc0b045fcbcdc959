import datetime as dt
import warnings
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from retro.files import project_root
from retro.sources import Tables, load_source, open_tables

TYPES = {"at": "timestamp", "on": "date", "amount": "decimal(18, 2)"}

MakeTable = Callable[[str, Sequence[Sequence[object]]], ibis.Table]


@pytest.fixture(scope="session")
def engine() -> Iterator[ibis.BaseBackend]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


@pytest.fixture
def table(engine: ibis.BaseBackend) -> MakeTable:
    """Make a small table: names in one string, `_at` and `_on` columns as ISO text, amounts as text."""

    def make(columns: str, rows: Sequence[Sequence[object]]) -> ibis.Table:
        names = columns.split()
        schema = {name: TYPES.get(name.split("_")[-1], "string") for name in names}
        values = [{name: _value(name, cell) for name, cell in zip(names, row, strict=True)} for row in rows]
        given = pa.Table.from_pylist(values, schema=ibis.schema(schema).to_pyarrow())
        return engine.create_table(ibis.util.gen_name("given"), given, temp=True)

    return make


def _value(name: str, cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    if name.endswith("_at"):
        return dt.datetime.fromisoformat(cell)
    if name.endswith("_on"):
        return dt.date.fromisoformat(cell)
    return Decimal(cell) if name.endswith("amount") else cell


@pytest.fixture(scope="session")
def online_retail() -> Tables:
    data = project_root() / "../shared/data/online_retail/lines.parquet"
    if not data.is_file():
        pytest.skip("the public data set online_retail is not here")
    path = Path("params/online_retail/source.yaml")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="fetch_arrow_table")  # ibis 12 uses DuckDB's older name for it
        return open_tables(load_source(project_root() / path), str(path))
