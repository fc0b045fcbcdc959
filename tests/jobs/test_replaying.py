from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from retro.errors import RetroError
from retro.jobs import published, replay
from retro.run.job import Job

WEEK = "2025Q1/new_user_week"


@pytest.mark.slow
def test_todays_code_gives_the_figures_that_were_published(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[Job] = []
    close = Job.close

    def closed(job: Job) -> None:
        ended.append(job)
        close(job)

    monkeypatch.setattr(Job, "close", closed)
    reports = project / "reports"
    before = sorted(path.relative_to(reports) for path in reports.rglob("*"))

    found = replay(reports, reports / WEEK)

    assert (found.report, found.moves, found.other) == (WEEK, (), ())
    assert sorted(path.relative_to(reports) for path in reports.rglob("*")) == before  # it was made elsewhere
    assert list((project / ".retro" / "replay").iterdir()) == []
    assert len(ended) == 1, "a server gets back what was held for it"


@pytest.mark.slow
def test_a_figure_that_moved_needs_a_reason(project: Path) -> None:
    path = project / "reports" / WEEK / "latest" / "ledger.json"
    ledger = json.loads(path.read_text())
    for entry in ledger["entries"]:
        if entry["name"] == "new_users":
            entry["value"] = "20"  # what an older program made of it
    path.write_text(json.dumps(ledger))

    (move,) = replay(project / "reports", project / "reports" / WEEK).unexplained
    assert (move.name, move.before, move.after) == ("new_users", Decimal(20), Decimal(21))
    (project / "CHANGES.figures").write_text("# meant\nnew_*: guests count too\n")
    found = replay(project / "reports", project / "reports" / WEEK)
    assert found.reasons == (("new_users", "guests count too"),)
    assert found.unexplained == ()


@pytest.mark.slow
def test_the_data_params_and_contracts_of_its_day_are_replayed_whatever_became_of_them(project: Path) -> None:
    orders = pd.read_parquet(project / "data" / "orders.parquet")
    orders.iloc[:-9].to_parquet(project / "data" / "orders.parquet", index=False)
    (project / "data" / "users.parquet").unlink()
    week = project / "params" / f"{WEEK}.yaml"
    week.write_text(week.read_text().replace("retention_days: [1, 3, 60]", "retention_days: [2]"))
    (project / "params" / "source.yaml").write_text("timezone: Asia/Tokyo\n")
    (project / "data_contracts" / "orders.yaml").unlink()

    assert replay(project / "reports", project / "reports" / WEEK).moves == ()
    assert published(project / "reports") == [project / "reports" / WEEK]


def test_a_report_without_its_inputs_is_refused(project: Path) -> None:
    shutil.rmtree(project / ".retro" / "inputs")  # as `retro forget` leaves it

    with pytest.raises(RetroError, match=r"edition must have its inputs stored, but they are not, or went with cust"):
        replay(project / "reports", project / "reports" / WEEK)
