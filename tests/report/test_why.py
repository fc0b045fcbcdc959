from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from retro.errors import PublishError, RetroError
from retro.files import read_json
from retro.ledger import Ledger, entry
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


def test_of_a_segment_it_tells_the_segments_own_figure(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seven of the week's 21 new users are of web: 70 of 210, beside a published version of everybody."""
    for name in ("users", "orders"):
        path = project / "data" / f"{name}.parquet"
        frame = pd.read_parquet(path)
        channel = ["web" if user.endswith("-1") else "app" for user in frame["user_id"]]
        frame.assign(channel=channel).to_parquet(path, index=False)
    opened = open_report(PARAMS, lang="en", overrides={"segment": {"channel": ["web"]}})
    before = opened.why("first_day_value")
    opened.show(
        "first_day_value", opened.metrics.first_day_value(opened.tables.users, opened.tables.orders, opened.window)
    )
    capsys.readouterr()
    told = facts(opened.why("first_day_value"))

    assert before.entry is None
    assert "asked otherwise (segment = {})" in facts(before)["Value"][1]
    assert told["Value"] == ("70.00 CNY",)
    assert told["How it moved"][0].endswith(", segment = {}) has 210.00 CNY: 140.00 CNY less")
    assert told["Data rules"] == ("The data has not been checked: run retro check",)


def test_the_last_edition_is_told_with_its_parts(report: Report) -> None:
    last = entry("new_buyer_rate", Decimal("0.5"), numerator=Decimal(10), denominator=Decimal(20))
    report.previous = Ledger(entries=(last,))
    report.ledger.record(entry("new_buyer_rate", Decimal("0.875"), numerator=Decimal(21), denominator=Decimal(24)))

    moved = facts(report.why("new_buyer_rate"))["How it moved"][0]
    assert "had 50.0%: 37.5 pp more (" in moved
    assert moved.endswith(": 10 → 21; Buyers: 20 → 24)")


def test_its_rules_are_those_that_the_page_counts(report: Report) -> None:
    checked = read_json(report.address / "latest" / "verdict.json")["results"]
    for told in facts(report.why("first_day_value"))["Data rules"]:
        table, count = told.removesuffix(" hold").split(": all ")
        assert int(count) == sum(one["table"] == table for one in checked)


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
