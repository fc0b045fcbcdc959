"""An old report that is made again says the same, whatever the export of today holds more."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from notebooks.test_said import said
from shops import SOURCE, make_project

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
