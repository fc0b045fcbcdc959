"""Win-back: old customers who had stopped ordering, whom a campaign told to come back, and who came."""

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.metrics.activity import active_users
from retro.metrics.cost import recorded_rows, total_cost
from retro.metrics.history import history
from retro.metrics.intervals import add_rate, difference_ends
from retro.metrics.money import as_count, as_money, per_head
from retro.metrics.orders import orders_of_people
from retro.metrics.shop import Shop
from retro.metrics.silence import with_stars
from retro.metrics.windows import DAY, WEEK, check_at_least, day_number, number_of, require
from retro.periods import Window

ELIGIBLE, TREATED, HELD_OUT = "eligible", "treated", "held_out"
MONTH_DAYS = 30
"""Days after the return over which next month's value is taken."""

Arms = tuple[str, str, str]
"""An experiment of `exposures`, its invited arm, and the one held out at random."""


@dataclass(frozen=True)
class SilentBuyers:
    """Old customers who had stopped ordering when a campaign began, and what they did since.

    Attributes:
        people: One row each, lazy: `user_id`, `stars` (1 to 5, by past value), `amount` (what they bought before),
            `arm` (`treated`, `held_out` or empty), `reached` and `opened` (1 or 0), `channel` and `star` (of the first
            message), `cost` (of all messages; empty where unknown), `came` (1 or 0: seen or ordered again), `ordered`
            (1 or 0), `gmv`, `first_day` (days from the start to the first valid order; empty without one).
        since: The days in which returns count, from the start on, as far as they were observed.
        days: How many days these would be.
        known: Whether orders reach back far enough to tell who had stopped.
        visits: Whether the shop's log reaches back far enough to leave out who had been there lately.
        contacted: Whether the shop keeps its messages.
        experiment: Whether some were held out at random.
    """

    people: ibis.Table
    since: Window
    days: int
    known: bool
    visits: bool
    contacted: bool
    experiment: bool

    @property
    def whole(self) -> bool:
        """Whether all these days were observed."""
        return self.since.observed >= self.since.end


def silent_buyers(
    orders: ibis.Table,
    shop: Shop,
    window: Window,
    *,
    campaign_id: str,
    arms: Arms | None = None,
    no_order_days: int = 180,
    no_visit_days: int = 30,
    within_days: int = 30,
) -> SilentBuyers:
    """Find the old customers who had stopped ordering, whom of them the campaign reached, and who came back.

    Eligible is who has ordered before, placed no valid order for `no_order_days` before the start, and was not seen for
    `no_visit_days`, so that who came back by themselves on the day before is out. All of them are followed from the
    start on, whenever a message reached them: only so those held out live through the same days.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, optionally `amount`.
        shop: What the shop has of `events` (`user_id`, `event`, `occurred_at`), `contacts` (`user_id`, `contacted_at`,
            optionally `campaign_id`, `channel`, `opened_at`, `cost_amount`), `exposures`.
        window: The campaign, and until when it was observed.
        campaign_id: Whose contacts count.
        arms: The experiment that held people out; None where nobody was.
        no_order_days: Days without a valid order before the start.
        no_visit_days: Days without a visit before the start.
        within_days: Days from the start in which a return counts.
    """
    check_at_least("no_order_days", no_order_days, 1)
    check_at_least("no_visit_days", no_visit_days, 1)
    check_at_least("within_days", within_days, 1)
    since = replace(window, end=window.start + within_days * DAY)
    silent = _silent(orders, window.start, no_order_days)
    events = shop.get("events")
    lately = window.before(no_visit_days * DAY)
    visits = events is not None and history(events, "occurred_at", until=window.observed).reaches(lately.start)
    if events is not None and visits:
        silent = silent.anti_join(active_users(events, lately), "user_id")
    people = _with_arms(with_stars(silent), shop, arms)
    people = _with_contacts(people, shop, window, campaign_id)
    people = _with_returns(people, orders, events if visits else None, since)
    return SilentBuyers(
        people=people,
        since=since,
        days=within_days,
        known=history(orders_of_people(orders), "ordered_at").reaches(window.start - no_order_days * DAY),
        visits=visits,
        contacted="contacts" in shop,
        experiment=arms is not None and "exposures" in shop,
    )


