"""Stock-outs: sales lost after items ran out, estimated from their pace before."""

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.economics import UnitEconomics
from retro.errors import MissingRows
from retro.metrics.goods.lines import campaign_orders, campaign_stock, lines_of
from retro.metrics.intervals import CONFIDENCE, Floats
from retro.metrics.money import as_money
from retro.metrics.windows import require
from retro.periods import Window

_DRAWS = 2000
_SEED = 20250228
_MINUTE = dt.timedelta(minutes=1)
_LEAST_LINES = 2
_COLUMNS = (
    "product_id", "name", "sold_out_at", "lasted_minutes", "lines", "units", "share_before", "lost_units",
    "lost_low", "lost_high", "lost_gmv", "lost_gmv_low", "lost_gmv_high", "lost_contribution", "lost_contribution_low",
    "lost_contribution_high",
)  # fmt: skip


def stock_outs(
    orders: ibis.Table,
    order_items: ibis.Table,
    stock: ibis.Table,
    products: ibis.Table,
    window: Window,
    *,
    campaign_id: str | None = None,
    economics: UnitEconomics | None = None,
) -> pd.DataFrame:
    """Estimate the pieces lost of each item after it ran out.

    An item's buyers are assumed to come when the campaign's orders come: one that sold `lines` lines while the share
    `share_before` of all orders came in would have sold lines / share_before. The interval holds chance in the item's
    lines (Gamma), in the orders' course over time (Bayesian bootstrap over minutes) and in what would still have
    come (Poisson): 2,000 draws with a fixed seed. Buyers who took another item count as lost, so the sum is an upper
        bound of the shop's loss.

    Args:
        orders: As `items`.
        order_items: As `items`.
        stock: One row per product, day and campaign: `product_id`, `campaign_id`, `sold_out_at` (local).
        products: One row per product: `product_id`, `name`, optionally `unit_cost`.
        window: The campaign or period.
        campaign_id: As `items`.
        economics: Fulfilment and payment fees of an order, which the pieces lost did not cost either.

    Returns:
        One row per item that ran out inside the window, the largest loss in GMV first, and a last one, with the empty
        `product_id`, for all of them, whose interval is not the sum of theirs; no row where nothing ran out.
        - `product_id`, `name` (str), `sold_out_at` (datetime): The item, and when its last piece went.
        - `lasted_minutes` (float): From the start until then.
        - `lines`, `units` (int): Order lines with the item until then, and pieces in them.
        - `share_before` (float): Share of the campaign's orders placed until then.
        - `lost_units`, `lost_low`, `lost_high` (float): Estimate, and its 95 % interval. NaN with fewer than two lines.
        - `lost_gmv`, `lost_gmv_low`, `lost_gmv_high` (Decimal): The same at what a piece of the item was paid with;
          None as above.
        - `lost_contribution` and its ends (Decimal): What these pieces would have left after goods, fulfilment and
          payment fees, before returns; below 0 where the item loses on each piece. None as above, or where its
          `unit_cost` is not known.

    Raises:
        MissingRows: The stock of this campaign was not recorded, so nobody knows what ran out.
    """
    require(stock, "stock", "product_id", "campaign_id", "sold_out_at")
    chosen = campaign_orders(orders, campaign_id, window)
    own = campaign_stock(stock, campaign_id, window)
    ended = own.filter(window.holds(own.sold_out_at))
    require(products, "products", "product_id", "name")
    cost = products.unit_cost.cast("float64") if "unit_cost" in products.columns else ibis.null("float64")
    goods = products.select("product_id", "name", unit_cost=cost)
    named = ended.select("product_id", "sold_out_at").join(goods, "product_id")
    sold = _until_sold_out(lines_of(chosen, order_items), named)
    if sold.empty and not own.count().execute():
        raise MissingRows("stock: rows must be of the campaign, got none.", "stock")
    if sold.empty:
        return pd.DataFrame(columns=list(_COLUMNS))
    rng = np.random.default_rng(_SEED)
    seconds: Floats = np.asarray((sold["sold_out_at"] - window.start).dt.total_seconds(), dtype=np.float64)
    counts = _by_minute(chosen, window)
    before, shares = _shares(counts, seconds, rng)
    lost = _lost(sold, before, shares, rng)
    frame = sold.assign(lasted_minutes=seconds / 60, share_before=before)
    return _with_sums(frame, lost, economics or UnitEconomics())


