"""The brand survey of the demo shop: what was planted is found with weights only, and quiet waves show nothing."""

from __future__ import annotations

import datetime as dt

import ibis
import pyarrow as pa
import pytest

from retro.metrics.brand_waves import brand_gap, brand_wave
from retro.periods import Window
from retro_demo.around.brand_waves import brand_waves
from retro_demo.chance import Chance
from retro_demo.levels import load_levels

LEVELS = load_levels().brand_waves
AT = {wave.name: wave.start for wave in LEVELS.waves}


@pytest.fixture(scope="module")
def answers() -> ibis.Table:
    return ibis.memtable(pa.table(dict(brand_waves(LEVELS, Chance(20250101)))))


def around(wave: str) -> Window:
    start = dt.datetime.combine(AT[wave], dt.time())
    return Window(start, start + dt.timedelta(days=14), dt.datetime(2025, 4, 1))


def test_what_was_planted_is_found(answers: ibis.Table) -> None:
    frame = brand_wave(answers, around("2024-12"), brand=LEVELS.brand).set_index("measure")
    before, after = LEVELS.waves[1:3]

    for measure in ("aided", "unaided", "considers", "csat"):
        row, planted = frame.loc[measure], getattr(after, measure)
        assert row["low"] < planted < row["high"]
        assert row["change_low"] < planted - getattr(before, measure) < row["change_high"]
    assert frame.loc["nps", "low"] < 100 * (after.promoters - after.detractors) < frame.loc["nps", "high"]
    assert frame.loc[["aided", "unaided", "csat", "nps"], "clear"].all()
    gap = brand_gap(answers, around("2024-12"), brand=LEVELS.brand).iloc[0]
    assert gap["low"] < after.mentions / LEVELS.rivals[0].mentions - 1 < gap["high"]
    assert gap["rival"] == LEVELS.rivals[0].name


def test_without_weights_awareness_is_told_too_high(answers: ibis.Table) -> None:
    row = brand_wave(answers.drop("weight"), around("2024-12"), brand=LEVELS.brand).set_index("measure").loc["aided"]

    assert row["low"] > LEVELS.waves[2].aided


@pytest.mark.parametrize("wave", ["2024-09", "2025-03"])
def test_a_quiet_wave_shows_no_change(answers: ibis.Table, wave: str) -> None:
    frame = brand_wave(answers, around(wave), brand=LEVELS.brand)
    gap = brand_gap(answers, around(wave), brand=LEVELS.brand).iloc[0]

    assert not frame["clear"].any()
    assert gap["change_low"] < 0 < gap["change_high"]
