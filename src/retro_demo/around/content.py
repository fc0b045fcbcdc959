"""Content: posts and videos of creators, what they reached, the orders placed by them, and searches for the brand.

Content changes nothing that people do: some orders of the campaign are said to have been placed by a piece published in
the days before, and clicks are as many as the conversion of the creator's class asks for. Some creators are better than
others, and each piece has its luck; searches for the brand follow impressions after some days.
"""

from __future__ import annotations

import numpy as np

from retro_demo.chance import Floats, Ints, pick
from retro_demo.clock import DAY, day_of, weekdays
from retro_demo.life.fates import NONE, PAID
from retro_demo.life.orders import Orders
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Columns, at, days, flags, integers, moments, money, names, words

_COURSE = np.array([0.36, 0.24, 0.14, 0.10, 0.07, 0.05, 0.04])
"""Share of a piece's impressions on the day of publication and those after it."""

TYPES = ("photo", "video")
_CHANNELS = ("app", "mini_program")


class ContentRoom:
    """The content of the campaign, and what was ordered by it; adds up over blocks.

    Attributes:
        keys: What the tables call the pieces.
        creator: Position of each piece's creator.
        kol: Whether that is a KOL, else a KOC.
        day: Day of the shop's clock on which it was published.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting, self._levels = setting, setting.levels.content
        levels, rng = self._levels, setting.chance.of("content")
        makers = max(20, round(levels.creators * setting.scale))
        first, last = (day_of(moment.date()) for moment in (levels.start, levels.end))
        self.creator: Ints = np.repeat(np.arange(makers), levels.contents_each)
        self._is_kol = np.arange(makers) < round(levels.kol_share * makers)
        self.kol = self._is_kol[self.creator]
        size = self.creator.size
        waves = rng.gamma(1.5, 1.0, last - first)
        self.day: Ints = first + pick(rng, waves, size)
        self._second: Ints = self.day * DAY + rng.integers(9 * 3600, 22 * 3600, size)
        skill, luck = rng.standard_normal(makers)[self.creator], rng.standard_normal(size)
        self._quality: Floats = np.exp(
            levels.spread * (np.sqrt(levels.skill_share) * skill + np.sqrt(1 - levels.skill_share) * luck)
        )
        self._topic: Ints = rng.integers(0, len(levels.topics), size)
        self._type: Ints = rng.integers(0, len(TYPES), size)
        self._paid = rng.random(size) < levels.paid_rate
        self.keys = names("N", np.arange(1, size + 1), 5)
        self._orders: Ints = np.zeros(size, dtype=np.int64)
        self._buyers: Ints = np.zeros(size, dtype=np.int64)

    def content_of(self, orders: Orders, block: int) -> Ints:
        """The piece by which each order was placed, or `NONE`; chosen among those of the seven days before."""
        levels, rng = self._levels, self._setting.chance.of("content-orders", block)
        channels = [list(self._setting.levels.people.channels).index(name) for name in _CHANNELS]
        by = np.isin(orders.channel, channels) & (rng.random(len(orders)) < levels.order_rate)
        draws, found = rng.random(len(orders)), np.full(len(orders), NONE)
        weight = self._quality * np.where(self.kol, levels.kol_orders, 1.0)
        first, last = (day_of(moment.date()) for moment in (levels.start, levels.end))
        for day in range(first, last):
            rows = np.flatnonzero(by & (orders.ordered // DAY == day))
            pool = np.flatnonzero((self.day < day) & (self.day >= day - _COURSE.size))
            if rows.size and pool.size:
                edges = np.cumsum(weight[pool])
                found[rows] = pool[np.searchsorted(edges[:-1] / edges[-1], draws[rows], side="right")]
        return found

    def add(self, orders: Orders, block: int) -> None:
        """Count a block's valid orders and buyers by piece."""
        piece = self.content_of(orders, block)
        bought = np.flatnonzero((piece != NONE) & (orders.status == PAID))
        pairs = np.unique(np.c_[piece[bought], orders.person[bought]], axis=0)
        self._orders += np.bincount(piece[bought], minlength=self.creator.size)
        self._buyers += np.bincount(pairs[:, 0], minlength=self.creator.size)

    def tables(self) -> dict[str, Columns]:
        """Creators, their pieces, the days of these, and daily searches for the brand."""
        makers = names("C", np.arange(1, self._is_kol.size + 1), 4)
        levels, course = self._levels, self._daily()
        piece = np.repeat(np.arange(self.creator.size), _COURSE.size)
        cents = np.where(self.kol, levels.cost["kol"], levels.cost["koc"]) * 100
        return {
            "creators": {
                "creator_id": makers,
                "creator_class": words(self._is_kol.astype(np.int64), ("koc", "kol")),
            },
            "content_pieces": {
                "content_id": self.keys,
                "creator_id": at(makers, self.creator),
                "content_type": words(self._type, TYPES),
                "topic": words(self._topic, levels.topics),
                "paid": flags(self._paid),
                "published_at": moments(self._second),
                "cost_amount": money(cents.astype(np.int64)),
            },
            "content_daily": {
                "content_id": words(piece, self.keys),
                "on": days((self.day[:, None] + np.arange(_COURSE.size)).ravel()),
                **{name: integers(counts.ravel()) for name, counts in course.items()},
            },
            "brand_searches": self._searches(course["impressions"]),
        }

    def truth(self) -> dict[str, object]:
        """What was planted: conversion by class, searches that impressions brought, and after how many days."""
        clicks, lag = self._clicks(), self._levels.search_lag_days
        first, last = (day_of(moment.date()) for moment in (self._levels.start, self._levels.end))
        counted = np.arange(first + lag - 1, last + lag + 1)  # a day around the lag, as reports count it
        return {
            "contents": self.creator.size,
            "searches": round(float(self._brought(self._daily()["impressions"], counted).sum())),
            "lag_days": lag,
            **{
                name: {"buyers": int(self._buyers[own].sum()), "clicks": int(clicks[own].sum())}
                for name, own in (("koc", ~self.kol), ("kol", self.kol))
            },
        }

    def _clicks(self) -> Ints:
        """Clicks of each piece: those of a class are as many as its conversion asks for, by quality."""
        clicks = self._buyers.copy()
        for own, rate in ((~self.kol, self._levels.conversion["koc"]), (self.kol, self._levels.conversion["kol"])):
            left = max(round(self._buyers[own].sum() / rate) - int(self._buyers[own].sum()), 0)
            edges = np.round(left * np.cumsum(self._quality[own]) / self._quality[own].sum()).astype(np.int64)
            clicks[own] += np.diff(np.r_[0, edges])
        return clicks

    def _daily(self) -> dict[str, Ints]:
        """Counts of each piece on each day of its course."""
        levels = self._levels
        clicks, rng = self._clicks(), self._setting.chance.of("content-daily")
        wide = np.where(self.kol, levels.reach["kol"], levels.reach["koc"]) * np.where(self._paid, 1.5, 1.0)
        reached = rng.poisson((wide * self._quality + clicks)[:, None] * _COURSE)
        engages = np.where(self.kol, levels.engaged["kol"], levels.engaged["koc"])[:, None]
        engaged = rng.binomial(reached, engages)
        return {
            "impressions": np.round(reached * levels.impressions_each).astype(np.int64),
            "reached": reached,
            "clicks": _split(clicks),
            "engaged": engaged,
            "interactions": np.round(engaged * 1.3).astype(np.int64),
        }

    def _searches(self, impressions: Ints) -> Columns:
        levels, rng = self._levels, self._setting.chance.of("brand-searches")
        first, last = (day_of(moment.date()) for moment in (levels.searches_from, levels.searches_until))
        day = np.arange(first, last)
        week = 1 + 0.08 * np.cos(2 * np.pi * weekdays(day) / 7)
        ordinary = levels.searches_a_day * self._setting.scale * week * np.exp(0.03 * rng.standard_normal(day.size))
        brought = self._brought(impressions, day)
        return {"on": days(day), "searches": integers(np.round(ordinary + brought).astype(np.int64))}

    def _brought(self, impressions: Ints, day: Ints) -> Floats:
        """Searches that impressions brought on consecutive days."""
        when = (self.day[:, None] + np.arange(_COURSE.size) + self._levels.search_lag_days - day[0]).ravel()
        inside = (when >= 0) & (when < day.size)
        seen = np.bincount(when[inside], impressions.ravel()[inside], day.size)
        return np.asarray(seen * self._levels.searches_per_impression)


def _split(counts: Ints) -> Ints:
    """Counts over the days of a course, to the last one."""
    edges = np.round(counts[:, None] * np.cumsum(_COURSE) / _COURSE.sum()).astype(np.int64)
    return np.asarray(np.diff(edges, axis=1, prepend=0), dtype=np.int64)
