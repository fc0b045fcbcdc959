from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from retro.errors import ContractBreach
from retro.jobs import Worker
from retro.run import Request, at_once
from shops import PARAMS, make_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small shop with two reports of the same week, whose data reaches 20 February."""
    folder = make_project(tmp_path / "shop")
    (folder / "params" / "2025Q1" / "other.yaml").write_text(PARAMS, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


class Runs:
    """In place of real runs: remembers what was asked, breaks what it is told to, and leaves manifests."""

    def __init__(self, broken: str = "") -> None:
        self.asked: list[tuple[str, dt.datetime | None]] = []
        self.broken = broken

    def __call__(self, request: Request, _say: Any) -> Any:
        self.asked.append((request.params_file.stem, request.observed_until))
        if request.params_file.stem == self.broken:
            raise ContractBreach("orders: amount must not be negative.")
        assert request.observed_until is not None
        run = request.address / "runs" / f"{request.observed_until:%Y%m%d}"
        run.mkdir(parents=True)
        (run / "manifest.json").write_text(json.dumps({"observed_until": request.observed_until.isoformat()}))
        headline = {"zh": "活动赚到了钱。", "en": "It made money."}
        manifest = SimpleNamespace(run_id=run.name, badge="passed", headline=headline)
        return SimpleNamespace(skipped=False, manifest=manifest, latest=request.address / "latest")


def work(project: Path, monkeypatch: pytest.MonkeyPatch, day: str, runs: Runs) -> list[tuple[str, str, str]]:
    monkeypatch.setattr(at_once, "publish_report", runs)
    done = list(Worker(project / "reports", dt.datetime.fromisoformat(day), jobs=1).work())
    return [(one.report.partition("/")[2], f"{one.at:%m-%d}", one.state) for one in done]


def test_each_edition_looks_up_to_its_own_day(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs()

    assert work(project, monkeypatch, "2025-02-12", runs) == [
        ("new_user_week", "02-03", "published"),
        ("other", "02-03", "published"),
        ("new_user_week", "02-10", "restated"),
        ("other", "02-10", "restated"),
    ]
    assert runs.asked[2:] == [("new_user_week", dt.datetime(2025, 2, 10)), ("other", dt.datetime(2025, 2, 10))]
    assert work(project, monkeypatch, "2025-02-12", runs) == []


def test_a_broken_report_stops_its_own_later_editions_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert work(project, monkeypatch, "2025-02-12", Runs("new_user_week")) == [
        ("new_user_week", "02-03", "failed"),
        ("other", "02-03", "published"),
        ("new_user_week", "02-10", "blocked"),
        ("other", "02-10", "restated"),
    ]
    # what broke is tried again, and what was made is not made twice
    assert work(project, monkeypatch, "2025-02-12", Runs()) == [
        ("new_user_week", "02-03", "published"),
        ("new_user_week", "02-10", "restated"),
    ]


def test_data_that_is_not_there_yet_is_waited_for_and_then_told(project: Path) -> None:
    source = project / "params" / "source.yaml"
    source.write_text(source.read_text().replace("observed_until: 2025-02-20", "observed_until: 2025-02-02"))
    (project / "params" / "2025Q1" / "other.yaml").unlink()

    (waiting,) = Worker(project / "reports", dt.datetime(2025, 2, 5), jobs=1).work()
    (late,) = Worker(project / "reports", dt.datetime(2025, 2, 6), jobs=1).work()
    assert (waiting.state, late.state, waiting.report) == ("waiting", "late", "2025Q1/new_user_week")
    assert not list((project / "reports" / waiting.report).glob("**/*.json"))  # no run, and no failure
    assert (late.exit_code, late.message) == (
        1,
        "data reaches 2025-02-02T00:00, and 2025-02-03T00:00 is needed; it was waited for until 2025-02-06",
    )


def test_a_quarter_stands_behind_its_campaigns_while_they_are_waited_for(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ("kind", "retention", "repurch", "targets")
    rest = "".join(line for line in PARAMS.splitlines(keepends=True) if not line.startswith(keys))
    text = f"kind: quarter\n{rest}campaigns: [2025Q1/new_user_week]\nschedule: {{restate_days: []}}\n"
    (project / "params" / "2025Q1" / "other.yaml").write_text(text, encoding="utf-8")

    assert work(project, monkeypatch, "2025-02-04", Runs("new_user_week"))[-1] == ("other", "02-03", "blocked")
    assert work(project, monkeypatch, "2025-02-06", Runs("new_user_week"))[1] == ("other", "02-03", "published")


@pytest.mark.slow
def test_a_report_as_of_its_day_says_so_and_keeps_its_address(project: Path) -> None:
    (project / "params" / "2025Q1" / "other.yaml").unlink()
    done = list(Worker(project / "reports", dt.datetime(2025, 2, 12), langs=("en",)).work())

    assert [(one.state, one.exit_code) for one in done] == [("published", 0), ("restated", 0)]
    runs = sorted((project / "reports" / "2025Q1" / "new_user_week" / "runs").iterdir())
    manifests = [json.loads((run / "manifest.json").read_text()) for run in runs]
    assert [one["observed_until"] for one in manifests] == ["2025-02-03T00:00:00", "2025-02-10T00:00:00"]
    assert (project / "reports" / "2025Q1" / "new_user_week" / "latest").resolve() == runs[1]
    # day 1 of the last day's users is over a week later, and was not on the day of the first report
    first, second = (json.loads((run / "ledger.json").read_text())["entries"] for run in runs)
    told = [{one["name"]: one["denominator"] for one in ledger} for ledger in (first, second)]
    assert [figures["day_1_retention_rate"] for figures in told] == ["18", "21"]
