"""`docs/glossary.md` names the words that the product uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
TEXTS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "src" / "retro").rglob("*.yaml")))
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "src" / "retro").rglob("*.py")))


def rows(first: str) -> list[list[str]]:
    """The rows of all tables whose first column has this heading."""
    tables = re.findall(rf"^\| {first} \|.*\n\|[ -|]+\n((?:\|.*\n)+)", GLOSSARY, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split("|")] for table in tables for line in table.splitlines()]


TERMS = rows("English")


def test_each_term_stands_once() -> None:
    terms = [term for english, *_ in TERMS for term in english.split(", ")]

    assert len(terms) == len(set(terms)) > 40


@pytest.mark.parametrize(("english", "chinese", "_"), TERMS, ids=[row[0] for row in TERMS])
def test_a_term_is_used_in_the_texts_of_both_languages(english: str, chinese: str, _: str) -> None:
    for word in english.split(", "):
        assert re.search(rf"\b{word}", TEXTS, re.IGNORECASE), word
    for word in chinese.split("、"):
        assert word in TEXTS, word


@pytest.mark.parametrize("word", [row[0] for row in rows("word")])
def test_a_word_of_the_code_is_used_there(word: str) -> None:
    assert re.search(rf"\b{word}", CODE, re.IGNORECASE)


def test_contents_lead_to_the_headings() -> None:
    headings = re.findall(r"^## (.+)$", GLOSSARY, re.MULTILINE)

    assert re.findall(r"^- \[(.+)\]\(#.+\)$", GLOSSARY, re.MULTILINE) == headings


BANNED = [re.compile(word.strip("`"), re.IGNORECASE) for row in rows("do not write") for word in row[0].split(", ")]
SAID = [
    path
    for folder in ("src", "notebooks", "docs", "params")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".yaml", ".md", ".ipynb"} and path.name != "glossary.md"
]


def test_words_that_we_avoid_stand_nowhere() -> None:
    for path in [*SAID, ROOT / "README.md"]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "formerly:" not in line:  # there old names are mapped
                assert not any(word.search(line) for word in BANNED), (path.name, line)
