"""Recording: what each visit consists of, everyday habits and campaigns together, as the shop's log shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from retro_demo.campaigns.flash_sale_night import NO_VIEWS, SAME_DEVICE, FlashSaleNight
from retro_demo.campaigns.member_day import MemberDay
from retro_demo.campaigns.new_user_week import NewUserWeek
from retro_demo.campaigns.points_contest import DEVICE_FARM, PointsContest
from retro_demo.chance import Flags, Ints, nth_of_owner, probability
from retro_demo.clock import DAY, DAYS, weekdays
from retro_demo.life.events import (
    BOOK,
    JOIN,
    LOG_IN,
    REDEEM,
    REGISTER,
    SEARCH,
    SHARE,
    SIGN_IN,
    TASK_COMPLETE,
    TASK_START,
    Actions,
    Events,
    act,
    browse,
    in_time,
    interleave,
    order_and_pay,
)
from retro_demo.life.fates import NONE
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.life.visits import MEMBERS, NIGHT, ORDINARY, SCRIPT, Visits
from retro_demo.setting import Setting


@dataclass(frozen=True)
class Met:
    """The campaigns as the people of one block meet them before they live."""

    week: NewUserWeek
    contest: PointsContest
    night: FlashSaleNight


@dataclass(frozen=True)
class Campaigns(Met):
    """The four campaigns; members book the last one on their ordinary visits."""

    day: MemberDay


def record_events(setting: Setting, campaigns: Campaigns, people: People, visits: Visits, orders: Orders) -> Events:
    """Write down what happens on visits.

    Redemptions are attempts as yet; whether there are points for them is known when the ledger is kept.

    Args:
        setting: What all people share.
        campaigns: The four campaigns.
        people: The people of the block.
        visits: Their visits in the time for which events are kept.
        orders: Their orders; `visit` is a position in `visits`, or `NONE` where events are not kept.
    """
    for_members = visits.occasion == MEMBERS
    others, theirs, rows = _part(visits, orders, ~for_members)
    everyday = _record(setting, campaigns, people, others, theirs)
    everyday = replace(everyday, visit=rows[everyday.visit])
    return interleave(everyday, *_member_day(setting, campaigns.day, people, visits, orders))


def _part(visits: Visits, orders: Orders, chosen: Flags) -> tuple[Visits, Orders, Ints]:
    """Some of the visits, the orders with their visits among these, and which visits they are."""
    rows, place = np.flatnonzero(chosen), np.where(chosen, np.cumsum(chosen) - 1, NONE)
    return visits.take(rows), orders.on(np.r_[place, NONE]), rows  # `NONE` stands last, where -1 finds it


def _record(setting: Setting, campaigns: Campaigns, people: People, visits: Visits, orders: Orders) -> Events:
    """Write down what happens on all visits but those that the member day brings."""
    rng = setting.chance.of("events", people.block)
    known = np.flatnonzero(orders.visit != NONE)
    ordering = np.full(len(visits), NONE)
    ordering[orders.visit[known]] = known
    inside = ~people.bounced[visits.person]
    actions = [
        act(visits.start == people.registered[visits.person], 0, REGISTER),
        act(inside, 1, LOG_IN),
        *_habits(setting, campaigns, visits, inside, rng),
        *_tasks(campaigns.week, visits, inside, rng),
        *_contest(setting, campaigns.contest, people, visits, rng),
        *_browsing(setting, orders, visits, ordering, inside, rng),
        *order_and_pay(orders, ordering),
    ]
    return in_time(actions, visits, orders, rng)


def devices(campaigns: Campaigns, people: People, visits: Visits) -> Ints:
    """The device of each visit as a number: everybody's own, but farms and bots share one for every ring of them."""
    device = visits.person.copy()
    contest, guests = campaigns.contest, campaigns.night.guests
    farm = (contest.abuse[visits.person] == DEVICE_FARM) & (visits.occasion == SCRIPT)
    device[farm] = len(people) + contest.ring[visits.person[farm]]
    bots = guests.person[guests.fake == SAME_DEVICE]
    ring = np.full(len(people), NONE)
    ring[bots] = len(people) + 1000 + np.arange(bots.size) // 5
    botted = (ring[visits.person] != NONE) & (visits.occasion == NIGHT)
    return np.where(botted, ring[visits.person], device)


def _habits(
    setting: Setting, campaigns: Campaigns, visits: Visits, inside: Flags, rng: np.random.Generator
) -> list[Actions]:
    """Sign in for points, search, share: everyday habits, the first one stronger while the contest runs."""
    sessions, contest = setting.levels.sessions, campaigns.contest
    ordinary = inside & (visits.occasion == ORDINARY)
    running = contest.running(visits.person, visits.day)
    rate = np.where(running, contest.levels.sign_in_rate, sessions.sign_in_rate)
    return [
        act(ordinary & visits.main & (rng.random(len(visits)) < rate), 3, SIGN_IN),
        act(inside & (visits.occasion != SCRIPT) & (rng.random(len(visits)) < sessions.search_rate), 4, SEARCH),
        act(ordinary & (rng.random(len(visits)) < sessions.share_rate), 895, SHARE),
    ]


