"""Cells: a period's visits, orders, pieces and money by segment."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pandas as pd

from retro.errors import MetricError, did_you_mean
from retro.metrics.history import History, history
from retro.metrics.money import as_money
from retro.metrics.orders import VALID_STATUS, orders_of_people, sold_items, valid_orders, with_buyers
from retro.metrics.shop import Shop
from retro.metrics.tiers import four_tiers, members, tier_of
from retro.metrics.windows import day_number, require
from retro.periods import Window
from retro.privacy import LEAST

DIMENSIONS = ("channel", "customer", "tier", "category")
"""The dimensions of a bridge."""

HIGH_VALUE = 1000
"""From which amount on a member is of high value."""

MEASURES = ("visits", "visitors", "placed", "settled", "orders", "pieces", "gmv")

UNKNOWN, OTHER, WHOLE = "unknown", "other", "all"


@dataclass(frozen=True)
class Days:
    """The days of a period that count: those outside the windows `without`, such as campaigns in a baseline.

    Orders before the period tell old customers and tiers: of the last `look_back`, or as far as they reach.
    """

    window: Window
    without: Sequence[Window] = ()
    look_back: dt.timedelta | None = None

    def hold(self, moment: Any) -> Any:  # noqa: ANN401 - ibis is not typed here
        """The condition that a moment lies in them."""
        inside = self.window.holds(moment)
        for other in self.without:
            if self.window.touches(other.start, other.end):  # the others would only be asked of every row
                inside &= (moment < other.start) | (moment >= other.end)
        return inside

    @property
    def length(self) -> dt.timedelta:
        """How long they are together."""
        own = self.window
        spans = sorted((max(other.start, own.start), min(other.end, own.end)) for other in self.without)
        left, reached = own.length, own.start
        for start, end in spans:
            left -= max(end - max(start, reached), dt.timedelta(0))
            reached = max(reached, end)
        return left


def sales_cells(shop: Shop, days: Days, *, by: str | None = None, seen_from: History | None = None) -> pd.DataFrame:
    """Count a period's steps from visits to money, in all or by segment.

    Args:
        shop: Tables by canonical name: `orders`, and those of `order_items`, `events`, `users`, `products` that the
            shop has.
        days: The days that count.
        by: `channel` (of the visit and of the order), `customer` (`old` with a valid order before the period, else
            `new`), `tier` (of four, as the period began; `newcomer` for who was not registered then), `category` (of
            the goods), or None for the whole.
        seen_from: What the shop's events know, from `seen_from`, for callers who count many periods.

    Returns:
        One row per segment, in order of name; a segment that the data does not tell is `unknown`. By category, all
        steps before `pieces` are the whole shop's.
        - `segment` (str).
        - `visits` (float): Days on which somebody came, added up over users (by channel: for each channel they came
          on), and `visitors` (float), the users behind them. NaN where the shop has no events, they begin later
          than the period, or lost a day of it.
        - `placed` (int): Orders, fraud left out. `settled` (int): Those that were paid at some time; NaN
          without `paid_at`. `orders` (int): Those that count, valid ones.
        - `pieces` (float): Pieces of the valid orders. NaN without order items.
        - `gmv` (Decimal): Amounts of the valid orders; by category, of their lines.
        - `gmv_squares` (float): Sum of the squares of the orders' amounts, for their spread.

    Raises:
        MetricError: There is no such dimension, or the shop lacks what it needs.
    """
    if by is not None and by not in DIMENSIONS:
        raise MetricError(
            f"bridge: by must be one of {', '.join(DIMENSIONS)}, got {by!r}. {did_you_mean(by, DIMENSIONS)}"
        )
    if by == "category":
        return _by_category(shop, days, seen_from)
    sold = _sold(shop, days, by)
    known = _seen(shop, days, seen_from)
    visits = _visits(shop["events"], shop, days, by) if known else None
    if visits is None:
        frame = sold.assign(visits=float("nan"), visitors=float("nan"))
    else:
        frame = sold.merge(visits, on="segment", how="outer")
    for name in (*MEASURES[:-1], "gmv_squares"):
        column = frame[name].astype("float64")
        frame[name] = column if column.isna().all() else column.fillna(0.0)
    frame["gmv"] = money_column(frame["gmv"])
    return frame[["segment", *MEASURES, "gmv_squares"]].sort_values("segment", ignore_index=True)


def seen_from(shop: Shop) -> History | None:
    """What the shop's events know of the past; None without the table."""
    if "events" not in shop:
        return None
    require(shop["events"], "events", "user_id", "occurred_at")
    return history(shop["events"], "occurred_at")


