from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pytest

import retro
from retro.errors import RetroError
from retro.sources import NotCovered
from shops import make_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_project(tmp_path / "shop")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.usefixtures("project")
def test_metrics_answer_any_notebook_in_frames() -> None:
    shop = retro.open_shop()
    week = shop.window("2025-01-27", "2025-02-03", baseline_weeks=4)
    kinds = shop.metrics.gmv_kinds(shop.tables.orders, {}, week)

    assert isinstance(kinds, pd.DataFrame)
    assert kinds.set_index("step").loc["valid", "amount"] == 280
    assert shop.metrics.gmv_kinds(shop.tables.reviews, {}, week) == NotCovered("reviews")
    assert week.observed_until is not None


@pytest.mark.usefixtures("project")
def test_frames_come_as_arrow_too() -> None:
    shop = retro.open_shop("params/source.yaml", frames="arrow")
    kinds = shop.metrics.gmv_kinds(shop.tables.orders, {}, shop.window("2025-01-27", "2025-02-03"))

    assert isinstance(kinds, pa.Table)
    assert "amount" in kinds.column_names


@pytest.mark.usefixtures("project")
def test_frames_come_as_polars_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in, as nothing else needs the library: polars takes Arrow tables as they are."""
    monkeypatch.setitem(sys.modules, "polars", SimpleNamespace(from_arrow=lambda table: ("polars", table)))
    shop = retro.open_shop("params/source.yaml", frames="polars")
    library, kinds = shop.metrics.gmv_kinds(shop.tables.orders, {}, shop.window("2025-01-27", "2025-02-03"))

    assert library == "polars"
    assert pa.types.is_decimal(kinds.schema.field("amount").type)  # money stays exact

    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(RetroError, match=r"open_shop: frames='polars' needs polars\. `pip install polars`"):
        shop.metrics.gmv_kinds(shop.tables.orders, {}, shop.window("2025-01-27", "2025-02-03"))


@pytest.mark.usefixtures("project")
def test_what_cannot_be_opened_says_why() -> None:
    with pytest.raises(RetroError, match=r"open_shop: frames must be pandas, polars or arrow, got 'spark'"):
        retro.open_shop(frames="spark")  # type: ignore[arg-type]
    with pytest.raises(RetroError, match=r"params/none\.yaml: file must exist"):
        retro.open_shop("params/none.yaml")
    with pytest.raises(RetroError, match=r"shop\.window: end must be after start"):
        retro.open_shop().window("2025-02-03", "2025-01-27")


def test_importing_retro_loads_no_library() -> None:
    found = (
        "import sys, retro; print([name for name in ('pandas', 'ibis', 'matplotlib', 'duckdb') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", found], capture_output=True, text=True, check=True).stdout == "[]\n"
