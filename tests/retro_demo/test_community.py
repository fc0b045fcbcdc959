"""Community groups of the demo shop: what was planted is found, and nothing where nothing was."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.metrics.community import community, community_groups, group_joiners, outside_groups
from retro.metrics.matching import matched_participants
from retro.periods import Window
from retro_demo.levels import load_levels

at = dt.datetime.fromisoformat
WINDOW = Window(at("2024-11-25"), at("2024-12-23"), at("2025-04-01"))


@pytest.fixture(scope="module")
def shop(whole_shop: Path) -> dict[str, ibis.Table]:
    connection = ibis.duckdb.connect()
    names = ("users", "orders", "community_members", "community_groups", "community_messages")
    return {name: connection.read_parquet(whole_shop / f"{name}.parquet") for name in names}


def matched(shop: dict[str, ibis.Table], window: Window) -> pd.Series[Any]:
    members = shop["community_members"]
    outside = outside_groups(shop["users"], members, window)
    return matched_participants(outside, shop["orders"], group_joiners(members, window), window).iloc[0]


def test_who_was_planted_is_found(shop: dict[str, ibis.Table], truth: dict[str, Any]) -> None:
    row, planted, levels = (
        community(shop["community_members"], shop, WINDOW).iloc[0], truth["community"], load_levels().community
    )  # fmt: skip

    assert [row[name] for name in ("invited", "joined", "left")] == [
        planted[name] for name in ("invited", "joined", "left")
    ]
    assert row["accepted_low"] < levels.follow_rate < row["accepted_high"]
    assert row["speaker_low"] < levels.speaker_rate < row["speaker_high"]


def test_the_effect_of_joining_is_recovered_and_its_placebo_holds(
    shop: dict[str, ibis.Table], truth: dict[str, Any]
) -> None:
    row = matched(shop, WINDOW)

    assert row["effect_low"] < truth["community"]["moved_cents_of_old_users"] / 100 < row["effect_high"]
    assert row["placebo_low"] < 0 < row["placebo_high"]


def test_weeks_in_which_nobody_was_moved_show_no_effect(shop: dict[str, ibis.Table]) -> None:
    quiet = matched(shop, Window(at("2024-08-01"), at("2024-11-25"), at("2025-04-01")))

    assert quiet["participants"] > 20
    assert quiet["low"] < 0 < quiet["high"]


def test_small_groups_are_the_ones_that_buy(shop: dict[str, ibis.Table]) -> None:
    frame = community_groups(shop["community_members"], shop, WINDOW, sizes=(130,))
    sizes = frame[frame["dimension"] == "size"]

    assert sizes.iloc[0]["rate"] > 1.2 * sizes.iloc[-1]["rate"]
