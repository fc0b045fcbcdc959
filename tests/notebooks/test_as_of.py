"""An old report that is made again says the same, whatever the export of today holds more."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from notebooks.test_said import said
from retro.publish import read_manifest
from retro.run import Request, run_report
from retro.sources.as_of import MOMENTS
from shops import SOURCE, make_project, make_quarter

LATER = dt.datetime(2025, 3, 5, 12)
"""After `observed_until` of the shop."""


def shop_of(folder: Path) -> Path:
    """The small shop with a refund."""
    shop = make_project(folder)
    (shop / "params" / "source.yaml").write_text(SOURCE + "  refunds: {path: refunds.parquet}\n", encoding="utf-8")
    orders = pd.read_parquet(shop / "data" / "orders.parquet")
    refund = ("r1", orders["order_id"][0], orders["ordered_at"][0] + dt.timedelta(days=1), Decimal("1.00"))
    refunds = pd.DataFrame([refund], columns=["refund_id", "order_id", "refunded_at", "amount"])
    refunds.to_parquet(shop / "data" / "refunds.parquet")
    return shop


def grow(shop: Path) -> None:
    """Rows of every table that came after the data was observed."""
    data = {
        name: pd.read_parquet(shop / "data" / f"{name}.parquet") for name in ("orders", "campaign_costs", "refunds")
    }
    later: dict[str, pd.DataFrame] = {
        "orders": data["orders"].iloc[:1].assign(order_id="later", ordered_at=LATER),
        "users": pd.DataFrame({"user_id": ["u9"], "registered_at": [LATER]}),
        "events": pd.DataFrame({"user_id": ["u9"], "event": ["register"], "occurred_at": [LATER]}),
        "campaign_costs": data["campaign_costs"].assign(cost_id=["later1", "later2"], incurred_on=LATER.date()),
        "refunds": data["refunds"].assign(refund_id="r2", refunded_at=LATER, amount=[Decimal("9.00")]),
    }
    for name, rows in later.items():
        path = shop / "data" / f"{name}.parquet"
        pd.concat([pd.read_parquet(path), rows], ignore_index=True).to_parquet(path)


@pytest.mark.slow
def test_rows_that_came_later_change_no_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = shop_of(tmp_path / "shop")
    monkeypatch.chdir(shop)
    before = said("new_user_week", "en", tmp_path / "ledger.json")

    grow(shop)

    assert said("new_user_week", "en", tmp_path / "ledger.json") == before


def published(latest: Path) -> dict[str, bytes]:
    """All that an edition consists of for its reader: pages, papers, workbooks, slides, ledger and quality pages."""
    files = [file.path for file in read_manifest(latest / "manifest.json").files]
    return {name: (latest / name).read_bytes() for name in (*files, "ledger.json")}


@pytest.mark.slow
def test_an_old_report_made_again_with_later_rows_is_the_same_to_the_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = shop_of(tmp_path / "shop")
    monkeypatch.chdir(shop)
    request = Request(shop / "params" / "2025Q1" / "new_user_week.yaml", reports=shop / "reports")
    outcome = run_report(request)
    before = published(outcome.latest)

    grow(shop)

    assert {Path(name).suffix for name in before} >= {".html", ".pdf", ".xlsx", ".json"}
    assert run_report(request).skipped
    run_report(replace(request, force=True))
    assert published(outcome.latest) == before


def later_rows(frame: pd.DataFrame, at: str) -> pd.DataFrame:
    """Some rows of a table once more, with ids of their own and all their moments after the quarter."""
    own = frame.dropna(subset=[at]).tail(20).copy()
    for column in own:
        kind = frame[column].dropna().map(type).mode()
        if pd.api.types.is_datetime64_any_dtype(own[column]) or (len(kind) and issubclass(kind[0], dt.date)):
            own[column] = own[column] + dt.timedelta(days=800)
        elif column.endswith("_id") and column not in {"user_id", "product_id", "campaign_id"}:
            own[column] = own[column].astype(str) + "-later"
    return own


@pytest.mark.slow
def test_later_rows_of_every_dated_table_change_no_word(
    tiny_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(tiny_demo, tmp_path / "data")
    monkeypatch.chdir(make_quarter(tmp_path / "shop", tmp_path / "data"))
    before, grown = said("points_contest", "en", tmp_path / "ledger.json"), []

    for table, at in MOMENTS.items():
        path = tmp_path / "data" / f"{table}.parquet"
        if path.is_file():
            frame = pd.read_parquet(path)
            pd.concat([frame, later_rows(frame, at)], ignore_index=True).to_parquet(path)
            grown.append(table)

    assert set(MOMENTS) - set(grown) == {"exchange_rates", "offers"}
    assert said("points_contest", "en", tmp_path / "ledger.json") == before
