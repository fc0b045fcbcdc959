"""Hold-out: the effect of a campaign from people who were kept out of it at random."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd

from retro.metrics.baseline import PHASES, Impact, Phases
from retro.metrics.baseline.impact import DRAWS, impact_from_draws, unknown_impact
from retro.metrics.windows import number_of

Floats = npt.NDArray[np.float64]

LEAST_ACTIVE = 30
"""People held out who did what is measured, without whom their mean has no interval to rely on."""

_ARMS = ("invited", "held_out")
_SEED = 20250117


@dataclass(frozen=True)
class Groups:
    """The people of a campaign and those held out of it, counted once for all series.

    Attributes:
        members: A lazy table of `user_id` and `arm`, which is `invited` or `held_out`; people in both are not there.
        people: How many each arm holds.
    """

    members: ibis.Table
    people: Mapping[str, int]


def counted_groups(groups: Mapping[str, ibis.Table]) -> Groups:
    """The groups that `invitation_groups` returns, without those who are in both."""
    named = ibis.union(*(groups[arm].select("user_id", arm=ibis.literal(arm)).distinct() for arm in _ARMS))
    found = named.group_by("user_id").aggregate(arm=named.arm.min(), arms=named.count())
    members = found.filter(found.arms == 1).select("user_id", "arm")
    counted = members.group_by("arm").aggregate(people=members.count()).execute().set_index("arm")["people"]
    return Groups(members, {arm: int(counted.get(arm, 0)) for arm in _ARMS})


def hold_out_impact(rows: ibis.Table, value: str, daily: pd.DataFrame, phases: Phases, groups: Groups) -> Impact:
    """Estimate the effect of a campaign by the difference between people in it and people held out at random.

    The effect is the difference of means for each person, times the people in the campaign. The two groups live through
    the same days, so that season, weather and other campaigns fall out of the difference. Phases vary together as the
    people's own amounts do; the interval is that of means of independent people (Welch).

    Args:
        rows: One row per order or other act: `user_id`, `day` (number of its local day), `value` (number).
        value: The name that the result carries.
        daily: The whole shop: one row per day without gaps, `on` (date) and the column `value` (float).
        phases: The campaign's days, as `phases_of` lays them.
        groups: As `counted_groups` returns them.

    Returns:
        An `Impact` that is `randomised`, without placebos, which randomisation needs none of. Its `problem` is
        `few_held_out` where fewer than 30 of the people held out did anything, and `unseen` where no whole day of the
        campaign was observed.
    """
    days, actual = list(daily["on"]), daily[value].to_numpy(dtype=np.float64)
    upto = sum(day < phases.last for day in days)
    if not any(phases.start <= day < phases.end for day in days[:upto]):
        return unknown_impact(daily, value, phases, 0, "unseen")
    people = groups.people
    touched, parts = _touched(rows, phases, groups), list(phases.parts())
    found = _by_part(touched, [span for _, span in parts])
    if len(found["held_out"]) < LEAST_ACTIVE:
        return unknown_impact(daily, value, phases, 0, "few_held_out")
    means, errors = zip(*_by_day(touched, people, days[:upto]), strict=True)
    size = people["invited"]
    expected = actual[:upto] - size * (means[0] - means[1])
    noise = np.random.default_rng(_SEED).standard_normal((DRAWS, upto))
    paths = expected + size * np.sqrt(errors[0] + errors[1]) * noise
    by_part = _draws(found, people)
    draws = [by_part[:, [phase == one for one, _ in parts]].sum(axis=1) for phase in PHASES]
    drawn = {"expected": expected, "paths": paths, "draws": np.column_stack(draws)}
    return impact_from_draws(daily, value, phases, **drawn, people=(size, people["held_out"]))


def added_by_day(rows: ibis.Table, days: Sequence[dt.date], phases: Phases, groups: Groups) -> Floats | None:
    """Draw what a campaign with people held out added on each day, for a campaign that touched some of the same days.

    Args:
        rows: As in `hold_out_impact`.
        days: The days of a series.
        phases: The campaign whose people were held out; the parts of its phases are drawn as its own report draws them.
        groups: As `counted_groups` returns them.

    Returns:
        One row per draw, one column per day, 0 on days that the campaign did not touch; None where fewer than 30 of the
        people held out did anything. What is drawn of a part of a phase lies on its days alike.
    """
    touched, spans = _touched(rows, phases, groups), [span for _, span in phases.parts()]
    found = _by_part(touched, spans)
    if len(found["held_out"]) < LEAST_ACTIVE:
        return None
    means = [mean for mean, _ in _by_day(touched, groups.people, days)]
    effect = groups.people["invited"] * (means[0] - means[1])
    draws, added = _draws(found, groups.people), np.zeros((DRAWS, len(days)))
    for place, (begin, until) in enumerate(spans):
        here = np.array([begin <= day < until for day in days], dtype=np.bool_)
        if here.any():
            off = draws[:, place] - effect[here].sum()
            added[:, here] = effect[here] + (off / here.sum())[:, None]
    return added


def _touched(rows: ibis.Table, phases: Phases, groups: Groups) -> ibis.Table:
    """The acts of both arms on a campaign's days, each with its `arm`: an engine reads them once for the two."""
    own = rows.filter(rows.day >= number_of(phases.first), rows.day < number_of(phases.last))
    return own.inner_join(groups.members, "user_id").select("arm", "user_id", "day", "value")


