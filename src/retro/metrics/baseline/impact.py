"""Impact: the effect of a campaign on a daily series, against its counterfactual."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from retro.errors import MetricError, did_you_mean
from retro.metrics.baseline.gibbs import draw_paths
from retro.metrics.baseline.phases import PHASES, Flags, Phases
from retro.metrics.baseline.placebos import placebo_starts, run_placebos
from retro.metrics.baseline.seasons import around, weekdays
from retro.metrics.baseline.together import own_share
from retro.metrics.windows import DAY

Floats = npt.NDArray[np.float64]

LEAST_DAYS = 28
"""Baseline days without which no baseline is taken: four of each weekday."""

LEVEL_SD, STRICT_LEVEL_SD = 0.1, 0.01
"""How far the level is expected to wander in a day, in standard deviations: the safe prior, and CausalImpact's own,
whose intervals are far too narrow where a shop drifts."""

DRAWS, STRICT_DRAWS, PLACEBO_DRAWS, PLACEBOS = 2_000, 1_000, 300, 24
ENDS = (2.5, 97.5)
CHANCE = 0.05
LEAST_TRIED = 3
"""Placebos without which chance is untested."""

_SEED = 20250101

Problem = Literal["", "few_days", "no_variation", "few_held_out", "unseen"]


_IN_SPACE = ["series", "effect", "low", "high", "score"]


@dataclass(frozen=True, eq=False)
class Impact:
    """The effect of a campaign on one daily series.

    Attributes:
        value: The column of the series.
        days: One row per day from four weeks before the first touched day: `on` (date), `phase` (`baseline`, `masked`,
            `anticipation`, `campaign`, `settling`), `actual`, `expected`, `low`, `high` (float; `actual` is NaN on lost
            days, the last three are NaN without a baseline, and at least 0 for a series that never is below).
        effects: One row per phase that has days, then `total`: `phase`, `days` (int), `actual`, `expected`, `effect`,
            `low`, `high` (float), `effect_rate` (effect over expected, NaN where that is not above 0).
        sensitivity: One row per level prior: `level_sd`, `effect`, `low`, `high` of the total.
        placebos: One row per placebo window before the campaign: `on` (first day), `effect`.
        draws: Effect of each phase, one row per draw, columns as `PHASES`; 0 where a phase has no days.
        dropped: Covariates left out, because the campaign touched them or their own placebo failed.
        baseline_days: Days that the baseline was learned from.
        chance: Placebo p-value: placebos at least as large as the effect, plus one, over all placebos, plus one. Fewer
            than 19 could never go below 5 % so: there the effect is held against their spread (t test). NaN where fewer
            than 3 could be tried: untested.
        problem: Why there is no estimate: `few_days` or `no_variation` before the campaign, `few_held_out`, too few
            people held out did anything, or `unseen`, no whole day of it observed; empty where there is one.
        masked_days: Days before the campaign that were left out of the baseline.
        unseen_days: Days of the campaign that are lost or not wholly observed; they are left out.
        invited, held_out: People in the campaign, and people kept out of it at random; 0 for a time series.
        unused: Why people who were held out at random do not tell it, so that a time series does: `few_held_out` or
            `unseen`; empty where nobody was held out, or they tell it.
        in_space: Placebos in space, one row per series that the campaign left alone, estimated from the others in
            its place: `series`, `effect`, `low`, `high`, `score` (its size over the spread of its draws). Empty
            where fewer than two are known.
        holed: Covariates left out, because some of their days are lost.
        together: Campaigns that touched the same days and whose effects were taken off: `held_out`, those that people
            held out at random tell; `prior`, those split off by a prior.
    """

    value: str
    days: pd.DataFrame
    effects: pd.DataFrame
    sensitivity: pd.DataFrame
    placebos: pd.DataFrame
    draws: Floats
    dropped: tuple[str, ...]
    baseline_days: int
    chance: float
    problem: Problem = ""
    masked_days: int = 0
    unseen_days: int = 0
    invited: int = 0
    held_out: int = 0
    unused: Problem = ""
    in_space: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_IN_SPACE))
    holed: tuple[str, ...] = ()
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether there is an estimate."""
        return len(self.draws) > 0

    @property
    def randomised(self) -> bool:
        """Whether the effect comes from people who were held out at random."""
        return self.held_out > 0

    @property
    def measurable(self) -> bool:
        """Whether the total differs from zero by its interval and from placebos at 5 %."""
        return self._clear and not self.contradicted

    @property
    def contradicted(self) -> bool:
        """Whether the interval tells the total from zero and placebos do not, so that the interval is too narrow.

        Placebos in space count where they are enough to go below 5 %.
        """
        tried = len(self.in_space)
        in_space = (1 + len(self.reached_in_space)) / (1 + tried) > CHANCE and (1 + tried) * CHANCE >= 1
        return self._clear and (self.chance > CHANCE or in_space)

    @property
    def reached_in_space(self) -> tuple[str, ...]:
        """The series left alone that moved as far as this one, each for the spread of its own draws."""
        whole = self.draws.sum(axis=1)
        spread = float(whole.std()) if self.known else 0.0
        if not spread:
            return ()
        score = abs(float(self.effects["effect"].iloc[-1])) / spread
        return tuple(self.in_space["series"][self.in_space["score"] >= score])

    @property
    def _clear(self) -> bool:
        if not self.known:
            return False
        total = self.effects.iloc[-1]
        return bool(total["low"] > 0 or total["high"] < 0)


