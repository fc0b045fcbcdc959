"""A real shop: Black Friday 2017 of a ticket shop, against the figures that are known of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from browsing import chromium, faults_of
from papers import sheets_at_fault
from retro.campaigns import CampaignParams, load_params
from retro.metrics import attribution, campaign_cost, claims, hourly_sales, impacts, phases_of, pnl, roi
from retro.run import Request, run_report
from retro.sources import Tables, load_source, open_tables

FOLDER = Path("params/afisha")
UNTIL = dt.datetime(2018, 6, 1)


@pytest.fixture(scope="module")
def shop() -> tuple[Tables, CampaignParams]:
    root = Path(__file__).parents[1]
    if not (root.parent / "shared" / "data" / "afisha" / "orders.parquet").is_file():
        pytest.skip("needs the public data set 'Yandex.Afisha' as ../shared/data/afisha/*.parquet")
    source = load_source(root / FOLDER / "source.yaml")
    params = load_params(root / FOLDER / "flash_sale_night.yaml", zone=source.zone)
    return open_tables(source, "params/afisha/source.yaml"), params


def table(shop: tuple[Tables, CampaignParams], name: str) -> Any:
    return getattr(shop[0], name)


def test_orders_by_the_hour_are_those_known(shop: tuple[Tables, CampaignParams]) -> None:
    window = shop[1].window
    frame = hourly_sales(table(shop, "orders"), window)

    assert frame["orders"].sum() == 814
    assert sum(frame["gmv"]) == Decimal("3398.35")
    assert dict(zip(frame["at"].dt.hour, frame["orders"], strict=True))[17] == 139
    assert frame["orders"].tolist()[16:] == [42, 139, 92, 54, 51, 51, 42, 36]


def test_costs_and_all_orders_add_up_to_what_was_published(shop: tuple[Tables, CampaignParams]) -> None:
    costs = table(shop, "campaign_costs")
    orders = attribution(table(shop, "orders"), claims(shop[1].claims))

    assert campaign_cost(costs, "black-friday-2017")["amount"].sum() == Decimal("3458.86")
    total = campaign_cost(costs, "black-friday-2017")["amount"].sum() + campaign_cost(costs, "everyday")["amount"].sum()
    revenue = sum(orders["gmv"], Decimal(0))
    assert (revenue, total) == (Decimal("252057.20"), Decimal("329131.62"))
    assert round(revenue / total - 1, 3) == Decimal("-0.234")


def test_the_day_earned_no_more_than_it_cost_and_the_report_says_how_sure_that_is(
    shop: tuple[Tables, CampaignParams],
) -> None:
    params = shop[1]
    window = params.window
    orders, parts = table(shop, "orders"), {"campaign_costs": table(shop, "campaign_costs")}
    economics = params.roi.economics
    phases = phases_of(replace(window, observed_until=UNTIL), settling_days=params.roi.settling_days)
    found = impacts(orders, parts, phases, economics=economics, observed_until=UNTIL)
    statement = pnl(
        orders,
        parts,
        claims=claims(params.claims),
        campaign_id=params.campaign_id,
        economics=economics,
        observed_until=UNTIL,
    )
    figures = roi(statement, found.gmv, found.contribution, found.newcomers).set_index("figure")

    assert round(figures.loc["net_roi", "value"], 3) == -0.017
    assert found.gmv.measurable
    assert figures.loc["incremental_roi", "low"] < -0.017 < figures.loc["incremental_roi", "high"]
    assert statement.amount("contribution") == Decimal("-60.51")


@pytest.mark.slow
@pytest.mark.usefixtures("shop")
def test_its_pages_hold_in_a_browser_at_every_width_and_on_paper(tmp_path: Path) -> None:
    made = run_report(Request(Path(__file__).parents[1] / FOLDER / "flash_sale_night.yaml", reports=tmp_path))

    with chromium() as browser:
        assert faults_of(browser, made.latest) == {}
    assert sheets_at_fault(made.latest) == {}
