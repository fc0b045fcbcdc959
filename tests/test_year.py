"""A year on the small shop: made from its quarter, whose campaigns come with it, and told by whole months so far."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from retro.ledger import read_ledger
from retro.run import Request, find_params, run_report
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
