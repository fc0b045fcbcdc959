"""Cells: a period's visits, orders, pieces and money by segment."""

from collections.abc import Iterable, Sequence
from typing import Any

import ibis
import pandas as pd

from retro.errors import MetricError, did_you_mean
from retro.metrics.bridge.days import Asked, Days, Group, answers, apart, of_periods, slots_of
from retro.metrics.bridge.segments import DIMENSIONS, UNKNOWN, WHOLE, with_segments
from retro.metrics.history import History, history
from retro.metrics.money import as_money
from retro.metrics.orders import VALID_STATUS, sold_items, valid_orders, with_buyers
from retro.metrics.shop import Shop
from retro.metrics.windows import day_number, require
from retro.privacy import LEAST

MEASURES = ("visits", "visitors", "placed", "settled", "orders", "pieces", "gmv")

OTHER = "other"


def sales_cells(shop: Shop, days: Days, *, by: str | None = None, seen_from: History | None = None) -> pd.DataFrame:
    """Count a period's steps from visits to money, in all or by segment.

    Args:
        shop: Tables by canonical name: `orders`, and those of `order_items`, `events`, `users`, `products` that the
            shop has.
        days: The days that count.
        by: `channel` (of the visit and of the order), `customer` (`old` with a valid order before the period, else
            `new`), `tier` (of four, as the period began; `newcomer` for who was not registered then), `category` (of
            the goods), or None for the whole.
        seen_from: What the shop's events know, from `events_seen`, for callers who know it.

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
    return many_cells(shop, [(days, by)], seen_from=seen_from)[days, by]


def many_cells(shop: Shop, asked: Iterable[Asked], *, seen_from: History | None = None) -> dict[Asked, pd.DataFrame]:
    """Count several periods, each by some dimensions, in as few queries as their windows allow.

    Args:
        shop: As `sales_cells`.
        asked: Days, and the dimension to count them by.
        seen_from: As `sales_cells`.

    Returns:
        What `sales_cells` returns for each that was asked.

    Raises:
        MetricError: As `sales_cells`.
    """
    wanted = list(dict.fromkeys(asked))
    for _, by in wanted:
        if by is not None and by not in DIMENSIONS:
            raise MetricError(
                f"bridge: by must be one of {', '.join(DIMENSIONS)}, got {by!r}. {did_you_mean(by, DIMENSIONS)}"
            )
    goods = [one for one in wanted if one[1] == "category"]
    others = dict.fromkeys([*(one for one in wanted if one not in goods), *((days, None) for days, _ in goods)])
    known = events_seen(shop) if seen_from is None else seen_from
    found: dict[Asked, pd.DataFrame] = {}
    for group in apart(others):
        observed = [own for own in group if known is not None and known.knows(own[0][0].window)]
        sold, visits = _sold(shop, group), _visits(shop, observed) if observed else {}
        found |= {one: _joined(sold[one], visits.get(one)) for own in group for one in own}
    for group in apart(goods):
        found |= {one: _of_goods(lines, found[one[0], None]) for one, lines in _lines(shop, group).items()}
    return {one: found[one] for one in wanted}


def _joined(sold: pd.DataFrame, visits: pd.DataFrame | None) -> pd.DataFrame:
    """The orders and the visits of a period, which may not have been observed."""
    if visits is None:
        frame = sold.assign(visits=float("nan"), visitors=float("nan"))
    else:
        frame = sold.merge(visits, on="segment", how="outer")
    for name in (*MEASURES[:-1], "gmv_squares"):
        column = frame[name].astype("float64")
        frame[name] = column if column.isna().all() else column.fillna(0.0)
    frame["gmv"] = money_column(frame["gmv"])
    return frame[["segment", *MEASURES, "gmv_squares"]].sort_values("segment", ignore_index=True)


def events_seen(shop: Shop) -> History | None:
    """What the shop's events know of the past; None without the table."""
    if "events" not in shop:
        return None
    require(shop["events"], "events", "user_id", "occurred_at")
    return history(shop["events"], "occurred_at")


