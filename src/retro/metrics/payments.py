"""Payments: success rate over time, by channel, and during incidents."""

import datetime as dt
from typing import Any

import ibis
import pandas as pd

from retro.metrics.intervals import add_rate
from retro.metrics.shop import Shop
from retro.metrics.windows import check_at_least, require
from retro.periods import Window

_PAID, _FAILED = "pay", "pay_failed"
_SYSTEM = "payment"


def payments(events: ibis.Table, shop: Shop, window: Window, *, step_minutes: int = 1) -> pd.DataFrame:
    """Count payment attempts and successes over a window.

    Args:
        events: One row per event: `event`, `occurred_at` (local); `pay` and `pay_failed` are the attempts.
        shop: Tables by name, where the shop has them: `incidents` (`system`, `started_at`, `ended_at`, local).
        window: The campaign or period.
        step_minutes: Minutes of one row.

    Returns:
        One row per step, counted from the start, in order.
        - `at` (datetime): Begin of the step.
        - `attempts`, `paid` (int): Attempts, and of these those that went through; 0 in a step without.
        - `broken` (bool): Whether an incident of payments touched the step.
        - `rate`, `low`, `high` (float): `paid` over `attempts` (Wilson). NaN in a step without attempts.
    """
    check_at_least("step_minutes", step_minutes, 1)
    tried = _attempts(events, window)
    seconds = 60 * step_minutes
    step = (tried.occurred_at.epoch_seconds() - int(pd.Timestamp(window.start).timestamp())) // seconds
    found = _counted(tried, step=step).set_index("step")
    at = pd.date_range(window.start, window.end, freq=dt.timedelta(minutes=step_minutes), inclusive="left", unit="us")
    counts = found.reindex(range(len(at)), fill_value=0)
    frame = pd.DataFrame({"at": at, "attempts": counts["attempts"].to_numpy(), "paid": counts["paid"].to_numpy()})
    known: list[Any] = list(_touching(shop.get("incidents"), window).itertuples())
    broken = [row for row in known if row.system == _SYSTEM]
    until = frame["at"] + dt.timedelta(minutes=step_minutes)
    frame["broken"] = False
    for row in broken:
        frame["broken"] |= (frame["at"] < row.ended_at) & (until > row.started_at)
    return add_rate(frame.astype({"attempts": "int64", "paid": "int64"}), "paid", "attempts")


def payment_channels(events: ibis.Table, window: Window) -> pd.DataFrame:
    """Attempts to pay by channel, and on all of them.

    The arguments are those of `payments`; `events` with `channel`.

    Returns:
        One row per channel, the one with the most attempts first, after a first one for `all`.
        - `channel` (str): Empty for attempts without one.
        - `attempts`, `paid` (int), `rate`, `low`, `high` (float): As `payments`.
    """
    require(events, "events", "channel")
    tried = _attempts(events, window)
    found = _counted(tried, channel=tried.channel.fill_null(""))
    ranked = found.sort_values(["attempts", "channel"], ascending=[False, True])
    total = pd.DataFrame({"channel": ["all"], "attempts": [found["attempts"].sum()], "paid": [found["paid"].sum()]})
    frame = pd.concat([total, ranked], ignore_index=True).astype({"attempts": "int64", "paid": "int64"})
    return add_rate(frame[["channel", "attempts", "paid"]], "paid", "attempts")


def payment_incidents(events: ibis.Table, shop: Shop, window: Window) -> pd.DataFrame:
    """List incidents of a campaign, with payment success during and outside those of payments.

    Args:
        events: As `payments`, with `channel`.
        shop: Tables by name, where the shop has them: `incidents` (`system`, `severity`, `channel`, `started_at`,
            `ended_at`, local, `title`).
        window: The campaign or period.

    Returns:
        One row per incident that touches the window, by its start; of an incident, only what lies inside counts. No
        row where none did, or where the shop keeps no table of them.
        - `title`, `system`, `severity`, `channel` (str): As recorded; no channel where it hit all of them.
        - `started_at`, `ended_at` (datetime): As recorded, cut to the window.
        - `attempts`, `paid` (int), `rate`, `low`, `high` (float): Payments on its channel meanwhile. Missing for
          incidents of other systems.
        - `rest_attempts`, `rest_paid` (int), `rest_rate` (float): On the same channel in the rest of the window.
    """
    require(events, "events", "channel")
    found = _touching(shop.get("incidents"), window)
    tried = _attempts(events, window)
    rows = [_meanwhile(tried, row) if row.system == _SYSTEM else (None,) * 4 for row in found.itertuples()]
    counts = pd.DataFrame(rows, columns=["attempts", "paid", "rest_attempts", "rest_paid"], dtype="Int64")
    frame = add_rate(pd.concat([found, counts], axis=1), "paid", "attempts")
    rest = frame["rest_attempts"].astype("float64")
    return frame.assign(rest_rate=frame["rest_paid"].astype("float64") / rest.where(rest > 0))


def _touching(table: ibis.Table | None, window: Window) -> pd.DataFrame:
    columns = ["title", "system", "severity", "channel", "started_at", "ended_at"]
    if table is None:
        return pd.DataFrame(columns=columns)
    require(table, "incidents", *columns)
    touching = table.filter(window.touches(table.started_at, table.ended_at)).order_by("started_at", "title")
    found: pd.DataFrame = touching.select(*columns).execute()
    return found.assign(
        started_at=[max(moment, pd.Timestamp(window.start)) for moment in found["started_at"]],
        ended_at=[min(moment, pd.Timestamp(window.end)) for moment in found["ended_at"]],
    )


def _attempts(events: ibis.Table, window: Window) -> ibis.Table:
    require(events, "events", "event", "occurred_at")
    inside = events.filter(window.holds(events.occurred_at))
    return inside.filter(inside.event.isin([_PAID, _FAILED]))


def _counted(tried: ibis.Table, **by: ibis.Value) -> pd.DataFrame:
    attempts = {"attempts": tried.count(), "paid": (tried.event == _PAID).sum()}
    found: pd.DataFrame = tried.group_by(**by).aggregate(**attempts).execute()
    return found


def _meanwhile(tried: ibis.Table, incident: object) -> tuple[int, int, int, int]:
    """Attempts and successes on an incident's channel, during it and otherwise."""
    channel, begin, until = (getattr(incident, name) for name in ("channel", "started_at", "ended_at"))
    hit = tried if pd.isna(channel) else tried.filter(tried.channel == channel)
    during = (hit.occurred_at >= begin.to_pydatetime()) & (hit.occurred_at < until.to_pydatetime())
    found = _counted(hit, during=during)
    rows: list[Any] = list(found.itertuples())
    sums = {bool(row.during): (int(row.attempts), int(row.paid)) for row in rows}
    return (*sums.get(True, (0, 0)), *sums.get(False, (0, 0)))
