"""Anomalies: days or minutes far from level and season, with their size, in words."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from retro.errors import MetricError
from retro.i18n import Text
from retro.metrics.windows import check_at_least

Floats = npt.NDArray[np.float64]

DAILY = 7
"""The season of a daily series: a week."""

_NORMAL = 1.4826
"""Turns the median absolute deviation into the standard deviation of a normal spread."""

_AROUND = 14
"""How many points make the level of a series without season."""

_FEWEST_CYCLES = 3
"""A season is read off a series that shows it at least so often."""

LEAST_DAYS = DAILY * _FEWEST_CYCLES
"""A daily series of which fewer days are known has no unusual ones."""


def anomalies(
    frame: pd.DataFrame, *, at: str, value: str, season: int | None = DAILY, threshold: float = 3.5
) -> pd.DataFrame:
    """Find the points of a series of counts that level and season do not explain.

    The series is decomposed by medians, so that outliers do not move the level: the level is the median over about a
    season around each point, the season the median share of the level at the same place of each cycle. The rest is
    compared on the scale of square roots, since counts vary with the root of their size (Anscombe). A point is an
    anomaly if it lies more than `threshold` standard deviations out; the deviation is that of the series or that of
    pure chance, whichever is larger. Neighbours on the same side are one anomaly.

    Args:
        frame: One row per day or minute, in order and without gaps, such as `daily_sales` or `traffic` returns.
        at: The column that says when.
        value: The column of counts; missing ones, such as those of lost days, are passed over.
        season: Number of points of a season, such as `DAILY`; None for a series without.
        threshold: Standard deviations from which on a point is an anomaly.

    Returns:
        One row per anomaly, in order; none where fewer than three seasons of points are known.
        - `start_at`, `end_at`: Its first and last point, as in `at`.
        - `points` (int): How many it has.
        - `value` (float): Their sum.
        - `expected` (float): Sum of what was expected.
        - `size` (float): `value` less `expected`.
        - `size_rate` (float): `size` over `expected`. NaN where that is 0.
        - `score` (float): How far out the furthest of its points lies; negative below.

    Raises:
        MetricError: The series is shorter than three seasons.
    """
    for column in (at, value):
        if column not in frame.columns:
            raise MetricError(f"anomalies: column {column!r} must be in the frame, got {list(frame.columns)}.")
    counts = np.asarray(frame[value].astype("float64"), dtype=np.float64)
    if season is not None:
        check_at_least("season", season, 2)
        if len(counts) < _FEWEST_CYCLES * season:
            raise MetricError(
                f"anomalies: the series must hold at least {_FEWEST_CYCLES} seasons of {season}, "
                f"got {len(counts)} points. Give it a longer one, or season=None."
            )
    expected, scores = _explained(counts, season)
    if season is not None and np.isfinite(counts).sum() < _FEWEST_CYCLES * season:
        scores = np.zeros(len(counts))
    side = np.where(np.abs(scores) > threshold, np.sign(scores), 0)
    rows = []
    for first, last in _runs(side):
        part = slice(first, last + 1)
        total, baseline = float(counts[part].sum()), float(expected[part].sum())
        furthest = scores[part][np.argmax(np.abs(scores[part]))]
        moments = (frame[at].iloc[first], frame[at].iloc[last])
        rows.append(
            (*moments, last - first + 1, total, baseline, total - baseline, _rate(total, baseline), float(furthest))
        )
    names = ["start_at", "end_at", "points", "value", "expected", "size", "size_rate", "score"]
    return pd.DataFrame(rows, columns=names)


def anomaly_sentence(anomaly: pd.Series, text: Text, noun: str) -> str:
    """Describe an anomaly in one sentence.

    Args:
        anomaly: A row of `anomalies`.
        text: Language of the words.
        noun: What was counted, such as `page views`.

    Examples:
        >>> from retro.i18n import load_text
        >>> found = pd.Series(
        ...     {"start_at": pd.Timestamp("2025-02-28 20:03"), "end_at": pd.Timestamp("2025-02-28 20:05"), "points": 3}
        ...     | {"value": 0.0, "expected": 6000.0, "size": -6000.0, "size_rate": -1.0, "score": -9.0}
        ... )
        >>> anomaly_sentence(found, load_text("en"), "page views")
        '28 Feb 2025 20:03 – 20:05: 0 page views, 6,000 fewer than expected (−100.0%).'
    """
    more = anomaly["size"] > 0
    size = text.count(round(abs(anomaly["size"])))
    change = "" if np.isnan(anomaly["size_rate"]) else text("anomaly.change", rate=text.change(anomaly["size_rate"]))
    return text(
        "anomaly.more" if more else "anomaly.fewer",
        when=_when(anomaly["start_at"], anomaly["end_at"], text),
        value=text.count(round(anomaly["value"])),
        noun=noun,
        size=size,
        change=change,
    )


def _when(start: object, end: object, text: Text) -> str:
    first, last = pd.Timestamp(start), pd.Timestamp(end)  # type: ignore[arg-type]  # dates and datetimes
    timed = isinstance(start, pd.Timestamp)
    if not timed:
        return text.day(first.date()) if first == last else f"{text.day(first.date())} – {text.day(last.date())}"
    if first == last:
        return text.moment(first.to_pydatetime())
    later = f"{last:%H:%M}" if first.date() == last.date() else text.moment(last.to_pydatetime())
    return f"{text.moment(first.to_pydatetime())} – {later}"


def _explained(counts: Floats, season: int | None) -> tuple[Floats, Floats]:
    """What each point was expected to be, and how far out it lies."""
    level = _moving_median(counts, (season or _AROUND) | 1)
    pattern: Floats = np.ones(len(counts))
    if season is not None:
        phase = np.arange(len(counts)) % season
        shares = pd.Series(np.divide(counts, level, out=np.full_like(counts, np.nan), where=level > 0))
        pattern = np.asarray(shares.groupby(phase).median().fillna(0), dtype=np.float64)[phase]
        plain = np.divide(counts, pattern, out=np.full_like(counts, np.nan), where=pattern > 0)
        level = np.nan_to_num(_moving_median(plain, season | 1))
    expected = level * pattern
    left = _root(counts) - _root(expected)
    # The root of a count has a standard deviation of 1 by chance alone.
    spread = max(1.0, _NORMAL * float(np.nanmedian(np.abs(left - np.nanmedian(left))))) if len(left) else 1.0
    return expected, np.nan_to_num(left / spread)


def _root(counts: Floats) -> Floats:
    """Anscombe's transform: whatever its size, a count varies by 1 about it."""
    root: Floats = 2 * np.sqrt(np.maximum(counts, 0) + 3 / 8)
    return root


def _moving_median(values: Floats, width: int) -> Floats:
    moving = pd.Series(values).rolling(width, center=True, min_periods=1).median()
    return moving.to_numpy(dtype=float)


def _runs(side: Floats) -> list[tuple[int, int]]:
    """First and last place of each run of equal signs other than 0."""
    begins = np.flatnonzero(np.diff(side, prepend=0) != 0)
    ends = [*(begins[1:] - 1), len(side) - 1]
    return [(int(begin), int(end)) for begin, end in zip(begins, ends, strict=False) if side[begin] != 0]


def _rate(total: float, baseline: float) -> float:
    return total / baseline - 1 if baseline > 0 else float("nan")
