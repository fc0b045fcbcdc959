"""Headline: output over input, and the incremental figures with their intervals."""

import numpy as np
import pandas as pd

from retro.metrics.baseline import PHASES, Impact
from retro.metrics.baseline.impact import ENDS
from retro.metrics.pnl import Statement
from retro.metrics.roi.simulation import Floats, Simulation, deducted_cost, ends, simulate

MARGIN_STEP, RETURNS_STEP = 0.05, 0.5
"""How far the tornado moves the margin, in points of sales, and returns, relative to what came back so far."""

_CAMPAIGN = PHASES.index("campaign")


def roi(
    statement: Statement,
    gmv: Impact,
    contribution: Impact | None = None,
    newcomers: Impact | None = None,
    rest: Impact | None = None,
) -> pd.DataFrame:
    """Compute the figures of the return.

    Args:
        statement: The campaign's P&L.
        gmv: Impact on daily GMV.
        contribution: Impact on daily contribution before campaign cost, after discounts; None where goods' costs are
            not known.
        newcomers: Impact on daily first-time buyers.
        rest: Impact on daily GMV of goods that were not on offer.

    Returns:
        One row per figure that can be computed or is missing for a reason, in reading order: `figure` (str), `value`,
        `low`, `high` (float; NaN where not known; ends are a 95 % interval), `unit` (`ratio`, `change`, `rate`,
        `probability`, `money`), `draws` (str: the draws of the three amounts below, as a ledger keeps them;
        else empty).
        - `output_input_ratio`: net revenue of the attributed orders over the cost that is not yet in the price; the
          departments' ROI, whose output is after coupons, so that its input leaves them out. NaN where the cost is of
          pieces, messages or rewards alone: sales of all of its days are no output of these.
        - `net_roi`: the same less the input, over the input.
        - `incremental_gmv`: effect on GMV over all phases.
        - `incremental_contribution`: effect on contribution over all phases, less returns still to come, before
          campaign cost. It and the next three come from the draws of `simulate`.
        - `net_contribution`: the same less the cost that is not yet in the price, points included.
        - `roi_positive_probability`: share of draws in which it is above 0.
        - `incremental_roi`: `net_contribution` over that cost, where there is any.
        - `incremental_roi_strict`: the same with a nearly constant level (prior 0.01), for comparison; a time
          series only.
        - `incremental_buyers`: effect on first-time buyers over all phases.
        - `incremental_cac`: what the campaign lost after all cost and discounts, over additional first-time buyers;
          below 0 where it earned. NaN where there are not clearly some.
        - `incremental_lift_rate`, `break_even_lift_rate`: effect on GMV over baseline GMV, and the one needed to break
          even at the baseline's contribution rate; the latter from the draws of `simulate`.
        - `pull_forward_share`: share of the effect in the window that other days lost. NaN where the effect is not
          clearly above 0, or neither anticipation nor settling was looked at.
        - `halo_share`: effect on goods that were not on offer over the whole effect; below 0 where they lost. NaN where
          the effect is not clearly above 0, or it is not known what was on offer.
    """
    whole = gmv.draws.sum(axis=1) if gmv.known else None
    rows = [*_ratios(statement), _row("incremental_gmv", "money", *_total(gmv), drawn=whole)]
    money = simulate(statement, contribution, gmv)
    rows += _incremental(money, contribution)
    rows += [*_newcomers(money, newcomers), *_lifts(money, gmv, contribution), _pull_forward(gmv), _halo(gmv, rest)]
    return pd.DataFrame(rows, columns=["figure", "value", "low", "high", "unit", "draws"])


def tornado(statement: Statement, gmv: Impact, contribution: Impact | None) -> pd.DataFrame:
    """Compute the net contribution at both ends of each of four assumptions, the others held.

    Returns:
        One row per assumption, the widest first; none where no baseline or no cost is known.
        - `assumption` (str): `margin` (5 points of added sales down and up), `returns` (the added sales' share of them
          half as much again, and half),
          `pull_forward` (the lower end of what other days lost, and none at all; where they gained, none of that, and
          all of it), `baseline` (the ends of the effect
          while the campaign ran).
        - `low`, `high` (float): Net contribution at the worse and at the better end.
    """
    cost = deducted_cost(statement)
    if cost is None or contribution is None or not contribution.known or not gmv.known:
        return pd.DataFrame({"assumption": [], "low": [], "high": []})
    money = simulate(statement, contribution, gmv)
    net, sales = (money.mean_net if money and money.mean_net is not None else np.nan), abs(_total(gmv)[0])
    gained, came = gmv.effects.iloc[-1][["effect", "actual"]]
    returned = [statement.amount(line) for line in ("returns", "expected_returns")]
    added = min(max(float(gained / came), 0.0), 1.0) if came > 0 else 0.0
    back = added * float(np.sum([abs(amount) for amount in returned if amount is not None]))
    during, around = contribution.draws[:, _CAMPAIGN], np.delete(contribution.draws, _CAMPAIGN, axis=1).sum(axis=1)
    worst, lost = float(np.percentile(around, ENDS[0])), float(around.mean())
    least, most = np.percentile(during, ENDS) - during.mean()
    ends: dict[str, tuple[float, float]] = {
        "margin": (net - MARGIN_STEP * sales, net + MARGIN_STEP * sales),
        "returns": (net - RETURNS_STEP * back, net + RETURNS_STEP * back),
        "pull_forward": (net - lost + min(worst, 0.0), net - min(lost, 0.0)),
        "baseline": (net + float(least), net + float(most)),
    }
    rows = [(name, *ends[name]) for name in sorted(ends, key=lambda name: ends[name][0] - ends[name][1])]
    return pd.DataFrame(rows, columns=["assumption", "low", "high"])


