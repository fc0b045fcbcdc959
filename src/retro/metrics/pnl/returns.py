"""Expected returns: the return-lag curve, applied to orders that are still young."""

from decimal import Decimal

import ibis
import numpy as np

from retro.metrics.attribution import from_cents
from retro.metrics.pnl.orders import KEPT
from retro.metrics.windows import DAY, day_number, number_of
from retro.periods import Window


def expected_returns(
    campaign: ibis.Table, economics: ibis.Table, refunds: ibis.Table, window: Window, *, days: int
) -> Decimal | None:
    """Estimate the returns still to come of a campaign's sales; None where no earlier order is old enough to tell.

    The return-lag curve is the share of sales that was paid back within so many days, over orders from before the
    campaign that are old enough to have shown it whole; after `days` hardly any order is returned. An order of age `a`
    that stands is expected to lose `(F(days) - F(a)) / (1 - F(a))` of its value.

    Args:
        campaign: The campaign's orders with columns of cents, as `attributed` returns them.
        economics: All orders, as `order_economics` returns them.
        refunds: One row per refund: `order_id`, `refunded_at` (local), `amount`.
        window: The campaign; it says until when the data was observed.
        days: The age.
    """
    ages = number_of(window.observed.date()) - 1 - day_number(campaign.ordered_at)
    standing = (
        campaign.filter(campaign.status.isin(list(KEPT)))
        .group_by(age=ibis.least(ages, days))
        .aggregate(left=lambda row: (row.paid - row.returned).sum())
        .execute()
    )
    if (standing["age"] >= days).all():
        return Decimal("0.00")
    curve = _lag_curve(economics, refunds, window, days)
    if curve is None:
        return None
    coming = sum(
        float(row.left) * (curve[days] - curve[int(row.age)]) / (1 - curve[int(row.age)])
        for row in standing.itertuples()
        if curve[int(row.age)] < 1
    )
    return from_cents(coming)


def _lag_curve(
    economics: ibis.Table, refunds: ibis.Table, window: Window, days: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Share of sales paid back within 0, 1, ... days; None where no order is old enough."""
    if "refunded_at" not in refunds.columns:
        return None  # nobody knows how long refunds take
    before = min(window.start, window.observed - days * DAY)
    mature = economics.filter(economics.status.isin(list(KEPT)), economics.ordered_at < before)
    sold = mature.paid.sum().execute()
    if not sold or sold <= 0:
        return None
    joined = mature.select("order_id", "ordered_at", "paid").inner_join(
        refunds.select("order_id", "refunded_at", back="amount"), "order_id"
    )
    lag = day_number(joined.refunded_at) - day_number(joined.ordered_at)
    counted = (
        joined.mutate(lag=lag)
        .filter(lambda row: (row.lag >= 0) & (row.lag <= days))
        .group_by("lag")
        .aggregate(back=lambda row: row.back.sum())
        .execute()
    )
    shares = np.zeros(days + 1)
    for row in counted.itertuples():
        shares[int(row.lag)] = float(row.back) * 100 / float(sold)
    return np.cumsum(shares)
