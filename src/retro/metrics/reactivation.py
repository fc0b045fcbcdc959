"""Reactivation: silent members who came back, by past value, and how many stayed."""

import datetime as dt
from collections.abc import Mapping

import ibis
import pandas as pd

from retro.metrics.history import history
from retro.metrics.intervals import add_rate
from retro.metrics.orders import orders_of_people
from retro.metrics.silence import LOGIN, NO_LOGIN_DAYS, NO_ORDER_DAYS, silent_members
from retro.metrics.windows import DAY, WEEK, check_at_least, require
from retro.periods import Window

INVITED, HELD_OUT = "invited", "held_out"


def reactivated_members(
    users: ibis.Table,
    orders: ibis.Table,
    events: ibis.Table,
    groups: Mapping[str, ibis.Table],
    window: Window,
    *,
    active_days: int = 30,
) -> pd.DataFrame:
    """Count silent members who came back while a campaign ran, bought, and stayed active.

    Silent members and their stars are those of `silent_members` at the start. Reactivated: logs in inside the window.
    Still active: any event in the week that begins `active_days` after the end.

    Args:
        users: As `silent_members`.
        orders: As `silent_members`.
        events: As `silent_members`.
        groups: Groups of members by name, each a table with `user_id`: `invited`, and those `held_out` at random, if
            any.
        window: The campaign; it says until when the tables were observed.
        active_days: Days after the end on which the week of staying active begins.

    Returns:
        Six rows per group: stars 1 to 5, and 0 for all of them. No row where orders or logins do not reach back far
        enough to tell who was silent.
        - `group` (str), `stars` (int).
        - `members` (int): Silent members.
        - `reactivated` (int): Of these, who logged in while the campaign ran.
        - `rate`, `low`, `high` (float): `reactivated` over `members`, and its 95 % Wilson interval. NaN without
          members.
        - `buyers` (int): Of the reactivated, who placed a valid order while it ran.
        - `active` (Int64): Of the reactivated, who were active in the week after `active_days`. Missing until the week
          is observed.
        - `reactivated_still_active_rate` (float): `active` over `reactivated`. NaN where either is missing or 0.
    """
    check_at_least("active_days", active_days, 1)
    if _begins_after(orders, "ordered_at", window.start - NO_ORDER_DAYS * DAY) or _begins_after(
        events, "occurred_at", window.start - NO_LOGIN_DAYS * DAY
    ):
        return pd.DataFrame(columns=_COLUMNS)
    silent = silent_members(users, orders, events, at=window.start)
    seen = _people(events.filter(events.event == LOGIN), "occurred_at", window)
    bought = _people(orders_of_people(orders), "ordered_at", window)
    later = window.end + active_days * DAY
    stayed = _people(events, "occurred_at", Window(later, later + WEEK))
    frames = []
    for name, people in groups.items():
        require(people, name, "user_id")
        own = silent.semi_join(people, "user_id").select("user_id", "stars")
        marked = _marked(_marked(_marked(own, seen, "reactivated"), bought, "buyers"), stayed, "active")
        frames.append(_counted(marked, name))
    frame = add_rate(pd.concat(frames, ignore_index=True), "reactivated", "members")
    frame["active"] = frame["active"].astype("Int64")
    if later + WEEK > window.observed:
        frame["active"] = pd.NA
    share = frame["active"].astype("Float64") / frame["reactivated"].where(frame["reactivated"] > 0)
    return frame.assign(reactivated_still_active_rate=share.astype("float64"))


def reactivated_lift(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share reactivated by the invitation: the invited less those held out at random.

    The arguments are those of `reactivated_members`; `frame` returns it.

    Returns:
        One row; none where nobody was held out.
        - `difference`, `low`, `high` (float): Difference of the two rates, and its 95 % interval (Newcombe).
        - `extra` (float): `difference` times the silent members invited.
    """
    columns = ["difference", "low", "high", "extra"]
    ends = frame[frame["stars"] == 0].set_index("group")
    if not {INVITED, HELD_OUT} <= set(ends.index) or not ends["members"].min():
        return pd.DataFrame(columns=columns, dtype="float64")
    rate, low, high = (ends[name] for name in ("rate", "low", "high"))
    difference = rate[INVITED] - rate[HELD_OUT]
    below = ((rate[INVITED] - low[INVITED]) ** 2 + (high[HELD_OUT] - rate[HELD_OUT]) ** 2) ** 0.5
    above = ((high[INVITED] - rate[INVITED]) ** 2 + (rate[HELD_OUT] - low[HELD_OUT]) ** 2) ** 0.5
    row = (difference, difference - below, difference + above, difference * ends.loc[INVITED, "members"])
    return pd.DataFrame([row], columns=columns)


_COLUMNS = [
    "group",
    "stars",
    "members",
    "reactivated",
    "buyers",
    "active",
    "rate",
    "low",
    "high",
    "reactivated_still_active_rate",
]


def _begins_after(rows: ibis.Table, at: str, moment: dt.datetime) -> bool:
    """Whether a table does not reach back to a moment, so that it cannot tell who was silent since."""
    first = history(rows, at).since
    return first is None or first > moment


def _people(rows: ibis.Table, at: str, window: Window) -> ibis.Table:
    return rows.filter(window.holds(rows[at])).select(seen_id="user_id").distinct()


def _marked(people: ibis.Table, seen: ibis.Table, name: str) -> ibis.Table:
    joined = people.left_join(seen, people.user_id == seen.seen_id)
    return joined.mutate(**{name: ibis.ifelse(joined.seen_id.notnull(), 1, 0)}).drop("seen_id")


def _counted(marked: ibis.Table, group: str) -> pd.DataFrame:
    counted = marked.group_by("stars").aggregate(
        members=marked.count(),
        reactivated=marked.reactivated.sum(),
        buyers=(marked.reactivated * marked.buyers).sum(),
        active=(marked.reactivated * marked.active).sum(),
    )
    counted = counted.execute()
    stars = counted.set_index("stars").reindex(range(1, 6)).fillna(0).astype("int64")
    stars.loc[0] = stars.sum()
    found: pd.DataFrame = stars.rename_axis("stars").reset_index()
    return found.assign(group=group)[["group", "stars", "members", "reactivated", "buyers", "active"]]
