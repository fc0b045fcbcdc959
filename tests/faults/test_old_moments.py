"""Faults: one moment of 1970 or 1900, of a clock that stood still, changes no figure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import ibis
import pandas as pd
import pytest

from retro.contracts import leave_out
from retro.ledger import read_ledger
from retro.metrics import daily_sales
from retro.metrics.roi.halo import rest_sales
from retro.metrics.roi.newcomers import first_buyers
from retro.metrics.windows import day_number
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


OLD = dt.datetime(1995, 1, 1, 12)


def days_of_sales(*more: dt.datetime) -> ibis.Table:
    """Five orders on each of sixty days, and orders of other moments."""
    begin = dt.datetime(2025, 1, 1, 9)
    times = [begin + dt.timedelta(days=day, minutes=n) for day in range(60) for n in range(5)]
    rows = [(f"o{n}", f"u{n}", at, "paid", Decimal(10)) for n, at in enumerate([*times, *more])]
    return ibis.memtable(pd.DataFrame(rows, columns=["order_id", "user_id", "ordered_at", "status", "amount"]))


def test_no_series_of_days_begins_at_a_stray_row() -> None:
    end = dt.datetime(2025, 3, 2)
    plain, stray = days_of_sales(), days_of_sales(OLD)
    for series in (daily_sales, first_buyers):
        assert series(stray, end=end).equals(series(plain, end=end))
    lines = [
        table.select("user_id", day=day_number(table.ordered_at), amount=ibis.literal(5)) for table in (plain, stray)
    ]
    alone, beside = (rest_sales(one, end=end) for one in lines)
    assert len(alone) == 60
    assert beside.equals(alone)