def win_back(found: SilentBuyers) -> pd.DataFrame:
    """Count who was eligible, reached, came back and ordered.

    Args:
        found: As `silent_buyers` returns it.

    Returns:
        A row `eligible` for all; `treated` for those whom the campaign was for (the invited arm, or else whom a message
        reached); `held_out` at random. No row where orders do not reach back far enough to tell who had stopped.
        - `group` (str).
        - `members` (int): People.
        - `reached`, `opened` (Int64): To whom a message went, and who opened one. Missing without `contacts`.
        - `came` (Int64): Who was seen or ordered again. Missing where the log does not tell visits.
        - `came_rate`, `came_low`, `came_high` (float): `came` over `members`, with its 95 % Wilson interval.
        - `buyers` (int): Who placed a valid order again.
        - `rate`, `low`, `high` (float): `buyers` over `members`, likewise. NaN without members.
        - `gmv` (Decimal): Their valid orders. Missing where orders have no amounts.
        - `cost` (Decimal): Of messages. Missing where it is not known.
        - `days` (int): Days from the start in which a return counts; `whole` (bool): whether all of them were observed.
    """
    people = found.people
    groups = _groups(found)
    asked: dict[str, ibis.Value] = {}
    for name, chosen in groups.items():
        asked |= {f"{name} {column}": value for column, value in _sums(people, chosen).items()}
    (row,) = people.aggregate(**asked).execute().to_dict("records") if found.known else ({},)
    frame = pd.DataFrame(
        [_row(name, {column: row[f"{name} {column}"] for column in _SUMS}, found) for name in groups if row],
        columns=["group", *_COUNTED, "gmv", "cost", "days", "whole"],
    )
    for column in ("reached", "opened", "came"):
        frame[column] = frame[column].astype("Int64")
    return add_rate(add_rate(frame, "came", "members", "came_"), "buyers", "members")


def win_back_lift(frame: pd.DataFrame, shop: Shop, *, campaign_id: str) -> pd.DataFrame:
    """Estimate how many came back because of the campaign: the invited less those held out at random.

    Args:
        frame: As `win_back` returns it.
        shop: `campaign_costs` where the shop has them; their sum for the campaign is its cost, and else that of its
            messages.
        campaign_id: Whose costs count.

    Returns:
        A row for each of `buyers` and `came`; none where nobody was held out.
        - `what` (str): Which return.
        - `difference`, `low`, `high` (float): Of the two rates, with its 95 % interval (Newcombe).
        - `extra`, `extra_low`, `extra_high` (float): The same times the invited.
        - `cost` (Decimal): Of the campaign. Missing where it is not known.
        - `cost_per_extra`, `cost_low`, `cost_high` (float): Cost over `extra` and its ends; NaN unless the whole
          interval lies above 0, as no return is then known to be bought.
    """
    groups = {row["group"]: row for row in frame.to_dict("records")}
    columns = ["what", "difference", "low", "high", "extra", "extra_low", "extra_high", *_COSTS]
    if not {TREATED, HELD_OUT} <= set(groups) or not all(groups[arm]["members"] for arm in (TREATED, HELD_OUT)):
        return pd.DataFrame(columns=columns)
    size, cost = groups[TREATED]["members"], _cost(shop, campaign_id, groups[TREATED]["cost"])
    rows = []
    for what, prefix in (("buyers", ""), ("came", "came_")):
        one, other = (_estimate(groups[arm], prefix) for arm in (TREATED, HELD_OUT))
        if np.isnan(one[0] - other[0]):
            continue
        low, high = difference_ends(one, other)
        difference = one[0] - other[0]
        told = low > 0 and cost is not None
        each = [float(cost or 0) / (rate * size) if told else np.nan for rate in (difference, high, low)]
        rows.append((what, difference, low, high, difference * size, low * size, high * size, cost, *each))
    return pd.DataFrame(rows, columns=columns)