_Row = tuple[str, float, float, float, str, str]


def _row(
    figure: str, unit: str, value: float, low: float = np.nan, high: float = np.nan, drawn: Floats | None = None
) -> _Row:
    return figure, value, low, high, unit, "" if drawn is None else " ".join(f"{draw:.6g}" for draw in drawn)


def _ratios(statement: Statement) -> list[_Row]:
    output, cost = statement.amount("net_revenue"), deducted_cost(statement)
    ratio = float(output / cost) if output is not None and cost and not statement.of_parts else np.nan
    return [_row("output_input_ratio", "ratio", ratio), _row("net_roi", "multiple", ratio - 1)]


def _total(impact: Impact) -> tuple[float, float, float]:
    if not impact.known:
        return (np.nan, np.nan, np.nan)
    row = impact.effects.iloc[-1]
    return float(row["effect"]), float(row["low"]), float(row["high"])


def _incremental(money: Simulation | None, contribution: Impact | None) -> list[_Row]:
    if money is None or contribution is None:
        return []
    rows = [_row("incremental_contribution", "money", money.mean_gained, *ends(money.gained), drawn=money.gained)]
    if money.net is None or money.mean_net is None or money.mean_cost is None:
        return rows
    net = (money.mean_net, *ends(money.net))
    rows += [
        _row("net_contribution", "money", *net, drawn=money.net),
        _row("roi_positive_probability", "probability", money.chance),
    ]
    if money.cost is None or money.mean_cost <= 0:
        return rows  # a campaign that cost nothing has no return on its cost
    strict = (
        [] if contribution.randomised else [_row("incremental_roi_strict", "multiple", *_strict(money, contribution))]
    )
    spread = ends(money.net / money.cost)
    return [*rows, _row("incremental_roi", "multiple", money.mean_net / money.mean_cost, *spread), *strict]


def _strict(money: Simulation, contribution: Impact) -> tuple[float, float, float]:
    """The incremental ROI and its ends where the level is taken to hardly drift, all else as expected."""
    row, cost = contribution.sensitivity.iloc[-1], money.mean_cost or np.nan
    lost = _total(contribution)[0] - money.mean_gained
    effect, low, high = ((float(row[name]) - lost) / cost - 1 for name in ("effect", "low", "high"))
    return effect, low, high


def _newcomers(money: Simulation | None, newcomers: Impact | None) -> list[_Row]:
    """Additional first-time buyers, and what each of them cost net of all that the campaign earned."""
    more, low, high = (np.nan,) * 3 if newcomers is None else _total(newcomers)
    rows = [_row("incremental_buyers", "buyers", more, low, high)]
    if newcomers is None or money is None or money.net is None or money.mean_net is None or not low > 0:
        return [*rows, _row("incremental_cac", "money", np.nan)]
    drawn = newcomers.draws.sum(axis=1)
    told = ends(-money.net / drawn) if drawn.size == money.net.size else (np.nan, np.nan)
    return [*rows, _row("incremental_cac", "money", -money.mean_net / more, *told)]


def _lifts(money: Simulation | None, gmv: Impact, contribution: Impact | None) -> list[_Row]:
    if not gmv.known:
        return []
    baseline = float(gmv.effects.iloc[-1]["expected"])
    lift, low, high = (end / baseline if baseline > 0 else np.nan for end in _total(gmv))
    rows = [_row("incremental_lift_rate", "change", lift, low, high)]
    if money is None or money.cost is None or money.mean_cost is None or contribution is None or not baseline > 0:
        return rows
    whole = contribution.effects.iloc[-1]
    without, expected = float(whole["actual"]) - contribution.draws.sum(axis=1), float(whole["expected"])
    needed = money.mean_cost / expected if expected > 0 else np.nan
    spread = ends(money.cost / without) if (without > 0).all() else (np.nan, np.nan)
    return [*rows, _row("break_even_lift_rate", "change", needed, *spread)]


def _pull_forward(gmv: Impact) -> _Row:
    looked = {"anticipation", "settling"} & set(gmv.effects["phase"])
    if not gmv.known or not looked:
        return _row("pull_forward_share", "rate", np.nan)
    during, around = gmv.draws[:, _CAMPAIGN], np.delete(gmv.draws, _CAMPAIGN, axis=1).sum(axis=1)
    if not np.percentile(during, ENDS[0]) > 0:  # a share of what may be nothing may be anything
        return _row("pull_forward_share", "rate", np.nan)
    low, high = np.percentile(-around / during.mean(), ENDS)
    return _row("pull_forward_share", "rate", float(-around.mean() / during.mean()), float(low), float(high))


def _halo(gmv: Impact, rest: Impact | None) -> _Row:
    whole, least, _ = _total(gmv)
    if rest is None or not rest.known or not least > 0:
        return _row("halo_share", "change", np.nan)
    share, low, high = (end / whole for end in _total(rest))
    return _row("halo_share", "change", share, low, high)
