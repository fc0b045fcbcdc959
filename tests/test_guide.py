"""`docs/campaign_types.md` shows what is shipped: each block is the text of the file that is named before it."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "campaign_types.md").read_text(encoding="utf-8")
BLOCKS = list(re.finditer(r"^```\w+\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|ipynb|yaml))`")


def shipped(name: str) -> str:
    """The text of a file, of a notebook that of its cells."""
    path = ROOT / name
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    return "\n".join(f"{cell.source}\n" for cell in nbformat.read(path, as_version=4).cells)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block[1].splitlines()[0].strip())
def test_a_block_is_the_text_of_the_file_named_before_it(block: re.Match[str]) -> None:
    *_, name = NAMED.findall(GUIDE[: block.start()])

    assert block[1] in shipped(name), name


@pytest.mark.parametrize("name", sorted(set(NAMED.findall(GUIDE))))
def test_every_file_that_the_guide_names_is_there(name: str) -> None:
    assert (ROOT / name).is_file()
