from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from retro.campaigns import CAMPAIGN_TYPES
from retro.cli import main
from retro.errors import ContractBreach
from retro.run import Outcome, Request
from shops import make_project, tables


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_project(tmp_path / "shop")
    monkeypatch.chdir(folder)
    return folder


Retro = Callable[..., tuple[int, str, str]]


@pytest.fixture
def retro(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Retro:
    """Call the command line and answer its exit code, output and errors."""

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["retro", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return code, out, err

    return call


def test_params_prints_the_schema(retro: Retro) -> None:
    code, out, _ = retro("params", "new_user_week")

    assert code == 0
    assert "[1, 3, 7, 14, 30]" in out
    assert "campaign_id" in out


def test_params_without_a_kind_lists_the_kinds(retro: Retro) -> None:
    code, out, err = retro("params")

    assert code == 0
    assert out.split() == [*CAMPAIGN_TYPES]
    assert err == "`retro params new_user_week` lists the keys of that kind.\n"


def test_a_missing_key_names_the_command_that_explains_it(retro: Retro, project: Path) -> None:
    path = project / "params" / "2025Q1" / "new_user_week.yaml"
    path.write_text(path.read_text().replace('campaign_id: "0042"\n', ""))

    assert retro("check", "2025Q1")[2] == (
        "params/2025Q1/new_user_week.yaml: 'campaign_id' must be given. "
        "`retro params new_user_week` lists what each key means.\n"
    )


def test_a_contract_test_ends_with_a_total(retro: Retro) -> None:
    code, out, _ = retro("contract", "test", "campaign_costs")

    *probes, total = out.splitlines()
    assert code == 0
    assert total == f"data_contracts/campaign_costs.yaml: {len(probes)} of {len(probes)} rules fire alone."


@pytest.mark.usefixtures("project")
def test_list_names_what_can_be_run(retro: Retro) -> None:
    assert retro("list")[:2] == (0, "2025Q1\n2025Q1/new_user_week\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "retro: Missing argument 'target'. Try 'retro --help'."),
        (["run", "2025Q2"], "2025Q2: must be a folder or file of params/. Did you mean '2025Q1'?"),
        (
            ["run", "2025Q1", "--lang", "cn"],
            "retro: Invalid value for '--lang': 'cn' is not one of 'zh', 'en', 'both'. Try 'retro --help'.",
        ),
        (
            ["check", "2025Q1", "--set", "kind=x"],
            "override 'kind': kind must be a campaign type, got 'x'. Known names: ",
        ),
        (["check", "2025Q1", "--set", "windw=3"], "override 'windw': unknown key 'windw'. Known names: acq"),
        (["check", "2025Q1", "--set", "campaign_id="], "override 'campaign_id': campaign_id must"),
        (
            ["contract", "test", "order"],
            "retro contract test: 'order' must be a contract of data_contracts/. Did you mean 'orders'?",
        ),
        (
            ["lab", "2025Q1", "--lang", "both", "--no-start"],
            "retro lab --lang: language must be one of zh, en, got 'both'.",
        ),
        (
            ["lab", "2025Q1", "--from", "2", "--set", "a=b", "--no-start"],
            "retro lab --from: a run must be opened as it was",
        ),
        (["run", "2025Q1", "--set", "start"], "--set: setting must look like key=value, got 'start'."),
        (["run", "2025Q1", "--set", "baselin_weeks=3"], "unknown key 'baselin_weeks'. Did you mean 'baseline_weeks'?"),
        (["run", "2025Q1", "--set", "end=2025-01-01T00:00"], "end must be after start"),
        (["run", "2025Q1", "--set", "end=2025-01-01"], "end must say its time, got 2025-01-01: 2025-01-02T00:00 where"),
        (["params", "newuser"], "kind must be a campaign type, got 'newuser'. Did you mean 'new_user_week'?"),
        (["fly"], "No such command 'fly'"),
        (["demo", "--scale", "7"], "retro: Invalid value for '--scale'"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_1(retro: Retro, project: Path, arguments: list[str], words: str) -> None:
    code, out, err = retro(*arguments)

    assert code == 1
    assert out == ""
    assert words in err
    assert len(err.strip().splitlines()) == 1
    assert not (project / "reports").exists()


def test_the_other_reports_of_a_folder_do_not_wait_for_a_bad_one(retro: Retro, project: Path) -> None:
    folder = project / "params" / "2025Q1"
    for name in ("a", "z"):
        whole = (folder / "new_user_week.yaml").read_text()
        (folder / f"{name}.yaml").write_text(whole.replace("end: 2025-02-03", "end: nonsense"))
    (folder / "new_user_week.yaml").unlink()

    code, out, err = retro("run", "2025Q1")

    assert code == 1
    first, second = err.splitlines()
    assert first.startswith("params/2025Q1/a.yaml, line ")
    assert second.startswith("params/2025Q1/z.yaml, line ")
    head, *rows, count = [line.split() for line in out.splitlines()]
    assert head == ["report", "state", "data", "until", "data", "seconds", "verdict", "or", "reason"]
    assert [row[:2] for row in rows] == [["2025Q1/a", "failed"], ["2025Q1/z", "failed"]]
    assert [" ".join(row[3:]) for row in rows] == [first, second]
    assert count == ["2", "failed"]


def test_a_summary_for_machines(retro: Retro, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_report(request: Request, _say: object) -> Outcome:
        if request.params_file.stem == "a":
            raise ContractBreach("orders: amount must not be negative.\n3 rows.")
        edition = SimpleNamespace(
            run_id="20250203", badge="warning", headline={"zh": "赚了", "en": "It made money."}, observed_until=None
        )
        return Outcome(edition, request.address / "latest", skipped=False)  # type: ignore[arg-type]

    monkeypatch.setattr("retro.run.at_once.publish_report", run_report)
    folder = project / "params" / "2025Q1"
    (folder / "a.yaml").write_text((folder / "new_user_week.yaml").read_text())

    code, out, err = retro("run", "2025Q1", "--jobs", "1", "--json")

    assert code == ContractBreach("").exit_code
    broken, made = json.loads(out)
    assert (broken["report"], broken["state"], broken["exit_code"]) == ("2025Q1/a", "failed", 2)
    assert broken["message"] == "orders: amount must not be negative.\n3 rows."
    assert {**made, "seconds": 0} == {
        "report": "2025Q1/new_user_week",
        "at": None,
        "state": "published",
        "message": "reports/2025Q1/new_user_week/latest",
        "exit_code": 0,
        "seconds": 0,
        "run_id": "20250203",
        "badge": "warning",
        "verdict": "It made money.",
    }
    assert "params/2025Q1/new_user_week.yaml: done: reports/2025Q1/new_user_week/latest" in err

    (log,) = (project / ".retro" / "jobs" / "runs").glob("*.jsonl")
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert [one["event"] for one in events] == ["began", "done", "done", "ended"]
    assert (events[0]["target"], events[1]["message"], events[-1]["exit_code"]) == ("2025Q1", broken["message"], 2)

    code, out, _ = retro("run", "2025Q1", "--jobs", "1")
    rows = [[word.strip() for word in line.split("  ") if word.strip()] for line in out.splitlines()]
    assert rows[1][:2] + rows[1][-1:] == ["2025Q1/a", "failed", "orders: amount must not be negative."]
    assert rows[2] == ["3 rows."]
    assert rows[3][:3] + rows[3][-1:] == ["2025Q1/new_user_week", "published", "warning", "It made money."]
    assert rows[4:] == [["1 failed, 1 published"], ["Index: reports/index.html"]]


def test_signs_that_a_terminal_lacks_are_escaped_and_paths_are_utf8_in_any_locale(project: Path) -> None:
    week = project / "params" / "2025Q1" / "new_user_week.yaml"
    week.rename(week.with_name("双11.yaml"))
    locale = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "latin-1"}
    command = [sys.executable, "-m", "retro", "list"]

    done = subprocess.run(command, env=os.environ | locale, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["2025Q1", "2025Q1/\\u53cc11"]


def test_an_unattended_failure_is_on_record(retro: Retro, project: Path) -> None:
    code, _, err = retro("run", "2025Q1", "--source", "nowhere.yaml")

    assert (code, err) == (1, "nowhere.yaml: file must exist. Check the path.\n")
    assert "nowhere.yaml: file must exist" in (project / "reports" / "index.html").read_text()


def test_a_reports_folder_that_is_a_file_is_one_line(retro: Retro, project: Path) -> None:
    (project / "reports").write_text("")

    code, _, err = retro("run", "2025Q1")

    assert code == 1
    assert "file or folder must be usable" in err
    assert len(err.splitlines()) == 1


def test_check_tells_of_every_broken_file_of_a_folder(retro: Retro, project: Path) -> None:
    folder = project / "params" / "2025Q1"
    whole = (folder / "new_user_week.yaml").read_text()
    for number in range(40):
        (folder / f"week{number:02d}.yaml").write_text(whole.replace("end: 2025-02-03", f"end: none-{number}"))

    code, out, err = retro("check", "2025Q1")

    assert code == 1
    assert "params/2025Q1/new_user_week.yaml: " in out, "the good one is checked"
    *lines, last = err.splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        f"params/2025Q1/week{number:02d}.yaml" for number in range(40)
    ]
    assert last.startswith("retro: 40 of 41 reports failed: params/2025Q1/week00.yaml, ")


@pytest.mark.usefixtures("project")
def test_check_says_that_rules_hold(retro: Retro) -> None:
    code, out, _ = retro("check", "2025Q1")

    assert code == 0
    assert "params/2025Q1/new_user_week.yaml:" in out
    assert "rules hold." in out


@pytest.mark.usefixtures("project")
def test_lab_lays_a_copy_out_and_says_where(retro: Retro) -> None:
    code, out, err = retro("lab", "2025Q1/new_user_week", "--lang", "en", "--no-start")

    assert code == 0
    assert out == ".retro/lab/2025Q1/new_user_week.ipynb: open it in JupyterLab\n"
    assert err.splitlines()[-1] == "reports/2025Q1/new_user_week: no run yet; run all cells."


def test_lab_opens_one_report(retro: Retro, project: Path) -> None:
    folder = project / "params" / "2025Q1"
    (folder / "other.yaml").write_text((folder / "new_user_week.yaml").read_text())

    assert retro("lab", "2025Q1", "--no-start")[2] == (
        "retro lab: report must be one, got the 2 of 2025Q1. Name one of them.\n"
    )


def test_a_breach_is_exit_code_2_with_a_line_for_each_rule(retro: Retro, project: Path) -> None:
    orders = tables()["orders"]
    pd.concat([orders, orders.iloc[:2]]).to_parquet(project / "data" / "orders.parquet", index=False)

    code, _, err = retro("check", "2025Q1")

    assert code == 2
    assert err.splitlines() == [
        "orders: order_id must be unique, got 2 rows that break this (of 103).",
        "1 rule does not hold, so nothing was published. `retro check` shows them again.",
    ]


def test_an_empty_table_is_a_breach(retro: Retro, project: Path) -> None:
    tables()["users"].iloc[:0].to_parquet(project / "data" / "users.parquet", index=False)

    code, _, err = retro("check", "2025Q1")

    assert code == 2
    assert "users: " in err


def test_without_a_command_the_help_is_shown(retro: Retro) -> None:
    code, out, err = retro()

    assert (code, err) == (0, "")
    assert out.startswith("Usage: ")


def test_an_empty_list_says_so(retro: Retro, project: Path) -> None:
    (project / "params" / "2025Q1" / "new_user_week.yaml").unlink()

    assert retro("list")[::2] == (
        0,
        "params/: there is no params file yet. `retro params new_user_week` lists what one holds.\n",
    )


@pytest.mark.parametrize("name", ["runs", "latest"])
def test_a_report_cannot_be_called_like_its_own_folders(retro: Retro, project: Path, name: str) -> None:
    folder = project / "params" / "2025Q1"
    (folder / "new_user_week.yaml").rename(folder / f"{name}.yaml")

    code, _, err = retro("run", "2025Q1")

    assert code == 1
    assert err.startswith(f"params/2025Q1/{name}.yaml: file and folder must not be called {name!r}")
    assert not (project / "reports").exists()


def test_files_are_relative_to_the_project_wherever_one_stands(
    retro: Retro, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "params")

    code, out, _ = retro("check", "2025Q1", "--source", "params/source.yaml")

    assert code == 0
    assert "rules hold." in out


def test_a_project_folder_may_be_called_like_a_glob(
    retro: Retro, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = project.with_name("p[a]")
    monkeypatch.chdir(project.parent)
    project.rename(odd)
    monkeypatch.chdir(odd)
    orders = tables()["orders"]
    pd.concat([orders, orders.iloc[:2]]).to_parquet(odd / "data" / "orders.parquet", index=False)

    code, out, _ = retro("check", "2025Q1", "--quarantine")

    assert code == 2
    assert "quarantine: quarantine/check/new_user_week/orders.parquet: order_id.unique: 2 rows" in out
    assert "\n  orders: order_id.unique: order_id='" in out


def test_what_is_published_of_a_failure_names_no_folder(retro: Retro, project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere" / "source.yaml"

    code, _, err = retro("run", "2025Q1", "--source", str(outside))

    assert code == 1
    assert str(outside) in err
    for path in (project / "reports").rglob("*.*"):
        assert str(tmp_path) not in path.read_text(), path.name


def test_a_table_can_be_drafted_while_the_sql_of_another_is_broken(retro: Retro, project: Path) -> None:
    path = project / "params" / "source.yaml"
    raw = (
        "raw:\n  people: {path: users.parquet}\n  named: {sql: select user_id from people}\n"
        "  other: {sql: select nothing from nowhere}\n"
    )
    broken = path.read_text().replace("tables:\n", f"{raw}tables:\n  refunds: {{sql: select 1 from missing}}\n")
    path.write_text(broken)

    for table in ("orders", "people", "named"):
        code, out, err = retro("contract", "new", table)
        assert (code, err, out.startswith("# Drafted from ")) == (0, "", True)


@pytest.mark.parametrize("table", ["other", "orderz"])
def test_a_draft_that_fails_says_so_where_it_would_have_stood(retro: Retro, project: Path, table: str) -> None:
    path = project / "params" / "source.yaml"
    path.write_text(path.read_text().replace("tables:\n", "raw:\n  other: {sql: select a from nowhere}\ntables:\n"))

    code, out, err = retro("contract", "new", table)

    assert code == 1
    assert out == f"# There is no draft: {err}"
    assert ("must be readable" if table == "other" else "Did you mean 'orders'?") in err


def test_the_experiments_of_a_period_are_listed_with_their_sum(retro: Retro, project: Path) -> None:
    arms = [("x", f"u{n}", "new" if n % 2 else "old") for n in range(400)]
    exposures = pd.DataFrame(arms, columns=["experiment_id", "unit_id", "arm"])
    exposures["exposed_at"] = pd.Timestamp("2025-01-27T09:00")
    exposures.to_parquet(project / "data" / "exposures.parquet", index=False)
    bought = [int(n % 8 == 0 or n % 4 == 1) for n in range(400)]
    outcomes = pd.DataFrame({"experiment_id": "x", "unit_id": exposures["unit_id"], "bought": bought})
    outcomes.to_parquet(project / "data" / "outcomes.parquet", index=False)
    source = project / "params" / "source.yaml"
    source.write_text(
        source.read_text() + "  exposures: {path: exposures.parquet}\n  outcomes: {path: outcomes.parquet}\n"
    )
    params = project / "params" / "2025Q1" / "new_user_week.yaml"
    metric = "{name: bought, kind: conversion, column: bought}"
    params.write_text(
        params.read_text() + f"experiments:\n- {{id: x, arms: [old, new], horizon: 7, primary: [{metric}]}}\n"
    )

    code, out, err = retro("experiments", "2025Q1")

    assert (code, err) == (0, "")
    assert out.split()[:4] == ["experiment", "arm", "decision", "reason"]
    assert "bought: 1 shipped, +0.2500 as read, " in out
    assert "without winners' luck." in out


def test_a_period_without_experiments_is_refused(retro: Retro, project: Path) -> None:
    assert project.is_dir()

    code, _, err = retro("experiments", "2025Q1")

    assert code == 1
    assert err == "2025Q1: params must name experiments, got none. Add them under `experiments:`.\n"
