"""Traffic: page views by minute and page group, of people who log in and of many more who do not."""

from __future__ import annotations

import numpy as np

from retro_demo.campaigns.flash_sale_night import GENUINE, Guests
from retro_demo.chance import Floats, Ints
from retro_demo.clock import DAY, EVENT_DAY, second_of
from retro_demo.life.events import (
    BOOK,
    CART,
    JOIN,
    LOG_IN,
    ORDER,
    PAY,
    PAY_FAILED,
    REDEEM,
    REGISTER,
    SEARCH,
    SHARE,
    SIGN_IN,
    TASK_COMPLETE,
    TASK_START,
    VIEW,
    Events,
)
from retro_demo.setting import Setting

_GROUP_OF = {
    REGISTER: "account",
    LOG_IN: "home",
    JOIN: "campaign",
    BOOK: "campaign",
    SIGN_IN: "account",
    SEARCH: "search",
    TASK_START: "campaign",
    TASK_COMPLETE: "campaign",
    VIEW: "product",
    CART: "cart",
    SHARE: "campaign",
    REDEEM: "account",
    ORDER: "checkout",
    PAY_FAILED: "checkout",
    PAY: "checkout",
}


class Traffic:
    """Counts what happens in each minute, block by block, and turns it into page views at the end."""

    def __init__(self, setting: Setting) -> None:
        self.groups = list(setting.levels.traffic.pages)
        self._setting = setting
        self._first = max(EVENT_DAY, setting.first) * DAY // 60
        self._pages: Floats = np.zeros((setting.end * DAY // 60 - self._first, len(self.groups)))

    def add(self, events: Events) -> None:
        """Count a block's events; a payment after the last midnight is not of these days."""
        levels = self._setting.levels.traffic
        group = np.array([self.groups.index(_GROUP_OF[kind]) for kind in range(len(_GROUP_OF))])
        weights = np.array([levels.pages[name] for name in self.groups])
        column = group[events.kind]
        cells = (events.second // 60 - self._first) * len(self.groups) + column
        known = cells < self._pages.size
        self._pages += np.bincount(cells[known], weights[column[known]], self._pages.size).reshape(self._pages.shape)

    def wait(self, guests: Guests) -> None:
        """Count the pages that guests of the night refresh while they wait for it to open."""
        levels = self._setting.levels.traffic
        opening = second_of(self._setting.levels.flash_sale_night.start) // 60
        wished = guests.wished[guests.fake == GENUINE] // 60
        waiting = wished[wished < opening + 60]
        for minute in range(opening - 6, opening + 60):
            here = np.count_nonzero(waiting >= minute) * np.exp(-max(opening - minute, 0) / 2)
            self._pages[minute - self._first, self.groups.index("campaign")] += here * levels.refreshes

    def minutes(self) -> Ints:
        """The minutes of the rows of `views`, as seconds of the shop's clock."""
        return np.repeat((self._first + np.arange(len(self._pages))) * 60, len(self.groups))

    def views(self) -> Ints:
        """Page views, one value for each minute and group; minutes in which nobody came are there, and zero."""
        rng = self._setting.chance.of("traffic", *self._setting.later)
        mean = self._pages * (1 + self._setting.levels.traffic.anonymous)
        return rng.poisson(mean).astype(np.int64).ravel()
