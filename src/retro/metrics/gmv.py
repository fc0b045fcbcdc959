"""GMV: its course over a campaign, and its kinds, reconciled to the cent."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import ibis
import pandas as pd

from retro.errors import MissingColumn
from retro.metrics.money import as_money
from retro.metrics.orders import VALID_STATUS, refunds_until, reverses, valid_orders, with_amounts, with_buyers
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Window

_HOUR = dt.timedelta(hours=1)
_NOTHING = Decimal("0.00")

_LADDER = (
    ("ordered", "total"),
    ("pending", "change"),
    ("cancelled", "change"),
    ("paid", "total"),
    ("fraudulent", "change"),
    ("refunded", "change"),
    ("valid", "total"),
    ("part_refunds", "change"),
    ("reversals", "change"),
    ("net", "total"),
)
"""From everything that was ordered to what is left, each order leaving the ladder once."""


def gmv_race(hourly: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Accumulate GMV by hour since the start, beside the baseline of the same hours.

    Args:
        hourly: What `hourly_sales` returns for the same window.
        window: The campaign or period.

    Returns:
        For each series one row at the start and one for the end of each hour, in order; `attrs["orders"]` (int) are the
        campaign's valid orders.
        - `series` (str): `campaign`; and `baseline` where it is known for every hour.
        - `elapsed` (float): Hours since the start.
        - `total` (Decimal): GMV by then; the campaign's last one is its GMV.

    Raises:
        MissingColumn: Orders have no amounts.
    """
    if "gmv" not in hourly.columns:
        raise MissingColumn("orders: column 'amount' must be in the table for a race of GMV.", "orders", "amount")
    elapsed = [(min(at + _HOUR, window.end) - window.start) / _HOUR for at in hourly["at"]]
    kinds = (
        [("campaign", "gmv")]
        if hourly["baseline_gmv"].isna().any()
        else [("campaign", "gmv"), ("baseline", "baseline_gmv")]
    )
    rows: list[tuple[str, float, Decimal]] = []
    for series, column in kinds:
        total = _NOTHING
        rows.append((series, 0.0, total))
        for hours, amount in zip(elapsed, hourly[column], strict=True):
            total += amount
            rows.append((series, hours, total))
    frame = pd.DataFrame(rows, columns=["series", "elapsed", "total"])
    frame.attrs["orders"] = int(hourly["orders"].sum())
    return frame


def gmv_kinds(orders: ibis.Table, shop: Shop, window: Window) -> pd.DataFrame:
    """Reconcile ordered GMV with net GMV step by step, to the cent.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`; `amount`, `user_id`, and `signed_at`,
            when it was signed for, where the shop keeps them.
        shop: Tables by name, where the shop has them: `refunds` (`order_id`, `amount`, optionally `refunded_at`).
        window: The campaign or period; it says until when refunds were observed.

    Returns:
        One row per step, in order: totals, each the sum of the rows before it, and changes, left out where there is
        none. `attrs["refund_gap"]` (Decimal or None) is what was refunded in the books for the orders marked
        refunded, less their amounts; None without the table.
        - `step` (str): Totals `ordered`, `paid`, `valid`, `net`; changes `pending`, `cancelled`, `fraudulent`,
          `refunded` (whole orders), `part_refunds` (single refunds of valid orders), `reversals` (credit notes: orders
          below nothing that do not stand, on no step above). Beside the ladder stand
          `without_user`, the valid orders of nobody known, where there are any; and `signed`, of the paid, where the
          shop keeps `signed_at`.
        - `role` (str): `total`, `change`, or `aside`.
        - `orders` (int): Orders that the row is about.
        - `amount` (Decimal): Changes are negative. None without amounts, as `attrs["refund_gap"]`; the steps then end
          at `valid`, since what was returned of an order cannot be told.
    """
    require(orders, "orders", "order_id", "ordered_at", "status")
    valued = "amount" in orders.columns
    inside = with_amounts(with_buyers(orders.filter(window.holds(orders.ordered_at))))
    sums = _by_fate(inside)
    refunds = _refunded(inside, shop.get("refunds") if valued else None, window.observed)
    sums["part_refunds"] = refunds.get("valid", (0, _NOTHING))
    sums["ordered"] = _sum(sums, ("pending", "cancelled", "fraudulent", "refunded", "valid"))
    sums["paid"] = _sum(sums, ("fraudulent", "refunded", "valid"))
    sums["net"] = (sums["valid"][0], sums["valid"][1] - sums["part_refunds"][1] - sums["reversals"][1])
    rows = [
        (step, role, sums[step][0], sums[step][1] if role == "total" else -sums[step][1])
        for step, role in _LADDER
        if (role == "total" or sums[step][0]) and (valued or step != "net")
    ]
    if (guests := _without_user(inside))[0]:
        rows.append(("without_user", "aside", *guests))
    if "signed_at" in orders.columns:
        rows.append(("signed", "aside", *_signed_for(inside)))
    frame = pd.DataFrame(rows, columns=["step", "role", "orders", "amount"])
    whole = refunds.get("refunded", (0, _NOTHING))[1]
    frame.attrs["refund_gap"] = whole - sums["refunded"][1] if valued and "refunds" in shop else None
    return frame if valued else frame.assign(amount=None)


