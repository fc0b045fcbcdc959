"""A month of the small shop end to end: it has no channels, no order items, no incidents, and no year before."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from retro.ledger import read_ledger
from retro.run import Request, run_report
from shops import make_project

MONTH = """\
kind: month
campaign_id: 2025-01
title: {zh: 一月, en: January}
start: 2025-01-01T00:00
end: 2025-02-01T00:00
targets: {gmv: 1000, new_users: 40}
kpis: {gmv: {owner: Operations, every: week}}
plan: {year: 10000, quarters: [0.25, 0.25, 0.25, 0.25], months: [0.3, 0.3, 0.4]}
compare: [target, previous, year_ago]
calendar:
  - {title: {zh: 新人周, en: New-user week}, start: 2025-01-27, end: 2025-02-02}
"""


@pytest.fixture
def latest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_project(tmp_path / "shop")
    path = folder / "params" / "2025Q1" / "2025-01.yaml"
    path.write_text(MONTH, encoding="utf-8")
    monkeypatch.chdir(folder)
    return run_report(Request(path, ("en",), reports=Path("reports"))).latest


def test_a_month_is_told_with_what_the_shop_has(latest: Path) -> None:
    ledger = read_ledger(latest / "ledger.json")
    page = (latest / "en.html").read_text()

    # First orders of 26 ordinary days and of 15 users of the week, and 30 second ones, 10.00 each.
    for name, value in {"gmv": "710.00", "orders": "71", "new_users": "41", "order_value": "10.00"}.items():
        entry = ledger.get(name)
        assert entry is not None, name
        assert entry.value == Decimal(value), name
    pace = ledger.get("month_pace_rate")
    assert pace is not None
    assert pace.value is not None
    assert round(pace.value, 9) == round(Decimal(710) / 750, 9)
    assert ledger.get("gmv_change_target").value == Decimal("-0.29")  # type: ignore[union-attr]  # same
    assert "Operations" in page
    assert "orders are known only since 30 Dec 2024" in page
    assert "user-0" not in page
