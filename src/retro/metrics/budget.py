"""Budget: planned, used and left by campaign, reconciled with the bookings; cost shares; labour."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

import ibis
import numpy as np
import pandas as pd

from retro.metrics.campaigns_compared import COUNTED
from retro.metrics.cost import everyday_cost
from retro.metrics.money import as_money, per_head
from retro.metrics.windows import require
from retro.periods import Window

OUTSIDE, TOTAL = "outside", "total"
"""Rows of the budget that are no campaign: booked in the period for anything else; and all of it."""

LABOUR = "labour"
"""The cost category of people's work."""


class Band(Protocol):
    """The planned share of sales of some cost categories."""

    categories: Sequence[str]
    low: Decimal
    high: Decimal


def budget(
    compared: pd.DataFrame, campaigns: pd.DataFrame, costs: ibis.Table, window: Window, *, planned: Decimal | None
) -> pd.DataFrame:
    """Compare each campaign's recorded cost with its budget and with the bookings.

    Args:
        compared: What `campaigns_compared` returns.
        campaigns: One row per campaign: `report`, `campaign_id`, `budget`.
        costs: One row per booking: `campaign_id`, `incurred_on` (date), `amount`.
        planned: The period's whole budget; None where there is none.
        window: The period.

    Returns:
        One row per campaign, then `outside` (booked in the period for none of them) and `total`.
        - `row` (str): The report, `outside` or `total`.
        - `title` (str): The campaign's name; None for the last two.
        - `planned` (Decimal): Its budget, the period's in `total`. None where there is none.
        - `used` (Decimal): As its report recorded it; in `total` the sum. None where a campaign is missing, and then in
          `total` too.
        - `booked` (Decimal): What the table of costs holds for it, whenever it was incurred.
        - `left` (Decimal): `planned` less `used`. None where either is.
        - `used_rate` (float): `used` over `planned`. NaN where either is missing, or 0 was planned.
    """
    require(costs, "campaign_costs", "campaign_id", "incurred_on", "amount")
    ids = dict(zip(campaigns["report"], campaigns["campaign_id"], strict=True))
    plans = dict(zip(campaigns["report"], campaigns["budget"], strict=True))
    booked, outside = _booked(costs, [one for one in ids.values() if not pd.isna(one)], window)
    rows: list[tuple[str, str | None, Decimal | None, Decimal | None, Decimal]] = []
    for one in compared.to_dict("records"):
        plan, own = plans[one["report"]], booked.get(ids[one["report"]], as_money(None))
        used = one["campaign_cost"] if one["state"] == COUNTED else None
        rows.append((one["report"], one["title"], None if pd.isna(plan) else Decimal(str(plan)), used, own))
    rows.append((OUTSIDE, None, None, outside, outside))
    used_by = [row[3] for row in rows]
    total = None if None in used_by else sum(filter(None, used_by), Decimal("0.00"))
    rows.append((TOTAL, None, planned, total, sum((row[4] for row in rows), Decimal(0))))
    frame = pd.DataFrame(rows, columns=["row", "title", "planned", "used", "booked"], dtype=object)
    left = [_less(row[2], row[3]) for row in rows]
    rates = [float(row[3] / row[2]) if row[2] and row[3] is not None else np.nan for row in rows]
    return frame.assign(left=pd.Series(left, dtype=object), used_rate=rates)


def period_costs(costs: ibis.Table, bands: Mapping[str, Band], window: Window, *, totals: pd.DataFrame) -> pd.DataFrame:
    """Compute the share of each group of costs in sales, beside the planned band.

    Args:
        costs: One row per booking: `campaign_id`, `category`, `incurred_on` (date), `amount`.
        bands: Groups of categories with the share of sales that was planned.
        totals: What `period_totals` returns; its first row has the sales of the period.
        window: The period.

    Returns:
        One row per group, in the order given, then `rest` (categories in no group) where there are any.
        - `group` (str).
        - `amount` (Decimal): Booked in the period.
        - `gmv` (Decimal): Sales of the period.
        - `share` (float): `amount` over `gmv`. NaN where nothing was sold.
        - `low`, `high` (float): The band. NaN for `rest`.
        - `place` (str): `below`, `within` or `above` it; None where there is none, and where nothing is booked to no
          campaign: without everyday marketing, which a plan holds too, only what is `above` it can be told.
        - `everyday` (Decimal): Of `amount`, booked to no campaign. None on all rows where nothing is.
    """
    require(costs, "campaign_costs", "campaign_id", "category", "incurred_on", "amount")
    gmv: Decimal = totals["gmv"].iloc[0]
    inside = costs.filter(costs.incurred_on >= window.start.date(), costs.incurred_on < window.end.date())
    booked = inside.group_by("category").aggregate(amount=inside.amount.sum()).execute()
    amounts = {str(row["category"]): as_money(row["amount"]) for row in booked.to_dict("records")}
    around, rows = everyday_cost(costs, window), list[dict[str, Any]]()
    outside = {*amounts} - {category for band in bands.values() for category in band.categories}
    for name, band in bands.items():
        amount = sum((amounts.pop(category, Decimal(0)) for category in band.categories), Decimal("0.00"))
        ends = {"low": float(band.low), "high": float(band.high)}
        rows.append({"group": name, "amount": amount, **ends, "everyday": _of(around, band.categories)})
    if amounts:
        amount = sum(amounts.values(), Decimal("0.00"))
        rows.append(
            {"group": "rest", "amount": amount, "low": np.nan, "high": np.nan, "everyday": _of(around, outside)}
        )
    for row in rows:
        row["share"] = float(row["amount"] / gmv) if gmv else np.nan
        place = _place(row)
        row["place"] = place if around or place == "above" else None
    columns = ["group", "amount", "gmv", "share", "low", "high", "place", "everyday"]
    frame = pd.DataFrame([{**row, "gmv": gmv} for row in rows], columns=columns, dtype=object)
    return frame.astype(dict.fromkeys(("share", "low", "high"), "float64"))


