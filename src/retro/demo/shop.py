"""The shop: from levels to a folder of tables. `make_demo` is its table of contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retro.demo import columns
from retro.demo.blocks import Lived, count_blocks, expected_arrivals, live_block
from retro.demo.chance import Chance
from retro.demo.costs import book_costs
from retro.demo.levels import load_levels
from retro.demo.people import make_people
from retro.demo.setting import Setting, set_up
from retro.demo.tables import Folder, new_folder


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


def make_demo(out: Path, *, scale: float = 0.01, seed: int = 20250101, breach: str | None = None) -> DemoSummary:
    """Make the shop's tables, one Parquet file each, in a folder that appears whole or not at all.

    The same seed and scale give the same bytes within one lock file.

    Args:
        out: Folder to make; an older one of the same name is replaced at the end.
        scale: Size of the shop; 1 is the documents' order of size.
        seed: Any whole number; another seed is another shop with the same levels.
        breach: Name of a contract rule to break, for tests of the gate.
    """
    setting = set_up(load_levels(), Chance(seed), scale)
    arrivals = expected_arrivals(setting)
    blocks = count_blocks(setting, arrivals)
    with new_folder(out) as folder:
        first_number = 0
        for block in range(blocks):
            people = make_people(setting, arrivals, block, scale / blocks, first_number)
            _write_block(setting, live_block(setting, people), folder)
            first_number += len(people)
        folder.write("campaign_costs", columns.campaign_costs(setting.levels, book_costs(setting)))
    return DemoSummary(out, scale, seed, dict(folder.rows), breach)


def _write_block(setting: Setting, lived: Lived, folder: Folder) -> None:
    """Append what a block did to the tables."""
    levels, people = setting.levels, lived.people
    order_ids = columns.order_keys(lived.placed, folder.rows.get("orders", 0))
    folder.write("users", columns.users(levels, people))
    folder.write("orders", columns.orders(levels, people, lived.placed, order_ids))
    folder.write("events", columns.events(levels, people, lived.recorded, lived.events, order_ids))
    folder.write("exposures", columns.exposures(people, lived.exposures))
