import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import ibis
import numpy as np
import pytest

from retro.metrics.baseline import hourly_impact
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
NIGHT = Window(at("2025-03-01T20:00"), at("2025-03-02T02:00"))


def orders_of(table: MakeTable, days: int = 42, extra: int = 30) -> ibis.Table:
    """A shop that is busy from 8 to 24, with noise, and `extra` orders in the first hour of the night."""
    rng = np.random.default_rng(3)
    begin = at("2025-03-02T02:00") - dt.timedelta(days=days)
    rows = []
    for hour in range(days * 24):
        moment = begin + dt.timedelta(hours=hour)
        number = int(rng.poisson(6 if moment.hour >= 8 else 1))
        number += extra if moment == NIGHT.start else 0
        rows += [(f"{hour}-{place}", f"u{place}", moment.isoformat(), "paid") for place in range(number)]
    return table("order_id user_id ordered_at status", rows)


def test_what_was_planted_in_an_hour_is_found_and_the_others_are_baseline(table: MakeTable) -> None:
    found = hourly_impact(orders_of(table), replace(NIGHT, baseline_weeks=6))

    hours = found.hours.set_index(found.hours["at"].dt.hour)
    assert hours.index.tolist() == [20, 21, 22, 23, 0, 1]
    assert found.low < 30 < found.high
    assert hours.loc[20, "orders"] > hours.loc[20, "high"]
    assert hours.loc[21, "expected"] == pytest.approx(6, abs=1.5)
    assert hours.loc[1, "expected"] == pytest.approx(1, abs=1.5)
    assert (hours["low"] >= 0).all()


def test_hours_of_others_and_of_waiting_are_not_learned_from(table: MakeTable) -> None:
    orders = orders_of(table)
    whole = hourly_impact(orders, replace(NIGHT, baseline_weeks=5)).baseline_hours
    others = [Window(at("2025-02-10T00:30"), at("2025-02-11"))]  # the hour that it begins in is left out too
    left = hourly_impact(orders, replace(NIGHT, baseline_weeks=5), anticipation_days=2, others=others).baseline_hours

    assert (whole, left) == (5 * 168, 5 * 168 - 48 - 24)


@pytest.mark.parametrize("days", [20, 0])
def test_fewer_than_four_baseline_weeks_give_actual_figures_only(table: MakeTable, days: int) -> None:
    found = hourly_impact(orders_of(table, days=days), NIGHT)

    assert not found.known
    assert found.hours["expected"].isna().all()
    assert np.isnan(found.effect)
    assert len(found.hours) == 6


def test_lost_days_and_a_stray_order_are_no_quiet_hours_to_learn_from(table: MakeTable) -> None:
    """Two weeks were not exported; one order of years ago makes no history of empty hours."""
    orders = orders_of(table, days=63)
    whole = hourly_impact(orders, replace(NIGHT, baseline_weeks=8))
    holed = orders.filter((orders.ordered_at < at("2025-01-20")) | (orders.ordered_at >= at("2025-02-03")))
    lost = hourly_impact(holed, replace(NIGHT, baseline_weeks=8))

    assert (whole.baseline_hours, lost.baseline_hours) == (8 * 168, 6 * 168)
    assert lost.effect == pytest.approx(whole.effect, abs=4)
    old = table("order_id user_id ordered_at status", [("old", "u", "2020-01-01T12:00:00", "paid")])
    young = hourly_impact(orders_of(table), replace(NIGHT, baseline_weeks=8))
    stray = hourly_impact(orders_of(table).union(old), replace(NIGHT, baseline_weeks=8))
    assert stray.baseline_hours == young.baseline_hours
