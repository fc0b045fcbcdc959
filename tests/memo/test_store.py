"""Results on the disk: its owner's alone, whole or not there, bounded, cleared by age."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from retro.memo import Store, store
from retro.places import own_folder

KEY, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return own_folder("memo")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.txt"))


def test_what_is_kept_is_there_for_another_process_and_for_nobody_else(folder: Path) -> None:
    Store(folder).put(KEY, ["orders"], OTHER, "[1]")
    again = Store(folder)
    assert (again.reads(KEY), again.get(OTHER), again.get(KEY)) == ((("orders",),), "[1]", None)
    for path in folder.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077


def test_each_set_of_tables_is_known_once_the_newest_first(folder: Path) -> None:
    kept = Store(folder)
    for names in (["a"], ["a", "b"], ["a"]):
        kept.put(KEY, names, OTHER, "1")
    assert kept.reads(KEY) == (("a",), ("a", "b"))


@pytest.mark.parametrize("damage", [b"", b"\xff", b"1", b"0" * 64 + b"\n[2]"])
def test_a_damaged_entry_is_not_there(folder: Path, damage: bytes) -> None:
    Store(folder).put(KEY, ["orders"], OTHER, "[1]")
    for path in files(folder):
        path.write_bytes(damage)
    assert (Store(folder).reads(KEY), Store(folder).get(OTHER)) == ((), None)


def test_any_changed_or_lost_byte_is_noticed(folder: Path) -> None:
    Store(folder).put(KEY, [], OTHER, "[12]")
    (path,) = (folder / "results").rglob("*.txt")
    whole = path.read_bytes()
    for place in range(len(whole)):
        for changed in (whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]):
            path.write_bytes(changed)
            assert Store(folder).get(OTHER) is None
    path.write_bytes(whole)
    assert Store(folder).get(OTHER) == "[12]"


def test_what_is_too_large_is_not_kept(folder: Path) -> None:
    Store(folder).put(KEY, [], OTHER, "1" * (store.LARGEST + 1))
    assert files(folder) == []


def test_what_nobody_used_for_long_goes(folder: Path) -> None:
    kept = Store(folder)
    kept.put(KEY, [], KEY, "[1]")
    kept.put(KEY, [], OTHER, "[2]")
    for path in files(folder):
        if path.stem == KEY:
            os.utime(path, (time.time() - 31 * 86_400,) * 2)
    kept.clear()
    assert [path.stem for path in files(folder)] == [OTHER]


def test_beyond_the_bound_the_least_recently_used_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, now = Store(folder), time.time()
    for place in range(10):
        kept.put(KEY, [], f"{place}" * 64, "1" * 100)
        os.utime(next((folder / "results").rglob(f"{place}*.txt")), (now - 100 + place,) * 2)
    Store(folder).get("0" * 64)  # and is used again
    monkeypatch.setattr(store, "_MOST", 800)
    Store(folder).clear()
    left = {path.stem[0] for path in (folder / "results").rglob("*.txt")}
    assert "0" in left
    assert "1" not in left
    assert sum(path.stat().st_size for path in folder.rglob("*.txt")) <= 800


def test_a_folder_that_cannot_be_written_costs_no_result(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Store(tmp_path / "file" / "memo")
    with kept.turn(KEY):
        kept.put(KEY, [], OTHER, "[1]")
    assert kept.get(OTHER) in {None, "[1]"}
    kept.clear()