def money_column(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column of an engine's sums as exact money."""
    return pd.Series([as_money(value) for value in values], index=values.index, dtype=object)


def tells(shop: Shop, dimension: str) -> bool:
    """Whether the shop's tables hold a dimension."""
    if dimension == "channel":
        return "channel" in shop["orders"].columns and ("events" not in shop or "channel" in shop["events"].columns)
    if dimension == "category":
        return "order_items" in shop and "products" in shop and "category" in shop["products"].columns
    return "user_id" in shop["orders"].columns and (dimension != "tier" or "users" in shop)


def whole(customers: pd.DataFrame) -> pd.DataFrame:
    """Sum the cells by customer to those of the whole shop."""
    return together([customers.assign(segment=WHOLE)]) if len(customers) else customers


def together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Sum the cells of several periods; periods without visits are left out where others have them."""
    seen = [frame for frame in frames if frame["visits"].notna().all()] or list(frames)
    return pd.concat(seen).groupby("segment", as_index=False, sort=True).sum(min_count=1)


def merged(*frames: pd.DataFrame) -> list[pd.DataFrame]:
    """The frames with segments of few orders in any of them put together, if there are two of them at least."""
    few = {name for frame in frames for name in frame.loc[frame["orders"] < LEAST, "segment"]}
    if len(few) < 2:  # noqa: PLR2004 - one alone would only be renamed
        return list(frames)
    return [
        frame.assign(segment=[OTHER if name in few else name for name in frame["segment"]])
        .groupby("segment", as_index=False, sort=True)
        .sum(min_count=1)
        for frame in frames
    ]


def _sold(shop: Shop, days: Days, by: str | None) -> pd.DataFrame:
    orders = shop["orders"]
    require(orders, "orders", "order_id", "ordered_at", "status", "amount")
    own = with_buyers(orders.filter(days.hold(orders.ordered_at), orders.status != "fraudulent"))
    segment = _of_row(own, by)
    paid = own.paid_at.notnull() if "paid_at" in own.columns else ibis.null("boolean")
    own = own.select("order_id", "user_id", "amount", segment=segment, valid=own.status == VALID_STATUS, paid=paid)
    own = _told(own, shop, days, by)
    if "order_items" in shop:
        items = sold_items(shop["order_items"])
        require(items, "order_items", "order_id", "quantity")
        counted = items.group_by("order_id").aggregate(pieces=items.quantity.sum())
        own = own.left_join(counted, "order_id").drop("order_id_right")
    else:
        own = own.mutate(pieces=ibis.null("int64"))
    money = own.amount.cast("float64")
    found = own.group_by("segment").aggregate(
        placed=own.count(),
        settled=own.paid.cast("int64").sum(),
        orders=own.count(where=own.valid),
        pieces=own.pieces.sum(where=own.valid),
        gmv=own.amount.sum(where=own.valid),
        gmv_squares=(money * money).sum(where=own.valid),
    )
    frame: pd.DataFrame = found.execute()
    return frame


def _seen(shop: Shop, days: Days, first: History | None) -> bool:
    """Whether visits were observed on each day of the period."""
    first = seen_from(shop) if first is None else first
    return first is not None and first.knows(days.window)


def _visits(events: ibis.Table, shop: Shop, days: Days, by: str | None) -> pd.DataFrame:
    own = events.filter(days.hold(events.occurred_at), events.user_id.notnull())
    seen = own.select("user_id", day=day_number(own.occurred_at), segment=_of_row(own, by)).distinct()
    told = _told(seen, shop, days, by)
    found: pd.DataFrame = (
        told.group_by("segment").aggregate(visits=told.count(), visitors=told.user_id.nunique()).execute()
    )
    return found


def _of_row(table: ibis.Table, by: str | None) -> ibis.Value:
    if by != "channel":
        return ibis.literal(WHOLE)
    require(table, "bridge", "channel")
    return table.channel.fill_null(UNKNOWN)


def _told(table: ibis.Table, shop: Shop, days: Days, by: str | None) -> ibis.Table:
    """The segment of each row's user, where the dimension is one of users."""
    start, orders = days.window.start, shop["orders"]
    if by in {"customer", "tier"} and "user_id" not in orders.columns:
        return table.mutate(segment=ibis.literal(UNKNOWN))
    if days.look_back is not None:
        orders = orders.filter(orders.ordered_at >= start - days.look_back)
    if by == "customer":
        valid = orders_of_people(orders)
        old = valid.filter(valid.ordered_at < start).select(member_id="user_id").distinct()
        joined = table.left_join(old, table.user_id == old.member_id)
        known = ibis.ifelse(joined.member_id.notnull(), "old", "new")
        return joined.mutate(segment=ibis.ifelse(joined.user_id.isnull(), UNKNOWN, known)).drop("member_id")
    if by == "tier":
        people: Any = shop.get("users")
        if people is None:
            raise MetricError("bridge: table 'users' must be given for tiers.")
        known = members(people, orders, observed_until=start)
        own = known.select("user_id", tier=tier_of(known, four_tiers(HIGH_VALUE))).rename(member_id="user_id")
        joined = table.left_join(own, table.user_id == own.member_id)
        tier = ibis.ifelse(joined.user_id.isnull(), UNKNOWN, joined.tier.fill_null("newcomer"))
        return joined.mutate(segment=tier).drop("member_id", "tier")
    return table


def _by_category(shop: Shop, days: Days, first: History | None) -> pd.DataFrame:
    """Pieces and money by category of the goods; what comes before them is the whole shop's."""
    for name in ("order_items", "products"):
        if name not in shop:
            raise MetricError(f"bridge: table {name!r} must be given for categories.")
    items, products = sold_items(shop["order_items"]), shop["products"]
    require(items, "order_items", "order_id", "product_id", "quantity", "amount")
    require(products, "products", "product_id", "category")
    shown = sales_cells(shop, days, seen_from=first)
    valid = valid_orders(shop["orders"])
    own = valid.filter(days.hold(valid.ordered_at)).select("order_id")
    lines = items.semi_join(own, "order_id").select("product_id", "quantity", "amount")
    goods = products.select("category", goods_id=products.product_id)
    joined = lines.left_join(goods, lines.product_id == goods.goods_id)
    named = joined.mutate(segment=joined.category.fill_null(UNKNOWN))
    money = named.amount.cast("float64")
    found: pd.DataFrame = (
        named.group_by("segment")
        .aggregate(pieces=named.quantity.sum(), gmv=named.amount.sum(), gmv_squares=(money * money).sum())
        .execute()
    )
    for name in MEASURES[: MEASURES.index("pieces")]:
        found[name] = float(shown[name].iloc[0]) if len(shown) else 0.0
    found["gmv"] = money_column(found["gmv"])
    found["pieces"] = found["pieces"].astype("float64")
    return found[["segment", *MEASURES, "gmv_squares"]].sort_values("segment", ignore_index=True)
