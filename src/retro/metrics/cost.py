"""Cost: booked costs of a campaign, and cost per new user."""

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.money import as_money, per_head
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Window

ACQUISITION = ("media", "sms")
"""The categories that buy attention; what they cost is the narrow sense of acquisition cost."""


EVERYDAY = "everyday"
"""The campaign id of costs that belong to no campaign, such as everyday marketing."""


def everyday_cost(costs: ibis.Table, window: Window) -> dict[str, Decimal]:
    """Sum by category what is booked to no campaign on the days of a window; empty where nothing is.

    Args:
        costs: One row per booking: `campaign_id`, `category`, `amount`, and `incurred_on` (date), without which it is
            not known whose days they are.
        window: The campaign or period.
    """
    require(costs, "campaign_costs", "campaign_id", "category", "amount")
    if "incurred_on" not in costs.columns:
        return {}
    days = costs.incurred_on.between(window.start.date(), window.last_day)
    own = costs.filter(costs.campaign_id == EVERYDAY, days)
    _one_currency(own)
    booked = own.group_by("category").aggregate(amount=own.amount.sum()).execute()
    return {str(row["category"]): as_money(row["amount"]) for row in booked.to_dict("records")}


def campaign_cost(costs: ibis.Table, campaign_id: str) -> pd.DataFrame:
    """Sum the campaign's costs by category.

    Args:
        costs: One row per booking: `campaign_id`, `category`, `amount`.
        campaign_id: Whose costs.

    Returns:
        One row per category, the largest first, equal ones by name; no row where nothing is booked.
        - `category` (str): Cost category.
        - `amount` (Decimal): Booked, in the source's currency. Credits may make it negative.
        - `share` (float): `amount` over the total. NaN where the total is 0.

    Raises:
        MetricError: The costs are in several currencies.
    """
    require(costs, "campaign_costs", "campaign_id", "category", "amount")
    booked = costs.filter(costs.campaign_id == campaign_id)
    _one_currency(booked)
    frame = booked.group_by("category").aggregate(amount=booked.amount.sum()).execute()
    frame["amount"] = [as_money(amount) for amount in frame["amount"]]
    total = sum(frame["amount"], Decimal(0))
    frame["share"] = [float(amount / total) if total else float("nan") for amount in frame["amount"]]
    ranked = sorted(frame.itertuples(index=False), key=lambda row: (-row.amount, row.category))
    return pd.DataFrame(ranked, columns=["category", "amount", "share"]).astype({"share": "float64"})


def total_cost(shop: Shop, campaign_id: str) -> Decimal | None:
    """What was booked for a campaign in all; None where nothing was, since an unbooked cost is not a cost of 0.

    Args:
        shop: What the shop has of `campaign_costs`: one row per booking, `campaign_id`, `amount`.
        campaign_id: Whose costs.

    Examples:
        >>> costs = ibis.memtable({"campaign_id": ["a", "a", "b"], "amount": [Decimal(2), Decimal(3), Decimal(5)]})
        >>> total_cost({"campaign_costs": costs}, "a"), total_cost({"campaign_costs": costs}, "c")
        (Decimal('5.00'), None)
    """
    if "campaign_costs" not in shop:
        return None
    costs = shop["campaign_costs"]
    booked = costs.filter(costs.campaign_id == campaign_id).amount.sum().execute()
    return None if pd.isna(booked) else as_money(booked)


class _Record(NamedTuple):
    """A table that records what its rows cost: when, in which category, and whether one without a cost was free."""

    at: str
    amount: str
    category: str
    free_where_empty: bool = False


RECORDED = {
    "content_pieces": _Record("published_at", "cost_amount", "content"),
    "contacts": _Record("contacted_at", "cost_amount", "messages"),
    "invitations": _Record("invited_at", "reward_amount", "rewards", free_where_empty=True),
}
"""The tables beside `campaign_costs` that record costs, each of one kind of campaign."""


