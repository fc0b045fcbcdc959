"""An old report that is made again says the same, whatever the export of today holds more."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from notebooks.test_said import said
from retro.sources.as_of import MOMENTS
from shops import SOURCE, make_project, make_quarter

LATER = dt.datetime(2025, 3, 5, 12)
"""After `observed_until` of the shop."""


@pytest.mark.slow
def test_rows_that_came_later_change_no_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = make_project(tmp_path / "shop")
    (shop / "params" / "source.yaml").write_text(SOURCE + "  refunds: {path: refunds.parquet}\n", encoding="utf-8")
    orders = pd.read_parquet(shop / "data" / "orders.parquet")
    first = orders.iloc[:1].assign(order_id="later", ordered_at=LATER)
    refund = (orders["order_id"][0], orders["ordered_at"][0] + dt.timedelta(days=1), Decimal("1.00"))
    later: dict[str, pd.DataFrame] = {
        "orders": first,
        "users": pd.DataFrame({"user_id": ["u9"], "registered_at": [LATER]}),
        "events": pd.DataFrame({"user_id": ["u9"], "event": ["register"], "occurred_at": [LATER]}),
        "campaign_costs": pd.read_parquet(shop / "data" / "campaign_costs.parquet").assign(incurred_on=LATER.date()),
        "refunds": pd.DataFrame([("r2", refund[0], LATER, Decimal("9.00"))]),
    }
    refunds = pd.DataFrame([("r1", *refund)], columns=["refund_id", "order_id", "refunded_at", "amount"])
    refunds.to_parquet(shop / "data" / "refunds.parquet")
    monkeypatch.chdir(shop)
    before = said("new_user_week", "en")

    later["refunds"].columns = refunds.columns
    for name, rows in later.items():
        path = shop / "data" / f"{name}.parquet"
        pd.concat([pd.read_parquet(path), rows], ignore_index=True).to_parquet(path)

    assert said("new_user_week", "en") == before


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
    before, grown = said("points_contest", "en"), []

    for table, at in MOMENTS.items():
        path = tmp_path / "data" / f"{table}.parquet"
        if path.is_file():
            frame = pd.read_parquet(path)
            pd.concat([frame, later_rows(frame, at)], ignore_index=True).to_parquet(path)
            grown.append(table)

    assert set(MOMENTS) - set(grown) == {"exchange_rates", "offers"}
    assert said("points_contest", "en") == before
