"""A real shop's input: the rewards test of Starbucks (public, simulated), against the figures that are known of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from browsing import chromium, faults_of
from papers import sheets_at_fault
from retro.campaigns import CampaignParams, load_params
from retro.metrics import (
    campaign_cost,
    eligible_members,
    offers,
    participants,
    participation,
    points_balance,
    reactivated_members,
    redeemed_points,
)
from retro.run import Request, run_report
from retro.sources import Tables, load_source, open_tables

FOLDER = Path("params/starbucks_rewards")


@pytest.fixture(scope="module")
def shop() -> tuple[Tables, CampaignParams]:
    root = Path(__file__).parents[1]
    if not (root.parent / "shared" / "data" / "starbucks_rewards" / "transcript.parquet").is_file():
        pytest.skip("needs the public data set 'Starbucks rewards' as ../shared/data/starbucks_rewards/*.parquet")
    source = load_source(root / FOLDER / "source.yaml")
    params = load_params(root / FOLDER / "points_contest.yaml", zone=source.zone)
    return open_tables(source, "params/starbucks_rewards/source.yaml"), params


@pytest.fixture(scope="module")
def sent(shop: tuple[Tables, CampaignParams]) -> pd.DataFrame:
    window = shop[1].window
    parts = {name: table(shop, name) for name in ("offers", "events")}
    return offers(parts, replace(window, observed_until=window.end)).set_index("kind")


def table(shop: tuple[Tables, CampaignParams], name: str) -> Any:
    return getattr(shop[0], name)


def test_what_happened_is_counted_as_published(shop: tuple[Tables, CampaignParams], sent: pd.DataFrame) -> None:
    orders = table(shop, "orders")

    assert sent.loc["all", ["received", "views", "completions"]].tolist() == [76_277, 57_725, 33_579]
    assert orders.count().execute() == 138_953
    assert Decimal(orders.amount.sum().execute()) == Decimal("1775451.97")


def test_kinds_of_offers_are_counted_as_published(sent: pd.DataFrame) -> None:
    columns = ["received", "views", "completions"]

    assert sent.loc["bogo", columns].tolist() == [30_499, 25_449, 15_669]
    assert sent.loc["discount", columns].tolist() == [30_543, 21_445, 17_910]
    assert sent.loc["informational", columns].tolist() == [15_235, 10_831, 0]


def test_completions_without_a_view_before_are_counted_apart(sent: pd.DataFrame) -> None:
    assert sent["viewed_first"].to_dict() == {"bogo": 11_080, "discount": 12_597, "informational": 0, "all": 23_677}
    assert sent["unviewed"].to_dict() == {"bogo": 4_589, "discount": 5_365, "informational": 0, "all": 9_954}
    assert sent.loc["discount", "completed"] == 17_962


def test_rewards_are_points_and_cost(shop: tuple[Tables, CampaignParams]) -> None:
    window = shop[1].window
    balance = points_balance(table(shop, "points_ledger"), replace(window, observed_until=window.end))
    costs = campaign_cost(table(shop, "campaign_costs"), shop[1].campaign_id)

    assert balance["issued"].sum() == 164_676
    assert balance["outstanding"].iloc[-1] == 164_676
    assert balance["difference"].tolist() == [0, 0, 0]
    assert costs["amount"].sum() == Decimal("164676.00")
    assert redeemed_points(table(shop, "points_ledger"), window).count().execute() == 0


def test_who_completed_an_offer_took_part(shop: tuple[Tables, CampaignParams]) -> None:
    window = shop[1].window
    events, parts = table(shop, "events"), {"exposures": table(shop, "exposures")}
    eligible = eligible_members(table(shop, "users"), parts, window, invitation="rewards")
    joined = participants(events, window, event="offer_completed")

    frame = participation(eligible, joined, events, window)

    assert frame["group"].unique().tolist() == ["all"]
    assert frame.iloc[-1][["participants", "eligible"]].tolist() == [12_774, 16_994]


def test_data_without_a_past_cannot_tell_who_was_silent(shop: tuple[Tables, CampaignParams]) -> None:
    window = shop[1].window
    users, orders, events = (table(shop, name) for name in ("users", "orders", "events"))

    assert reactivated_members(
        users, orders, events, {"invited": users}, replace(window, observed_until=window.end)
    ).empty


@pytest.mark.slow
@pytest.mark.usefixtures("shop")
def test_its_pages_hold_in_a_browser_at_every_width_and_on_paper(tmp_path: Path) -> None:
    made = run_report(Request(Path(__file__).parents[1] / FOLDER / "points_contest.yaml", reports=tmp_path))

    with chromium() as browser:
        assert faults_of(browser, made.latest) == {}
    assert sheets_at_fault(made.latest) == {}
