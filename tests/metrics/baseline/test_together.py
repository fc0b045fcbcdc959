"""Campaigns that share days are estimated together, and their shares add up."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from retro.metrics.baseline import Neighbour, Phases, impact, phases_of
from retro.metrics.baseline.together import own_share
from retro.periods import Window

at = dt.datetime.fromisoformat
UNTIL = at("2025-05-01")
FIRST = Neighbour("first", Window(at("2025-04-01"), at("2025-04-03"), UNTIL), settling_days=3)
SECOND = Neighbour("second", Window(at("2025-04-03"), at("2025-04-05"), UNTIL), settling_days=2)
LATER = Neighbour("later", Window(at("2025-04-20"), at("2025-04-21"), UNTIL), settling_days=2)
DAYS = [dt.date(2025, 4, day) for day in range(1, 9)]


def laid(own: Neighbour, *others: Neighbour) -> Phases:
    asked = {"anticipation_days": own.anticipation_days, "settling_days": own.settling_days}
    return phases_of(own.window, name=own.name, campaigns=others, **asked)


def test_a_campaign_that_begins_in_the_settling_does_not_cut_it_and_is_estimated_together() -> None:
    phases = laid(FIRST, SECOND, LATER)

    assert phases.last == dt.date(2025, 4, 6)
    assert [one.name for one in phases.together] == ["second"]
    assert phases.group == (dt.date(2025, 4, 1), dt.date(2025, 4, 7))
    assert phases.others == ((dt.date(2025, 4, 20), dt.date(2025, 4, 23)),)


def test_a_campaign_that_touches_one_that_touches_belongs_to_the_group() -> None:
    third = Neighbour("third", Window(at("2025-04-06"), at("2025-04-07"), UNTIL))

    assert [one.name for one in laid(FIRST, third, SECOND).together] == ["second", "third"]
    assert laid(FIRST, third).together == ()


def test_the_baseline_ends_before_the_first_campaign_of_the_group() -> None:
    phases = laid(SECOND, FIRST)
    days = [dt.date(2025, 3, 31), *DAYS[:2]]

    assert phases.baseline(days).tolist() == [True, False, False]
    assert phases.others == ()


def test_both_campaigns_cut_their_phases_at_the_same_days() -> None:
    phases = laid(FIRST, SECOND)
    seen = phases.seen_from(phases.together[0])

    assert [(phase, begin.day, until.day) for phase, (begin, until) in phases.parts()] == [
        ("anticipation", 1, 1), ("campaign", 1, 3), ("settling", 3, 5), ("settling", 5, 6),
    ]  # fmt: skip
    assert list(seen.parts()) == list(laid(SECOND, FIRST).parts())


def shares(known: dict[str, np.ndarray], *, draws: int = 4_000, spread: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """What both campaigns get of 130 a day on the first two days, 52 on the third and fourth, 20 later."""
    whole = np.array([130.0, 130, 52, 52, 20, 20, 7, 7]) + spread * np.random.default_rng(1).standard_normal((draws, 8))
    expected = np.full(8, 100.0)
    one, other = laid(FIRST, SECOND), laid(SECOND, FIRST)
    return tuple(own_share(whole, expected, DAYS, phases, known) for phases in (one, other))  # type: ignore[return-value]


def test_shared_days_are_split_by_the_variances_of_the_prior() -> None:
    """Settling of the first (sd 10) against the second campaign's own days (sd 50): 100 / 2,600 of 52 is 2 a day.

    On 5 April both settle (sd 10 each), so that each gets half of 20.
    """
    first, second = shares({})

    assert first.mean(axis=0)[:5] == pytest.approx([130, 130, 2, 2, 10])
    assert second.mean(axis=0)[2:6] == pytest.approx([50, 50, 10, 20])
    # given the sum, one share of two days varies by 20 x 100 / sqrt(20^2 + 100^2), of one settling day by 10 / sqrt(2)
    assert first[:, 2:4].sum(axis=1).std() == pytest.approx(20 * 100 / np.sqrt(10_400), rel=0.05)
    assert first[:, 4].std() == pytest.approx(10 / np.sqrt(2), rel=0.05)


def test_the_shares_add_up_in_every_draw() -> None:
    first, second = shares({}, spread=30.0)
    whole = np.array([52.0, 52, 20]) + 30 * np.random.default_rng(1).standard_normal((4_000, 8))[:, 2:5]

    assert (first + second)[:, 2:4].sum(axis=1) == pytest.approx(whole[:, :2].sum(axis=1))
    assert (first + second)[:, 4] == pytest.approx(whole[:, 2])


def test_people_held_out_tell_what_is_taken_off_first() -> None:
    told = np.tile([0.0, 0, 60, 40, 5, 5, 0, 0], (4_000, 1))
    first, _ = shares({"second": told})

    assert first.mean(axis=0)[:5] == pytest.approx([130, 130, -8, 12, 15])
    assert first.std(axis=0)[2:5] == pytest.approx([0, 0, 0])


def test_planted_effects_of_neighbours_lie_inside_their_intervals_and_add_up() -> None:
    rng = np.random.default_rng(5)
    on = [dt.date(2025, 1, 1) + dt.timedelta(days=day) for day in range(120)]
    gmv = 100 + 30 * np.array([day.weekday() >= 5 for day in on]) + 4 * rng.standard_normal(120)
    gmv[90:92] += 60  # the first campaign
    gmv[92:94] += 45 - 5  # the second, and the first one's settling
    frame = pd.DataFrame({"on": on, "gmv": gmv})
    first, second = (impact(frame, "gmv", phases, placebos=3) for phases in (laid(FIRST, SECOND), laid(SECOND, FIRST)))
    total = first.draws.sum(axis=1) + second.draws.sum(axis=1)
    ends = [found.effects.set_index("phase").loc["total", ["low", "high"]] for found in (first, second)]

    assert ends[0]["low"] < 2 * 60 - 2 * 5 < ends[0]["high"]
    assert ends[1]["low"] < 2 * 45 < ends[1]["high"]
    assert first.together == second.together | {"prior": ("second",)}
    # 6 days of both: what one has too much the other has too little, so that the sum is surer than its parts
    assert total.std() < np.hypot(first.draws.sum(axis=1).std(), second.draws.sum(axis=1).std())
    assert np.percentile(total, 2.5) < 200 < np.percentile(total, 97.5)
