"""Price protection (价保): orders that had the difference to a lower price back, beside the weeks before."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd

from retro.metrics.history import history
from retro.metrics.intervals import GAP, add_gap, add_rate
from retro.metrics.money import as_count
from retro.metrics.refund_reasons import by_cohort, followed
from retro.metrics.windows import require
from retro.periods import Window

_NAMES = {"refunded": "claimed"}
_COLUMNS = ("cohort", "paid", "claimed", "claims", "amount", "paid_amount", "immature", "amount_rate", "rate")


def price_protection(
    orders: ibis.Table, refunds: ibis.Table, window: Window, *, within_days: int = 15, campaign_id: str | None = None
) -> pd.DataFrame:
    """Count the paid orders that had the difference to a lower price back within some days of the order.

    Only orders that were observed for so long, and that were placed since refunds are known, count.

    Args:
        orders: As `refund_rates` takes them.
        refunds: One row per payment back: `order_id`, `refunded_at` (local), `amount`, `is_price_protection`.
        window: The campaign or period, with its baseline; it says until when refunds were observed.
        within_days: Days from the order for which the price was protected.
        campaign_id: Whose orders; None for all orders of the window.

    Returns:
        Two rows, the campaign first; none where no refund is known.
        - `cohort` (str): `campaign` or `baseline`, by when they were ordered.
        - `paid`, `claimed` (int): Orders that were paid for, and of these those with such a payment in time.
        - `claims` (int), `amount` (Decimal): These payments, and what they come to.
        - `rate`, `low`, `high` (float): `claimed` over `paid`, Wilson. NaN without orders.
        - `paid_amount` (Decimal): What the paid orders came to; None without amounts. `amount_rate` (float): `amount`
          over it. NaN where that is 0 or missing.
        - `immature` (int): Paid orders of the campaign that are not observed for so long yet; 0 for the baseline.
        - `difference`, `difference_low`, `difference_high` (float): The campaign's `rate` less the baseline's,
          Newcombe. NaN in the second row, and without orders of both.
    """
    require(refunds, "refunds", "order_id", "refunded_at", "amount", "is_price_protection")
    paid, back = followed(orders, refunds, window, within_days, campaign_id, price_protection=True)
    if history(refunds, "refunded_at").first is None:
        return pd.DataFrame(columns=[*_COLUMNS, "low", "high", *GAP])
    found = by_cohort(paid, back).rename(columns=_NAMES)
    claims = back.group_by("cohort").aggregate(claims=back.count()).execute().set_index("cohort")["claims"]
    found["claims"] = [as_count(claims.get(cohort)) for cohort in found.index]
    frame = add_rate(found.reset_index(names="cohort"), "claimed", "paid")
    amounts = zip(frame["amount"], frame["paid_amount"], strict=True)
    frame["amount_rate"] = [float(amount / whole) if whole else np.nan for amount, whole in amounts]
    return add_gap(frame)
