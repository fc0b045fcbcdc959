"""Traffic: page views by minute and page group, of people who log in and of many more who do not."""

from __future__ import annotations

import numpy as np

from retro_demo.campaigns.flash_sale_night import GENUINE, Guests
from retro_demo.chance import Floats, Ints
from retro_demo.clock import DAY, DAYS, EVENT_DAY, second_of
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

_FIRST = EVENT_DAY * DAY // 60
_MINUTES = DAYS * DAY // 60 - _FIRST


class Traffic:
    """Counts what happens in each minute, block by block, and turns it into page views at the end."""

    def __init__(self, setting: Setting) -> None:
        self.groups = list(setting.levels.traffic.pages)
        self._setting = setting
        self._pages: Floats = np.zeros((_MINUTES, len(self.groups)))

    def add(self, events: Events, guests: Guests) -> None:
        """Count a block's events, and the pages that guests of the night refresh while they wait for it to open."""
        levels = self._setting.levels.traffic
        group = np.array([self.groups.index(_GROUP_OF[kind]) for kind in range(len(_GROUP_OF))])
        weights = np.array([levels.pages[name] for name in self.groups])
        column = group[events.kind]
        cells = (events.second // 60 - _FIRST) * len(self.groups) + column
        self._pages += np.bincount(cells, weights[column], self._pages.size).reshape(self._pages.shape)
        opening = second_of(self._setting.levels.flash_sale_night.start) // 60
        wished = guests.wished[guests.fake == GENUINE] // 60
        waiting = wished[wished < opening + 60]
        for minute in range(opening - 6, opening + 60):
            here = np.count_nonzero(waiting >= minute) * np.exp(-max(opening - minute, 0) / 2)
            self._pages[minute - _FIRST, self.groups.index("campaign")] += here * levels.refreshes

    def minutes(self) -> Ints:
        """The minutes of the rows of `views`, as seconds of the shop's clock."""
        return np.repeat((_FIRST + np.arange(_MINUTES)) * 60, len(self.groups))

    def views(self) -> Ints:
        """Page views, one value for each minute and group; minutes in which nobody came are there, and zero."""
        rng = self._setting.chance.of("traffic")
        mean = self._pages * (1 + self._setting.levels.traffic.anonymous)
        return rng.poisson(mean).astype(np.int64).ravel()
