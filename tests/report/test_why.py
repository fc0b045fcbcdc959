from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from retro.errors import PublishError, RetroError
from retro.ledger import entry
from retro.report import open_report
from retro.report.report import Report
from retro.report.why import Why

PARAMS = "params/2025Q1/new_user_week.yaml"


@pytest.fixture
def report(project: Path, capsys: pytest.CaptureFixture[str]) -> Report:
    assert project.is_dir()
    opened = open_report(PARAMS, lang="en")
    opened.show(
        "first_day_value",
        opened.metrics.first_day_value(opened.tables.users, opened.tables.orders, opened.window),
    )
    capsys.readouterr()
    return opened


def facts(why: Why) -> dict[str, tuple[str, ...]]:
    return dict(why.facts)


def test_a_figure_says_what_it_is_made_of(report: Report) -> None:
    why = report.why("first_day_value")
    told = facts(why)

    assert why.label == "First-day value"
    assert told["Value"] == ("210.00 CNY",)
    assert told["Tables"] == ("users, orders; observed until 20 Feb 2025 00:00",)
    assert told["Data rules"][0].startswith("users: all ")
    assert told["Code"][0].startswith("retro/metrics/value.py:")
    assert "registered_at >= (timestamp '2025-01-27T00:00:00')" in why.sql
    assert str(why).startswith("First-day value (first_day_value)\nValue: 210.00 CNY\n")


def test_the_sql_gives_the_value(report: Report) -> None:
    why = report.why("first_day_value")
    found = report.tables.query(why.sql).execute().iloc[0, 0]

    assert why.entry is not None
    assert Decimal(str(found)) == why.entry.value


def test_a_label_of_the_page_names_the_figure_in_either_language(report: Report) -> None:
    assert report.why("first-day  value").name == "first_day_value"
    assert report.why("首日成交额").name == "first_day_value"
    with pytest.raises(RetroError, match=r"report\.why: figure must be a name or a label .* Did you mean 'first_day_v"):
        report.why("first_day_valu")


def test_a_figure_moves_since_the_published_version(report: Report) -> None:
    assert "(2" in facts(report.why("first_day_value"))["How it moved"][0]
    assert facts(report.why("first_day_value"))["How it moved"][0].endswith("has 210.00 CNY: unchanged")
    report.ledger.record(entry("first_day_value", Decimal("200.50")))

    assert facts(report.why("first_day_value"))["How it moved"][0].endswith("has 210.00 CNY: 9.50 CNY less")


def test_what_no_cell_has_computed_is_told_from_the_published_version(report: Report) -> None:
    told = facts(report.why("new_users"))

    assert told["Value"] == ("21", "Not computed yet in this notebook; this is what the published version has")
    assert facts(report.why("gini"))["Value"] == ("Not computed yet: run the cell of its section first",)


@pytest.mark.parametrize(("asked", "said"), [({"value_days": 60}, "value_days = 30")])
def test_what_was_published_of_other_params_does_not_stand_for_this_one(
    project: Path, capsys: pytest.CaptureFixture[str], asked: dict[str, Any], said: str
) -> None:
    assert project.is_dir()
    why = open_report(PARAMS, lang="en", overrides=asked).why("new_users")
    capsys.readouterr()

    assert why.entry is None
    assert facts(why)["Value"] == (
        "Not computed yet: run the cell of its section first",
        f"The published version was asked otherwise ({said}), so its value does not stand for this one",
    )
    assert facts(why)["How it moved"] == ("nothing earlier to compare with",)


def test_a_definition_has_the_values_in_force(report: Report) -> None:
    assert facts(report.why("value_per_new_user"))["Definition"][1] == "value_days = 30"


def test_what_older_code_published_under_another_name_is_left_out(report: Report) -> None:
    path = report.address / "latest" / "ledger.json"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["entries"].append(book["entries"][0] | {"name": "cause_1_cost"})
    path.write_text(json.dumps(book), encoding="utf-8")

    assert report.why("First-day value").name == "first_day_value"


def test_a_rule_that_does_not_hold_is_told(report: Report) -> None:
    assert report.gate is not None
    first, *others = report.gate.results
    broken = first.model_copy(update={"table": "users", "outcome": "failed"})
    report.gate = report.gate.model_copy(update={"results": (broken, *others)})

    told = facts(report.why("new_users"))["Data rules"]
    assert told[0].startswith("users: 1 of ")
    assert told[1] == f"- {broken.rule}: {broken.said['en']}"


def test_why_there_is_no_sql_is_said(report: Report) -> None:
    why = report.why("incremental_roi")

    assert why.sql == ""
    assert facts(why)["The SQL that computes it"] == ("No single SQL: a model, a matching or draws estimate it",)


def test_no_page_publishes_it(report: Report) -> None:
    from retro.blocks import read_document

    shown = report.why("first_day_value")._repr_mimebundle_()
    assert "<h4>First-day value" in shown["text/html"]
    output = {"output_type": "display_data", "data": json.loads(json.dumps(shown)), "metadata": {}}
    cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [output]}
    with pytest.raises(PublishError, match=r"a, cell 1: output must be for readers, got what `report\.why`"):
        read_document({"cells": [cell]}, "a")
