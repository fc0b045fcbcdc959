"""Together: the share of one campaign in what several added on days that they all touched."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from retro.metrics.baseline.phases import Phases

Floats = npt.NDArray[np.float64]

PRIOR_SD: Mapping[str, float] = {"campaign": 0.5, "anticipation": 0.1, "settling": 0.1}
"""Prior of a campaign's effect on a day, by phase: normal around 0, standard deviation in shares of the baseline."""


def own_share(
    gains: Floats, expected: Floats, days: Sequence[dt.date], phases: Phases, known: Mapping[str, Floats]
) -> Floats:
    """Draw what one campaign added on each day, of what all campaigns estimated together added.

    What a campaign with people held out at random added is known from them and taken off first. What is left on a day
    that several campaigns touched is split by `PRIOR_SD`: each effect is normal around 0 before the data, and given
    their sum the share of each is its variance over the variance of all. Where the calendar cannot part them the
    interval is as wide as the prior leaves it. In every draw the shares add up to the whole, whichever campaign asks.

    Args:
        gains: What was added on each day, one row per draw.
        expected: The baseline of each day.
        days: The days.
        phases: The campaign, and those it is estimated together with.
        known: What campaigns with people held out added on each day, by name, rows as in `gains`.
    """
    rest = gains - sum((draws[: len(gains), : len(days)] for draws in known.values()), np.zeros(()))
    rivals = [phases, *(one for one in phases.together if one.name not in known)]
    rivals.sort(key=lambda one: (one.start, one.name))
    share = rest.copy()
    for here, roles in _stretches(days, rivals):
        if phases.phase_of(days[here.start]) and sum(map(bool, roles)) > 1:
            share[:, here] = _split(
                rest[:, here], np.abs(expected[here]), roles, rivals.index(phases), days[here.start]
            )
    return share


def _split(rest: Floats, expected: Floats, roles: Sequence[str], place: int, begin: dt.date) -> Floats:
    """The share of one campaign of a stretch, on average the same share of each of its days."""
    spread = np.array([PRIOR_SD.get(role, 0.0) for role in roles]) * expected.sum()
    weight = spread[place] ** 2 / (spread**2).sum() if spread.any() else 1 / sum(map(bool, roles))
    noise = np.random.default_rng(begin.toordinal()).standard_normal((len(rest), len(roles)))
    drawn = (noise - noise.mean(axis=0)) * spread
    unsettled = drawn[:, place] - weight * drawn.sum(axis=1)
    share: Floats = weight * rest + (unsettled / rest.shape[1])[:, None]
    return share


def _stretches(days: Sequence[dt.date], rivals: Sequence[Phases]) -> Iterator[tuple[slice, tuple[str, ...]]]:
    """Runs of days on which each campaign is in one phase, and these phases."""
    roles = [tuple(one.phase_of(day) for one in rivals) for day in days]
    begin = 0
    for place in range(1, len(days) + 1):
        if place == len(days) or roles[place] != roles[begin]:
            yield slice(begin, place), roles[begin]
            begin = place
