"""Points: the ledger of the programme, entry by entry, and the contest's leaderboard."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace

import numpy as np

from retro_demo.campaigns.points_contest import ABUSES, HONEST, PointsContest
from retro_demo.chance import Flags, Ints, nth_of_owner
from retro_demo.clock import DAY, EVENT_DAY, day_of, second_of
from retro_demo.life.baskets import sums
from retro_demo.life.events import REDEEM, SHARE, SIGN_IN, TASK_COMPLETE, Events
from retro_demo.life.fates import NONE, PAID
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.life.visits import Visits
from retro_demo.setting import Setting
from retro_demo.worlds import NEW_USER_WEEK, POINTS_CONTEST

ENTRIES = ("opening", "order", "sign_in", "share", "task", "redeem", "reversal", "expire", "claw_back")
OPENING, EARN_ORDER, EARN_SIGN_IN, EARN_SHARE, EARN_TASK, SPEND, REVERSAL, EXPIRE, CLAW_BACK = range(len(ENTRIES))

_YEAR_END = second_of(dt.datetime(2025, 1, 1)) - 1  # noqa: DTZ001 - the shop's local clock
_CLAW_BACK = day_of(dt.date(2025, 1, 26)) * DAY + 36_000


@dataclass(frozen=True)
class Ledger:
    """Entries of the points ledger, sorted by person and time.

    Attributes:
        person: Position in the block's people.
        second: Second of the shop's clock.
        entry: Position in `ENTRIES`.
        points: Above 0 earned, below 0 spent or lost.
        balance: What the person has after it; never below 0.
        reward: Position in `levels.points.rewards` of what was redeemed, or `NONE`.
        order: Position of the order, or `NONE`.
        event: Position of the event, or `NONE`.
        campaign: Position in `CAMPAIGNS`, or `NONE`.
    """

    person: Ints
    second: Ints
    entry: Ints
    points: Ints
    balance: Ints
    reward: Ints
    order: Ints
    event: Ints
    campaign: Ints

    def take(self, rows: Ints | Flags) -> Ledger:
        """Some of the entries."""
        return Ledger(**{part.name: getattr(self, part.name)[rows] for part in fields(self)})


def keep_ledger(
    setting: Setting, contest: PointsContest, people: People, visits: Visits, happened: tuple[Events, Orders]
) -> Ledger:
    """Book what members earn and lose, and let them redeem what they can afford.

    Args:
        setting: What all people share.
        contest: The points contest, in which everything earns more.
        people: The people of the block.
        visits: The visits of the events.
        happened: The events and the orders of the block; redemptions are attempts.
    """
    events, orders = happened
    rng = setting.chance.of("points", people.block)
    parts = [
        _opening(setting, people, orders),
        _from_events(setting, contest, people, visits, events),
        _from_orders(contest, people, orders),
    ]
    entries = Ledger(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Ledger)))
    entries = _with_losses(setting, contest, entries, rng)
    entries = entries.take(np.lexsort((entries.second, entries.person)))
    booked = _run(setting, entries, len(people), rng)
    return booked.take(booked.points != 0)


def redeemed(events: Events, ledger: Ledger) -> Events:
    """The events without redemptions that came to nothing; the others say what was redeemed."""
    detail = events.detail.copy()
    spent = ledger.entry == SPEND
    detail[ledger.event[spent]] = ledger.reward[spent]
    done = replace(events, detail=detail)
    return done.take((events.kind != REDEEM) | (detail != NONE))


def standings(contest: PointsContest, ledger: Ledger) -> tuple[Ints, Ints]:
    """Contest points of everybody who has any, at the end of each of its days.

    Returns:
        The people, and one row for each of them with one column for each day.
    """
    earned = (ledger.campaign == POINTS_CONTEST) & (ledger.points > 0)
    people, rows = np.unique(ledger.person[earned], return_inverse=True)
    days = contest.end - contest.first
    cells = rows * days + ledger.second[earned] // DAY - contest.first
    return people, np.cumsum(sums(cells, ledger.points[earned], people.size * days).reshape(-1, days), axis=1)


def _entries(person: Ints, second: Ints, entry: int, points: Ints) -> Ledger:
    none = np.full(person.size, NONE)
    return Ledger(person, second, np.full(person.size, entry), points, none, none, none, none, none)


def _opening(setting: Setting, people: People, orders: Orders) -> Ledger:
    """What members bring along when the ledger starts: part of what their purchases before have earned."""
    before = (orders.status == PAID) & (orders.paid < EVENT_DAY * DAY)
    yuan = sums(orders.person[before], orders.amount[before] // 100, len(people))
    points = (yuan * setting.levels.points.carried_rate).astype(np.int64) // 10 * 10
    person = np.flatnonzero(people.member & (points > 0))
    return _entries(person, np.full(person.size, EVENT_DAY * DAY), OPENING, points[person])


def _from_events(setting: Setting, contest: PointsContest, people: People, visits: Visits, events: Events) -> Ledger:
    """Signing in, sharing and tasks earn points; redemptions are booked without points as yet."""
    levels = setting.levels.points
    person = visits.person[events.visit]
    running = contest.running(person, events.second // DAY)
    worth = np.zeros(len(events), dtype=np.int64)
    entry = np.full(len(events), NONE)
    for kind, code, points in (
        (SIGN_IN, EARN_SIGN_IN, np.where(running, levels.contest_sign_in, levels.sign_in)),
        (SHARE, EARN_SHARE, np.where(running, levels.contest_share, 0)),
        (TASK_COMPLETE, EARN_TASK, np.full(len(events), levels.task)),
        (REDEEM, SPEND, np.zeros(len(events), dtype=np.int64)),
    ):
        worth = np.where(events.kind == kind, points, worth)
        entry = np.where(events.kind == kind, code, entry)
    rows = np.flatnonzero((entry != NONE) & people.member[person])
    campaign = np.where(running, POINTS_CONTEST, np.where(entry == EARN_TASK, NEW_USER_WEEK, NONE))
    booked = _entries(person[rows], events.second[rows], NONE, worth[rows])
    return replace(booked, entry=entry[rows], event=rows, campaign=campaign[rows])


def _from_orders(contest: PointsContest, people: People, orders: Orders) -> Ledger:
    """One yuan paid is one point; what is returned takes its points with it."""
    paid = np.flatnonzero((orders.paid >= EVENT_DAY * DAY) & people.member[orders.person])
    back = paid[orders.refunded[paid] != NONE]
    earned = _entries(orders.person[paid], orders.paid[paid], EARN_ORDER, orders.amount[paid] // 100)
    lost = _entries(orders.person[back], orders.refunded[back], REVERSAL, -(orders.amount[back] // 100))
    in_contest = contest.running(orders.person[paid], orders.paid[paid] // DAY)
    earned = replace(earned, order=paid, campaign=np.where(in_contest, POINTS_CONTEST, NONE))
    lost = replace(lost, order=back)
    return Ledger(*(np.r_[getattr(earned, part.name), getattr(lost, part.name)] for part in fields(Ledger)))


def _with_losses(setting: Setting, contest: PointsContest, entries: Ledger, rng: np.random.Generator) -> Ledger:
    """Add what expires at the end of the year, and what abusers who were caught have to give back."""
    opening = entries.entry == OPENING
    expired = (entries.points[opening] * setting.levels.points.expired_rate).astype(np.int64)
    caught = np.array([contest.levels.caught_rate[name] for name in ABUSES])
    abuser = np.flatnonzero(contest.abuse != HONEST)
    abuser = abuser[rng.random(abuser.size) < caught[contest.abuse[abuser]]]
    cheated = (entries.campaign == POINTS_CONTEST) & np.isin(entries.entry, [EARN_SHARE, EARN_SIGN_IN])
    ill_gotten = sums(entries.person[cheated], entries.points[cheated], contest.abuse.size)
    losses = [
        _entries(entries.person[opening], np.full(expired.size, _YEAR_END), EXPIRE, -expired),
        replace(
            _entries(abuser, _CLAW_BACK + rng.integers(0, 7200, abuser.size), CLAW_BACK, -ill_gotten[abuser]),
            campaign=np.full(abuser.size, POINTS_CONTEST),
        ),
    ]
    return Ledger(
        *(np.concatenate([getattr(part, field.name) for part in [entries, *losses]]) for field in fields(Ledger))
    )


def _run(setting: Setting, entries: Ledger, people: int, rng: np.random.Generator) -> Ledger:
    """Run the ledger: everybody's first entries together, then their second ones, and so on."""
    costs = np.array([points for points, _ in setting.levels.points.rewards.values()])
    points, reward = entries.points.copy(), entries.reward.copy()
    after, balance = np.zeros(points.size, dtype=np.int64), np.zeros(people, dtype=np.int64)
    nth, greedy, taste = nth_of_owner(entries.person), rng.random(points.size), rng.random(points.size)
    turn = np.argsort(nth, kind="stable")
    for rows in np.split(turn, np.cumsum(np.bincount(nth))[:-1]) if turn.size else []:
        has = balance[entries.person[rows]]
        spends = entries.entry[rows] == SPEND
        affordable = np.searchsorted(costs, has, side="right")
        picks = np.where(greedy[rows] < 0.15, affordable - 1, (taste[rows] * affordable).astype(np.int64))  # noqa: PLR2004 - some take the best they can get
        reward[rows] = np.where(spends & (affordable > 0), picks, NONE)
        change = np.where(spends, np.where(affordable > 0, -costs[np.maximum(picks, 0)], 0), points[rows])
        points[rows] = np.maximum(change, -has)
        after[rows] = balance[entries.person[rows]] = has + points[rows]
    return replace(entries, points=points, balance=after, reward=reward)