def _by_part(rows: ibis.Table, spans: Sequence[tuple[dt.date, dt.date]]) -> dict[str, Floats]:
    """Of each arm, one row per person who did anything, one column per span of days."""
    names = [f"part_{place}" for place in range(len(spans))]
    sums = {
        name: ibis.ifelse((rows.day >= number_of(begin)) & (rows.day < number_of(until)), rows.value, 0)
        .sum()
        .cast("float64")
        for name, (begin, until) in zip(names, spans, strict=True)
    }
    found = rows.group_by("arm", "user_id").aggregate(**sums).execute()
    return {arm: found.loc[found["arm"] == arm, names].to_numpy(dtype=np.float64) for arm in _ARMS}


def _by_day(rows: ibis.Table, people: Mapping[str, int], days: Sequence[dt.date]) -> Iterator[tuple[Floats, Floats]]:
    """Of each arm, mean of a person by day and its squared standard error; 0 on days that no campaign touched."""
    own = rows.group_by("arm", "user_id", "day").aggregate(amount=rows.value.sum().cast("float64"))
    by_day = own.group_by("arm", "day").aggregate(total=own.amount.sum(), squares=(own.amount * own.amount).sum())
    found = by_day.execute()
    numbers = [number_of(day) for day in days]
    for arm in _ARMS:
        sums = found[found["arm"] == arm].set_index("day")[["total", "squares"]].reindex(numbers).fillna(0.0)
        total, squares = sums.to_numpy(dtype=np.float64).T
        mean, count = total / people[arm], people[arm]
        yield mean, (squares / count - mean**2) / (count - 1)


def _draws(found: Mapping[str, Floats], people: Mapping[str, int]) -> Floats:
    """Draws of the effect by part; their mean and covariance are the estimate's own, whatever the seed."""
    parts = found["invited"].shape[1]
    means, covariance = {}, np.zeros((parts, parts))
    for arm, amounts in found.items():
        count = people[arm]
        mean = amounts.sum(axis=0) / count
        covariance += (amounts.T @ amounts / count - np.outer(mean, mean)) / (count - 1)
        means[arm] = mean
    size = people["invited"]
    effect, covariance = size * (means["invited"] - means["held_out"]), size**2 * covariance
    noise = np.random.default_rng(_SEED).standard_normal((DRAWS, parts))
    noise -= noise.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(noise, rowvar=False))
    noise = noise @ vectors / np.sqrt(values)
    values, vectors = np.linalg.eigh(covariance)
    draws: Floats = effect + noise * np.sqrt(np.clip(values, 0, None)) @ vectors.T
    return draws
