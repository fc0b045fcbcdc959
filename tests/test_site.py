"""Pages of the documentation that are made from the code: every command, and every section with where it is shown."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import pytest

from retro import charts, metrics
from shops import ROOT, make_quarter

DOCS = Path(__file__).parents[1] / "docs"
GALLERY = (DOCS / "gallery.md").read_text(encoding="utf-8")
SAID = Path(__file__).parent / "notebooks" / "said"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sys.path.insert(0, str(DOCS))
    try:
        import examples
        import made_pages
    finally:
        sys.path.remove(str(DOCS))
    folder = tmp_path_factory.mktemp("docs") / "made"
    gallery = [
        (code, f"Words.\n\n![Look](made/{place}.svg)") for place, code in enumerate(examples.CODE.findall(GALLERY))
    ]
    assert "bridge" in made_pages.write_pages(folder, {}, gallery), "no notebook was executed"
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
    assert "![" not in basket, "no picture where no notebook was executed"
    assert '`report.show("order_impact", …)` in the [gallery](../gallery.md)' in page
    course = next(part for part in sections.values() if 'show("goods_course", …)' in part)
    assert re.search(r"```\n\n!\[Look\]\(\d+\.svg\)\n", course), "the picture lies beside the page"
    assert "Words." not in page, "of a block that draws, its picture alone"


def test_every_section_shows_something() -> None:
    """On the page of the demo's reports, or in the gallery, from which the site takes the others."""
    from retro.i18n import load_text
    from retro.sections import SECTIONS

    text, said = load_text("en"), "".join(path.read_text() for path in SAID.glob("*.en.md"))
    headings = set(re.findall(r"^#+ (.+)$", said, re.MULTILINE))
    owned = [name for name in SECTIONS if text.has(f"{name}.heading") and f'.show("{name}"' not in GALLERY]
    assert [name for name in owned if text(f"{name}.heading") not in headings] == []


def test_the_index_leads_to_every_page() -> None:
    trees = (DOCS / "index.md").read_text().split("```{toctree}", 1)[1]
    assert [page.stem for page in DOCS.glob("*.md") if page.stem != "index" and page.stem not in trees.split()] == []


NOT_SHOWN = {"frame_cell", "people", "checked", "drawn", "floats", "told", "peak_row", "lives", "wrapped"}
"""Functions of `retro.charts` that are no marks."""


def test_each_mark_has_an_example() -> None:
    marks = {name for name in dir(charts) if inspect.isfunction(getattr(charts, name))} - NOT_SHOWN
    assert [name for name in sorted(marks) if f"{name}(" not in GALLERY] == []


def test_each_metric_of_a_section_stands_in_a_notebook_or_in_the_gallery() -> None:
    code = GALLERY + "".join(path.read_text() for path in (ROOT / "notebooks").glob("*.ipynb"))
    code += "".join(path.read_text() for path in (ROOT / "src" / "retro" / "report").glob("*.py"))
    from retro.sections import SECTIONS

    shown = {name for name in SECTIONS if inspect.isfunction(getattr(metrics, name, None))} - {"impact"}  # of impacts
    assert [name for name in shown if not re.search(rf"metrics\.{name}\(", code)] == []


@pytest.mark.slow
def test_the_gallery_is_made_by_its_own_code(tiny_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    import examples

    monkeypatch.chdir(make_quarter(tmp_path / "shop", tiny_demo))
    (pictures := tmp_path / "made").mkdir()
    outputs = examples.shown(GALLERY, pictures)
    page = examples.with_outputs(GALLERY, outputs)

    assert len(outputs) == len(examples.CODE.findall(GALLERY))
    assert [code for code, output in zip(examples.CODE.findall(GALLERY), outputs, strict=True) if not output] == []
    linked = re.findall(r"\(made/(gallery_\d+\.svg)\)", page)
    assert sorted(linked) == sorted(path.name for path in pictures.iterdir())
    assert len(linked) >= 14
    assert page.index('report.cut("gmv", by="channel"') < page.index("**GMV was highest for ")


@pytest.mark.slow
def test_a_section_has_the_lines_that_make_it_and_what_they_show(
    tiny_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    import examples
    import made_pages

    monkeypatch.chdir(project := make_quarter(tmp_path / "shop", tiny_demo))
    examples.execute(["scene"], project)
    made_pages.write_pages(tmp_path / "made", {"scene": project / "scene.ipynb"}, [])
    parts = (tmp_path / "made" / "sections.md").read_text().split("\n## ")[1:]
    scenes = next(part for part in parts if '`report.show("scenes"' in part)

    assert "```python\n" in scenes
    assert 'report.show("scenes", ' in scenes
    assert "| --- |" in scenes or "](scenes.svg)" in scenes
