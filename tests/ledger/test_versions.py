from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from retro.errors import RetroError
from retro.ledger import (
    Inputs,
    Ledger,
    entry,
    find_version,
    read_version,
    version_before,
    versions,
    write_inputs,
    write_ledger,
)


def publish(address: Path, run_id: str, input_hash: str, *, inputs: bool = True) -> Path:
    run = address / "runs" / run_id
    write_ledger(run / "ledger.json", Ledger([entry("gmv", Decimal(7))]))
    (run / "manifest.json").write_text(json.dumps({"input_hash": input_hash}))
    if inputs:
        write_inputs(run, Inputs(params={"title": "Week"}))
    return run


def test_the_version_before_is_the_last_one_of_other_input(tmp_path: Path) -> None:
    first = publish(tmp_path, "20250301T000000000000Z-a", "a")
    second = publish(tmp_path, "20250302T000000000000Z-b", "b")
    again = publish(tmp_path, "20250303T000000000000Z-b", "b")
    (tmp_path / "runs" / "20250304T000000000000Z-c").mkdir()

    assert version_before(first, "a") is None
    assert version_before(second, "b") == version_before(again, "b") == first
    assert version_before(tmp_path / "runs" / "20250305T000000000000Z-a", "a") == again
    assert versions(tmp_path) == [first, second, again]


def test_a_version_comes_back_with_its_figures_and_inputs(tmp_path: Path) -> None:
    whole = read_version(publish(tmp_path, "20250301T000000000000Z-a", "a"))
    bare = read_version(publish(tmp_path, "20250302T000000000000Z-b", "b", inputs=False))

    assert whole.inputs == Inputs(params={"title": "Week"})
    assert [one.value for one in whole.ledger.entries] == [Decimal(7)]
    assert bare.inputs is None


def test_a_version_is_found_by_the_beginning_of_its_run(tmp_path: Path) -> None:
    with pytest.raises(RetroError, match="report must have been published"):
        find_version(tmp_path)
    first = publish(tmp_path, "20250301T000000000000Z-a", "a")
    second = publish(tmp_path, "20250302T000000000000Z-b", "b")

    assert (find_version(tmp_path), find_version(tmp_path, "20250301")) == (second, first)
    with pytest.raises(RetroError, match="run must be one, got '2025', which begins 2"):
        find_version(tmp_path, "2025")
    with pytest.raises(RetroError, match="run must be a published one, got '2024'"):
        find_version(tmp_path, "2024")
