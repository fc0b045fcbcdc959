"""People moved: channels and tiers in which fewer members were active, or fewer active ones bought."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ibis
import pandas as pd

from retro.metrics.activity import active_users
from retro.metrics.campaigns_compared import COUNTED, Source
from retro.metrics.history import history
from retro.metrics.moved import judged, moved, moved_together
from retro.metrics.orders import orders_of_people
from retro.metrics.returning import returned
from retro.metrics.shop import Shop
from retro.metrics.tiers import four_tiers, members, tier_of
from retro.metrics.windows import day_number, require
from retro.periods import Window, previous_window

STEPS = {"activity_rate": ("members", "active"), "active_buyer_rate": ("active", "buyers")}
"""Of each figure, what it divides by and what it counts."""

_UNKNOWN, _NEWCOMER = "unknown", "newcomer"
_ARRIVAL = "register"


def people_moved(shop: Shop, window: Window, *, high_value: float) -> pd.DataFrame:
    """Find segments in which fewer members were active, or fewer of the active bought.

    Each is compared with itself a period before; where that was not observed, with the rest of the shop.

    Args:
        shop: Tables by name: `users` (`user_id`, `registered_at`, local; `channel` where the shop has it), `events`
            (`user_id`, `event`, `occurred_at`, local), `orders` (`order_id`, `user_id`, `ordered_at`, local, `status`,
            `amount`).
        window: The period.
        high_value: Amount from which on a member is of high value.

    Returns:
        One row per figure (`activity_rate`, `active_buyer_rate`), dimension (channel of registration; tier as the
        period began, `newcomer` for who came later), segment and factor (`mix`, share of the members or of the active;
        the rate itself), with the columns of `moved.COLUMNS`, the most expensive first; and one of the dimension `all`
        for each figure, what all moved by. None where a table is
        not there.
    """
    earlier = previous_window(window)
    if not {"users", "events", "orders"} <= set(shop):
        return judged([], {}, "users")
    require(shop["users"], "users", "user_id", "registered_at")
    now = _cells(shop, window, high_value)
    before = _cells(shop, earlier, high_value) if history(shop["events"], "occurred_at").knows(earlier) else None
    rows: list[dict[str, Any]] = []
    for figure, (units, hits) in STEPS.items():
        if before is not None:
            rows += moved_together(figure, *(_by(cells, "channel", units, hits) for cells in (before, now)))
        for dimension in ("channel", "tier"):
            base = None if before is None else _by(before, dimension, units, hits)
            rows += moved(figure, dimension, base, _by(now, dimension, units, hits))
    return judged(rows, {figure: float(now[hits].sum()) for figure, (_, hits) in STEPS.items()}, "users")


def newcomers_moved(
    shop: Shop,
    campaigns: pd.DataFrame,
    sources: Mapping[str, Source],
    *,
    observed_until: dt.datetime,
    baseline_weeks: int = 8,
) -> pd.DataFrame:
    """Find channels whose newcomers came back less often than those of the weeks before a campaign.

    Args:
        shop: As `people_moved`; without channels of the users there is no row.
        campaigns: One row per campaign: `report`, `state`, `start`, `end`.
        sources: Goals that a campaign's report answers; those answered by `day_<N>_retention_rate` are tested.
        observed_until: Until when both tables were observed, local, exclusive.
        baseline_weeks: Weeks before the campaign that make the baseline.

    Returns:
        One row per goal, channel and factor, as `people_moved`.
    """
    rows: list[dict[str, Any]] = []
    hits: dict[str, float] = {}
    if not {"users", "events"} <= set(shop) or "channel" not in shop["users"].columns:
        return judged(rows, hits, "users")
    there = {row["report"]: row for row in campaigns.to_dict("records") if row["state"] == COUNTED}
    for goal, source in sources.items():
        prefix, _, suffix = source.figure.partition("day_")
        day = suffix.removesuffix("_retention_rate")
        if prefix or not day.isdigit() or source.report not in there:
            continue
        start, end = (there[source.report][name].to_pydatetime() for name in ("start", "end"))
        cells = _returned(shop, Window(start, end, observed_until, baseline_weeks), int(day))
        before, now = (cells.loc[cells["now"] == is_now, ["segment", "units", "hits"]] for is_now in (False, True))
        rows += moved_together(goal, before, now)
        rows += moved(goal, "channel", before, now)
        hits[goal] = float(now["hits"].sum())
    return judged(rows, hits, "users")


def _cells(shop: Shop, window: Window, high_value: float) -> pd.DataFrame:
    users, events, orders = (shop[name] for name in ("users", "events", "orders"))
    channel = users.channel.fill_null(_UNKNOWN) if "channel" in users.columns else ibis.literal(_UNKNOWN)
    known = users.filter(users.registered_at < window.end).select("user_id", channel=channel)
    told = members(users, orders, observed_until=window.start)
    tiers = told.select(member_id="user_id", tier=tier_of(told, four_tiers(high_value)))
    active = active_users(events, window).select(active_id="user_id").distinct()
    valid = orders_of_people(orders)
    bought = valid.filter(window.holds(valid.ordered_at)).select(buyer_id="user_id").distinct()
    joined = known.left_join(tiers, known.user_id == tiers.member_id)
    joined = joined.left_join(active, joined.user_id == active.active_id)
    joined = joined.left_join(bought, joined.user_id == bought.buyer_id)
    seen = joined.active_id.notnull()
    counts = {
        "members": joined.count(),
        "active": seen.sum(),
        "buyers": (seen & joined.buyer_id.notnull()).sum(),
    }
    grouped = joined.group_by(channel=joined.channel, tier=joined.tier.fill_null(_NEWCOMER))
    found: pd.DataFrame = grouped.aggregate(**counts).execute()
    return found


def _by(cells: pd.DataFrame, dimension: str, units: str, hits: str) -> pd.DataFrame:
    summed = cells.groupby(dimension, as_index=False, sort=True)[[units, hits]].sum()
    return summed.set_axis(["segment", "units", "hits"], axis=1)


def _returned(shop: Shop, window: Window, day: int) -> pd.DataFrame:
    """Newcomers by channel, of the campaign and of the weeks before it, and who of them was back on a day."""
    users, events = shop["users"], shop["events"]
    moment = users.registered_at
    cohort = ibis.ifelse(moment >= window.start, "now:", "old:") + users.channel.fill_null(_UNKNOWN)
    newcomers = users.filter(moment >= window.baseline_start, moment < window.end).select(
        "user_id", cohort=cohort, arrived=day_number(moment)
    )
    past = history(events, "occurred_at", until=window.observed)
    moment = events.occurred_at
    alive = events.filter(events.event != _ARRIVAL, moment >= window.baseline_start, moment < window.observed)
    alive = alive.select("user_id", active=day_number(alive.occurred_at))
    counts = returned(newcomers, alive, [day], window.observed, past.since or window.observed, past.lost)
    counts = counts.reset_index()
    told = counts["cohort"].str.partition(":")
    return pd.DataFrame(
        {"now": told[0] == "now", "segment": told[2], "units": counts["eligible_0"], "hits": counts["retained_0"]}
    )
