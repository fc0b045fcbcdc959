"""The tables of shopping: orders, order_items, refunds, coupons."""

from __future__ import annotations

import numpy as np

from retro_demo.around.bundles import bundle_names, bundles
from retro_demo.around.coupons import Coupons, templates
from retro_demo.around.refunds import Refunds
from retro_demo.around.shipping import ship
from retro_demo.around.storefronts import storefronts
from retro_demo.chance import Ints, nth_of_owner
from retro_demo.life.baskets import Baskets
from retro_demo.life.fates import NONE, STATUSES
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Column, Columns, at, integers, moments, money, words
from retro_demo.tables.keys import numbered, product_keys, user_keys


def orders(setting: Setting, people: People, placed: Orders, lines: Baskets, keys: Column, coupons: Column) -> Columns:
    """One row for each order of the actual world: `amount` is `list_amount` less `discount_amount`."""
    levels = setting.levels
    return {
        "order_id": keys,
        "user_id": at(user_keys(people), placed.person),
        "ordered_at": moments(placed.ordered),
        "paid_at": moments(placed.paid, missing=NONE),
        "status": words(placed.status, STATUSES),
        "amount": money(placed.amount),
        "list_amount": money(placed.listed),
        "discount_amount": money(placed.discount),
        "coupon_id": coupons,
        "channel": words(placed.channel, list(levels.people.channels)),
        "device": words(people.device[placed.person], list(levels.people.devices)),
        "campaign_id": words(placed.campaign, setting.campaigns),
        "shipped_at": moments(ship(setting, people.block, placed), missing=NONE),
        **storefronts(setting, people.block, placed, lines),
    }


def order_items(setting: Setting, block: int, lines: Baskets, order_ids: Column) -> Columns:
    """One row for each line of an order; lines add up to their order."""
    worth = lines.worth(setting.catalogue)
    return {
        "order_id": at(order_ids, lines.order),
        "line": integers(1 + nth_of_owner(lines.order)),
        "product_id": words(lines.product, product_keys(len(setting.catalogue))),
        "quantity": integers(lines.pieces),
        "unit_price": money(setting.catalogue.price[lines.product]),
        "discount_amount": money(lines.off),
        "amount": money(worth - lines.off),
        "bundle_id": words(bundles(setting, block, lines), bundle_names(setting)),
    }


def refunds(setting: Setting, refunded: Refunds, order_ids: Column, first: int) -> Columns:
    """One row for each refund; `product_id` is null where the whole order came back."""
    return {
        "refund_id": numbered("r", first, refunded.order.size),
        "order_id": at(order_ids, refunded.order),
        "product_id": words(refunded.product, product_keys(len(setting.catalogue))),
        "refunded_at": moments(refunded.second),
        "amount": money(refunded.amount),
        "reason": words(refunded.reason, list(setting.levels.fates.reasons)),
    }


def coupons(setting: Setting, people: People, issued: Coupons, order_ids: Column, first: int) -> Columns:
    """One row for each coupon, used or not; `face_amount` is what it takes off now, expanded where it has."""
    kinds = templates(setting)
    thresholds = np.array([100 * threshold for _, threshold, _ in kinds])
    return {
        "coupon_id": numbered("q", first, issued.person.size),
        "user_id": at(user_keys(people), issued.person),
        "template": words(issued.template, [name for name, _, _ in kinds]),
        "campaign_id": words(issued.campaign, setting.campaigns),
        "threshold_amount": money(thresholds[issued.template]),
        "face_amount": money(100 * issued.face),
        "issued_face_amount": money(100 * issued.issued_face, missing=100 * NONE),
        "issued_at": moments(issued.issued),
        "claimed_at": moments(issued.claimed, missing=NONE),
        "expanded_at": moments(issued.expanded, missing=NONE),
        "used_at": moments(issued.used, missing=NONE),
        "expires_at": moments(issued.expires),
        "order_id": words(issued.order, order_ids),
    }


def coupon_ids(placed: Orders, issued: Coupons, first: int) -> Column:
    """The coupon that each order used, or null."""
    place = np.full(len(placed), NONE)
    used: Ints = np.flatnonzero(issued.order != NONE)
    place[issued.order[used]] = used
    return words(place, numbered("q", first, issued.person.size))
