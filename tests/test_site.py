"""Pages of the documentation that are made from the code: every command, and every section with where it is shown."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sys.path.insert(0, str(DOCS))
    try:
        import made_pages
    finally:
        sys.path.remove(str(DOCS))
    folder = tmp_path_factory.mktemp("docs") / "made"
    made_pages.write_pages(folder, folder / "no reports")
    return folder


def test_every_command_is_there_with_its_options(made: Path) -> None:
    page = (made / "commands.md").read_text()
    assert page.startswith("# Every command · 每条命令\n")
    assert "## `retro run`" in page
    assert "* `--force`: Run although nothing has changed." in page
    assert "### `retro contract new`" in page


def test_every_section_is_there_in_both_languages_and_says_where_it_is_shown(made: Path) -> None:
    page = (made / "sections.md").read_text()
    sections = {part.split("\n")[0]: part for part in page.split("\n## ")[1:]}
    basket = sections["Pieces per order · 连带率"]

    assert '`report.show("basket", …)` in `flash_sale_night`' in basket
    assert "\n口径：" in basket
    assert "\nDefinition: " in basket
    unshown = [heading for heading, part in sections.items() if "`report.show(" not in part]
    assert unshown == ["What the campaign added in orders · 活动多带来多少订单"], "stands for impact without amounts"
    assert "![" not in page, "no picture where no report was made"


def test_the_index_leads_to_every_page() -> None:
    trees = (DOCS / "index.md").read_text().split("```{toctree}", 1)[1]
    assert [page.stem for page in DOCS.glob("*.md") if page.stem != "index" and page.stem not in trees.split()] == []
