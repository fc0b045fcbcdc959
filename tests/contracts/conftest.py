"""Shops of a few rows, their contracts, and the gate between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from retro.contracts import GateVerdict, check_tables
from retro.periods import Window
from retro.sources import Source, Tables, open_tables

CONTRACTS = Path(__file__).parents[2] / "data_contracts"
at = dt.datetime.fromisoformat
WINDOW = Window(at("2025-01-10"), at("2025-01-12"))

Shop = Callable[..., Tables]
Check = Callable[..., GateVerdict]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Open a shop whose tables are given as SQL, each kept as a Parquet file."""

    def open_shop(**tables: str) -> Tables:
        folder = tmp_path / "shop"
        folder.mkdir(exist_ok=True)
        for name, query in tables.items():
            duckdb.execute(f"copy ({query}) to '{folder / name}.parquet'")
        specs = {name: {"path": str(folder / f"{name}.parquet")} for name in tables}
        return open_tables(Source(timezone="Asia/Shanghai", currency="CNY", tables=specs), "source.yaml")

    return open_shop


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check tables; all of them are needed unless the test says otherwise."""

    def check_shop(tables: Tables, contracts_dir: Path = CONTRACTS, **given: object) -> GateVerdict:
        asked = {"needed": tables.names, "wanted": (), "folder": "shop", "window": WINDOW} | given
        return check_tables(tables, contracts_dir=contracts_dir, cache_dir=tmp_path / "cache", **asked)  # type: ignore[arg-type]  # a test's own names

    return check_shop


@pytest.fixture
def contract(write: Callable[[str, str], Path]) -> Callable[[str], Path]:
    """Write a contract of a table `orders` from its columns and what follows them."""

    def write_contract(body: str) -> Path:
        head = "apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\n"
        return write("contracts/orders.yaml", f"{head}schema:\n- name: orders\n{body}")

    return write_contract
