"""Reports side by side: told in order, broken ones alone, all ended together."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest

from retro.errors import RetroError
from retro.publish import read_failure
from retro.run import Ended, Request, run_reports
from retro.run.holding import holder
from retro.run.running import Outcome

NAMES = ("anna", "bert", "cora")


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Request], object]], None]:
    """Let forked processes do something small in place of a report."""

    def replaced(do: Callable[[Request], object]) -> None:
        def run_report(request: Request, say: Callable[[str], None]) -> Outcome:
            say("check")
            do(request)
            return Outcome(request.params_file.stem, request.reports, skipped=False)  # type: ignore[arg-type]

        monkeypatch.setattr("retro.run.at_once.publish_report", run_report)
        monkeypatch.setattr("retro.run.at_once._IMPORTED", ())
        monkeypatch.setattr("retro.execute.SERVER.start", lambda: None)
        monkeypatch.setattr("retro.run.at_once.has_set_pages", lambda: False)  # other tests of this process may have

    return replaced


def requests(folder: Path, last: str = "kind: month\n") -> list[Request]:
    found = []
    for name in NAMES:
        path = folder / "params" / "q" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(last if name == NAMES[-1] else "kind: month\n")
        found.append(Request(path, reports=folder / "reports"))
    return found


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_come_in_the_order_asked_for(tmp_path: Path, making: Callable[..., None], jobs: int) -> None:
    making(lambda request: time.sleep(0.3 if request.params_file.stem == "anna" else 0))
    steps: list[tuple[str, str]] = []

    ended = list(run_reports(requests(tmp_path), jobs, lambda file, step: steps.append((file.stem, step))))

    assert [one.result().manifest for one in ended] == list(NAMES)
    assert sorted(steps) == [(name, "check") for name in NAMES]


def test_a_process_that_has_set_pages_makes_them_itself(
    making: Callable[[Callable[[Request], object]], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    making(lambda _: made.append(os.getpid()))
    monkeypatch.setattr("retro.run.at_once.has_set_pages", lambda: True)

    assert [one.error for one in run_reports(requests(tmp_path), 3)] == [None] * 3
    assert made == [os.getpid()] * 3


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_broken_report_stops_no_other(tmp_path: Path, making: Callable[..., None], jobs: int) -> None:
    def do(request: Request) -> None:
        if request.params_file.stem == "anna":
            breach = RetroError("orders: order_id must be unique")
            breach.exit_code = 2
            raise breach
        if request.params_file.stem == "bert":
            raise KeyError("nobody foresaw it")

    making(do)

    anna, bert, cora = run_reports(requests(tmp_path), jobs)

    assert (str(anna.error), anna.error and anna.error.exit_code) == ("orders: order_id must be unique", 2)
    assert "bert.yaml: run must end, got" in str(bert.error)
    assert cora.result().manifest == "cora"


def test_a_process_that_is_killed_fails_its_report_alone(tmp_path: Path, making: Callable[..., None]) -> None:
    making(lambda request: request.params_file.stem == "anna" and os.kill(os.getpid(), signal.SIGKILL))

    anna, *others = run_reports(requests(tmp_path), 2)

    with pytest.raises(RetroError, match=r"anna.yaml: process .* was ended by signal 9\. Run it again"):
        anna.result()
    assert [one.result().manifest for one in others] == ["bert", "cora"]


def test_a_database_that_this_process_has_opened_does_not_end_in_another(
    tmp_path: Path, making: Callable[..., None]
) -> None:
    making(lambda _: gc.collect())  # as Python does at any time
    gc.collect()
    ring: dict[str, object] = {"engine": duckdb.connect(config={"threads": 4})}
    ring["itself"] = ring
    del ring

    signal.alarm(60)  # what waits for a thread that is not there waits for ever
    try:
        assert [one.error for one in run_reports(requests(tmp_path), 2)] == [None] * 3
    finally:
        signal.alarm(0)


def test_what_is_made_from_reports_waits_for_them(tmp_path: Path, making: Callable[..., None]) -> None:
    def do(request: Request) -> None:
        if request.params_file.stem == "cora":
            assert (tmp_path / "anna").is_file()
            assert (tmp_path / "bert").is_file()
        time.sleep(0.2)
        (tmp_path / request.params_file.stem).touch()

    making(do)

    assert [one.error for one in run_reports(requests(tmp_path, "kind: quarter\n"), 3)] == [None] * 3


def test_editions_of_one_report_and_what_they_stand_beside_keep_their_order(
    tmp_path: Path, making: Callable[..., None]
) -> None:
    anna, bert, cora = requests(tmp_path, "kind: month\nprevious: q/anna\n")
    begun = tmp_path / "begun"

    def do(request: Request) -> None:
        time.sleep(0.3 if request.params_file.stem == "anna" else 0)
        with begun.open("a") as stream:
            stream.write(f"{request.params_file.stem} ")

    making(do)

    list(run_reports([anna, anna, cora, bert], 4))

    assert [name for name in begun.read_text().split() if name != "bert"] == ["anna", "anna", "cora"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_stands_behind_another_is_not_made(tmp_path: Path, making: Callable[..., None], jobs: int) -> None:
    def do(request: Request) -> None:
        assert request.params_file.stem != "cora"

    making(do)

    def behind(place: int, ended: Mapping[int, Ended]) -> str:
        assert place < 2 or {0, 1} <= set(ended)
        return "bert is late" if place == 2 else ""

    anna, bert, cora = run_reports(requests(tmp_path, "kind: quarter\n"), jobs, behind=behind)

    assert (anna.error, bert.error, cora.error, cora.behind) == (None, None, None, "bert is late")


def test_jobs_share_the_memory_between_them(tmp_path: Path, making: Callable[..., None]) -> None:
    making(lambda request: (tmp_path / request.params_file.stem).write_text(os.environ.get("RETRO_AT_ONCE", "")))

    list(run_reports(requests(tmp_path), 2))

    assert {(tmp_path / name).read_text() for name in NAMES} == {"2"}


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_all_end_with_the_command(project: Path, tmp_path: Path, how: signal.Signals) -> None:
    notebook = project / "notebooks" / "new_user_week.ipynb"
    told = f"import os, time; open({str(tmp_path)!r} + f'/{{os.getpid()}}.id', 'w').close(); time.sleep(300)"
    notebook.write_text(notebook.read_text().replace("report.method()", told.replace('"', '\\"')))
    week = project / "params" / "2025Q1" / "new_user_week.yaml"
    (week.parent / "again.yaml").write_text(week.read_text())
    command = [sys.executable, "-m", "retro", "run", "2025Q1", "--lang", "en", "--jobs", "2"]
    with subprocess.Popen(command, cwd=project, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        end = time.monotonic() + 120
        while len(kernels := list(tmp_path.glob("*.id"))) < 2 and time.monotonic() < end:
            time.sleep(0.2)
        assert len(kernels) == 2
        process.send_signal(how)
        code = process.wait(timeout=60)

    ends = {signal.SIGTERM: 143, signal.SIGINT: 130, signal.SIGKILL: -9}
    assert code == ends[how]
    end = time.monotonic() + 20
    alive = [int(one.stem) for one in kernels]
    while alive and time.monotonic() < end:
        alive = [one for one in alive if Path(f"/proc/{one}").exists()]
        time.sleep(0.2)
    assert not alive
    for name in ("again", "new_user_week"):
        address = project / "reports" / "2025Q1" / name
        assert not holder(address)
        if how != signal.SIGKILL:
            failure = read_failure(address / "failure.json")
            assert (failure.exit_code, *failure.message) == (143, "The run was stopped before its end.")
        assert not list(address.glob("runs/*/en.html")) or (address / "latest" / "manifest.json").is_file()
