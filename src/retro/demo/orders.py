"""Orders: who buys on a visit, what lies in the basket, what is paid for it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from retro.demo.chance import Flags, Floats, Ints, probability, spread
from retro.demo.clock import DAY, OBSERVED_UNTIL, second_of
from retro.demo.levels import Levels
from retro.demo.new_user_week import INDEX as NEW_USER_WEEK
from retro.demo.new_user_week import NewUserWeek
from retro.demo.people import People
from retro.demo.setting import Setting
from retro.demo.visits import Campaign, Visits
from retro.demo.worlds import Worlds, come_true, happens

STATUSES = ("pending", "paid", "cancelled", "refunded", "fraudulent")
PENDING, PAID, CANCELLED, REFUNDED, FRAUDULENT = range(5)

NONE = -1
"""No coupon, no campaign, not paid."""


@dataclass(frozen=True)
class Baskets:
    """The lines of orders, sorted by order.

    Attributes:
        order: Position of the order.
        product: Position in the catalogue.
        pieces: How many.
    """

    order: Ints
    product: Ints
    pieces: Ints


@dataclass(frozen=True)
class Orders:
    """Orders, sorted by person and time. Money in cents.

    Attributes:
        visit: Position of the visit on which it was placed.
        person: Position in the block's people.
        ordered: Second of the shop's clock.
        paid: Second of the shop's clock, or `NONE`.
        refunded: Second of the shop's clock, or `NONE`.
        status: Position in `STATUSES`.
        listed: At list prices.
        discount: What came off, coupons included.
        offer: The part of the discount that a campaign gave.
        coupon: Position in `levels.buying.coupons`, or `NONE`.
        campaign: Position in `CAMPAIGNS` of the campaign whose offer it used, or `NONE`.
        channel: Position in `levels.people.channels`.
        worlds: In which worlds it is placed.
    """

    visit: Ints
    person: Ints
    ordered: Ints
    paid: Ints
    refunded: Ints
    status: Ints
    listed: Ints
    discount: Ints
    offer: Ints
    coupon: Ints
    campaign: Ints
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
        return Orders(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def place_orders(
    setting: Setting, campaigns: Sequence[Campaign], week: NewUserWeek, people: People, visits: Visits
) -> tuple[Orders, Baskets]:
    """Let visitors buy: who orders, what lies in the basket, what comes off, and how it ends."""
    rng, buying = setting.chance.of("orders", people.block), setting.levels.buying
    worlds = _order(setting, campaigns, people, visits, rng)
    bought = np.flatnonzero(worlds)
    person = visits.person[bought]
    wants_coupon = rng.random(bought.size) < 2 * buying.coupon_rate * people.thrift[person]
    baskets = _fill(setting, people.purse[person], wants_coupon, rng)
    worth = setting.catalogue.price[baskets.product] * baskets.pieces
    listed = np.bincount(baskets.order, weights=worth, minlength=bought.size).astype(np.int64)
    first = _is_first(person, worlds[bought])
    offer = np.where(first, week.offer(people, person, visits.day[bought], listed), 0)
    coupon = np.where(wants_coupon & (offer == 0), _best_coupon(setting.levels, listed), NONE)
    face = 100 * np.array([value for _, value in buying.coupons])
    status, paid, refunded = _outcome(setting.levels, visits.end[bought], rng)
    orders = Orders(
        visit=bought,
        person=person,
        ordered=visits.end[bought],
        paid=paid,
        refunded=refunded,
        status=status,
        listed=listed,
        discount=offer + np.where(coupon != NONE, face[coupon], 0),
        offer=offer,
        coupon=coupon,
        campaign=np.where(offer > 0, NEW_USER_WEEK, NONE),
        channel=visits.channel[bought],
        worlds=worlds[bought],
    )
    return orders, baskets


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


def _fill(setting: Setting, purse: Floats, wants_coupon: Flags, rng: np.random.Generator) -> Baskets:
    """Fill baskets; whoever has a coupon and lacks little of its threshold adds something."""
    buying, catalogue = setting.levels.buying, setting.catalogue
    lines = 1 + rng.geometric(1 / (1 + buying.more_lines), purse.size) - 1
    order = np.repeat(np.arange(purse.size), lines)
    one, other = catalogue.look_at(rng.random(order.size)), catalogue.look_at(rng.random(order.size))
    dear = np.where(catalogue.price[one] >= catalogue.price[other], one, other)
    cheap = np.where(dear == one, other, one)
    prefers_dear = rng.random(order.size) < probability(1.8 * np.log(purse))[order]
    product = np.where(prefers_dear, dear, cheap)
    pieces = rng.geometric(1 / (1 + buying.more_pieces), order.size)
    listed = np.bincount(order, weights=catalogue.price[product] * pieces, minlength=purse.size)

    gap = _gap(setting.levels, listed)
    adds = np.flatnonzero(wants_coupon & (gap > 0) & (rng.random(purse.size) < buying.top_up_rate))
    by_price = np.argsort(catalogue.price, kind="stable")
    place = np.searchsorted(catalogue.price[by_price], gap[adds]) + rng.integers(0, 12, adds.size)
    filler = by_price[np.minimum(place, len(catalogue) - 1)]
    rows = np.argsort(np.r_[order, adds], kind="stable")
    return Baskets(
        order=np.r_[order, adds][rows],
        product=np.r_[product, filler][rows],
        pieces=np.r_[pieces, np.ones(adds.size, dtype=np.int64)][rows],
    )


def _gap(levels: Levels, listed: Floats | Ints) -> Floats:
    """What lacks of the next coupon's threshold in cents, where it is little; otherwise 0."""
    thresholds = np.array([100.0 * threshold for threshold, _ in levels.buying.coupons] + [np.inf])
    following = thresholds[np.searchsorted(thresholds[:-1], listed, side="right")]
    near = following - listed <= levels.buying.top_up_share * following
    return np.where(near & np.isfinite(following), following - listed, 0)


def _best_coupon(levels: Levels, listed: Ints) -> Ints:
    """The most valuable coupon whose threshold is reached, or `NONE`."""
    thresholds = [100 * threshold for threshold, _ in levels.buying.coupons]
    return np.searchsorted(thresholds, listed, side="right").astype(np.int64) - 1


def _outcome(levels: Levels, ordered: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Status, payment and refund of orders, as far as they are known when the data end."""
    buying, size, until = levels.buying, ordered.size, second_of(OBSERVED_UNTIL)
    unpaid = rng.random(size) < buying.unpaid_rate
    paid = ordered + np.minimum(spread(rng, buying.pay_seconds, 0.9, size), 1500).astype(np.int64) + 4
    unpaid |= paid >= until
    refunded = paid + (DAY * spread(rng, buying.refund_days, buying.refund_spread, size)).astype(np.int64)
    returned = (rng.random(size) < buying.refund_rate) & ~unpaid & (refunded < until)
    fraud = (rng.random(size) < buying.fraud_rate) & ~unpaid
    status = np.select(
        [unpaid & (ordered >= until - DAY), unpaid, fraud, returned], [PENDING, CANCELLED, FRAUDULENT, REFUNDED], PAID
    )
    return status, np.where(unpaid, NONE, paid), np.where(status == REFUNDED, refunded, NONE)
