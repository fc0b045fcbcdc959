"""Content of the demo shop: what was planted is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.metrics.content import content, content_kinds, content_pieces, content_searches, content_top
from retro.periods import Window
from retro_demo.levels import load_levels

at = dt.datetime.fromisoformat
WINDOW = Window(at("2024-11-25"), at("2024-12-23"), at("2025-04-01"), baseline_weeks=8)


@pytest.fixture(scope="module")
def shop(whole_shop: Path) -> dict[str, ibis.Table]:
    connection = ibis.duckdb.connect()
    names = ("orders", "content_pieces", "content_daily", "creators", "brand_searches")
    return {name: connection.read_parquet(whole_shop / f"{name}.parquet") for name in names}


@pytest.fixture(scope="module")
def pieces(shop: dict[str, ibis.Table]) -> pd.DataFrame:
    return content_pieces(shop["content_pieces"], shop, WINDOW)


def test_pieces_and_conversion_by_class(
    shop: dict[str, ibis.Table], pieces: pd.DataFrame, truth: dict[str, Any]
) -> None:
    whole, planted = content(pieces, shop, WINDOW).iloc[0], truth["content"]
    kinds = content_kinds(pieces).set_index(["dimension", "value"]).loc["creator_class"]

    assert whole["contents"] == planted["contents"]
    for name, rate in load_levels().content.conversion.items():
        assert kinds.loc[name, ["buyers", "clicks"]].tolist() == [planted[name][one] for one in ("buyers", "clicks")]
        assert kinds.loc[name, "buyer_low"] < rate < kinds.loc[name, "buyer_high"]


def test_searches_and_their_lag_are_recovered(
    shop: dict[str, ibis.Table], pieces: pd.DataFrame, truth: dict[str, Any]
) -> None:
    frame, planted = content_searches(shop["brand_searches"], pieces, shop, WINDOW), truth["content"]
    lags = frame.iloc[1:]

    assert frame.loc[0, "low"] < planted["searches"] < frame.loc[0, "high"]
    assert frame.loc[0, "low"] > 0
    assert lags.loc[lags["correlation"].idxmax(), "lag"] == planted["lag_days"]


def test_weeks_without_content_show_no_more_searches(shop: dict[str, ibis.Table], pieces: pd.DataFrame) -> None:
    quiet = Window(at("2025-02-10"), at("2025-03-10"), at("2025-04-01"), baseline_weeks=4)
    row = content_searches(shop["brand_searches"], pieces, shop, quiet).iloc[0]

    assert row["low"] < 0 < row["high"]


def test_the_best_creators_fall_back(pieces: pd.DataFrame) -> None:
    kept = content_top(pieces).iloc[0]

    assert kept["kept_rate"] < 1
    assert kept["tested"] < kept["chosen"]
