import datetime as dt
from collections.abc import Callable

import ibis
import numpy as np
import pandas as pd
import pytest

from retro.metrics import phases_of
from retro.metrics.roi.hold_out import added_by_day, counted_groups, hold_out_impact
from retro.metrics.windows import number_of
from retro.periods import Window

at = dt.datetime.fromisoformat
PHASES = phases_of(Window(at("2025-03-01"), at("2025-03-03"), at("2025-04-01")), settling_days=1)
DAILY = pd.DataFrame({"on": [dt.date(2025, 3, day) for day in (1, 2, 3, 4)], "gmv": [900.0, 800.0, 700.0, 600.0]})


def people(table: Callable[..., ibis.Table], invited: int, held_out: int) -> dict[str, ibis.Table]:
    sides = {"invited": invited, "held_out": held_out}
    return {side: table("user_id", [(f"{side} {each}",) for each in range(count)]) for side, count in sides.items()}


def acts(rows: list[tuple[str, str, float]]) -> ibis.Table:
    numbered = [(user, number_of(dt.date.fromisoformat(day)), value) for user, day, value in rows]
    return ibis.memtable(numbered, schema={"user_id": "string", "day": "int64", "value": "float64"})


def test_effect_is_the_difference_of_means_times_the_people_invited(table: Callable[..., ibis.Table]) -> None:
    # 40 of 100 invited spend 5 and 2 more a day later; 30 of 50 held out spend 2: means 2.00, 0.80 and 1.20
    rows = [(f"invited {each}", "2025-03-01", 5.0) for each in range(40)]
    rows += [(f"invited {each}", "2025-03-03", 2.0) for each in range(40)]
    rows += [(f"held_out {each}", "2025-03-02", 2.0) for each in range(30)]
    rows += [("invited 1", "2025-03-04", 99.0), ("somebody", "2025-03-01", 99.0)]  # after the last day, and neither

    found = hold_out_impact(acts(rows), "gmv", DAILY, PHASES, counted_groups(people(table, 100, 50)))

    total = found.effects.iloc[-1]
    assert found.effects["phase"].tolist() == ["campaign", "settling", "total"]
    assert found.effects["effect"].tolist() == pytest.approx([80.0, 80.0, 160.0])
    assert (total["actual"], total["expected"]) == pytest.approx((2400.0, 2240.0))
    assert found.days["expected"].tolist() == pytest.approx([700.0, 920.0, 620.0])
    # variance of 7 for 40 of 100 and 2 for 30 of 50, Welch: 100 x sqrt(11.76 / 99 + 0.96 / 49)
    half = 1.96 * 100 * np.sqrt(0.4 * 0.6 * 49 / 99 + 0.6 * 0.4 * 4 / 49)
    assert (total["low"], total["high"]) == pytest.approx((160 - half, 160 + half), rel=0.05)
    assert found.draws.sum(axis=1).std() == pytest.approx(half / 1.96, rel=1e-3)
    assert (found.invited, found.held_out, found.measurable) == (100, 50, True)


def test_added_by_day_is_what_the_campaigns_own_report_draws(table: Callable[..., ibis.Table]) -> None:
    rows = [(f"invited {each}", "2025-03-01", 5.0) for each in range(40)]
    rows += [(f"invited {each}", "2025-03-03", 2.0) for each in range(40)]
    rows += [(f"held_out {each}", "2025-03-02", 2.0) for each in range(30)]
    groups = counted_groups(people(table, 100, 50))
    days = [dt.date(2025, 2, 28), *DAILY["on"]]

    added = added_by_day(acts(rows), days, PHASES, groups)
    own = hold_out_impact(acts(rows), "gmv", DAILY, PHASES, groups)

    assert added is not None
    # 2.00 a head on 1 March, -1.20 on the 2nd, 0.80 on the 3rd, times 100; nothing before and after
    assert added.mean(axis=0) == pytest.approx([0, 200, -120, 80, 0], abs=1e-6)
    assert added[:, 1:3].sum(axis=1) == pytest.approx(own.draws[:, 1])
    assert added[:, 3] == pytest.approx(own.draws[:, 2])
    assert added_by_day(acts(rows[:100]), days, PHASES, groups) is None


def test_people_in_both_groups_are_in_neither(table: Callable[..., ibis.Table]) -> None:
    rows = [(f"held_out {each}", "2025-03-01", 1.0) for each in range(40)]
    groups = people(table, 100, 50)
    groups["invited"] = groups["invited"].union(table("user_id", [("held_out 0",)]))

    found = hold_out_impact(acts(rows), "gmv", DAILY, PHASES, counted_groups(groups))

    assert (found.invited, found.held_out) == (100, 49)
    assert found.effects.iloc[-1]["effect"] == pytest.approx(-100 * 39 / 49)


def test_few_active_people_held_out_give_no_estimate(table: Callable[..., ibis.Table]) -> None:
    rows = [(f"held_out {each}", "2025-03-01", 1.0) for each in range(29)]

    found = hold_out_impact(acts(rows), "gmv", DAILY, PHASES, counted_groups(people(table, 100, 50)))

    assert (found.problem, found.known, found.measurable) == ("few_held_out", False, False)
    assert found.effects["effect"].isna().all()


def test_unseen_campaign_gives_no_estimate(table: Callable[..., ibis.Table]) -> None:
    later = phases_of(Window(at("2025-05-01"), at("2025-05-03"), at("2025-05-01T09:00")))

    found = hold_out_impact(acts([]), "gmv", DAILY, later, counted_groups(people(table, 100, 50)))

    assert found.problem == "unseen"


def test_interval_covers_a_planted_effect() -> None:
    """100 shops of 900 invited and 300 held out, lognormal buyers: 95 intervals should hold the truth."""
    rng, held = np.random.default_rng(3), 0
    daily = pd.DataFrame({"on": [dt.date(2025, 3, 1)], "gmv": [1e6]})
    phases = phases_of(Window(at("2025-03-01"), at("2025-03-02"), at("2025-04-01")))
    day = number_of(dt.date(2025, 3, 1))
    groups = {"invited": 900, "held_out": 300}
    tables = {side: ibis.memtable({"user_id": [f"{side} {n}" for n in range(size)]}) for side, size in groups.items()}
    counted = counted_groups(tables)
    for _ in range(100):
        frame = pd.concat(
            pd.DataFrame(
                {
                    "user_id": [f"{side} {n}" for n in range(size)],
                    "day": day,
                    "value": (rng.random(size) < rate) * rng.lognormal(4, 0.8, size),
                }
            )
            for (side, size), rate in zip(groups.items(), (0.35, 0.3), strict=True)
        )
        total = hold_out_impact(ibis.memtable(frame[frame["value"] > 0]), "gmv", daily, phases, counted).effects.iloc[
            -1
        ]
        held += total["low"] <= 900 * 0.05 * np.exp(4 + 0.32) <= total["high"]
    assert held >= 89  # 95 of 100, less 2.75 standard errors
