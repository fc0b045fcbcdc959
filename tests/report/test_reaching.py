from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from retro.campaigns import load_params
from retro.campaigns.compare import Compared
from retro.report import as_read
from retro.report.reaching import needed_since
from retro.sources import Source
from shops import make_project

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = dt.datetime(2025, 1, 10)


@pytest.fixture
def params_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    project = make_project(tmp_path / "shop")
    monkeypatch.chdir(project)
    return project / "params/2025Q1/new_user_week.yaml"


def since(params_file: Path, **given: Any) -> dt.datetime:
    own = {"start": "2025-01-10T00:00", "end": "2025-01-17T00:00"}
    return needed_since(load_params(params_file, zone=ZONE, overrides=own | given), ZONE)


def test_a_report_needs_its_baseline_and_a_week_for_weeks_that_begin_before(params_file: Path) -> None:
    assert since(params_file, baseline_weeks=20) == WEEK - dt.timedelta(weeks=20 + 1 + 1)
    assert since(params_file, baseline_weeks=4) == WEEK - dt.timedelta(weeks=10 + 1 + 1)
    assert since(params_file, baseline_weeks=20, end="2025-01-18T00:00") == WEEK - dt.timedelta(weeks=20 + 2 + 1)


def test_a_report_needs_what_it_is_compared_with_and_campaigns_beside_it(params_file: Path) -> None:
    params = load_params(params_file, zone=ZONE)
    base = TypeAdapter(Compared).validate_python({"start": "2024-02-01T00:00", "end": "2024-02-08T00:00"})
    assert needed_since(params.model_copy(update={"compare": (base,)}), ZONE) == dt.datetime(2024, 1, 25)
    beside = {"title": "Double 11", "start": "2024-09-01T00:00", "end": "2024-09-02T00:00"}
    assert since(params_file, roi={"campaigns": {"c": beside}}) == dt.datetime(2024, 8, 25)


def test_only_a_source_with_days_is_read_from_a_day_on(params_file: Path) -> None:
    params = load_params(params_file, zone=ZONE)
    plain = {"timezone": "Asia/Shanghai", "currency": "CNY", "tables": {"events": {"path": "events"}}}
    by_day = plain | {"tables": {"events": {"path": "events", "days": "dt"}}}
    own = by_day | {"since": "2020-01-01T00:00"}
    found = [as_read(Source.model_validate(one), params).since for one in (plain, by_day, own)]
    assert found == [None, needed_since(params, ZONE), dt.datetime(2020, 1, 1)]
