"""A shop of few: the demo quarter with so few users that most groups have 1 to 4 people, and what its reports show."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from retro.blocks import Block
from retro.report import report as reports
from retro.report.report import Report
from retro.sections import Finding
from shops import DEMO_REPORTS, ROOT, make_quarter

EVERY = 30
"""Of so many users one is kept."""


@dataclass
class Shown:
    """A section as a report shows it: the frames that its metric returned, what it says, and the blocks on the page."""

    report: str
    section: str
    frames: list[Any]
    finding: Finding
    blocks: list[Block]


def make_few(folder: Path, demo: Path) -> Path:
    """A project with what is shipped for the demo quarter, and a small part of a demo shop's users."""
    data = folder.parent / f"{folder.name}_data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    _write_few(demo, data)
    (data / "new_goods").mkdir()
    _write_few(demo / "new_goods", data / "new_goods")
    return make_quarter(folder, data)


def _write_few(shop: Path, folder: Path) -> None:
    frames = {path.stem: pd.read_parquet(path) for path in sorted(shop.glob("*.parquet"))}
    users = set(sorted(frames["users"]["user_id"])[::EVERY])
    orders = set(frames["orders"].loc[frames["orders"]["user_id"].isin(users), "order_id"])
    keys = {"user_id": users, "unit_id": users, "order_id": orders}
    for name, frame in frames.items():
        key = next((key for key in keys if key in frame.columns), None)
        few = frame if key is None else frame[frame[key].isin(keys[key])]
        few.to_parquet(folder / f"{name}.parquet", index=False)


def shown(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    """Every section of every report of a project in its first language, its notebook's cells run in this process."""
    monkeypatch.chdir(project)
    kept: list[Shown] = []
    made = reports.section_blocks

    def keep(section: Any, finding: Finding, *given: Any) -> Any:
        blocks = made(section, finding, *given)
        kept.append(Shown("", section.name, [], finding, list(blocks)))
        return blocks

    show = Report.show

    def watch(self: Report, section: str, *frames: Any, **options: Any) -> None:
        before = len(kept)
        show(self, section, *frames, **options)
        for one in kept[before:]:
            one.frames = list(frames)

    monkeypatch.setattr(reports, "section_blocks", keep)
    monkeypatch.setattr(Report, "show", watch)
    for name, params in sorted(DEMO_REPORTS.items()):
        kind = yaml.safe_load((project / params).read_text(encoding="utf-8"))["kind"]
        cells = json.loads((ROOT / "notebooks" / f"{kind}.ipynb").read_text(encoding="utf-8"))["cells"]
        space: dict[str, Any] = {}
        before = len(kept)
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in cells:
                if cell["cell_type"] == "code":
                    exec("".join(cell["source"]), space)  # noqa: S102 - our own notebooks
                    if "parameters" in cell["metadata"].get("tags", []):
                        space |= {"params_file": params.as_posix(), "lang": "en", "overrides": {}}
        for one in kept[before:]:
            one.report = name
    yield from kept
