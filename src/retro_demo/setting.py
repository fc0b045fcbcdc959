"""The setting: what all people of the shop share."""

from __future__ import annotations

from dataclasses import dataclass

from retro_demo.chance import Chance
from retro_demo.levels import Levels
from retro_demo.life.goods import Catalogue, make_catalogue
from retro_demo.life.seasons import Seasons, make_seasons


@dataclass(frozen=True)
class Setting:
    """What all people of the shop share.

    Attributes:
        levels: The shop's levels.
        chance: Its random streams.
        scale: Its size; 1 is the documents' order of size.
        seasons: Its calendar.
        catalogue: Its goods.
    """

    levels: Levels
    chance: Chance
    scale: float
    seasons: Seasons
    catalogue: Catalogue


def set_up(levels: Levels, chance: Chance, scale: float) -> Setting:
    """Draw the calendar and the catalogue."""
    return Setting(levels, chance, scale, make_seasons(levels, chance), make_catalogue(levels, chance))
