"""A year on the small shop: made from its quarter, whose campaigns come with it, and told by whole months so far."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from retro.campaigns import load_params
from retro.files import read_json, write_json
from retro.ledger import Entry, Ledger, entry, read_ledger, write_ledger
from retro.run import Request, find_params, run_report
from retro.sources import find_source, load_source
from retro.sources.seen_now import seen_in_files
from retro_demo import make_demo
from shops import ROOT
from test_quarter import QUARTER

pytestmark = pytest.mark.slow

YEAR = """\
kind: year
campaign_id: "2025"
title: {zh: 年度, en: Year}
start: 2025-01-01T00:00
end: 2026-01-01T00:00
quarters: [2025Q1/a_quarter, 2025Q2/quarter, 2025Q3/quarter, 2025Q4/quarter]
plan: {year: 4000, quarters: [0.25, 0.25, 0.25, 0.25], months: [0.3, 0.3, 0.4]}
targets: {gmv: 4000, gmv_change_year_ago: 0.30, buyers_change_year_ago: 0.24, buyer_value_change_year_ago: 0.18}
compare: [year_ago]
"""


def run(path: Path) -> Path:
    return run_report(Request(path, ("en",), reports=Path("reports"))).latest


def test_a_year_is_told_from_its_quarters_so_far(
    reported_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(reported_shop, tmp_path / "shop", symlinks=True)
    monkeypatch.chdir(folder)
    (folder / "params" / "2025Q1" / "a_quarter.yaml").write_text(QUARTER, encoding="utf-8")
    (folder / "params" / "2025").mkdir()
    (folder / "params" / "2025" / "year.yaml").write_text(YEAR, encoding="utf-8")

    (path,) = find_params("2025")
    empty = (run(path) / "en.html").read_text()
    assert "No quarter of the year is recorded yet" in empty

    for one in find_params("2025Q1"):
        run(one)
    latest = run(path)
    page, own = (latest / "en.html").read_text(), read_ledger(latest / "ledger.json")
    values = {entry.name: entry.value for entry in own.entries}

    # The quarter sold 990.00 of the 1,000 that were planned for it; its campaign cost 31.50.
    assert "990 CNY" in page
    assert values["quarters_pace_rate"] == Decimal("0.99")
    assert values["campaigns_cost"] == Decimal("31.50")
    assert "1 Jan 2025 – 31 Jan 2025" in page, "its whole months so far"
    assert "together make GMV" in page
    assert "No comparison with a year ago" in page
    assert values["buyers_change_year_ago"] is None


def net(value: int, half: int) -> list[Entry]:
    """What a campaign cost, and what it left after that."""
    ends = {"low": Decimal(value - half), "high": Decimal(value + half)}
    return [entry("campaign_cost", Decimal(1000)), entry("net_contribution", Decimal(value), method="draws", **ends)]


CAMPAIGNS = {
    "2025Q1/new_user_week": net(500, 2000),
    "2025Q1/points_contest": net(100, 2000),
    "2025Q1/flash_sale_night": net(-9000, 1000),
    "2025Q1/member_day": net(4000, 1000),
    "2025/mid_year": net(6000, 2000),
    "2025/back_to_school": net(700, 3000),
    "2025/ninety_nine": net(-5000, 1000),
    "2025/double_11": net(9000, 4000),
    "2025/double_12": net(-100, 500),
    "2025/cold_winter": net(800, 3000),
}
QUARTERS = ("2025Q1/quarter", "2025/quarter_2", "2025/quarter_3", "2025/quarter_4")


def test_a_whole_year_is_told_from_four_recorded_quarters(
    reported_shop: Path,
    once: Callable[[str, Callable[[Path], object]], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The demo's whole year, very small, and beside it ledgers of its quarters and campaigns as reports keep them."""
    data = once("whole_year", lambda folder: make_demo(folder, scale=0.0005, year=True))
    manifest = read_json(reported_shop / "reports" / "2025Q1" / "new_user_week" / "latest" / "manifest.json")
    (tmp_path / "pyproject.toml").write_text("")
    for name in ("data_contracts", "notebooks", "params"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "demo").symlink_to(data)
    source = tmp_path / "params" / "2025" / "source.yaml"  # of so small a shop the newest day does not look whole
    source.write_text(source.read_text(encoding="utf-8") + "observed_until: 2026-01-01T00:00\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    quarters = {
        name: [entry("gmv", Decimal(1000 * place)), entry("gmv_change_year_ago", Decimal("0.1"))]
        for place, name in enumerate(QUARTERS, start=1)
    }
    for name, entries in (CAMPAIGNS | quarters).items():
        file, latest = tmp_path / "params" / f"{name}.yaml", tmp_path / "reports" / name / "latest"
        held = seen_in_files(load_source(find_source(file)), "source.yaml")
        folder, _, stem = name.partition("/")
        params = load_params(file, zone=ZoneInfo("Asia/Shanghai"))
        write_json(latest / "params.json", params.model_dump(mode="json"))
        write_json(latest / "manifest.json", manifest | {"folder": folder, "name": stem, "source_fingerprint": held})
        write_ledger(latest / "ledger.json", Ledger(entries))

    latest = run(tmp_path / "params" / "2025" / "year.yaml")
    page, own = (latest / "en.html").read_text(), read_ledger(latest / "ledger.json")
    values = {one.name: one.value for one in own.entries}

    assert "4 of 4 quarters are recorded" in page
    assert "10K CNY" in page, "the sum of the four"
    assert "orders changed after these reports, or they are of other data" in page, "its orders are not 10K"
    assert values["quarters_pace_rate"] == Decimal(10_000) / 20_000_000
    assert values["campaigns_cost"] == 10_000
    assert (values["campaigns_made"], values["campaigns_lost"], values["campaigns_open"]) == (3, 2, 5)
    assert values["campaigns_net_contribution"] == 7_000
    assert "goals contradict each other" in page
    assert "were computed from other data" not in page
    assert values["lessons"] == 0, "some made money and some lost it: no lesson"
    assert values["next_year_net_contribution"] == 19_000
    assert values["next_year_cost"] == 8_000