def impact(
    daily: pd.DataFrame,
    value: str,
    phases: Phases,
    *,
    covariates: Sequence[str] = (),
    holidays: Sequence[dt.date] = (),
    placebos: int = PLACEBOS,
    memo: Path | None = None,
    beside: Mapping[str, Floats] = MappingProxyType({}),
    in_space: bool = False,
) -> Impact:
    """Estimate the effect of a campaign on a daily series, with interval and placebos.

    The counterfactual is a local level with weekdays, stretches around holidays and covariates, drawn by `draw_paths`
    from the baseline days before the campaign; days of other campaigns have no weight. The same fit at earlier windows
    gives placebos: the effects that the method finds where no campaign ran. Each covariate is first tried on itself:
    one that leaves its own interval while the campaign ran was touched by it and is dropped.

    Campaigns that touched the same days are estimated together: one fit over the days of all of them, whose draws are
    split by `own_share`, so that their effects add up.

    Args:
        daily: One row per day without gaps: `on` (date) and float columns.
        value: The column to explain.
        phases: The campaign's days, as `phases_of` lays them.
        covariates: Columns that follow the same seasons and that the campaign did not touch; NaN on lost days.
        holidays: Days of moving holidays, earlier ones too, from which their effect is learned.
        placebos: How many windows before the campaign to try.
        memo: A folder that caches the placebos' effects.
        beside: What campaigns estimated together with this one added on each day, where people were held out of them at
            random: by name, one row per draw, one column per day of `daily`.
        in_space: Whether to try the covariates in the place of the series, each from the others.
    """
    _check(daily, (value, *covariates))
    days, series = list(daily["on"]), daily[value].to_numpy(dtype=np.float64)
    baseline = phases.baseline(days)
    within = np.any([_place(days, phases, name) for name in PHASES], axis=0)
    if problem := _problem(series[baseline], _place(days, phases, "campaign")):
        return unknown_impact(daily, value, phases, int(baseline.sum()), problem)
    forced = np.hstack([weekdays(days), around(days, holidays)])
    holed = tuple(name for name in covariates if daily[name].isna().any())
    covariates = [name for name in covariates if name not in holed]
    held, dropped = _screen(daily, covariates, baseline, within, forced)
    optional = daily[list(held)].to_numpy(dtype=np.float64)
    upto = max(int(np.flatnonzero(within)[-1]) + 1, sum(day < phases.group[1] for day in days))
    past = series[:upto], baseline[:upto], forced[:upto], optional[:upto]

    def fitted(level_sd: float, draws: int) -> tuple[Floats, Floats]:
        """Draws of the series without this campaign, and their mean without noise."""
        fit = draw_paths(*past, level_sd=level_sd, draws=draws, seed=_SEED)
        if not phases.together:
            return fit.paths, fit.expected
        added = series[:upto] - fit.paths
        others = added - own_share(added, fit.expected, days[:upto], phases, beside)
        return fit.paths + others, fit.expected + others.mean(axis=0)

    paths, expected = fitted(LEVEL_SD, DRAWS)
    strict, _ = fitted(STRICT_LEVEL_SD, STRICT_DRAWS)
    gains = series[:upto] - paths
    draws = np.column_stack([gains[:, _place(days[:upto], phases, name)].sum(axis=1) for name in PHASES])
    tried = _placebos((series, baseline, forced, optional), days, int(within.sum()), placebos, memo)
    effects = _effects(days[:upto], series[:upto], expected, draws, phases)
    shown = sum(day < phases.last for day in days)
    return Impact(
        value=value,
        days=_days(days[:shown], series[:shown], expected[:shown], paths[:, :shown], phases),
        effects=effects,
        sensitivity=_sensitivity({LEVEL_SD: paths, STRICT_LEVEL_SD: strict}, series[:upto], within[:upto]),
        placebos=tried,
        draws=draws,
        dropped=dropped,
        holed=holed,
        baseline_days=int(baseline.sum()),
        masked_days=sum(day < phases.first and phases.masked(day) for day in days),
        unseen_days=_unseen(days, phases),
        chance=_chance(float(effects["effect"].iloc[-1]), tried["effect"].tolist()),
        in_space=_in_space(daily, covariates if in_space else (), held, baseline[:upto], within[:upto], forced[:upto]),
        together=_split_off(phases, beside),
    )


