"""Placebos: the same estimate where no campaign was, which shows how large an effect chance alone brings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retro.metrics.baseline.gibbs import Flags, Floats, draw_paths


def placebo_starts(usual: Flags, length: int, least: int, most: int) -> list[int]:
    """Where windows of usual days may begin that leave enough usual days before them, spread evenly.

    Args:
        usual: Which days are usual.
        length: Days of a window.
        least: Usual days that must lie before it.
        most: How many windows to choose.

    Examples:
        >>> placebo_starts(np.array([True] * 10 + [False] + [True] * 4), length=3, least=4, most=3)
        [4, 6, 12]
    """
    before = np.concatenate([[0], np.cumsum(usual)])
    able = [
        start
        for start in range(usual.size - length + 1)
        if before[start] >= least and usual[start : start + length].all()
    ]
    if len(able) <= most:
        return able
    return [able[place] for place in np.linspace(0, len(able) - 1, most).round().astype(int)]


def run_placebos(
    series: Floats,
    usual: Flags,
    forced: Floats,
    optional: Floats,
    starts: Sequence[int],
    *,
    length: int,
    level_sd: float,
    draws: int,
    seed: int,
) -> list[tuple[int, float]]:
    """The effect that the method finds in each window, from the days before it alone; none where those never vary."""
    found = []
    for start in starts:
        end = start + length
        known = usual[:end].copy()
        known[start:] = False
        if np.ptp(series[:end][known]) == 0:
            continue
        fit = draw_paths(
            series[:end], known, forced[:end], optional[:end], level_sd=level_sd, draws=draws, seed=seed + start
        )
        found.append((start, float(series[start:end].sum() - fit.expected[start:].sum())))
    return found
