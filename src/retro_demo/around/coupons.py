"""Coupons: those that orders used, and the many that nobody did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retro_demo.around.points import SPEND, Ledger
from retro_demo.campaigns.flash_sale_night import FlashSaleNight
from retro_demo.campaigns.member_day import MemberDay, expanding_template
from retro_demo.chance import Flags, Ints, pick
from retro_demo.clock import DAY, second_of
from retro_demo.life.fates import NONE
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.life.visits import ORDINARY, Visits
from retro_demo.recording import Campaigns
from retro_demo.setting import Setting
from retro_demo.worlds import FLASH_SALE_NIGHT, MEMBER_DAY, POINTS_CONTEST

_WEIGHTS = (0.4, 0.3, 0.2, 0.1)


@dataclass(frozen=True)
class Coupons:
    """Coupons. Money in yuan.

    Attributes:
        person: Position in the block's people.
        template: Position in `templates`.
        campaign: Position in `CAMPAIGNS`, or `NONE`.
        issued: Second of the shop's clock.
        claimed: Second of the shop's clock, or `NONE`.
        used: Second of the shop's clock, or `NONE`.
        expires: Second of the shop's clock.
        order: Position of the order that used it, or `NONE`.
        face: What it takes off.
        issued_face: What it took off when it was issued, or `NONE` for a coupon that cannot expand.
        expanded: Second of the shop's clock, or `NONE`.
    """

    person: Ints
    template: Ints
    campaign: Ints
    issued: Ints
    claimed: Ints
    used: Ints
    expires: Ints
    order: Ints
    face: Ints
    issued_face: Ints
    expanded: Ints


def templates(setting: Setting) -> list[tuple[str, int, int]]:
    """Name, threshold and face value in yuan of every kind of coupon; those of orders come first."""
    levels = setting.levels
    everyday = [(f"everyday_{threshold}_{value}", threshold, value) for threshold, value in levels.buying.coupons]
    early = ("early_bird", *levels.flash_sale_night.early_bird)
    expanding = ("member_day", *levels.member_day.coupon)
    rewards = [(name, cents // 50, cents // 100) for name, (_, cents) in levels.points.rewards.items()]
    return [*everyday, early, expanding, *(reward for reward in rewards if reward[0].startswith("coupon_"))]


def issue_coupons(
    setting: Setting, campaigns: Campaigns, people: People, visits: Visits, booked: tuple[Orders, Ledger]
) -> Coupons:
    """Issue what was used, some days before, and what was not: to visitors, early birds, for points, for booking."""
    orders, ledger = booked
    rng = setting.chance.of("coupons", people.block)
    parts = _ordinary(setting, people, visits, orders, rng)
    valid = setting.levels.coupons.valid_days * DAY
    parts += [_early_birds(setting, campaigns.night, orders, rng), _for_points(setting, ledger, valid)]
    return _together([*_worth(setting, parts), _expanding(setting, campaigns.day, orders)])


def everyday_coupons(setting: Setting, people: People, visits: Visits, orders: Orders) -> Coupons:
    """Issue what was used, some days before, and what was not, in a quarter whose campaigns have no coupons."""
    rng = setting.chance.of("coupons", people.block)
    return _together(_worth(setting, _ordinary(setting, people, visits, orders, rng)))


def _together(parts: Sequence[dict[str, Ints]]) -> Coupons:
    return Coupons(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _worth(setting: Setting, parts: list[dict[str, Ints]]) -> list[dict[str, Ints]]:
    """The same coupons with what each takes off; none of them can expand."""
    worth = np.array([face for _, _, face in templates(setting)])
    for part in parts:
        part["face"] = worth[part["template"]]
        part["issued_face"] = part["expanded"] = np.full(part["person"].size, NONE)
    return parts


def _ordinary(
    setting: Setting, people: People, visits: Visits, orders: Orders, rng: np.random.Generator
) -> list[dict[str, Ints]]:
    """Coupons that orders used, and those that visitors got and did not use."""
    levels = setting.levels.coupons
    valid = levels.valid_days * DAY
    used = np.flatnonzero((orders.coupon != NONE) & (orders.campaign != MEMBER_DAY))
    early = orders.coupon[used] == len(setting.levels.buying.coupons)
    before = np.where(early, rng.integers(4 * DAY, 7 * DAY, used.size), rng.integers(60, 6 * DAY, used.size))
    when = np.maximum(orders.ordered[used] - before, people.registered[orders.person[used]] + 5)
    parts = [_rows(orders.person[used], orders.coupon[used], np.where(early, FLASH_SALE_NIGHT, NONE), when, valid)]
    parts[0]["used"], parts[0]["order"], parts[0]["claimed"] = orders.ordered[used], used, when

    ordinary = np.flatnonzero(visits.occasion == ORDINARY)
    idle = min(round(used.size * (levels.issued_per_used - 1)), ordinary.size)
    seen = np.sort(rng.permutation(ordinary)[:idle])
    kind = pick(rng, _WEIGHTS, idle)
    none = np.full(idle, NONE)
    parts.append(_rows(visits.person[seen], kind, none, visits.start[seen] + 3, valid))
    parts[1]["claimed"] = np.where(rng.random(idle) < levels.claimed_rate, visits.start[seen] + 20, NONE)
    return parts


def _rows(person: Ints, template: Ints, campaign: Ints, issued: Ints, valid: int) -> dict[str, Ints]:
    none = np.full(person.size, NONE)
    return {
        "person": person,
        "template": template,
        "campaign": campaign,
        "issued": issued,
        "claimed": none,
        "used": none,
        "expires": issued + valid,
        "order": none,
    }


def _early_birds(setting: Setting, night: FlashSaleNight, orders: Orders, rng: np.random.Generator) -> dict[str, Ints]:
    """Early-bird coupons of the night that were not used."""
    template, guests, levels = len(setting.levels.buying.coupons), night.guests, night.levels
    spent: Flags = np.zeros(night.aware.size, dtype=np.bool_)
    spent[orders.person[orders.coupon == template]] = True
    person = guests.person[guests.early_bird & ~spent[guests.person]]
    announced, start, end = (second_of(moment) for moment in (levels.announced, levels.start, levels.end))
    issued = rng.integers(announced, start, person.size)
    rows = _rows(person, np.full(person.size, template), np.full(person.size, FLASH_SALE_NIGHT), issued, 0)
    rows["claimed"] = issued
    rows["expires"] = np.full(person.size, end)
    return rows


def _expanding(setting: Setting, day: MemberDay, orders: Orders) -> dict[str, Ints]:
    """Coupons that members got for booking the member day; they can be used on it alone."""
    person, template = np.flatnonzero(day.booked != NONE), expanding_template(setting)
    rows = _rows(person, np.full(person.size, template), np.full(person.size, MEMBER_DAY), day.booked[person], 0)
    order_of = np.full(day.booked.size, NONE)
    spent = np.flatnonzero(orders.coupon == template)
    order_of[orders.person[spent]] = spent
    rows["order"] = order_of[person]
    rows["claimed"], rows["expires"] = rows["issued"], np.full(person.size, second_of(day.levels.end) - 1)
    rows["used"] = np.r_[orders.ordered, NONE][rows["order"]]  # `NONE` stands last, where -1 finds it
    rows["face"], rows["expanded"] = day.face[person], day.expanded[person]
    rows["issued_face"] = np.full(person.size, day.levels.coupon[1])
    return rows


def _for_points(setting: Setting, ledger: Ledger, valid: int) -> dict[str, Ints]:
    """Coupons that members redeemed points for."""
    rewards, names = list(setting.levels.points.rewards), [name for name, _, _ in templates(setting)]
    template = np.array([names.index(name) if name in names else NONE for name in rewards])
    bought = np.flatnonzero((ledger.entry == SPEND) & (template[ledger.reward] != NONE))
    kind, when = template[ledger.reward[bought]], ledger.second[bought]
    campaign = np.where(ledger.campaign[bought] == POINTS_CONTEST, POINTS_CONTEST, NONE)
    rows = _rows(ledger.person[bought], kind, campaign, when, valid)
    rows["claimed"] = when
    return rows
