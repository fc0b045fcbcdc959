from __future__ import annotations

import datetime as dt
import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from retro.campaigns import CampaignParams, load_params
from retro.errors import ParamsError
from retro.files import write_json
from retro.i18n import Text, load_text
from retro.report.locked import Registration, TargetChange, read_review, registration, target_changes
from retro.report.planned import plan_blocks

PARAMS = """\
kind: flash_sale_night
campaign_id: night
title: {zh: 夜, en: Night}
start: 2025-03-01T20:00
end: 2025-03-02T20:00
targets: {gmv: %s, orders: 10}
"""
LOCK = "targets_set_on: 2025-02-01\n"


def load(path: Path) -> CampaignParams:
    return load_params(path, zone=ZoneInfo("Asia/Shanghai"))


def commit(path: Path, text: str, day: str) -> None:
    """Write and commit a file as of a day, in a repository of its own."""
    path.write_text(text, encoding="utf-8")
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    moment = {"GIT_AUTHOR_DATE": f"{day}T12:00:00+08:00", "GIT_COMMITTER_DATE": f"{day}T12:00:00+08:00"}
    for words in (["init", "-q"], ["add", path.name], [*who, "commit", "-qm", "params"]):
        subprocess.run(["git", "-C", str(path.parent), *words], check=True, env={"PATH": "/usr/bin:/bin", **moment})


def test_a_target_moved_after_the_start_is_shown_with_both_values(tmp_path: Path) -> None:
    path = tmp_path / "night.yaml"
    commit(path, PARAMS % 900 + LOCK, "2025-02-01")
    commit(path, PARAMS % 800 + LOCK, "2025-02-20")
    commit(path, PARAMS % 500 + LOCK, "2025-03-05")

    assert target_changes(path, load(path), tmp_path / "runs") == (TargetChange("gmv", Decimal(800), Decimal(500)),)


def test_targets_are_locked_from_the_first_version_that_says_when_they_were_set(tmp_path: Path) -> None:
    path = tmp_path / "night.yaml"
    commit(path, PARAMS % 900, "2025-02-01")
    commit(path, PARAMS % 800 + LOCK, "2025-03-20")

    assert target_changes(path, load(path), tmp_path / "runs") == ()
    path.write_text(PARAMS % 700, encoding="utf-8")
    assert target_changes(path, load(path), tmp_path / "runs") == ()


def test_without_a_repository_earlier_runs_tell_what_the_targets_were(tmp_path: Path) -> None:
    path, runs = tmp_path / "night.yaml", tmp_path / "runs"
    path.write_text(PARAMS % 500 + LOCK, encoding="utf-8")
    for run, gmv in (("20250220T080000000000Z-aa", "800"), ("20250305T080000000000Z-bb", "500")):
        targets = {"gmv": gmv, "reviews": "5"}
        write_json(runs / run / "params.json", {"targets": targets, "targets_set_on": "2025-02-01"})
    write_json(runs / "no-run" / "params.json", {})

    changes = {change.name: (change.before, change.after) for change in target_changes(path, load(path), runs)}

    assert changes == {"gmv": (800, 500), "orders": (None, 10), "reviews": (5, None)}


PLAN = """\
evaluation:
  registered_on: 2025-02-01
  estimator: time_series
  start: 2025-03-01T20:00
  end: 2025-03-02T20:00
  settling_days: %d
"""


def test_a_plan_is_dated_by_its_first_version(tmp_path: Path) -> None:
    path = tmp_path / "night.yaml"
    commit(path, PARAMS % 900, "2025-01-20")
    commit(path, PARAMS % 900 + PLAN % 14, "2025-02-01")
    commit(path, PARAMS % 800 + PLAN % 14, "2025-03-20")

    assert registration(path, load(path), tmp_path / "runs") == Registration(dt.date(2025, 2, 1), before=True)


def test_a_plan_that_was_changed_after_the_start_is_not_the_registered_one(tmp_path: Path) -> None:
    path = tmp_path / "night.yaml"
    commit(path, PARAMS % 900 + PLAN % 14, "2025-02-01")
    before = load(path).evaluation
    commit(path, PARAMS % 900 + PLAN % 7, "2025-03-20")

    assert registration(path, load(path), tmp_path / "runs") == Registration(dt.date(2025, 3, 20), False, before)


def test_without_a_plan_or_a_version_nothing_is_dated(tmp_path: Path) -> None:
    path = tmp_path / "night.yaml"
    path.write_text(PARAMS % 900, encoding="utf-8")
    assert registration(path, load(path), tmp_path / "runs") is None
    path.write_text(PARAMS % 900 + PLAN % 14, encoding="utf-8")
    assert registration(path, load(path), tmp_path / "runs") == Registration()


def told(found: Registration | None, path: Path, text: Text) -> str:
    return json.dumps([block.model_dump() for block in plan_blocks(found, load(path), text)], ensure_ascii=False)


@pytest.mark.parametrize(
    ("found", "zh", "en"),
    [
        (Registration(dt.date(2025, 2, 1), before=True), "评估方案登记在先", "The plan was registered first"),
        (Registration(dt.date(2025, 3, 20)), "活动开始之后才留存", "was first kept after the start"),
        (Registration(), "没有留存的旧版本", "No earlier version of the plan was kept"),
    ],
)
def test_the_report_says_when_the_plan_was_kept_and_what_is_other(
    tmp_path: Path, found: Registration, zh: str, en: str
) -> None:
    path = tmp_path / "night.yaml"
    path.write_text(PARAMS % 900 + PLAN % 7, encoding="utf-8")

    assert zh in told(found, path, load_text("zh", "CNY"))
    said = told(found, path, load_text("en", "CNY"))
    assert en in said
    assert "Chosen afterwards, other than planned" in said  # the report looks at 14 days, as is the default
    assert "Settling days" in said
    path.write_text(PARAMS % 900 + PLAN % 14, encoding="utf-8")
    assert "This report follows it" in told(found, path, load_text("en", "CNY"))


def test_without_a_plan_the_report_says_so(tmp_path: Path) -> None:
    path = tmp_path / "night.yaml"
    path.write_text(PARAMS % 900, encoding="utf-8")

    assert "No plan was registered before the start" in told(None, path, load_text("en", "CNY"))


def test_the_last_report_gives_its_actions(tmp_path: Path) -> None:
    path, reports = tmp_path / "night.yaml", tmp_path / "reports"
    path.write_text(PARAMS % 500 + "previous: 2024Q4/night\n", encoding="utf-8")
    action: dict[str, Any] = {"what": "x", "owner": "growth", "due": "2025-05-01", "proof": "gmv", "aim": "900"}
    latest = reports / "2024Q4" / "night" / "latest"
    write_json(latest / "params.json", {"actions": [action]})

    (read,) = read_review(path, load(path), reports, tmp_path).actions
    assert (read.proof, read.aim, read.what["en"]) == ("gmv", 900, "x")
    write_json(latest / "params.json", {"actions": [{"what": "of another version"}]})
    assert read_review(path, load(path), reports, tmp_path).actions == ()


def test_an_action_answers_a_target_that_there_is(tmp_path: Path) -> None:
    path = tmp_path / "night.yaml"
    action = "actions: [{what: x, target: gvm, owner: growth, due: 2025-05-01, proof: gmv}]\n"
    path.write_text(PARAMS % 500 + action, encoding="utf-8")

    with pytest.raises(ParamsError, match=r"actions\.0\.target must be one of targets, got 'gvm'\. Did you mean 'gmv'"):
        load(path)
