"""The later quarters: the same people live on, and others join them, in files of their own beside the first ones.

A quarter draws from streams of its own: blocks are numbered anew in it, and what belongs to no block is named after it.
So no row of the days before changes, whatever happens later: fates of orders of the first quarter, refunds among them,
are closed at its end, and what its campaigns left of moods ends with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from retro.files import write_json
from retro_demo.around.costs import book_costs
from retro_demo.around.coupons import everyday_coupons
from retro_demo.around.feedback import ask, write_reviews
from retro_demo.around.presales import presell
from retro_demo.around.refunds import pay_back
from retro_demo.around.stock import Warehouse
from retro_demo.around.support import open_tickets
from retro_demo.around.traffic import Traffic
from retro_demo.blocks import BLOCK_SIZE, meet_blocks, together
from retro_demo.campaigns.promotion_node import PromotionNode, load_nodes, offers_of
from retro_demo.clock import DAY, LATER_QUARTERS, YEAR_END, day_of
from retro_demo.life.events import (
    LOG_IN,
    REGISTER,
    SEARCH,
    SHARE,
    SIGN_IN,
    Events,
    act,
    browse,
    in_time,
    order_and_pay,
)
from retro_demo.life.fates import NONE
from retro_demo.life.orders import Orders, place_orders
from retro_demo.life.people import ITSELF, Arrivals, People, make_people
from retro_demo.life.seasons import make_seasons
from retro_demo.life.visits import Spells, Visits, live, make_spells
from retro_demo.setting import Setting
from retro_demo.tables import activity, campaigns, goods, people, shopping, voices
from retro_demo.tables.arrow import Columns, Folder, words
from retro_demo.tables.keys import order_keys
from retro_demo.truth import Daily
from retro_demo.worlds import ACTUAL, CAMPAIGNS, EVERYWHERE, happens

TRUTH = "truth-2025.json"
"""What was planted in the later quarters."""

_BLOCKS = 4096
"""More than the first quarter has at any scale: from here on the next quarter numbers them."""

_ROWS = 10**8
"""More than a table has in a quarter: from here on the next quarter numbers them."""

_LINKS = ("live_session_id", "content_id", "group_id")
"""Columns of orders that programmes of the first quarter fill."""


@dataclass(frozen=True)
class _Crowd:
    """People of one block: in the shop since before a quarter, by its place, or from it on."""

    people: People
    spells: Spells
    since: int


def live_on(setting: Setting, folder: Folder, stock: Warehouse) -> None:
    """Write the later quarters into the folder of the first, table by table, and what was planted in them.

    Args:
        setting: The setting of the first quarter.
        folder: Where its tables lie.
        stock: Its warehouse.
    """
    seasons, nodes = make_seasons(setting.levels, setting.chance, YEAR_END), load_nodes()
    quarters = [
        _Quarter(
            replace(
                setting,
                seasons=seasons,
                first=day_of(start),
                end=day_of(end),
                until=YEAR_END * DAY,
                campaigns=(*CAMPAIGNS, *(node.levels.campaign_id for node in nodes[name])),
                later=(name,),
            ),
            place,
            nodes[name],
            folder,
        )
        for place, (name, (start, end)) in enumerate(LATER_QUARTERS.items(), start=1)
    ]
    for crowd in _crowds(setting, quarters):
        for quarter in quarters[max(crowd.since - 1, 0) :]:
            quarter.write(crowd)
    levels = stock.left
    truth: dict[str, Any] = {}
    for quarter in quarters:
        levels = quarter.finish(levels)
        truth |= quarter.truth()
    write_json(folder.path / TRUTH, {"campaigns": truth})


def _crowds(setting: Setting, quarters: list[_Quarter]) -> Iterator[_Crowd]:
    """Everybody in the shop, block by block: those of the first quarter, then those who join in each later one."""
    numbers = blocks = 0
    for block in meet_blocks(setting):
        people_, spells = block.people, block.spells
        yield _Crowd(replace(people_, worlds=_here(people_)), replace(spells, worlds=_here(spells)), 0)
        numbers, blocks = numbers + len(people_), blocks + 1
    for quarter in quarters:
        arrivals = quarter.arrivals()
        expected = sum(float(some.a_day.sum()) for some in arrivals) * setting.scale
        count = max(1, math.ceil(expected / BLOCK_SIZE))
        for _ in range(count):
            joined = make_people(quarter.setting, arrivals, blocks, setting.scale / count, numbers)
            yield _Crowd(joined, make_spells(quarter.setting, joined), quarter.place)
            numbers, blocks = numbers + len(joined), blocks + 1


def _here(some: People | Spells) -> Any:  # noqa: ANN401 - Worlds
    """What was in the actual world is in every world of a later quarter."""
    return np.where(happens(some.worlds), EVERYWHERE, np.uint8(0))


class _Quarter:
    """One later quarter: lets blocks live through it, and writes its rows."""

    def __init__(self, setting: Setting, place: int, nodes: tuple[PromotionNode, ...], folder: Folder) -> None:
        self.setting, self.place = setting, place
        self._nodes, self._folder = nodes, folder
        self._traffic, self._warehouse = Traffic(setting), Warehouse(setting)
        worlds = (ACTUAL, *(node.world for node in nodes))
        self._daily = Daily(worlds, YEAR_END, since=setting.first, campaigns_before=len(CAMPAIGNS))

    def arrivals(self) -> list[Arrivals]:
        """Whom to expect: the ordinary arrivals of its days, and those whom its nodes bring."""
        setting = self.setting
        a_day = np.where(np.arange(setting.end) >= setting.first, setting.seasons.arrivals[: setting.end], 0.0)
        channels = list(setting.levels.people.channels.values())
        return [Arrivals(ITSELF, a_day, channels), *(node.newcomers(setting) for node in self._nodes)]

    def write(self, crowd: _Crowd) -> None:
        """Let a block live through the quarter, and append what it did to the tables."""
        setting, joins = self.setting, crowd.since == self.place
        crowd_ = replace(crowd.people, block=crowd.people.block + self.place * _BLOCKS)
        if not joins:
            here = _here(crowd_)
            crowd_, spells = replace(crowd_, worlds=here), replace(crowd.spells, worlds=_here(crowd.spells))
        else:
            spells = crowd.spells
        visits, _ = together(live(setting, self._nodes, crowd_, spells))
        orders, lines = place_orders(setting, self._nodes, crowd_, visits, offers_of(self._nodes))
        costs = np.bincount(lines.order, setting.catalogue.cost[lines.product] * lines.pieces, len(orders))
        kept, actual = happens(visits.worlds), happens(orders.worlds)
        recorded, placed = visits.take(kept), orders.take(actual).on(np.where(kept, np.cumsum(kept) - 1, NONE))
        bought = lines.of(np.where(actual, np.cumsum(actual) - 1, NONE))
        events = _record(setting, crowd_, recorded, placed)  # who paid a deposit has paid on the visit
        presales = presell(setting, self._nodes, crowd_.block, placed)
        placed = presales.orders
        lost = {node.world: np.flatnonzero(actual)[presales.lost(node)] for node in self._nodes}
        self._daily.count(crowd_, orders, costs.astype(np.int64), lost)
        self._traffic.add(events)
        self._warehouse.ship(placed, bought)

        ids = order_keys(placed, self._written("orders"))
        coupons = everyday_coupons(setting, crowd_, recorded, placed)
        coupon_ids = shopping.coupon_ids(placed, coupons, self._written("coupons"))
        back = pay_back(setting, crowd_, placed, bought)
        reviews = write_reviews(setting, crowd_, placed, bought)
        answers = ask(setting, crowd_, None, placed)
        tickets = open_tickets(setting, crowd_, recorded, placed)
        nobody = words(np.full(len(placed), NONE), [""])
        tables = {
            "events": activity.events(setting, crowd_, recorded, recorded.person, (events, ids)),
            "orders": {
                **shopping.orders(setting, crowd_, placed, bought, ids, coupon_ids),
                **dict.fromkeys(_LINKS, nobody),
                **presales.columns(),
            },
            "order_items": shopping.order_items(setting, crowd_.block, bought, ids),
            "refunds": shopping.refunds(setting, back, ids, self._written("refunds")),
            "coupons": shopping.coupons(setting, crowd_, coupons, ids, self._written("coupons")),
            "reviews": voices.reviews(setting, crowd_, reviews, (placed, ids), self._written("reviews")),
            "surveys": voices.surveys(setting, crowd_, answers, self._written("surveys")),
            "support_tickets": voices.support_tickets(setting, crowd_, tickets, self._written("support_tickets")),
        }
        if joins:
            tables["users"] = people.users(setting.levels, crowd_)
        for name, columns in tables.items():
            self._append(name, columns)

    def finish(self, levels: Any) -> Any:  # noqa: ANN401 - Ints
        """Write what adds up over all blocks.

        Args:
            levels: Pieces of each product at the beginning of the quarter.

        Returns:
            The same at its end.
        """
        setting, nodes = self.setting, [node.levels for node in self._nodes]
        costs = book_costs(setting, nodes, len(CAMPAIGNS))
        self._append("page_views", activity.page_views(self._traffic))
        self._append("stock", goods.stock(setting, self._warehouse.days(levels)))
        self._append("campaign_costs", campaigns.campaign_costs(setting, costs, self.place * 10_000))
        return self._warehouse.left

    def truth(self) -> dict[str, Any]:
        """What each of its nodes brought."""
        return {node.levels.campaign_id: self._daily.gains(node.place, node.levels) for node in self._nodes}

    def _append(self, table: str, columns: Columns) -> None:
        self._folder.write(f"{table}-{self.setting.later[0]}", columns)

    def _written(self, table: str) -> int:
        """Rows of a table so far, counted on from those of the quarters before."""
        return self.place * _ROWS + self._folder.rows.get(f"{table}-{self.setting.later[0]}", 0)


def _record(setting: Setting, crowd: People, visits: Visits, orders: Orders) -> Events:
    """Write down what happens on visits: everyday habits, looking around, ordering and paying."""
    rng, sessions = setting.chance.of("events", crowd.block), setting.levels.sessions
    ordering = np.full(len(visits), NONE)
    ordering[orders.visit] = np.arange(len(orders))
    inside, buyer = ~crowd.bounced[visits.person], ordering != NONE
    mean = np.where(buyer, sessions.views_before_order, sessions.views)
    actions = [
        act(visits.start == crowd.registered[visits.person], 0, REGISTER),
        act(inside, 1, LOG_IN),
        act(inside & visits.main & (rng.random(len(visits)) < sessions.sign_in_rate), 3, SIGN_IN),
        act(inside & (rng.random(len(visits)) < sessions.search_rate), 4, SEARCH),
        act(inside & (rng.random(len(visits)) < sessions.share_rate), 895, SHARE),
        *browse(setting, np.where(inside, mean, 0.0), buyer, rng),
        *order_and_pay(orders, ordering),
    ]
    return in_time(actions, visits, orders, rng)
