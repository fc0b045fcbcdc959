"""The calendar has the shape that it should."""

from __future__ import annotations

import numpy as np
import pytest

from retro_demo.chance import Chance
from retro_demo.levels import load_levels
from retro_demo.life.seasons import Seasons, make_seasons


@pytest.fixture(scope="module")
def seasons() -> Seasons:
    return make_seasons(load_levels(), Chance(1))


def test_the_year_has_its_festival_and_nodes(seasons: Seasons) -> None:
    orders = np.exp(seasons.orders)
    ordinary = np.median(orders)
    assert orders[40] < 0.7 * ordinary  # 2024-02-10
    assert orders[394] < 0.7 * ordinary  # 2025-01-29
    assert orders[315] > 1.6 * ordinary  # 2024-11-11


def test_people_are_awake_in_the_evening(seasons: Seasons) -> None:
    seconds = seasons.seconds(np.zeros(10_000, dtype=np.int64), np.linspace(0, 1, 10_000, endpoint=False))
    hours = np.bincount(seconds // 3600, minlength=24) / 10_000
    assert hours[21] == hours.max()
    assert hours[3] < 0.01
