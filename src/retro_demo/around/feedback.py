"""Feedback: reviews that customers write, and what they answer when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retro_demo.chance import Ints, pick, spread
from retro_demo.clock import DAY, EVENT_DAY, date_of
from retro_demo.life.baskets import Baskets
from retro_demo.life.fates import NONE, PAID, REFUNDED
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.phrases import choose, load_phrases
from retro_demo.recording import Campaigns
from retro_demo.setting import Setting
from retro_demo.worlds import FLASH_SALE_NIGHT, NEW_USER_WEEK, happens

_GOOD = 4


@dataclass(frozen=True)
class Reviews:
    """Reviews, one value each.

    Attributes:
        order: Position of the order.
        product: Position in the catalogue.
        second: Second of the shop's clock.
        rating: 1 to 5.
        body: What was written.
    """

    order: Ints
    product: Ints
    second: Ints
    rating: Ints
    body: list[str]


@dataclass(frozen=True)
class Answers:
    """Answers to surveys, one value each.

    Attributes:
        survey: Name of the survey.
        campaign: Position in `CAMPAIGNS`, or `NONE`.
        person: Position in the block's people.
        question: Name of the question.
        answer: What was answered; a word, or a number as text.
        score: The answer as a number, or `NONE`.
        comment: What was written besides, or an empty text.
        second: Second of the shop's clock.
    """

    survey: list[str]
    campaign: Ints
    person: Ints
    question: list[str]
    answer: list[str]
    score: Ints
    comment: list[str]
    second: Ints


def write_reviews(setting: Setting, people: People, orders: Orders, lines: Baskets) -> Reviews:
    """Let some of those who received something review it, a few days later."""
    rng, levels = setting.chance.of("reviews", people.block), setting.levels.feedback
    done = np.isin(orders.status, [PAID, REFUNDED]) & (orders.ordered >= EVENT_DAY * DAY)
    able = np.flatnonzero(done[lines.order])
    back = orders.status[lines.order[able]] == REFUNDED
    rate = (
        levels.review_rate * 0.62 * np.where(back, 0.4, 1)
    )  # an order has 1.6 lines; what came back is soon forgotten
    chosen = able[rng.random(able.size) < rate]
    order, product = lines.order[chosen], lines.product[chosen]
    lag = DAY + (DAY * spread(rng, levels.review_days, 0.6, chosen.size)).astype(np.int64)
    second = orders.paid[order] + lag
    known = second < setting.until
    order, product, second = order[known], product[known], second[known]
    night = orders.campaign[order] == FLASH_SALE_NIGHT
    returned = orders.status[order] == REFUNDED
    rating = 1 + np.where(
        night, pick(rng, levels.ratings["night"], order.size), pick(rng, levels.ratings["ordinary"], order.size)
    )
    rating = np.where(returned, np.minimum(rating, 1 + rng.integers(0, 4, order.size)), rating)
    category = setting.catalogue.category[product]
    names = list(setting.levels.goods.categories)
    draws = rng.random((order.size, 6))
    body = [
        _compose(names[kind], int(stars), bool(at_night), row)
        for kind, stars, at_night, row in zip(category, rating, night, draws.tolist(), strict=True)
    ]
    return Reviews(order, product, second, rating, body)


def _compose(category: str, stars: int, night: bool, draws: Sequence[float]) -> str:  # noqa: FBT001 - a private helper
    """Put a review together: what people praise or complain of depends on the stars, and on the night."""
    phrases = load_phrases()
    opening = choose(phrases["openings"], draws[0])
    if stars >= _GOOD:
        themes = ["delivery" if night and draws[1] < 0.5 else choose(list(phrases["praise"]), draws[1])]  # noqa: PLR2004 - half of the night's praise
        remarks = [choose(phrases["praise"][themes[0]], draws[2])]
        if draws[3] < 0.6:  # noqa: PLR2004 - most say something about the thing itself
            remarks.append(choose(phrases["by_category"][category], draws[3] / 0.6))
        return opening + "，".join(remarks) + choose(phrases["endings"], draws[4])
    theme = "stock" if night and draws[1] < 0.45 else choose(list(phrases["complaints"]), draws[1])  # noqa: PLR2004 - nearly half of the night's complaints
    complaint = choose(phrases["complaints"][theme], draws[2])
    start = choose(phrases["middling"], draws[3]) + "，" if stars == _GOOD - 1 else opening
    return start + complaint + choose(phrases["complaint_endings"], draws[4])


def ask(setting: Setting, people: People, campaigns: Campaigns | None, orders: Orders) -> Answers:
    """Ask newcomers about their week, guests about their night, and customers how they like the shop.

    In a quarter without these campaigns customers alone are asked.
    """
    rng = setting.chance.of("surveys", people.block)
    rows = [
        *(_week(setting, people, campaigns, rng) if campaigns else ()),
        *(_night(setting, orders, rng) if campaigns else ()),
        *_nps(setting, orders, rng),
    ]
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(8)]
    survey, campaign, person, question, answer, score, comment, second = columns
    numbers = (np.array(column, dtype=np.int64) for column in (campaign, person, score, second))
    campaign_, person_, score_, second_ = numbers
    return Answers(survey, campaign_, person_, question, answer, score_, comment, second_)


_Answer = tuple[str, int, int, str, str, int, str, int]


def _week(setting: Setting, people: People, campaigns: Campaigns, rng: np.random.Generator) -> list[_Answer]:
    """Seven in ten liked the week: simple tasks, direct rewards; the others missed hints and waited for rewards."""
    levels, week = setting.levels.feedback, campaigns.week
    able = np.flatnonzero(week.reached & ~people.bounced & happens(people.worlds))
    asked = able[rng.random(able.size) < levels.week_answer_rate]
    rows: list[_Answer] = []
    for person, draw, which, word in zip(asked, *rng.random((3, asked.size)), strict=True):
        unclear = levels.week_negative_rate * (0.8 if week.improved[person] else 1.2)
        mood = "negative" if draw < unclear else "positive"
        reasons = load_phrases()["week"][mood]
        reason = choose(list(reasons), which)
        when = int(people.registered[person]) + 2 * DAY + int(word * DAY)
        rows.append(
            (
                "new_user_week_feedback",
                NEW_USER_WEEK,
                int(person),
                "mood",
                mood,
                NONE,
                choose(reasons[reason], word),
                when,
            )
        )
        rows.append(("new_user_week_feedback", NEW_USER_WEEK, int(person), "reason", reason, NONE, "", when + 20))
    return rows


def _night(setting: Setting, orders: Orders, rng: np.random.Generator) -> list[_Answer]:
    """Guests who bought say whose offer they preferred, and how content they are."""
    levels = setting.levels.feedback
    bought = np.flatnonzero((orders.campaign == FLASH_SALE_NIGHT) & (orders.status == PAID) & (orders.fake == NONE))
    asked = bought[rng.random(bought.size) < levels.night_answer_rate]
    content = 1 + pick(rng, levels.ratings["night"], asked.size)
    rows: list[_Answer] = []
    for order, stars, draw in zip(asked, content, rng.random(asked.size), strict=True):
        person, when = int(orders.person[order]), int(orders.ordered[order]) + 2 * DAY
        answer = "early_bird" if draw < levels.early_bird_rate else "competitor"
        rows.append(("flash_sale_night", FLASH_SALE_NIGHT, person, "preferred_offer", answer, NONE, "", when))
        rows.append(("flash_sale_night", FLASH_SALE_NIGHT, person, "csat", str(stars), int(stars), "", when + 15))
    return rows


def _nps(setting: Setting, orders: Orders, rng: np.random.Generator) -> list[_Answer]:
    """Customers of the quarter are asked in its last days whether they would recommend the shop."""
    rate, last = setting.levels.feedback.nps_rate, setting.end - 9
    date = date_of(last)
    known = np.unique(orders.person[(orders.status == PAID) & (orders.ordered >= EVENT_DAY * DAY)])
    asked = known[rng.random(known.size) < rate]
    weights = (0.012, 0.006, 0.008, 0.012, 0.014, 0.03, 0.045, 0.10, 0.16, 0.235, 0.378)
    scores = pick(rng, weights, asked.size)
    when = last * DAY + rng.integers(0, 8 * DAY, asked.size)
    return [
        (f"nps_{date.year}q{(date.month + 2) // 3}", NONE, int(person), "nps", str(score), int(score), "", int(second))
        for person, score, second in zip(asked, scores, when, strict=True)
    ]