def with_recorded(shop: Shop, window: Window, campaign_id: str) -> ibis.Table | None:
    """Booked costs, and for a campaign for which nothing is booked what its pieces, messages or invitations cost; lazy.

    Args:
        shop: What the shop has of `campaign_costs`, `content_pieces` (`published_at`, `cost_amount`), `contacts`
            (`contacted_at`, `cost_amount`) and `invitations` (`invited_at`, `reward_amount`).
        window: The campaign; its rows are those in it, and of a table with `campaign_id` those that name it too.
        campaign_id: The campaign.

    Returns:
        Rows as those of `campaign_costs`, recorded ones in the category `content`, `messages` or `rewards` on their
        day; None where the shop has no `campaign_costs`, since what its campaigns cost beside is unknown then. A piece
        or message without a cost leaves what all cost unknown, so that none is added then; an invitation without a
        reward was not rewarded. Where rows were added, the column `recorded` is true in them.
    """
    costs = shop.get("campaign_costs")
    known = [name for name, record in RECORDED.items() if name in shop and record.amount in shop[name].columns]
    if costs is None or not known or total_cost(shop, campaign_id) is not None:
        return costs
    require(costs, "campaign_costs", "campaign_id", "category", "amount")
    added = costs
    for name in known:
        record, own = RECORDED[name], recorded_rows(shop[name], RECORDED[name].at, window, campaign_id)
        amount = own[record.amount]
        counts = own.aggregate(known=amount.count(), all=own.count()).execute().iloc[0]
        if counts["known"] < counts["all"] and not record.free_where_empty:
            return costs
        if not counts["known"]:
            continue
        priced = own.filter(amount.notnull())
        rows = priced.select(
            campaign_id=ibis.literal(campaign_id),
            category=ibis.literal(record.category),
            incurred_on=priced[record.at].date(),
            amount=priced[record.amount].cast("decimal(18, 2)"),
            channel=ibis.null("string"),  # of no channel, in the shop's money
            currency=ibis.null("string"),
        )
        names = [column for column in rows.columns if column in costs.columns]
        cast = {column: rows[column].cast(costs[column].type()) for column in names}
        added = added.select(*names).union(rows.select(**cast))
    return added if added is costs else added.mutate(recorded=added.campaign_id == campaign_id)


def recorded_rows(table: ibis.Table, at: str, window: Window, campaign_id: str) -> ibis.Table:
    """Rows of a campaign in a table that may name campaigns: those in its window, and that name it."""
    own = table.filter(window.holds(table[at]))
    return own.filter(own.campaign_id == campaign_id) if "campaign_id" in own.columns else own


def acquisition_cost(
    costs: ibis.Table, users: ibis.Table, window: Window, *, campaign_id: str, categories: Collection[str] = ACQUISITION
) -> pd.DataFrame:
    """Compute cost per new user (CAC) by acquisition cost and by all cost.

    CACs of different definitions cannot be compared, so both are shown.

    Args:
        costs: One row per booking: `campaign_id`, `category`, `amount`.
        users: One row per user: `user_id`, `registered_at` (local).
        campaign_id: Whose costs.
        window: The campaign or period.
        categories: The cost categories that count as acquisition.

    Returns:
        Two rows.
        - `definition` (str): `acquisition_only`, the costs in `categories`; `all_cost`, all of them.
        - `cost` (Decimal): In the source's currency; 0 where nothing is booked.
        - `new_users` (int): Users who registered in the window.
        - `cac` (Decimal, 2 digits, half up): `cost` over `new_users`. None where there are no new users, or where
          nothing at all is booked for the campaign, since an unbooked cost is not a cost of 0.
    """
    require(users, "users", "user_id", "registered_at")
    booked = campaign_cost(costs, campaign_id)
    moment = users.registered_at
    new_users = int(users.filter(window.holds(moment)).count().execute())
    narrow = booked[booked["category"].isin(list(categories))]
    rows = []
    for definition, counted in (("acquisition_only", narrow), ("all_cost", booked)):
        cost = as_money(sum(counted["amount"], Decimal(0)))
        rows.append((definition, cost, new_users, per_head(cost, new_users) if len(booked) else None))
    return pd.DataFrame(rows, columns=["definition", "cost", "new_users", "cac"])


def _one_currency(booked: ibis.Table) -> None:
    if "currency" not in booked.columns:
        return
    currencies = sorted(booked.select("currency").distinct().execute()["currency"].dropna())
    if len(currencies) > 1:
        raise MetricError(
            f"campaign_costs: amounts must be in one currency, got {', '.join(currencies)}. "
            "Convert them in source.yaml before they are added up."
        )
