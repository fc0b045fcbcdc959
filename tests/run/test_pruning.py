"""A report over a week opens the partitions of its week and of what its baseline needs, and no others."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from opened import opened_of
from retro.ledger import compare, read_ledger
from retro.run import Request, run_report
from shops import DEMO_REPORTS, FIGURES, make_project, make_quarter

FIRST = "dt=2024-11-02"


def parted(project: Path, data: Path, tables: dict[str, str]) -> Path:
    """Lay tables out by day, by the columns of their moments, and let the source file read them so."""
    source, lake = project / "params" / "source.yaml", project / "lake"
    text = source.read_text(encoding="utf-8")
    lake.mkdir()
    for name, at in tables.items():
        rows = f"select *, {at}::date as dt from read_parquet('{data / name}.parquet')"
        duckdb.sql(f"copy ({rows}) to '{lake / name}' (format parquet, partition_by (dt))")
        text = text.replace(f"{{path: {name}.parquet}}", f"{{path: {lake / name}, days: dt}}")
    source.write_text(text, encoding="utf-8")
    return lake


@pytest.mark.slow
def test_a_report_opens_the_days_that_it_needs(
    tiny_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, by_day = (make_quarter(tmp_path / name, tiny_demo) for name in ("whole", "by_day"))
    lake = parted(by_day, tiny_demo, {"events": "occurred_at", "page_views": "minute_at"})
    ledgers = []
    for project in (whole, by_day):
        monkeypatch.chdir(project)
        request = Request(project / DEMO_REPORTS["flash_sale_night"], ("en",), project / "reports")
        with opened_of(lake) as opened:
            outcome = run_report(request)
        ledgers.append(read_ledger(outcome.latest / "ledger.json"))
    assert not compare(*ledgers)
    # compared with Double 11, which began on 10 November: a week before, and a day for other zones
    needed = {file.relative_to(lake).as_posix() for file in lake.rglob("*.parquet") if file.parent.name >= FIRST}
    assert opened == needed
    assert 200 < len(needed) < len([*lake.rglob("*.parquet")]) - 50
    page = outcome.latest / "en.html"
    assert "Read from 3 Nov 2024 on, as far as baseline and comparisons need: " in page.read_text(encoding="utf-8")


def test_partitions_that_a_report_does_not_need_are_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path / "shop")
    lake = parted(project, project / "data", {"events": "occurred_at"})
    long_ago = lake / "events/dt=2024-01-01/data_0.parquet"
    long_ago.parent.mkdir()
    long_ago.write_bytes(b"no Parquet")
    monkeypatch.chdir(project)

    with opened_of(lake) as opened:
        outcome = run_report(Request(project / "params/2025Q1/new_user_week.yaml", ("en",), project / "reports"))

    recorded = {one.name: one.value for one in read_ledger(outcome.latest / "ledger.json").entries}
    assert {name: round(recorded[name], 10) for name in FIGURES} == {n: round(v, 10) for n, v in FIGURES.items()}
    assert opened == {one.relative_to(lake).as_posix() for one in lake.rglob("*.parquet")} - {
        "events/dt=2024-01-01/data_0.parquet"
    }
