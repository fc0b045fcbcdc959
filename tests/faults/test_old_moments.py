"""Faults: one moment of 1970 or 1900, of a clock that stood still, changes no figure."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from retro.contracts import leave_out
from retro.ledger import read_ledger
from retro.run import Request, check, prepare, run_report
from shops import make_project, tables


@pytest.fixture(params=["1970-01-01T08:00", "1900-01-01T00:00"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small shop, where one of the campaign's buyers has an order and an event of long ago."""
    folder = make_project(tmp_path / "shop")
    orders, events = tables()["orders"], tables()["events"]
    old = pd.Timestamp(request.param).as_unit("us")
    for name, frame, column in (("orders", orders, "ordered_at"), ("events", events, "occurred_at")):
        stray = frame.iloc[-1:].assign(**{column: old})
        if name == "orders":
            stray = stray.assign(order_id="stray", amount=Decimal("10.00"))
        path = folder / "data" / f"{name}.parquet"
        pd.concat([frame, stray]).astype(frame.dtypes).to_parquet(path, index=False)
    monkeypatch.chdir(folder)
    return folder


def request_of(project: Path) -> Request:
    return Request(project / "params" / "2025Q1" / "new_user_week.yaml", ("en",), project / "reports")


def test_rows_of_long_ago_are_told_and_left_out(project: Path) -> None:
    job = prepare(request_of(project))
    verdict = check(job)

    leave_out(job.tables, verdict)

    assert not verdict.breaches
    told = {warning.rule: warning.failed_rows for warning in verdict.warnings}
    assert told.items() >= {"ordered_at.plausible": 1, "occurred_at.plausible": 1}.items()
    for name in ("orders", "events"):
        assert job.tables.row_count(name) == len(tables()[name])


@pytest.mark.slow
def test_one_order_of_long_ago_changes_no_figure(project: Path, reported_shop: Path) -> None:
    made = run_report(request_of(project))

    plain = reported_shop / "reports" / "2025Q1" / "new_user_week" / "latest" / "ledger.json"
    assert read_ledger(made.latest / "ledger.json").entries == read_ledger(plain).entries
    page = (made.latest / "en.html").read_text()
    assert "ordered_at must lie in 1990 or later" in page
    assert "10.00" in page
