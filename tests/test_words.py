"""What reports say, as `tests/notebooks/said` keeps it: short sentences, plural forms, figures written as such."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEPT = sorted((ROOT / "tests" / "notebooks" / "said").glob("*.md"))
ENGLISH = [path for path in KEPT if path.name.endswith(".en.md")]

ONE_OF_MANY = re.compile(
    r"(?<![\d.,/–−-])(?<!of )\b1 (?!(?:is|was|has|lies|does|less|this|plus|across)\b)"
    r"(?:are|were|have|lie|[a-z]{3,}s)\b"
)
"""A single thing in the plural: `1 incidents`."""

RAW_SIDE = re.compile(r"\| [=<>≤≥≠] 0\.\d+ \|")
"""A share as a bare number: `= 0.28`."""

TWO_SCALES = re.compile(r"[\d.]+ 万元 – −?[\d,]+\.\d\d 元|−?[\d,]+\.\d\d 元 – −?[\d.]+ 万元")


LONGEST = {"zh": 45, "en": 25}
"""Chinese characters, and English words, of a sentence in a verdict or a finding."""

ASIDE = re.compile(r"（[^（）]*）|\([^()]*\)|“[^”]*”")
"""What a reader skips at first, and names that the shop gave."""

ENDS = {"zh": re.compile(r"(?<=[。！？；])"), "en": re.compile(r"(?<=[.!?;:])\s+")}
WORD = {"zh": re.compile(r"[一-鿿]"), "en": re.compile(r"[A-Za-z0-9][\w'’.,%−-]*")}

CENTS = re.compile(r"\d{3}\.\d\d (?:元|CNY)")
"""An amount of hundreds with its cents, which nobody decides by."""

CHINESE = re.compile(r"[一-鿿]+")


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_a_sentence_of_a_verdict_or_a_finding_is_short(path: Path) -> None:
    lang = path.name.split(".")[-2]
    said = [line.lstrip("->→△ ") for line in (*_verdict(path), *_lines(path)) if line.startswith(("> ", "- "))]
    sentences = [one for line in said for one in ENDS[lang].split(ASIDE.sub("", line))]
    assert [one for one in sentences if len(WORD[lang].findall(one)) > LONGEST[lang] and "→" not in one] == []


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_a_verdict_says_no_more_digits_than_anybody_decides_by(path: Path) -> None:
    assert [line for line in _verdict(path) if CENTS.search(line)] == []


def test_english_pages_hold_no_chinese_but_names_of_the_shop() -> None:
    """What the shop calls its goods and incidents stands in the demo's code and in params; their parts are enough."""
    sources = [*(ROOT / "src" / "retro_demo").rglob("*.[py]*"), *(ROOT / "params").rglob("*.yaml")]
    names = {name for path in sources for name in CHINESE.findall(path.read_text(encoding="utf-8"))}
    known = re.compile("|".join(sorted(names, key=len, reverse=True)))
    assert [(path.name, CHINESE.findall(known.sub("", line))) for path in ENGLISH for line in _lines(path)
            if CHINESE.search(known.sub("", line))] == []  # fmt: skip


@pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.name)
def test_one_thing_is_not_told_in_the_plural(path: Path) -> None:
    assert [line for line in _lines(path) if ONE_OF_MANY.search(line)] == []


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_shares_and_intervals_are_written_as_figures_are(path: Path) -> None:
    assert [line for line in _lines(path) if RAW_SIDE.search(line) or TWO_SCALES.search(line)] == []


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_a_chart_is_headed_by_a_finding_and_no_name_of_a_measure(path: Path) -> None:
    """The title stands above the chart; what the chart draws begins its words for readers aloud."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line]
    charts = [(above, line) for above, line in itertools.pairwise(lines) if line.endswith("](chart)")]
    bare = [above for above, line in charts if above.strip("*") in line and not re.search(r"\d", above)]
    assert bare + [line for above, line in charts if not above.startswith("**")] == []


def _verdict(path: Path) -> list[str]:
    """The lines of the verdict: those between the first heading of its level and the next."""
    return _lines(path)[: _starts(path)[1]][_starts(path)[0] :]


def _starts(path: Path) -> list[int]:
    return [place for place, line in enumerate(_lines(path)) if line.startswith("## ")]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").replace("**", "").splitlines()
