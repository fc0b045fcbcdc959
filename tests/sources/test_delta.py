"""Folders of Delta, read by its own reader: what was deleted stays so, and a new version is seen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from retro.sources import Source, open_tables
from servers import need

pytestmark = pytest.mark.engines


def test_a_delta_table_is_what_its_log_says(tmp_path: Path) -> None:
    need("deltalake", "retro[delta]")
    from deltalake import DeltaTable, write_deltalake

    rows = pa.table({"order_id": ["a", "b", "c"], "ordered_at": [dt.datetime(2025, 1, day) for day in (1, 2, 3)]})
    write_deltalake(tmp_path / "orders", rows)
    source = Source.model_validate(
        {"folder": str(tmp_path), "timezone": "UTC", "currency": "CNY", "tables": {"orders": {"path": "orders"}}}
    )
    before = open_tables(source, "source.yaml")
    known = before.fingerprint()
    assert before.row_count("orders") == 3

    DeltaTable(tmp_path / "orders").delete("order_id = 'b'")
    after = open_tables(source, "source.yaml")
    assert sorted(after.orders.order_id.execute()) == ["a", "c"]
    assert after.fingerprint() != known
    assert before.row_count("orders") == 3  # a run sees the version that it opened
