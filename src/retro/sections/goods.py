"""Goods: what the items brought, what their absence cost, whether the pools kept to plan, how full baskets were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro.blocks import Table
from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.finding import Context, Finding, comparison, frame_table, number, rate_entry, records

_MOST_ITEMS = 20
_MOST_NAMED = 3
_LEAST_PAID = 20
"""Return rates of fewer pieces than this are chance, and name nobody."""


def items(frame: pd.DataFrame, summary: pd.DataFrame, context: Context) -> Finding:
    """How much of the range sold, how far its stock lasted, what is left over, and what came back most.

    Args:
        frame: The frame of `metrics.items`.
        summary: The one row of `metrics.item_summary`.
        context: Params and texts.
    """
    text, (row,) = context.text, records(summary)
    table = _items_table(frame, text)
    if not row["items"]:
        return Finding(text("items.say.none"), (), table)
    sentence = text(
        "items.say.summary",
        items=text.count(row["items"]),
        active=text.count(row["active"]),
        active_rate=text.rate(row["active_rate"]),
        top=_top_share(frame, text),
    )
    if row["stocked"]:
        sentence += text(
            "items.say.stock",
            stocked=text.count(row["stocked"]),
            sold=text.count(row["sold"]),
            rate=text.rate(row["sell_through"]),
            out=text.count(row["sold_out"]),
            left=text.count(row["left"]),
            cost=text.value(row["left_cost"], "money"),
        )
    if row["paid_units"]:
        sentence += text(
            "items.say.returns",
            rate=text.rate(row["return_rate"]),
            returned=text.count(row["returned_units"]),
            paid=text.count(row["paid_units"]),
        )
        sentence += _most_returned(frame, text)
    return Finding(sentence, _item_entries(row, context), table)


def _top_share(frame: pd.DataFrame, text: Text) -> str:
    """The share of GMV that the best fifth of items brings."""
    gmv = frame["gmv"].map(float)
    best = gmv.nlargest(max(1, round(len(gmv) / 5)))
    return text.rate(best.sum() / gmv.sum()) if gmv.sum() else text.rate(0)


def _most_returned(frame: pd.DataFrame, text: Text) -> str:
    """The items that came back most, of those with enough pieces to say so."""
    enough = frame[(frame["paid_units"] >= _LEAST_PAID) & (frame["returned_units"] > 0)]
    worst = enough.sort_values(["return_rate", "product_id"], ascending=[False, True]).head(_MOST_NAMED)
    if worst.empty:
        return ""
    parts = [
        text(
            "items.say.returned",
            name=row["name"],
            rate=text.rate(row["return_rate"]),
            returned=row["returned_units"],
            paid=row["paid_units"],
        )
        for row in records(worst)
    ]
    return text("items.say.most_returned", parts=text.join(parts))


def _items_table(frame: pd.DataFrame, text: Text) -> Table:
    shown = frame.head(_MOST_ITEMS)
    units = {"name": "name.", "pool": "name.pool", "units": "count", "gmv": "money", "margin_rate": "rate"}
    units |= {"sell_through": "rate", "sold_out_at": "name.", "return_rate": "rate", "left_cost": "money"}
    return frame_table("items", shown.assign(sold_out_at=_moments(shown["sold_out_at"], text)), units, text)


def _moments(at: pd.Series[Any], text: Text) -> list[str]:
    """Moments in words; empty where there is none."""
    return [text.short_moment(moment) if not pd.isna(moment) else "" for moment in at]


def _item_entries(row: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    shared = context.facts("items")
    active, returned = (
        row | {name: row[f"{side}_{name}"] for name in ("rate", "low", "high")} for side in ("active", "return")
    )
    entries = [
        rate_entry("active_item_rate", active, "active", "items", tables=("orders", "order_items"), **shared),
        rate_entry(
            "item_return_rate", returned, "returned_units", "paid_units", tables=("orders", "refunds"), **shared
        ),
    ]
    if row["stocked"]:
        # All of the stock was counted: no interval.
        counted = {"numerator": number(row["sold"]), "denominator": number(row["stocked"]), "tables": ("stock",)}
        through = number(row["sell_through"])
        entries.append(Entry(name="sell_through_rate", value=through, unit="rate", **counted, **shared))
        entries.append(
            Entry(name="leftover_cost", value=row["left_cost"], unit="money", tables=("stock", "products"), **shared)
        )
    return tuple(entries)


def stock_outs(frame: pd.DataFrame, context: Context) -> Finding:
    """What would have been sold of items that ran out, with its interval, and which lost most.

    Args:
        frame: The frame of `metrics.stock_outs`.
        context: Params and texts.
    """
    text = context.text
    if frame.empty:
        return Finding(text("stock_outs.say.none"))
    table = _stock_outs_table(frame, text)
    *out, total = records(frame)
    known = [row for row in out if not pd.isna(row["lost_units"])]
    if not known:
        return Finding(text("stock_outs.say.unknown", out=text.count(len(out))), (), table)
    early = [row for row in out if row["lasted_minutes"] < 60]  # noqa: PLR2004 - an hour, said in words
    worst = [
        text("stock_outs.say.item", name=row["name"], minutes=text.exact(row["lasted_minutes"], 0))
        for row in known[:_MOST_NAMED]
    ]
    sentence = text(
        "stock_outs.say.summary",
        out=text.count(len(out)),
        early=text.count(len(early)),
        units=text.count(total["lost_units"]),
        interval=text.interval(total["lost_low"], total["lost_high"], "count"),
        worth=text.value(total["lost_gmv"], "money"),
        worth_interval=text.interval(total["lost_gmv_low"], total["lost_gmv_high"], "money"),
        items=text.join(worst),
    )
    return Finding(sentence, _stock_out_entries(out, total, context), table)


def _stock_outs_table(frame: pd.DataFrame, text: Text) -> Table:
    """The items that lost most, and all of them together."""
    most = pd.concat([frame.head(min(_MOST_ITEMS, len(frame) - 1)), frame.tail(1)], ignore_index=True)
    names = [name or text("name.all_items") for name in most["name"]]
    units = {"name": "name.", "sold_out_at": "name.", "lasted_minutes": "number", "units": "count"}
    units |= {"lost_units": "count", "interval": "name.", "lost_gmv": "money"}
    spread = [text.interval(number(row["lost_low"]), number(row["lost_high"]), "count") for row in records(most)]
    shown = most.assign(name=names, sold_out_at=_moments(most["sold_out_at"], text), interval=spread)
    return frame_table("stock_outs", shown, units, text)


def _stock_out_entries(
    out: Sequence[Mapping[str, Any]], total: Mapping[str, Any], context: Context
) -> tuple[Entry, ...]:
    """What was lost in all, and for reports that are made from this one, to which item above all."""
    shared = context.facts("stock_outs", "orders", "order_items", "stock")
    shared |= {"method": "pace until sold out over the share of orders placed by then, 2,000 draws"}
    low, high = number(total["lost_low"]), number(total["lost_high"])
    worst = {"figure": "gmv", "dimension": "item", "segment": str(out[0]["name"])}
    about = worst | {"factor": "stock_out", "units": str(len(out))}
    return (
        Entry(name="lost_units", value=number(total["lost_units"]), unit="pieces", low=low, high=high, **shared),
        Entry(
            name="lost_gmv",
            value=total["lost_gmv"],
            unit="money",
            low=total["lost_gmv_low"],
            high=total["lost_gmv_high"],
            about=about,
            **shared,
        ),
    )


def pools(frame: pd.DataFrame, context: Context) -> Finding:
    """Which pools broke their margin limit at the campaign's prices, and how the mix differs from the plan.

    Args:
        frame: The frame of `metrics.pools`.
        context: Params and texts; `margin_limits` are the limits.
    """
    text, rows = context.text, records(frame)
    limits = context.asked("margin_limits")
    units = {"pool": "name.pool", "planned_share": "rate", "item_share": "rate", "items": "count"}
    units |= {"units": "count", "gmv": "money", "gmv_share": "rate", "margin_rate": "rate", "list_margin_rate": "rate"}
    table = frame_table("pools", frame, units, text, folded=False)
    sold = [row for row in rows if not pd.isna(row["margin_rate"])]
    if not sold:
        return Finding(text("pools.say.none"), (), table)
    losing = [_beside(row, text) for row in sold if row["margin_rate"] < 0]
    broken = [
        _limit(row, limits[row["pool"]], text)
        for row in sold
        if row["pool"] in limits and not limits[row["pool"]].held(row["margin_rate"])
    ]
    sentence = text("pools.say.losing", pools=text.join(losing)) if losing else text("pools.say.earning")
    sentence += text("pools.say.broken", pools=text.join(broken)) if broken else text("pools.say.held")
    headline = (sentence,)
    mix = [row for row in rows if not pd.isna(row["planned_share"])]
    parts = [
        text(
            "pools.say.share",
            pool=text.label("pool", row["pool"]),
            share=text.rate(row["item_share"]),
            planned=text.rate(row["planned_share"], 0),
        )
        for row in mix
    ]
    sentence += text("pools.say.mix", parts=text.join(parts)) if parts else ""
    names = [text.label("pool", row["pool"]) for row in sold if row["margin_rate"] < 0]
    next_step = text("pools.say.next_step", pools=text.join(names)) if names else ""
    return Finding(sentence, _pool_entries(sold, context), table, headline=headline, next_step=next_step)


def _pool_entries(sold: Sequence[Mapping[str, Any]], context: Context) -> tuple[Entry, ...]:
    """The margin of each pool whose name can stand in a figure's."""
    shared = context.facts("pools", "orders", "order_items", "products")
    return tuple(
        Entry(
            name=f"{row['pool']}_margin_rate",
            value=number(row["margin_rate"]),
            unit="rate",
            numerator=row["gmv"] - row["cost"],
            denominator=row["gmv"],
            **shared,
        )
        for row in sold
        if row["pool"].isidentifier() and row["pool"].isascii() and row["pool"].islower()
    )


