"""Scenes: what goods that are sold for an occasion bring, and what becomes of visits that begin in one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis
import numpy as np
import pandas as pd
from scipy.special import ndtri

from retro.metrics.goods.product_sales import order_lines
from retro.metrics.intervals import CONFIDENCE, add_rate, difference_ends, wilson
from retro.metrics.money import as_count, as_money, per_head
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Window

_Z = float(ndtri((1 + CONFIDENCE) / 2))
_VIEW = "view"


def scenes(product_scenes: ibis.Table, shop: Shop, window: Window) -> pd.DataFrame:
    """Count what each scene sold, and how many of its visitors bought.

    Args:
        product_scenes: One row per product and scene: `product_id`, `scene`; a product may be in several.
        shop: `orders` and `order_items`; `events` with `scene`, where the shop has them.
        window: The campaign.

    Returns:
        One row per scene that sold or was visited, the one with the highest GMV first (pieces without amounts).
        - `scene` (str), `items` (int): Products in it.
        - `orders`, `buyers` (Int64): Valid orders with a product of it, and who placed them.
        - `units` (int), `gmv` (Decimal; None where amounts are not known): Of its lines in these orders.
        - `sets` (int): Orders with two different products of it or more. `set_rate`, `set_low`, `set_high` (Wilson).
        - `pieces_each` (float): Pieces of it per order that has any.
        - `visitors`, `visitors_bought` (Int64): People with an event in it, and those of them who ordered a product of
          it in the window; `bought_rate`, `bought_low`, `bought_high` (Wilson). Missing without scenes of events.
        - `arpu` (Decimal): GMV per visitor.
    """
    require(product_scenes, "product_scenes", "product_id", "scene")
    member = product_scenes.select("product_id", "scene").distinct()
    lines = order_lines(shop, window).join(member, "product_id")
    by_order = lines.group_by("scene", "order_id", "user_id").aggregate(
        goods=lines.product_id.nunique(), units=lines.units.sum(), gmv=lines.amount.sum()
    )
    sums = by_order.group_by("scene").aggregate(
        orders=by_order.count(), buyers=by_order.user_id.nunique(), sets=(by_order.goods > 1).sum(),
        units=by_order.units.sum(), gmv=by_order.gmv.sum(),
    )  # fmt: skip
    counted = member.group_by("scene").aggregate(items=member.product_id.nunique()).execute()
    frame = counted.merge(sums.execute(), on="scene", how="left").merge(
        _visited(by_order, shop, window), on="scene", how="left"
    )
    known = frame["gmv"].notna().any()
    frame["gmv"] = [as_money(one) if known else None for one in frame["gmv"]]
    for name in ("items", "orders", "buyers", "sets", "units"):
        frame[name] = frame[name].map(as_count)
    for name in ("visitors", "visitors_bought"):
        frame[name] = (
            frame[name].astype("Int64") if "events" in shop and _told(shop) else pd.array([pd.NA] * len(frame), "Int64")
        )
    frame["pieces_each"] = frame["units"] / frame["orders"].where(frame["orders"] > 0)
    frame["arpu"] = [
        None if money is None or pd.isna(people) or not people else per_head(money, int(people))
        for money, people in zip(frame["gmv"], frame["visitors"], strict=True)
    ]
    frame = add_rate(frame, "sets", "orders", "set_")
    frame = add_rate(frame, "visitors_bought", "visitors", "bought_")
    frame["value"] = [float(one) for one in (frame["gmv"] if known else frame["units"])]
    kept = frame[(frame["orders"] > 0) | (frame["visitors"].fillna(0) > 0)]
    return kept.sort_values(["value", "scene"], ascending=[False, True], ignore_index=True).drop(columns="value")


def scene_share(product_scenes: ibis.Table, shop: Shop, window: Window) -> pd.DataFrame:
    """Share of sales that products of any scene bring, beside as long a time before.

    Args:
        product_scenes: As `scenes`.
        shop: `orders` and `order_items`.
        window: As `scenes`.

    Returns:
        Two rows, `campaign` and `before`.
        - `period` (str), `orders` (int): Valid orders with lines.
        - `units` (int), `gmv` (Decimal or None), `scene_units` (int), `scene_gmv` (Decimal or None): Of all lines, and
          of those of products in a scene, each once.
        - `share` with `share_low`, `share_high` (float): Of GMV, of pieces where amounts are not known; the interval
          takes users as independent. `change`, `change_low`, `change_high`: Difference from before, in the first row.
    """
    require(product_scenes, "product_scenes", "product_id", "scene")
    rows = []
    for name, span in (("campaign", window), ("before", window.before(window.length))):
        lines = order_lines(shop, span)
        value = lines.amount.coalesce(ibis.literal(0)) if _valued(shop) else lines.units
        inside = lines.product_id.isin(product_scenes.product_id)
        own = lines.mutate(value=value.cast("float64"), inside=inside)
        own = own.mutate(who=own.user_id.cast("string").coalesce(own.order_id.cast("string")))
        by_user = own.group_by("who").aggregate(
            all=own.value.sum(), own=own.value.sum(where=own.inside).coalesce(0.0), units=own.units.sum(),
            scene_units=own.units.sum(where=own.inside), gmv=own.amount.sum(), orders=own.order_id.nunique(),
            scene_gmv=own.amount.sum(where=own.inside),
        )  # fmt: skip
        sums = by_user.aggregate(
            orders=by_user.orders.sum(), whole=by_user["all"].sum(), part=by_user.own.sum(), oo=(by_user.own**2).sum(),
            ow=(by_user.own * by_user["all"]).sum(), ww=(by_user["all"] ** 2).sum(), units=by_user.units.sum(),
            scene_units=by_user.scene_units.sum(), gmv=by_user.gmv.sum(), scene_gmv=by_user.scene_gmv.sum(),
        )  # fmt: skip
        (row,) = sums.execute().to_dict("records")
        rows.append({"period": name} | _share(row) | _totals(row, valued=_valued(shop)))
    one, other = rows
    ends = difference_ends(*((row["share"], row["share_low"], row["share_high"]) for row in rows))
    frame = pd.DataFrame(rows)
    for name, value in zip(
        ("change", "change_low", "change_high"), (one["share"] - other["share"], *ends), strict=True
    ):
        frame[name] = [value, np.nan]
    return frame


def scene_landing(events: ibis.Table, window: Window) -> pd.DataFrame:
    """Follow the visits whose first page with goods is in a scene, beside other visits, and as long a time before.

    What moves all visits of the shop moves both; the change of landings less that of other visits is what is told.

    Args:
        events: One row per event: `session_id`, `event`, `occurred_at` (local), `scene` (empty outside scenes), and
            `user_id` where it is known.
        window: The campaign; `before` is as long a time before it.

    Returns:
        Two rows, `campaign` and `before`.
        - `period` (str), `landings`, `others` (int): Visits whose first view lies in a scene, and outside all.
        - `bounced`, `converted`, `others_bounced`, `others_converted` (int): Of these, with that one view and nothing
          after it, and with an order.
        - `bounced_rate`, `converted_rate`, each with `_low`, `_high`, and `others_bounced_rate`,
          `others_converted_rate`: Wilson's interval of an effective size, as visits of one user are alike.
          `views_each`, `others_views_each` (float): Views per visit.
        - In the first row `bounced_change`, `converted_change` with `_low`, `_high`: Change of landings from before
          less that of other visits; `views_change` with both: ratio of the two ratios, less 1 (by logarithms). Each by
          the delta method over users, who may have visits of all four sorts; ends are NaN where one sort has visits of
          a single user only.

    References:
        Deng, Knoblich and Lu (2018), Applying the delta method in metric analytics, KDD 233-242.
    """
    require(events, "events", "session_id", "event", "occurred_at", "scene")
    users = _by_user(events, window)
    cells = _cells(users)
    rows = []
    for period, now in (("campaign", True), ("before", False)):
        row: dict[str, Any] = {"period": period}
        for place, inside in (("", True), ("others_", False)):
            cell = cells[now, inside]
            row["landings" if inside else "others"] = cell["visits"]
            row[f"{place}views_each"] = cell["views"] / cell["visits"] if cell["visits"] else np.nan
            for name in ("bounced", "converted"):
                ends = zip(("rate", "low", "high"), _clustered(cell, name), strict=True)
                row |= {f"{place}{name}": cell[name], **{f"{place}{name}_{end}": value for end, value in ends}}
        rows.append(row)
    frame = pd.DataFrame(rows)
    for name, changes in _changes(users, cells).items():
        for end, value in zip(("change", "change_low", "change_high"), changes, strict=True):
            frame[f"{name}_{end}"] = [value, np.nan]
    return frame


_COUNTED = ("bounced", "converted", "views")


def _by_user(events: ibis.Table, window: Window) -> ibis.Table:
    """Counts of each user's visits that looked at goods, by whether they fell in the window and began in a scene.

    A visit of nobody who is known is its own user.
    """
    both = replace(window, start=window.before(window.length).start)
    seen = events.filter(both.holds(events.occurred_at), events.occurred_at < window.observed)
    seen = seen.filter(seen.session_id.notnull(), seen.event.isin((_VIEW, "add_to_cart", "order")))
    person = seen.user_id.cast("string") if "user_id" in seen.columns else ibis.null("string")
    seen = seen.mutate(now=window.holds(seen.occurred_at), person=person)
    viewed = seen.event == _VIEW
    visits = seen.group_by("session_id", "now").aggregate(
        person=seen.person.min(),
        landed=seen.occurred_at.min(where=viewed),
        scene_at=seen.occurred_at.min(where=viewed & seen.scene.notnull()),
        views=viewed.sum(),
        more=(~viewed).sum(),
        orders=(seen.event == "order").sum(),
    )
    known = visits.filter(visits.landed.notnull())
    known = known.mutate(
        inside=(known.scene_at == known.landed).fill_null(ibis.literal(value=False)),
        who=known.person.coalesce(known.session_id.cast("string")),
    )
    return known.group_by("who", "now", "inside").aggregate(
        visits=known.count().cast("float64"), bounced=((known.views == 1) & (known.more == 0)).sum().cast("float64"),
        converted=(known.orders > 0).sum().cast("float64"), views=known.views.sum().cast("float64"),
    )  # fmt: skip


_Cells = dict[tuple[bool, bool], dict[str, Any]]


def _cells(users: ibis.Table) -> _Cells:
    """By window and scene, the sums over users of their counts, and of the products that a ratio's variance needs."""
    sums = {name: users[name].sum() for name in ("visits", *_COUNTED)}
    sums |= {"people": users.count(), "nn": (users.visits * users.visits).sum()}
    for name in _COUNTED:
        sums |= {f"{name}_yy": (users[name] * users[name]).sum(), f"{name}_yn": (users[name] * users.visits).sum()}
    rows = users.group_by("now", "inside").aggregate(**sums).execute().to_dict("records")
    found = {(bool(row["now"]), bool(row["inside"])): row for row in rows}
    empty = dict.fromkeys(sums, 0.0)
    cells = {(now, inside): found.get((now, inside), empty) for now in (True, False) for inside in (True, False)}
    counts = ("visits", *_COUNTED)
    return {key: row | {name: as_count(row[name]) for name in counts} for key, row in cells.items()}


