from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from retro.errors import RetroError
from retro.jobs import explain

WEEK = "2025Q1/new_user_week"


def test_an_unchanged_report_would_be_skipped(project: Path) -> None:
    lines = list(explain(WEEK, project / "reports"))

    assert lines[0].endswith(" UTC, data until 2025-02-20T00:00")
    assert lines[1:3] == [
        "  made because: no version was made from other input before it",
        "due: restated, data until 2025-03-05T00:00 (30 days after the end)",
    ]
    assert lines[-1] == (
        "if run now: skipped, since params, data, contracts, notebook, code and libraries are unchanged"
    )


def test_a_changed_key_and_late_rows_would_make_it_again(project: Path) -> None:
    import pandas as pd

    file = project / "params" / f"{WEEK}.yaml"
    file.write_text(file.read_text().replace("new_users: 20", "new_users: 30"))
    orders = pd.read_parquet(project / "data" / "orders.parquet")
    late = orders.tail(2).assign(order_id=["late-1", "late-2"])
    pd.concat([orders, late]).to_parquet(project / "data" / "orders.parquet", index=False)

    lines = list(explain(WEEK, project / "reports"))
    at = lines.index("if run now: made, since")
    assert lines[at + 1].startswith("  data: orders: +2 rows late worth +20.00 of 2025-02-")
    assert "  params: targets.new_users: 20 -> 30" in lines[at:]


def test_a_run_says_why_it_was_made(project: Path) -> None:
    first = (project / "reports" / WEEK / "latest").resolve()
    second = shutil.copytree(first, first.with_name("20990101T000000000000Z-00000000"))
    for name, key, value in (("manifest.json", "input_hash", "other"), ("inputs.json", "contracts", "other")):
        data = json.loads((second / name).read_text())
        (second / name).write_text(json.dumps({**data, key: value}))

    expected = [
        "  made because, since the version before:",
        f"  {first.name} -> {second.name}: 0 of 8 figures moved.",
        "  contracts: changed.",
    ]
    lines = list(explain(f"{WEEK}@2099", project / "reports"))
    assert [lines[1], lines[2].split(":")[0] + ": 0 of 8 figures moved.", *lines[3:]] == expected
    assert list(explain("20990101", project / "reports")) == lines


def test_a_failure_beside_it_is_said(project: Path) -> None:
    failure = {"at": "2025-04-01T09:30:00Z", "step": "check", "message": ["orders: amount must not be negative"]}
    (project / "reports" / WEEK / "failure.json").write_text(json.dumps(failure))
    lines = list(explain(WEEK, project / "reports"))

    at = lines.index("last attempt: failed 2025-04-01 09:30 UTC, step check")
    assert lines[at + 1] == "  orders: amount must not be negative"


def test_what_is_not_there_is_answered_with_the_closest(project: Path) -> None:
    with pytest.raises(RetroError, match=r"^2025Q1/new_week: must be a report of reports\. Did you mean"):
        list(explain("2025Q1/new_week", project / "reports"))
    with pytest.raises(RetroError, match=r"^19990101: must be a run of reports\."):
        list(explain("19990101", project / "reports"))
