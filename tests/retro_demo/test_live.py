"""The shows of the demo shop: hosts convert as planted, and every order of a show was placed in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.metrics.intervals import wilson
from retro.metrics.live_programme import live_hosts, live_items, live_programme, live_sessions, live_sources
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


def test_viewers_come_from_where_they_were_planted(shop: Callable[[str], ibis.Table], shows: pd.DataFrame) -> None:
    frame = live_sources(shop("live_sources"), shows).set_index("source")
    levels = load_levels().live_programme

    assert frame["viewers"].sum() == shows["viewers"].sum()
    assert {name for name, paid in frame["is_paid"].items() if paid} == {*levels.paid_sources}
    low, high = wilson(frame["viewers"], frame["source_viewers"])
    planted = [levels.sources[str(name)] for name in frame.index]
    assert sum(at <= rate <= to for at, rate, to in zip(low, planted, high, strict=True)) >= len(planted) - 1
    assert sum(levels.sources.values()) == pytest.approx(1)


def test_viewers_begin_to_follow_as_often_as_planted(shows: pd.DataFrame) -> None:
    (row,) = live_programme(shows).to_dict("records")
    assert row["follow_low"] < load_levels().live_programme.follow_rate < row["follow_high"]
