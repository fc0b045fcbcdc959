"""The member day: members book it, see their coupon expand, come, and buy; before and after it they buy less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.campaign_levels import MemberDayLevels
from retro_demo.chance import Flags, Floats, Ints, nth_of_owner, pick, probability, spread
from retro_demo.clock import DAY, day_of, second_of
from retro_demo.life.baskets import Baskets, fill_baskets
from retro_demo.life.fates import NONE, decide_fates
from retro_demo.life.orders import Orders, return_factor
from retro_demo.life.people import People
from retro_demo.life.visits import MEMBERS, ORDINARY, PersonDays, Visits
from retro_demo.setting import Setting
from retro_demo.worlds import MEMBER_DAY, WITHOUT, Changes, happens

_HERE = WITHOUT[MEMBER_DAY]
_EVENING = 20 * 3600


@dataclass(frozen=True)
class Members:
    """Who comes because of the day; one session, and at most one order each.

    Attributes:
        person: Position in the block's people.
        arrived: Second of the shop's clock.
        left: Second in which they leave, and order if they do.
        buys: Whether they order.
    """

    person: Ints
    arrived: Ints
    left: Ints
    buys: Flags

    def __len__(self) -> int:
        return self.person.size


@dataclass(frozen=True)
class MemberDay:
    """What the day does to the people of one block.

    Attributes:
        levels: Its levels.
        booked: Second in which each person booked, and was issued the coupon; or `NONE`.
        expanded: Second in which that coupon expanded, or `NONE`.
        face: What it takes off, in yuan; 0 without a coupon.
        buyer: Who orders on the day because of it.
        members: Who comes because of it.
    """

    levels: MemberDayLevels
    booked: Ints
    expanded: Ints
    face: Ints
    buyer: Flags
    members: Members

    def visit_pull(self, people: People, days: PersonDays) -> tuple[Floats, Changes]:  # noqa: ARG002 - a campaign
        """It changes no ordinary visit: whom it brings comes on a visit of its own."""
        return np.zeros(days.day.size), {}

    def order_pull(self, people: People, visits: Visits) -> tuple[Floats, Changes]:  # noqa: ARG002 - same
        """Who has booked waits for it, and who bought has what they needed for some days."""
        opens, first = day_of(self.levels.booking_opens.date()), day_of(self.levels.start.date())
        day, buyer = visits.day, self.buyer[visits.person]
        waiting = (self.booked[visits.person] != NONE) & (day >= opens) & (day < first)
        fading = self.levels.pulled_forward * np.exp(-(day - first) / self.levels.pulled_forward_days)
        pull = np.where(waiting, self.levels.waiting_pull, 0.0)
        pull += np.where(buyer & (day >= first), fading, 0.0)
        return pull, {_HERE: -pull}


def hold_member_day(setting: Setting, people: People, visits: Visits) -> MemberDay:
    """See who books, whose coupon expands, who comes, and who buys.

    Args:
        setting: What all people share.
        people: The people of the block.
        visits: Their other visits; one books on one of these.
    """
    rng, levels, size = setting.chance.of("member-day", people.block), setting.levels.member_day, len(people)
    opens, start = second_of(levels.booking_opens), second_of(levels.start)
    known = people.member & (people.registered < opens) & happens(people.worlds)
    here = (visits.start >= opens) & (visits.start < start) & (visits.occasion == ORDINARY) & happens(visits.worlds)
    chances = np.flatnonzero(here & known[visits.person])
    chances = chances[nth_of_owner(visits.person[chances]) == 0]
    person = visits.person[chances]
    odds = levels.book + levels.book_thrift * (people.thrift[person] - 0.5)
    odds += levels.book_urge * (people.urge[person] - setting.levels.buying.urge)
    books = rng.random(person.size) < probability(odds)
    booked = np.full(size, NONE)
    booked[person[books]] = (visits.start + (visits.seconds * 0.6).astype(np.int64))[chances[books]]
    expanded, face = _expand(levels, people, booked, rng)
    seen = np.zeros(size, dtype=np.bool_)
    seen[person] = True
    members = _come(setting, people, (booked, seen & known, known), expanded, rng)
    buyer = np.zeros(size, dtype=np.bool_)
    buyer[members.person[members.buys]] = True
    return MemberDay(levels, booked, expanded, face, buyer, members)


def _expand(levels: MemberDayLevels, people: People, booked: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """When the coupons of those who share them expand, and what every coupon takes off then."""
    holder = np.flatnonzero(booked != NONE)
    shares = rng.random(holder.size) < 2 * levels.expand_rate * (0.2 + 0.6 * people.thrift[holder])
    sharer = holder[shares]
    expanded, face = np.full(booked.size, NONE), np.where(booked != NONE, levels.coupon[1], 0)
    time_left = second_of(levels.start) - booked[sharer]
    expanded[sharer] = booked[sharer] + (time_left * rng.random(sharer.size) ** 2).astype(np.int64)
    values = np.array(list(levels.expanded))
    face[sharer] = values[pick(rng, list(levels.expanded.values()), sharer.size)]
    return expanded, face


def _come(
    setting: Setting, people: People, groups: tuple[Ints, Flags, Flags], expanded: Ints, rng: np.random.Generator
) -> Members:
    """Who comes because of the day, when, and whether they buy."""
    levels, (booked, seen, known) = setting.levels.member_day, groups
    names = np.where(booked != NONE, 0, np.where(seen, 1, 2))
    rate = np.array([levels.come_rate[name] for name in ("booked", "seen", "away")])[names]
    person = np.flatnonzero(known & (rng.random(known.size) < rate))
    start, end = second_of(levels.start), second_of(levels.end)
    seconds = np.clip(spread(rng, 60 * levels.session_minutes, 0.7, person.size), 40, 3600).astype(np.int64)
    phase, draws = pick(rng, list(levels.phases.values()), person.size), rng.random(person.size)
    burst = rng.standard_gamma(1.25, person.size) * 900
    ordinary = setting.seasons.seconds(np.full(person.size, start // DAY), draws)
    left = start + np.choose(phase, [burst, _EVENING + burst, ordinary]).astype(np.int64)
    left = np.clip(left, start + 60, end - 60)
    odds = levels.buy + levels.buy_booked * (booked[person] != NONE) + levels.buy_expanded * (expanded[person] != NONE)
    odds += levels.buy_urge * (people.urge[person] - setting.levels.buying.urge)
    buys = rng.random(person.size) < probability(odds)
    return Members(person, np.maximum(left - seconds, start), left, buys)


def member_visits(people: People, members: Members) -> Visits:
    """The sessions of the day, in the order of its members."""
    size = len(members)
    return Visits(
        person=members.person,
        start=members.arrived,
        seconds=members.left - members.arrived,
        channel=people.channel[members.person],
        since=np.ones(size, dtype=np.int64),
        main=np.zeros(size, dtype=np.bool_),
        occasion=np.full(size, MEMBERS),
        worlds=people.worlds[members.person] & ~_HERE,
    )


def member_orders(setting: Setting, people: People, day: MemberDay, places: Ints) -> tuple[Orders, Baskets]:
    """Make an order of what each member of the day buys; the coupon comes off where the basket is worth it.

    Args:
        setting: What all people share.
        people: The people of the block.
        day: The day.
        places: The position of each of its visits among all visits.
    """
    rng, buys = setting.chance.of("member-orders", people.block), np.flatnonzero(day.members.buys)
    person, ordered = day.members.person[buys], day.members.left[buys]
    face = 100 * day.face[person]
    lines = fill_baskets(setting, people.purse[person], face > 0, rng)
    listed = lines.listed(setting.catalogue, buys.size)
    used = (face > 0) & (listed >= 100 * day.levels.coupon[0])
    discount = np.where(used, face, 0)
    lines = lines.share_out(setting.catalogue, discount)
    channel = people.channel[person]
    fates = decide_fates(setting, ordered, channel, return_factor(setting, lines, buys.size), rng)
    orders = Orders(
        visit=places[buys],
        person=person,
        ordered=ordered,
        paid=fates.paid,
        refunded=fates.refunded,
        failed=fates.failed,
        status=fates.status,
        listed=listed,
        discount=discount,
        offer=discount,
        coupon=np.where(used, expanding_template(setting), NONE),
        campaign=np.full(buys.size, MEMBER_DAY),
        fake=np.full(buys.size, NONE),
        channel=channel,
        worlds=people.worlds[person] & ~_HERE,
    )
    return orders, lines


def expanding_template(setting: Setting) -> int:
    """Position of the expanding coupon among the templates: after the everyday ones and the early bird."""
    return len(setting.levels.buying.coupons) + 1
