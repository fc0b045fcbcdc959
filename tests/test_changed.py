"""A report that is made again from other data, params or code says what moved, and why."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from retro.cli import app
from retro.ledger import read_inputs
from retro.run import Request, diff, run_report
from shops import tables

WEEK = Path("params") / "2025Q1" / "new_user_week.yaml"


@pytest.fixture(scope="session")
def reported_shop(once: Callable[[str, Callable[[Path], object]], Path], reported_shop: Path) -> Path:
    """The small shop with the report of its week, made again: one user came late, and a target moved."""

    def make(folder: Path) -> None:
        shutil.copytree(reported_shop, folder, symlinks=True)
        users = tables()["users"]
        late = users.iloc[[-1]].assign(user_id="late-1")
        pd.concat([users, late]).to_parquet(folder / "data" / "users.parquet", index=False)
        path = folder / WEEK
        params = yaml.safe_load(path.read_text())
        params["targets"] = {**params.get("targets", {}), "new_users": 25}
        path.write_text(yaml.safe_dump(params, allow_unicode=True))
        with contextlib.chdir(folder):
            run_report(Request(path, reports=folder / "reports"))

    return once("made_again", make)


@pytest.fixture
def again(project: Path) -> Path:
    """Its newest run."""
    return (project / "reports" / "2025Q1" / "new_user_week" / "latest").resolve()


def test_a_report_made_again_says_which_figures_moved_and_by_what(again: Path, project: Path) -> None:
    found = diff("2025Q1/new_user_week", "", project / "reports")

    assert found.after == again.name
    assert [(one.table, one.late_rows, one.later_rows) for one in found.tables] == [("users", 1, 0)]
    assert found.params == {"targets.new_users": ("20", "25")}
    moves = {move.name: move for move in found.moves}
    assert moves["new_users"].difference == 1
    assert moves["new_users"].parts == {"other_tables": 1}  # the target moved nothing
    assert moves["new_users"].because == ("data",)

    page = (again / "en.html").read_text()
    assert "What changed since the version of" in page
    assert "users: +1 rows came late or changed" in page
    assert "Parameter targets.new_users: 20 before, 25 now" in page
    assert "First published" in page
    assert "late or changed rows of other tables +1" in page
    assert "与上一版相比" in (again / "zh.html").read_text()


def test_a_first_version_says_nothing_of_changes_and_a_forced_one_the_same_again(again: Path, project: Path) -> None:
    first = min((project / "reports" / "2025Q1" / "new_user_week" / "runs").iterdir())
    assert "What changed since" not in (first / "en.html").read_text()
    assert read_inputs(first) is not None

    forced = run_report(Request(project / WEEK, reports=project / "reports", force=True)).latest.resolve()

    assert forced != again
    for name in ("zh.html", "en.html", "zh.pdf", "en.pdf"):
        assert (forced / name).read_bytes() == (again / name).read_bytes(), name


def test_diff_lists_figures_and_causes(again: Path) -> None:
    said = CliRunner().invoke(app, ["diff", "2025Q1/new_user_week"])

    assert said.exit_code == 0, said.output
    assert "data: users: +1 rows late of" in said.output
    assert "params: targets.new_users: 20 -> 25" in said.output
    assert "new_users" in said.output
    both = CliRunner().invoke(app, ["diff", "2025Q1/new_user_week", f"2025Q1/new_user_week@{again.name}", "--json"])
    assert json.loads(both.output)["moves"] == []
