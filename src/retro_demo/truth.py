"""Truth: what was planted, counted on the rows of every world, for tests that estimators recover it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from retro_demo.around.community import Memberships
from retro_demo.around.experiments import HINT, Exposures
from retro_demo.around.invitations import Invitations
from retro_demo.around.points import CLAW_BACK, Ledger
from retro_demo.around.wake_ups import WakeUps
from retro_demo.blocks import Lived
from retro_demo.campaign_levels import CampaignLevels
from retro_demo.campaigns.flash_sale_night import FAKES
from retro_demo.campaigns.member_day import expanding_template
from retro_demo.campaigns.night_stock import LASTS, NightStock
from retro_demo.campaigns.points_contest import ABUSES
from retro_demo.chance import Flags, Floats, Ints
from retro_demo.clock import DAY, DAYS, date_of, day_of, second_of
from retro_demo.life.fates import NONE, PAID
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Column, moments
from retro_demo.tables.keys import product_keys, user_keys
from retro_demo.worlds import (
    ACTUAL,
    ALL_CONTROL,
    ALL_IMPROVED,
    CAMPAIGNS,
    WITHOUT,
    happens,
)

_WORLDS = (ACTUAL, *WITHOUT)
_FIGURES = ("registrations", "orders", "net_gmv_cny", "goods_margin_cny")
_REGISTRATIONS, _ORDERS, _GMV, _MARGIN = range(len(_FIGURES))
_MEMBERS = ("booked", "booked_came", "booked_buyers", "expanded", "redeemed", "redeemed_expanded", "dau")


class Daily:
    """What the shop did on each day, in the actual world and in the world without each campaign."""

    def __init__(self, worlds: Sequence[np.uint8], days: int, *, since: int = 0, campaigns_before: int = 0) -> None:
        self._worlds, self._days, self._since, self._before = tuple(worlds), days, since, campaigns_before
        self.counts: Ints = np.zeros((len(_FIGURES), len(self._worlds), days), dtype=np.int64)

    def count(self, people: People, orders: Orders, costs: Ints, lost: Mapping[np.uint8, Ints] | None = None) -> None:
        """Registrations, valid orders, their value and their margin, by day and world.

        Where an order would also have been placed without a campaign, it would have been worth what that campaign
        took off it more.

        Args:
            people: The people of a block.
            orders: Their orders in every world.
            costs: Cost of goods of these orders, in cents.
            lost: By the world without a campaign, positions of the orders that it lost: they count in that world alone.
        """
        since = people.registered_day >= self._since
        valid: Flags = (orders.status == PAID) & (orders.ordered < self._days * DAY)
        day = orders.ordered // DAY
        for place, world in enumerate(self._worlds):
            here = since & happens(people.worlds, world)
            self.counts[_REGISTRATIONS, place] += np.bincount(people.registered_day[here], minlength=self._days)
            here_too = valid & happens(orders.worlds, world)
            for without, gone in (lost or {}).items():
                if without != world:
                    here_too[gone] = False
            rows = np.flatnonzero(here_too)
            campaign_left_out = self._before + place - 1
            spared = np.where(orders.campaign[rows] == campaign_left_out, orders.offer[rows], 0)
            value: Floats = (orders.amount[rows] + spared).astype(np.float64)
            self.counts[_ORDERS, place] += np.bincount(day[rows], minlength=self._days)
            self.counts[_GMV, place] += np.bincount(day[rows], value, self._days).astype(np.int64)
            margin = np.bincount(day[rows], value - costs[rows], self._days)
            self.counts[_MARGIN, place] += margin.astype(np.int64)

    def gains(self, index: int, campaign: CampaignLevels) -> dict[str, dict[str, int | Decimal]]:
        """What one campaign brought before, while and after it ran: the actual world less the world without it."""
        start, end = day_of(campaign.start.date()), second_of(campaign.end - dt.timedelta(seconds=1)) // DAY + 1
        phases = {
            "before": slice(0, start),
            "during": slice(start, end),
            "after": slice(end, self._days),
            "in_all": slice(self._days),
        }
        gain = self.counts[:, 0] - self.counts[:, 1 + index]
        return {
            phase: {name: _shown(name, int(gain[row, days].sum())) for row, name in enumerate(_FIGURES)}
            for phase, days in phases.items()
        }


class Truth:
    """Counts block by block, and says at the end what an estimator should find."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._daily = Daily(_WORLDS, DAYS)
        self._hint: Ints = np.zeros(3, dtype=np.int64)
        self._counts: dict[str, int] = {}
        self._abusers: dict[str, list[str]] = {name: [] for name in ABUSES}
        self._caught: list[str] = []
        self._fakes: dict[str, list[str]] = {name: [] for name in FAKES}
        self._members: Ints = np.zeros(len(_MEMBERS), dtype=np.int64)
        self._invited: dict[str, int] = {}
        self._gathered: dict[str, int] = {}
        self._called: dict[str, dict[str, int]] = {some.name: {} for some in setting.levels.wake_ups}

    def add(self, lived: Lived, order_ids: Column, ledger: Ledger, seen: Exposures) -> None:
        """Count a block."""
        self._daily.count(lived.people, lived.orders, lived.costs)
        self._count_hint(lived, seen)
        self._count_members(lived)
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
            "contest_reactivated": contest.reactivated,
            "night_aware": night.aware,
            "night_lost_to_competitor": night.lost,
            "night_buyers": night.buyer,
        }
        for name, members in groups.items():
            self._counts[name] = self._counts.get(name, 0) + int(members.sum())

    def add_wake_ups(self, sent: WakeUps) -> None:
        """Count the messages of a block to old customers, and whom they brought back."""
        for whole, counts in zip(self._called.values(), sent.counts, strict=True):
            whole.update({name: whole.get(name, 0) + count for name, count in counts.items()})

    def add_invitations(self, sent: Invitations) -> None:
        """Count a block's invitations, and who registered by them."""
        self._invited.update({name: self._invited.get(name, 0) + count for name, count in sent.counts.items()})

    def add_memberships(self, told: Memberships) -> None:
        """Count whom a block's groups invited, who joined, and what those bought whom a group moved."""
        self._gathered.update({name: self._gathered.get(name, 0) + count for name, count in told.counts.items()})

    def as_json(self, night: NightStock, mismatch: dict[str, object]) -> dict[str, Any]:
        """Everything that was planted, as JSON holds it."""
        levels = self._setting.levels
        return {
            "scale": self._setting.scale,
            "seed": self._setting.chance.seed,
            "first_day": date_of(0),
            "campaigns": {name: self._campaign(index) for index, name in enumerate(CAMPAIGNS)},
            "daily": {
                what: {
                    world: [_shown(what, int(value)) for value in self._daily.counts[row, place]]
                    for place, world in enumerate(("actual", *(f"without {name}" for name in CAMPAIGNS)))
                }
                for row, what in enumerate(_FIGURES)
            },
            "experiments": {
                "task_hint_v2": self._hint_rates(),
                "reward_popup_v1": {"lost_rate_of_improved": levels.new_user_week.popup_lost_rate},
            },
            "points_contest": {
                "abusers": self._abusers,
                "clawed_back": self._caught,
                "leaderboard_mismatch": mismatch,
            },
            "flash_sale_night": {"fakes": self._fakes, **self._night(night)},
            "member_day": dict(zip(_MEMBERS, self._members.tolist(), strict=True)),
            "wake_ups": self._called,
            "referral": self._invited,
            "community": self._gathered,
            "counts": self._counts,
            "incidents": [some.model_dump(mode="json") for some in levels.incidents],
        }

    def _hint_rates(self) -> dict[str, float]:
        """The two rates whose difference is the effect of the hint on the people who were exposed."""
        units, control, improved = map(int, self._hint)
        return {
            "units": units,
            "day_1_rate_all_control": control / max(units, 1),
            "day_1_rate_all_improved": improved / max(units, 1),
        }

    def _night(self, night: NightStock) -> dict[str, Any]:
        """When items were sold out, and how many pieces were wished for in vain."""
        keys = product_keys(len(self._setting.catalogue))
        names = [keys[int(product)].as_py() for product in night.product]
        ended = zip(names, moments(night.sold_out, missing=LASTS).to_pylist(), strict=True)
        missed = zip(names, night.missed.tolist(), strict=True)
        return {
            "sold_out": {name: moment for name, moment in ended if moment is not None},
            "missed_units": {name: units for name, units in missed if units},
        }

    def _campaign(self, index: int) -> dict[str, Any]:
        """What one campaign brought: the actual world less the world without it, before, while and after it ran."""
        return self._daily.gains(index, self._setting.levels.campaigns[index])

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

    def _count_members(self, lived: Lived) -> None:
        """Who booked the member day, came, bought and used the coupon, and how many people were there."""
        people, day, placed = lived.people, lived.campaigns.day, lived.placed
        date = day_of(day.levels.start.date())
        booked, expanded = day.booked != NONE, day.expanded != NONE
        came, bought, redeemed = (np.zeros(len(people), dtype=np.bool_) for _ in range(3))
        came[lived.recorded.person[lived.recorded.day == date]] = True
        valid = (placed.status == PAID) & (placed.ordered // DAY == date)
        bought[placed.person[valid]] = True
        redeemed[placed.person[valid & (placed.coupon == expanding_template(self._setting))]] = True
        groups = (
            booked,
            booked & came,
            booked & bought,
            expanded,
            redeemed,
            redeemed & expanded,
            came & ~people.bounced,
        )
        self._members += np.array([int(group.sum()) for group in groups])


def _shown(name: str, value: int) -> int | Decimal:
    return Decimal(value).scaleb(-2) if name.endswith("_cny") else value
