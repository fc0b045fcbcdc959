"""Invitations of the demo shop: what was planted is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import ibis
import pytest

from retro.metrics.referral import referral
from retro.periods import Window
from retro_demo.levels import load_levels


def test_who_was_planted_is_found(whole_shop: Path, truth: dict[str, Any]) -> None:
    connection = ibis.duckdb.connect()
    sent, users = (connection.read_parquet(whole_shop / f"{name}.parquet") for name in ("invitations", "users"))
    window = Window(dt.datetime(2024, 11, 25), dt.datetime(2024, 12, 23), dt.datetime(2025, 4, 1))
    (row,) = referral(sent, users, {}, window, campaign_id="").to_dict("records")
    planted, levels = truth["referral"], load_levels().referral

    assert [row[name] for name in ("invitations", "registered", "own")] == [
        planted[name] for name in ("invitations", "registered", "own")
    ]
    assert row["registered_low"] < levels.follow_rate < row["registered_high"]
    assert row["cycle_days"] * 24 == pytest.approx(levels.lag_hours, rel=0.4)
    assert row["k_high"] < 1
    assert row["rewards"] == planted["rewarded"] * levels.reward_yuan
    assert 0 < planted["rewarded"] < planted["registered"]
