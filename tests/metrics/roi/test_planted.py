"""On the demo quarter, what was planted lies inside what is reported."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import ibis
import pytest

from retro.campaigns import CampaignParams, load_params
from retro.campaigns.roi import HoldOut
from retro.metrics import claims, impacts, invitation_groups, phases_of, pnl, roi
from retro.metrics.roi import deducted_cost
from retro.periods import Window
from retro.report.money import neighbours
from retro.sources import load_source

UNTIL = dt.datetime(2025, 4, 1)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tables(percent_demo: Path) -> Mapping[str, ibis.Table]:
    connection = ibis.duckdb.connect()
    names = ("orders", "order_items", "products", "refunds", "coupons", "campaign_costs", "users", "exposures")
    return {name: connection.read_parquet(percent_demo / f"{name}.parquet") for name in names}


def params_of(name: str) -> CampaignParams:
    source = load_source(Path("params/source.yaml"))
    return load_params(Path(f"params/2025Q1/{name}.yaml"), zone=source.zone)


def held_out(tables: Mapping[str, ibis.Table], told: HoldOut | None, window: Window) -> dict[str, ibis.Table] | None:
    """Those invited and those held out of a campaign at random, if any."""
    if told is None:
        return None
    arms = {"invitation": told.experiment, "arm": told.invited, "held_out_arm": told.held_out}
    return invitation_groups(tables["users"], tables, window, **arms)


@pytest.mark.parametrize(
    ("name", "measurable"),
    [("new_user_week", False), ("points_contest", True), ("flash_sale_night", True), ("member_day", True)],
)
def test_incremental_contribution_holds_what_was_planted(
    name: str, measurable: bool, percent_demo: Path, tables: Mapping[str, ibis.Table]
) -> None:
    params = params_of(name)
    window = params.window
    asked = params.roi
    phases = phases_of(
        replace(window, observed_until=UNTIL),
        anticipation_days=asked.anticipation_days,
        settling_days=asked.settling_days,
        others=[one.window for one in asked.unusual],
        name=params.campaign_id,
        campaigns=neighbours(asked.campaigns),
    )
    beside = {key: held_out(tables, one.hold_out, one.window) for key, one in asked.campaigns.items()}
    found = impacts(
        tables["orders"],
        tables,
        phases,
        economics=asked.economics,
        observed_until=UNTIL,
        holidays=asked.holidays,
        groups=held_out(tables, params.hold_out, window),
        beside={key: groups for key, groups in beside.items() if groups is not None},
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
    planted = json.loads((percent_demo / "truth.json").read_text())["campaigns"][params.campaign_id]

    contribution = figures.loc["incremental_contribution"]
    assert contribution["low"] < float(planted["in_all"]["goods_margin_cny"]) < contribution["high"]
    during = found.gmv.effects.set_index("phase").loc["campaign"]
    assert during["low"] < float(planted["during"]["net_gmv_cny"]) < during["high"]
    in_all = found.gmv.effects.set_index("phase").loc["total"]
    assert in_all["low"] < float(planted["in_all"]["net_gmv_cny"]) < in_all["high"]
    # The week's settling is the contest's days and Spring Festival's: its own days are clear, the whole is not.
    assert found.gmv.measurable == measurable
    assert during["low"] > 0
    # What departments write promises many times the input, whatever was really earned.
    cost = float(deducted_cost(statement) or 0)
    earned = float(planted["in_all"]["goods_margin_cny"]) / cost - 1
    assert figures.loc["net_roi", "value"] > earned + 7
    assert figures.loc["incremental_roi", "low"] < earned < figures.loc["incremental_roi", "high"]
