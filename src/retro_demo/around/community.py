"""Community groups: who is invited and joins, who speaks, and what is ordered by a group's link.

Groups change nothing that people do. Of those who ordered in the campaign, some are taken to have done so because of
their group; all others join with the same chance within cells of what they had bought before, counted as if those moved
had not ordered. So the tables hold what joining with such an effect would have left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.chance import Flags, Floats, Ints, pick
from retro_demo.clock import DAY, day_of
from retro_demo.life.fates import NONE, PAID
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Columns, moments, names, words
from retro_demo.worlds import happens

MEMBER, STAFF = range(2)
ROLES = ("member", "staff")
_SPAN = 56 * DAY
_RECENT = (7 * DAY, 28 * DAY)
_TENURE = (30 * DAY, 90 * DAY, 112 * DAY, 365 * DAY)


@dataclass(frozen=True)
class Memberships:
    """Invitations into groups, and what became of them: one value each, sorted by person; nobody is in two groups.

    Attributes:
        person: Position in the block's people.
        group: Position in the shop's groups.
        role: Position in `ROLES`.
        invited: Second of the shop's clock.
        joined: Second of the shop's clock, or `NONE` for those who did not join.
        left: Second of the shop's clock, or `NONE`.
        moved: Whether their orders of the campaign are taken to come from the group.
        counts: What was planted.
    """

    person: Ints
    group: Ints
    role: Ints
    invited: Ints
    joined: Ints
    left: Ints
    moved: Flags
    counts: dict[str, int]


@dataclass(frozen=True)
class Messages:
    """How many messages members wrote on a day, one value each.

    Attributes:
        person: Position in the block's people.
        group: Position in the shop's groups.
        day: Day of the shop's clock.
        messages: How many.
    """

    person: Ints
    group: Ints
    day: Ints
    messages: Ints


class Community:
    """The groups of the shop, which people of all blocks share.

    Attributes:
        keys: What the tables call them.
        city: Position of each group's city tier in `levels.people.city_tiers`.
        weight: How large each is, against the smallest ones.
        first, last: Seconds between which the campaign runs.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting, self._levels = setting, setting.levels.community
        size = max(2 * len(setting.levels.people.city_tiers), round(self._levels.groups * setting.scale))
        self.keys = names("G", np.arange(1, size + 1), 4)
        self.city: Ints = np.arange(size) % len(setting.levels.people.city_tiers)
        self.weight: Floats = np.array(self._levels.sizes)[
            np.arange(size) // len(setting.levels.people.city_tiers) % len(self._levels.sizes)
        ]
        self.first, self.last = (day_of(at.date()) * DAY for at in (self._levels.start, self._levels.end))

    def gather(self, people: People, orders: Orders) -> Memberships:
        """Fill the groups from a block's people."""
        levels, rng = self._levels, self._setting.chance.of("community", people.block)
        first, last, opened = self.first, self.last, day_of(levels.opened.date()) * DAY
        known = happens(people.worlds) & (people.registered < first)
        old = known & (people.registered < opened) & (rng.random(len(people)) < levels.old_rate)
        bought, when = self._bought(people, orders)
        ask = np.array([levels.join_rate[name] for name in self._setting.levels.people.channels])[people.channel]
        pool = np.flatnonzero(known & ~old)
        moved, joins = np.zeros(len(people), dtype=np.bool_), np.zeros(len(people), dtype=np.bool_)
        for cell in self._cells(people, orders, pool):
            self._join(cell, (bought, ask[cell[0]]), (moved, joins), rng)
        fresh = np.flatnonzero(joins)
        at = first + (rng.random(fresh.size) * (last - first)).astype(np.int64)
        # Whom the group moved had joined within the three days before, in the campaign.
        soon = np.maximum(when[fresh] - 1 - (rng.random(fresh.size) * 3 * DAY).astype(np.int64), first)
        at = np.where(moved[fresh], soon, at)
        asked = np.maximum(at - np.ceil(rng.exponential(levels.lag_hours * 3600, fresh.size)).astype(np.int64), first)
        vain = rng.permutation(pool[~joins[pool]])[: round(fresh.size * (1 / levels.follow_rate - 1))]
        before = np.flatnonzero(old)
        since = opened + (rng.random(before.size) * (first - opened)).astype(np.int64)
        person = np.r_[fresh, vain, before]
        group = self._groups(people, person, moved, rng)
        joined = np.r_[at, np.full(vain.size, NONE), since]
        role = np.full(person.size, MEMBER)
        if people.block == 0:
            _, heads = np.unique(group[person.size - before.size :], return_index=True)
            role[person.size - before.size + heads] = STAFF
        leaves = (joined != NONE) & (role == MEMBER) & ~moved[person] & (rng.random(person.size) < levels.leave_rate)
        stayed = np.maximum(joined, first)
        gone = stayed + 1 + (rng.random(person.size) * (last - stayed)).astype(np.int64)
        left = np.where(leaves & (gone < last), gone, NONE)
        invited = np.r_[asked, rng.integers(first, last, vain.size), np.maximum(since - 3600, opened)]
        turn = np.argsort(person, kind="stable")
        counts = {
            "invited": int(((invited >= first) & (invited < last)).sum()),
            "joined": fresh.size,
            "left": int((left != NONE).sum()),
            "moved": int(moved.sum()),
        }
        inside = self._inside(orders) & (orders.status == PAID)
        led = np.flatnonzero(inside & moved[orders.person])
        known_before = people.registered[orders.person[led]] < first - 2 * _SPAN
        counts["moved_cents"] = int(orders.amount[led].sum())
        counts["moved_cents_of_old_users"] = int(orders.amount[led[known_before]].sum())
        return Memberships(
            person=person[turn],
            group=group[turn],
            role=role[turn],
            invited=invited[turn],
            joined=joined[turn],
            left=left[turn],
            moved=moved[person][turn],
            counts=counts,
        )

    def link_of(self, people: People, orders: Orders, told: Memberships) -> Ints:
        """The group by whose link each order was placed, or `NONE`: all that groups moved, and some of members."""
        place = np.full(len(people), NONE)
        place[told.person] = np.arange(told.person.size)
        own = place[orders.person]
        joined, left = told.joined[own], told.left[own]
        there = (own != NONE) & (joined != NONE) & (orders.ordered >= joined)
        there &= (left == NONE) | (orders.ordered < left)
        rng = self._setting.chance.of("community-links", people.block)
        linked = rng.random(len(orders)) < self._levels.link_rate
        linked |= told.moved[own] & self._inside(orders)
        return np.where(there & linked, told.group[own], NONE)

    def speak(self, people: People, told: Memberships) -> Messages:
        """Let some members write on some days of the campaign."""
        levels, rng = self._levels, self._setting.chance.of("community-messages", people.block)
        here = np.flatnonzero((told.joined != NONE) & (told.role == MEMBER))
        speaks = here[rng.random(here.size) < levels.speaker_rate]
        times = rng.geometric(1 / levels.speaking_days, speaks.size)
        row = np.repeat(speaks, times)
        since = np.maximum(told.joined[row], self.first)
        until = np.where(told.left[row] == NONE, self.last, told.left[row])
        day = (since + (rng.random(row.size) * (until - since)).astype(np.int64)) // DAY
        spoken, first = np.unique(np.c_[row, day], axis=0, return_index=True)
        row, day = spoken.T if first.size else (row, day)
        return Messages(told.person[row], told.group[row], day, 1 + rng.poisson(levels.messages, row.size))

    def tables(self) -> dict[str, Columns]:
        """The groups themselves."""
        opened = np.full(self.city.size, day_of(self._levels.opened.date()) * DAY)
        tiers = list(self._setting.levels.people.city_tiers)
        return {
            "community_groups": {
                "group_id": self.keys,
                "city_tier": words(self.city, tiers),
                "opened_at": moments(opened),
            }
        }

    def _inside(self, orders: Orders) -> Flags:
        return np.asarray((orders.ordered >= self.first) & (orders.ordered < self.last))

    def _bought(self, people: People, orders: Orders) -> tuple[Flags, Ints]:
        """Who placed a valid order in the campaign, and when the first."""
        rows = np.flatnonzero(self._inside(orders) & (orders.status == PAID))[::-1]
        when = np.full(len(people), NONE)
        when[orders.person[rows]] = orders.ordered[rows]  # a person's rows are sorted: the first is written last
        return when != NONE, when

    def _cells(self, people: People, orders: Orders, pool: Ints) -> list[Ints]:
        """People alike in channel, in how long they have been there, and in what they bought in two spans before."""
        paid = np.flatnonzero(orders.status == PAID)
        who, when, amount = orders.person[paid], orders.ordered[paid], orders.amount[paid]
        traits = [people.channel, np.digitize(self.first - people.registered, _TENURE)]
        for end in (self.first, self.first - _SPAN):
            inside = (when >= end - _SPAN) & (when < end)
            spent = np.bincount(who[inside], amount[inside], len(people))
            recent = np.zeros(len(people), dtype=np.int64)
            np.maximum.at(recent, who[inside], when[inside])
            age = np.where(recent > 0, end - recent, 0)
            traits += [np.floor(np.log2(np.maximum(spent / 100, 0.5))).astype(np.int64), np.digitize(age, _RECENT)]
        table = np.stack(traits, axis=1)[pool]
        _, cell = np.unique(table, axis=0, return_inverse=True)
        turn = np.argsort(cell.ravel(), kind="stable")
        edges = np.flatnonzero(np.diff(cell.ravel()[turn])) + 1
        return np.split(pool[turn], edges)

    def _join(
        self, cell: Ints, asked: tuple[Flags, float], marks: tuple[Flags, Flags], rng: np.random.Generator
    ) -> None:
        """Choose who of a cell is moved and who joins, so that both sides would have ordered alike without groups."""
        (bought, rate), (moved, joins) = asked, marks
        buyers, others = (rng.permutation(cell[bought[cell] == one]) for one in (True, False))
        meant = self._levels.moved_rate * buyers.size
        # Those who join without having ordered by themselves are as many as if those moved were among the others.
        silent = min(_rounded(rate * (others.size + meant), rng), others.size)
        led = min(_rounded(min(meant / (rate * (others.size + meant) or 1.0), 1.0) * silent, rng), buyers.size)
        moved[buyers[:led]] = joins[buyers[:led]] = True
        joins[others[: silent - led]] = True
        joins[buyers[led : led + _rounded(rate * (buyers.size - led), rng)]] = True

    def _groups(self, people: People, person: Ints, moved: Flags, rng: np.random.Generator) -> Ints:
        """A group of their own city tier for everyone; those who are moved stand more often in small ones."""
        group, small = np.full(person.size, NONE), self.weight == self.weight.min()
        pulled = self.weight * np.where(small, self._levels.small_pull, 1.0)
        for city in range(len(self._setting.levels.people.city_tiers)):
            own = np.flatnonzero(self.city == city)
            for led, weights in ((False, self.weight), (True, pulled)):
                rows = np.flatnonzero((people.city[person] == city) & (moved[person] == led))
                group[rows] = own[pick(rng, weights[own], rows.size)]
        return group


def _rounded(value: float, rng: np.random.Generator) -> int:
    """A whole number around a value, right on average."""
    return int(value) + int(rng.random() < value - int(value))
