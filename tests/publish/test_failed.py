from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from retro.publish import Failure, write_failure, write_index

AT = dt.datetime(2025, 4, 1, 9, 30, tzinfo=dt.UTC)


def fail(reports: Path, code: int, *message: str) -> str:
    failure = Failure(run_id="r", at=AT, step="check", exit_code=code, message=message or ("something is wrong",))
    write_failure(failure, reports / "2025Q1" / "week")
    write_index(reports)
    return (reports / "2025Q1" / "week" / "failure.en.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "means", "todo"),
    [
        (1, "nothing was computed", "retro run 2025Q1/week"),
        (2, "The data broke its contracts", "retro check 2025Q1/week --quarantine"),
        (3, "The report stopped halfway", "retro debug 2025Q1/week"),
        (4, "the pages were not made", "retro run 2025Q1/week"),
        (143, "The run was stopped", "retro run 2025Q1/week again"),
    ],
)
def test_a_failure_says_what_it_means_and_what_to_do(tmp_path: Path, code: int, means: str, todo: str) -> None:
    page = fail(tmp_path, code, "orders: amount must not be <negative>")

    assert "orders: amount must not be &lt;negative&gt;" in page
    assert means in page
    assert todo in page
    assert "There is no good report yet." in page
    assert 'href="../../index.en.html"' in page
    assert "<script" not in page


def test_the_catalogue_leads_there_and_the_page_goes_with_its_record(tmp_path: Path) -> None:
    fail(tmp_path, 2)
    assert 'href="2025Q1/week/failure.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")

    address = tmp_path / "2025Q1" / "week"
    (address / "failure.json").unlink()
    (address / "latest").mkdir()
    write_index(tmp_path)
    assert sorted(path.name for path in address.iterdir()) == ["latest"]