def _tasks(week: NewUserWeek, visits: Visits, inside: Flags, rng: np.random.Generator) -> list[Actions]:
    """Tasks of the new-user week: newcomers start the next one on each visit, and finish it or not."""
    levels, age = week.levels, visits.day - week.registered_day[visits.person]
    mine = np.flatnonzero(week.reached[visits.person] & inside & (age <= levels.task_days))
    person = visits.person[mine]
    nth = nth_of_owner(person)
    starts = (nth < len(levels.tasks)) & (rng.random(mine.size) < 0.9 - 0.12 * nth)  # interest fades from task to task
    odds = np.log(levels.task_rate / (1 - levels.task_rate)) + levels.hint_task_pull * week.improved[person]
    finishes = starts & (rng.random(mine.size) < probability(odds))
    return [
        act(mine[starts], 5, TASK_START, detail=nth[starts]),
        act(mine[finishes], 6, TASK_COMPLETE, detail=nth[finishes]),
    ]


def _contest(
    setting: Setting, contest: PointsContest, people: People, visits: Visits, rng: np.random.Generator
) -> list[Actions]:
    """Join the contest, share, redeem points; scripts share by the dozen."""
    levels, person = contest.levels, visits.person
    running = contest.running(person, visits.day) & (visits.occasion != NIGHT)
    joining = np.flatnonzero(running)
    script = np.flatnonzero(visits.occasion == SCRIPT)
    signs = script[contest.abuse[person[script]] == DEVICE_FARM]
    chats = running & (visits.occasion == ORDINARY)
    shares = np.where(chats, rng.poisson(levels.share_mean, len(visits)), 0)
    by_script = np.repeat(script, contest.shares()[person[script]])
    weekday = np.array(levels.redeem_by_weekday)[weekdays(visits.day)]
    rate = np.where(running, levels.redeem_rate * weekday, setting.levels.points.redeem_rate)
    redeems = people.member[person] & (visits.occasion != NIGHT) & (rng.random(len(visits)) < rate)
    return [
        act(joining[nth_of_owner(person[joining]) == 0], 2, JOIN),
        act(signs, 3, SIGN_IN),
        act(np.repeat(np.arange(len(visits)), shares), 890, SHARE),
        act(by_script, 890, SHARE),
        act(redeems, 897, REDEEM),
    ]


def _browsing(
    setting: Setting, orders: Orders, visits: Visits, ordering: Ints, inside: Flags, rng: np.random.Generator
) -> list[Actions]:
    """Look around: a little on ordinary visits, more before an order, most in the night; bots look at nothing."""
    sessions, night = setting.levels.sessions, setting.levels.flash_sale_night
    buyer = ordering != NONE
    blind = np.zeros(len(visits), dtype=np.bool_)
    blind[orders.visit[(orders.fake == NO_VIEWS) & (orders.visit != NONE)]] = True
    mean = np.where(buyer, sessions.views_before_order, sessions.views)
    mean = np.where(visits.occasion == NIGHT, night.views, mean)
    return browse(setting, np.where(inside & ~blind & (visits.occasion != SCRIPT), mean, 0.0), buyer & ~blind, rng)


def _member_day(
    setting: Setting, day: MemberDay, people: People, visits: Visits, orders: Orders
) -> tuple[Events, Events]:
    """Write down who booked on which visit, and what happens on the visits that the day brings."""
    rng = setting.chance.of("member-day-events", people.block)
    booker = np.flatnonzero(day.booked != NONE)
    # Visits are sorted by person and time, so one number tells where each belongs.
    times = visits.person * (DAYS * DAY) + visits.start
    on = np.searchsorted(times, booker * (DAYS * DAY) + day.booked[booker], side="right") - 1
    nothing = np.full(booker.size, NONE)
    books = Events(on, np.full(booker.size, BOOK), day.booked[booker], nothing, nothing)

    brought, theirs, rows = _part(visits, orders, visits.occasion == MEMBERS)
    known = np.flatnonzero(theirs.visit != NONE)
    ordering = np.full(len(brought), NONE)
    ordering[theirs.visit[known]] = known
    mean = np.full(len(brought), setting.levels.member_day.views)
    everywhere = np.arange(len(brought))
    actions = [
        act(everywhere, 1, LOG_IN),
        *browse(setting, mean, ordering != NONE, rng),
        *order_and_pay(theirs, ordering),
    ]
    came = in_time(actions, brought, theirs, rng)
    return books, replace(came, visit=rows[came.visit])
