"""Promotion nodes of the later quarters: a pre-heat in which people wait, a burst, and a lull after it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import model_validator

from retro.files import read_yaml
from retro_demo.campaign_levels import CampaignLevels, Rate
from retro_demo.chance import Flags, Floats, Ints
from retro_demo.clock import day_of
from retro_demo.life.fates import NONE
from retro_demo.life.orders import Offers
from retro_demo.life.people import Arrivals, People
from retro_demo.life.visits import PersonDays, Visits
from retro_demo.setting import Setting
from retro_demo.worlds import CAMPAIGNS, EVERYWHERE, WITHOUT, Changes

_LEVELS = Path(__file__).with_name("promotion_nodes.yaml")


class PromotionNodeLevels(CampaignLevels):
    """A node: what each of its days is worth, whom it brings, how people wait for it and buy less afterwards."""

    campaign_id: str
    days: tuple[float, ...]
    visit_pull: float
    order_pull: float
    brought: float
    waiting: float
    waiting_days: int
    after: float
    after_days: float
    offer: tuple[int, int]
    presale_days: int = 0
    presale_rate: Rate = 0
    balance_rate: Rate = 1

    @model_validator(mode="after")
    def _one_for_each_day(self) -> PromotionNodeLevels:
        if len(self.days) != (self.end - self.start).days:
            raise ValueError("days must hold one number for each day of the burst")
        return self


@dataclass(frozen=True)
class PromotionNode:
    """A node as all people of the shop meet it.

    Attributes:
        levels: Its levels.
        place: Its position among the nodes of its quarter.
        first: First day of the burst.
        end: The day after its last.
    """

    levels: PromotionNodeLevels
    place: int
    first: int
    end: int

    @property
    def world(self) -> np.uint8:
        """The world without it; each quarter gives the bits out anew."""
        return WITHOUT[self.place]

    def visit_pull(self, people: People, days: PersonDays) -> tuple[Floats, Changes]:
        """The burst brings people more often, the thrifty most."""
        pull = self.levels.visit_pull * self._burst(days.day) * (0.6 + 0.8 * people.thrift[days.person])
        return pull, {self.world: -pull}

    def order_pull(self, people: People, visits: Visits) -> tuple[Floats, Changes]:
        """Visitors wait for it, buy in it, and have what they needed for a while."""
        levels, day = self.levels, visits.day
        waited = np.clip((day - self.first + levels.waiting_days + 1) / levels.waiting_days, 0, 1)
        pull = np.where(day < self.first, levels.waiting * waited, 0.0)
        pull += levels.order_pull * self._burst(day)
        pull += np.where(day >= self.end, levels.after * np.exp(-(day - self.end) / levels.after_days), 0.0)
        pull *= 0.6 + 0.8 * people.thrift[visits.person]
        return pull, {self.world: -pull}

    def off(self, day: Ints, listed: Ints) -> Ints:
        """What comes off orders of the burst in cents: so much for every whole step of the price."""
        step, less = (100 * yuan for yuan in self.levels.offer)
        return np.where((day >= self.first) & (day < self.end), listed // step * less, 0)

    def newcomers(self, setting: Setting) -> Arrivals:
        """Whom it brings over the ordinary arrivals of its days."""
        a_day = np.zeros(setting.end)
        a_day[self.first : self.end] = self.levels.brought * np.array(self.levels.days)
        return Arrivals(
            brought_by=len(CAMPAIGNS) + self.place,
            a_day=a_day * setting.seasons.arrivals[: setting.end],
            channels=list(setting.levels.people.channels.values()),
            worlds=EVERYWHERE & ~self.world,
            appetite=-0.6,
            stay=0.7,
        )

    def _burst(self, day: Ints) -> Floats:
        """What each of these days is worth; 0 outside the burst."""
        days = np.array([*self.levels.days, 0.0])
        inside = (day >= self.first) & (day < self.end)
        return np.asarray(days[np.where(inside, day - self.first, len(days) - 1)])


@functools.cache
def load_nodes() -> dict[str, tuple[PromotionNode, ...]]:
    """The nodes that the package ships, by the name of their quarter."""
    found: dict[str, tuple[PromotionNode, ...]] = {}
    said: dict[str, list[Any]] = read_yaml(_LEVELS).data
    for quarter, nodes in said.items():
        known = [PromotionNodeLevels.model_validate(node) for node in nodes]
        found[quarter] = tuple(
            PromotionNode(levels, place, day_of(levels.start.date()), day_of(levels.end.date()))
            for place, levels in enumerate(known)
        )
    return found


def offers_of(nodes: tuple[PromotionNode, ...]) -> Offers:
    """What the nodes of a quarter take off; they never overlap."""

    def offer(person: Ints, day: Ints, listed: Ints, first: Flags) -> tuple[Ints, Ints]:  # noqa: ARG001 - an offer
        off, campaign = np.zeros(day.size, dtype=np.int64), np.full(day.size, NONE)
        for node in nodes:
            own = node.off(day, listed)
            off += own
            campaign = np.where(own > 0, len(CAMPAIGNS) + node.place, campaign)
        return off, campaign

    return offer
