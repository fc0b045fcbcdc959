"""The P&L statement: from list-price sales to contribution, line by line."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

import ibis
import pandas as pd

from retro.economics import UnitEconomics
from retro.errors import MetricError
from retro.metrics.attribution import Claim, Policy, attributed, from_cents
from retro.metrics.cost import campaign_cost
from retro.metrics.money import as_money
from retro.metrics.orders import reverses
from retro.metrics.pnl.orders import KEPT, MONEY, order_economics
from retro.metrics.pnl.points import PointsCost, points_cost
from retro.metrics.pnl.returns import expected_returns
from retro.metrics.shop import Shop
from retro.metrics.windows import DAY, day_number, number_of

IN_THE_PRICE = "coupons"
"""The cost category that pays for what orders already carry as a discount; deducting both would count it twice."""

_CENT = Decimal("0.01")


class Caveat(NamedTuple):
    """A caveat of the P&L.

    Attributes:
        name: What it is: `no_list_price`, `no_cost_of_goods`, `margin_from_params`, `no_fulfilment`,
            `no_payment_fees`, `no_point_cost`, `points_out`, `no_refunds`, `no_refund_dates`, `no_costs`,
            `recorded_cost` (of its pieces, messages or rewards alone, as nothing is booked), `coupons_in_price`,
            `cost_outside_window`, `expected_returns`.
        amount: The amount or rate in question; None where there is none.
    """

    name: str
    amount: Decimal | None = None


@dataclass(frozen=True, eq=False)
class Statement:
    """A campaign's P&L.

    Attributes:
        lines: One row per line, in order: `line` (str), `amount` (Decimal; costs are negative), `kind` (`total` or
            `change`). Totals are what the lines before them add up to. Where goods' costs are not known it ends with
            `net_revenue`, and where the campaign's are not with `contribution_before_cost`.
        caveats: What was taken from params, estimated, or left out.
        orders: The campaign's orders that were paid, in parts where they are split.
        cost: Everything booked for the campaign; None where nothing is.
        mature_on: The day after which returns no longer change the P&L; None where the shop has no table of refunds.
        breakage: Share of its points that is expected never to be redeemed, 0 to 1.
        settled: What orders older than `refund_days` brought after returns; None where that was not asked, or as
            `mature_on`.
    """

    lines: pd.DataFrame
    caveats: tuple[Caveat, ...]
    orders: Decimal
    cost: Decimal | None
    mature_on: dt.date | None
    breakage: float = 0.0
    settled: Decimal | None = None

    @property
    def of_parts(self) -> bool:
        """Whether its cost is of pieces, messages or rewards alone, while its sales are all of its days."""
        return any(caveat.name == "recorded_cost" for caveat in self.caveats)

    def amount(self, line: str) -> Decimal | None:
        """The amount of a line; None where the P&L does not have it."""
        found = self.lines.loc[self.lines["line"] == line, "amount"]
        return None if found.empty else Decimal(found.iloc[0])


def pnl(
    orders: ibis.Table,
    shop: Shop,
    *,
    claims: Sequence[Claim],
    campaign_id: str,
    economics: UnitEconomics,
    observed_until: dt.datetime,
    policy: Policy = "last_touch",
    cost_per_point: Decimal | None = None,
) -> Statement:
    """Compute the P&L of the orders that are attributed to a campaign.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`, optionally
            `list_amount`.
        shop: Further tables where the shop has them, as in `order_economics`, and `campaign_costs` (`campaign_id`,
            `category`, `incurred_on`, `amount`) and `points_ledger` (`campaign_id`, `kind`, `points`).
        claims: The campaigns that claim orders, this one among them.
        campaign_id: Whose P&L.
        economics: Costs that the tables do not hold.
        observed_until: Until when the data was observed, local, exclusive.
        policy: As in `attribution`.
        cost_per_point: What a redeemed point costs where `economics` has no `point_cost`: points of the campaign that
            are still out then count, less breakage.

    Raises:
        MetricError: The campaign is not among the claims, or costs are in several currencies.
    """
    claim = next((claim for claim in claims if claim.campaign_id == campaign_id), None)
    if claim is None:
        raise MetricError(f"pnl: campaign_id must be one of the claims, got {campaign_id!r}.")
    table = order_economics(orders, shop, economics)
    own = attributed(table, claims, campaign_id, policy=policy, columns=MONEY)
    sums = _sums(own, number_of(observed_until.date()) - economics.refund_days)
    book = _Book()
    _book_sales(book, sums, orders, shop)
    coming = None
    if "refunds" in shop:
        window = replace(claim.window, observed_until=observed_until)
        coming = expected_returns(own, table, shop["refunds"], window, days=economics.refund_days)
    dated = "refunds" in shop
    _book_returns(book, sums, coming, "no_refund_dates" if dated else "no_refunds")
    known = _book_goods(book, sums, economics, shop)
    cost, entries = _costs(shop, claim, sums.get("discounts_taken", Decimal(0)))
    breakage = 0.0
    if known:
        _book_handling(book, sums, economics)
        points = points_cost(shop, campaign_id, economics, observed_until, cost_per_point)
        breakage = _book_points(book, points)
        book.total("contribution_before_cost")
        for category, amount in entries.lines:
            book.change(category, -amount)
        if cost is not None:
            book.total("contribution")
    last = min(claim.window.end, observed_until).date() + economics.refund_days * DAY
    caveats = (*book.caveats, *entries.caveats)
    settled = sums["settled"] if dated else None
    return Statement(book.frame(), caveats, sums["orders"], cost, last if dated else None, breakage, settled)


class _Book:
    """Lines as they are written; totals are never given, only drawn."""

    def __init__(self) -> None:
        self._lines: list[tuple[str, Decimal, str]] = []
        self._balance = Decimal("0.00")
        self.caveats: list[Caveat] = []

    @property
    def balance(self) -> Decimal:
        return self._balance

    def change(self, line: str, amount: Decimal) -> None:
        self._balance += amount
        self._lines.append((line, amount, "change"))

    def total(self, line: str) -> None:
        self._lines.append((line, self._balance, "total"))

    def open(self, line: str, amount: Decimal) -> None:
        self._balance = amount
        self.total(line)

    def note(self, name: str, amount: Decimal | None = None) -> None:
        self.caveats.append(Caveat(name, amount))

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame(self._lines, columns=["line", "amount", "kind"])


def _sums(own: ibis.Table, mature: int) -> dict[str, Decimal]:
    """What the P&L needs of the campaign's orders, exact; those from before the day `mature` have settled."""
    reversal = reverses(own)
    kept = own.status.isin(list(KEPT)) & ~reversal
    stand = own.status == KEPT[0]
    left = ibis.ifelse(kept, own.paid - own.returned, ibis.ifelse(reversal, own.paid, 0))
    sums = own.aggregate(
        listed=ibis.ifelse(reversal, 0, own.listed).sum(),
        undone=ibis.ifelse(reversal, -own.paid, ibis.ifelse(kept, 0, own.listed)).sum(),
        discount=ibis.ifelse(kept, own.discount, 0).sum(),
        coupon=ibis.ifelse(kept, own.coupon, 0).sum(),
        paid=ibis.ifelse(kept, own.paid, 0).sum(),
        returned=ibis.ifelse(kept, own.returned, 0).sum(),
        settled=ibis.ifelse(day_number(own.ordered_at) < mature, left, 0).sum(),
        goods=ibis.ifelse(stand, own.goods, 0).sum(),
        unknown=ibis.ifelse(stand & own.goods.isnull(), 1, 0).sum(),
        orders=ibis.ifelse(stand, own.part, 0.0).sum(),
        shipped=ibis.ifelse(kept, own.part, 0.0).sum(),
    )
    (row,) = sums.execute().to_dict("records")
    counts = {name: as_money(row.pop(name)) for name in ("orders", "shipped", "unknown")}
    return {**{name: from_cents(value) for name, value in row.items()}, **counts}


def _book_sales(book: _Book, sums: Mapping[str, Decimal], orders: ibis.Table, shop: Shop) -> None:
    """What was ordered, at list price and less what was taken off it where the shop keeps that."""
    listed = "list_amount" in orders.columns
    book.open("list_sales" if listed else "ordered_sales", sums["listed"])
    book.change("cancellations", -sums["undone"])
    if not listed:
        book.note("no_list_price")
        return
    book.change("discounts", -sums["discount"])
    if "coupons" in shop:
        book.change("coupons", -sums["coupon"])


def _book_returns(book: _Book, sums: dict[str, Decimal], coming: Decimal | None, lacking: str) -> None:
    book.change("returns", -sums["returned"])
    if coming is None:
        book.note(lacking)
    elif coming:
        book.change("expected_returns", -coming)
        book.note("expected_returns", coming)
    standing = sums["paid"] - sums["returned"]
    sums["coming_rate"] = (coming or Decimal(0)) / standing if standing > 0 else Decimal(0)
    sums["discounts_taken"] = sums["discount"] + sums["coupon"]
    book.total("net_revenue")


def _book_goods(book: _Book, sums: Mapping[str, Decimal], economics: UnitEconomics, shop: Shop) -> bool:
    """What the goods cost that stay with the customers; whether that is known."""
    if sums["unknown"]:
        book.note("no_cost_of_goods", sums["unknown"])
        return False
    book.change("goods", -(sums["goods"] * (1 - sums["coming_rate"])).quantize(_CENT))
    if economics.margin_rate is not None and not {"order_items", "products"} <= set(shop):
        book.note("margin_from_params", economics.margin_rate)
    return True


def _book_handling(book: _Book, sums: Mapping[str, Decimal], economics: UnitEconomics) -> None:
    """Fulfilment and payment: what params know, and a caveat for what they do not."""
    if economics.fulfilment_per_order is None:
        book.note("no_fulfilment")
    else:
        book.change("fulfilment", -(sums["shipped"] * economics.fulfilment_per_order).quantize(_CENT))
    if economics.payment_fee_rate is None:
        book.note("no_payment_fees")
    else:
        book.change("payment_fees", -(sums["paid"] * economics.payment_fee_rate).quantize(_CENT))


def _book_points(book: _Book, points: PointsCost | None) -> float:
    """The cost of points, or a caveat that it is not known; their breakage."""
    if points is None:
        return 0.0
    if points.cost is None:
        book.note("no_point_cost", points.points)
        return 0.0
    book.change("points", -points.cost)
    if points.out:
        book.note("points_out", points.points)
    return points.breakage


class _Entries(NamedTuple):
    lines: tuple[tuple[str, Decimal], ...]
    caveats: tuple[Caveat, ...]


def _costs(shop: Shop, claim: Claim, discounts: Decimal) -> tuple[Decimal | None, _Entries]:
    """What is booked for the campaign: all of it, and the lines to deduct with what to know of them."""
    if "campaign_costs" not in shop:
        return None, _Entries((), (Caveat("no_costs"),))
    costs = shop["campaign_costs"]
    own = costs.filter(costs.campaign_id == claim.campaign_id)
    booked = campaign_cost(costs, claim.campaign_id)
    if booked.empty:
        return None, _Entries((), (Caveat("no_costs"),))
    amounts: dict[str, Decimal] = dict(zip(booked["category"], booked["amount"], strict=True))
    cost, caveats = sum(amounts.values(), Decimal(0)), []
    if IN_THE_PRICE in amounts and discounts:
        caveats.append(Caveat("coupons_in_price", amounts.pop(IN_THE_PRICE)))
    if "recorded" in own.columns:
        caveats.append(Caveat("recorded_cost", cost))
    if outside := _outside(own, claim):
        caveats.append(Caveat("cost_outside_window", outside))
    return cost, _Entries(tuple(amounts.items()), tuple(caveats))


def _outside(own: ibis.Table, claim: Claim) -> Decimal:
    """Cost that falls on days on which the campaign did not run; it still is the campaign's."""
    if "incurred_on" not in own.columns:
        return Decimal(0)
    inside = (own.incurred_on >= claim.window.start.date()) & (own.incurred_on <= claim.window.end.date())
    return as_money(own.filter(~inside).amount.sum().execute())
