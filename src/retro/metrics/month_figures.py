"""The figures of a month, beside the month before and a year ago."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import ibis
import pandas as pd

from retro.metrics.bridge.cells import many_cells
from retro.metrics.bridge.days import Asked, Days
from retro.metrics.history import History, history
from retro.metrics.intervals import rate_of
from retro.metrics.orders import order_value_ends, valid_orders
from retro.metrics.shop import Shop
from retro.periods import Window, previous_window, year_ago_window


def month_figures(shop: Shop, trend: pd.DataFrame, window: Window) -> pd.DataFrame:
    """The figures by which a month is judged.

    Args:
        shop: As `sales_cells`; without `orders`, only visits and new users are known.
        trend: What `monthly_trend` returns for 13 months up to the end.
        window: The month.

    Returns:
        One row per figure, in a fixed order: `gmv`, `orders`, `order_value`, `visits`, `conversion_rate` (orders over
        visits), `payment_rate` (orders that were paid at some time over orders placed), `new_users`, and
        `new_customer_gmv_rate` (GMV of users without a valid order before the month, over GMV). Of the latter, another
        month and the change to it are measured with the look-back that both months have, and None below 28 days.
        - `figure`, `unit` (str).
        - `value`, `previous`, `year_ago` (Decimal): This month, the month before, and the same a year ago. None where
          it was not observed, a day of it is lost, or it is money and orders hold no amounts.
        - `numerator`, `denominator` (Decimal): Of rates and of `order_value`; None else.
        - `low`, `high` (float): Wilson's interval of `payment_rate`, and that of `order_value` by how it varies between
          buyers (delta method, Student's t); NaN else.
        - `change` (float): `value` over `previous`, less 1; of rates, the difference. NaN for sums of a month that has
          lost days, which are of its other days.
        - `year_change` (float): The same against a year ago.
        - `lost_days` (int): Days of the month whose orders are lost, the same in all rows.
    """
    windows = {"value": window, "previous": previous_window(window), "year_ago": year_ago_window(window)}
    months = {row["month"]: row for row in trend.to_dict("records")}
    if "orders" not in shop:
        seen = {name: _seen(months.get(own.start.date(), {})) for name, own in windows.items()}
        return _rows(seen, dict.fromkeys(("previous", "year_ago"), (None, None)), {}, 0)
    past = history(valid_orders(shop["orders"]), "ordered_at", until=window.end)
    fair = {name: _equally_far(past, window, own) for name, own in windows.items() if name != "value"}
    valued = "amount" in shop["orders"].columns
    if not valued:
        shop = {**shop, "orders": shop["orders"].mutate(amount=ibis.literal(0).cast("decimal(18, 2)"))}
    asked: list[Asked] = [(Days(own), None) for own in windows.values()]
    if "user_id" in shop["orders"].columns:  # else nobody knows who is new
        asked += [(days, "customer") for days in (*map(Days, windows.values()), *itertools.chain(*fair.values()))]
    cells = many_cells(shop, asked)
    sides = {
        name: _figures(cells, months.get(own.start.date(), {}), Days(own), known=name == "value" or past.knows(own))
        for name, own in windows.items()
    }
    if not valued:
        sides = {name: side | dict.fromkeys(_MONEY, (None, None, None)) for name, side in sides.items()}
        fair = dict.fromkeys(fair, ())
    shares = {name: _new_shares(cells, *pair) for name, pair in fair.items()}
    ends = order_value_ends(valid_orders(shop["orders"], window)) if valued else (math.nan, math.nan)
    _, settled, placed = sides["value"]["payment_rate"]
    paid = rate_of(int(settled or 0), int(placed or 0))
    spreads = {"order_value": ends, "payment_rate": (paid["low"], paid["high"])}
    return _rows(sides, shares, spreads, len(past.within(window)))


def _rows(
    sides: Mapping[str, dict[str, Figure]],
    shares: Mapping[str, Pair],
    spreads: Mapping[str, tuple[float, float]],
    lost: int,
) -> pd.DataFrame:
    """The table: each side's figures, and the new customers' share of GMV now and in each base."""
    rows = []
    for figure, unit in UNITS.items():
        found = {name: side[figure] for name, side in sides.items()}
        over, under = found["value"][1:]
        value, previous, year_ago = (found[name][0] for name in ("value", "previous", "year_ago"))
        whole = not lost or unit == "rate" or figure == "order_value"
        changes = {name: _change(value, found[name][0], unit) if whole else math.nan for name in shares}
        if figure == "new_customer_gmv_rate":
            (now, previous), (then, year_ago) = shares["previous"], shares["year_ago"]
            changes = {"previous": _change(now, previous, unit), "year_ago": _change(then, year_ago, unit)}
        low, high = spreads.get(figure, (math.nan, math.nan)) if over is not None else (math.nan, math.nan)
        rows.append(
            {
                "figure": figure,
                "unit": unit,
                "value": value,
                "previous": previous,
                "year_ago": year_ago,
                "numerator": over,
                "denominator": under,
                "low": low,
                "high": high,
                "change": changes["previous"],
                "year_change": changes["year_ago"],
                "lost_days": lost,
            }
        )
    return pd.DataFrame(rows)


UNITS = {
    "gmv": "money",
    "orders": "orders",
    "order_value": "money",
    "visits": "days",
    "conversion_rate": "rate",
    "payment_rate": "rate",
    "new_users": "users",
    "new_customer_gmv_rate": "rate",
}
"""The figures of a month and what they count."""

_MONEY = ("gmv", "order_value", "new_customer_gmv_rate")
"""Those that are missing where orders hold no amounts."""

Cells = Mapping[Asked, pd.DataFrame]

Figure: TypeAlias = tuple[Decimal | None, Decimal | None, Decimal | None]
Pair: TypeAlias = tuple[Decimal | None, Decimal | None]


def _equally_far(past: History, now: Window, base: Window) -> tuple[Days, ...]:
    """The month and a base that look equally far back for new customers; nothing where that tells nobody apart."""
    look_back = past.look_back(now, base)
    known = look_back is not None and past.knows(base)
    return tuple(Days(own, look_back=look_back) for own in (now, base)) if known else ()


def _new_shares(cells: Cells, *pair: Days) -> Pair:
    """The new customers' share of GMV, now and in the base."""
    now, before = (_rate(*_new_customers(cells, days))[0] for days in pair) if pair else (None, None)
    return now, before


def _seen(month: Any) -> dict[str, Figure]:  # noqa: ANN401 - a frame's row
    """What a shop without orders knows of a month."""
    known = {name: month.get(name) for name in ("visits", "new_users")}
    found = {name: None if value is None or pd.isna(value) else Decimal(int(value)) for name, value in known.items()}
    return {name: (found.get(name), None, None) for name in UNITS}


def _figures(cells: Cells, month: Any, days: Days, *, known: bool) -> dict[str, Figure]:  # noqa: ANN401 - a frame's row
    whole = cells[days, None]
    if whole.empty or not known:
        return dict.fromkeys(UNITS, (None, None, None))
    row = whole.iloc[0]
    gmv, orders = row["gmv"], _count(row["orders"])
    visits, placed, settled = (_count(row[name]) for name in ("visits", "placed", "settled"))
    new, of_people = _new_customers(cells, days)
    return {
        "gmv": (gmv, None, None),
        "orders": (orders, None, None),
        "order_value": _money_per(gmv, orders),
        "visits": (visits, None, None),
        "conversion_rate": _rate(orders, visits),
        "payment_rate": _rate(settled, placed),
        "new_users": _seen(month)["new_users"],
        "new_customer_gmv_rate": _rate(new, of_people),
    }


def _new_customers(cells: Cells, days: Days) -> Pair:
    """GMV of new customers, and of all whom the shop knows; None where it does not keep who ordered."""
    kinds = cells.get((days, "customer"))
    if kinds is None:
        return None, None
    gmv = {str(row["segment"]): Decimal(row["gmv"]) for row in kinds.to_dict("records")}
    new = gmv.get("new", Decimal(0))
    return new, new + gmv.get("old", Decimal(0))


def _count(value: float) -> Decimal | None:
    return None if pd.isna(value) else Decimal(int(value))


def _rate(over: Decimal | None, under: Decimal | None) -> Figure:
    return (over / under if over is not None and under else None, over, under)


def _money_per(gmv: Decimal, orders: Decimal | None) -> Figure:
    return (round(gmv / orders, 2) if orders else None, gmv, orders)


def _change(value: Decimal | None, base: Decimal | None, unit: str) -> float:
    if value is None or base is None or (base <= 0 and unit != "rate"):
        return math.nan
    return float(value - base) if unit == "rate" else float(value / base) - 1
