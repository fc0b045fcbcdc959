"""Placebos: the same estimate where no campaign ran, to measure the effects of chance."""

import contextlib
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy

from retro.files import canonical_json, write_json
from retro.metrics.baseline.gibbs import Flags, Floats, draw_paths


def placebo_starts(baseline: Flags, length: int, least: int, most: int) -> list[int]:
    """Starts of at most `most` windows of `length` baseline days, spread evenly, each after `least` such days.

    Examples:
        >>> placebo_starts(np.array([True] * 10 + [False] + [True] * 4), length=3, least=4, most=3)
        [4, 6, 12]
    """
    before = np.concatenate([[0], np.cumsum(baseline)])
    able = [
        start
        for start in range(baseline.size - length + 1)
        if before[start] >= least and baseline[start : start + length].all()
    ]
    if len(able) <= most:
        return able
    return [able[place] for place in np.linspace(0, len(able) - 1, most).round().astype(int)]


def run_placebos(
    series: Floats,
    baseline: Flags,
    forced: Floats,
    optional: Floats,
    starts: Sequence[int],
    *,
    length: int,
    level_sd: float,
    draws: int,
    seed: int,
    memo: Path | None = None,
) -> list[tuple[int, float]]:
    """Estimate the effect in each window from the days before it; none where those do not vary.

    `baseline` says which days of the `series` are baseline days, `starts` and `length` where the windows lie; `memo` is
    a folder that caches effects by a hash of all inputs. The rest goes to `draw_paths`; each window has its own seed.
    """
    asked = [list(starts), length, level_sd, draws, seed]
    path = None if memo is None else memo / f"{_key((series, baseline, forced, optional), asked)}.json"
    known = _remembered(path)
    if known is not None:
        return known
    found = _tried(series, baseline, forced, optional, starts, length=length, level_sd=level_sd, draws=draws, seed=seed)
    if path is not None:
        with contextlib.suppress(OSError):  # a folder that cannot be written costs time, not figures
            write_json(path, found)
    return found


def _key(arrays: Sequence[npt.NDArray[Any]], asked: object) -> str:
    """A hash of everything that decides the effects: data, settings, code, and the libraries that draw."""
    digest = hashlib.sha256(canonical_json([asked, np.__version__, scipy.__version__]).encode())
    for array in arrays:
        digest.update(f"{array.shape}{array.dtype}".encode() + np.ascontiguousarray(array).tobytes())
    for name in ("gibbs.py", "placebos.py"):
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()


def _remembered(path: Path | None) -> list[tuple[int, float]] | None:
    if path is None or not path.is_file():
        return None
    try:
        return [(int(start), float(effect)) for start, effect in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, TypeError, ValueError):
        return None


def _tried(
    series: Floats, baseline: Flags, forced: Floats, optional: Floats, starts: Sequence[int],
    *, length: int, level_sd: float, draws: int, seed: int,
) -> list[tuple[int, float]]:  # fmt: skip
    found = []
    for start in starts:
        end = start + length
        known = baseline[:end].copy()
        known[start:] = False
        if np.ptp(series[:end][known]) == 0:
            continue
        fit = draw_paths(
            series[:end], known, forced[:end], optional[:end], level_sd=level_sd, draws=draws, seed=seed + start
        )
        found.append((start, float(series[start:end].sum() - fit.expected[start:].sum())))
    return found
