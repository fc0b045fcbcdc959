"""On the demo quarter, what was planted lies inside what is reported."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import ibis
import pytest

from retro.campaigns import CampaignParams, load_params
from retro.metrics import claims, impacts, phases_of, pnl, roi
from retro.sources import load_source

UNTIL = dt.datetime(2025, 4, 1)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from retro.demo import make_demo

    return make_demo(tmp_path_factory.mktemp("demo") / "shop").out


@pytest.fixture(scope="module")
def tables(shop: Path) -> Mapping[str, ibis.Table]:
    connection = ibis.duckdb.connect()
    names = ("orders", "order_items", "products", "refunds", "coupons", "campaign_costs")
    return {name: connection.read_parquet(shop / f"{name}.parquet") for name in names}


def params_of(name: str) -> CampaignParams:
    source = load_source(Path("params/source.yaml"))
    return load_params(Path(f"params/2025Q1/{name}.yaml"), zone=source.zone)


@pytest.mark.parametrize("name", ["new_user_week", "flash_sale_night"])
def test_incremental_contribution_holds_what_was_planted(
    name: str, shop: Path, tables: Mapping[str, ibis.Table]
) -> None:
    params = params_of(name)
    start, end = params.window
    asked = params.roi
    phases = phases_of(
        start,
        end,
        observed_until=UNTIL,
        anticipation_days=asked.anticipation_days,
        settling_days=asked.settling_days,
        others=asked.others,
    )
    found = impacts(
        tables["orders"], tables, phases, economics=asked.economics, observed_until=UNTIL, holidays=asked.holidays
    )
    statement = pnl(
        tables["orders"],
        tables,
        claims=claims(params.claims),
        campaign_id=params.campaign_id,
        economics=asked.economics,
        observed_until=UNTIL,
    )
    figures = roi(statement, found.gmv, found.contribution, found.newcomers).set_index("figure")
    planted = json.loads((shop / "truth.json").read_text())["campaigns"][params.campaign_id]["in_all"]

    contribution, gmv = figures.loc["incremental_contribution"], figures.loc["incremental_gmv"]
    assert contribution["low"] < float(planted["goods_margin_cny"]) < contribution["high"]
    assert gmv["low"] < float(planted["net_gmv_cny"]) < gmv["high"]
    assert found.gmv.measurable
    # The ratio that departments write promises fifteen times the input, whatever was really earned.
    assert figures.loc["net_roi", "value"] > 15
    assert figures.loc["incremental_roi", "value"] < 1