def labour(compared: pd.DataFrame, campaigns: pd.DataFrame, costs: ibis.Table) -> pd.DataFrame:
    """Compute labour cost by campaign, and output per unit of it.

    Args:
        compared: What `campaigns_compared` returns.
        campaigns: One row per campaign: `report`, `campaign_id`.
        costs: One row per booking: `campaign_id`, `category`, `amount`.

    Returns:
        One row per campaign.
        - `report`, `title` (str).
        - `labour` (Decimal): Booked under `labour`; None where nothing is.
        - `cost_share` (float): Over the campaign's whole cost. NaN where that is missing.
        - `new_users_per_thousand` (float): New users for each thousand of labour cost. NaN where either is missing.
        - `revenue_per_unit` (Decimal): Net revenue for each unit of labour cost. None where either is missing.
    """
    require(costs, "campaign_costs", "campaign_id", "category", "amount")
    own = costs.filter(costs.category == LABOUR)
    booked = own.group_by("campaign_id").aggregate(amount=own.amount.sum()).execute()
    work = {str(row["campaign_id"]): as_money(row["amount"]) for row in booked.to_dict("records")}
    ids = dict(zip(campaigns["report"], campaigns["campaign_id"], strict=True))
    rows = []
    for one in compared.to_dict("records"):
        paid = work.get(ids[one["report"]])
        cost, revenue, users = one["campaign_cost"], one["net_revenue"], one["new_users"]
        each = paid if paid and one["state"] == COUNTED else None
        rows.append(
            {
                "report": one["report"],
                "title": one["title"],
                "labour": paid,
                "cost_share": float(each / cost) if each and cost else np.nan,
                "new_users_per_thousand": float(1000 * users / each) if each and users is not None else np.nan,
                "revenue_per_unit": (revenue / each).quantize(Decimal("0.01")) if each and revenue else None,
            }
        )
    return pd.DataFrame(rows).astype({"labour": object, "revenue_per_unit": object})


def per_operator(users: ibis.Table, operators: int | None, window: Window) -> pd.DataFrame:
    """Compute members per operator.

    Args:
        users: One row per user: `registered_at` (local).
        operators: People who operate the shop; None where the params do not say.
        window: The campaign or period.

    Returns:
        One row: `members`, `operators` (int), `members_per_operator` (Decimal; None without operators).
    """
    require(users, "users", "registered_at")
    members = int(users.filter(users.registered_at < window.end).count().execute())
    each = per_head(Decimal(members), operators or 0)
    return pd.DataFrame([(members, operators, each)], columns=["members", "operators", "members_per_operator"])


def _booked(costs: ibis.Table, ids: Sequence[str], window: Window) -> tuple[dict[str, Decimal], Decimal]:
    """What is booked for each campaign at any time, and for anything else inside the period."""
    own = costs.filter(costs.campaign_id.isin(list(ids)))
    by_id = own.group_by("campaign_id").aggregate(amount=own.amount.sum()).execute()
    rest = costs.filter(costs.incurred_on >= window.start.date(), costs.incurred_on < window.end.date())
    rest = rest.filter(~rest.campaign_id.isin(list(ids)) | rest.campaign_id.isnull())
    outside = as_money(rest.aggregate(amount=rest.amount.sum()).execute()["amount"].iloc[0])
    return {str(row["campaign_id"]): as_money(row["amount"]) for row in by_id.to_dict("records")}, outside


def _less(planned: Decimal | None, used: Decimal | None) -> Decimal | None:
    return None if planned is None or used is None else planned - used


def _of(amounts: Mapping[str, Decimal], categories: Collection[str]) -> Decimal | None:
    """What some categories come to; None where there are no amounts at all."""
    return sum((amounts.get(name, Decimal(0)) for name in categories), Decimal("0.00")) if amounts else None


def _place(row: Mapping[str, Any]) -> str | None:
    if pd.isna(row["low"]) or pd.isna(row["share"]):
        return None
    return "below" if row["share"] < row["low"] else "above" if row["share"] > row["high"] else "within"
