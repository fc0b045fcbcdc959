"""Reach: new users by channel beside the baseline, and how many touched the campaign."""

import datetime as dt
from collections.abc import Collection

import ibis
import numpy as np
import pandas as pd

from retro.metrics.feedback import OTHER
from retro.metrics.history import history
from retro.metrics.intervals import add_rate, prediction
from retro.metrics.shop import Shop
from retro.metrics.windows import check_at_least, earlier_windows, require
from retro.periods import Window
from retro.privacy import LEAST


def reach(
    users: ibis.Table,
    shop: Shop,
    window: Window,
    *,
    within: dt.timedelta,
    touches: Collection[str],
    experiments: Collection[str] = (),
    least: int = LEAST,
) -> pd.DataFrame:
    """Count new users by channel beside the baseline, and how many of them touched the campaign.

    Impressions are rarely kept by user, so a touch is an event that only people who saw the campaign leave, such as
    `task_start`, or an exposure to one of its experiments.

    Args:
        users: One row per user: `user_id`, `registered_at` (local), optionally `channel`.
        shop: The tables that the shop has, of `events` (`user_id`, `event`, `occurred_at`) and `exposures`
            (`experiment_id`, `unit_id`).
        window: The campaign or period; `baseline_weeks`: how many equally long windows before make the baseline, one
            week apart.
        within: How long after the end an event still counts as a touch.
        touches: Events that count as a touch.
        experiments: The campaign's experiments on users.
        least: Channels of fewer new users are merged as `other`.

    Returns:
        One row per channel, the largest first.
        - `channel` (str): Channel; None for users without one, and for all where the shop keeps none.
        - `registrations` (int): New users in the window.
        - `share` (float): Of all new users. NaN without any.
        - `baseline` (float): Mean of the windows before. NaN for fewer than three.
        - `baseline_low`, `baseline_high` (float): 95 % prediction interval, as `registration_lift`.
        - `lift_rate`, `lift_low`, `lift_high` (float): As `registration_lift`.
        - `reached` (int): New users with a touch; missing where the shop keeps neither events nor exposures.
        - `rate`, `low`, `high` (float): `reached` over `registrations`, and its 95 % Wilson interval. NaN as `reached`.
    """
    check_at_least("least", least, 1)
    require(users, "users", "user_id", "registered_at")
    channel = users.channel if "channel" in users.columns else ibis.null("string")
    table = users.select("user_id", "registered_at", channel=channel)
    touched = _touched(shop, Window(window.start, window.end + within), touches, experiments)
    counts = _counts(table, window, touched)
    small = counts["registrations"].to_numpy() < least
    counts["channel"] = np.where(small & counts["channel"].notna().to_numpy(), OTHER, counts["channel"])
    merged = counts.groupby("channel", dropna=False, as_index=False).sum()
    merged = merged[merged["registrations"] > 0]
    return _compared(merged, known=touched is not None)


def _touched(shop: Shop, window: Window, touches: Collection[str], experiments: Collection[str]) -> ibis.Table | None:
    """Users in touch with the campaign: `user_id`; None where the shop cannot know."""
    seen = []
    if "events" in shop and touches:
        events = shop["events"]
        require(events, "events", "user_id", "event", "occurred_at")
        inside = events.filter(events.event.isin(sorted(touches)), window.holds(events.occurred_at))
        seen.append(inside.select("user_id"))
    if "exposures" in shop and experiments:
        exposures = shop["exposures"]
        require(exposures, "exposures", "experiment_id", "unit_id")
        seen.append(exposures.filter(exposures.experiment_id.isin(sorted(experiments))).select(user_id="unit_id"))
    return ibis.union(*seen, distinct=True) if len(seen) > 1 else seen[0].distinct() if seen else None


def _counts(table: ibis.Table, window: Window, touched: ibis.Table | None) -> pd.DataFrame:
    known, earlier = history(table, "registered_at", until=window.end), earlier_windows(window)
    spans = {"registrations": window}
    spans |= {f"before_{place}": one for place, one in enumerate(filter(known.knows, earlier), start=1)}
    recent = table.filter(table.registered_at >= earlier[-1].start, table.registered_at < window.end)
    marked = recent.mutate(reached=ibis.literal(0, "int64"))
    if touched is not None:
        hits = touched.mutate(hit=ibis.literal(1, "int64"))
        marked = recent.left_join(hits, "user_id").mutate(reached=lambda row: row.hit.fill_null(0))
    sums = {name: ibis.ifelse(span.holds(marked.registered_at), 1, 0).sum() for name, span in spans.items()}
    sums["reached"] = ibis.ifelse(window.holds(marked.registered_at), marked.reached, 0).sum()
    counted: pd.DataFrame = marked.group_by("channel").aggregate(**sums).execute()
    return counted


def _compared(counts: pd.DataFrame, *, known: bool) -> pd.DataFrame:
    """Counts beside their baseline, the largest channel first."""
    before = [column for column in counts.columns if str(column).startswith("before_")]
    bands = [prediction([float(value) for value in row]) for row in counts[before].to_numpy()]
    band = pd.DataFrame(
        bands, columns=["baseline", "baseline_low", "baseline_high"], index=counts.index, dtype="float64"
    )
    frame = counts[["channel", "registrations", "reached"]].join(band)
    came = frame["registrations"].astype("float64")
    frame["share"] = came / (came.sum() or np.nan)
    for name, end in (("lift_rate", "baseline"), ("lift_low", "baseline_high"), ("lift_high", "baseline_low")):
        frame[name] = came / frame[end].where(frame[end] > 0) - 1
    frame["reached"] = frame["reached"].astype("Int64") if known else pd.array([pd.NA] * len(frame), "Int64")
    frame = add_rate(frame, "reached", "registrations")
    frame["channel"] = frame["channel"].astype(object).where(frame["channel"].notna(), None)
    return frame.sort_values(["registrations", "channel"], ascending=[False, True], ignore_index=True)[_COLUMNS]


_COLUMNS = [
    "channel", "registrations", "share", "baseline", "baseline_low", "baseline_high", "lift_rate", "lift_low",
    "lift_high", "reached", "rate", "low", "high",
]  # fmt: skip
