"""Support: tickets that visits and orders cause, and how fast they were answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.chance import Ints, pick, spread
from retro_demo.clock import second_of
from retro_demo.life.fates import NONE
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.life.visits import Visits
from retro_demo.setting import Setting
from retro_demo.worlds import NEW_USER_WEEK, POINTS_CONTEST

TOPICS = ("login", "task_reward", "points", "payment", "delivery", "refund", "stock", "other")
LOGIN, TASK_REWARD, POINTS, PAYMENT, DELIVERY, REFUND, STOCK, OTHER = range(len(TOPICS))


@dataclass(frozen=True)
class Tickets:
    """Support tickets, one value each.

    Attributes:
        person: Position in the block's people.
        opened: Second of the shop's clock.
        answered: Second of the first answer.
        closed: Second of the shop's clock, or `NONE` while it is open.
        topic: Position in `TOPICS`.
        campaign: Position in `CAMPAIGNS`, or `NONE`.
        score: 1 to 5 as the customer rated it, or `NONE`.
    """

    person: Ints
    opened: Ints
    answered: Ints
    closed: Ints
    topic: Ints
    campaign: Ints
    score: Ints


def open_tickets(setting: Setting, people: People, visits: Visits, orders: Orders) -> Tickets:
    """Let visitors and buyers ask for help, half as many again while the new-user week runs."""
    rng, levels = setting.chance.of("support", people.block), setting.levels
    support, week, contest = levels.support, levels.new_user_week, levels.points_contest
    in_week = (visits.start >= second_of(week.start)) & (visits.start < second_of(week.end))
    in_contest = (visits.start >= second_of(contest.start)) & (visits.start < second_of(contest.end))
    asks = np.flatnonzero(rng.random(len(visits)) < support.per_visit * np.where(in_week, support.week_factor, 1))
    by_visit = np.select(
        [in_week[asks], in_contest[asks]],
        [
            pick(rng, (0.24, 0.44, 0.04, 0.05, 0.07, 0.05, 0.03, 0.08), asks.size),
            pick(rng, (0.12, 0.03, 0.50, 0.06, 0.09, 0.07, 0.04, 0.09), asks.size),
        ],
        pick(rng, (0.26, 0.01, 0.10, 0.09, 0.18, 0.12, 0.08, 0.16), asks.size),
    )
    recorded = orders.visit != NONE
    rate = support.per_order * (1 + 9 * orders.failed + 4 * (orders.refunded != NONE))
    buyers = np.flatnonzero(recorded & (rng.random(len(orders)) < rate))
    by_order = np.select(
        [orders.failed[buyers], orders.refunded[buyers] != NONE],
        [PAYMENT, REFUND],
        pick(rng, (0.0, 0.0, 0.04, 0.10, 0.56, 0.12, 0.08, 0.10), buyers.size),
    )
    wait = np.where(orders.failed[buyers], 300, rng.integers(600, 5 * 86_400, buyers.size))
    person = np.r_[visits.person[asks], orders.person[buyers]]
    opened = np.r_[visits.start[asks] + 30, orders.ordered[buyers] + wait]
    topic = np.r_[by_visit, by_order]
    campaign = np.r_[np.where(in_week[asks], NEW_USER_WEEK, NONE), orders.campaign[buyers]]
    campaign = np.where(topic == POINTS, np.where(np.r_[in_contest[asks], buyers < 0], POINTS_CONTEST, NONE), campaign)
    return _answered(setting, Tickets(person, opened, opened, opened, topic, campaign, opened), rng)


def _answered(setting: Setting, tickets: Tickets, rng: np.random.Generator) -> Tickets:
    """Answer in about 20 seconds, close within hours, and be rated by some."""
    support, until, size = setting.levels.support, setting.until, tickets.opened.size
    wait = np.ceil(spread(rng, support.answer_seconds, support.answer_spread, size)).astype(np.int64)
    answered = tickets.opened + wait
    closed = answered + spread(rng, 1500, 1.3, size).astype(np.int64)
    rated = rng.random(size) < 0.3  # noqa: PLR2004 - three in ten rate
    score = np.clip(5 - (spread(rng, 0.5, 1.0, size) + wait / 240).astype(np.int64), 1, 5)
    known = answered < until
    parts = (
        tickets.person,
        tickets.opened,
        answered,
        np.where(closed < until, closed, NONE),
        tickets.topic,
        tickets.campaign,
        np.where(rated, score, NONE),
    )
    return Tickets(*(part[known] for part in parts))
