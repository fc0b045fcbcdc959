"""Live streams: a programme of shows in which the orders of the live channel were placed.

The shows change nothing that people do: each order of the live channel that falls into a show is said to have been
placed in it, and viewers, clicks and explanations are made so that the hosts differ as the levels say.
"""

from __future__ import annotations

import numpy as np

from retro_demo.chance import Floats, Ints
from retro_demo.clock import DAY, day_of
from retro_demo.life.baskets import Baskets
from retro_demo.life.fates import NONE, PAID
from retro_demo.life.orders import Orders
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Columns, flags, integers, moments, money, names, words
from retro_demo.tables.keys import product_keys

_CHANNEL = "live_stream"


class LiveRoom:
    """The shows of the programme, and what was ordered in them; adds up over blocks.

    Attributes:
        host: Position of each show's host in `levels.live_programme.hosts`.
        start: Its first second.
        end: The first second after it.
        keys: What the tables call them.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting, self._levels = setting, setting.levels.live_programme
        levels = self._levels
        first = day_of(levels.start.date())
        day = np.array([first + 7 * week + weekday for week in range(levels.weeks) for weekday in levels.weekdays])
        self.host: Ints = np.arange(day.size) % len(levels.hosts)
        self.start: Ints = day * DAY + levels.start.hour * 3600
        self.end: Ints = self.start + levels.minutes * 60
        self.keys = names("L", np.arange(1, day.size + 1), 4)
        self._buyers: Ints = np.zeros(day.size, dtype=np.int64)
        self._sold: list[Ints] = []

    def show_of(self, orders: Orders) -> Ints:
        """The show in which each order was placed, or `NONE`."""
        at = np.searchsorted(self.start, orders.ordered, side="right") - 1
        live = orders.channel == list(self._setting.levels.people.channels).index(_CHANNEL)
        return np.where(live & (at >= 0) & (orders.ordered < self.end[at]), at, NONE)

    def add(self, orders: Orders, lines: Baskets) -> None:
        """Count a block's buyers, and keep which goods were ordered when."""
        show = self.show_of(orders)
        bought = np.flatnonzero((show != NONE) & (orders.status == PAID))
        pairs = np.unique(np.c_[show[bought], orders.person[bought]], axis=0)
        self._buyers += np.bincount(pairs[:, 0], minlength=self.start.size)
        rows = np.flatnonzero(np.isin(lines.order, bought))
        self._sold.append(np.c_[show[lines.order[rows]], lines.product[rows], orders.ordered[lines.order[rows]]])

    def tables(self) -> dict[str, Columns]:
        """The shows, their minutes, and the goods explained in them."""
        levels, keys = self._levels, self.keys
        hosts, viewers = list(levels.hosts), self._viewers()
        watched = np.array([levels.hosts[name].watch_minutes for name in hosts])[self.host]
        booked = np.round(viewers * levels.booked_share).astype(np.int64)
        show, product, second = self._explained()
        clicks = np.round(viewers * levels.click_rate).astype(np.int64)
        minute = np.arange(levels.minutes)
        shape: Floats = 0.4 + 1.2 * np.sin(np.pi * (minute + 0.5) / levels.minutes)
        mean = viewers * watched / levels.minutes
        rng = self._setting.chance.of("live-minutes")
        online = rng.poisson(mean[:, None] * shape / shape.mean())
        return {
            "live_sessions": {
                "session_id": keys,
                "host": words(self.host, hosts),
                "started_at": moments(self.start),
                "ended_at": moments(self.end),
                "booked": integers(booked),
                "booked_came": integers(np.round(booked * levels.booked_came_rate).astype(np.int64)),
                "viewers": integers(viewers),
                "watch_minutes": money(np.round(100 * watched).astype(np.int64)),
                "comments": integers(np.round(viewers * levels.comment_rate).astype(np.int64)),
                "shares": integers(np.round(viewers * levels.share_rate).astype(np.int64)),
                "clickers": integers(clicks),
                "new_followers": integers(np.round(viewers * levels.follow_rate).astype(np.int64)),
            },
            "live_sources": self._sources(viewers),
            "live_minutes": {
                "session_id": words(np.repeat(np.arange(self.start.size), levels.minutes), keys),
                "minute_at": moments((self.start[:, None] + 60 * minute).ravel()),
                "online": integers(online.ravel()),
            },
            "live_items": {
                "session_id": words(show, keys),
                "product_id": words(product, product_keys(len(self._setting.catalogue))),
                "explained_at": moments(second),
            },
        }

    def truth(self) -> dict[str, object]:
        """By host, the buyers and the viewers that were planted."""
        viewers = self._viewers()
        return {
            name: {
                "viewers": int(viewers[self.host == place].sum()),
                "buyers": int(self._buyers[self.host == place].sum()),
            }
            for place, name in enumerate(self._levels.hosts)
        }

    def _viewers(self) -> Ints:
        """Viewers of each show: those of a host are as many as its conversion asks for."""
        viewers: Ints = np.zeros(self.start.size, dtype=np.int64)
        for place, host in enumerate(self._levels.hosts.values()):
            own = np.flatnonzero(self.host == place)
            weights = np.cumsum(self._buyers[own] + 1.0)
            edges = np.round(self._buyers[own].sum() / host.conversion_rate * weights / weights[-1]).astype(np.int64)
            viewers[own] = np.maximum(np.diff(np.r_[0, edges]), self._buyers[own])
        return viewers

    def _sources(self, viewers: Ints) -> Columns:
        """Where the viewers of each show came from; they add up to them."""
        sources, rng = self._levels.sources, self._setting.chance.of("live-sources")
        came = rng.multinomial(viewers, list(sources.values()))
        place = np.tile(np.arange(len(sources)), viewers.size)
        paid = [name in self._levels.paid_sources for name in sources]
        return {
            "session_id": words(np.repeat(np.arange(viewers.size), len(sources)), self.keys),
            "source": words(place, list(sources)),
            "viewers": integers(came.ravel()),
            "is_paid": flags(np.array(paid)[place]),
        }

    def _explained(self) -> tuple[Ints, Ints, Ints]:
        """Show, product and moment of each explanation: some minutes before the product was first ordered in it."""
        show, product, second = np.concatenate(self._sold).T
        order = np.lexsort((second, product, show))
        pairs = np.c_[show, product][order]
        first = np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)] if order.size else np.zeros(0, dtype=np.bool_)
        rows = order[first]
        rng = self._setting.chance.of("live-items")
        lag = np.ceil(rng.exponential(self._levels.explained_minutes * 60 / np.log(2), rows.size)).astype(np.int64)
        return show[rows], product[rows], np.maximum(second[rows] - lag, self.start[show[rows]])
