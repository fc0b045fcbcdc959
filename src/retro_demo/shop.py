"""The shop: from levels to a folder of tables. `make_demo` is its table of contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retro_demo.blocks import live_block, meet_blocks
from retro_demo.breaches import check_breach, plant_breach
from retro_demo.campaigns.night_stock import settle_night, wish
from retro_demo.chance import Chance
from retro_demo.levels import load_levels
from retro_demo.quarters import live_on
from retro_demo.setting import set_up
from retro_demo.tables.arrow import new_folder
from retro_demo.writing import Writing


@dataclass(frozen=True)
class DemoSummary:
    """What was made.

    Attributes:
        out: The folder.
        scale: Its size; 1 is the documents' order of size.
        seed: The seed.
        rows: Rows of each table.
        breach: The named breach that was planted, or None.
    """

    out: Path
    scale: float
    seed: int
    rows: Mapping[str, int]
    breach: str | None = None


def make_demo(
    out: Path, *, scale: float = 0.01, seed: int = 20250101, breach: str | None = None, year: bool = False
) -> DemoSummary:
    """Make the shop's tables, one Parquet file each, in a folder that appears whole or not at all.

    The same seed and scale give the same bytes within one lock file. `truth.json` beside the tables says what was
    planted.

    Args:
        out: Folder to make; an older one of the same name is replaced at the end.
        scale: Size of the shop; 1 is the documents' order of size.
        seed: Any whole number; another seed is another shop with the same levels.
        breach: Name of a breach to plant, one of `BREACHES`, for tests of the gate.
        year: Whether to go on to the end of 2025, in further files: those of the first quarter stay as they are.

    Raises:
        RetroError: The breach is unknown.
    """
    if breach is not None:
        check_breach(breach)
    setting = set_up(load_levels(), Chance(seed), scale)
    wishes = [wish(setting, block.campaigns.night.guests, block.people.block) for block in meet_blocks(setting)]
    met, night = settle_night(setting, wishes)
    with new_folder(out) as folder:
        writing = Writing(setting, folder)
        for block, found in zip(meet_blocks(setting), met, strict=True):
            writing.write(live_block(setting, block, found))
        writing.finish(night)
        if year:
            live_on(setting, folder, writing.warehouse)
        folder.close()
        if breach is not None:
            plant_breach(folder.path, breach)
    return DemoSummary(out, scale, seed, dict(folder.rows), breach)
