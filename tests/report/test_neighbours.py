"""The reports of a folder that are made from another."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from retro.campaigns import load_params
from retro.report import read_neighbours, read_periods

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Shanghai")


def test_a_campaign_finds_the_quarter_that_is_made_from_it() -> None:
    found = read_periods(ROOT / "params" / "2025Q1" / "new_user_week.yaml", ZONE)
    assert [name for name, _ in found] == ["2025Q1/quarter"]
    assert found[0][1].kind == "quarter"


def test_a_quarter_belongs_to_nothing_and_files_that_cannot_be_read_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "2025Q1"
    folder.mkdir()
    for name in ("quarter", "new_user_week"):
        text = (ROOT / "params" / "2025Q1" / f"{name}.yaml").read_text(encoding="utf-8")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "broken.yaml").write_text("kind: [", encoding="utf-8")
    (folder / "half.yaml").write_text("kind: quarter\n", encoding="utf-8")
    assert read_periods(folder / "quarter.yaml", ZONE) == ()
    assert [name for name, _ in read_periods(folder / "new_user_week.yaml", ZONE)] == ["2025Q1/quarter"]


def test_a_year_is_held_against_its_quarters_and_months_and_a_campaign_against_nothing() -> None:
    file = ROOT / "params" / "2025" / "year.yaml"
    found = read_neighbours(file, load_params(file, zone=ZONE), ROOT / "nowhere", ZONE)
    *beside, quarter, month = [one.name for one in found]
    assert [quarter, month] == ["2025Q1/quarter", "2025Q1/2025-03"], "of other folders, after those of its own"
    assert {"2025/quarter_2", "2025/double_11"} < {*beside}

    week = ROOT / "params" / "2025Q1" / "new_user_week.yaml"
    assert read_neighbours(week, load_params(week, zone=ZONE), ROOT / "nowhere", ZONE) == ()
