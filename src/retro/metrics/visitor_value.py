"""Visitors: what each of them bought, by channel, and how many of those who were no members joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.metrics.activity import active_users
from retro.metrics.history import history
from retro.metrics.intervals import GAP, add_rate, difference_ends
from retro.metrics.money import as_count, as_money, per_head
from retro.metrics.orders import buyers_of, valid_orders
from retro.metrics.shop import Shop
from retro.metrics.windows import earlier_windows, require
from retro.periods import Window

ALL = "all"
"""What the row of all channels is called."""

_EACH = ("visitors", "buyers", "gmv", "value")
_COLUMNS = ("channel", *_EACH, *(f"baseline_{name}" for name in _EACH), "change")
_JOINED = ("guests", "joined", "rate", "low", "high", "baseline_guests", "baseline_joined", "baseline_rate", *GAP)
_Sums = dict[tuple[str, bool], dict[str, Any]]


def visitor_value(orders: ibis.Table, events: ibis.Table, window: Window) -> pd.DataFrame:
    """Tell GMV for each visitor of a campaign, beside equally long windows before it that do not overlap.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`, `amount`, optionally `channel`.
        events: One row per event: `user_id`, `event`, `occurred_at` (local), optionally `channel`.
        window: The campaign or period, with its baseline.

    Returns:
        A row for `all`, then one per channel of both tables, the largest first; none where days of the window are lost.
        - `channel` (str): Of events and orders. Who came over two counts in both.
        - `visitors` (int): People with any event but `register`, each once in a window.
        - `buyers` (Int64), `gmv` (Decimal): Of valid orders, whoever placed them. Buyers are missing where unknown.
        - `value` (Decimal): `gmv` over `visitors`. None without visitors.
        - `baseline_visitors` (int), `baseline_buyers` (Int64), `baseline_gmv`, `baseline_value` (Decimal): The same
          summed over the windows before that both tables reach back to and have lost no day of. `baseline_value` is
          None without any.
        - `change` (float): `value` over `baseline_value`, less 1. NaN without a baseline.
    """
    require(orders, "orders", "ordered_at", "amount")
    known = [history(orders, "ordered_at", until=window.end), history(events, "occurred_at", until=window.end)]
    if not all(one.knows(window) for one in known):
        return pd.DataFrame(columns=list(_COLUMNS))
    spans = [window, *(one for one in earlier_windows(window) if all(past.knows(one) for past in known))]
    cut = ["channel"] if "channel" in orders.columns and "channel" in events.columns else []
    seen = _seen(events, spans)
    sold = valid_orders(orders, until=window.end)
    sold = sold.mutate(place=_place(sold.ordered_at, spans)).filter(lambda row: row.place.notnull())
    visitors = _summed(seen, cut, visitors=lambda row: row.user_id.nunique())
    gmv = _summed(sold, cut, buyers=buyers_of, gmv=lambda row: row.amount.sum())
    names = {name for name, _ in visitors} & {name for name, _ in gmv}
    rows = [_row(name, visitors, gmv) for name in names if (name, True) in visitors]
    rows.sort(key=lambda row: (row[0] != ALL, -row[3], row[0]))
    frame = pd.DataFrame(rows, columns=list(_COLUMNS[:-1])).astype({"buyers": "Int64", "baseline_buyers": "Int64"})
    change = [
        float(now / before) - 1 if now is not None and before else np.nan
        for now, before in zip(frame["value"], frame["baseline_value"], strict=True)
    ]
    return frame.assign(change=change)


def joined_visitors(events: ibis.Table, shop: Shop, window: Window) -> pd.DataFrame:
    """Tell how many visitors who were no members joined in the window, beside equally long windows before it.

    Args:
        events: As in `visitor_value`.
        shop: What the shop has of `member_tiers`: one row per member and stretch of time, `user_id`, `valid_from`
            (local). A member joined at the start of the first.
        window: The campaign or period, with its baseline.

    Returns:
        One row; none without `member_tiers`, or where these begin in the window or later, since all members seem to
        have joined on their first day.
        - `guests` (int): Visitors of the window, as in `visitor_value`, who were no members when it began.
        - `joined` (int): Of these, who became one in it.
        - `rate`, `low`, `high` (float): `joined` over `guests`, Wilson. NaN without guests.
        - `baseline_guests`, `baseline_joined` (int), `baseline_rate` (float): The same summed over the windows before
          that both tables reach back to. NaN without any.
        - `difference`, `difference_low`, `difference_high` (float): `rate` less `baseline_rate`, Newcombe. NaN without
          a baseline.
    """
    if "member_tiers" not in shop:
        return pd.DataFrame(columns=list(_JOINED))
    tiers = shop["member_tiers"]
    require(tiers, "member_tiers", "user_id", "valid_from")
    began, known = tiers.valid_from.min().execute(), history(events, "occurred_at", until=window.end)
    if pd.isna(began) or began >= window.start or not known.knows(window):
        return pd.DataFrame(columns=list(_JOINED))
    spans = [window, *(one for one in earlier_windows(window) if known.knows(one) and one.start > began)]
    first = tiers.group_by("user_id").aggregate(joined_at=tiers.valid_from.min())
    came = _seen(events, spans).select("user_id", "place").distinct()
    people = came.left_join(first, "user_id").drop("user_id_right")
    starts, ends = (
        ibis.cases(*((people.place == place, getattr(one, end)) for place, one in enumerate(spans)))
        for end in ("start", "end")
    )
    guests = people.filter(people.joined_at.isnull() | (people.joined_at >= starts))
    inside = ibis.ifelse(guests.joined_at.notnull() & (guests.joined_at < ends), 1, 0)
    counted = (
        guests.mutate(now=guests.place == 0, inside=inside)
        .group_by("now")
        .aggregate(guests=lambda row: row.count(), joined=lambda row: row.inside.sum())
        .execute()
        .set_index("now")
    )
    counts = {
        f"{part}{name}": as_count(counted[name].get(now, 0))
        for now, part in ((True, ""), (False, "baseline_"))
        for name in ("guests", "joined")
    }
    frame = add_rate(pd.DataFrame([counts]), "joined", "guests")
    frame = add_rate(frame, "baseline_joined", "baseline_guests", "baseline_")
    own, base = (tuple(frame[f"{part}{end}"].iloc[0] for end in ("rate", "low", "high")) for part in ("", "baseline_"))
    low, high = difference_ends(own, base)
    return frame.assign(difference=own[0] - base[0], difference_low=low, difference_high=high)[list(_JOINED)]


def _place(moment: ibis.Value, spans: Sequence[Window]) -> ibis.Value:
    """In which of several windows a moment lies, by its place among them; empty where in none."""
    return ibis.cases(*((one.holds(moment), place) for place, one in enumerate(spans)))


def _seen(events: ibis.Table, spans: Sequence[Window]) -> ibis.Table:
    """The active events of several windows, the first of which ends last, each with its window's `place`."""
    active = active_users(events, replace(spans[0], start=spans[-1].start))
    placed = active.mutate(place=_place(active.occurred_at, spans))
    return placed.filter(placed.place.notnull())


def _summed(table: ibis.Table, cut: Sequence[str], **values: Callable[[ibis.Table], ibis.Value]) -> _Sums:
    """Of all and of each named channel: over the window (True), and over each of those before, added up."""
    named = [ibis.literal(ALL), *(table[part].cast("string") for part in cut)]
    parts = [table.mutate(name=name).filter(lambda row: row.name.notnull()) for name in named]
    counted = [part.group_by("name", "place").aggregate(**values) for part in parts]
    sums: _Sums = {}
    for row in ibis.union(*counted, distinct=False).execute().to_dict("records"):
        kept = sums.setdefault((row["name"], row["place"] == 0), dict.fromkeys(values, 0))
        kept.update({name: kept[name] + (0 if row[name] is None else row[name]) for name in values})
    return sums


def _row(name: str, visitors: _Sums, gmv: _Sums) -> tuple[Any, ...]:
    """Visitors, buyers, GMV and GMV per visitor of the window, then of those before it."""
    row: list[Any] = [name]
    for now in (True, False):
        people = as_count(visitors.get((name, now), {}).get("visitors", 0))
        sold = gmv.get((name, now), {})
        money = as_money(sold.get("gmv"))
        row += [people, sold.get("buyers", 0), money, per_head(money, people)]
    return tuple(row)
