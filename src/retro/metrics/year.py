"""A year from what its reports recorded: pace, goals that multiply, calendar, lessons, next year's draft."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from retro.metrics.campaigns_compared import COUNTED, as_float, joint_ends, recorded_by
from retro.metrics.money import as_money, per_head
from retro.periods import Window, year_later

AHEAD = "ahead"
"""The state of a quarter that is not over."""

MULTIPLY: Mapping[str, tuple[str, ...]] = {
    "gmv_change_year_ago": ("buyers_change_year_ago", "buyer_value_change_year_ago"),
}
"""Changes that are the product of others: each names what it is made of."""

LESSONS = (
    "incremental_gmv", "incremental_buyers", "incremental_orders", "incremental_contribution", "net_contribution",
    "halo_share", "pull_forward_share", "matched_effect", "participant_repurchase_gap", "redeem_to_purchase_gap",
    "referral_order_difference", "win_back_extra",
)  # fmt: skip
"""Figures of a campaign whose sign is a lesson: effects and differences, which no effect leaves at 0."""

_TWICE = 2


def quarters_paced(
    reviews: pd.DataFrame,
    figures: pd.DataFrame,
    planned: Mapping[str, Decimal | None],
    *,
    end_of: Callable[[str], dt.datetime],
    until: dt.datetime,
) -> pd.DataFrame:
    """Set what each quarter's own report recorded beside the plan; nothing is recomputed.

    Args:
        reviews: The reviews that the year is made from: `report`, `state`.
        figures: One row per report and recorded figure: `report`, `name`, `value`, `low`, `high`.
        planned: The year's quarters in order, each with its planned GMV; None without a plan.
        end_of: The first moment after a quarter.
        until: Until when the data was observed.

    Returns:
        One row per quarter, in order.
        - `report` (str).
        - `state` (str): As given; `ahead` where it is not recorded and not over.
        - `planned`, `actual` (Decimal): Its share of the plan, None without one; its GMV, None where not recorded.
        - `pace_rate` (float): `actual` over `planned`. NaN where either is missing.
        - `change` (float): GMV against a year ago, as recorded. NaN where it was not.
        - `net`, `low`, `high` (float): Net contribution of its campaigns, as recorded, with its 95 % interval.
    """
    rows = []
    states = dict(zip(reviews["report"], reviews["state"], strict=True))
    for report, plan in planned.items():
        found, state = recorded_by(figures, report), states[report]
        gmv = found.get("gmv", {}).get("value") if state == COUNTED else None
        net = found.get("campaigns_net_contribution", {})
        rows.append(
            {
                "report": report,
                "state": AHEAD if state != COUNTED and end_of(report) > until else state,
                "planned": None if plan is None else as_money(plan),
                "actual": None if gmv is None else as_money(gmv),
                "pace_rate": float(gmv / plan) if gmv is not None and plan else np.nan,
                "change": as_float(found.get("gmv_change_year_ago", {}).get("value")),
                "net": as_float(net.get("value")),
                **{end: as_float(net.get(end)) for end in ("low", "high")},
            }
        )
    frame = pd.DataFrame(rows)
    return frame.astype({"planned": object, "actual": object})


def goals_multiply(targets: Mapping[str, Decimal], totals: pd.DataFrame) -> pd.DataFrame:
    """Hold goals that multiply against each other, and against what was measured.

    GMV is buyers times GMV per buyer, so that 1 + its change is the product of 1 + theirs, whatever happens.

    Args:
        targets: What was aimed at, by figure.
        totals: What `period_totals` returns.

    Returns:
        One row per figure of each product of `MULTIPLY`, the whole first.
        - `figure`, `whole` (str): The figure, and the one whose product it belongs to.
        - `target` (Decimal): Its goal; None without one.
        - `needed` (float): What the other goals of its product ask of it. NaN where one of them has no goal.
        - `now`, `then` (Decimal): What it was in the period and a year ago; None where a year ago is not known, or days
          of the period are lost.
        - `measured` (float): Its change. NaN where it is not known.
        - `buyers` (object, int): The fewer of both periods' buyers, whom a change would give away; None for GMV.
    """
    levels = {name: _levels(totals, name) for name in ("current", "year_ago")}
    if totals["lost_days"].any():  # sums without some of the year's days are no change on those of a whole one
        levels["year_ago"] = {}
    bought = totals["buyers"][totals["period"].isin(list(levels))].dropna()
    rows = []
    for whole, factors in MULTIPLY.items():
        aims = {name: targets.get(name) for name in (whole, *factors)}
        for name in (whole, *factors):
            others = [aims[one] for one in aims if one != name]
            now, then = (levels[period].get(name) for period in ("current", "year_ago"))
            rows.append(
                {
                    "figure": name,
                    "whole": whole,
                    "target": aims[name],
                    "needed": np.nan if None in others else _needed(name == whole, aims, name, whole),
                    "now": now,
                    "then": then,
                    "measured": float(now / then) - 1 if now is not None and then else np.nan,
                    "buyers": min(bought, default=None) if name != whole else None,
                }
            )
    return pd.DataFrame(rows, dtype=object).astype(dict.fromkeys(("needed", "measured"), "float64"))


def campaign_calendar(campaigns: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Order campaigns by their days, each with whether it made money.

    Args:
        campaigns: One row per campaign: `report`, `start`, `end`.
        compared: What `campaigns_compared` returns.

    Returns:
        One row per campaign, by its start; those whose days are not known come last.
        - `report`, `title`, `state` (str), `start`, `end` (datetime): As given.
        - `money` (str): `made`, `lost`, or `open` where the interval holds 0 or is not known; None where the campaign
          is missing, or its report tells no net contribution.
        - `campaign_cost` (Decimal), `net_contribution`, `net_contribution_low`, `net_contribution_high` (float),
          `net_contribution_draws` (str), `group` (int): As given.
    """
    days = campaigns[["report", "start", "end"]]
    frame = compared.merge(days, on="report", how="left").sort_values(
        ["start", "report"], na_position="last", ignore_index=True
    )
    ends = zip(frame["net_contribution"], frame["net_contribution_low"], frame["net_contribution_high"], strict=True)
    frame["money"] = pd.Series([_money(*one) for one in ends], dtype=object)
    columns = ["report", "title", "state", "start", "end", "money", "campaign_cost", "net_contribution"]
    columns += ["net_contribution_low", "net_contribution_high", "net_contribution_draws", "group"]
    return frame[columns]


