"""Columns: the rows of a block as the tables of `data_contracts/` name and type them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from retro.demo.clock import DAY, date_of
from retro.demo.costs import CATEGORIES, Costs
from retro.demo.events import KINDS, ORDER, Events
from retro.demo.experiments import ARMS, EXPERIMENTS, Exposures
from retro.demo.levels import Levels
from retro.demo.orders import NONE, STATUSES, Orders
from retro.demo.people import People
from retro.demo.tables import Column, at, days, derived, moments, money, names, opaque, words
from retro.demo.visits import Visits
from retro.demo.worlds import CAMPAIGNS, happens

Columns = Mapping[str, Any]
"""Arrow columns by name."""


def user_keys(people: People) -> Column:
    """The keys of a block's people."""
    return opaque("u", people.first_number + np.arange(len(people)))


def product_keys(size: int) -> Column:
    """The keys of the catalogue."""
    return names("p", np.arange(1, size + 1), 4)


def order_keys(orders: Orders, first: int) -> Column:
    """Order numbers: the date, and a running number that does not repeat."""
    numbers = first + np.arange(len(orders))
    stamps = np.array(
        [int(date_of(day).strftime("%y%m%d")) for day in range(int(orders.ordered.max(initial=0)) // DAY + 1)]
    )
    return names("", stamps[orders.ordered // DAY] * 10**9 + numbers, 15)


def coupon_keys(order_ids: Column) -> Column:
    """The keys of the coupons that orders used: one coupon, one order."""
    return derived("q", order_ids)


def users(levels: Levels, people: People) -> Columns:
    """One row for each person who registered in the actual world."""
    here = np.flatnonzero(happens(people.worlds))
    return {
        "user_id": at(user_keys(people), here),
        "registered_at": moments(people.registered[here]),
        "channel": words(people.channel[here], list(levels.people.channels)),
        "device": words(people.device[here], list(levels.people.devices)),
        "city_tier": words(people.city[here], list(levels.people.city_tiers)),
    }


def orders(levels: Levels, people: People, placed: Orders, keys: Column) -> Columns:
    """One row for each order of the actual world."""
    return {
        "order_id": keys,
        "user_id": at(user_keys(people), placed.person),
        "ordered_at": moments(placed.ordered),
        "paid_at": moments(placed.paid, missing=NONE),
        "status": words(placed.status, STATUSES),
        "amount": money(placed.amount),
        "list_amount": money(placed.listed),
        "discount_amount": money(placed.discount),
        "coupon_id": words(np.where(placed.coupon != NONE, np.arange(len(placed)), NONE), coupon_keys(keys)),
        "channel": words(placed.channel, list(levels.people.channels)),
        "device": words(people.device[placed.person], list(levels.people.devices)),
        "campaign_id": words(placed.campaign, CAMPAIGNS),
    }


def events(levels: Levels, people: People, visits: Visits, happened: Events, order_ids: Column) -> Columns:
    """One row for each event; `detail` names the task of a task event and the order of an order event."""
    person = visits.person[happened.visit]
    tasks = levels.new_user_week.tasks
    detail = np.where(happened.kind >= ORDER, happened.order + len(tasks), happened.task)
    channel = visits.channel[happened.visit]
    sessions = names("s", people.block * 10**7 + np.arange(len(visits)), 10)
    return {
        "user_id": words(person, user_keys(people)),
        "event": words(happened.kind, KINDS),
        "occurred_at": moments(happened.second),
        "channel": words(channel, list(levels.people.channels)),
        "device": words(people.device[person], list(levels.people.devices)),
        "session_id": words(happened.visit, sessions),
        "device_id": words(person, opaque("d", people.first_number + np.arange(len(people)))),
        "product_id": words(happened.product, product_keys(levels.goods.products)),
        "detail": words(detail, [*tasks, *order_ids.to_pylist()]),
    }


def exposures(people: People, seen: Exposures) -> Columns:
    """One row for each exposure."""
    return {
        "experiment_id": words(seen.experiment, EXPERIMENTS),
        "unit_id": at(user_keys(people), seen.person),
        "arm": words(seen.arm, ARMS),
        "exposed_at": moments(seen.second),
    }


def campaign_costs(levels: Levels, costs: Costs) -> Columns:
    """One row for each cost entry."""
    return {
        "cost_id": names("c", np.arange(1, costs.day.size + 1), 5),
        "campaign_id": words(costs.campaign, CAMPAIGNS),
        "category": words(costs.category, CATEGORIES),
        "channel": words(costs.channel, list(levels.people.channels)),
        "incurred_on": days(costs.day),
        "amount": money(costs.amount),
    }
