"""What reports say, as `tests/notebooks/said` keeps it: plural forms, shares in percent, one scale in an interval."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

KEPT = sorted((Path(__file__).parent / "notebooks" / "said").glob("*.md"))
ENGLISH = [path for path in KEPT if path.name.endswith(".en.md")]

ONE_OF_MANY = re.compile(
    r"(?<![\d.,/–−-])(?<!of )\b1 (?!(?:is|was|has|lies|does|less|this|plus|across)\b)(?:are|were|have|lie|[a-z]{3,}s)\b"
)
"""A single thing in the plural: `1 incidents`."""

RAW_SIDE = re.compile(r"\| [=<>≤≥≠] 0\.\d+ \|")
"""A share as a bare number: `= 0.28`."""

TWO_SCALES = re.compile(r"[\d.]+ 万元 – −?[\d,]+\.\d\d 元|−?[\d,]+\.\d\d 元 – −?[\d.]+ 万元")


@pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.name)
def test_one_thing_is_not_told_in_the_plural(path: Path) -> None:
    assert [line for line in _lines(path) if ONE_OF_MANY.search(line)] == []


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_shares_and_intervals_are_written_as_figures_are(path: Path) -> None:
    assert [line for line in _lines(path) if RAW_SIDE.search(line) or TWO_SCALES.search(line)] == []


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").replace("**", "").splitlines()
