"""What reports can see of a source: asked again when the data is other or the code that reads it, and no sooner."""

from __future__ import annotations

from pathlib import Path

import pytest

from retro.sources import Source
from retro.sources.seen import seen

SOURCE = Source.model_validate(
    {"folder": "data", "timezone": "Asia/Shanghai", "currency": "CNY", "tables": {"orders": {"path": "o.parquet"}}}
)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often tables were asked, in a project of its own."""
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    return []


def test_equal_data_is_asked_once_whatever_else_of_the_program_changes(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retro.sources.seen.code_hash", lambda _: "as it was")
    first = seen(SOURCE, "files", lambda: asked.append("once") or ["rows"])

    monkeypatch.setattr("retro.files.code_version", lambda: "another")
    assert seen(SOURCE, "files", lambda: asked.append("again") or ["others"]) == first
    assert asked == ["once"]


@pytest.mark.parametrize(("files", "code"), [("others", "as it was"), ("files", "another"), ("files", None)])
def test_other_data_and_other_code_that_reads_it_are_asked(
    files: str, code: str | None, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retro.sources.seen.code_hash", lambda _: "as it was")
    first = seen(SOURCE, "files", lambda: ["rows"])

    monkeypatch.setattr("retro.sources.seen.code_hash", lambda _: code)
    assert seen(SOURCE, files, lambda: asked.append("again") or ["others"]) != first
    assert asked == ["again"]
