"""The setting: what all people of the shop share."""

from __future__ import annotations

from dataclasses import dataclass

from retro_demo.chance import Chance
from retro_demo.clock import DAYS, OBSERVED_UNTIL, second_of
from retro_demo.levels import Levels
from retro_demo.life.goods import Catalogue, make_catalogue
from retro_demo.life.seasons import Seasons, make_seasons
from retro_demo.worlds import CAMPAIGNS


@dataclass(frozen=True)
class Setting:
    """What all people of the shop share.

    Attributes:
        levels: The shop's levels.
        chance: Its random streams.
        scale: Its size; 1 is the documents' order of size.
        seasons: Its calendar.
        catalogue: Its goods.
        first: First day that is lived in it.
        end: The day after the last.
        until: Second of the shop's clock after which nothing is known of what was done in it.
        campaigns: Names of the campaigns that orders and costs point to.
        later: Its name where it is a quarter after the first, for streams that are of no block.
    """

    levels: Levels
    chance: Chance
    scale: float
    seasons: Seasons
    catalogue: Catalogue
    first: int = 0
    end: int = DAYS
    until: int = second_of(OBSERVED_UNTIL)
    campaigns: tuple[str, ...] = CAMPAIGNS
    later: tuple[str, ...] = ()


def set_up(levels: Levels, chance: Chance, scale: float) -> Setting:
    """Draw the calendar and the catalogue."""
    return Setting(levels, chance, scale, make_seasons(levels, chance), make_catalogue(levels, chance))
