"""Orders: who buys on a visit, and what is asked for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from retro_demo.chance import Flags, Floats, Ints
from retro_demo.life.baskets import Baskets, best_coupon, fill_baskets
from retro_demo.life.fates import NONE, decide_fates
from retro_demo.life.people import People
from retro_demo.life.visits import Campaign, Visits
from retro_demo.setting import Setting
from retro_demo.worlds import Worlds, come_true, happens


@dataclass(frozen=True)
class Orders:
    """Orders, sorted by person and time. Money in cents.

    Attributes:
        visit: Position of the visit on which it was placed.
        person: Position in the block's people.
        ordered: Second of the shop's clock.
        paid: Second of the shop's clock, or `NONE`.
        refunded: Second of the shop's clock, or `NONE`.
        failed: A payment failed.
        status: Position in `STATUSES`.
        listed: At list prices.
        discount: What came off, coupons included.
        offer: The part of the discount that a campaign gave.
        coupon: Position in `COUPONS`, or `NONE`.
        campaign: Position in `CAMPAIGNS` of the campaign whose offer it used, or `NONE`.
        fake: Position in the fakes of the flash-sale night, or `NONE`.
        channel: Position in `levels.people.channels`.
        worlds: In which worlds it is placed.
    """

    visit: Ints
    person: Ints
    ordered: Ints
    paid: Ints
    refunded: Ints
    failed: Flags
    status: Ints
    listed: Ints
    discount: Ints
    offer: Ints
    coupon: Ints
    campaign: Ints
    fake: Ints
    channel: Ints
    worlds: Worlds

    def __len__(self) -> int:
        return self.person.size

    @property
    def amount(self) -> Ints:
        """What was asked of the customer."""
        return self.listed - self.discount

    def on(self, places: Ints) -> Orders:
        """The same orders, with the positions of their visits in another list."""
        return replace(self, visit=places[self.visit])

    def take(self, rows: Ints | Flags) -> Orders:
        """Some of the orders."""
        return Orders(**{part.name: getattr(self, part.name)[rows] for part in fields(self)})

    def __add__(self, other: Orders) -> Orders:
        return Orders(*(np.r_[getattr(self, part.name), getattr(other, part.name)] for part in fields(self)))


Offers = Callable[[Ints, Ints, Ints, Flags], tuple[Ints, Ints]]
"""What comes off orders in cents, and by which campaign: from person, day, list price, and which are first."""


def place_orders(
    setting: Setting, campaigns: Sequence[Campaign], people: People, visits: Visits, offer_of: Offers
) -> tuple[Orders, Baskets]:
    """Let visitors buy: who orders, what lies in the basket, what comes off, and how it ends."""
    rng, buying = setting.chance.of("orders", people.block), setting.levels.buying
    worlds = _order(setting, campaigns, people, visits, rng)
    bought = np.flatnonzero(worlds)
    person = visits.person[bought]
    wants_coupon = rng.random(bought.size) < 2 * buying.coupon_rate * people.thrift[person]
    baskets = fill_baskets(setting, people.purse[person], wants_coupon, rng)
    listed = baskets.listed(setting.catalogue, bought.size)
    first = _is_first(person, worlds[bought])
    offer, campaign = offer_of(person, visits.day[bought], listed, first)
    coupon = np.where(wants_coupon & (offer == 0), best_coupon(buying.coupons, listed), NONE)
    face = 100 * np.array([value for _, value in buying.coupons])
    discount = offer + np.where(coupon != NONE, face[coupon], 0)
    baskets = baskets.share_out(setting.catalogue, discount)
    ordered, channel = visits.end[bought], visits.channel[bought]
    fates = decide_fates(setting, ordered, channel, return_factor(setting, baskets, bought.size), rng)
    orders = Orders(
        visit=bought,
        person=person,
        ordered=ordered,
        paid=fates.paid,
        refunded=fates.refunded,
        failed=fates.failed,
        status=fates.status,
        listed=listed,
        discount=discount,
        offer=offer,
        coupon=coupon,
        campaign=campaign,
        fake=np.full(bought.size, NONE),
        channel=channel,
        worlds=worlds[bought],
    )
    return orders, baskets


def return_factor(setting: Setting, baskets: Baskets, orders: int) -> Floats:
    """How often orders are returned against the mean: what lies first in the basket decides."""
    goods = setting.levels.goods
    by_category = np.array([setting.levels.fates.refund_by_category[name] for name in goods.categories])
    first = np.searchsorted(baskets.order, np.arange(orders))
    return by_category[setting.catalogue.category[baskets.product[first]]]


def merge_orders(one: tuple[Orders, Baskets], other: tuple[Orders, Baskets]) -> tuple[Orders, Baskets]:
    """Put two lists of orders and their lines together, sorted by person and time."""
    orders = one[0] + other[0]
    turn = np.lexsort((orders.ordered, orders.person))
    place = np.empty(turn.size, dtype=np.int64)
    place[turn] = np.arange(turn.size)
    first, second = one[1].of(place[: len(one[0])]), other[1].of(place[len(one[0]) :])
    rows = np.argsort(np.r_[first.order, second.order], kind="stable")
    lines = Baskets(*(np.r_[getattr(first, part.name), getattr(second, part.name)][rows] for part in fields(first)))
    return orders.take(turn), lines


def _order(
    setting: Setting, campaigns: Sequence[Campaign], people: People, visits: Visits, rng: np.random.Generator
) -> Worlds:
    """In which worlds each visit ends with an order."""
    buying = setting.levels.buying
    age = visits.day - people.registered_day[visits.person]
    honeymoon = buying.honeymoon * np.exp(-age / buying.honeymoon_days)
    log_odds = people.urge[visits.person] + honeymoon + setting.seasons.orders[visits.day]
    changes: dict[np.uint8, Floats] = {}
    for campaign in campaigns:
        pull, differences = campaign.order_pull(people, visits)
        log_odds += pull
        changes |= differences
    log_odds[~visits.main | people.bounced[visits.person]] = -np.inf
    return come_true(rng.random(len(visits)), log_odds, changes, visits.worlds)


def _is_first(person: Ints, worlds: Worlds) -> Flags:
    """Which orders are the first that their person places in the actual world."""
    actual = happens(worlds)
    before: Ints = np.cumsum(actual) - actual
    return np.asarray(actual & (before == before[np.searchsorted(person, person)]))
