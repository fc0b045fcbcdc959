"""Customers who leave: nothing that `retro` keeps holds them afterwards, and nobody else could read it before."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from retro.errors import ContractBreach, RetroError
from retro.places import in_use, own_folder, quarantine_folder, scratch_folder
from retro.run import Request, forget, forgetting, prepare, read_user_ids, run_report, set_aside
from retro.run import check as check_data

LEAVER, STAYER = "user-01-0", "user-02-0"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which everything is kept that may be, and a leaver stands in all of it."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("")
    monkeypatch.chdir(folder)
    rows = pd.DataFrame(
        {"user_id": [LEAVER, STAYER], "broken_rule": "r", "broken_value": [None, "9"], "broken_rows": 2}
    )
    place = quarantine_folder() / "run"
    place.mkdir()
    rows.to_parquet(place / "users.parquet")
    rows.assign(user_id=STAYER, broken_value=["x", f"user_id={LEAVER}, 3"]).to_parquet(place / "events.parquet")
    rows.assign(user_id=STAYER).to_parquet(place / "coupons.parquet")
    rows.rename(columns={"user_id": "order_id"}).to_parquet(place / "orders.parquet")
    (place / ".users.parquet.x1y2").write_bytes(b"PAR1\xff" + LEAVER.encode())
    (own_folder("memo") / "a.json").write_text(f'["{LEAVER}"]')
    (own_folder("memo") / "b.json").write_text("[1]")
    rows.to_parquet(own_folder("debug") / "users.parquet")
    rows.to_parquet(own_folder("inputs", "files") / "0a1b")
    rows.to_parquet(own_folder("replay", "killed") / "users.parquet")
    (own_folder("spill", "999999999") / "block").write_bytes(b"\xff\x00rows")
    (scratch_folder() / "dead").mkdir()
    (scratch_folder() / "dead" / "executed.ipynb").write_text(LEAVER)
    edition = folder / "reports" / "q" / "week" / "runs" / "1"
    edition.mkdir(parents=True)
    (edition / "zh.ipynb").write_text(f'{{"cells": ["{LEAVER}"]}}')
    (edition / "en.ipynb").write_text(f'{{"cells": ["{STAYER}"]}}')
    (edition / "ledger.json").write_text('{"entries": []}')
    (edition.parents[1] / "latest").symlink_to("runs/1")
    return folder


def holding(project: Path, word: str) -> set[str]:
    """Files of the project that hold a word, tables opened."""
    found = set()
    for path in project.rglob("*"):
        if path.is_file() and not path.is_symlink() and "latest" not in path.parts:
            table = path.suffix == ".parquet"
            text = pd.read_parquet(path).to_csv() if table else path.read_bytes().decode(errors="replace")
            found |= {path.relative_to(project).as_posix()} if word in text else set()
    return found


def test_a_customer_is_forgotten_everywhere_and_the_others_stay(project: Path) -> None:
    assert len(holding(project, LEAVER)) == 10
    said = [str(one) for one in forget([LEAVER], project / "reports")]

    assert holding(project, LEAVER) == set()
    assert said == [
        ".retro/memo: removed, results that were computed from their rows too",
        ".retro/inputs: removed, stored inputs, which must not lack rows: no edition can be replayed now",
        ".retro/debug/users.parquet: 1 row removed",
        "quarantine/run/.users.parquet.x1y2: removed, nothing that can be read",
        "quarantine/run/events.parquet: 1 row removed",
        "quarantine/run/orders.parquet: removed, its rows have no user_id to tell whose they are",
        "quarantine/run/users.parquet: 1 row removed",
        "reports/q/week/runs/1/zh.ipynb: removed, it named 1",
    ]
    kept = {"quarantine/run/users.parquet", "quarantine/run/events.parquet", "quarantine/run/coupons.parquet"}
    assert kept | {".retro/debug/users.parquet", "reports/q/week/runs/1/en.ipynb"} == holding(project, STAYER)
    assert not (project / ".retro" / "memo").exists()
    assert list(scratch_folder().iterdir()) == list(own_folder("spill").iterdir()) == []
    assert forget([LEAVER], project / "reports") == ()


def test_a_page_that_names_a_customer_is_told(project: Path) -> None:
    page = project / "reports" / "q" / "week" / "runs" / "1" / "en.html"
    page.write_text(f"<p>{LEAVER}</p>")
    named = [one for one in forget([LEAVER], project / "reports") if one.what == "names"]
    assert [one.path for one in named] == [page]
    assert LEAVER not in str(named[0])


@pytest.mark.parametrize(("name", "part"), [("report.en.xlsx", "xl/a.xml"), ("report.en.pptx", "ppt/slides/a.xml")])
def test_a_workbook_or_slides_that_name_a_customer_are_told(project: Path, name: str, part: str) -> None:
    path = project / "reports" / "q" / "week" / "runs" / "1" / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(part, f"<t>{LEAVER}</t>")
    assert path in [one.path for one in forget([LEAVER], project / "reports") if one.what == "names"]


@pytest.mark.parametrize("step", range(6))
def test_a_kill_half_way_is_made_good_by_the_next_call(
    project: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    left = [step]

    def dying(do: Callable[..., object]) -> Callable[..., object]:
        def once(*given: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return do(*given)

        return once

    with monkeypatch.context() as patch:
        patch.setattr(forgetting, "_removed", dying(forgetting._removed))
        patch.setattr(forgetting, "write_atomic", dying(forgetting.write_atomic))
        with pytest.raises(KeyboardInterrupt):
            forget([LEAVER], project / "reports")
    assert "quarantine/run/coupons.parquet" in holding(project, STAYER)
    forget([LEAVER], project / "reports")
    assert holding(project, LEAVER) == set()


def test_nobody_is_forgotten_while_a_run_lasts(project: Path) -> None:
    said = "no run and no notebook may be open. Wait for its end, or close it."
    before = holding(project, LEAVER)
    with in_use(), pytest.raises(RetroError, match=said):
        forget([LEAVER], project / "reports")
    own_folder("spill", str(os.getpid()))  # a notebook by hand, whose engine put rows there
    with pytest.raises(RetroError, match=said):
        forget([LEAVER], project / "reports")
    swept = {".retro/scratch/dead/executed.ipynb", ".retro/replay/killed/users.parquet"}
    assert holding(project, LEAVER) >= before - swept


@pytest.mark.parametrize(
    "data",
    [
        b"u1\nu2\n",
        b"\xef\xbb\xbfuser_id\r\nu1\r\n\r\n  u2  \r\n\r\n",
        "u1\nu2".encode("utf-16"),
        b"\n\nu1\nu1\nu2",
    ],
)
def test_ids_are_read_as_editors_and_sheets_write_them(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "ids.txt").write_bytes(data)
    assert read_user_ids(tmp_path / "ids.txt") == {"u1", "u2"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("u1\n用户\n".encode("gb18030"), "ids.txt, line 2: file must be UTF-8 text. Save it as UTF-8."),
        (b"u1\nu2,Ann\n", "ids.txt, line 2: line must hold one user id and nothing else."),
        (b"u1\nu2 Ann\n", "ids.txt, line 2: line must hold one user id and nothing else."),
        (b"u1\x00\n", "ids.txt, line 1: line must hold one user id and nothing else."),
        (b"\n  \n", "ids.txt: file must hold user ids, one on each line, got none."),
        (None, "ids.txt: file must exist. Check the path."),
    ],
)
def test_a_file_that_holds_something_else_is_refused_before_anything_goes(
    tmp_path: Path, data: bytes | None, said: str
) -> None:
    if data is not None:
        (tmp_path / "ids.txt").write_bytes(data)
    with pytest.raises(RetroError) as caught:
        read_user_ids(tmp_path / "ids.txt")
    assert str(caught.value).endswith(said)
    assert "Ann" not in str(caught.value)


def test_the_command_says_what_it_did_without_naming_anyone(project: Path) -> None:
    (project / "leavers.txt").write_text(f"{LEAVER}\nnobody-known\n")
    command = [sys.executable, "-m", "retro", "forget", "leavers.txt"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=project, check=True)
    lines = done.stdout.splitlines()
    assert lines[-1] == "2 user ids: 3 rows and 5 whole files removed; the shop's own data stays."
    assert LEAVER not in done.stdout + done.stderr


def shut_to_others(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)} {path.stat().st_mode & 0o777:o}"
        for path in [folder, *folder.rglob("*")]
        if path.stat().st_mode & 0o077
    ]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_what_is_kept_outside_the_reports_is_the_owners_alone(
    reported_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int
) -> None:
    folder = shutil.copytree(reported_shop, tmp_path / "shop", symlinks=True)
    monkeypatch.chdir(folder)
    shutil.rmtree(folder / ".retro", ignore_errors=True)
    orders = pd.read_parquet(folder / "data" / "orders.parquet")
    orders = pd.concat([orders, orders.iloc[[0]]])
    orders.to_parquet(folder / "data" / "orders.parquet", index=False)
    before = os.umask(umask)
    try:
        request = Request(folder / "params" / "2025Q1" / "new_user_week.yaml", reports=folder / "reports")
        job = prepare(request)
        set_aside(job, check_data(job), Path("check"))
        with pytest.raises(ContractBreach):
            run_report(request)
    finally:
        os.umask(before)
    assert list((folder / "quarantine").rglob("*.parquet"))
    assert shut_to_others(folder / ".retro") == shut_to_others(folder / "quarantine") == []


def test_what_an_older_version_left_open_is_shut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".retro" / "memo").mkdir(parents=True)
    (tmp_path / ".retro" / "memo" / "a.json").write_text("[]")
    for path in (tmp_path / ".retro" / "memo" / "a.json", tmp_path / ".retro" / "memo", tmp_path / ".retro"):
        path.chmod(0o666 if path.is_file() else 0o777)
    own_folder()
    assert shut_to_others(tmp_path / ".retro") == []
