"""What is remembered changes no byte: pages and ledgers are the same with an empty and a full memory."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from retro.places import MEMO, own_folder
from retro.run import Request, run_report
from shops import make_quarter


def published(latest: Path) -> dict[str, bytes]:
    """Everything that a reader or the next report sees of an edition, but the manifest's times."""
    own = {"manifest.json", "zh.ipynb", "en.ipynb"}
    return {path.name: path.read_bytes() for path in latest.iterdir() if path.is_file() and path.name not in own}


def remembered() -> dict[str, str]:
    """The results on the disk."""
    return {path.name: path.read_text() for path in (own_folder(MEMO) / "results").rglob("*.txt")}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["2025-03", "new_user_week"])
def test_a_full_memory_gives_the_bytes_of_an_empty_one(
    name: str, tiny_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_quarter(tmp_path / "quarter", tiny_demo)
    monkeypatch.chdir(shop)
    asked = Request(shop / "params" / "2025Q1" / f"{name}.yaml", reports=shop / "reports", force=True)
    first = published(run_report(asked).latest)
    results = remembered()
    assert results

    assert published(run_report(asked).latest) == first
    assert remembered() == results, "nothing was computed anew"

    shutil.rmtree(own_folder(MEMO))
    assert published(run_report(asked).latest) == first
    assert remembered().keys() == results.keys()
