"""Refunds: how many paid orders had money back soon, why, and which reason grew beside the weeks before."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd

from retro.clocks import seconds_between
from retro.metrics.cohorts import BASELINE, CAMPAIGN
from retro.metrics.feedback import OTHER
from retro.metrics.goods.lines import PAID, with_cohorts
from retro.metrics.history import history
from retro.metrics.intervals import CONFIDENCE, GAP, add_gap, add_rate, difference_ends, wilson
from retro.metrics.money import as_count, as_money
from retro.metrics.orders import price_protected, refunds_until, with_amounts
from retro.metrics.windows import DAY, check_at_least, require
from retro.periods import Window
from retro.privacy import LEAST

UNSTATED = "unstated"
"""What the reason of refunds is called for which none is given."""


def refund_rates(
    orders: ibis.Table, refunds: ibis.Table, window: Window, *, within_days: int = 7, campaign_id: str | None = None
) -> pd.DataFrame:
    """Count the paid orders that had money back within some days, beside those of the weeks before.

    Only orders that were observed for so long, and that were placed since refunds are known, count. What was paid back
    because the price fell (`is_price_protection`, where the shop keeps it) is no refund here: the goods stayed.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`; `amount` where the shop keeps it, and
            `campaign_id` where it marks the orders of a campaign, and then only those count.
        refunds: One row per refund: `order_id`, `refunded_at` (local), `amount`; those that nobody dated count.
        window: The campaign or period, with its baseline; it says until when refunds were observed.
        within_days: Days from the order within which money went back.
        campaign_id: Whose orders; None for all orders of the window.

    Returns:
        Two rows, the campaign first; none where no refund is known.
        - `cohort` (str): `campaign` or `baseline`, by when they were ordered.
        - `paid`, `refunded` (int): Orders that were paid for, and of these those with money back in time.
        - `rate`, `low`, `high` (float): `refunded` over `paid`, Wilson. NaN without orders.
        - `amount`, `paid_amount` (Decimal): What went back in time, and what the paid orders came to; the latter None
          without amounts.
        - `amount_rate` (float): `amount` over `paid_amount`. NaN where that is 0 or missing.
        - `immature` (int): Paid orders of the campaign that are not observed for so long yet; 0 for the baseline.
        - `difference`, `difference_low`, `difference_high` (float): The campaign's `rate` less the baseline's,
          Newcombe. NaN in the second row, and without orders of both.
    """
    paid, back = followed(orders, refunds, window, within_days, campaign_id)
    if history(refunds, "refunded_at").first is None:
        return pd.DataFrame(columns=["cohort", *_COUNTED, "rate", "low", "high", "amount_rate", *GAP])
    found = by_cohort(paid, back)
    frame = add_rate(found.reset_index(names="cohort"), "refunded", "paid")
    amounts = zip(frame["amount"], frame["paid_amount"], strict=True)
    frame["amount_rate"] = [float(amount / whole) if whole else np.nan for amount, whole in amounts]
    return add_gap(frame)


def refund_reasons(
    orders: ibis.Table,
    refunds: ibis.Table,
    window: Window,
    *,
    within_days: int = 7,
    campaign_id: str | None = None,
    least: int = LEAST,
) -> pd.DataFrame:
    """Count refunded orders by reason, beside the weeks before.

    The arguments are those of `refund_rates`; `refunds` with `reason`. Reasons of fewer than `least` orders of the
    campaign are put together as `other`.

    Returns:
        One row per reason of the campaign's refunds, the most frequent first; none where the shop keeps no reasons.
        - `reason` (str): In the shop's own words; `unstated` where none is given.
        - `orders` (int), `amount` (Decimal): Orders refunded for it in time, and what they were paid back. An order
          that is paid back for two reasons counts for both.
        - `refunded` (int): Orders refunded for any reason, the same in every row; `share` (float): `orders` over it.
        - `rate` (float): `orders` over the campaign's paid orders.
        - `orders_before`, `baseline_refunded` (int), `baseline_rate` (float): The same of the weeks before. NaN
          without orders.
        - `difference`, `difference_low`, `difference_high` (float): `rate` less `baseline_rate`; Newcombe, widened for
          as many reasons as there are (Bonferroni).
    """
    check_at_least("least", least, 1)
    columns = ["reason", "orders", "amount", "refunded", "share", "rate", "orders_before", "baseline_refunded"]
    if "reason" not in refunds.columns:
        return pd.DataFrame(columns=[*columns, "baseline_rate", *GAP])
    paid, back = followed(orders, refunds, window, within_days, campaign_id)
    whole = by_cohort(paid, back).to_dict("index")
    words = back.mutate(reason=back.reason.strip().nullif("").fill_null(UNSTATED))
    found = (
        words.group_by("cohort", "reason")
        .aggregate(orders=words.order_id.nunique(), amount=words.refund.sum())
        .execute()
        .pivot_table(index="reason", columns="cohort", values=["orders", "amount"], aggfunc="sum")
    )
    wide = pd.DataFrame(
        {
            name: found[value, cohort].map(made) if (value, cohort) in found.columns else made(None)
            for name, value, cohort, made in (
                ("orders", "orders", CAMPAIGN, as_count),
                ("amount", "amount", CAMPAIGN, as_money),
                ("orders_before", "orders", BASELINE, as_count),
            )
        },
        index=found.index,
    )
    merged = wide.groupby(lambda reason: reason if wide.loc[reason, "orders"] >= least else OTHER).sum()
    frame = merged[merged["orders"] > 0].rename_axis("reason").reset_index()
    frame = frame.sort_values(["orders", "reason"], ascending=[False, True], ignore_index=True)
    own, base = whole[CAMPAIGN], whole[BASELINE]
    confidence = 1 - (1 - CONFIDENCE) / max(len(frame), 1)
    rates = [_rate(frame[name], part["paid"], confidence) for name, part in (("orders", own), ("orders_before", base))]
    ends = [difference_ends(*both) for both in zip(*rates, strict=True)]
    return frame.assign(
        refunded=own["refunded"],
        share=frame["orders"] / (own["refunded"] or np.nan),
        rate=[one[0] for one in rates[0]],
        baseline_refunded=base["refunded"],
        baseline_rate=[one[0] for one in rates[1]],
        difference=[one[0] - other[0] for one, other in zip(*rates, strict=True)],
        difference_low=[low for low, _ in ends],
        difference_high=[high for _, high in ends],
    )


_COUNTED = ("paid", "refunded", "amount", "paid_amount", "immature")


def followed(
    orders: ibis.Table,
    refunds: ibis.Table,
    window: Window,
    within_days: int,
    campaign_id: str | None,
    *,
    price_protection: bool = False,
) -> tuple[ibis.Table, ibis.Table]:
    """The paid orders of both cohorts, `old` where they were observed for long enough, and what these had back.

    Of what they had back either the refunds, or what was paid back because the price fell.
    """
    check_at_least("within_days", within_days, 1)
    require(refunds, "refunds", "order_id", "refunded_at", "amount")
    known = history(refunds, "refunded_at").since or window.baseline_start
    inside = with_amounts(with_cohorts(orders, window, campaign_id))
    inside = inside.filter(
        inside.status.isin(PAID), inside.ordered_at >= known, inside.ordered_at < window.observed_end
    )
    old = inside.ordered_at < window.observed - within_days * DAY
    paid = inside.select("order_id", "ordered_at", "amount", "cohort", old=old)
    given = price_protected(refunds_until(refunds, window.observed), is_so=price_protection)
    reason = given.reason if "reason" in given.columns else ibis.null("string")
    dated = given.select("order_id", "refunded_at", refund=given.amount, reason=reason)
    joined = dated.join(paid.filter(paid.old), "order_id")
    waited = seconds_between(joined.ordered_at, joined.refunded_at)
    return paid, joined.filter((waited < within_days * DAY.total_seconds()) | joined.refunded_at.isnull())


def by_cohort(paid: ibis.Table, back: ibis.Table) -> pd.DataFrame:
    """The columns `_COUNTED` of the campaign and the baseline."""
    counted = paid.group_by("cohort").aggregate(
        paid=paid.old.sum(), paid_amount=paid.amount.sum(where=paid.old), immature=(~paid.old).sum()
    )
    returned = back.group_by("cohort").aggregate(refunded=back.order_id.nunique(), amount=back.refund.sum())
    found = counted.execute().set_index("cohort").join(returned.execute().set_index("cohort"))
    found = found.reindex([CAMPAIGN, BASELINE])
    known = found["paid_amount"].map(lambda worth: None if pd.isna(worth) else as_money(worth))
    counts = {name: found[name].map(as_count) for name in ("paid", "refunded", "immature")}
    return pd.DataFrame({**counts, "amount": found["amount"].map(as_money), "paid_amount": known})[list(_COUNTED)]


def _rate(hits: pd.Series[int], total: int, confidence: float) -> list[tuple[float, float, float]]:
    """A rate for each count, with its interval at a confidence."""
    low, high = wilson(hits, [total] * len(hits), confidence)
    return list(zip(hits / (total or np.nan), low, high, strict=True))
