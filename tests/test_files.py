from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from retro.errors import ParamsError, RetroError
from retro.files import (
    code_version,
    files_hash,
    parse_yaml_value,
    project_root,
    read_json,
    read_yaml,
    shown,
    unplaced,
    write_atomic,
    write_json,
)

Write = Callable[[str, str], Path]


@pytest.mark.parametrize("text", ["00123", "1_000", "1:30", "no", "1e5", "2025-01-10", "true"])
def test_read_yaml_keeps_scalars_as_text(write: Write, text: str) -> None:
    assert read_yaml(write("a.yaml", f"key: {text}")).data == {"key": text}


@pytest.mark.parametrize("text", ["", "null", "~"])
def test_read_yaml_reads_nothing_as_none(write: Write, text: str) -> None:
    assert read_yaml(write("a.yaml", f"key: {text}")).data == {"key": None}


def test_read_yaml_knows_lines(write: Write) -> None:
    file = read_yaml(write("a.yaml", "one: 1\ntwo:\n  three: 3\n  four: [a, b]\n"))

    assert file.line(("two", "three")) == 3
    assert file.line(("two", "unknown")) == 2
    assert file.where(("one",)).endswith("a.yaml, line 1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\na: 2\n", "line 2: key 'a' must be given once, got it twice. Remove one."),
        ("a: [1\n", "file must be YAML, got expected ',' or ']'"),
        ("- 1\n", "file must hold 'key: value' lines."),
        ("", "file must hold 'key: value' lines."),
    ],
)
def test_read_yaml_says_what_is_wrong(write: Write, text: str, words: str) -> None:
    with pytest.raises(ParamsError) as caught:
        read_yaml(write("a.yaml", text), ParamsError)

    assert words in str(caught.value)


def test_read_yaml_refuses_what_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"key: \xd6\xd0")

    with pytest.raises(RetroError, match="file must be readable UTF-8 text"):
        read_yaml(path)


def test_read_yaml_names_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match=r"nowhere\.yaml: file must exist\. Check the path\."):
        read_yaml(tmp_path / "nowhere.yaml", ParamsError)


def test_parse_yaml_value_reads_lists_and_mappings() -> None:
    assert parse_yaml_value("{channel: [app, web]}") == {"channel": ["app", "web"]}


def test_write_atomic_leaves_no_temporary_file(tmp_path: Path) -> None:
    write_atomic(tmp_path / "deep" / "a.txt", "new")

    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.txt"]


def test_write_atomic_keeps_the_old_file_when_writing_fails(tmp_path: Path) -> None:
    path = write_atomic(tmp_path / "a.txt", "old")

    with pytest.raises(TypeError):
        write_atomic(path, None)  # type: ignore[arg-type]  # what a bug would pass

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_json_comes_back_as_written(tmp_path: Path) -> None:
    data = {"b": [1, None], "a": "数"}

    assert read_json(write_json(tmp_path / "a.json", data)) == data
    assert (tmp_path / "a.json").read_text().index('"a"') < (tmp_path / "a.json").read_text().index('"b"')


def test_read_json_says_what_is_wrong(write: Write, tmp_path: Path) -> None:
    with pytest.raises(RetroError, match="file must exist"):
        read_json(tmp_path / "nowhere.json")
    with pytest.raises(RetroError, match="file must be JSON"):
        read_json(write("a.json", "{"))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a minute pass after files were written."""
    now = time.time_ns() + 60_000_000_000
    monkeypatch.setattr("retro.files.time.time_ns", lambda: now)


@pytest.mark.usefixtures("later")
def test_files_hash_changes_with_the_content_and_uses_its_memo(write: Write, tmp_path: Path) -> None:
    memo, path = tmp_path / "memo.json", write("a.csv", "1")
    first = files_hash([path], memo)

    assert files_hash([path], memo) == first
    assert len(read_json(memo)) == 1

    path.write_text("22")

    assert files_hash([path], memo) != first


def test_a_change_within_a_tick_of_the_clock_is_seen(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memo, path = tmp_path / "memo.json", write("a.csv", "1")
    same, stat = path.stat(), Path.stat
    monkeypatch.setattr(
        Path, "stat", lambda one, **keys: same if one == path else stat(one, **keys)
    )  # size, inode and both times, as a coarse clock has it
    first = files_hash([path], memo)

    path.write_text("2")

    assert files_hash([path], memo) != first


def test_content_that_changed_at_equal_size_and_time_is_seen(write: Write, tmp_path: Path) -> None:
    memo, path = tmp_path / "memo.json", write("a.csv", "10.00")
    old = time.time() - 3600
    os.utime(path, (old, old))
    first = files_hash([path], memo)

    path.write_text("90.00")
    os.utime(path, (old, old))

    assert files_hash([path], memo) != first


def test_files_hash_survives_a_damaged_memo(write: Write) -> None:
    memo, path = write("memo.json", "[1"), write("a.csv", "1")

    assert files_hash([path], memo) == files_hash([path])


def test_shown_never_names_a_folder_of_this_machine() -> None:
    assert shown(project_root() / "params" / "source.yaml") == "params/source.yaml"
    assert shown(Path("params/source.yaml")) == "params/source.yaml"


def test_code_version_is_stable() -> None:
    assert code_version() == code_version()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &a [*a]\n", "must not hold itself by an alias"),
        ("a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{new}: &{new} [{(f'*{old},' * 9)[:-1]}]\n" for old, new in
         zip("abcdef", "bcdefg", strict=True)), "must hold at most 100,000 values"),
    ],
    ids=["itself", "billions"],
)  # fmt: skip
def test_aliases_cannot_hang_a_run(write: Callable[[str, str], Path], text: str, words: str) -> None:
    with pytest.raises(RetroError, match=words) as caught:
        read_yaml(write("a.yaml", text))

    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/ann/shop/orders.csv: no such file", ".../orders.csv: no such file"),
        ('cannot open "/tmp/x/"', 'cannot open ".../"'),
        (r"cannot open C:\Users\ann\orders.csv now", "cannot open .../orders.csv now"),
        ("https://host/docs/page, 3/4, and/or/nor, <b>/</b>", "https://host/docs/page, 3/4, and/or/nor, <b>/</b>"),
    ],
)
def test_paths_of_this_machine_are_taken_out_of_a_text(text: str, expected: str) -> None:
    assert unplaced(text) == expected
