"""The stock of the night: 200 items that the whole shop shares, sold to whoever orders first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retro_demo.campaigns.flash_sale_night import GENUINE, SLOW_RESELLER, Guests
from retro_demo.chance import Ints
from retro_demo.life.baskets import sums
from retro_demo.setting import Setting

LASTS = -1
"""`sold_out` of an item that lasts all night."""


@dataclass(frozen=True)
class Wishes:
    """What the guests of one block wish for, one line each, sorted by guest.

    Attributes:
        guest: Position in the block's guests.
        second: When.
        item: Position in the night's items.
        pieces: How many; 0 once it turns out that nothing is left.
    """

    guest: Ints
    second: Ints
    item: Ints
    pieces: Ints


@dataclass(frozen=True)
class NightStock:
    """How the night went, one value for each of its items.

    Attributes:
        product: Position in the catalogue.
        stocked: Pieces that there were.
        sold: Pieces sold.
        sold_out: Second in which the last piece was sold, or `LASTS`.
        missed: Pieces that guests wished for and did not find.
    """

    product: Ints
    stocked: Ints
    sold: Ints
    sold_out: Ints
    missed: Ints


def night_items(setting: Setting) -> Ints:
    """The products on sale in the night: popular ones, dear enough that 40 % off is worth coming for, that bear it."""
    rng, catalogue = setting.chance.of("night-items"), setting.catalogue
    margin = 1 - catalogue.cost / catalogue.price
    weights = catalogue.price**1.5 * catalogue.popularity**0.35 * np.exp(8 * margin)
    keys = np.log(weights) + rng.gumbel(size=len(catalogue))  # the largest keys are a draw without replacement
    items = np.argsort(-keys, kind="stable")[: setting.levels.flash_sale_night.items]
    wanted = catalogue.popularity[items] ** 0.3 * catalogue.price[items] ** 0.6 * rng.random(items.size)
    return items[np.argsort(-wanted, kind="stable")]


def wish(setting: Setting, guests: Guests, block: int) -> Wishes:
    """Let guests wish. Bots want many pieces of one of the best items, resellers one piece at a time."""
    rng, levels = setting.chance.of("wishes", block), setting.levels.flash_sale_night
    buying = np.flatnonzero(guests.buys)
    fake = guests.fake[buying] != GENUINE
    lines = np.where(fake, 1, rng.geometric(1 / (1 + levels.more_lines), buying.size))
    guest = np.repeat(buying, lines)
    edges = np.cumsum(np.arange(1, levels.items + 1) ** -levels.slope)
    item = np.searchsorted(edges[:-1] / edges[-1], rng.random(guest.size), side="right").astype(np.int64)
    pieces = rng.geometric(1 / (1 + levels.more_pieces), guest.size)
    faked = guests.fake[guest]
    bot = (faked != GENUINE) & (faked != SLOW_RESELLER)
    item = np.where(faked != GENUINE, item % 20, item)
    pieces = np.where(bot, 3 + item % 3, np.where(faked == SLOW_RESELLER, 1, pieces))
    return Wishes(guest, guests.wished[guest], item, pieces)


def settle_night(setting: Setting, wishes: Sequence[Wishes]) -> tuple[list[Wishes], NightStock]:
    """Sell the night's stock in the order in which the whole shop's guests ask for it.

    Whoever finds an item gone may take another one of which there is enough.

    Returns:
        The wishes of each block as far as they were met, and how the night went for each item.
    """
    levels, rng = setting.levels.flash_sale_night, setting.chance.of("night-stock")
    second, item, pieces = (
        np.concatenate([getattr(some, name) for some in wishes]) for name in ("second", "item", "pieces")
    )
    stocked = _plan(setting, int(pieces.sum()))
    got = _sell(item, second, pieces, stocked)
    missed = sums(item, pieces - got, levels.items)
    left = stocked - sums(item, got, levels.items)
    plenty = np.flatnonzero(left > 0)
    tries = np.flatnonzero((got == 0) & (rng.random(item.size) < levels.substitute_rate * bool(plenty.size)))
    if tries.size:
        item[tries] = plenty[rng.integers(0, plenty.size, tries.size)]
        got[tries] = _sell(item[tries], second[tries], pieces[tries], left)
    sold, last = sums(item, got, levels.items), np.full(levels.items, LASTS)
    np.maximum.at(last, item[got > 0], second[got > 0])
    stock = NightStock(night_items(setting), stocked, sold, np.where(sold == stocked, last, LASTS), missed)
    ends = np.cumsum([some.item.size for some in wishes])[:-1]
    met = zip(wishes, np.split(item, ends), np.split(got, ends), strict=True)
    return [Wishes(old.guest, old.second, items, pieces) for old, items, pieces in met], stock


def _plan(setting: Setting, wished: int) -> Ints:
    """Pieces of each item: planners know how much will be asked for in all, and think demand flatter than it is."""
    levels = setting.levels.flash_sale_night
    weights = np.arange(1, levels.items + 1) ** -(levels.slope - levels.stock_slope)
    planned = np.round(wished * levels.stocked * weights / weights.sum())
    return np.asarray(np.maximum(planned, 1), dtype=np.int64)


def _sell(item: Ints, second: Ints, pieces: Ints, stocked: Ints) -> Ints:
    """How many pieces each wish gets when every item goes to whoever asks first."""
    turn = np.lexsort((second, item))
    wanted = pieces[turn]
    running = np.cumsum(wanted)
    first = np.searchsorted(item[turn], item[turn])
    before = running - wanted - (running[first] - wanted[first])
    got = np.empty_like(pieces)
    got[turn] = np.clip(stocked[item[turn]] - before, 0, wanted)
    return got
