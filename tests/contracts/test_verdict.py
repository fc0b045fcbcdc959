from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from retro.contracts import (
    GateVerdict,
    RuleResult,
    describe,
    raise_on_breach,
    read_verdict,
    result_sentence,
    write_verdict,
)
from retro.errors import ContractBreach, RetroError
from retro.i18n import load_text


def make(**given: Any) -> RuleResult:
    given = {"rule": "order_id.unique", "kind": "unique", "severity": "error", "outcome": "failed"} | given
    given = {"said": {"en": "order_id must be unique", "zh": "order_id 不能重复"}} | given
    return RuleResult(table="orders", **given)


def verdict(*results: RuleResult) -> GateVerdict:
    return GateVerdict(results=results, contracts_hash="c", fingerprint="f", row_counts={"orders": 10})


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (make(outcome="passed"), "orders: order_id must be unique: holds."),
        (
            make(checked_rows=12_345, failed_rows=3),
            "orders: order_id must be unique, got 3 rows that break this (of 12,345).",
        ),
        (make(checked_rows=9, failed_rows=1), "orders: order_id must be unique, got 1 row that breaks this (of 9)."),
        (make(detail="0"), "orders: order_id must be unique, got 0."),
        (
            make(outcome="not_checked", detail="column 'order_id' is missing"),
            "orders: order_id must be unique, but could not be checked: column 'order_id' is missing.",
        ),
    ],
)
def test_a_result_is_one_line(result: RuleResult, line: str) -> None:
    assert describe(result) == line


def test_readers_get_a_sentence_in_their_language() -> None:
    failed = make(checked_rows=12_345, failed_rows=3)
    assert result_sentence(failed, load_text("zh")) == "order_id 不能重复；12,345 行中有 3 行不符合。"
    assert result_sentence(failed, load_text("en")) == "order_id must be unique; 3 of 12,345 rows break this."
    assert result_sentence(make(outcome="passed"), load_text("zh")) == "order_id 不能重复：符合。"
    assert result_sentence(make(detail="0"), load_text("en")) == "order_id must be unique; found: 0."


@pytest.mark.parametrize(
    ("severity", "outcome", "badge"),
    [
        ("error", "passed", "passed"),
        ("error", "failed", "breach"),
        ("error", "not_checked", "breach"),
        ("warning", "failed", "warning"),
        ("warning", "not_checked", "warning"),
    ],
)
def test_the_badge_follows_severity_and_outcome(severity: str, outcome: str, badge: str) -> None:
    assert verdict(make(severity=severity, outcome=outcome, detail="x")).badge == badge


def test_a_breach_has_a_line_for_each_rule_and_one_for_all_of_a_reason() -> None:
    missing = {"outcome": "not_checked", "detail": "column 'amount' is missing"}
    judged = verdict(
        make(checked_rows=9, failed_rows=3),
        make(rule="amount.type", **missing),
        make(rule="amount.required", **missing),
        make(severity="warning", checked_rows=9, failed_rows=1),
    )
    with pytest.raises(ContractBreach) as reason:
        raise_on_breach(judged)
    assert reason.value.failures == (
        "orders: order_id must be unique, got 3 rows that break this (of 9).",
        "orders: column 'amount' is missing, so 2 rules could not be checked: amount.type, amount.required.",
    )
    assert str(reason.value).endswith("3 rules do not hold, so nothing was published. `retro check` shows them again.")
    assert reason.value.exit_code == 2


def test_warnings_do_not_stop() -> None:
    raise_on_breach(verdict(make(severity="warning", checked_rows=9, failed_rows=1)))


def test_a_verdict_survives_its_file(tmp_path: Path) -> None:
    judged = verdict(make(checked_rows=9, failed_rows=3))
    assert read_verdict(write_verdict(tmp_path / "verdict.json", judged)) == judged


def test_a_file_that_holds_no_verdict_is_named(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(RetroError, match="file must hold a verdict"):
        read_verdict(path)