def lessons(campaigns: pd.DataFrame, figures: pd.DataFrame, causes: pd.DataFrame) -> pd.DataFrame:
    """Find what held in two reports or more, and in none the other way round.

    Args:
        campaigns: One row per campaign: `report`, `title`.
        figures: One row per report and recorded figure: `report`, `name`, `value`, `low`, `high`.
        causes: What `recorded_losses` returns of the year's reviews.

    Returns:
        One row per lesson, those that held most often first.
        - `figure` (str): A figure of `LESSONS` whose interval leaves out 0 on one side, or the one that a cause cost.
        - `sign` (str): `above` or `below` 0; `cause` for a located loss that two reviews found in one place.
        - `held`, `unclear` (object, int): Reports that say so, and those whose interval holds 0.
        - `titles` (tuple of str): The reports that say so.
        - `row` (mapping): Of a cause, its place with the columns of `metrics.located`, and what it cost in all.
    """
    titles = dict(zip(campaigns["report"], campaigns["title"], strict=True))
    own = figures[figures["report"].isin(list(titles)) & figures["low"].notna() & figures["high"].notna()]
    rows = []
    for name in LESSONS:
        found = own[own["name"] == name]
        above, below = found[found["low"] > 0], found[found["high"] < 0]
        for sign, held, against in (("above", above, below), ("below", below, above)):
            if len(held) >= _TWICE and against.empty:
                unclear = len(found) - len(held)
                said = tuple(titles[report] for report in held["report"])
                rows.append({"figure": name, "sign": sign, "held": len(held), "unclear": unclear, "titles": said})
    rows += _causes(causes)
    columns = ["figure", "sign", "held", "unclear", "titles", "row"]
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    return frame.sort_values("held", ascending=False, kind="stable", ignore_index=True)


