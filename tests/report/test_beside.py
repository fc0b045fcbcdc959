from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from retro import compare
from retro.errors import ParamsError, RetroError
from retro.ledger import entry
from retro.report import open_report

PARAMS = "params/2025Q1/new_user_week.yaml"


@pytest.mark.slow
def test_a_report_asked_otherwise_stands_beside_the_first(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.is_dir()
    report = open_report(PARAMS, lang="en")
    with pytest.raises(RetroError, match=r"compare: first report must have figures, got none\. Run its cells first"):
        compare(report, report)
    whole = report.with_()
    capsys.readouterr()
    other = whole.with_(repurchase_days=2)  # nobody buys again before day 3

    assert capsys.readouterr().out == ""
    found = compare(whole, other).set_index("figure")
    assert found.loc["repurchase_rate", "label"] == "Repurchase rate"
    # 7 of 21 bought again on day 3.
    assert found.loc["repurchase_rate", ["first", "second"]].tolist() == [pytest.approx(Decimal(7) / 21), 0]
    assert "new_users" not in found.index
    assert other.params.repurchase_days == 2  # type: ignore[attr-defined]
    assert compare(whole, whole).empty
    whole.ledger.record(entry("new_users", Decimal(20)))
    assert compare(whole, other).set_index("figure").loc["new_users", "difference"] == 1
    other.say("It speaks again")
    assert "It speaks again" in capsys.readouterr().out
    with pytest.raises(ParamsError, match=r"unknown key 'strat'\. Did you mean 'start'\?"):
        report.with_(strat="2025-01-28T00:00")
