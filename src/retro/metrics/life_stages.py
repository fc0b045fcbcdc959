"""Life stages: what products of each age bring, how much the best bring, and what a first sale cannot tell."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.metrics.goods.product_sales import product_sales
from retro.metrics.money import as_count, as_money
from retro.metrics.shop import Shop
from retro.metrics.windows import day_number, day_of, number_of, require
from retro.periods import Window

STAGES = ("new", "growth", "mature", "decline")
"""Stages of a product by the days since its launch, the youngest first."""

UNDATED = "undated"
"""Products whose day of launch is not known, or lies after their sale."""

_LEAST_WEEKS = 10
"""Sales of fewer weeks have no course."""

_WEEK = 7

FOLLOWED = range(5)
"""Periods from a first sale on that late products are followed."""


def life_stages(
    shop: Shop, products: ibis.Table, window: Window, *, stage_days: tuple[int, int, int] = (30, 90, 180)
) -> pd.DataFrame:
    """Share the window's sales among products by their age on the day of sale.

    Args:
        shop: `orders` and `order_items`, else `product_sales`.
        products: One row per product: `product_id`, `launched_on`.
        window: The campaign or period.
        stage_days: The last day, counted from the day of launch as 0, of the first three stages.

    Returns:
        One row per stage that sold, and a last one, `undated`, for products without a day of launch before their sale.
        - `stage` (str), `items` (int): Products that sold in it; one may pass from one to the next.
        - `units` (int), `gmv` (Decimal; None where amounts are not known).
        - `share` (float): Of the GMV of all; of pieces where amounts are not known.
    """
    require(products, "products", "product_id", "launched_on")
    sales = _inside(shop, window)
    known = products.select(item="product_id", launch=day_number(products.launched_on.cast("timestamp")))
    joined = sales.left_join(known, sales.product_id == known.item)
    age = joined.day - joined.launch
    cases = [((age >= 0) & (age <= last), name) for last, name in zip(stage_days, STAGES, strict=False)]
    stage = ibis.cases(*cases, (age > stage_days[-1], STAGES[-1]), else_=UNDATED)
    told = joined.mutate(stage=stage)
    sums = told.group_by("stage").aggregate(
        items=told.product_id.nunique(), units=told.units.sum(), gmv=told.amount.sum()
    )
    frame = sums.execute().set_index("stage").reindex([*STAGES, UNDATED]).dropna(subset="items").reset_index()
    return _shared(frame)


def top_goods(shop: Shop, window: Window, *, products: ibis.Table | None = None) -> pd.DataFrame:
    """Rank the products that sold in the window.

    Args:
        shop: As `life_stages`.
        window: As `life_stages`.
        products: Names, where the shop has them.

    Returns:
        One row per product that sold, the one with the highest GMV first (pieces, where amounts are not known):
        `product_id`, `name` (str), `units` (int), `gmv` (Decimal or None), `share`, `running` (float, share of it and
        those above it).
    """
    sales = _inside(shop, window)
    frame = sales.group_by("product_id").aggregate(units=sales.units.sum(), gmv=sales.amount.sum()).execute()
    frame = _shared(frame[frame["units"] > 0].sort_values("product_id"))
    frame = frame.sort_values("share", ascending=False, kind="stable", ignore_index=True)
    frame["running"] = frame["share"].cumsum()
    names: dict[str, str] = {}
    if products is not None and "name" in products.columns:
        named = products.filter(products.name.notnull()).select("product_id", "name").execute()
        names = dict(zip(named["product_id"], named["name"], strict=True))
    frame["name"] = [names.get(one, one) for one in frame["product_id"]]
    return frame[["product_id", "name", "units", "gmv", "share", "running"]]


def top_share(frame: pd.DataFrame, *, top: int = 20) -> pd.DataFrame:
    """How much the best products bring.

    Args:
        frame: As `top_goods` returns it.
        top: How many products are the best.

    Returns:
        One row, or none where nothing sold.
        - `items`, `units` (int), `gmv` (Decimal or None): All products that sold.
        - `top`, `top_units` (int), `top_gmv` (Decimal or None), `top_rate` (float): The best ones, or all where fewer
          sold, what they brought, and their share.
        - `fifth`, `fifth_units`, `fifth_gmv`, `fifth_rate`: The same of the best fifth of the products, rounded up.
        - `for_60`, `for_80` (int): The fewest products that bring 60 % and 80 %.
        - `median_units` (float): Pieces of the product in the middle.
    """
    if frame.empty:
        return pd.DataFrame(columns=["items"])
    fifth, running = -(-len(frame) // 5), frame["running"].to_numpy()
    enough = [int(np.searchsorted(running, part - 1e-12) + 1) for part in (0.6, 0.8)]
    row: dict[str, Any] = {"items": len(frame), **_sums("", frame)}
    for name, best in (("top", min(top, len(frame))), ("fifth", fifth)):
        row |= {name: best, f"{name}_rate": float(running[best - 1]), **_sums(f"{name}_", frame.head(best))}
    row |= {
        "for_60": enough[0],
        "for_80": enough[1],
        "median_units": float(frame["units"].median()),
    }
    return pd.DataFrame([row])


def _sums(prefix: str, frame: pd.DataFrame) -> dict[str, Any]:
    """Pieces and amounts of some products; no amount where none is known."""
    known = frame["gmv"].notna().any()
    gmv = sum((one for one in frame["gmv"] if one is not None), Decimal("0.00")) if known else None
    return {f"{prefix}units": int(frame["units"].sum()), f"{prefix}gmv": gmv}


def first_sales(
    shop: Shop, window: Window, *, products: ibis.Table | None = None, settle_days: int = 28
) -> pd.DataFrame:
    """Look at products without a day of launch by their first known sale, which is none.

    A product that sells seldom is first seen late, and its first period holds a sale by choice: what is found is slow
    products, not new ones.

    Args:
        shop: As `life_stages`.
        window: As `life_stages`; products are those that sold in it.
        products: `product_id` and, where the shop has it, `launched_on`.
        settle_days: Days from the beginning of sales after which a first sale is late, and as many at the end without
            which a product has stopped.

    Returns:
        One row, or none where every product has its day of launch, or sales are known for fewer than ten weeks.
        - `items`, `units` (int): Products without a day of launch, and their pieces in the window.
        - `from_start` (int): Products that sold in the first period, whose age is not known.
        - `later`, `late` (int): First sold after it, and after `settle_days`.
        - `late_units` (int), `late_rate`, `late_median`, `late_most` (float): Their pieces in all, over those of all
          products, of the middle one, and of the best.
        - `latest_on` (date): The last day of a first sale; None without late products.
        - `units_<n>`, `seen_<n>` (int), `each_<n>` (float), for n from 0 to 4: Their pieces n periods after their first
          sale, those of them that were observed so long, and pieces per such product; `drop` (float): The change from
          the first period to the next.
        - `ended` (int), `ended_most` (float): Products that did not sell in the last `settle_days`, and the pieces
          of the best of them.
        - `period_days` (int): Length of a period: 7 where sales are known by week, else 1.
    """
    sales = _inside(shop, window)
    if products is not None and "launched_on" in products.columns:
        dated = products.filter(products.launched_on.notnull()).select("product_id")
        sales = sales.anti_join(dated, "product_id")
    sales = sales.filter(sales.units > 0)
    frame = sales.select("product_id", "day", "units").execute()
    columns = ["items"]
    if frame.empty or frame["day"].max() - frame["day"].min() < _LEAST_WEEKS * _WEEK:
        return pd.DataFrame(columns=columns)
    days = np.sort(frame["day"].unique())
    step = int(np.diff(days).min())
    first, last = int(days[0]), int(days[-1])
    by_item = frame.groupby("product_id").agg(first=("day", "min"), last=("day", "max"), units=("units", "sum"))
    late = by_item[by_item["first"] >= first + settle_days]
    own = frame.merge(late[["first"]], left_on="product_id", right_index=True)
    followed: dict[str, float] = {}
    for place in FOLLOWED:
        sold, seen = own["day"] == own["first"] + place * step, int((late["first"] + place * step <= last).sum())
        pieces = int(own.loc[sold, "units"].sum())
        followed |= {
            f"units_{place}": pieces,
            f"seen_{place}": seen,
            f"each_{place}": pieces / seen if seen else np.nan,
        }
    gone = by_item[by_item["last"] <= last + step - 1 - settle_days]
    row = {
        "items": len(by_item),
        "units": int(by_item["units"].sum()),
        "from_start": int((by_item["first"] == first).sum()),
        "later": int((by_item["first"] > first).sum()),
        "late": len(late),
        "late_units": int(late["units"].sum()),
        "late_rate": float(late["units"].sum() / by_item["units"].sum()),
        "late_median": float(late["units"].median()),
        "late_most": float(late["units"].max()),
        "latest_on": day_of(int(late["first"].max())) if len(late) else None,
        **followed,
        "drop": followed["each_1"] / followed["each_0"] - 1 if len(late) else np.nan,
        "ended": len(gone),
        "ended_most": float(gone["units"].max()),
        "period_days": step,
    }
    return pd.DataFrame([row])


def goods_course(shop: Shop, window: Window) -> pd.DataFrame:
    """Follow all products' pieces by week, so that a step of the whole shop is not taken for one of a product.

    Args:
        shop: As `life_stages`.
        window: The campaign or period.

    Returns:
        One row per whole week from the start of the window that was observed; none for fewer than ten.
        - `week` (int, from 0), `started_on` (date), `units`, `items` (int): Pieces, and products that sold.
        - `step` (float): Change to the week two later; NaN at the end. `steepest` (bool): Whether it is the largest.
        - In every row: `best_before`, `best_after` (float), `best_change`: Around the steepest step, pieces of the best
          fifth of products in the four weeks before it and in the four from its end, and their change; NaN where the
          weeks do not reach. The same with `slow_`, of products that sell less than one piece a week.
        - `less`, `more`, `same` (int): Products that sold less, more, or as much in the second half as in the first.
        - `slow_items`, `slow_units` (int): Products that sell less than one piece a week, and their pieces.
        - `every_week`, `empty` (int): Products that sold in every week, and weeks of a product without a sale.
    """
    sales = _inside(shop, window)
    start = number_of(window.start.date())
    weeks = (number_of(window.observed_end.date()) - start) // _WEEK
    frame = sales.select("product_id", "units", week=(sales.day - start) // _WEEK).execute()
    frame = frame[(frame["week"] < weeks) & (frame["units"] > 0)]
    columns = ["week", "started_on", "units", "items", "step", "steepest"]
    if weeks < _LEAST_WEEKS or frame.empty:
        return pd.DataFrame(columns=columns)
    grid = frame.pivot_table(index="product_id", columns="week", values="units", aggfunc="sum", fill_value=0)
    grid = grid.reindex(columns=range(weeks), fill_value=0)
    units, sold, sold_in = grid.sum(), (grid > 0).sum(), (grid > 0).sum(axis=1)
    step = units.shift(-2) / units.where(units > 0) - 1
    steepest = int(step.abs().fillna(-1).idxmax())
    before, after = range(steepest - 3, steepest + 1), range(steepest + 2, steepest + 6)
    inside = before[0] >= 0 and after[-1] < weeks
    totals = grid.sum(axis=1).sort_values(ascending=False)
    best, slow = totals.index[: -(-len(totals) // 5)], totals.index[totals < weeks]
    halves = grid[range(weeks // 2)].sum(axis=1), grid[range(weeks // 2, weeks)].sum(axis=1)
    facts: dict[str, float] = {}
    for name, own in (("best", best), ("slow", slow)):
        known = inside and len(own) > 0
        earlier, later = (
            float(grid.loc[own, list(weeks_)].sum().sum()) if known else np.nan for weeks_ in (before, after)
        )
        facts |= {f"{name}_before": earlier, f"{name}_after": later}
        facts[f"{name}_change"] = later / earlier - 1 if earlier else np.nan
    rows = {
        "week": np.arange(weeks),
        "started_on": [(window.start + pd.Timedelta(days=_WEEK * week)).date() for week in range(weeks)],
        "units": units.to_numpy(dtype="int64"),
        "items": sold.to_numpy(dtype="int64"),
        "step": step.to_numpy(dtype="float64"),
        "steepest": np.arange(weeks) == steepest,
    }
    moved = (halves[1] - halves[0]).to_numpy()
    counts = {"less": int((moved < 0).sum()), "more": int((moved > 0).sum()), "same": int((moved == 0).sum())}
    counts |= {"slow_items": len(slow), "slow_units": int(totals[slow].sum())}
    counts |= {"every_week": int((sold_in == weeks).sum()), "empty": int((weeks - sold_in).sum())}
    return pd.DataFrame(rows).assign(**facts, **counts)


def _inside(shop: Shop, window: Window) -> ibis.Table:
    """Sales of the days that begin in the observed part of the window."""
    sales = product_sales(shop, window.observed_end)
    return sales.filter(sales.day >= number_of(window.start.date()))


def _shared(frame: pd.DataFrame) -> pd.DataFrame:
    """Exact counts and amounts, and the share of each row: of amounts, or of pieces where these are not known."""
    made: Any = frame.assign(**{name: frame[name].map(as_count) for name in ("items", "units") if name in frame})
    known = frame["gmv"].notna().any()
    made["gmv"] = [as_money(one) if known else None for one in frame["gmv"]]
    value = made["gmv"].map(float) if known else made["units"].astype("float64")
    made["share"] = value / value.sum() if value.sum() else np.nan
    return pd.DataFrame(made)
