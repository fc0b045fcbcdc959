"""Manifests and failure records: written whole, read strictly."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from retro.errors import PublishError
from retro.publish import Failure, Manifest, PublishedFile, read_failure, read_manifest, write_failure, write_manifest

MANIFEST = Manifest(
    folder="2025Q1",
    name="new_user_week",
    kind="new_user_week",
    title={"zh": "新人周", "en": "New-user week"},
    period_start=dt.datetime.fromisoformat("2025-01-10T00:00"),
    period_end=dt.datetime.fromisoformat("2025-01-17T00:00"),
    run_id="20250408T010203",
    created_at=dt.datetime(2025, 4, 8, 1, 2, 3, tzinfo=dt.UTC),
    input_hash="a",
    code_version="0.1.0",
    source_fingerprint="b",
    contracts_hash="c",
    params_hash="d",
    langs=("zh", "en"),
    formats=("html",),
    badge="passed",
    headline={"zh": "好。", "en": "Good."},
    files=(PublishedFile(path="zh.html", sha256="e", bytes=3, lang="zh", format="html"),),
    seconds={"execute": 1.5},
)


def test_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = write_manifest(MANIFEST, tmp_path / "run")
    assert path == tmp_path / "run" / "manifest.json"
    assert read_manifest(path) == MANIFEST
    assert '"created_at": "2025-04-08T01:02:03Z"' in path.read_text()
    assert '"period_start": "2025-01-10T00:00:00"' in path.read_text()


def test_failure_comes_back_as_it_was_written(tmp_path: Path) -> None:
    failure = Failure(run_id="r", at=MANIFEST.created_at, step="check", exit_code=2, message=("a", "b"))
    assert read_failure(write_failure(failure, tmp_path)) == failure
    assert (tmp_path / "failure.json").is_file()


def test_published_file_describes_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "pages" / "zh.html"
    path.parent.mkdir()
    path.write_bytes(b"abc")
    file = PublishedFile.of(path, tmp_path, "zh", "html")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, SHA-256 of "abc"
    assert (file.path, file.bytes, file.sha256) == ("pages/zh.html", 3, digest)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "folder must fit the format, got 'Field required'. Run it again."),
        ("[]", "its top must fit the format"),
        ("{", "file must be JSON"),
        (None, "file must exist"),
    ],
)
def test_damaged_records_are_named(tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "manifest.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(PublishError) as caught:
        read_manifest(path)
    assert "manifest.json: " in str(caught.value)
    assert words in str(caught.value)
