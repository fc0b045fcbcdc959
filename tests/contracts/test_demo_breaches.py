"""The demo shop keeps every contract; each way in which it can be broken is found by the rules that say so."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from retro.contracts import GateVerdict, check_tables
from retro.periods import Window
from retro.sources import Source, open_tables
from retro_demo import BREACHES
from retro_demo.breaches import plant_breach

CONTRACTS = Path(__file__).parents[2] / "data_contracts"

at = dt.datetime.fromisoformat
WEEK = Window(at("2025-01-10"), at("2025-01-17"))
NIGHT = Window(at("2025-02-28T20:00"), at("2025-03-01T20:00"))

# The rules of the broken table that must fire, and no other.
FIRES = {
    "duplicate_key": {"order_id.unique"},
    "duplicate_user": {"user_id.unique"},
    "null_key": {"order_id.required"},
    "orphan": {"user_id.reference", "counted_user.reference"},
    "orphan_event": {"user_id.reference"},
    "orphan_item": {"product_id.reference"},
    "missing_day": {"occurred_at.frequency"},
    "missing_minutes": {"minute_at.frequency"},
    "late_data": {"occurred_at.frequency", "occurred_at.latency"},
    "negative_amount": {"paid_amount.range", "amount.sum"},
    "future_date": {"ordered_at.future", "paid_at.order", "shipped_at.order"},
    "shifted_clock": {"occurred_at.registered"},
    "mixed_currency": {"amount.sum"},
    "changed_type": {"amount.type"},
    "missing_column": {"registered_at.type"},
    "empty_table": {"rowCount"},
    "unknown_status": {"status.enum"},
    "padded_words": {"channel.blanks"},
    "paid_before_ordered": {"paid_at.order"},
    "items_do_not_add_up": {"order.sum"},
    "refund_too_large": {"order.sum"},
    "expired_coupon": {"used_at.expired"},
    "ledger_hole": {"balance_after.sum"},
    "negative_balance": {"balance_after.range", "balance_after.sum"},
    "leaderboard_off": {"points.ledger"},
    "overlapping_tiers": {"tier.once"},
    "unknown_cost": {"campaign_id.reference"},
    "exposed_twice": {"arm.once", "unit.once"},
    "negative_stock": {"closing_units.range", "closing_units.sum"},
    "sold_too_much": {"closing_units.sum"},
    "rating_out_of_range": {"rating.range"},
    "answered_before_opened": {"first_answered_at.order"},
}


def names(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in folder.glob("*.parquet")))


def judged(folder: Path, cache: Path, tables: tuple[str, ...], window: Window) -> GateVerdict:
    source = {
        "folder": str(folder),
        "timezone": "Asia/Shanghai",
        "currency": "CNY",
        "observed_until": "2025-04-01T00:00",
        "tables": {name: {"path": f"{name}.parquet"} for name in names(folder)},
    }
    return check_tables(
        open_tables(Source.model_validate(source), "source.yaml"),
        needed=tables,
        wanted=(),
        folder="2025Q1",
        contracts_dir=CONTRACTS,
        window=window,
        cache_dir=cache,
    )


OF_OTHER_SHOPS = [
    ("campaign_costs", "currency"),
    *[("order_items", name) for name in ("is_gift", "parcel_id", "signed_at")],
    *[("orders", name) for name in ("balance_paid_at", "currency", "deposit_amount", "deposit_paid_at", "is_test")],
    *[
        ("content_daily", name)
        for name in (
            *("angrys", "clickers", "comments", "fan_engaged", "fan_impressions", "hahas", "likes", "loves"),
            *("reactions", "sads", "shares", "wows"),
        )
    ],
    ("contacts", "star"),
    ("live_sessions", "likes"),
    ("live_sources", "buyers"),
    ("orders", "status_at"),
    ("refunds", "is_price_protection"),
]
"""Columns that the demo shop does not have, most of them for kinds of orders."""


@pytest.mark.slow
@pytest.mark.parametrize("window", [WEEK, NIGHT], ids=["week", "night"])
def test_the_tiny_demo_keeps_every_rule(tiny_demo: Path, tmp_path: Path, window: Window) -> None:
    verdict = judged(tiny_demo, tmp_path, names(tiny_demo), window)
    assert [f"{one.table}.{one.rule}" for one in verdict.results if one.outcome != "passed"] == []
    assert set(verdict.not_covered) == {f"{table}.{column}" for table, column in OF_OTHER_SHOPS}
    assert len(verdict.row_counts) >= 19


@pytest.mark.slow
@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found(tiny_demo: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(tiny_demo, folder, copy_function=lambda source, target: Path(target).hardlink_to(source))
    plant_breach(folder, name)
    table = BREACHES[name].table
    verdict = judged(folder, tmp_path / "cache", (table,), NIGHT if table == "page_views" else WEEK)
    failed = {one.rule for one in verdict.results if one.outcome == "failed"}
    unchecked = [one for one in verdict.results if one.outcome == "not_checked"]
    assert failed | {one.rule for one in unchecked if one.kind == "type"} == FIRES[name]
    assert all("column" in one.detail for one in unchecked)


def test_every_breach_has_rules_that_find_it() -> None:
    assert set(FIRES) == set(BREACHES)
