from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from retro.campaigns import load_params
from retro.errors import ParamsError
from retro.files import canonical_json, text_hash
from retro.jobs import find_due
from retro.jobs.drafting import draft, later, next_edition
from retro.jobs.due import zone_of
from shops import PARAMS, SOURCE

Write = Callable[[str, str], Path]

WEEK = "params/2025Q1/new_user_week.yaml"


@pytest.fixture
def reports(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one campaign, 27 January to 2 February, that has no report yet."""
    write("pyproject.toml", "")
    write("params/source.yaml", SOURCE)
    write(WEEK, PARAMS)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "reports"


def on(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(day)


def due(reports: Path, day: str) -> list[tuple[str, str, str]]:
    return [(task.report, task.what, f"{task.at:%m-%d}") for task in find_due(reports, on(day))]


def made(reports: Path, until: str | None, report: str = "2025Q1/new_user_week") -> None:
    run = reports / report / "runs" / f"run-{until}"
    run.mkdir(parents=True)
    (run / "manifest.json").write_text(json.dumps({"observed_until": until}))


def test_a_campaign_is_due_when_it_has_ended(reports: Path) -> None:
    assert due(reports, "2025-02-02T23:00") == []
    assert due(reports, "2025-02-03") == [("2025Q1/new_user_week", "first", "02-03")]


def test_missed_editions_are_caught_up_in_order(reports: Path) -> None:
    name = "2025Q1/new_user_week"
    expected = [(name, "first", "02-03"), (name, "restated", "02-10"), (name, "restated", "03-05")]

    assert due(reports, "2025-03-05") == expected
    assert [task.days for task in find_due(reports, on("2025-03-05"))] == [0, 7, 30]


def test_what_a_manifest_tells_of_is_not_due_again(reports: Path) -> None:
    made(reports, "2025-02-10T00:00:00")

    assert due(reports, "2025-03-04") == []
    assert due(reports, "2025-03-05") == [("2025Q1/new_user_week", "restated", "03-05")]


def test_changed_params_make_an_edition_of_the_same_moment_due(reports: Path, write: Write) -> None:
    made(reports, "2025-03-08T00:00:00")
    (run,) = (reports / "2025Q1" / "new_user_week" / "runs").iterdir()
    file = Path(WEEK)
    params = load_params(file, zone=zone_of(file)).model_dump(mode="json")
    told = {"run_id": run.name, "observed_until": "2025-03-08T00:00:00"}
    (run / "params.json").write_text(json.dumps(params))
    (run / "manifest.json").write_text(json.dumps({**told, "params_hash": text_hash(canonical_json(params))}))
    assert due(reports, "2025-03-20") == []

    older = {key: value for key, value in params.items() if key != "schedule"}  # of a program that did not know it
    (run / "params.json").write_text(json.dumps(older))
    (run / "manifest.json").write_text(json.dumps({**told, "params_hash": text_hash(canonical_json(older))}))
    assert due(reports, "2025-03-20") == []

    write(WEEK, PARAMS.replace("new_users: 20", "new_users: 30"))
    (task,) = find_due(reports, on("2025-03-20"))
    assert (task.what, task.at, task.why) == ("changed", on("2025-03-08"), "params changed: targets")
    made(reports, "2025-02-04T00:00:00", "2025Q1/other")  # another report's
    write("params/2025Q1/new_user_week.yaml", f"{PARAMS}schedule: {{restate_days: [40]}}\n")
    assert due(reports, "2025-03-20") == [("2025Q1/new_user_week", "restated", "03-15")]  # which takes the new ones too


def test_data_without_times_is_due_once(reports: Path, write: Write) -> None:
    write(WEEK, f"{PARAMS}period: {{zh: 一周, en: a week}}\n")
    assert due(reports, "2025-03-05") == [("2025Q1/new_user_week", "first", "02-03")]

    made(reports, None)
    assert due(reports, "2025-03-05") == []


def test_a_campaign_that_ends_in_the_evening_is_due_when_its_day_is_whole(reports: Path, write: Write) -> None:
    write(WEEK, PARAMS.replace("end: 2025-02-03T00:00", "end: 2025-02-03T20:00"))

    assert due(reports, "2025-02-03T23:00") == []
    assert due(reports, "2025-02-04") == [("2025Q1/new_user_week", "first", "02-04")]


def test_days_of_restating_are_the_params_own(reports: Path, write: Write) -> None:
    write(WEEK, f"{PARAMS}schedule: {{restate_days: [14], wait_days: 1}}\n")
    first, again = find_due(reports, on("2025-03-05"))

    assert (first.wait_until, again.at) == (on("2025-02-04"), on("2025-02-17"))
    assert again.why == "14 days after the end"


def test_days_that_do_not_rise_are_refused(reports: Path, write: Write) -> None:
    write(WEEK, f"{PARAMS}schedule: {{restate_days: [30, 7]}}\n")
    (task,) = find_due(reports, on("2025-03-05"))

    assert task.what == "broken"
    assert task.message.startswith(f"{WEEK}, line 10: schedule.restate_days must rise, such as [7, 30], got [30, 7]")


def test_a_quarter_comes_after_what_it_is_made_from(reports: Path, write: Write) -> None:
    quarter = PARAMS.replace("new_user_week", "quarter").replace("targets: {new_users: 20, cac_all_cost: 1}\n", "")
    quarter = "".join(
        line for line in quarter.splitlines(keepends=True) if not line.startswith(("retention", "repurch"))
    )
    write("params/2025Q1/a_quarter.yaml", f"{quarter}campaigns: [2025Q1/new_user_week]\n")

    assert [report for report, _, _ in due(reports, "2025-02-03")] == ["2025Q1/new_user_week", "2025Q1/a_quarter"]


def test_a_year_comes_after_its_quarters_though_both_end_at_once(reports: Path, write: Write) -> None:
    year, quarter = (
        f"kind: {kind}\ncampaign_id: x\ntitle: {{zh: 期, en: Period}}\nstart: {start}T00:00\nend: 2025-01-01T00:00\n"
        for kind, start in (("year", "2024-01-01"), ("quarter", "2024-10-01"))
    )
    write("params/2024/year.yaml", f"{year}quarters: [a/one, b/two, c/three, 2024Q4/quarter]\n")
    write("params/2024Q4/quarter.yaml", f"{quarter}campaigns: [2024Q4/week]\n")

    assert [report for report, _, _ in due(reports, "2025-01-02")] == ["2024Q4/quarter", "2024/year"]


def test_params_that_cannot_be_read_are_named_and_the_others_go_on(reports: Path, write: Write) -> None:
    write("params/2025Q1/odd.yaml", "kind: odd\n")
    first, broken = find_due(reports, on("2025-02-03"))

    assert (first.what, broken.what) == ("first", "broken")
    assert broken.message.startswith("params/2025Q1/odd.yaml, line 1: kind must be a campaign type, got 'odd'.")


def test_only_what_was_asked_for(reports: Path, write: Write) -> None:
    write("params/2025Q10/new_user_week.yaml", PARAMS)

    assert [task.report for task in find_due(reports, on("2025-02-03"), "2025Q1")] == ["2025Q1/new_user_week"]
    assert [task.report for task in find_due(reports, on("2025-02-03"), "2025Q1/new_user_week")] == [
        "2025Q1/new_user_week"
    ]


@pytest.mark.parametrize(
    ("moment", "every", "expected"),
    [
        ("2025-01-31T20:00", "month", "2025-02-28T20:00"),
        ("2024-12-26T00:00", "month", "2025-01-26T00:00"),
        ("2025-01-01T00:00", "quarter", "2025-04-01T00:00"),
        ("2024-02-29T00:00", "year", "2025-02-28T00:00"),
    ],
)
def test_the_next_edition_keeps_its_day(moment: str, every: str, expected: str) -> None:
    assert later(on(moment), every) == on(expected)


def test_a_draft_keeps_what_holds_and_leaves_out_what_was_decided_once(reports: Path, write: Write) -> None:
    text = PARAMS.replace("新人周", "1 月新人周").replace("New-user week", "New-user week of January 2025")
    file = write(WEEK, f"{text}schedule: {{every: month}}  # on the 27th\nbudget: 8000\n")
    assert [task.what for task in find_due(reports, on("2025-02-03"))] == ["draft", "first"]

    path = draft(file, load_params(file, zone=zone_of(file)))

    assert path == file.parent / "new_user_week-2025-02.yaml"
    assert path.read_text(encoding="utf-8") == (
        "# Drafted from params/2025Q1/new_user_week.yaml: set targets and budget, and check the rest, before it starts."
        "\n"
        "kind: new_user_week\n"
        'campaign_id: "0042-2025-02"\n'
        "title: {zh: 2 月新人周, en: New-user week of February 2025}\n"
        "start: 2025-02-27T00:00\n"
        "end: 2025-03-06T00:00\n"
        "previous: 2025Q1/new_user_week\n"
        "baseline_weeks: 4\n"
        "retention_days: [1, 3, 60]\n"
        "repurchase_days: 7\n"
        "schedule: {every: month}  # on the 27th\n"
    )
    assert [task.what for task in find_due(reports, on("2025-02-03"))] == ["first"]
    after = load_params(path, zone=zone_of(path))
    assert next_edition(path, after) == file.parents[1] / "2025Q1" / "new_user_week-2025-03.yaml"


@pytest.mark.usefixtures("reports")
def test_a_draft_that_does_not_fit_is_not_written(write: Write) -> None:
    file = write("params/a/b/week.yaml", f"{PARAMS}schedule: {{every: month}}\n")

    with pytest.raises(ParamsError, match=r"^params/a/b/week.yaml: next edition must be written by hand, since"):
        draft(file, load_params(file, zone=zone_of(file)))
    assert [one.name for one in file.parent.iterdir()] == ["week.yaml"]
