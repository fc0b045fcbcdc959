"""One small shop for all tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from retro_demo import make_demo

Ask = Callable[[str], Any]


@pytest.fixture(scope="session")
def whole_shop(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    return once("whole_shop", lambda folder: make_demo(folder, scale=0.002))


@pytest.fixture(scope="session")
def truth(whole_shop: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((whole_shop / "truth.json").read_text(encoding="utf-8"))
    return held


@pytest.fixture(scope="session")
def ask(whole_shop: Path) -> Ask:
    """The first value of a query over the shop's tables."""
    connection = duckdb.connect()
    for path in whole_shop.glob("*.parquet"):
        connection.execute(f"create view {path.stem} as select * from '{path}'")

    def first(sql: str) -> Any:
        row = connection.execute(sql).fetchone()
        assert row is not None
        return row[0]

    return first
