"""Losses: where a missed figure was lost, from the causes and figures of other reports."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.metrics.campaigns_compared import COUNTED, Source
from retro.metrics.experiments.intervals import holm
from retro.metrics.moved import ALPHA, COLUMNS, two_sided

_NUMBERS = ("before", "expected", "after", "adjusted_p")
_WORDS = ("dimension", "segment", "factor", "incident", "incident_from", "incident_until")
_WIDTH = 3.92
"""Standard errors that a 95 % interval is wide."""


def recorded_losses(figures: pd.DataFrame, reviews: pd.DataFrame, sources: Mapping[str, Source]) -> pd.DataFrame:
    """Collect the losses that other reports located; nothing is recomputed.

    Args:
        figures: One row per report and recorded figure: `report`, `name`, `value`, `low`, `high`, `about`.
        reviews: The reviews among these reports, such as a quarter's months: `report`, `title`.
        sources: Goals that a campaign's report answers, each with the report and the figure: a loss that this report
            located for this figure is one of the goal.

    Returns:
        One row per loss with the columns of `COLUMNS`, the most expensive first. A loss whose interval holds 0 is no
        cause.
    """
    known = figures[[bool(about) for about in figures.get("about", ())]] if len(figures) else figures
    titles = dict(zip(reviews["report"], reviews["title"], strict=True))
    rows = []
    for one in known.to_dict("records"):
        about = one["about"]
        place = (one["report"], about["figure"])
        goals = [name for name, source in sources.items() if (source.report, source.figure) == place]
        goals += [about["figure"]] if one["report"] in titles else []
        rows += [{**_loss(one), "figure": goal, "report": one["report"]} for goal in goals]
    return _ranked(rows)


def located(*losses: pd.DataFrame) -> pd.DataFrame:
    """Concatenate losses of several origins, in the order given."""
    there = [frame for frame in losses if len(frame)]
    return pd.concat(there, ignore_index=True) if there else pd.DataFrame(columns=list(COLUMNS), dtype=object)


def _loss(one: Mapping[Any, Any]) -> dict[str, Any]:
    about: Mapping[str, str] = one["about"]
    row: dict[str, Any] = {name: about.get(name) for name in _WORDS}
    row |= {name: float(about[name]) if name in about else None for name in _NUMBERS}
    row |= {name: pd.Timestamp(row[name]) if row[name] else None for name in ("incident_from", "incident_until")}
    sure = pd.isna(one["low"]) or one["low"] * one["high"] > 0
    units = int(about["units"]) if "units" in about else None
    return row | {"units": units, "cost": -abs(one["value"]), "unit": "money", "is_cause": bool(sure)}


def campaign_gaps(campaigns: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Find the campaigns that fell short, for figures that are sums over campaigns.

    Args:
        campaigns: One row per campaign: `report`, `budget`, `targets` (its own, by figure).
        compared: What `campaigns_compared` returns.

    Returns:
        One row per campaign and figure that it answers for, with the columns of `COLUMNS`, the most expensive first:
        `campaigns_net_contribution`, what it earned, tested against nothing with Holm over the campaigns;
        `campaigns_new_users` and `campaigns_cost`, counted, against its own target and its own budget.
    """
    asked = {row["report"]: row for row in campaigns.to_dict("records")}
    there = [row for row in compared.to_dict("records") if row["state"] == COUNTED]
    rows = [*_earned(there)]
    for row in there:
        target, budget = (asked[row["report"]]["targets"] or {}).get("new_users"), asked[row["report"]]["budget"]
        rows += _short_of("campaigns_new_users", row, row["new_users"], target, 1)
        rows += _short_of("campaigns_cost", row, row["campaign_cost"], budget, -1)
    return _ranked(rows)


def _earned(there: list[dict[Any, Any]]) -> Iterator[dict[str, Any]]:
    known = [row for row in there if not pd.isna(row["net_contribution_low"])]
    spreads = [(row["net_contribution_high"] - row["net_contribution_low"]) / _WIDTH for row in known]
    risks = [two_sided(row["net_contribution"], spread) for row, spread in zip(known, spreads, strict=True)]
    for row, risk in zip(known, holm(risks) if risks else (), strict=True):
        cost = Decimal(repr(row["net_contribution"]))
        yield _of_campaign("campaigns_net_contribution", row, "money", cost) | {
            "after": row["net_contribution"],
            "adjusted_p": risk,
            "is_cause": cost < 0 and risk < ALPHA,
        }


def _short_of(figure: str, row: Mapping[Any, Any], value: Any, aim: Any, sign: int) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a count or a Decimal
    if pd.isna(aim) or pd.isna(value):
        return
    cost = sign * (Decimal(value) - Decimal(aim))
    unit = "users" if sign > 0 else "money"
    shown = {"expected": float(aim), "after": float(value)}
    yield _of_campaign(figure, row, unit, cost) | shown | {"is_cause": cost < 0}


def _of_campaign(figure: str, row: Mapping[Any, Any], unit: str, cost: Decimal) -> dict[str, Any]:
    place = {"report": row["report"], "dimension": "campaign", "segment": row["title"], "factor": figure}
    return {"figure": figure, **place, "cost": cost, "unit": unit}


def _ranked(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return frame.sort_values(["cost", "figure"], kind="stable", ignore_index=True)
