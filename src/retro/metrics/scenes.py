"""Scenes: what goods that are sold for an occasion bring, and what becomes of visits that begin in one."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pandas as pd
from scipy.special import ndtri

from retro.metrics.goods.product_sales import order_lines
from retro.metrics.intervals import CONFIDENCE, add_rate, difference_ends
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
          takes orders as independent. `change`, `change_low`, `change_high`: Difference from before, in the first row.
    """
    require(product_scenes, "product_scenes", "product_id", "scene")
    rows = []
    for name, span in (("campaign", window), ("before", window.before(window.length))):
        lines = order_lines(shop, span)
        value = lines.amount.coalesce(ibis.literal(0)) if _valued(shop) else lines.units
        inside = lines.product_id.isin(product_scenes.product_id)
        own = lines.mutate(value=value.cast("float64"), inside=inside)
        by_order = own.group_by("order_id").aggregate(
            all=own.value.sum(), own=own.value.sum(where=own.inside).coalesce(0.0), units=own.units.sum(),
            scene_units=own.units.sum(where=own.inside), gmv=own.amount.sum(),
            scene_gmv=own.amount.sum(where=own.inside),
        )  # fmt: skip
        sums = by_order.aggregate(
            orders=by_order.count(), whole=by_order["all"].sum(), part=by_order.own.sum(), oo=(by_order.own**2).sum(),
            ow=(by_order.own * by_order["all"]).sum(), ww=(by_order["all"] ** 2).sum(), units=by_order.units.sum(),
            scene_units=by_order.scene_units.sum(), gmv=by_order.gmv.sum(), scene_gmv=by_order.scene_gmv.sum(),
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
        events: One row per event: `session_id`, `event`, `occurred_at` (local), `scene` (empty outside scenes).
        window: The campaign; `before` is as long a time before it.

    Returns:
        Two rows, `campaign` and `before`.
        - `period` (str), `landings`, `others` (int): Visits whose first view lies in a scene, and outside all.
        - `bounced`, `converted`, `others_bounced`, `others_converted` (int): Of these, with that one view and nothing
          after it, and with an order.
        - `bounced_rate`, `converted_rate`, each with `_low`, `_high` (Wilson), and `others_bounced_rate`,
          `others_converted_rate`; `views_each`, `others_views_each` (float): Views per visit.
        - In the first row `bounced_change`, `converted_change` with `_low`, `_high`: Change of landings from before
          less that of other visits (Newcombe, twice); `views_change` with both: ratio of the two ratios, less 1 (by
          logarithms).
    """
    require(events, "events", "session_id", "event", "occurred_at", "scene")
    found = [_visits(events, span, window) for span in (window, window.before(window.length))]
    frame = pd.DataFrame([
        {"period": name} | {f"{place}{key}": one[inside][what] for inside, place in ((True, ""), (False, "others_"))
                            for key, what in (("bounced", "bounced"), ("converted", "converted"))}
        | {"landings": one[True]["visits"], "others": one[False]["visits"]}
        for name, one in zip(("campaign", "before"), found, strict=True)
    ])  # fmt: skip
    for inside, name in ((True, "views_each"), (False, "others_views_each")):
        parts = [one[inside] for one in found]
        frame[name] = [part["views"] / part["visits"] if part["visits"] else np.nan for part in parts]
    for name in ("bounced", "converted"):
        frame = add_rate(frame, name, "landings", f"{name}_")
        frame = add_rate(frame, f"others_{name}", "others", f"others_{name}_")
        changes = []
        for stem in (name, f"others_{name}"):
            one, other = (tuple(row) for row in frame[[f"{stem}_rate", f"{stem}_low", f"{stem}_high"]].to_numpy())
            changes.append((one[0] - other[0], *difference_ends(one, other)))
        ends = (changes[0][0] - changes[1][0], *difference_ends(*changes))
        for end, value in zip(("change", "change_low", "change_high"), ends, strict=True):
            frame[f"{name}_{end}"] = [value, np.nan]
    for end, value in zip(("change", "change_low", "change_high"), _views(found), strict=True):
        frame[f"views_{end}"] = [value, np.nan]
    return frame


def _visits(events: ibis.Table, span: Window, window: Window) -> dict[bool, dict[str, int]]:
    """Counts of the visits of a span that looked at goods, by whether they began in a scene."""
    seen = events.filter(span.holds(events.occurred_at), events.occurred_at < window.observed)
    seen = seen.filter(seen.session_id.notnull(), seen.event.isin((_VIEW, "add_to_cart", "order")))
    viewed = seen.event == _VIEW
    visits = seen.group_by("session_id").aggregate(
        landed=seen.occurred_at.min(where=viewed),
        scene_at=seen.occurred_at.min(where=viewed & seen.scene.notnull()),
        views=viewed.sum(),
        more=(~viewed).sum(),
        orders=(seen.event == "order").sum(),
    )
    known = visits.filter(visits.landed.notnull())
    known = known.mutate(inside=(known.scene_at == known.landed).fill_null(ibis.literal(value=False)))
    sums = known.group_by("inside").aggregate(
        visits=known.count(), bounced=((known.views == 1) & (known.more == 0)).sum(), views=known.views.sum(),
        converted=(known.orders > 0).sum(), squares=(known.views * known.views).sum(),
    )  # fmt: skip
    rows = {bool(row["inside"]): row for row in sums.execute().to_dict("records")}
    names = ("visits", "bounced", "converted", "views", "squares")
    return {inside: {name: as_count(rows.get(inside, {}).get(name)) for name in names} for inside in (True, False)}


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
    """A ratio of sums over orders, and its interval by linearization."""
    if not row["orders"] or not row["whole"]:
        return {"share": np.nan, "share_low": np.nan, "share_high": np.nan}
    share = row["part"] / row["whole"]
    rest = row["oo"] - 2 * share * row["ow"] + share**2 * row["ww"]
    half = _Z * max(rest, 0.0) ** 0.5 / row["whole"]
    return {"share": share, "share_low": max(share - half, 0.0), "share_high": min(share + half, 1.0)}


def _totals(row: dict[str, Any], *, valued: bool) -> dict[str, Any]:
    counts = {name: as_count(row[name]) for name in ("orders", "units", "scene_units")}
    return counts | {name: as_money(row[name]) if valued else None for name in ("gmv", "scene_gmv")}


def _views(found: list[dict[bool, dict[str, int]]]) -> tuple[float, float, float]:
    """Views per landing over those before, over the same of other visits, less 1; by the delta method on logarithms."""
    variance, middle = 0.0, 0.0
    for sign, one in zip((1, -1), found, strict=True):
        for way, part in ((1, one[True]), (-1, one[False])):
            n = part["visits"]
            if n < 2 or not part["views"]:  # noqa: PLR2004 - a variance needs two
                return np.nan, np.nan, np.nan
            mean = part["views"] / n
            variance += (part["squares"] / n - mean**2) / n / mean**2
            middle += sign * way * float(np.log(mean))
    half = _Z * variance**0.5
    low, value, high = (float(np.expm1(middle + step)) for step in (-half, 0.0, half))
    return value, low, high
