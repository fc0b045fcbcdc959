"""A member day end to end, on a tiny shop: what the report records is what was planted in it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from retro.ledger import Entry, Ledger, read_ledger
from retro.run import Request, run_report
from shops import make_quarter

pytestmark = pytest.mark.slow


def figure(ledger: Ledger, name: str) -> Entry:
    entry = ledger.get(name)
    assert entry is not None, name
    return entry


def counted(entry: Entry) -> tuple[Decimal | None, Decimal | None]:
    return entry.numerator, entry.denominator


def test_the_report_records_what_was_planted(tiny_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(make_quarter(tmp_path / "quarter", tiny_demo))
    latest = run_report(Request(Path("params/2025Q1/member_day.yaml"), ("zh",), reports=Path("reports"))).latest
    ledger = read_ledger(latest / "ledger.json")
    truth: dict[str, Any] = json.loads((tiny_demo / "truth.json").read_text(encoding="utf-8"))
    planted, effect = truth["member_day"], truth["campaigns"]["2025Q1-member-day"]

    assert figure(ledger, "booked_members").value == planted["booked"]
    assert counted(figure(ledger, "booking_came_rate")) == (planted["booked_came"], planted["booked"])
    assert counted(figure(ledger, "booking_order_rate")) == (planted["booked_buyers"], planted["booked"])
    assert counted(figure(ledger, "coupon_expansion_rate")) == (planted["expanded"], planted["booked"])
    assert counted(figure(ledger, "expanding_redemption_rate")) == (planted["redeemed"], planted["booked"])
    assert figure(ledger, "dau_peak").value == planted["dau"]
    # Of the day itself: this small shop's ordinary days around it happen to lie below the level that its weeks expect,
    # so that the interval of all days, which holds in 95 % of shops, is one of those that miss.
    added = figure(ledger, "incremental_orders")
    assert added.low is not None
    assert added.high is not None
    assert added.low < Decimal(effect["during"]["orders"]) < added.high
    assert "膨胀券" in (latest / "zh.html").read_text(encoding="utf-8")