def impact_from_draws(
    daily: pd.DataFrame,
    value: str,
    phases: Phases,
    *,
    expected: Floats,
    paths: Floats,
    draws: Floats,
    people: tuple[int, int],
) -> Impact:
    """The result of people held out at random; it needs no baseline days and no placebos.

    Args:
        daily: As in `impact`.
        value: As in `impact`.
        phases: As in `impact`.
        expected: What each day up to the last touched one would have been without the campaign.
        paths: Draws of it, one row each.
        draws: Draws of the effect, one row each, columns as `PHASES`.
        people: How many were invited, and how many held out.
    """
    days, series = list(daily["on"])[: len(expected)], daily[value].to_numpy(dtype=np.float64)[: len(expected)]
    return Impact(
        value=value,
        days=_days(days, series, expected, paths, phases),
        effects=_effects(days, series, expected, draws, phases),
        sensitivity=_sensitivity({}, series, np.zeros(len(days), dtype=np.bool_)),
        placebos=pd.DataFrame({"on": [], "effect": pd.Series([], dtype="float64")}),
        draws=draws,
        dropped=(),
        baseline_days=0,
        chance=float("nan"),
        unseen_days=_unseen(days, phases),
        invited=people[0],
        held_out=people[1],
    )


def _split_off(phases: Phases, beside: Mapping[str, Floats]) -> Mapping[str, tuple[str, ...]]:
    """How the effects of the campaigns that shared days with this one were taken off."""
    sharing = [one.name for one in phases.together if one.first < phases.last and phases.first < one.last]
    sides = {True: "held_out", False: "prior"}
    return {sides[side]: found for side in sides if (found := tuple(n for n in sharing if (n in beside) == side))}


def _unseen(days: Sequence[dt.date], phases: Phases) -> int:
    return (phases.end - phases.start).days - int(_place(days, phases, "campaign").sum())


def _placebos(
    data: tuple[Floats, Flags, Floats, Floats], days: Sequence[dt.date], length: int, most: int, memo: Path | None
) -> pd.DataFrame:
    """The placebo effects, by first day."""
    starts = placebo_starts(data[1], length, LEAST_DAYS, most)
    tried = run_placebos(*data, starts, length=length, level_sd=LEVEL_SD, draws=PLACEBO_DRAWS, seed=_SEED, memo=memo)
    rows = [(days[start], effect) for start, effect in tried]
    return pd.DataFrame(rows, columns=["on", "effect"]).astype({"effect": "float64"})


def _check(daily: pd.DataFrame, columns: Sequence[str]) -> None:
    for column in ("on", *columns):
        if column not in daily.columns:
            raise MetricError(
                f"baseline: column {column!r} must be in the series. {did_you_mean(column, map(str, daily.columns))}"
            )
    steps = {after - before for before, after in zip(daily["on"], daily["on"].iloc[1:], strict=False)}
    if steps - {DAY}:
        raise MetricError("baseline: series must have one row for each day, in order. Fill days without sales with 0.")


def _problem(baseline: Floats, campaign: Flags) -> Problem:
    """Why no baseline can be taken; empty where one can."""
    if baseline.size < LEAST_DAYS:
        return "few_days"
    if np.ptp(baseline) == 0:
        return "no_variation"
    return "" if campaign.any() else "unseen"