def _until_sold_out(lines: ibis.Table, ended: ibis.Table) -> pd.DataFrame:
    """Lines, pieces and price of each item until its last piece went."""
    own = lines.join(ended, "product_id")
    until = own.filter(own.ordered_at <= own.sold_out_at)
    found: pd.DataFrame = (
        until.group_by("product_id", "name", "sold_out_at", "unit_cost")
        .aggregate(lines=until.count(), units=until.quantity.sum(), worth=until.paid.sum())
        .order_by("product_id")
        .execute()
    )
    return found


def _by_minute(chosen: ibis.Table, window: Window) -> Floats:
    minute = (chosen.ordered_at.epoch_seconds() - int(pd.Timestamp(window.start).timestamp())) // 60
    found = chosen.group_by(minute=minute).aggregate(orders=chosen.count()).execute()
    counts = np.zeros(-(-window.length // _MINUTE))
    counts[found["minute"].astype("int64")] = found["orders"]
    return counts


def _shares(counts: Floats, seconds: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The share of all orders placed until each moment: as it was, and as drawn."""
    minute = np.minimum(seconds // 60, len(counts) - 1).astype(int)
    part = seconds / 60 - minute
    drawn = rng.gamma(np.broadcast_to(counts, (_DRAWS, len(counts))))

    def until(weights: Floats) -> Floats:
        running = np.cumsum(weights, axis=-1)
        here = running[..., minute] - weights[..., minute] * (1 - part)
        return np.asarray(here / running[..., -1:])

    return until(counts), until(drawn)


def _lost(sold: pd.DataFrame, before: Floats, shares: Floats, rng: np.random.Generator) -> Floats:
    """Draws of the pieces lost, one column per item; NaN where too few lines say how fast it went."""
    lines = sold["lines"].to_numpy(dtype=float)
    # Where an item ran out, its last line is no chance event: the stock ended it.
    rates = rng.gamma(lines, size=shares.shape) / np.maximum(shares, 1e-9)
    missed = rng.poisson(np.minimum(rates * (1 - shares), 1e9)) * (sold["units"].to_numpy(dtype=float) / lines)
    return np.where((lines >= _LEAST_LINES) & (before > 0), missed, np.nan)


def _left_by_piece(frame: pd.DataFrame, price: Floats, economics: UnitEconomics) -> Floats:
    """What a piece of each item leaves after goods, fulfilment and payment fees; NaN where its cost is not known."""
    pieces = frame["units"].to_numpy(dtype=float) / frame["lines"].to_numpy(dtype=float)
    shipping, fees = float(economics.fulfilment_per_order or 0), float(economics.payment_fee_rate or 0)
    return np.asarray(price * (1 - fees) - frame["unit_cost"].to_numpy(dtype=float) - shipping / pieces)


def _with_sums(frame: pd.DataFrame, lost: Floats, economics: UnitEconomics) -> pd.DataFrame:
    items: list[Any] = list(frame.itertuples())
    price = np.array([float(row.worth / row.units) for row in items])
    left = _left_by_piece(frame, price, economics)
    ends = [50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE)]
    rows: list[tuple[Any, ...]] = []
    for place, row in enumerate(items):
        estimate = _estimate(lost[:, place], ends)
        facts: tuple[Any, ...] = (
            row.product_id,
            row.name,
            row.sold_out_at,
            row.lasted_minutes,
            int(row.lines),
            int(row.units),
        )
        worth = (_money(value * each[place]) for each in (price, left) for value in _ordered(estimate, each[place]))
        rows.append((*facts, row.share_before, *estimate, *worth))
    rows.sort(key=lambda row: (-(row[10] or Decimal(0)), row[0]))
    known = ~np.isnan(lost).any(axis=0)
    units, money = lost[:, known].sum(axis=1), (lost[:, known] * price[known]).sum(axis=1)
    facts = ("", "", pd.NaT, np.nan, int(frame["lines"].sum()), int(frame["units"].sum()), np.nan)
    gain = (lost[:, known] * left[known]).sum(axis=1)
    sums = (_money(value) for draws in (money, gain) for value in _estimate(draws, ends))
    rows.append((*facts, *_estimate(units, ends), *sums))
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _estimate(draws: Floats, ends: list[float]) -> tuple[float, float, float]:
    """Median and both ends; the median, since the mean of what follows a single early line is without bound."""
    middle, low, high = np.percentile(draws, [50, *ends])
    return float(middle), float(low), float(high)


def _ordered(estimate: tuple[float, float, float], each: float) -> tuple[float, float, float]:
    """An estimate whose ends change places where a piece is worth less than nothing."""
    value, low, high = estimate
    return (value, high, low) if each < 0 else estimate


def _money(value: float) -> Decimal | None:
    return None if np.isnan(value) else as_money(round(value, 2))
