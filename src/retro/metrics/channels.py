"""Channels: spend, buyers and contribution of each, reconciled with the total."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd

from retro.economics import UnitEconomics
from retro.errors import MetricError
from retro.metrics.attribution import from_cents
from retro.metrics.money import as_money, per_head
from retro.metrics.orders import VALID_STATUS
from retro.metrics.pnl.orders import order_economics
from retro.metrics.shop import Shop
from retro.metrics.windows import DAY, day_number, require
from retro.periods import Window

LIFETIME_DAYS = (30, 60, 90)
"""Ages of a customer at which value is set against acquisition cost."""

_SHARED = None
"""The channel of costs that belong to none, such as labour."""


def channels(
    orders: ibis.Table,
    shop: Shop,
    window: Window,
    *,
    campaign_id: str,
    economics: UnitEconomics,
    days: Sequence[int] = LIFETIME_DAYS,
) -> pd.DataFrame:
    """Compare each channel's cost with what its buyers brought.

    Args:
        orders: As in `order_economics`, with `channel` where the shop knows it.
        shop: As in `order_economics`, and `campaign_costs` (`campaign_id`, `channel`, `amount`).
        campaign_id: Whose costs.
        window: The campaign or period; it says until when the data was observed.
        economics: As in `order_economics`.
        days: Ages at which the value of first-time buyers is taken.

    Returns:
        One row per channel, the most expensive first; costs that belong to no channel last. Where orders carry no
        channel, only `spend` is known, and everything else is None.
        - `channel` (str): Channel; None for shared costs.
        - `spend` (Decimal): Booked. None where nothing is booked for the channel; so is `cac`.
        - `buyers`, `first_buyers`, `orders` (int): Users with a valid order in the window, those of them whose first
          one ever it was, and the orders.
        - `gmv`, `contribution` (Decimal): Of these orders; contribution before campaign cost, None where goods' costs
          are not known.
        - `cac` (Decimal): `spend` over `first_buyers`, and on top what costs that belong to no channel come to for each
          first-time buyer of all channels. None without any. Discounts are not in it: they are in `contribution`.
        - `roas` (float): `gmv` over `spend`; platforms' own figure, nothing incremental in it. NaN where nothing was
          spent.
        - `value_<n>` (Decimal): Contribution of a first-time buyer within n days of the first order. None where not
          all of them have been observed so long, or goods' costs are not known.
        - `value_per_cac_<n>` (float): `value_<n>` over `cac`: LTV/CAC as far as it is observed. NaN where either is not
          known, or it cost nothing.

    Raises:
        MetricError: The channels do not add up to the total to the cent.
    """
    spend = _spend(shop, campaign_id)
    known = "channel" in orders.columns
    table = order_economics(orders, shop, economics)
    brought = _brought(table, window, days) if known else {}
    names = sorted(set(spend) | set(brought), key=lambda name: (name is None, -spend.get(name, Decimal(0)), name or ""))
    nobody: _Brought = {"buyers": 0, "orders": 0, "gmv": 0, "left": 0, "unknown": 0}
    everybody = sum(found.get("first_buyers", 0) for found in brought.values())
    shared = per_head(spend.get(_SHARED, Decimal("0.00")), everybody)
    rows = [
        _row(name, spend.get(name), brought.get(name, nobody), days, shared)
        if known and name is not _SHARED
        else (name, spend[name], *[None] * (len(_COLUMNS) - 2 + 2 * len(days)))
        for name in names
    ]
    ages = [f"{name}_{age}" for name in ("value", "value_per_cac") for age in days]
    return pd.DataFrame(rows, columns=[*_COLUMNS, *ages], dtype=object)


_COLUMNS = ("channel", "spend", "buyers", "first_buyers", "orders", "gmv", "contribution", "cac", "roas")
_Brought = dict[str, Any]


def _spend(shop: Shop, campaign_id: str) -> dict[str | None, Decimal]:
    if "campaign_costs" not in shop:
        return {}
    costs = shop["campaign_costs"]
    require(costs, "campaign_costs", "campaign_id", "amount")
    own = costs.filter(costs.campaign_id == campaign_id)
    channel = own.channel if "channel" in own.columns else ibis.null("string")
    booked = own.group_by(channel=channel).aggregate(amount=lambda row: row.amount.sum()).execute()
    return {
        _SHARED if pd.isna(row["channel"]) else str(row["channel"]): as_money(row["amount"])
        for row in booked.to_dict("records")
    }


def _brought(table: ibis.Table, window: Window, days: Sequence[int]) -> dict[str | None, _Brought]:
    table = table.filter(table.status == VALID_STATUS)
    table = table.mutate(channel=table.channel.fill_null(""), left=table.paid - table.returned - table.goods)
    inside = table.filter(window.holds(table.ordered_at))
    sums = inside.group_by("channel").aggregate(
        orders=inside.count(),
        gmv=inside.paid.sum(),
        left=inside.left.sum(),
        unknown=inside.goods.isnull().sum(),
        buyers=inside.user_id.nunique(),
    )
    sums = sums.mutate(buyers=ibis.ifelse(sums.buyers > 0, sums.buyers, ibis.null("int64")))
    found = {row["channel"]: row for row in sums.execute().to_dict("records")}
    _check_total(inside, found)
    table = table.filter(table.user_id.notnull())
    firsts = _first_buyers(table, window)
    for row in _values(table, firsts, days).execute().to_dict("records"):
        observed = {age for age in days if window.end + age * DAY <= window.observed}
        values = {age: row[f"value_{age}"] if age in observed and not row["unknown"] else None for age in days}
        found[row["channel"]] |= {"first_buyers": int(row["first_buyers"]), "values": values}
    return found


def _first_buyers(table: ibis.Table, window: Window) -> ibis.Table:
    first = table.group_by("user_id").aggregate(first=lambda row: row.ordered_at.min())
    first = first.filter(window.holds(first["first"]))
    opening = table.inner_join(first, "user_id").filter(lambda row: row.ordered_at == row["first"])
    return opening.group_by("user_id", "first").aggregate(channel=lambda row: row.channel.min())


def _values(table: ibis.Table, firsts: ibis.Table, days: Sequence[int]) -> ibis.Table:
    later = table.select("user_id", "ordered_at", "left", "goods").inner_join(firsts, "user_id")
    age = day_number(later.ordered_at) - day_number(later["first"])
    left = {f"value_{days_}": ibis.ifelse(age < days_, later.left, 0).sum() for days_ in days}
    sums = later.group_by("channel").aggregate(unknown=later.goods.isnull().sum(), **left)
    return sums.inner_join(firsts.group_by("channel").aggregate(first_buyers=lambda row: row.count()), "channel")


def _check_total(inside: ibis.Table, found: dict[str | None, _Brought]) -> None:
    total = from_cents(inside.paid.sum().execute())
    added = sum((from_cents(row["gmv"]) for row in found.values()), Decimal(0))
    if added != total:
        raise MetricError(f"channels: GMV by channel must add up to {total}, got {added}.")


def _row(
    name: str | None, spend: Decimal | None, brought: _Brought, days: Sequence[int], shared: Decimal | None
) -> tuple[Any, ...]:
    """A channel that is known: one that only cost has brought nobody. `shared` is the cost of no channel by head."""
    first = brought.get("first_buyers", 0)
    gmv = from_cents(brought["gmv"])
    left = None if brought["unknown"] else from_cents(brought["left"])
    values = brought.get("values", {})
    heads = [None if values.get(age) is None else per_head(from_cents(values[age]), first) for age in days]
    roas = float(gmv / spend) if spend else float("nan")
    own = None if spend is None else per_head(spend, first)
    cac = None if own is None else own + (shared or Decimal(0))
    times = [float(head / cac) if head is not None and cac else float("nan") for head in heads]
    return (name, spend, brought["buyers"], first, brought["orders"], gmv, left, cac, roas, *heads, *times)
