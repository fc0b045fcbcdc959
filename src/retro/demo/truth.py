"""Truth: what was planted, counted on the rows of every world, for tests that estimators recover it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from retro.demo.around.experiments import HINT, Exposures
from retro.demo.around.points import CLAW_BACK, Ledger
from retro.demo.blocks import Lived
from retro.demo.campaigns.flash_sale_night import FAKES
from retro.demo.campaigns.night_stock import NightStock
from retro.demo.campaigns.points_contest import ABUSES
from retro.demo.chance import Flags, Floats, Ints
from retro.demo.clock import DAY, DAYS, date_of, day_of
from retro.demo.life.fates import PAID
from retro.demo.setting import Setting
from retro.demo.tables.arrow import Column, moments
from retro.demo.tables.keys import product_keys, user_keys
from retro.demo.worlds import (
    ACTUAL,
    ALL_CONTROL,
    ALL_IMPROVED,
    CAMPAIGNS,
    FLASH_SALE_NIGHT,
    WITHOUT,
    happens,
)

_WORLDS = (ACTUAL, *WITHOUT)
_REGISTRATIONS, _ORDERS, _GMV, _MARGIN = range(4)


class Truth:
    """Counts block by block, and says at the end what an estimator should find."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._daily: Ints = np.zeros((4, len(_WORLDS), DAYS), dtype=np.int64)
        self._hint: Ints = np.zeros(3, dtype=np.int64)
        self._counts: dict[str, int] = {}
        self._abusers: dict[str, list[str]] = {name: [] for name in ABUSES}
        self._caught: list[str] = []
        self._fakes: dict[str, list[str]] = {name: [] for name in FAKES}

    def add(self, lived: Lived, order_ids: Column, ledger: Ledger, seen: Exposures) -> None:
        """Count a block."""
        self._count_days(lived)
        self._count_hint(lived, seen)
        people, contest, night = lived.people, lived.campaigns.contest, lived.campaigns.night
        keys = user_keys(people)
        for code, name in enumerate(ABUSES):
            self._abusers[name] += keys.take(np.flatnonzero(contest.abuse == code)).to_pylist()
        self._caught += keys.take(np.unique(ledger.person[ledger.entry == CLAW_BACK])).to_pylist()
        for code, name in enumerate(FAKES):
            self._fakes[name] += order_ids.take(np.flatnonzero(lived.placed.fake == code)).to_pylist()
        groups: dict[str, Flags] = {
            "contest_invited": contest.invited,
            "contest_held_out": contest.held_out,
            "contest_silent_invited": contest.silent & contest.invited,
            "contest_woken": contest.woken,
            "night_aware": night.aware,
            "night_lost_to_competitor": night.lost,
            "night_buyers": night.buyer,
        }
        for name, members in groups.items():
            self._counts[name] = self._counts.get(name, 0) + int(members.sum())

    def as_json(self, night: NightStock, mismatch: dict[str, object]) -> dict[str, Any]:
        """Everything that was planted, as JSON holds it."""
        exposed = max(int(self._hint[0]), 1)
        keys = product_keys(len(self._setting.catalogue))
        out = np.flatnonzero(night.sold_out >= 0)
        return {
            "scale": self._setting.scale,
            "seed": self._setting.chance.seed,
            "first_day": date_of(0),
            "campaigns": {name: self._campaign(index) for index, name in enumerate(CAMPAIGNS)},
            "daily": {
                what: {
                    world: [_shown(what, int(value)) for value in self._daily[row, place]]
                    for place, world in enumerate(("actual", *(f"without {name}" for name in CAMPAIGNS)))
                }
                for row, what in enumerate(("registrations", "orders", "net_gmv_cny", "goods_margin_cny"))
            },
            "experiments": {
                "task_hint_v2": {
                    "units": int(self._hint[0]),
                    "day_1_rate_all_control": float(self._hint[1]) / exposed,
                    "day_1_rate_all_improved": float(self._hint[2]) / exposed,
                },
                "reward_popup_v1": {"lost_rate_of_improved": self._setting.levels.new_user_week.popup_lost_rate},
            },
            "points_contest": {
                "abusers": self._abusers,
                "clawed_back": self._caught,
                "leaderboard_mismatch": mismatch,
            },
            "flash_sale_night": {
                "fakes": self._fakes,
                "sold_out": {
                    keys[int(night.product[item])].as_py(): moments(night.sold_out[item : item + 1])[0].as_py()
                    for item in out
                },
                "missed_units": {
                    keys[int(product)].as_py(): int(units)
                    for product, units in zip(night.product, night.missed, strict=True)
                    if units
                },
            },
            "counts": self._counts,
            "incidents": [some.model_dump(mode="json") for some in self._setting.levels.incidents],
        }

    def _campaign(self, index: int) -> dict[str, Any]:
        """What one campaign brought: the actual world less the world without it, before, while and after it ran."""
        levels = (self._setting.levels.new_user_week, self._setting.levels.points_contest)
        window = (*levels, self._setting.levels.flash_sale_night)[index]
        start, end = day_of(window.start.date()), day_of(window.end.date())
        if index == FLASH_SALE_NIGHT:
            end += 1
        gain = self._daily[:, 0] - self._daily[:, 1 + index]
        phases = {
            "before": slice(0, start),
            "during": slice(start, end),
            "after": slice(end, DAYS),
            "in_all": slice(DAYS),
        }
        names = ("registrations", "orders", "net_gmv_cny", "goods_margin_cny")
        return {
            phase: {name: _shown(name, int(gain[row, days].sum())) for row, name in enumerate(names)}
            for phase, days in phases.items()
        }

    def _count_days(self, lived: Lived) -> None:
        """Registrations, valid orders, their value and their margin, by day and world.

        Where an order would also have been placed without a campaign, it would have been worth what that campaign
        took off it more.
        """
        people, orders = lived.people, lived.orders
        since = people.registered_day >= 0
        valid: Flags = (orders.status == PAID) & (orders.ordered < DAYS * DAY)
        day = orders.ordered // DAY
        for place, world in enumerate(_WORLDS):
            here = since & happens(people.worlds, world)
            self._daily[_REGISTRATIONS, place] += np.bincount(people.registered_day[here], minlength=DAYS)
            rows = np.flatnonzero(valid & happens(orders.worlds, world))
            spared = np.where(orders.campaign[rows] == place - 1, orders.offer[rows], 0)
            value: Floats = (orders.amount[rows] + spared).astype(np.float64)
            self._daily[_ORDERS, place] += np.bincount(day[rows], minlength=DAYS)
            self._daily[_GMV, place] += np.bincount(day[rows], value, DAYS).astype(np.int64)
            self._daily[_MARGIN, place] += np.bincount(day[rows], value - lived.costs[rows], DAYS).astype(np.int64)

    def _count_hint(self, lived: Lived, seen: Exposures) -> None:
        """Who would have come on day 1 if everybody had had one arm of the experiment, or the other."""
        people, visits = lived.people, lived.visits
        unit = np.zeros(len(people), dtype=np.bool_)
        unit[seen.person[seen.experiment == HINT]] = True
        back = unit[visits.person] & (visits.day - people.registered_day[visits.person] == 1)
        came = [
            np.unique(visits.person[back & happens(visits.worlds, world)]).size for world in (ALL_CONTROL, ALL_IMPROVED)
        ]
        self._hint += np.array([int(unit.sum()), *came])


def _shown(name: str, value: int) -> int | Decimal:
    return Decimal(value).scaleb(-2) if name.endswith("_cny") else value
