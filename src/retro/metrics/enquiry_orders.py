"""Enquiries before an order: how many who asked ordered soon after, beside the weeks before."""

from __future__ import annotations

import datetime as dt

import ibis
import pandas as pd

from retro.clocks import seconds_between
from retro.metrics.cohorts import BASELINE, CAMPAIGN
from retro.metrics.feedback import OTHER
from retro.metrics.history import history
from retro.metrics.intervals import GAP, add_rate, difference_ends
from retro.metrics.orders import orders_of_people
from retro.metrics.windows import DAY, check_at_least, day_number, require
from retro.periods import Window
from retro.privacy import LEAST

ALL = "all"
"""What the row of all enquiries is called."""

_COLUMNS = ("topic", "asked", "ordered", "rate", "low", "high", "baseline_asked", "baseline_ordered", "baseline_rate")


def enquiry_orders(
    tickets: ibis.Table,
    orders: ibis.Table,
    window: Window,
    *,
    within_hours: int = 24,
    after_sale_days: int = 7,
    least: int = LEAST,
) -> pd.DataFrame:
    """Count the people who asked support and ordered soon after, each once a day, beside the weeks before.

    Those who had ordered within some days before they asked are left out: they ask about that order. So are enquiries
    that were not observed for long enough, and those of nobody known.

    Args:
        tickets: One row per enquiry: `user_id`, `opened_at` (local), `topic`.
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.
        window: The campaign or period, with its baseline; it says until when orders were observed.
        within_hours: Hours after the day's first enquiry within which a valid order counts.
        after_sale_days: Days before it within which a valid order makes it an enquiry about that order.
        least: Topics of fewer people of the campaign are put together as `other`.

    Returns:
        A row for `all`, then one per topic of the campaign, the most frequent first; none where nobody asked.
        - `topic` (str): What the day's first enquiry was about.
        - `asked`, `ordered` (int): People and days with an enquiry in the window, and of these those with an order.
        - `rate`, `low`, `high` (float): `ordered` over `asked`, Wilson.
        - `baseline_asked`, `baseline_ordered` (int), `baseline_rate` (float): The same of the weeks before, from when
          enquiries are known on. NaN without any.
        - `difference`, `difference_low`, `difference_high` (float): `rate` less `baseline_rate`, Newcombe. NaN without
          a baseline.
    """
    check_at_least("within_hours", within_hours, 1)
    check_at_least("after_sale_days", after_sale_days, 1)
    require(tickets, "support_tickets", "user_id", "opened_at", "topic")
    since = history(tickets, "opened_at", until=window.end).since or window.baseline_start
    until = min(window.end, window.observed - dt.timedelta(hours=within_hours))
    inside = tickets.filter(
        tickets.user_id.notnull(),
        tickets.opened_at >= max(since, window.baseline_start),
        tickets.opened_at < until,
    )
    first = inside.group_by("user_id", day=day_number(inside.opened_at)).aggregate(
        opened_at=inside.opened_at.min(), topic=inside.topic.argmin(inside.opened_at)
    )
    bought = orders_of_people(orders, until=window.observed).select("user_id", "ordered_at")
    joined = first.left_join(bought, "user_id")
    waited = seconds_between(joined.opened_at, joined.ordered_at)
    before = (waited < 0) & (waited >= -after_sale_days * int(DAY.total_seconds()))
    soon = (waited >= 0) & (waited < within_hours * 3600)
    people = (
        joined.mutate(
            before=before.fill_null(ibis.literal(value=False)), soon=soon.fill_null(ibis.literal(value=False))
        )
        .group_by("user_id", "day")
        .aggregate(
            opened_at=lambda row: row.opened_at.min(),
            topic=lambda row: row.topic.min(),
            before=lambda row: row.before.max(),
            soon=lambda row: row.soon.max(),
        )
    )
    asking = people.filter(~people.before)
    cohort = ibis.ifelse(asking.opened_at >= window.start, CAMPAIGN, BASELINE)
    found = (
        asking.mutate(cohort=cohort)
        .group_by("cohort", "topic")
        .aggregate(asked=lambda row: row.count(), ordered=lambda row: row.soon.sum())
        .execute()
    )
    own, base = (
        found[found["cohort"] == cohort].set_index("topic")[["asked", "ordered"]] for cohort in (CAMPAIGN, BASELINE)
    )
    if own.empty:
        return pd.DataFrame(columns=[*_COLUMNS, *GAP])
    wide = own.join(base.add_prefix("baseline_"), how="outer").fillna(0).astype("int64")
    few = {topic for topic, asked in wide["asked"].items() if asked < least}
    wide = wide.groupby(lambda topic: OTHER if topic in few else topic).sum()
    wide = wide[wide["asked"] > 0].rename_axis("topic").reset_index()
    wide = wide.sort_values(["asked", "topic"], ascending=[False, True])
    whole = own.sum().to_dict() | base.sum().add_prefix("baseline_").to_dict()
    frame = pd.concat([pd.DataFrame([{"topic": ALL, **whole}]), wide], ignore_index=True)
    frame = add_rate(add_rate(frame, "ordered", "asked"), "baseline_ordered", "baseline_asked", "baseline_")
    own_ends, base_ends = (
        list(frame[[f"{part}rate", f"{part}low", f"{part}high"]].astype("float64").itertuples(index=False, name=None))
        for part in ("", "baseline_")
    )
    gaps = [difference_ends(*both) for both in zip(own_ends, base_ends, strict=True)]
    return frame.assign(
        difference=frame["rate"] - frame["baseline_rate"],
        difference_low=[low for low, _ in gaps],
        difference_high=[high for _, high in gaps],
    )[[*_COLUMNS, *GAP]]