def _clustered(cell: dict[str, Any], name: str) -> tuple[float, float, float]:
    """A rate over visits with Wilson's interval of the size that independent visits would need to vary as much."""
    visits = cell["visits"]
    if not visits:
        return np.nan, np.nan, np.nan
    rate = cell[name] / visits
    spread = cell[f"{name}_yy"] - 2 * rate * cell[f"{name}_yn"] + rate**2 * cell["nn"]
    alone = rate * (1 - rate) * visits
    effect = max(spread / alone, 1.0) if alone else 1.0
    low, high = wilson([rate * visits / effect], [visits / effect])
    return rate, float(low[0]), float(high[0])


def _changes(users: ibis.Table, cells: _Cells) -> dict[str, tuple[float, float, float]]:
    """The change of landings less that of other visits: of rates, and of views per visit as a ratio; by users."""
    means = {name: {key: cell[name] / (cell["visits"] or np.nan) for key, cell in cells.items()} for name in _COUNTED}
    known = {name: mean for name, mean in means.items() if not np.isnan(list(mean.values())).any()}
    parts = {}
    for name, mean in known.items():
        branches = []
        for (now, inside), value in mean.items():
            scale = (1 if now is inside else -1) / cells[now, inside]["visits"] / (value if name == "views" else 1.0)
            here = (users.now == ibis.literal(now)) & (users.inside == ibis.literal(inside))
            branches.append((here, (users[name] - value * users.visits) * scale))
        parts[name] = ibis.cases(*branches, else_=0.0)
    found = dict.fromkeys(_COUNTED, (np.nan, np.nan, np.nan))
    if not parts:
        return found
    several = all(cell["people"] > 1 for cell in cells.values())  # one user's visits do not say how users differ
    each = users.select("who", **parts)
    each = each.group_by("who").aggregate(**{name: each[name].sum() for name in parts})
    squares = {name: (each[name] * each[name]).sum() for name in parts}
    row = each.aggregate(people=each.count(), **squares).execute().iloc[0]
    for name, mean in known.items():
        value = {key: float(np.log(one)) if name == "views" else one for key, one in mean.items()}
        middle = value[True, True] - value[False, True] - value[True, False] + value[False, False]
        half = _Z * (float(row[name]) * row["people"] / max(row["people"] - 1, 1)) ** 0.5 if several else np.nan
        ends = (middle, middle - half, middle + half)
        found[name] = (*(float(np.expm1(end)) for end in ends),) if name == "views" else ends  # type: ignore[assignment]  # three of them
    return found