def win_back_groups(found: SilentBuyers) -> pd.DataFrame:
    """Count returns by star tier, by the shop's own tier when the message was sent, and by the message's channel.

    Args:
        found: As `silent_buyers` returns it.

    Returns:
        One row per star tier, per tier of messages, and per channel. Tiers compare all whom the campaign was for, or
        all eligible where it was for nobody in particular; those of messages, and channels, only those reached.
        - `dimension` (str): `stars`, `star` (of `contacts`) or `channel`; `value` (str): which.
        - `members`, `buyers` (int), `rate`, `low`, `high` (float): People, who ordered again, and the Wilson interval.
        - `gmv` (Decimal): Their valid orders. Missing where orders have no amounts.
        - `cost`, `cost_per_buyer` (Decimal): Of messages, and for each who ordered. Missing where it is not known.
        - `held_members`, `held_buyers` (Int64): Those held out of the same tier. Missing by channel.
        - `difference`, `difference_low`, `difference_high` (float): The two rates' (Newcombe). NaN without held out.
    """
    people, columns = found.people, ["dimension", "value", *_GROUPED, "held_members", "held_buyers"]
    if not found.known:
        return pd.DataFrame(columns=[*columns, "rate", "low", "high", "cost_per_buyer", *_DIFFERENCE])
    own = people.filter(_groups(found).get(TREATED, people.user_id.notnull()))
    reached = people.filter(people.reached == 1)
    told = [(name, reached.filter(reached[name].notnull())) for name in ("star", "channel")]
    rows, held, nobody = [], {}, (None, None)
    if found.experiment:
        counted = _by(people.filter(people.arm == HELD_OUT), "stars")
        held = {str(row["value"]): (as_count(row["members"]), as_count(row["buyers"])) for row in counted}
    for dimension, chosen in (("stars", own), *told):
        for row in _by(chosen, dimension):
            given = _known(row)
            mates = held.get(str(given["value"]), nobody) if dimension == "stars" else nobody
            rows.append((dimension, *given.values(), *mates))
    frame = pd.DataFrame(rows, columns=columns)
    for column in ("held_members", "held_buyers"):
        frame[column] = frame[column].astype("Int64")
    frame = add_rate(add_rate(frame, "buyers", "members"), "held_buyers", "held_members", "held_")
    each = [
        None if cost is None else per_head(cost, count)
        for cost, count in zip(frame["cost"], frame["buyers"], strict=True)
    ]
    frame["cost_per_buyer"] = pd.Series(each, dtype=object)
    ends = [_difference(row) for row in frame.to_dict("records")]
    frame[list(_DIFFERENCE)] = pd.DataFrame(ends, columns=_DIFFERENCE, index=frame.index)
    return frame.drop(columns=["held_rate", "held_low", "held_high"])


