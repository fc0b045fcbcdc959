"""The orders of the night: what guests found in stock, at 40 % off, with whatever they can stack on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retro_demo.campaigns.flash_sale_night import FAKES, GENUINE, FlashSaleNight, Guests
from retro_demo.campaigns.night_stock import Wishes, night_items
from retro_demo.chance import Flags, Floats, Ints
from retro_demo.life.baskets import Baskets, sums
from retro_demo.life.fates import FRAUDULENT, NONE, decide_fates
from retro_demo.life.orders import Orders, return_factor
from retro_demo.life.people import People
from retro_demo.setting import Setting
from retro_demo.worlds import FLASH_SALE_NIGHT, WITHOUT


def buyers(night: FlashSaleNight, met: Wishes, people: int) -> FlashSaleNight:
    """The night once it is settled: who bought something."""
    bought = np.zeros(people, dtype=np.bool_)
    bought[night.guests.person[met.guest[met.pieces > 0]]] = True
    return replace(night, buyer=bought)


def night_orders(
    setting: Setting, people: People, night: FlashSaleNight, met: Wishes, places: Ints
) -> tuple[Orders, Baskets]:
    """Make an order of what each guest got.

    Args:
        setting: What all people share.
        people: The people of the block.
        night: The night, settled.
        met: The wishes of the block's guests as far as they were met.
        places: The position of each guest's visit among all visits.
    """
    rng, guests = setting.chance.of("night-orders", people.block), night.guests
    guest, lines, early = _baskets(setting, guests, met)
    size, discount = guest.size, sums(lines.order, lines.off, guest.size)
    person, channel, fake = guests.person[guest], guests.channel[guest], guests.fake[guest]
    factor = return_factor(setting, lines, size) * setting.levels.fates.night_refund_factor
    fates = decide_fates(setting, guests.wished[guest], channel, factor, rng)
    caught = rng.random(size) < _interception(setting, fake)
    orders = Orders(
        visit=places[guest],
        person=person,
        ordered=guests.wished[guest],
        paid=fates.paid,
        refunded=np.where(caught, NONE, fates.refunded),
        failed=fates.failed,
        status=np.where(caught & (fates.paid != NONE), FRAUDULENT, fates.status),
        listed=lines.listed(setting.catalogue, size),
        discount=discount,
        offer=discount,
        coupon=np.where(early, len(setting.levels.buying.coupons), NONE),
        campaign=np.full(size, FLASH_SALE_NIGHT),
        fake=fake,
        channel=channel,
        worlds=people.worlds[person] & ~WITHOUT[FLASH_SALE_NIGHT],
    )
    return orders, lines


def _baskets(setting: Setting, guests: Guests, met: Wishes) -> tuple[Ints, Baskets, Flags]:
    """Which guests have an order, its lines with all that comes off them, and whether the early bird is part of it."""
    found = met.pieces > 0
    guest, order = np.unique(met.guest[found], return_inverse=True)
    product = night_items(setting)[met.item[found]]
    lines = Baskets(order, product, met.pieces[found], np.zeros(order.size, dtype=np.int64))
    worth = lines.worth(setting.catalogue)
    deal = np.round(worth * setting.levels.flash_sale_night.off_rate).astype(np.int64)
    saved, early = _stack(setting, sums(order, worth - deal, guest.size), guests.early_bird[guest])
    stacked = lines.share_out(setting.catalogue, saved)
    return guest, replace(stacked, off=stacked.off + deal), early


def _stack(setting: Setting, net: Ints, early_bird: Flags) -> tuple[Ints, Flags]:
    """What spend-and-save and the early-bird coupon take off in cents, and where the coupon is used."""
    levels = setting.levels.flash_sale_night
    thresholds = [100 * threshold for threshold, _ in levels.spend_and_save]
    steps = np.array([0] + [100 * value for _, value in levels.spend_and_save])
    saved = steps[np.searchsorted(thresholds, net, side="right")]
    threshold, value = levels.early_bird
    early = early_bird & (net - saved >= 100 * threshold)
    return saved + np.where(early, 100 * value, 0), early


def _interception(setting: Setting, fake: Ints) -> Floats:
    rates = setting.levels.flash_sale_night.intercepted_rate
    return np.where(fake == GENUINE, 0.0, np.array([rates[name] for name in FAKES])[np.maximum(fake, 0)])