def money_column(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column of an engine's sums as exact money."""
    return pd.Series([as_money(value) for value in values], index=values.index, dtype=object)


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


def _sold(shop: Shop, group: Group) -> dict[Asked, pd.DataFrame]:
    """What was ordered, by segment."""
    orders = shop["orders"]
    require(orders, "orders", "order_id", "ordered_at", "status", "amount")
    own = with_buyers(of_periods(orders.filter(orders.status != "fraudulent"), "ordered_at", group))
    paid = own.paid_at.notnull() if "paid_at" in own.columns else ibis.null("boolean")
    slots = slots_of(group)
    told = with_segments(own.mutate(valid=own.status == VALID_STATUS, paid=paid), shop, slots)
    own = told.select("order_id", "amount", "valid", "paid", "period", *slots)
    if "order_items" in shop:
        items = sold_items(shop["order_items"])
        require(items, "order_items", "order_id", "quantity")
        counted = items.group_by("order_id").aggregate(pieces=items.quantity.sum())
        own = own.left_join(counted, "order_id").drop("order_id_right")
    else:
        own = own.mutate(pieces=ibis.null("int64"))
    money = own.amount.cast("float64")
    found: pd.DataFrame = (
        own.group_by("period", *slots)
        .aggregate(
            placed=own.count(),
            settled=own.paid.sum(),
            orders=own.count(where=own.valid),
            pieces=own.pieces.sum(where=own.valid),
            gmv=own.amount.sum(where=own.valid).fill_null(0),
            gmv_squares=(money * money).sum(where=own.valid),
        )
        .execute()
    )
    return answers(found, slots)


def _visits(shop: Shop, group: Group) -> dict[Asked, pd.DataFrame]:
    """Who came; on a channel somebody comes by themselves, so its visits are counted apart from the others."""
    events = shop["events"]
    found: dict[Asked, pd.DataFrame] = {}
    for by_channel in (False, True):
        slots = slots_of([[one for one in own if (one[1] == "channel") == by_channel] for own in group])
        if not slots:
            continue
        own = of_periods(events.filter(events.user_id.notnull()), "occurred_at", group)
        own = own.mutate(day=day_number(own.occurred_at))
        if by_channel:
            own = with_segments(own, shop, slots)
        seen = own.select("user_id", "period", "day", *(slots if by_channel else ())).distinct()
        people = seen.group_by("user_id", "period", *(slots if by_channel else ())).aggregate(days=seen.count())
        if not by_channel:
            people = with_segments(people, shop, slots)
        counted = people.group_by("period", *slots).aggregate(visits=people.days.sum(), visitors=people.count())
        found |= answers(counted.execute(), slots)
    return found


def _lines(shop: Shop, group: Group) -> dict[Asked, pd.DataFrame]:
    """Pieces and money by category of the goods."""
    for name in ("order_items", "products"):
        if name not in shop:
            raise MetricError(f"bridge: table {name!r} must be given for categories.")
    items, products = sold_items(shop["order_items"]), shop["products"]
    require(items, "order_items", "order_id", "product_id", "quantity", "amount")
    require(products, "products", "product_id", "category")
    own = of_periods(valid_orders(shop["orders"]), "ordered_at", group).select("order_id", "period")
    lines = items.select("order_id", "product_id", "quantity", "amount").inner_join(own, "order_id")
    goods = products.select("category", goods_id=products.product_id)
    joined = lines.left_join(goods, lines.product_id == goods.goods_id)
    named = joined.mutate(segment=joined.category.fill_null(UNKNOWN))
    money = named.amount.cast("float64")
    counted: pd.DataFrame = (
        named.group_by("period", "segment")
        .aggregate(pieces=named.quantity.sum(), gmv=named.amount.sum(), gmv_squares=(money * money).sum())
        .execute()
    )
    parts = {number: counted[counted["period"] == number] for number in range(len(group))}
    return {one: parts[number] for number, own in enumerate(group) for one in own}


def _of_goods(lines: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """The cells by category; what comes before the pieces is the whole shop's."""
    earlier = MEASURES[: MEASURES.index("pieces")]
    found = lines.assign(
        **{name: float(shown[name].iloc[0]) if len(shown) else 0.0 for name in earlier},
        gmv=money_column(lines["gmv"]),
        pieces=lines["pieces"].astype("float64"),
    )
    return found[["segment", *MEASURES, "gmv_squares"]].sort_values("segment", ignore_index=True)
