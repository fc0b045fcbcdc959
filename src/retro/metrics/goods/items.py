"""Items: sales, margin, returns and stock of each product of a campaign."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.metrics.goods.lines import PAID, campaign_orders, campaign_stock, lines_of
from retro.metrics.intervals import rate_of
from retro.metrics.money import as_count, as_money
from retro.metrics.orders import VALID_STATUS, price_protected, refunds_until
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Window

_COLUMNS = (
    "product_id", "name", "category", "pool", "orders", "units", "gmv", "list_sales", "cost", "margin_rate",
    "list_margin_rate", "paid_units", "returned_units", "item_return_rate", "stocked", "sold", "sell_through_rate",
    "sold_out_at", "left", "leftover_cost",
)  # fmt: skip


def items(
    orders: ibis.Table,
    order_items: ibis.Table,
    products: ibis.Table,
    shop: Shop,
    window: Window,
    *,
    campaign_id: str | None = None,
) -> pd.DataFrame:
    """Sum sales, returns and stock of each item on sale.

    An item was on sale if stock was set aside for the campaign, or if anybody ordered it in the campaign.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`; `campaign_id` where
            the shop marks the orders of a campaign, and then only those count.
        order_items: One row per line: `order_id`, `product_id`, `quantity`, `unit_price`, `amount`.
        products: One row per product: `product_id`, `name`, `category`, `pool`, `unit_cost`.
        shop: Tables by name, where the shop has them: `stock` (`product_id`, `campaign_id`, `opening_units`,
            `received_units`, `sold_units`, `closing_units`, `stocked_on`, `sold_out_at`), `refunds` (`order_id`,
            `product_id`, `refunded_at`).
        campaign_id: Whose orders and stock; None for all orders of the window, and the stock of its days.
        window: The campaign or period; it says until when refunds were observed.

    Returns:
        One row per item on sale, the one with the highest GMV first, equal ones by id.
        - `product_id`, `name`, `category`, `pool` (str): The item.
        - `orders`, `units` (int): Valid orders with it, and pieces in them; 0 where nobody bought it.
        - `gmv`, `list_sales`, `cost` (Decimal): Of these pieces: paid for, at list price, and at cost.
        - `margin_rate`, `list_margin_rate` (float): Gross margin over `gmv`, and over `list_sales` had nothing been
          taken off. NaN where nothing was sold.
        - `paid_units`, `returned_units` (int): Pieces paid for, and of these what has been refunded so far.
        - `item_return_rate` (float): `returned_units` over `paid_units`. NaN where nothing was paid for.
        - `stocked`, `sold`, `left` (float): Pieces set aside, gone (to orders of any status), left over. NaN without
          stock of the campaign.
        - `sell_through_rate` (float): `sold` over `stocked`. NaN where nothing was stocked.
        - `sold_out_at` (datetime): When the last piece went; missing where some were left.
        - `leftover_cost` (Decimal): `left` at cost; None without stock of the campaign.
    """
    require(products, "products", "product_id", "name", "category", "pool", "unit_cost")
    chosen = campaign_orders(orders, campaign_id, window)
    lines = _with_returns(lines_of(chosen, order_items), shop.get("refunds"), window.observed)
    catalogue = products.select("product_id", "name", "category", "pool", "unit_cost")
    sales = _sales(lines).execute().set_index("product_id")
    stock = _stock(shop["stock"], campaign_id, window) if "stock" in shop else pd.DataFrame()
    names = catalogue.filter(catalogue.product_id.isin(list({*sales.index, *stock.index}))).execute()
    return _assemble(names, sales, stock)


def item_summary(frame: pd.DataFrame) -> pd.DataFrame:
    """All items of a campaign in one row.

    Args:
        frame: What `items` returns.

    Returns:
        One row.
        - `items`, `active` (int): On sale, and of these sold at least once; `active_item_rate`, `active_item_low`,
          `active_item_high` (float, Wilson): the share.
        - `stocked`, `sold`, `left` (int): Pieces, of items with stock of the campaign; `sell_through_rate` (float).
        - `sold_out` (int): Items that ran out.
        - `leftover_cost` (Decimal): What is left over, at cost; None without stock of the campaign.
        - `paid_units`, `returned_units` (int); `item_return_rate`, `item_return_low`, `item_return_high` (float,
          Wilson).
    """
    stocked = frame[frame["stocked"].notna()]
    active = int((frame["units"] > 0).sum())
    paid, returned = int(frame["paid_units"].sum()), int(frame["returned_units"].sum())
    put, gone = int(stocked["stocked"].sum()), int(stocked["sold"].sum())
    row = {
        "items": len(frame),
        "active": active,
        **rate_of(active, len(frame), "active_item_"),
        "stocked": put,
        "sold": gone,
        "left": int(stocked["left"].sum()),
        "sell_through_rate": gone / put if put else np.nan,
        "sold_out": int(stocked["sold_out_at"].notna().sum()),
        "leftover_cost": as_money(sum(stocked["leftover_cost"], Decimal(0))) if len(stocked) else None,
        "paid_units": paid,
        "returned_units": returned,
        **rate_of(returned, paid, "item_return_"),
    }
    return pd.DataFrame([row])


def _with_returns(lines: ibis.Table, refunds: ibis.Table | None, until: dt.datetime) -> ibis.Table:
    """Mark each line as returned, with its whole order or by itself."""
    if refunds is None:
        return lines.mutate(returned=lines.status == "refunded")
    require(refunds, "refunds", "order_id", "product_id")
    kept = price_protected(refunds_until(refunds, until), is_so=False)
    known = kept.filter(lambda row: row.product_id.notnull())
    back = known.select("order_id", "product_id").distinct().mutate(back=True)
    joined = lines.left_join(back, ["order_id", "product_id"])
    returned = (joined.status == "refunded") | joined.back.fill_null(False)  # noqa: FBT003 - a value
    return joined.select(*lines.columns, returned=returned)


def _sales(lines: ibis.Table) -> ibis.Table:
    valid = lines.status == VALID_STATUS
    paid = lines.status.isin(PAID)
    return lines.group_by("product_id").aggregate(
        orders=lines.order_id.nunique(where=valid),
        units=lines.quantity.sum(where=valid),
        gmv=lines.paid.sum(where=valid),
        list_sales=lines.listed.sum(where=valid),
        paid_units=lines.quantity.sum(where=paid),
        returned_units=lines.quantity.sum(where=paid & lines.returned),
    )


def _stock(stock: ibis.Table, campaign_id: str | None, window: Window) -> pd.DataFrame:
    """The stock of the campaign by product, over the days that it is kept for."""
    require(stock, "stock", "product_id", "campaign_id", "stocked_on", "opening_units", "received_units")
    require(stock, "stock", "sold_units", "closing_units", "sold_out_at")
    own = campaign_stock(stock, campaign_id, window)
    sums = own.group_by("product_id").aggregate(
        stocked=own.opening_units.argmin(own.stocked_on) + own.received_units.sum(),
        sold=own.sold_units.sum(),
        left=own.closing_units.argmax(own.stocked_on),
        sold_out_at=own.sold_out_at.max(),
    )
    found: pd.DataFrame = sums.execute().set_index("product_id")
    return found


def _assemble(names: pd.DataFrame, sales: pd.DataFrame, stock: pd.DataFrame) -> pd.DataFrame:
    catalogue: list[Any] = list(names.itertuples())
    rows = [_row(product, _of(sales, product.product_id), _of(stock, product.product_id)) for product in catalogue]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS)).sort_values("product_id")
    frame = frame.sort_values("gmv", ascending=False, kind="stable").reset_index(drop=True)
    floats = dict.fromkeys(
        ("stocked", "sold", "sell_through_rate", "left", "margin_rate", "list_margin_rate"), "float64"
    )
    return frame.astype({**floats, "item_return_rate": "float64", "sold_out_at": "datetime64[us]"})


def _of(table: pd.DataFrame, product_id: str) -> dict[Any, Any]:
    found: dict[Any, Any] = table.loc[product_id].to_dict() if product_id in table.index else {}
    return found


def _row(product: Any, sold: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - a named tuple of pandas
    units, paid, back = (as_count(sold.get(name)) for name in ("units", "paid_units", "returned_units"))
    gmv, listed = as_money(sold.get("gmv")), as_money(sold.get("list_sales"))
    cost = as_money(product.unit_cost * units)
    stocked, left = kept.get("stocked", np.nan), kept.get("left", np.nan)
    return {
        "product_id": product.product_id,
        "name": product.name,
        "category": product.category,
        "pool": product.pool,
        "orders": as_count(sold.get("orders")),
        "units": units,
        "gmv": gmv,
        "list_sales": listed,
        "cost": cost,
        "margin_rate": _margin(gmv, cost),
        "list_margin_rate": _margin(listed, cost),
        "paid_units": paid,
        "returned_units": back,
        "item_return_rate": back / paid if paid else np.nan,
        "stocked": stocked,
        "sold": kept.get("sold", np.nan),
        "sell_through_rate": kept["sold"] / stocked if kept and stocked else np.nan,
        "sold_out_at": kept.get("sold_out_at", pd.NaT),
        "left": left,
        "leftover_cost": None if pd.isna(left) else as_money(product.unit_cost * int(left)),
    }


def _margin(revenue: Decimal, cost: Decimal) -> float:
    return float((revenue - cost) / revenue) if revenue else np.nan