def _beside(row: Mapping[str, Any], text: Text) -> str:
    return text("pools.say.pool", pool=text.label("pool", row["pool"]), rate=text.rate(row["margin_rate"]))


def _limit(row: Mapping[str, Any], limit: Any, text: Text) -> str:  # noqa: ANN401 - a limit of the params
    key = "at_most" if limit.at_most is not None else "at_least"
    edge = text.rate(limit.at_most if limit.at_most is not None else limit.at_least, 0)
    return text(f"pools.say.{key}", pool=text.label("pool", row["pool"]), edge=edge)


def basket(frame: pd.DataFrame, context: Context) -> Finding:
    """Pieces per order beside the usual ones, and what that does to the order value.

    Args:
        frame: The frame of `metrics.basket`.
        context: Params and texts.
    """
    text = context.text
    rows = {row["cohort"]: row for row in records(frame)}
    campaign, usual = rows["campaign"], rows["usual"]
    units = {"cohort": "name.cohort", "orders": "count", "units": "count", "units_per_order": "ratio"}
    units |= {"low": "ratio", "high": "ratio", "unit_price": "money", "order_value": "money"}
    named = frame.assign(cohort=[text(f"basket.{cohort}") for cohort in frame["cohort"]])
    table = frame_table("basket", named, units, text, folded=False)
    if not campaign["orders"]:
        return Finding(text("basket.say.none"), (), table)
    facts = {
        "pieces": text.exact(campaign["units_per_order"]),
        "units": text.count(campaign["units"]),
        "orders": text.count(campaign["orders"]),
        "interval": text.interval(number(campaign["low"]), number(campaign["high"]), "ratio"),
        "price": text.money(campaign["unit_price"]),
        "value": text.money(campaign["order_value"]),
    }
    if usual["orders"]:
        facts |= {"usual": text.exact(usual["units_per_order"]), "usual_price": text.money(usual["unit_price"])}
        facts["usual_value"] = text.money(usual["order_value"])
        side = comparison(*(row | {"rate": row["units_per_order"]} for row in (campaign, usual)))
    else:
        side = "alone"
    entry = Entry(
        name="units_per_order",
        value=number(campaign["units_per_order"]),
        unit="ratio",
        numerator=number(campaign["units"]),
        denominator=number(campaign["orders"]),
        low=number(campaign["low"]),
        high=number(campaign["high"]),
        method="Student's t",
        **context.facts("basket", "orders", "order_items"),
    )
    return Finding(text(f"basket.say.{side}", **facts), (entry,), table)