def _screen(
    daily: pd.DataFrame, covariates: Sequence[str], baseline: Flags, within: Flags, forced: Floats
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The covariates to keep, and those that left their own interval while the campaign ran."""
    dropped = []
    upto = int(np.flatnonzero(within)[-1]) + 1
    nothing = np.empty((upto, 0))
    for name in covariates:
        values = daily[name].to_numpy(dtype=np.float64)[:upto]
        if values[baseline[:upto]].std() == 0:
            dropped.append(name)
            continue
        fit = draw_paths(
            values, baseline[:upto], forced[:upto], nothing, level_sd=LEVEL_SD, draws=PLACEBO_DRAWS, seed=_SEED
        )
        low, high = np.percentile(fit.paths[:, within[:upto]].sum(axis=1), ENDS)
        if not low <= values[within[:upto]].sum() <= high:
            dropped.append(name)
    return tuple(name for name in covariates if name not in dropped), tuple(dropped)


def _in_space(
    daily: pd.DataFrame,
    names: Sequence[str],
    held: Sequence[str],
    baseline: Flags,
    within: Flags,
    forced: Floats,
) -> pd.DataFrame:
    """The same estimate for each series that the campaign left alone, from the others: none of them has an effect."""
    rows = []
    for name in names:
        values, others = daily[name].to_numpy(dtype=np.float64)[: len(within)], [one for one in held if one != name]
        if not others or np.ptp(values[baseline]) == 0:
            continue
        beside = daily[others].to_numpy(dtype=np.float64)[: len(within)]
        fit = draw_paths(values, baseline, forced, beside, level_sd=LEVEL_SD, draws=PLACEBO_DRAWS, seed=_SEED)
        gains = values[within].sum() - fit.paths[:, within].sum(axis=1)
        rows.append((name, gains.mean(), *np.percentile(gains, ENDS), abs(gains.mean()) / gains.std()))
    return pd.DataFrame(rows, columns=_IN_SPACE)


def _place(days: Sequence[dt.date], phases: Phases, phase: str) -> Flags:
    """The days of a phase, without lost ones."""
    begin, until = phases.days_of(phase)
    return np.array([begin <= day < until and day not in phases.lost for day in days], dtype=np.bool_)


def _days(
    days: Sequence[dt.date], actual: Floats, expected: Floats | None, paths: Floats | None, phases: Phases
) -> pd.DataFrame:
    frame = pd.DataFrame({"on": days, "phase": [_phase(day, phases) for day in days], "actual": actual})
    frame["actual"] = frame["actual"].mask(frame["on"].isin(phases.lost))
    empty = np.full(len(days), np.nan)
    low, high = (empty, empty) if paths is None else np.percentile(paths, ENDS, axis=0)
    least = 0.0 if len(actual) and actual.min() >= 0 else -np.inf
    shown = {"expected": empty if expected is None else expected, "low": low, "high": high}
    frame = frame.assign(**{name: np.maximum(values, least) for name, values in shown.items()})
    return frame[frame["on"] >= phases.first - LEAST_DAYS * DAY].reset_index(drop=True)


def _phase(day: dt.date, phases: Phases) -> str:
    if day in phases.lost:
        return "masked"
    return phases.phase_of(day) or ("masked" if phases.masked(day) else "baseline")


def _effects(days: Sequence[dt.date], actual: Floats, expected: Floats, draws: Floats, phases: Phases) -> pd.DataFrame:
    rows = []
    for phase in (*PHASES, "total"):
        total = phase == "total"
        here = np.any([_place(days, phases, name) for name in (PHASES if total else (phase,))], axis=0)
        if not here.any():
            continue
        gains = draws.sum(axis=1) if total else draws[:, PHASES.index(phase)]
        low, high = np.percentile(gains, ENDS)
        came, baseline = float(actual[here].sum()), float(expected[here].sum())
        rate = (came - baseline) / baseline if baseline > 0 else np.nan
        rows.append((phase, int(here.sum()), came, baseline, came - baseline, low, high, rate))
    return pd.DataFrame(rows, columns=_EFFECTS)


_EFFECTS = ["phase", "days", "actual", "expected", "effect", "low", "high", "effect_rate"]


def _sensitivity(paths: dict[float, Floats], actual: Floats, within: Flags) -> pd.DataFrame:
    rows = []
    for level_sd, drawn in paths.items():
        gains = actual[within].sum() - drawn[:, within].sum(axis=1)
        low, high = np.percentile(gains, ENDS)
        rows.append((level_sd, float(gains.mean()), low, high))
    return pd.DataFrame(rows, columns=["level_sd", "effect", "low", "high"])


def _chance(effect: float, placebos: Sequence[float]) -> float:
    count = len(placebos)
    if count < LEAST_TRIED:
        return float("nan")
    if (1 + count) * CHANCE >= 1:
        return (1 + sum(abs(other) >= abs(effect) for other in placebos)) / (1 + count)
    spread = math.sqrt(sum(other**2 for other in placebos) / count)
    return float(2 * stats.t.sf(abs(effect) / spread, count)) if spread else float("nan")


def unknown_impact(daily: pd.DataFrame, value: str, phases: Phases, baseline_days: int, problem: Problem) -> Impact:
    """The result without an estimate, and why there is none."""
    upto = daily[daily["on"] < phases.last]
    days, actual = list(upto["on"]), upto[value].to_numpy(dtype=np.float64)
    rows = [
        (phase, int(here.sum()), float(actual[here].sum()), *[np.nan] * 5)
        for phase in PHASES
        if (here := _place(days, phases, phase)).any()
    ]
    return Impact(
        value=value,
        days=_days(days, actual, None, None, phases),
        effects=pd.DataFrame(rows, columns=_EFFECTS),
        sensitivity=pd.DataFrame(columns=["level_sd", "effect", "low", "high"], dtype="float64"),
        placebos=pd.DataFrame({"on": [], "effect": pd.Series([], dtype="float64")}),
        draws=np.empty((0, len(PHASES))),
        dropped=(),
        baseline_days=baseline_days,
        chance=float("nan"),
        problem=problem,
    )
