"""The shows of the demo shop: hosts convert as planted, and every order of a show was placed in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.metrics.live_programme import live_hosts, live_items, live_sessions
from retro.periods import Window
from retro_demo.levels import load_levels

WINDOW = Window(dt.datetime(2024, 11, 18), dt.datetime(2024, 12, 30), dt.datetime(2025, 4, 1))

Ask = Callable[[str], Any]


@pytest.fixture(scope="module")
def shop(whole_shop: Path) -> Callable[[str], ibis.Table]:
    connection = ibis.duckdb.connect()
    return lambda name: connection.read_parquet(whole_shop / f"{name}.parquet")


@pytest.fixture(scope="module")
def shows(shop: Callable[[str], ibis.Table]) -> pd.DataFrame:
    known = {name: shop(name) for name in ("orders", "live_minutes")}
    return live_sessions(shop("live_sessions"), known, WINDOW)


def test_hosts_convert_as_planted(shows: pd.DataFrame, truth: dict[str, Any]) -> None:
    hosts = live_hosts(shows).query("dimension == 'host'").set_index("value")

    for name, level in load_levels().live_programme.hosts.items():
        planted = truth["live_programme"][name]
        assert hosts.loc[name, ["viewers", "buyers"]].tolist() == [planted["viewers"], planted["buyers"]]
        assert hosts.loc[name, "viewer_low"] < level.conversion_rate < hosts.loc[name, "viewer_high"]
        assert hosts.loc[name, "watch_minutes"] == pytest.approx(level.watch_minutes)


def test_orders_follow_explanations(shop: Callable[[str], ibis.Table], shows: pd.DataFrame) -> None:
    frame = live_items(shop("live_items"), shop("orders"), shop("order_items"), shows, WINDOW)

    assert 0.4 < frame["soon_rate"].iloc[-1] <= 1
    assert 0 < frame["median_minutes"].iloc[-1] < 15


def test_every_order_of_a_show_was_placed_in_it(ask: Ask) -> None:
    outside = """select count(*) from orders join live_sessions on live_session_id = session_id
        where ordered_at < started_at or ordered_at >= ended_at or channel <> 'live_stream'"""
    assert ask(outside) == 0
    assert ask("select count(live_session_id) from orders") > 0