def _visited(by_order: ibis.Table, shop: Shop, window: Window) -> pd.DataFrame:
    """Visitors of each scene, and those of them who ordered its products."""
    if "events" not in shop or not _told(shop):
        return pd.DataFrame(columns=["scene", "visitors", "visitors_bought"])
    events = shop["events"]
    seen = events.filter(window.holds(events.occurred_at), events.scene.notnull(), events.user_id.notnull())
    people = seen.select("scene", visitor="user_id").distinct()
    bought = by_order.filter(by_order.user_id.notnull()).select(bought_scene="scene", buyer="user_id").distinct()
    met = people.left_join(bought, [people.scene == bought.bought_scene, people.visitor == bought.buyer])
    found: pd.DataFrame = (
        met.group_by("scene").aggregate(visitors=met.visitor.nunique(), visitors_bought=met.buyer.nunique()).execute()
    )
    return found


def _told(shop: Shop) -> bool:
    return {"scene", "user_id"} <= set(shop["events"].columns)


def _valued(shop: Shop) -> bool:
    return "amount" in shop["order_items"].columns


def _share(row: dict[str, Any]) -> dict[str, float]:
    """A ratio of sums over users, and its interval by linearization."""
    if not row["orders"] or not row["whole"]:
        return {"share": np.nan, "share_low": np.nan, "share_high": np.nan}
    share = row["part"] / row["whole"]
    rest = row["oo"] - 2 * share * row["ow"] + share**2 * row["ww"]
    half = _Z * max(rest, 0.0) ** 0.5 / row["whole"]
    return {"share": share, "share_low": max(share - half, 0.0), "share_high": min(share + half, 1.0)}


def _totals(row: dict[str, Any], *, valued: bool) -> dict[str, Any]:
    counts = {name: as_count(row[name]) for name in ("orders", "units", "scene_units")}
    return counts | {name: as_money(row[name]) if valued else None for name in ("gmv", "scene_gmv")}
