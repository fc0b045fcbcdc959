"""Product launch: what new products sold beside past launches, what votes foretold, and what neighbours lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import rankdata

from retro.metrics.goods.product_sales import product_sales
from retro.metrics.intervals import CONFIDENCE, rate_of
from retro.metrics.money import as_count, as_money
from retro.metrics.orders import orders_of_people
from retro.metrics.shop import Shop
from retro.metrics.windows import day_number, number_of, require, whole_days_until
from retro.periods import Window

OWN, PAST = "own", "past"
"""Products launched in the window, and in the time before it."""

_Z = float(ndtri((1 + CONFIDENCE) / 2))
_LEAST_ITEMS = 5
"""Fewer products than this have no mean with an interval."""

_SOLD_BEFORE = 0.05
"""A product that sold more than this share of its pieces before its day of launch was not launched on it."""


def launches(
    shop: Shop, products: ibis.Table, window: Window, *, launch_days: int = 30, past_days: int = 365
) -> pd.DataFrame:
    """Sum the sales of each launched product from its day of launch.

    Args:
        shop: What the shop has of `orders` and `order_items`, else `product_sales`; optionally `stock`.
        products: One row per product: `product_id`, `launched_on`, optionally `name` and `category`.
        window: The campaign; it says until when sales were observed.
        launch_days: Days from the day of launch, that one included, over which sales are summed.
        past_days: Days before the window whose launches are the past ones.

    Returns:
        One row per product launched in the window (`own`) or in the days before it (`past`), best sellers first; none
        that was launched before the shop's first known sale.
        - `product_id`, `name`, `category` (str), `group` (str), `launched_on` (date).
        - `observed_days` (int): Of the `launch_days`, those that were wholly observed.
        - `sold_before` (bool): More than 5 % of its pieces were sold before its day of launch, which then is none.
        - `units` (int), `gmv` (Decimal): Pieces and amount in the observed days; amount None where not known.
        - `stocked` (float): Pieces that were there on the first day or came in during the days. NaN without stock.
    """
    require(products, "products", "product_id", "launched_on")
    sales = product_sales(shop, window.observed)
    begun = sales.day.min().execute()
    last = whole_days_until(window.observed)
    known = products.filter(products.launched_on.notnull())
    launched = day_number(known.launched_on.cast("timestamp"))
    named = {name: known[name] if name in known.columns else ibis.null("string") for name in ("name", "category")}
    told = known.select("product_id", launch=launched, **named)
    first = max(number_of(window.start.date()) - past_days, as_count(begun))
    told = told.filter(told.launch >= first, told.launch < min(number_of(window.last_day) + 1, last))
    joined = sales.join(told.select("product_id", "launch"), "product_id")
    age = joined.day - joined.launch
    inside = (age >= 0) & (age < launch_days) & (joined.day < last)
    sums = joined.group_by("product_id").aggregate(
        before=joined.units.sum(where=age < 0),
        units=joined.units.sum(where=inside),
        gmv=joined.amount.sum(where=inside),
    )
    frame = told.execute().merge(sums.execute(), on="product_id", how="left")
    frame["name"] = [
        key if pd.isna(name) else name for key, name in zip(frame["product_id"], frame["name"], strict=True)
    ]
    frame["group"] = np.where(frame["launch"] >= number_of(window.start.date()), OWN, PAST)
    frame["launched_on"] = [_date(day) for day in frame["launch"]]
    frame["observed_days"] = np.minimum(last - frame["launch"], launch_days).astype("int64")
    for name in ("before", "units"):
        frame[name] = frame[name].fillna(0).astype("int64")
    frame["sold_before"] = frame["before"] > _SOLD_BEFORE * (frame["before"] + frame["units"])
    frame["gmv"] = [None if pd.isna(one) else as_money(one) for one in frame["gmv"]]
    frame["stocked"] = _stocked(frame, shop, launch_days, last)
    columns = ("product_id", "name", "category", "group", "launched_on", "observed_days", "sold_before", "units", "gmv")
    ordered = frame.sort_values(["units", "product_id"], ascending=[False, True], ignore_index=True)
    return pd.DataFrame(ordered[[*columns, "stocked"]])


def product_launch(frame: pd.DataFrame, *, launch_days: int = 30) -> pd.DataFrame:
    """Add up the launched products, and compare them with past launches.

    Products are taken as independent: the interval of a mean is its own, that of a ratio is made from their logarithms.

    Args:
        frame: As `launches` returns it.
        launch_days: As `launches`.

    Returns:
        One row.
        - `items`, `past_items` (int): Products launched in the window, and before it.
        - `open_items`, `early_items` (int): Of the first, those whose days are not all observed, and those that sold
          before their day of launch; neither is measured. `measured` (int): The others.
        - `units` (int), `gmv` (Decimal): Of the measured. GMV is None where amounts are not known.
        - `each`, `past_each` with `_low`, `_high` (float): Pieces per measured product; NaN for fewer than five.
        - `lift`, `lift_low`, `lift_high` (float): `each` over `past_each`, less 1; NaN where one is not known.
        - `stocked`, `sold` (int), `sell_through_rate` (float): Pieces there for the measured, and sold of these.
    """
    whole = (frame["observed_days"] >= launch_days) & ~frame["sold_before"]
    own, past = frame["group"] == OWN, frame["group"] == PAST
    new, old = frame[own & whole], frame[past & whole]
    stocked = new[new["stocked"].notna()]
    put, sold = as_count(stocked["stocked"].sum()), as_count(stocked["units"].sum())
    known = len(new) and new["gmv"].notna().any()
    row = {
        "items": int(own.sum()),
        "past_items": len(old),
        "open_items": int((own & (frame["observed_days"] < launch_days)).sum()),
        "early_items": int((own & frame["sold_before"]).sum()),
        "measured": len(new),
        "units": int(new["units"].sum()),
        "gmv": sum((one for one in new["gmv"] if one is not None), Decimal("0.00")) if known else None,
        **_mean(new["units"], "each"),
        **_mean(old["units"], "past_each"),
        **_ratio(new["units"], old["units"]),
        "stocked": put,
        "sold": sold,
        "sell_through_rate": sold / put if put else np.nan,
    }
    return pd.DataFrame([row])


def launch_curve(
    shop: Shop, products: ibis.Table, frame: pd.DataFrame, window: Window, *, launch_days: int = 30
) -> pd.DataFrame:
    """Follow the pieces that launched products sell by day since launch.

    Args:
        shop: As `launches`.
        products: As `launches`.
        frame: As `launches` returns it; products that sold before their day of launch are left out.
        window: As `launches`.
        launch_days: As `launches`.

    Returns:
        One row per group and day since launch, the day of launch being 0: `group` (str), `day` (int), `items` (int,
        products that were that old by the end of the data), `units` (int), `each` (float, pieces per such product),
        `running` (float, sum of `each` up to the day).
    """
    kept = frame[~frame["sold_before"]]
    sales = product_sales(shop, window.observed)
    known = products.select("product_id", launch=day_number(products.launched_on.cast("timestamp")))
    known = known.filter(known.product_id.isin(list(kept["product_id"]) or [""]))
    joined = sales.join(known, "product_id").mutate(age=lambda row: row.day - row.launch)
    inside = joined.filter(joined.age >= 0, joined.age < launch_days, joined.day < whole_days_until(window.observed))
    sold = inside.group_by("product_id", "age").aggregate(units=inside.units.sum()).execute()
    sold = sold.merge(kept[["product_id", "group"]], on="product_id")
    rows = []
    for name in (OWN, PAST):
        ages, units = kept.loc[kept["group"] == name, "observed_days"], sold[sold["group"] == name]
        by_day = units.groupby("age")["units"].sum()
        for day in range(launch_days):
            items, pieces = int((ages > day).sum()), as_count(by_day.get(day, 0))
            if items:
                rows.append((name, day, items, pieces, pieces / items))
    made = pd.DataFrame(rows, columns=["group", "day", "items", "units", "each"])
    return made.assign(running=made["each"].astype("float64").groupby(made["group"]).cumsum())


def launch_votes(
    votes: ibis.Table, shop: Shop, products: ibis.Table, frame: pd.DataFrame, *, launch_days: int = 30
) -> pd.DataFrame:
    """See whether products that got more votes before their launch sold more after it.

    Args:
        votes: One row per vote: `product_id`, `user_id`, `voted_at` (local).
        shop: `orders` and `order_items`, where the shop has them.
        products: As `launches`.
        frame: As `launches` returns it.
        launch_days: As `launches`.

    Returns:
        One row per third of the measured products launched in the window, by votes before the day of launch.
        - `third` (int, 1 for the least), `items`, `votes` (int), `each` (float): Pieces per product.
        - `rank_correlation` with `_low`, `_high` (float): Spearman's, over all these products, with Fisher's interval;
          the same in every row. NaN for fewer than eight.
        - `voters`, `bought` (Int64), `bought_rate` with `_low`, `_high`: People who voted for one of them, and who
          ordered one that they voted for within the days; missing where the shop does not keep who ordered what.
        No rows where nobody voted for any.
    """
    require(votes, "votes", "product_id", "user_id", "voted_at")
    own = frame[(frame["group"] == OWN) & (frame["observed_days"] >= launch_days) & ~frame["sold_before"]]
    known = products.select("product_id", launch=day_number(products.launched_on.cast("timestamp")))
    known = known.filter(known.product_id.isin(list(own["product_id"]) or [""]))
    cast = votes.join(known, "product_id")
    cast = cast.filter(day_number(cast.voted_at) < cast.launch).select("product_id", "user_id", "launch")
    by_item = cast.group_by("product_id").aggregate(votes=cast.count()).execute().set_index("product_id")["votes"]
    columns = ["third", "items", "votes", "each"]
    if by_item.empty:
        return pd.DataFrame(columns=columns)
    told = own.assign(votes=own["product_id"].map(by_item).fillna(0).astype("int64"))
    told = told.sort_values(["votes", "product_id"], ignore_index=True)
    thirds = np.arange(len(told)) * 3 // len(told) + 1
    rows = [
        (third, len(part), int(part["votes"].sum()), float(part["units"].mean()))
        for third, part in told.groupby(thirds)
    ]
    found = _spearman(told["votes"], told["units"]) | _voters(cast, shop, launch_days)
    made = pd.DataFrame(rows, columns=columns).assign(**found)
    return made.astype({"voters": "Int64", "bought": "Int64"})


def neighbours(shop: Shop, products: ibis.Table, window: Window, *, neighbour_days: int = 28) -> pd.DataFrame:
    """See what older products of the launched ones' categories lost, beside those of other categories.

    What moves the whole shop moves both; the ratio of their changes is what the launch took. Products are taken as
    independent. It is no effect where categories would have parted anyway.

    Args:
        shop: As `launches`.
        products: As `launches`, with `category`.
        window: The campaign.
        neighbour_days: Days before the first launch in the window, and from it on, that are compared.

    Returns:
        Two rows, `near` (older products of categories with a launch) and `far` (of others); none where nothing was
        launched in the window, one of them is empty, or the days were not all observed.
        - `place` (str), `items` (int), `units_before`, `units_after` (int), `change` (float).
        - `taken` with `_low`, `_high` (float), the same in both rows: change of the near over that of the far, less 1.
        - `lost_units` (float): Pieces that the near ones would have sold besides; below 0 for a gain.
    """
    require(products, "products", "product_id", "launched_on", "category")
    columns = ["place", "items", "units_before", "units_after", "change"]
    launch = day_number(products.launched_on.cast("timestamp"))
    known = products.select("product_id", "category", launch=launch).execute()
    start, end = number_of(window.start.date()), number_of(window.last_day) + 1
    own = known[(known["launch"] >= start) & (known["launch"] < end)]
    nothing = pd.DataFrame(columns=[*columns, "taken", "taken_low", "taken_high", "lost_units"])
    if own.empty:
        return nothing
    first = int(own["launch"].min())
    sales = product_sales(shop, window.observed)
    begun = as_count(sales.day.min().execute())
    if first + neighbour_days > whole_days_until(window.observed) or first - neighbour_days < begun:
        return nothing
    old = known[(known["launch"] < first - neighbour_days) & known["category"].notna()]
    around = sales.filter(sales.day >= first - neighbour_days, sales.day < first + neighbour_days)
    sums = around.group_by("product_id").aggregate(
        units_before=around.units.sum(where=around.day < first),
        units_after=around.units.sum(where=around.day >= first),
    )
    moved = ["units_before", "units_after"]
    sold = old.merge(sums.execute(), on="product_id")
    sold[moved] = sold[moved].fillna(0).astype("int64")
    near = sold["category"].isin(own["category"])
    parts = {"near": sold[near], "far": sold[~near]}
    if any(part["units_before"].sum() == 0 or len(part) < _LEAST_ITEMS for part in parts.values()):
        return nothing
    rows = [
        (place, len(part), as_count(part["units_before"].sum()), as_count(part["units_after"].sum()))
        for place, part in parts.items()
    ]
    made = pd.DataFrame(rows, columns=columns[:-1])
    made["change"] = made["units_after"] / made["units_before"] - 1
    return made.assign(**_taken(parts["near"], parts["far"]))


def _date(day: int) -> Any:  # noqa: ANN401 - a date of pandas
    return pd.Timestamp(int(day) * 86_400, unit="s").date()


def _stocked(frame: pd.DataFrame, shop: Shop, launch_days: int, last: int) -> pd.Series[float]:
    """Pieces that were there on the first day known within the days, and came in during them."""
    if "stock" not in shop or frame.empty:
        return pd.Series(np.nan, index=frame.index)
    stock = shop["stock"]
    require(stock, "stock", "product_id", "stocked_on", "opening_units", "received_units")
    ordinary = stock.filter(stock.campaign_id.isnull()) if "campaign_id" in stock.columns else stock
    known = ordinary.filter(ordinary.product_id.isin(list(frame["product_id"])))
    told = known.select(
        "product_id", "opening_units", "received_units", day=day_number(known.stocked_on.cast("timestamp"))
    ).execute()
    told = told.merge(frame[["product_id", "launch"]], on="product_id")
    inside = told[(told["day"] >= told["launch"]) & (told["day"] < np.minimum(told["launch"] + launch_days, last))]
    by_item = inside.sort_values("day").groupby("product_id")
    put = by_item["opening_units"].first() + by_item["received_units"].sum()
    return frame["product_id"].map(put).astype("float64")


def _mean(units: pd.Series[Any], name: str) -> dict[str, float]:
    if len(units) < _LEAST_ITEMS:
        return {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
    mean, half = float(units.mean()), _Z * float(units.std(ddof=1)) / len(units) ** 0.5
    return {name: mean, f"{name}_low": max(mean - half, 0.0), f"{name}_high": mean + half}


def _ratio(new: pd.Series[Any], old: pd.Series[Any]) -> dict[str, float]:
    """Mean over mean, less 1; the interval by the delta method on the logarithm."""
    names = ("lift", "lift_low", "lift_high")
    if min(len(new), len(old)) < _LEAST_ITEMS or not (new.mean() > 0 and old.mean() > 0):
        return dict.fromkeys(names, np.nan)
    variance = sum(float(one.var(ddof=1)) / len(one) / float(one.mean()) ** 2 for one in (new, old))
    return _around(float(np.log(new.mean() / old.mean())), variance, names)


def _taken(near: pd.DataFrame, far: pd.DataFrame) -> dict[str, float]:
    """The ratio of two ratios of sums, less 1, over products as clusters."""
    names = ("taken", "taken_low", "taken_high")
    ratios = {name: part["units_after"].sum() / part["units_before"].sum() for name, part in (("n", near), ("f", far))}
    if not all(ratios.values()):
        return dict.fromkeys((*names, "lost_units"), np.nan)
    variance = 0.0
    for name, part in (("n", near), ("f", far)):
        rest = part["units_after"] - ratios[name] * part["units_before"]
        own = len(part) / (len(part) - 1) * float((rest**2).sum()) / float(part["units_before"].sum()) ** 2
        variance += own / ratios[name] ** 2
    found = _around(float(np.log(ratios["n"] / ratios["f"])), variance, names)
    expected = float(near["units_before"].sum()) * ratios["f"]
    return found | {"lost_units": expected - float(near["units_after"].sum())}


def _around(middle: float, variance: float, names: tuple[str, str, str]) -> dict[str, float]:
    half = _Z * variance**0.5
    return {name: float(np.expm1(end)) for name, end in zip(names, (middle, middle - half, middle + half), strict=True)}


def _spearman(votes: pd.Series[Any], units: pd.Series[Any]) -> dict[str, float]:
    """Spearman's correlation of ranks; Fisher's interval with the variance 1.06 / (n - 3) of Fieller and others."""
    names = ("rank_correlation", "rank_correlation_low", "rank_correlation_high")
    if len(votes) < 8 or votes.nunique() == 1 or units.nunique() == 1:  # noqa: PLR2004 - said in the docstring
        return dict.fromkeys(names, np.nan)
    found = float(np.corrcoef(rankdata(votes), rankdata(units))[0, 1])
    middle, half = np.arctanh(min(max(found, -0.9999), 0.9999)), _Z * (1.06 / (len(votes) - 3)) ** 0.5
    return dict(zip(names, (found, float(np.tanh(middle - half)), float(np.tanh(middle + half))), strict=True))


def _voters(cast: ibis.Table, shop: Shop, launch_days: int) -> dict[str, Any]:
    """Who voted, and who ordered what they voted for within the days since launch."""
    voters = as_count(cast.user_id.nunique().execute())
    unknown = {"voters": voters, "bought": None, **dict.fromkeys(("bought_rate", "bought_low", "bought_high"), np.nan)}
    if not {"orders", "order_items"} <= shop.keys() or "user_id" not in shop["orders"].columns:
        return unknown
    valid = orders_of_people(shop["orders"])
    heads = valid.select("order_id", buyer="user_id", day=day_number(valid.ordered_at))
    lines = shop["order_items"].select("order_id", item="product_id").join(heads, "order_id")
    met = cast.join(lines, [cast.product_id == lines.item, cast.user_id == lines.buyer])
    age = met.day - met.launch
    bought = as_count(met.filter(age >= 0, age < launch_days).user_id.nunique().execute())
    return unknown | {"bought": bought, **rate_of(bought, voters, "bought_")}
