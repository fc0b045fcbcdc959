"""Purchase paths: who buys after an action in a campaign, beside matched people who did not act.

Matching is that of `matched_participants`: coarsened exact matching on what people bought before the campaign, for how
long they have been members, and their channel.
"""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
from scipy.special import ndtri

from retro.clocks import seconds_between
from retro.metrics.cohorts import holds_lost, lost_since
from retro.metrics.intervals import CONFIDENCE, rate_of
from retro.metrics.orders import orders_of_people
from retro.metrics.strata import value_class, with_tenure, worth_of
from retro.metrics.windows import DAY, check_at_least, day_number, require
from retro.periods import Window

BEFORE_DAYS = 56
"""Days before the start whose purchases are matched on."""

_STRATUM = ["tenure", "channel", "value_class"]


def redeem_to_purchase(
    users: ibis.Table, orders: ibis.Table, redeemed: ibis.Table, joined: ibis.Table, window: Window, *, days: int = 7
) -> pd.DataFrame:
    """Compare orders after a first redemption with those of matched participants who redeemed nothing.

    Participants who redeemed nothing are followed from the redeemers' median time to redemption after joining. Those
    not observed for `days` are left out.

    Args:
        users: One row per user: `user_id`, `registered_at` (local), optionally `channel`.
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        redeemed: As `redeemed_points` returns it.
        joined: As `participants` returns it.
        window: The campaign; it says until when orders were observed.
        days: Days within which the order must follow.

    Returns:
        As `matched_rates`.
    """
    check_at_least("days", days, 1)
    require(redeemed, "redemptions", "user_id", "occurred_at")
    first = redeemed.group_by("user_id").aggregate(redeemed_at=redeemed.occurred_at.min())
    people = joined.left_join(first, "user_id").drop("user_id_right")
    people = people.mutate(treated=people.redeemed_at.notnull())
    waits = people.filter(people.treated)
    wait = seconds_between(waits.joined_at, waits.redeemed_at).quantile(0.5).execute()
    seconds = 0 if pd.isna(wait) else max(0, int(wait))
    since = ibis.ifelse(people.treated, people.redeemed_at, people.joined_at + ibis.interval(seconds=seconds))
    watched = people.mutate(since=since).select("user_id", "treated", "since")
    watched = watched.filter(watched.since <= window.observed - days * DAY)
    return matched_rates(watched, users, orders, window, days=days)


def participant_repurchase(
    users: ibis.Table, orders: ibis.Table, joined: ibis.Table, window: Window, *, days: int = 30
) -> pd.DataFrame:
    """Compare repurchase after the campaign of participants and of matched members who could have taken part.

    Args:
        users: The members who could take part: `user_id`, `registered_at` (local), optionally `channel`. Those who
            never placed a valid order before the end are left out: they have nothing to repeat.
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        joined: One row per participant: `user_id`.
        window: The campaign; it says until when orders were observed.
        days: Days from the end within which the order must lie.
        before_days: Days before the start whose purchases are matched on.

    Returns:
        As `matched_rates`; nobody on either side where the days have not been observed.
    """
    check_at_least("days", days, 1)
    valid = orders_of_people(orders)
    bought = valid.filter(valid.ordered_at < window.end).select("user_id").distinct()
    took_part = joined.select(joined_id="user_id").distinct()
    people = users.select("user_id").distinct().semi_join(bought, "user_id")
    people = people.left_join(took_part, people.user_id == took_part.joined_id)
    people = people.select("user_id", treated=people.joined_id.notnull(), since=ibis.literal(window.end))
    if window.end + days * DAY > window.observed:
        people = people.limit(0)
    return matched_rates(people, users, orders, window, days=days)


