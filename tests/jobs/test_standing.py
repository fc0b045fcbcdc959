from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from retro.jobs.standing import standing
from retro.run.holding import hold
from shops import make_project

WEEK = "2025Q1/new_user_week"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small shop, whose report nobody has made."""
    folder = make_project(tmp_path / "shop")
    (folder / "reports" / WEEK).mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def words(page: str) -> str:
    body = page.partition("<body>")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))


def test_what_is_due_made_and_failed_stands_on_one_page(project: Path) -> None:
    reports, log = project / "reports", project / ".retro" / "jobs" / "log"
    (project / "params" / "2025Q1" / "broken.yaml").write_text("kind: new_user_week\nstart: soon\n")
    failure = {"run_id": "r", "at": "2025-02-11T01:02:03+00:00", "step": "check", "exit_code": 2}
    said = "orders: amount must not be negative & <small>."
    (reports / WEEK / "failure.json").write_text(json.dumps({**failure, "message": [said]}))
    log.mkdir(parents=True)
    late = {"event": "done", "report": WEEK, "until": "2025-02-03T00:00", "state": "late", "message": "no data yet"}
    ended = {"event": "ended", "at": "2025-02-11T06:30:00+00:00", "exit_code": 2}
    (log / "1.jsonl").write_text("\n".join(map(json.dumps, (late, ended))) + '\n{"half')

    with hold(reports / WEEK, wait=False):
        page = standing(reports, "en", dt.datetime(2025, 2, 12))
    text = words(page)
    lead, due, running, failed = re.split(" (?:Due|Running|Failed) ", text)
    assert "As of 2025-02-12 00:00; reload for the latest." in lead
    assert "The last pass ended 2025-02-11 06:30 UTC with exit code 2." in lead
    assert "First report" in due
    assert f"{WEEK} data until 2025-02-03, waited for until 2025-02-06" in due
    assert "Last pass: no data yet" in due
    assert "Broken params 2025Q1/broken params cannot be read" in due
    assert "params/2025Q1/broken.yaml, line 2: start must" in due
    assert re.search(r"process \d+ \(since .* UTC\) makes it", running)
    assert "2025-02-11 01:02 UTC · data checks" in failed
    assert "amount must not be negative &amp; &lt;small&gt;." in failed
    assert f'href="{WEEK}/failure.en.html"' in page
    assert str(project) not in page


def test_a_quiet_day_says_so_in_both_languages(project: Path) -> None:
    before = dt.datetime(2025, 2, 2)

    assert words(standing(project / "reports", "en", before)).endswith(
        "Due Nothing is due. Running No report is being made. Failed No report failed. "
    )
    page = words(standing(project / "reports", "zh", before))
    assert page.endswith("到期 没有到期的报告。 进行中 没有正在做的报告。 失败 没有失败的报告。 ")
