from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from retro.campaigns import load_params
from retro.campaigns.month import Month
from retro.errors import ParamsError
from retro.periods import Period, Window
from retro.report.bases import bases_of

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = {"kind": "flash_sale_night", "campaign_id": "d11", "title": "Double 11", "offer": "half price",
         "start": "2024-11-10T20:00", "end": "2024-11-11T20:00"}  # fmt: skip


def written(folder: Path, **keys: Any) -> Path:
    given = {"kind": "month", "campaign_id": "2025-03", "title": "March", "start": "2025-03-01T00:00"}
    path = folder / "2025Q1" / "2025-03.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(given | {"end": "2025-04-01T00:00"} | keys), encoding="utf-8")
    return path


def month(folder: Path, **keys: Any) -> Month:
    params = load_params(written(folder, **keys), zone=ZONE)
    assert isinstance(params, Month)
    return params


PLAN = {"year": 1000, "quarters": [0.2, 0.2, 0.2, 0.4], "months": [0.25, 0.25, 0.5]}


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"plan": PLAN | {"quarters": [0.2, 0.35, 0.25, 0.3]}}, r"quarters must add up to 1, got 1\.10"),
        ({"plan": PLAN | {"months": [0.3, 0.3, 0.3]}}, r"months must add up to 1, got 0\.9"),
        ({"end": "2025-03-31T00:00"}, "start and end must be those of a calendar month"),
        ({"kpis": {"gvm": {"owner": "Ops"}}}, "has no figure 'gvm'; figures are gmv, orders"),
        ({"kpis": {"gmv": {"owner": {"zh": "运营"}}}}, r"kpis\.gmv\.owner must be given in zh and en\."),
        ({"calendar": [{"title": "x", "start": "2025-03-02", "end": "2025-03-01"}]}, "end must not be before start"),
        ({"compare": ["last_year"]}, "must be target, previous, year_ago, lunar_year_ago, .* got 'last_year'"),
        ({"compare": [{"start": "2025-01-02", "end": "2025-01-04"}]}, "end must say its time, got 2025-01-04"),
        (
            {"compare": [{"start": "2025-01-02", "end": "2025-01-01T00:00"}]},
            "dates must have a start and an end after it",
        ),
        ({"compare": [{"start": "2025-01-02T00:00Z", "end": "2025-01-03T00:00Z"}]}, "must be local times without a"),
        ({"compare": [{"basis": "edition"}]}, "edition must name the params of an earlier campaign"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    with pytest.raises(ParamsError, match=words):
        month(tmp_path, **keys)


def test_the_calendar_makes_days_unusual_both_ends_included(tmp_path: Path) -> None:
    params = month(tmp_path, calendar=[{"title": "Festival", "start": "2025-03-05", "end": "2025-03-06"}])

    assert params.unusual == (Window(dt.datetime(2025, 3, 5), dt.datetime(2025, 3, 7)),)
    assert params.since == dt.datetime(2024, 12, 31)
    assert dict(params.pacing) == {}


def test_bases_are_resolved_in_their_order(tmp_path: Path) -> None:
    edition = tmp_path / "2024Q4" / "double_11.yaml"
    edition.parent.mkdir()
    edition.write_text(yaml.safe_dump(NIGHT), encoding="utf-8")
    own = {"start": "2025-01-01T00:00", "end": "2025-01-08T00:00", "title": "A week"}
    compare = ["target", "previous", "year_ago", "lunar_year_ago", {"edition": "2024Q4/double_11"}, own]
    params = month(tmp_path, compare=compare, targets={"gmv": 500})

    target, *others, night, dates = bases_of(params, tmp_path, ZONE)

    assert (target.basis, target.amount, target.start) == ("target", 500, dt.datetime(2025, 2, 1))
    assert [base.start for base in others] == [
        dt.datetime(2025, 2, 1),
        dt.datetime(2024, 3, 1),
        dt.datetime(2024, 3, 12),
    ]
    words = {"zh": "Double 11", "en": "Double 11"}, {"zh": "half price", "en": "half price"}
    assert night == Period("edition", dt.datetime(2024, 11, 10, 20), dt.datetime(2024, 11, 11, 20), *words)
    assert (dates.basis, dates.title) == ("dates", {"zh": "A week", "en": "A week"})


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"compare": ["target"]}, r"2025-03: compare\.0: target must be one of gmv, got none\. Add targets\.gmv\."),
        ({"compare": [{"edition": "2024Q4/618"}]}, r"compare\.0: edition must be a params file, got '2024Q4/618'"),
        (
            {"compare": ["lunar_year_ago"], "start": "1989-03-01T00:00", "end": "1989-04-01T00:00"},
            "lunar_year_ago must lie in the years 1991 to 2050, got 1989-03-01",
        ),
    ],
)
def test_a_base_that_is_not_there_is_refused(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    with pytest.raises(ParamsError, match=words):
        bases_of(month(tmp_path, **keys), tmp_path, ZONE)
