from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from retro.errors import RetroError
from retro.run import Request, holding
from retro.run.holding import began, holder, refuse_little_disk

HOLD = """
import sys
from pathlib import Path
from retro.run import Request
from retro.run.holding import holding
with holding(Request(Path("params/a/week.yaml"), reports=Path("reports"))):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def request_of_week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Request:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return Request(tmp_path / "params" / "a" / "week.yaml", reports=tmp_path / "reports", wait=False)


def hold(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_is_told_who_holds_a_report(request_of_week: Request, tmp_path: Path) -> None:
    with hold(tmp_path) as other, pytest.raises(RetroError) as refused, holding.holding(request_of_week):
        pass
    assert str(refused.value).startswith(
        f"reports/a/week: report must be made by one run at a time, but process {other.pid} (since "
    )
    assert holder(request_of_week.address) == ""


def test_the_second_waits_where_it_may(request_of_week: Request, tmp_path: Path) -> None:
    waiting = Request(request_of_week.params_file, reports=request_of_week.reports)
    said: list[str] = []
    other = hold(tmp_path)
    threading.Timer(0.3, other.communicate).start()
    with holding.holding(waiting, said.append):
        other.wait()
    assert said == [f"waits for process {other.pid}" + said[0].removeprefix(f"waits for process {other.pid}")]


def test_a_lock_goes_with_its_process_however_that_ends(request_of_week: Request, tmp_path: Path) -> None:
    other = hold(tmp_path)
    assert holder(request_of_week.address).startswith(f"process {other.pid} ")
    other.kill()
    other.communicate()
    with holding.holding(request_of_week):
        assert holder(request_of_week.address).startswith(f"process {os.getpid()} ")


def test_a_process_of_the_same_number_is_another_one() -> None:
    assert began(os.getpid()) != ""
    assert began(2**22 + 1) == ""


def test_a_disk_without_room_is_refused_before_anything_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=3 * 2**20))
    with pytest.raises(RetroError, match=r"reports: disk must have 64 MiB free for a run, got 3\."):
        refuse_little_disk(tmp_path / "reports")
