"""Offers sent to members: received, viewed, completed, and completed after being viewed."""

import ibis
import pandas as pd

from retro.metrics.intervals import add_rate
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Window

ALL = "all"
_VIEWED, _COMPLETED = "offer_viewed", "offer_completed"
_COUNTS = ("received", "viewed", "completed", "viewed_first", "unviewed", "mature", "mature_viewed_first")


def offers(shop: Shop, window: Window) -> pd.DataFrame:
    """Count offers received, viewed and completed, within the time in which each was open.

    The same offer may be sent to a member twice, and one completion lies in the open time of both; each sending is
    counted for itself. A completion counts as viewed first if a view inside the open time does not lie after it:
    members may complete offers that they never saw.

    Args:
        shop: `offers`: one row per sending, `user_id`, `offer_id`, `kind`, `received_at`, `expires_at` (local,
            inclusive); and `events`: `user_id`, `event`, `occurred_at` (local), `detail` (the offer).
        window: The campaign; it says until when events were observed.

    Returns:
        One row per kind of offer, by name, and `all`; no row where the shop sends none.
        - `kind` (str).
        - `received` (int): Sendings.
        - `viewed` (int): Of these, viewed while open.
        - `completed` (int): Completed while open: `viewed_first` and `unviewed`.
        - `viewed_first` (int): Completed while open after being viewed while open.
        - `unviewed` (int): Completed while open without being viewed first.
        - `views`, `completions` (int): Events of viewing and completing, whenever they were.
        - `mature`, `mature_viewed_first` (int): Sendings whose open time was wholly observed; those of them completed
          after being viewed.
        - `rate`, `low`, `high` (float): `mature_viewed_first` over `mature`, and its 95 % Wilson interval. NaN where
          none is mature.
    """
    if not {"offers", "events"} <= set(shop):
        return pd.DataFrame(columns=["kind", *_COUNTS, "views", "completions", "rate", "low", "high"])
    sent, events = shop["offers"], shop["events"]
    require(sent, "offers", "user_id", "offer_id", "kind", "received_at", "expires_at")
    require(events, "events", "user_id", "event", "occurred_at", "detail")
    sent = sent.filter(window.holds(sent.received_at))
    fates = _with_first(_with_first(sent, events, _VIEWED, "seen_at"), events, _COMPLETED, "done_at")
    done = fates.done_at.notnull()
    first = done & fates.seen_at.notnull() & (fates.seen_at <= fates.done_at)
    mature = fates.expires_at < window.observed
    conditions = {
        "viewed": fates.seen_at.notnull(),
        "completed": done,
        "viewed_first": first,
        "mature": mature,
        "mature_viewed_first": mature & first,
    }
    counts = {name: ibis.ifelse(condition, 1, 0).sum() for name, condition in conditions.items()}
    frame = fates.group_by("kind").aggregate(received=fates.count(), **counts).execute().set_index("kind")
    kinds = sent.select("offer_id", "kind").distinct()
    for name, event in (("views", _VIEWED), ("completions", _COMPLETED)):
        frame[name] = _by_kind(events.filter(events.event == event), kinds)
    frame = frame.fillna(0).astype("int64").sort_index()
    frame.loc[ALL] = frame.sum()
    frame["unviewed"] = frame["completed"] - frame["viewed_first"]
    counted: pd.DataFrame = frame.rename_axis("kind").reset_index()
    counted = counted[["kind", *_COUNTS, "views", "completions"]]
    return add_rate(counted, "mature_viewed_first", "mature")


def _with_first(sent: ibis.Table, events: ibis.Table, event: str, name: str) -> ibis.Table:
    """The sendings with the first moment of an event of their offer while they were open."""
    keys = ["user_id", "offer_id", "received_at"]
    moments = events.filter(events.event == event)
    moments = moments.select(moment_user="user_id", moment_offer="detail", moment_at="occurred_at")
    inside = sent.inner_join(
        moments,
        [
            sent.user_id == moments.moment_user,
            sent.offer_id == moments.moment_offer,
            moments.moment_at >= sent.received_at,
            moments.moment_at <= sent.expires_at,
        ],
    )
    first = inside.group_by(keys).aggregate(**{name: inside.moment_at.min()})
    joined = sent.left_join(first, keys)
    return joined.select(*sent.columns, name)


def _by_kind(events: ibis.Table, kinds: ibis.Table) -> "pd.Series[int]":
    joined = events.inner_join(kinds, events.detail == kinds.offer_id)
    counted = joined.group_by("kind").aggregate(events=lambda row: row.count()).execute()
    found: pd.Series[int] = counted.set_index("kind")["events"]
    return found