def next_plan(calendar: pd.DataFrame) -> pd.DataFrame:
    """Draft the next year's campaigns from what this year's measured.

    What made money stays with its cost and its effect; what lost is changed or left out and promises nothing; what
    cannot be told is held again with people held out at random, and promises nothing until then.

    Args:
        calendar: What `campaign_calendar` returns.

    Returns:
        One row per recorded campaign that tells its money, in its order, then `total` for what stays.
        - `report`, `title` (str): None for the total.
        - `advice` (str): `keep`, `change`, `hold_out`, or `total`.
        - `start` (datetime): A year later, as `year_later` has it; NaT for the total.
        - `cost` (Decimal): What it cost this year; in the total what is kept and held out. None where it is not known.
        - `net`, `low`, `high` (float): What it may bring again, with its interval; the total's comes from the draws.
          NaN for what promises nothing, and where nothing is kept.
    """
    told = calendar[calendar["money"].notna()]
    rows = []
    for one in told.to_dict("records"):
        keeps = one["money"] == "made"
        ends = {end: one[f"net_contribution{by}"] for end, by in (("net", ""), ("low", "_low"), ("high", "_high"))}
        rows.append(
            {
                "report": one["report"],
                "title": one["title"],
                "advice": {"made": "keep", "lost": "change", "open": "hold_out"}[one["money"]],
                "start": pd.Timestamp(year_later(Window(one["start"].to_pydatetime(), one["end"].to_pydatetime()))),
                "cost": one["campaign_cost"],
                **(ends if keeps else dict.fromkeys(ends, np.nan)),
            }
        )
    if rows:
        rows.append(_total(told[told["money"] == "made"], [row for row in rows if row["advice"] != "change"]))
    columns = ["report", "title", "advice", "start", "cost", "net", "low", "high"]
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    return frame.astype(dict.fromkeys(("net", "low", "high"), "float64"))


def _total(kept: pd.DataFrame, planned: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    costs = [row["cost"] for row in planned]
    ends = joint_ends(list(kept["net_contribution_draws"].fillna("")), [int(one) for one in kept["group"]])
    low, high = ends if len(kept) and ends is not None else (np.nan, np.nan)
    return {
        "report": None,
        "title": None,
        "advice": "total",
        "start": pd.NaT,
        "cost": None if any(pd.isna(cost) for cost in costs) else sum(costs, Decimal("0.00")),
        "net": float(kept["net_contribution"].sum()) if len(kept) else np.nan,
        "low": low,
        "high": high,
    }


def _causes(causes: pd.DataFrame) -> list[dict[str, Any]]:
    """Causes that two reviews located in one place, each with what it cost in all."""
    if causes.empty:
        return []
    place, rows = ["figure", "dimension", "segment", "factor"], []
    for _, found in causes[causes["is_cause"].astype(bool)].groupby(place, sort=False, dropna=False):
        if found["report"].nunique() >= _TWICE:
            first = found.iloc[0].to_dict() | {"cost": found["cost"].sum()}
            said = tuple(dict.fromkeys(found["report"]))
            row = {"figure": first["figure"], "sign": "cause", "held": len(said), "unclear": 0, "titles": said}
            rows.append(row | {"row": first})
    return rows


def _levels(totals: pd.DataFrame, period: str) -> dict[str, Decimal | None]:
    """What a period sold, how many bought, and what each of them did."""
    (row,) = totals[totals["period"] == period].to_dict("records")
    gmv, buyers = row["gmv"], row["buyers"]
    each = None if gmv is None or not buyers else per_head(gmv, buyers)
    return {
        "gmv_change_year_ago": gmv,
        "buyers_change_year_ago": None if buyers is None else Decimal(buyers),
        "buyer_value_change_year_ago": each,
    }


def _needed(of_whole: bool, aims: Mapping[str, Decimal | None], name: str, whole: str) -> float:  # noqa: FBT001 - one of two ways to read a product
    """What the goals of all others ask of one."""
    factors = [1 + float(aim) for one, aim in aims.items() if aim is not None and one not in {name, whole}]
    product = float(np.prod(factors))
    return product - 1 if of_whole else (1 + float(aims[whole] or 0)) / product - 1


def _money(net: float, low: float, high: float) -> str | None:
    if np.isnan(net):
        return None
    return "made" if low > 0 else "lost" if high < 0 else "open"
