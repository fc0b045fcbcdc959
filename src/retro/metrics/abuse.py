"""Abuse: participants who collect points by rules, beside those whose points were clawed back."""

import datetime as dt
from collections.abc import Sequence

import ibis
import pandas as pd

from retro.metrics.rows import row_counts
from retro.metrics.windows import check_at_least, require
from retro.periods import Window

RULES = ("velocity", "shared_device", "sign_in_burst")
"""Too many acts in a minute; too many users on one device; too many users who sign in on one device in an hour."""

ACTS = ("share", "sign_in")
"""Events that earn points and that a script can repeat."""

_MINUTE, _HOUR = 60, 3600


def abuse_flags(
    events: ibis.Table,
    window: Window,
    *,
    acts: Sequence[str] = ACTS,
    acts_per_minute: int = 6,
    users_per_device: int = 4,
    sign_ins_per_hour: int = 4,
) -> ibis.Table:
    """Find users whose acts break a rule of abuse.

    Args:
        events: One row per event: `user_id`, `event`, `occurred_at` (local), optionally `device_id`.
        window: The campaign or period.
        acts: Events that earn points.
        acts_per_minute: `velocity`: least acts of a user within a minute of the clock.
        users_per_device: `shared_device`: least users with an act on one device.
        sign_ins_per_hour: `sign_in_burst`: least users who sign in on one device within an hour of the clock.

    Returns:
        A table with one row per user and rule: `user_id`, `rule`. Events that hold no `device_id` break `velocity`
        alone.
    """
    limits = {
        "acts_per_minute": acts_per_minute,
        "users_per_device": users_per_device,
        "sign_ins_per_hour": sign_ins_per_hour,
    }
    for name, limit in limits.items():
        check_at_least(name, limit, 2)
    require(events, "events", "user_id", "event", "occurred_at")
    if "device_id" not in events.columns:
        events = events.mutate(device_id=ibis.null("string"))
    inside = events.filter(window.holds(events.occurred_at), events.user_id.notnull())
    done = inside.filter(inside.event.isin(list(acts)))
    seconds = done.occurred_at.epoch_seconds()
    paced = done.group_by("user_id", minute=seconds // _MINUTE).aggregate(acts=done.count())
    fast = paced.filter(paced.acts >= acts_per_minute).select("user_id").distinct()
    signed = inside.filter(inside.event == "sign_in")
    signed = signed.mutate(hour=signed.occurred_at.epoch_seconds() // _HOUR)
    found = {
        "velocity": fast,
        "shared_device": _together(done, ["device_id"], users_per_device),
        "sign_in_burst": _together(signed, ["device_id", "hour"], sign_ins_per_hour),
    }
    return ibis.union(*(users.mutate(rule=ibis.literal(rule)) for rule, users in found.items()))


def abuse(
    flags: ibis.Table, ledger: ibis.Table, joined: ibis.Table, *, campaign_id: str, observed_until: dt.datetime
) -> pd.DataFrame:
    """Count the participants that each rule flags, and how many of them had points clawed back.

    Args:
        flags: As `abuse_flags` returns it.
        ledger: One row per entry: `user_id`, `occurred_at` (local), `kind`, `points`, `campaign_id`.
        joined: One row per participant: `user_id`; others are not counted.
        campaign_id: Whose points.
        observed_until: Until when the ledger was observed, local, exclusive.

    Returns:
        One row per rule, and `any` for all of them together.
        - `rule` (str).
        - `flagged` (int): Participants that the rule flags.
        - `participants` (int): All participants.
        - `confirmed` (int): Flagged participants who had points of the campaign clawed back.
        - `clawed_back` (int): Participants who had, flagged or not.
        - `abuse_precision` (float): `confirmed` over `flagged`. NaN where nobody is flagged.
        - `abuse_recall` (float): `confirmed` over `clawed_back`. NaN where nobody had points clawed back.
        - `points_kept` (int): Points of the campaign earned by flagged participants who had none clawed back.
    """
    require(ledger, "points_ledger", "user_id", "occurred_at", "kind", "points", "campaign_id")
    people = joined.select("user_id").distinct()
    own = ledger.filter(ledger.campaign_id == campaign_id, ledger.occurred_at < observed_until)
    caught = own.filter(own.kind == "claw_back").select("user_id").distinct().semi_join(people, "user_id")
    earned = own.filter(own.points > 0).group_by("user_id").aggregate(earned=lambda row: row.points.sum())
    taken = caught.mutate(taken=ibis.literal(1)).rename(taken_id="user_id")
    listed = ibis.union(flags.select("user_id", "rule"), flags.select("user_id", rule=ibis.literal("any"))).distinct()
    listed = listed.semi_join(people, "user_id").left_join(earned, "user_id")
    listed = listed.left_join(taken, listed.user_id == taken.taken_id)
    counted = listed.group_by("rule").aggregate(
        flagged=listed.count(),
        confirmed=listed.taken.fill_null(0).sum(),
        points_kept=ibis.ifelse(listed.taken.isnull(), listed.earned.fill_null(0), 0).sum(),
    )
    counted = counted.execute().set_index("rule").reindex([*RULES, "any"]).fillna(0).astype("int64")
    frame: pd.DataFrame = counted.reset_index()
    frame["participants"], frame["clawed_back"] = row_counts(people, caught)
    frame["abuse_precision"] = _over(frame["confirmed"], frame["flagged"])
    frame["abuse_recall"] = _over(frame["confirmed"], frame["clawed_back"])
    columns = [
        "rule",
        "flagged",
        "participants",
        "confirmed",
        "clawed_back",
        "abuse_precision",
        "abuse_recall",
        "points_kept",
    ]
    return frame[columns]


def _together(rows: ibis.Table, by: list[str], least: int) -> ibis.Table:
    """Users who share the values of some columns with at least `least` users."""
    known = rows.filter(rows.device_id.notnull()).select("user_id", *by).distinct()
    crowd = known.group_by(by).aggregate(together=known.count())
    crowded = known.semi_join(crowd.filter(crowd.together >= least), by)
    return crowded.select("user_id").distinct()


def _over(part: "pd.Series[int]", whole: "pd.Series[int]") -> "pd.Series[float]":
    return (part / whole.where(whole > 0)).astype("float64")
