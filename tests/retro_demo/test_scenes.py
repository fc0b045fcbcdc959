"""Scenes of the demo shop: visits that begin in one convert as planted, and those of a quiet week as all others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import ibis
import pytest

from retro.metrics.scenes import scene_landing, scenes
from retro.periods import Window
from retro_demo.levels import load_levels

Shop = dict[str, ibis.Table]


@pytest.fixture(scope="module")
def shop(whole_shop: Path) -> Shop:
    connection = ibis.duckdb.connect()
    names = ("orders", "order_items", "events", "product_scenes")
    return {name: connection.read_parquet(whole_shop / f"{name}.parquet") for name in names}


def landing(shop: Shop, window: Window) -> dict[str, Any]:
    return scene_landing(shop["events"], window).to_dict("records")[0]


def fortnight(start: dt.date) -> Window:
    begin = dt.datetime.combine(start, dt.time())
    return Window(begin, begin + dt.timedelta(weeks=2), dt.datetime(2025, 4, 1))


def test_what_was_planted_is_found(shop: Shop) -> None:
    levels = load_levels().scenes
    window = fortnight(levels.start)
    row = landing(shop, window)

    assert window.end.date() == levels.end
    assert set(scenes(shop["product_scenes"], shop, window)["scene"]) == set(levels.names)
    assert row["converted_change_low"] > 0
    assert row["bounced_change_high"] < 0
    assert row["views_change_low"] > 0


def test_a_quiet_fortnight_shows_no_change(shop: Shop) -> None:
    row = landing(shop, fortnight(dt.date(2025, 2, 10)))

    for name in ("converted", "bounced"):
        assert row[f"{name}_change_low"] < 0 < row[f"{name}_change_high"]
