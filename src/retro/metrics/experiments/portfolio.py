"""Portfolio: all experiments of a period, and what those that ship add up to, corrected for the winner's curse."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from scipy.special import ndtri

from retro.designs import Experiment
from retro.metrics.experiments.decisions import Decision
from retro.metrics.experiments.result import ExperimentResult
from retro.sources import NotCovered

COLUMNS = (
    "experiment", "arm", "metric", "kind", "better", "state", "reason", "effect", "low", "high", "z", "corrected",
    "corrected_low", "corrected_high", "shipped",
)  # fmt: skip

_FIGURES = ("effect", "low", "high", "z", "corrected", "corrected_low", "corrected_high")
_HIDDEN = "hidden"
"""Whether a comparison tells of too few; it counts for luck, and is not shown."""

SUMS = ("metric", "kind", "arms", "total", "corrected", "low", "high")

_HALF = float(ndtri(0.975))


@dataclass(frozen=True, eq=False)
class Portfolio:
    """All experiments of a period.

    Attributes:
        rows: One row per experiment and arm, for the first primary metric, the gravest decision first: `experiment`,
            `arm`, `metric`, `kind`, `better`, `state` and `reason` of its decision, `effect`, `low`, `high` as read,
            `z`, and `corrected` with its 95 % interval; floats, NaN where the metric could not be compared, tells
            of too few or the experiment is on hold; `shipped` (bool).
        kept: The share of each effect that is kept, 0 to 1; NaN where nothing can be compared.
        sums: One row per metric of the arms that ship: `metric`, `kind`, `arms`, `total` (as read), `corrected`,
            `low`, `high` (95 %). Only effects of the same metric are added up.
        not_covered: Experiments whose table the shop lacks.
        titles: What experiments are called, by id, in both languages; those without a title are not in it.
    """

    rows: pd.DataFrame
    kept: float
    sums: pd.DataFrame
    not_covered: tuple[str, ...] = ()
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def portfolio_of(designs: Sequence[Experiment], results: Sequence[ExperimentResult | NotCovered]) -> Portfolio:
    """As `portfolio`, of what `experiments` returned for these designs; those that are not covered are named."""
    read = [one for one in results if isinstance(one, ExperimentResult)]
    lacking = (design.id for design, one in zip(designs, results, strict=True) if isinstance(one, NotCovered))
    return replace(portfolio(read), not_covered=tuple(lacking))


def portfolio(results: Sequence[ExperimentResult]) -> Portfolio:
    """Put experiments side by side and shrink their effects (empirical Bayes).

    Who ships what looked best reads too much into it: of the arms that won, luck helped more than it harmed. Every
    effect is its true size plus noise of one standard error; in standard errors, true sizes of a shop's experiments
    spread round 0 with a variance of `mean(z^2) - 1`, or 0. Of each effect that variance over itself plus 1 is kept.

    References:
        van Zwet and Cator 2021, The significance filter, the winner's curse and the need to shrink,
        https://doi.org/10.1111/stan.12241.
    """
    ordered = sorted(results, key=lambda result: result.decision.gravity)
    rows = pd.DataFrame([row for result in ordered for row in _rows(result)], columns=[*COLUMNS, _HIDDEN])
    squares = rows["z"].dropna().astype(float) ** 2
    kept = kept_share(list(squares)) if len(squares) else math.nan
    errors = _errors(rows) * math.sqrt(kept) if len(squares) else rows["z"].astype(float)
    corrected = rows["effect"].astype(float) * kept
    rows = rows.assign(
        corrected=corrected, corrected_low=corrected - _HALF * errors, corrected_high=corrected + _HALF * errors
    ).reset_index(drop=True)
    sums = pd.DataFrame(list(_sums(rows)), columns=list(SUMS))
    hidden = rows.pop(_HIDDEN).astype(bool)
    rows.loc[hidden, list(_FIGURES)] = math.nan
    designs = (result.design for result in results)
    return Portfolio(rows, kept, sums, titles={one.id: one.title for one in designs if one.title is not None})


def kept_share(squares: Sequence[float]) -> float:
    """The share of each effect that is no luck, from their squared z.

    Examples:
        >>> round(kept_share([9.0, 1.0, 1.0, 0.25]), 4)
        0.6444
        >>> kept_share([0.5, 1.2])
        0.0
    """
    spread = max(0.0, sum(squares) / len(squares) - 1)
    return spread / (spread + 1)


def _rows(result: ExperimentResult) -> Iterator[dict[str, Any]]:
    metric = result.design.primary[0]
    states = {one.arm: one for one in (result.decision, *result.decision.others)}
    own = result.effects[result.effects["metric"] == metric.name]
    for row in own.to_dict("records"):
        decision: Decision = states.get(str(row["arm"]), result.decision)
        names = {"experiment": result.design.id, "state": decision.state, "reason": decision.reason}
        shipped = decision is result.decision and decision.state == "ship"  # of several winners the best one alone
        known = decision.state != "invalid" and row["outcome"] != "refused"
        figures = {name: row[name] if known else math.nan for name in ("effect", "low", "high")}
        z = row["statistic"] if known else math.nan
        hidden = result.of_few(row)
        yield (
            names
            | {name: row[name] for name in ("arm", "metric", "kind", "better")}
            | figures
            | {"z": z, "shipped": shipped and not hidden, _HIDDEN: hidden}
        )


def _errors(rows: pd.DataFrame) -> Any:  # noqa: ANN401 - a column of floats
    """Standard errors: of the test, or of the interval where there is no difference."""
    z, effect = rows["z"].astype(float), rows["effect"].astype(float)
    return (effect / z).where(z != 0, (rows["high"] - rows["low"]) / (2 * _HALF))


def _sums(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    ships = rows[rows["shipped"].astype(bool) & rows["z"].notna()]
    for (metric, kind), own in ships.groupby(["metric", "kind"], sort=True):
        errors = ((own["corrected_high"] - own["corrected_low"]) / (2 * _HALF)).astype(float)
        corrected, half = float(own["corrected"].sum()), _HALF * math.sqrt(float((errors**2).sum()))
        facts = {"metric": metric, "kind": kind, "arms": len(own), "total": float(own["effect"].sum())}
        yield facts | {"corrected": corrected, "low": corrected - half, "high": corrected + half}
