from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from retro.errors import RetroError
from retro.jobs import published, replay

WEEK = "2025Q1/new_user_week"


@pytest.mark.slow
def test_todays_code_gives_the_figures_that_were_published(project: Path) -> None:
    reports = project / "reports"
    before = sorted(path.relative_to(reports) for path in reports.rglob("*"))

    found = replay(reports, reports / WEEK)

    assert (found.report, found.moves, found.other) == (WEEK, (), ())
    assert sorted(path.relative_to(reports) for path in reports.rglob("*")) == before  # it was made elsewhere
    assert list((project / ".retro" / "replay").iterdir()) == []


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


def test_other_data_is_named_and_not_replayed(project: Path) -> None:
    orders = pd.read_parquet(project / "data" / "orders.parquet")
    orders.iloc[:-1].to_parquet(project / "data" / "orders.parquet", index=False)

    assert replay(project / "reports", project / "reports" / WEEK).other == ("orders",)
    assert published(project / "reports") == [project / "reports" / WEEK]


def test_a_report_without_a_record_of_its_inputs_is_refused(project: Path) -> None:
    (project / "reports" / WEEK / "latest" / "inputs.json").unlink()

    with pytest.raises(RetroError, match=r"new_user_week: report must have its params file, and a record"):
        replay(project / "reports", project / "reports" / WEEK)