def matched_rates(
    people: ibis.Table, users: ibis.Table, orders: ibis.Table, window: Window, *, days: int
) -> pd.DataFrame:
    """Compute the share of people who order within `days`, on two sides, unweighted and matched.

    Args:
        people: One row per person: `user_id`, `treated` (bool), `since` (local), from when they are followed.
        users: One row per user: `user_id`, `registered_at` (local), optionally `channel`.
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        window: The campaign or period.
        days: Days after `since` within which the order must follow; who has one whose orders are lost is left out.

    Returns:
        Four rows.
        - `side` (str): `treated`; `alike`, the others weighted as the strata of the treated; `others`, unweighted;
          `difference` between the treated who found others alike and these.
        - `people` (int): On that side; for `alike` and `difference`, treated who found others alike.
        - `buyers` (Int64): Who bought. Missing for `alike` and `difference`.
        - `rate`, `low`, `high` (float): Share who bought, with Wilson's interval; for `alike` and `difference` a
          normal one. NaN where nobody is left.
    """
    require(users, "users", "user_id", "registered_at")
    lost = lost_since(orders_of_people(orders, until=window.observed_until), window.start, window.observed_until)
    people = people.filter(~holds_lost(day_number(people.since), lost, range(days + 1)))
    strata = _strata(_with_purchases(people, orders, days), users, orders, window.start, BEFORE_DAYS * DAY)
    totals = strata.groupby("treated")[["people", "buyers"]].sum().reindex([True, False], fill_value=0)
    rows: list[tuple[object, ...]] = []
    for side, treated in (("treated", True), ("others", False)):
        heads, hits = int(totals["people"][treated]), int(totals["buyers"][treated])
        rows.append((side, heads, hits, *rate_of(hits, heads).values()))
    matched = _matched(strata)
    frame = pd.DataFrame([rows[0], matched[0], rows[1], matched[1]], columns=_COLUMNS)
    return frame.astype({"people": "int64", "buyers": "Int64"})


_COLUMNS = ["side", "people", "buyers", "rate", "low", "high"]


def _with_purchases(people: ibis.Table, orders: ibis.Table, days: int) -> ibis.Table:
    """The people with `bought`, 1 where a valid order follows in time."""
    valid = orders_of_people(orders).select("ordered_at", buyer_id="user_id")
    after = people.inner_join(valid, people.user_id == valid.buyer_id)
    wait = seconds_between(after.since, after.ordered_at)
    soon = after.filter(wait > 0, wait <= int(days * DAY.total_seconds())).select("buyer_id").distinct()
    joined = people.left_join(soon, people.user_id == soon.buyer_id)
    return joined.select("user_id", "treated", bought=ibis.ifelse(joined.buyer_id.notnull(), 1, 0))


def _strata(
    marked: ibis.Table, users: ibis.Table, orders: ibis.Table, start: dt.datetime, span: dt.timedelta
) -> pd.DataFrame:
    members = with_tenure(users, start)
    valid = orders_of_people(orders)
    valid = valid.filter(valid.ordered_at >= start - span, valid.ordered_at < start)
    spent = valid.group_by("user_id").aggregate(value=worth_of(valid).sum())
    units = marked.inner_join(members, "user_id").left_join(spent, "user_id")
    units = units.mutate(value_class=value_class(units.value.fill_null(0.0)))
    counted = units.group_by(*_STRATUM, "treated").aggregate(people=units.count(), buyers=units.bought.sum())
    frame: pd.DataFrame = counted.execute().astype({"treated": bool, "people": "int64", "buyers": "int64"})
    return frame


def _matched(strata: pd.DataFrame) -> tuple[tuple[object, ...], tuple[object, ...]]:
    sides = [
        strata[strata["treated"] == treated].set_index(_STRATUM)[["people", "buyers"]].add_suffix(suffix)
        for treated, suffix in ((True, "_treated"), (False, "_other"))
    ]
    both = sides[0].join(sides[1], how="inner").astype("float64").sort_index()
    heads = both["people_treated"].sum()
    if not heads:
        return ("alike", 0, pd.NA, *[np.nan] * 3), ("difference", 0, pd.NA, *[np.nan] * 3)
    share = both["people_treated"] / heads
    treated = float(both["buyers_treated"].sum() / heads)
    other = float((share * both["buyers_other"] / both["people_other"]).sum())
    # The variance of the whole side bounds that of its strata, so small strata do not feign certainty.
    spread_other = other * (1 - other) * float((share**2 / both["people_other"]).sum())
    spread = treated * (1 - treated) / heads + spread_other
    z = float(ndtri((1 + CONFIDENCE) / 2))
    alike = (other, max(0.0, other - z * spread_other**0.5), min(1.0, other + z * spread_other**0.5))
    gap = treated - other
    difference = (gap, gap - z * spread**0.5, gap + z * spread**0.5)
    return ("alike", int(heads), pd.NA, *alike), ("difference", int(heads), pd.NA, *difference)