_Sum = tuple[int, Decimal]


def _by_fate(inside: ibis.Table) -> dict[str, _Sum]:
    """Orders and their amounts by what became of them; unknown statuses are taken for what is not paid."""
    counted = (
        inside.group_by(fate=_fate(inside))
        .aggregate(orders=lambda row: row.count(), amount=lambda row: row.amount.sum())
        .execute()
    )
    found = {str(row.fate): (int(row.orders), as_money(row.amount)) for row in counted.itertuples()}
    fates = ("pending", "cancelled", "fraudulent", "refunded", "valid")
    orders, amount = found.get("reversals", (0, _NOTHING))
    return {"reversals": (orders, -amount), **{fate: found.get(fate, (0, _NOTHING)) for fate in fates}}


def _fate(orders: ibis.Table) -> ibis.Value:
    status = orders.status
    return ibis.cases(
        (status == VALID_STATUS, "valid"),
        (reverses(orders), "reversals"),
        (status.isin(["refunded", "fraudulent", "cancelled"]), status),
        else_="pending",
    )


def _sum(sums: Mapping[str, _Sum], fates: tuple[str, ...]) -> _Sum:
    return sum(sums[fate][0] for fate in fates), sum((sums[fate][1] for fate in fates), _NOTHING)


def _refunded(inside: ibis.Table, refunds: ibis.Table | None, until: dt.datetime) -> dict[str, _Sum]:
    if refunds is None:
        return {}
    require(refunds, "refunds", "order_id", "amount")
    known = refunds_until(refunds, until).select("order_id", returned=refunds.amount)
    fates = inside.select("order_id", fate=_fate(inside))
    counted = (
        fates.join(known, "order_id")
        .group_by("fate")
        .aggregate(orders=lambda row: row.order_id.nunique(), amount=lambda row: row.returned.sum())
        .execute()
    )
    return {str(row.fate): (int(row.orders), as_money(row.amount)) for row in counted.itertuples()}


def _without_user(inside: ibis.Table) -> _Sum:
    guests = valid_orders(inside).filter(lambda row: row.user_id.isnull())
    (row,) = guests.aggregate(orders=guests.count(), amount=guests.amount.sum()).execute().itertuples()
    return int(row.orders), as_money(row.amount)


def _signed_for(inside: ibis.Table) -> _Sum:
    signed = inside.filter(inside.signed_at.notnull(), inside.status.isin([VALID_STATUS, "refunded"]))
    (row,) = signed.aggregate(orders=signed.count(), amount=signed.amount.sum()).execute().itertuples()
    return int(row.orders), as_money(row.amount)
