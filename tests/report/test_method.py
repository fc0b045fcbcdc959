from __future__ import annotations

from pathlib import Path

import pytest

from retro.blocks import Table
from retro.report import open_report
from retro.report.method import method
from shops import make_project


def parameters(overrides: dict[str, object]) -> dict[str, str]:
    report = open_report("params/2025Q1/new_user_week.yaml", lang="zh", overrides=overrides)
    blocks = method(report.params, report.tables, None, (), None, report.text)
    tables = [block for block in blocks if isinstance(block, Table)]
    return {row[0].text: row[1].text for row in tables[1].rows}


@pytest.fixture(autouse=True)
def _in_a_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(make_project(tmp_path / "shop"))


def test_parameters_read_as_in_the_params_file_and_nested_ones_take_rows_of_their_own() -> None:
    action = {"what": {"zh": "加投", "en": "spend more"}, "owner": "增长组", "due": "2025-05-10", "proof": "new_users"}

    shown = parameters({"actions": [action], "roi": {"holidays": ["2025-01-29", "2025-02-10"]}})

    assert shown["retention_days"] == "1、3、60"
    assert shown["actions.1"] == "what: 加投、owner: 增长组、due: 2025-05-10、proof: new_users"
    assert shown["roi"] == "holidays: 2025-01-29、2025-02-10"


def test_a_long_parameter_is_taken_apart_and_an_empty_one_left_out() -> None:
    claims = {f"figure_number_{place}": place for place in range(10)}

    shown = parameters({"stated": {"figures": claims}})

    assert shown["stated.figures.figure_number_3"] == "3"
    assert "stated" not in shown
    assert "comments" not in shown
