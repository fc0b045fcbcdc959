"""Invitations: who invited the people that came through friends, and whom nobody followed.

Invitations change nothing that people do: those who registered through the referral channel while the campaign ran are
given an inviter, and further invitations are sent that nobody follows. Both are rewarded once the friend has ordered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.chance import Ints, pick
from retro_demo.clock import DAY, day_of
from retro_demo.life.fates import NONE, PAID
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.setting import Setting
from retro_demo.worlds import happens

_CHANNEL = "referral"


@dataclass(frozen=True)
class Invitations:
    """Invitations of a block's people, one value each.

    Attributes:
        inviter: Position in the block's people.
        invitee: Position in the block's people, or `NONE` where nobody registered.
        sent: Second of the shop's clock.
        reward: What both got for it, in cents, or `NONE`.
        counts: What was planted.
    """

    inviter: Ints
    invitee: Ints
    sent: Ints
    reward: Ints
    counts: dict[str, int]


def invite(setting: Setting, people: People, placed: Orders) -> Invitations:
    """Give everybody who came through friends an inviter, and send the invitations that nobody followed."""
    levels, rng = setting.levels.referral, setting.chance.of("invitations", people.block)
    start, end = (day_of(moment.date()) * DAY for moment in (levels.start, levels.end))
    here, registered = happens(people.worlds), people.registered
    channel = list(setting.levels.people.channels).index(_CHANNEL)
    came = np.flatnonzero(here & (people.channel == channel) & (registered >= start) & (registered < end))
    came = came[np.argsort(registered[came], kind="stable")]
    old = np.flatnonzero(here & people.member & (registered < start))
    # Some invite again and again: one inviter in five sends most invitations.
    ready = old[rng.permutation(old.size)[: max(round(came.size * levels.inviters_per_friend), 1)]]
    inviter = ready[pick(rng, 1.0 / np.arange(1, ready.size + 1) ** levels.slope, came.size)]
    lag = np.ceil(rng.exponential(levels.lag_hours * 3600 / np.log(2), came.size)).astype(np.int64)
    sent = np.maximum(registered[came] - lag, start)
    chained = np.flatnonzero(rng.random(came.size) < levels.chain_rate)
    for place in chained:
        before = np.flatnonzero(registered[came] < sent[place])
        if before.size:
            inviter[place] = came[before[rng.integers(before.size)]]
    vain = round(came.size * (1 / levels.follow_rate - 1))
    waste = ready[pick(rng, np.ones(ready.size), vain)]
    own = ready[rng.integers(0, ready.size, round(vain * levels.own_rate))]
    when = rng.integers(start, end, vain + own.size)
    in_time = (placed.status == PAID) & (placed.ordered >= start) & (placed.ordered < end + levels.reward_days * DAY)
    reward = np.where(np.isin(came, placed.person[in_time]), levels.reward_yuan * 100, NONE)
    return Invitations(
        inviter=np.r_[inviter, waste, own],
        invitee=np.r_[came, np.full(vain, NONE), own],
        sent=np.r_[sent, when],
        reward=np.r_[reward, np.full(vain + own.size, NONE)],
        counts={
            "invitations": came.size + vain + own.size,
            "registered": came.size,
            "own": own.size,
            "rewarded": int((reward != NONE).sum()),
        },
    )
