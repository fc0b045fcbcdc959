"""Best sellers: the goods that sold most on each platform and in each shop, beside the weeks before."""

from __future__ import annotations

from decimal import Decimal

import ibis
import numpy as np
import pandas as pd

from retro.errors import MissingColumn
from retro.metrics.cohorts import BASELINE, CAMPAIGN
from retro.metrics.goods.lines import with_cohorts
from retro.metrics.money import as_money
from retro.metrics.orders import buyers_of, sold_items, valid_orders
from retro.metrics.windows import check_at_least, require
from retro.periods import Window

PLACES = ("platform", "shop")
"""Columns of orders that say where something was sold."""

_COLUMNS = (
    *("dimension", "place", "rank", "product_id", "name", "category", "orders", "buyers", "units", "gmv", "share"),
    *("place_gmv", "baseline_rank", "baseline_share"),
)


def best_sellers(
    orders: ibis.Table,
    order_items: ibis.Table,
    products: ibis.Table,
    window: Window,
    *,
    top: int = 5,
    campaign_id: str | None = None,
) -> pd.DataFrame:
    """Rank goods by GMV on each platform, or in each shop, beside their rank there in the weeks before.

    Never by both: what a platform sold less what one of its shops did would tell the few buyers of another.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`, and `platform`, `shop` or both;
            `user_id` where the shop keeps it, and `campaign_id` where it marks the orders of a campaign, and then only
            those count.
        order_items: One row per line: `order_id`, `product_id`, `quantity`, `amount`; gifts (`is_gift`) do not count.
        products: One row per product: `product_id`; `name` and `category` where the shop keeps them.
        window: The campaign or period, with its baseline.
        top: So many goods of each place.
        campaign_id: Whose orders; None for all orders of the window.

    Returns:
        One row per place and good, places by GMV, goods by rank; by platform where orders say it, else by shop. Orders
        without a place are left out.
        - `dimension` (str): `platform` or `shop`; `place` (str): Its name.
        - `rank` (int): 1 for the good that sold most there; equal ones by id.
        - `product_id`, `name`, `category` (str): The good; its id where it has no name.
        - `orders`, `buyers`, `units` (int), `gmv` (Decimal): Valid orders of the window with it, there.
        - `share` (float), `place_gmv` (Decimal): Of the place's GMV, and that. NaN where it is 0.
        - `baseline_rank` (Int64), `baseline_share` (float): The same in the weeks before. Missing where it was not
          sold there then.

    Raises:
        MissingColumn: Orders say neither platform nor shop.
    """
    check_at_least("top", top, 1)
    require(order_items, "order_items", "order_id", "product_id", "quantity", "amount")
    require(products, "products", "product_id")
    found = [name for name in PLACES if name in orders.columns]
    if not found:
        raise MissingColumn(
            "orders: column 'platform' or 'shop' must be in the table, got neither.", "orders", "platform"
        )
    dimension = found[0]
    heads = with_cohorts(valid_orders(orders), window, campaign_id).select("order_id", "user_id", "cohort", dimension)
    lines = sold_items(order_items).select("order_id", "product_id", "quantity", "amount").join(heads, "order_id")
    frame = _ranked(lines, dimension, top)
    columns = [name for name in ("name", "category") if name in products.columns]
    names = (
        products.filter(products.product_id.isin(sorted({*frame["product_id"]}))) if len(frame) else products.limit(0)
    )
    known = names.select("product_id", *columns).execute().set_index("product_id")
    for name in ("name", "category"):
        frame[name] = frame["product_id"].map(known[name]) if name in columns else None
    frame["name"] = frame["name"].fillna(frame["product_id"])
    return frame[list(_COLUMNS)]


def _ranked(lines: ibis.Table, dimension: str, top: int) -> pd.DataFrame:
    """The best goods of each place of a dimension."""
    placed = lines.filter(lines[dimension].notnull())
    sold = (
        placed.group_by("cohort", "product_id", place=placed[dimension])
        .aggregate(
            orders=placed.order_id.nunique(),
            buyers=buyers_of(placed),
            units=placed.quantity.sum(),
            gmv=placed.amount.sum(),
        )
        .execute()
    )
    sold["gmv"] = pd.Series([as_money(worth) for worth in sold["gmv"]], index=sold.index, dtype=object)
    sold = sold.sort_values("product_id").sort_values("gmv", ascending=False, kind="stable")
    sold["rank"] = sold.groupby(["cohort", "place"]).cumcount() + 1
    whole = {key: sum(part["gmv"], Decimal(0)) for key, part in sold.groupby(["cohort", "place"])}
    keys = zip(sold["cohort"], sold["place"], strict=True)
    sold["place_gmv"] = pd.Series([whole[key] for key in keys], index=sold.index, dtype=object)
    amounts = zip(sold["gmv"], sold["place_gmv"], strict=True)
    sold["share"] = [float(worth / total) if total else np.nan for worth, total in amounts]
    own, base = (sold[sold["cohort"] == cohort] for cohort in (CAMPAIGN, BASELINE))
    before = base[["place", "product_id", "rank", "share"]].rename(
        columns={"rank": "baseline_rank", "share": "baseline_share"}
    )
    best = own[own["rank"] <= top].merge(before, how="left", on=["place", "product_id"])
    best = best.sort_values(["place", "rank"]).sort_values("place_gmv", ascending=False, kind="stable")
    counts = {"baseline_rank": "Int64", "rank": "int64", "buyers": "Int64"}
    told: pd.DataFrame = best.assign(dimension=dimension).astype(counts).drop(columns="cohort")
    return told
