"""What the sections of a flash-sale night say: the so-what first, every rate with its denominator."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from retro.campaigns import CampaignParams
from retro.campaigns.flash_sale_night import FlashSaleNight
from retro.i18n import LANGS, load_text
from retro.metrics import traffic_phases
from retro.sections import SECTIONS, Context, Finding

UNTIL = dt.datetime(2025, 4, 1)


def find(section: str, *frames: pd.DataFrame, lang: str = "en", **keys: Any) -> Finding:
    given = {"kind": "flash_sale_night", "campaign_id": "night", "title": "t", **keys}
    given |= {"start": "2025-02-28T20:00", "end": "2025-03-01T20:00"}
    params: CampaignParams = FlashSaleNight.model_validate(given, context={"zone": ZoneInfo("Asia/Shanghai")})
    finding = SECTIONS[section](*frames, Context(params, load_text(lang, "CNY"), UNTIL))  # type: ignore[arg-type]  # LANGS
    assert all(entry.definition and entry.tables for entry in finding.entries)
    return finding


def race(total: str) -> pd.DataFrame:
    rows = [("campaign", 0.0, Decimal(0)), ("campaign", 1.0, Decimal(60)), ("campaign", 2.0, Decimal(total))]
    return pd.DataFrame(rows, columns=["series", "elapsed", "total"])


@pytest.mark.parametrize(
    ("total", "targets", "words"),
    [
        ("80", {"gmv": 100}, "**GMV is 80.00 CNY, only 80.0% of the target of 100.00 CNY**, 20.00 CNY short"),
        ("120", {"gmv": 100}, "120.0% of the target of 100.00 CNY**, 20.00 CNY above it"),
        ("80", {}, "**GMV is 80.00 CNY**, half of it within 1 h; no target was set."),
    ],
)
def test_the_race_is_read_against_its_target(total: str, targets: dict[str, int], words: str) -> None:
    assert words in find("gmv_race", race(total), targets=targets).sentence


def ladder(gap: Decimal | None) -> pd.DataFrame:
    rows = [("ordered", "total", 3, Decimal(100)), ("cancelled", "change", 1, Decimal(-30))]
    rows += [(step, "total", 2, Decimal(70)) for step in ("paid", "valid", "net")]
    frame = pd.DataFrame(rows, columns=["step", "role", "orders", "amount"])
    frame.attrs["refund_gap"] = gap
    return frame


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (Decimal(0), "agree with the books to the cent"),
        (Decimal("-0.01"), "differ from the books by −0.01 CNY**"),
        (None, "has no table of refunds"),
    ],
)
def test_kinds_of_gmv_say_whether_the_books_agree(gap: Decimal | None, words: str) -> None:
    sentence = find("gmv_kinds", ladder(gap)).sentence

    assert "Of 100.00 CNY ordered, **70.00 CNY net is left, 70.0%**" in sentence
    assert "Most was lost to Cancelled: 30.00 CNY (1 orders)" in sentence
    assert words in sentence
    assert "what was signed for cannot be told" in sentence


def test_an_opening_that_did_not_buy_is_called_so() -> None:
    at = pd.date_range("2025-02-28T20:00", periods=3, freq="min")
    phase = ["opening", "opening", "long_tail"]
    minutes = pd.DataFrame(
        {"at": at, "phase": phase, "views": [900, 100, 100], "orders": [1, 1, 2], "usual_views": [9.0, 9.0, 9.0]}
    )
    sentence = find("minute_traffic", minutes, traffic_phases(minutes)).sentence

    assert "**900 page views a minute**" in sentence
    assert "The peak is 100 times the usual minute." in sentence
    assert "many visitors and few orders**: 2.0 for each thousand views, against 20.0" in sentence


POOLS = pd.DataFrame(
    {
        "pool": ["traffic", "profit"],
        "planned_share": [0.6, 0.4],
        "items": [1, 3],
        "item_share": [0.25, 0.75],
        "units": [5, 5],
        "gmv": [Decimal(100), Decimal(200)],
        "cost": [Decimal(165), Decimal(190)],
        "gmv_share": [1 / 3, 2 / 3],
        "margin_rate": [-0.65, 0.05],
        "list_margin_rate": [0.06, 0.45],
    }
)


def test_pools_at_a_loss_and_outside_their_limit_are_named_with_what_to_do() -> None:
    finding = find("pools", POOLS)

    assert "sold at a loss at the campaign's prices: Traffic items (gross margin −65.0%)" in finding.sentence
    assert "Outside their margin limit: Profit items (at least 35%)" in finding.sentence
    assert "Traffic items 25.0% (planned 60%)" in finding.sentence
    assert finding.next_step.startswith("Next: look at prices and stacked offers of Traffic items")
    assert {entry.name for entry in finding.entries} == {"traffic_margin_rate", "profit_margin_rate"}
    held = find("pools", POOLS.assign(margin_rate=[0.05, 0.4]))
    assert "Every pool kept a gross margin" in held.sentence
    assert held.next_step == ""


@pytest.mark.parametrize("lang", LANGS)
def test_fakes_are_set_beside_what_operations_stopped(lang: str) -> None:
    rows = [("shared_device", 2, 2, 0), ("no_browsing", 2, 1, 1), ("bulk", 2, 1, 1)]
    rows += [("suspicious", 3, 2, 1), ("stopped", 4, 4, 0), ("missed", 2, 2, 0)]
    frame = pd.DataFrame(rows, columns=["rule", "orders", "stopped", "passed"])
    frame["amount"], frame["passed_amount"] = [Decimal(10)] * 6, [Decimal(5)] * 6
    frame.attrs["orders"] = 100
    finding = find("fake_orders", frame, lang=lang)

    found = next(entry for entry in finding.entries if entry.name == "stopped_found_rate")
    assert (found.numerator, found.denominator, found.value) == (2, 4, Decimal("0.5"))
    assert "100" in finding.sentence


def test_nothing_that_ran_out_cost_nothing() -> None:
    assert "No item ran out" in find("stock_outs", pd.DataFrame()).sentence
