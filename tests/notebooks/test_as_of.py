"""An old report that is made again says the same, whatever the export of today holds more."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from retro.i18n import Lang
from retro.publish import read_manifest
from retro.run import Request, run_report
from retro.sources.as_of import MOMENTS
from shops import SOURCE, make_project, make_quarter

LATER = dt.datetime(2025, 3, 5, 12)
"""After `observed_until` of the shop."""

QUARTER_ENDS, LATER_STILL = dt.datetime(2025, 4, 1), dt.datetime(2025, 4, 9, 15)
"""The demo shop's `observed_until`, and a moment after it."""

_NOT_IN_THE_DEMO = {"exchange_rates", "offers", "product_sales", "reorders", "samples", "shop_sales", "votes"}
"""Dated tables that the demo's main shop does not have."""


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


def published(latest: Path) -> dict[str, bytes]:
    """All that an edition consists of for its reader: pages, papers, workbooks, slides, ledger and quality pages."""
    files = [file.path for file in read_manifest(latest / "manifest.json").files]
    return {name: (latest / name).read_bytes() for name in (*files, "ledger.json")}


def made_again(request: Request) -> dict[str, bytes]:
    """A report made once more, of which nothing is remembered."""
    shutil.rmtree(Path(".retro", "memo"))
    return published(run_report(replace(request, force=True)).latest)


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
    assert made_again(request) == before


def later_rows(frame: pd.DataFrame, at: str) -> pd.DataFrame:
    """Some rows of a table once more, with ids of their own and all their moments after the quarter."""
    own = frame.dropna(subset=[at]).tail(20).copy()
    shift = dt.timedelta(days=(QUARTER_ENDS.date() - pd.Timestamp(own[at].min()).date()).days + 1)
    for column in own:
        kind = frame[column].dropna().map(type).mode()
        if pd.api.types.is_datetime64_any_dtype(own[column]) or (len(kind) and issubclass(kind[0], dt.date)):
            own[column] = own[column] + shift
        elif column.endswith("_id") and column not in {"user_id", "product_id", "campaign_id"}:
            own[column] = own[column].astype(str) + "-later"
    return own


def overtake(data: dict[str, pd.DataFrame]) -> None:
    """What becomes of known rows after the quarter: an order goes back, a coupon is used, a ticket is closed."""
    orders, coupons, tickets = data["orders"], data["coupons"], data["support_tickets"]
    paid = orders.index[orders["status"] == "paid"][-1]
    refund = data["refunds"].tail(1).assign(
        refund_id="overtaken", order_id=orders.loc[paid, "order_id"], refunded_at=pd.Timestamp(LATER_STILL)
    )  # fmt: skip
    orders.loc[paid, "status"] = "refunded"
    data["refunds"] = pd.concat([data["refunds"], refund], ignore_index=True)
    unused = coupons.index[coupons["used_at"].isna()][-1]
    coupons.loc[unused, ["used_at", "order_id"]] = [pd.Timestamp(LATER_STILL), "o-later"]
    tickets.loc[tickets.index[-1], "closed_at"] = pd.Timestamp(LATER_STILL)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "lang"), [("points_contest", "en"), ("2025-03", "zh")])
def test_an_old_report_of_any_kind_is_the_same_to_the_byte(
    name: str, lang: Lang, tiny_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every dated table has grown, and orders, coupons and tickets were overtaken by what came after the quarter."""
    shutil.copytree(tiny_demo, tmp_path / "data")
    data = {  # counts with gaps stay whole numbers
        path.stem: pd.read_parquet(path, dtype_backend="numpy_nullable")
        for path in (tmp_path / "data").glob("*.parquet")
    }
    tickets = data["support_tickets"]
    tickets.loc[tickets.index[-1], ["closed_at", "score"]] = [pd.NaT, pd.NA]
    tickets.to_parquet(tmp_path / "data" / "support_tickets.parquet")
    monkeypatch.chdir(make_quarter(tmp_path / "shop", tmp_path / "data"))
    request = Request(Path("params", "2025Q1", f"{name}.yaml"), (lang,), reports=Path("reports"))
    before = published(run_report(request).latest)

    overtake(data)
    for table, at in MOMENTS.items():
        if table in data:
            data[table] = pd.concat([data[table], later_rows(data[table], at)], ignore_index=True)
    for table, frame in data.items():
        frame.to_parquet(tmp_path / "data" / f"{table}.parquet")

    assert MOMENTS.keys() - data.keys() == _NOT_IN_THE_DEMO
    assert {Path(name).suffix for name in before} >= {".html", ".pdf", ".xlsx", ".json"}
    assert run_report(request).skipped, "its input is the same"
    assert made_again(request) == before