def win_back_days(found: SilentBuyers) -> pd.DataFrame:
    """Follow how many had ordered again by each day since the start.

    Args:
        found: As `silent_buyers` returns it.

    Returns:
        One row per group and day that was wholly observed: `treated` and `held_out`, or else `eligible`.
        - `group` (str), `day` (int): From 1 on.
        - `members`, `buyers` (int): People, and who had ordered again by the end of that day.
        - `share` (float): `buyers` over `members`.
    """
    groups = _groups(found)
    chosen = [TREATED, HELD_OUT] if HELD_OUT in groups else [TREATED] if TREATED in groups else [ELIGIBLE]
    seen = min(found.days, (found.since.observed - found.since.start) // DAY)
    rows: list[tuple[str, int, int, int]] = []
    for name in chosen if found.known else ():
        own = found.people.filter(groups[name])
        counted = own.group_by("first_day").aggregate(buyers=own.count()).execute()
        by_day = {as_count(day): as_count(count) for day, count in counted.dropna().itertuples(index=False)}
        size = as_count(counted["buyers"].sum())
        so_far = 0
        for day in range(seen):
            so_far += by_day.get(day, 0)
            rows.append((name, day + 1, size, so_far))
    frame = pd.DataFrame(rows, columns=["group", "day", "members", "buyers"])
    return frame.assign(share=frame["buyers"] / frame["members"].where(frame["members"] > 0))


def win_back_after(
    found: SilentBuyers, orders: ibis.Table, shop: Shop, *, active_days: Sequence[int] = (30, 60)
) -> pd.DataFrame:
    """Look who of those who came back stayed, and what they were worth in the month after.

    Args:
        found: As `silent_buyers` returns it.
        orders: As `silent_buyers`.
        shop: As `silent_buyers`.
        active_days: Days after the days in which a return counted; each begins a week in which people are looked for.

    Returns:
        One row for each of `active_days`, of those whom the campaign was for, or of all eligible. No row where orders
        do not reach back far enough.
        - `after` (int): Which.
        - `back` (int): Who had come back, or ordered again where the log does not tell visits.
        - `active` (Int64): Of these, who was seen or ordered in the week. Missing until it is observed.
        - `rate`, `low`, `high` (float): `active` over `back`, with its 95 % Wilson interval.
        - `month_active` (Int64), `month_gmv` (Decimal), `arpu` (Decimal): Of `back`, who was seen or ordered in the 30
          days after the returns counted, their valid orders then, and these over those. Missing until the 30 days are
          observed; amounts also where orders have none.
    """
    people = found.people.filter(_groups(found).get(TREATED, found.people.user_id.notnull()))
    back = people.filter((people.came if found.visits else people.ordered) == 1).select("user_id")
    events = shop.get("events") if found.visits else None
    month = replace(found.since, start=found.since.end, end=found.since.end + MONTH_DAYS * DAY)
    size = as_count(back.count().execute()) if found.known else 0
    worth = _worth(back, orders, events, month) if found.known and month.end <= month.observed else (None, None, None)
    rows = []
    for days in active_days if found.known else ():
        begins = found.since.end + days * DAY
        week = replace(found.since, start=begins, end=begins + WEEK)
        seen = _seen(back, orders, events, week) if week.end <= week.observed else None
        rows.append((days, size, seen, *worth))
    frame = pd.DataFrame(rows, columns=["after", "back", "active", "month_active", "month_gmv", "arpu"])
    for column in ("active", "month_active"):
        frame[column] = frame[column].astype("Int64")
    for column in ("month_gmv", "arpu"):
        frame[column] = frame[column].astype(object)
    return add_rate(frame, "active", "back")


def told(contacts: ibis.Table, window: Window, *, campaign_id: str) -> bool:
    """Whether a campaign's messages went to anybody; `contacts` is as in `silent_buyers`."""
    return bool(as_count(_contacts_of(contacts, window, campaign_id).count().execute()))


_ENDS = ("rate", "low", "high")
_DIFFERENCE = ("difference", "difference_low", "difference_high")
_COSTS = ("cost", "cost_per_extra", "cost_low", "cost_high")
_COUNTED = ("members", "reached", "opened", "came", "buyers")
_SUMS = (*_COUNTED, "gmv", "cost")
_GROUPED = ("members", "buyers", "gmv", "cost")


def _silent(orders: ibis.Table, at: dt.datetime, no_order_days: int) -> ibis.Table:
    """Who ordered before, and not since so many days before a moment, with what they spent."""
    valid = orders_of_people(orders, until=at)
    spent = valid.amount.sum() if "amount" in valid.columns else valid.count()
    past = valid.group_by("user_id").aggregate(amount=spent, last_at=valid.ordered_at.max())
    return past.filter(past.last_at < at - no_order_days * DAY).select("user_id", "amount")


def _with_arms(people: ibis.Table, shop: Shop, arms: Arms | None) -> ibis.Table:
    """Each one's arm; empty for who was in both or in neither."""
    if arms is None or "exposures" not in shop:
        return people.mutate(arm=ibis.null("string"))
    exposures = shop["exposures"]
    require(exposures, "exposures", "experiment_id", "unit_id", "arm")
    experiment, invited, held_out = arms
    own = exposures.filter(exposures.experiment_id == experiment, exposures.arm.isin([invited, held_out]))
    told = own.group_by(unit=own.unit_id).aggregate(first=own.arm.min(), last=own.arm.max())
    joined = people.left_join(told, people.user_id == told.unit)
    arm = ibis.cases(
        ((joined["first"] == joined["last"]) & (joined["first"] == invited), TREATED),
        ((joined["first"] == joined["last"]) & (joined["first"] == held_out), HELD_OUT),
        else_=ibis.null("string"),
    )
    return joined.mutate(arm=arm).drop("unit", "first", "last")


def _contacts_of(contacts: ibis.Table, window: Window, campaign_id: str) -> ibis.Table:
    require(contacts, "contacts", "user_id", "contacted_at")
    return recorded_rows(contacts, "contacted_at", window, campaign_id)


def _with_contacts(people: ibis.Table, shop: Shop, window: Window, campaign_id: str) -> ibis.Table:
    """Who was reached, over which channel first, who opened a message, and what all of them cost."""
    if "contacts" not in shop:
        nothing = {name: ibis.literal(0) for name in ("reached", "opened")}
        unknown = {"channel": ibis.null("string"), "star": ibis.null("int64"), "cost": ibis.null("decimal(18, 2)")}
        return people.mutate(**nothing, **unknown)
    own = _contacts_of(shop["contacts"], window, campaign_id)
    found = own.group_by(contacted_id=own.user_id).aggregate(
        opens=own.opened_at.notnull().max() if "opened_at" in own.columns else ibis.null("boolean"),
        channel=own.channel.argmin(own.contacted_at) if "channel" in own.columns else ibis.null("string"),
        star=own.star.cast("int64").argmin(own.contacted_at) if "star" in own.columns else ibis.null("int64"),
        cost=own.cost_amount.sum() if "cost_amount" in own.columns else ibis.null("decimal(18, 2)"),
    )
    joined = people.left_join(found, people.user_id == found.contacted_id)
    marked = joined.mutate(reached=_flag(joined.contacted_id.notnull()), opened=_flag(joined.opens.fill_null(False)))  # noqa: FBT003 - ibis takes the value by position
    return marked.drop("contacted_id", "opens")


def _with_returns(people: ibis.Table, orders: ibis.Table, events: ibis.Table | None, since: Window) -> ibis.Table:
    """Who was seen or ordered again from the start on, when first, and for how much."""
    valid = orders_of_people(orders, since)
    bought = valid.group_by(buyer_id=valid.user_id).aggregate(
        first_at=valid.ordered_at.min(),
        gmv=valid.amount.sum() if "amount" in valid.columns else ibis.null("decimal(18, 2)"),
    )
    joined = people.left_join(bought, people.user_id == bought.buyer_id)
    ordered = joined.buyer_id.notnull()
    first = day_number(joined.first_at) - number_of(since.start.date())
    marked = joined.mutate(ordered=_flag(ordered), first_day=first)
    if events is None:
        return marked.mutate(came=marked.ordered).drop("buyer_id", "first_at")
    seen = active_users(events, since).select(seen_id="user_id").distinct()
    both = marked.left_join(seen, marked.user_id == seen.seen_id)
    came = both.seen_id.notnull() | (both.ordered == 1)
    return both.mutate(came=_flag(came)).drop("buyer_id", "first_at", "seen_id")


def _flag(condition: ibis.Value) -> ibis.Value:
    return ibis.ifelse(condition, 1, 0)


def _groups(found: SilentBuyers) -> dict[str, ibis.Value]:
    """The groups, and who is in them."""
    people = found.people
    groups = {ELIGIBLE: people.user_id.notnull()}
    if found.experiment:
        return groups | {TREATED: people.arm == TREATED, HELD_OUT: people.arm == HELD_OUT}
    return groups | ({TREATED: people.reached == 1} if found.contacted else {})


def _sums(people: ibis.Table, chosen: ibis.Value) -> dict[str, ibis.Value]:
    flags = {"reached": people.reached, "opened": people.opened, "came": people.came, "buyers": people.ordered}
    counts = {name: flag.sum(where=chosen) for name, flag in flags.items()}
    amounts = {"gmv": people.gmv.sum(where=chosen), "cost": people.cost.sum(where=chosen)}
    return {"members": chosen.sum(), **counts, **amounts}


def _row(group: str, sums: Mapping[str, Any], found: SilentBuyers) -> tuple[object, ...]:
    """A group's counts; what the shop does not know is missing."""
    counts = {name: as_count(sums[name]) for name in _COUNTED}
    unknown = {"reached", "opened"} if not found.contacted else set()
    unknown |= set() if found.visits else {"came"}
    told = [None if name in unknown else counts[name] for name in _COUNTED]
    gmv = None if counts["buyers"] and pd.isna(sums["gmv"]) else as_money(sums["gmv"])
    cost = None if pd.isna(sums["cost"]) else as_money(sums["cost"])
    return (group, *told, gmv, cost, found.days, found.whole)


def _by(people: ibis.Table, dimension: str) -> list[dict[str, Any]]:
    counted = people.group_by(value=people[dimension].cast("string")).aggregate(
        members=people.count(), buyers=people.ordered.sum(), gmv=people.gmv.sum(), cost=people.cost.sum()
    )
    rows: list[dict[str, Any]] = counted.execute().sort_values("value").to_dict("records")
    return rows


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    """A tier's or channel's counts and amounts; what the shop does not know is missing."""
    buyers = as_count(row["buyers"])
    gmv = None if buyers and pd.isna(row["gmv"]) else as_money(row["gmv"])
    cost = None if pd.isna(row["cost"]) else as_money(row["cost"])
    return {"value": row["value"], "members": as_count(row["members"]), "buyers": buyers, "gmv": gmv, "cost": cost}


def _estimate(row: Mapping[Hashable, Any], prefix: str) -> tuple[float, float, float]:
    return row[f"{prefix}rate"], row[f"{prefix}low"], row[f"{prefix}high"]


def _difference(row: Mapping[Hashable, Any]) -> tuple[float, float, float]:
    one, other = (_estimate(row, prefix) for prefix in ("", "held_"))
    return one[0] - other[0], *difference_ends(one, other)


def _cost(shop: Shop, campaign_id: str, messages: Any) -> Decimal | None:  # noqa: ANN401 - a decimal or what stands for none
    """What the campaign cost: what was booked for it, or else its messages."""
    booked = total_cost(shop, campaign_id)
    return (None if pd.isna(messages) else messages) if booked is None else booked


def _seen(back: ibis.Table, orders: ibis.Table, events: ibis.Table | None, span: Window) -> int:
    """How many of some people were seen or ordered in a span."""
    return as_count(back.semi_join(_there(orders, events, span), "user_id").count().execute())


def _there(orders: ibis.Table, events: ibis.Table | None, span: Window) -> ibis.Table:
    there = orders_of_people(orders, span).select("user_id")
    if events is not None:
        there = there.union(active_users(events, span).select("user_id"))
    return there


def _worth(
    back: ibis.Table, orders: ibis.Table, events: ibis.Table | None, month: Window
) -> tuple[int, Decimal | None, Decimal | None]:
    """How many were there in the month, what they ordered, and that for each of them."""
    active = _seen(back, orders, events, month)
    valid = orders_of_people(orders, month)
    if "amount" not in valid.columns:
        return active, None, None
    gmv = as_money(valid.semi_join(back, "user_id").amount.sum().execute())
    return active, gmv, per_head(gmv, active)
