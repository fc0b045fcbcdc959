"""Ads of the demo shop: the media money of campaigns to the cent, at the planted rates of each channel."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from retro.metrics.ads import ads
from retro.periods import Window
from retro_demo.around.ads import Ads, ads_truth, show_ads
from retro_demo.around.ads import ads as rows
from retro_demo.around.costs import CATEGORIES, Costs, book_costs
from retro_demo.chance import Chance
from retro_demo.levels import load_levels
from retro_demo.setting import Setting, set_up

at = dt.datetime.fromisoformat
QUARTER = Window(at("2025-01-01"), at("2025-04-01"), at("2025-04-01"))
WEEK = Window(at("2025-01-10"), at("2025-01-17"), at("2025-04-01"))


@pytest.fixture(scope="module")
def setting() -> Setting:
    return set_up(load_levels(), Chance(20250101), 0.01)


@pytest.fixture(scope="module")
def costs(setting: Setting) -> Costs:
    return book_costs(setting, setting.levels.campaigns)


@pytest.fixture(scope="module")
def shown(setting: Setting, costs: Costs) -> Ads:
    return show_ads(setting, costs)


@pytest.fixture(scope="module")
def table(setting: Setting, shown: Ads) -> ibis.Table:
    return ibis.memtable(pa.table(dict(rows(setting, shown))))


def test_rates_of_each_channel_are_as_planted(setting: Setting, shown: Ads, table: ibis.Table) -> None:
    frame = ads(table, {}, QUARTER)
    found, truth = frame[frame["level"] == "channel"].set_index("name"), ads_truth(setting, shown)

    for name, planted in setting.levels.ads.channels.items():
        row = found.loc[name]
        assert [row[key] for key in ("impressions", "clicks", "conversions")] == [
            truth[name][key] for key in ("impressions", "clicks", "conversions")
        ]
        assert row["cost"] == Decimal(truth[name]["cost"]) / 100
        assert float(row["cpc"]) == pytest.approx(planted.cpc, rel=0.03)
        assert row["ctr"] == pytest.approx(planted.ctr, rel=0.03)
        assert row["conversion_rate"] == pytest.approx(planted.conversion, rel=0.15)
        assert float(row["cpm"]) == pytest.approx(1000 * planted.cpc * planted.ctr, rel=0.03)


def test_ads_of_a_campaign_cost_what_it_booked_as_media(table: ibis.Table, costs: Costs) -> None:
    own = table.filter(table.campaign_id.notnull())
    total = ads(own, {}, WEEK, campaign_id="2025Q1-new-user-week").iloc[-1]

    booked = (costs.campaign == 0) & (costs.category == CATEGORIES.index("media"))
    assert total["cost"] == Decimal(int(costs.amount[booked].sum())) / 100


def test_everyday_ads_are_of_no_campaign(table: ibis.Table) -> None:
    quiet = Window(at("2025-02-10"), at("2025-02-17"), at("2025-04-01"))
    frame = ads(table, {}, quiet, campaign_id="quiet")

    assert set(frame[frame["level"] == "ad_campaign"]["name"]) == {"everyday web 1", "everyday web 2"}
