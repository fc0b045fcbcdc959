"""Fates: what becomes of an order: paid or not, returned or not, as far as it is known when the data end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.chance import Flags, Floats, Ints, spread
from retro_demo.clock import DAY, second_of
from retro_demo.setting import Setting

STATUSES = ("pending", "paid", "cancelled", "refunded", "fraudulent")
PENDING, PAID, CANCELLED, REFUNDED, FRAUDULENT = range(5)

_RETURN_DAYS = 30

NONE = -1
"""Not paid, not returned; no coupon, no campaign, no order."""


@dataclass(frozen=True)
class Fates:
    """What became of orders, one value each.

    Attributes:
        status: Position in `STATUSES`.
        paid: Second of the shop's clock, or `NONE`.
        refunded: Second of the shop's clock, or `NONE`.
        failed: A payment failed, whether or not a later one went through.
    """

    status: Ints
    paid: Ints
    refunded: Ints
    failed: Flags


def decide_fates(
    setting: Setting, ordered: Ints, channel: Ints, return_factor: Floats, rng: np.random.Generator
) -> Fates:
    """Let orders be paid, forgotten, returned.

    Args:
        setting: What all people share.
        ordered: Second in which each order was placed.
        channel: Position in `levels.people.channels`; payment breaks on one at times.
        return_factor: How much more often than others these things are returned.
        rng: The stream to draw from.
    """
    fates, size, until = setting.levels.fates, ordered.size, setting.until
    failed = rng.random(size) < fates.pay_failed_rate + _broken(setting, ordered, channel)
    gave_up = failed & (rng.random(size) < 0.8)  # noqa: PLR2004 - one in five tries again
    paid = ordered + np.minimum(spread(rng, fates.pay_seconds, 0.9, size), 1500).astype(np.int64) + 4
    unpaid = gave_up | (rng.random(size) < fates.unpaid_rate) | (paid >= until)
    refunded = paid + return_lag(setting, size, rng)
    returned = (rng.random(size) < fates.refund_rate * return_factor) & ~unpaid & (refunded < until)
    fraud = (rng.random(size) < fates.fraud_rate) & ~unpaid
    status = np.select(
        [unpaid & (ordered >= until - DAY), unpaid, fraud, returned], [PENDING, CANCELLED, FRAUDULENT, REFUNDED], PAID
    )
    return Fates(status, np.where(unpaid, NONE, paid), np.where(status == REFUNDED, refunded, NONE), failed)


def return_lag(setting: Setting, size: int, rng: np.random.Generator) -> Ints:
    """Seconds between paying for a thing and getting the money back."""
    fates = setting.levels.fates
    days = np.minimum(spread(rng, fates.refund_days, fates.refund_spread, size), _RETURN_DAYS)
    return np.asarray(DAY * days, dtype=np.int64)


def _broken(setting: Setting, ordered: Ints, channel: Ints) -> Floats:
    """How many payments fail because of an incident, at each of these times and channels."""
    names, rate = list(setting.levels.people.channels), np.zeros(ordered.size)
    for incident in setting.levels.incidents:
        if incident.channel is not None:
            during = (ordered >= second_of(incident.start)) & (ordered < second_of(incident.end))
            rate += np.where(during & (channel == names.index(incident.channel)), incident.fail_rate, 0)
    return rate
