"""Pages of the site that are made from the code and the demo's reports: every command, every section."""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from examples import as_table, picture

from retro.blocks import Callout, Figure, Heading, Paragraph, Table, read_document
from retro.files import project_root, read_json
from retro.i18n import Text, load_text
from retro.sections import SECTIONS
from retro.start.support import section_needs

_INTRO = """# Every section · 每一节

What each section of a report answers, in which notebooks it stands, the lines that make it, and how its figures are
defined. The pictures are those of the demo shop's reports, or of a tiny one where no report was made; those of sections
that the demo has no data for are the [gallery](../gallery.md)'s.
每一节回答什么问题、在哪些报告里、由哪几行代码生成、口径是什么；图取自演示店铺的报告，没有报告的取自一个小店铺，
演示店铺没有数据的取自[图例](../gallery.md)。
"""


@dataclass(frozen=True)
class Shown:
    """A section as a notebook shows it.

    Attributes:
        code: The lines that make it.
        look: As Markdown its first chart, else its first table, else what it says.
    """

    code: str
    look: str


def write_pages(folder: Path, notebooks: Mapping[str, Path], gallery: Sequence[tuple[str, str]]) -> list[str]:
    """Write `commands.md` and `sections.md`, with a picture of each section that an executed notebook or block shows.

    Args:
        folder: The folder of made pages.
        notebooks: Executed notebooks by kind.
        gallery: The gallery's blocks of code, each with what it shows.

    Returns:
        The sections of which nothing is shown.
    """
    folder.mkdir(exist_ok=True)
    (folder / "commands.md").write_text(_commands(), encoding="utf-8")
    listed, looks = _listed(), _of_gallery(gallery, folder) | _looks(notebooks, folder)
    (folder / "sections.md").write_text(_sections(listed, looks), encoding="utf-8")
    return [name for name in listed if name not in looks]


def reported(reports: Path) -> dict[str, Path]:
    """The executed notebooks of the last reports, by kind."""
    found = sorted(reports.glob("*/*/latest/en.ipynb"))
    return {str(read_json(path.with_name("params.json"))["kind"]): path for path in found}


def _commands() -> str:
    """What `--help` says of every command, as Typer writes it."""
    asked = [sys.executable, "-m", "typer", "retro.cli.main", "utils", "docs", "--name", "retro"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own command
    return said.replace("# `retro`\n", "# Every command · 每条命令\n", 1)


def _listed() -> list[str]:
    """The sections that have a place of their own."""
    text = load_text("en")
    return sorted(name for name in SECTIONS if text.has(f"{name}.heading"))


def _sections(listed: Sequence[str], looks: Mapping[str, Shown]) -> str:
    texts = {lang: load_text(lang) for lang in ("en", "zh")}
    shown = _notebooks()
    return "\n".join([_INTRO, *(_section(name, texts, shown.get(name, ()), looks.get(name)) for name in listed)])


def _section(name: str, texts: dict[str, Text], notebooks: tuple[str, ...], look: Shown | None) -> str:
    def both(key: str, join: str) -> str:
        return join.join(text(f"{name}.{key}") for text in texts.values() if text.has(f"{name}.{key}"))

    places = ", ".join(f"`{one}`" for one in notebooks) or "the [gallery](../gallery.md)"
    parts = [
        f"## {both('heading', ' · ')}",
        both("question", "\n"),
        f'`report.show("{name}", …)` in {places}.',
        f"```python\n{look.code}\n```\n\n{look.look}" if look is not None else "",
        both("definition", "\n\n"),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _notebooks() -> dict[str, tuple[str, ...]]:
    """The notebooks that show a section, by its name."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((project_root() / "notebooks").glob("*.ipynb")):
        for name in section_needs(path):
            found[name] = (*found.get(name, ()), path.stem)
    return found


def _of_gallery(gallery: Sequence[tuple[str, str]], folder: Path) -> dict[str, Shown]:
    """Each section as a block of the gallery shows it: its picture, else all of it."""
    found: dict[str, Shown] = {}
    for code, output in gallery:
        parts = output.replace(f"({folder.name}/", "(").split("\n\n")
        look = next((part for part in parts if part.startswith("![")), "\n\n".join(parts))
        found |= {name: Shown(code.strip(), look) for name in re.findall(r'\.show\("(\w+)"', code)}
    return found


def _looks(notebooks: Mapping[str, Path], folder: Path) -> dict[str, Shown]:
    """Each section as a notebook shows it: one with a chart, else one with a table, else one that says something."""
    text = load_text("en")
    charts: dict[str, Shown] = {}
    tables: dict[str, Shown] = {}
    words: dict[str, Shown] = {}
    for kind, path in sorted(notebooks.items()):
        book, section = nbformat.read(path, as_version=4), ""
        lines = _lines(book)
        headed = {text(f"{name}.heading"): name for name in lines if name in SECTIONS and text.has(f"{name}.heading")}
        for block in read_document(book, kind).blocks:
            if isinstance(block, Heading):
                section = headed.get("".join(span.text for span in block.spans), "" if block.level == 1 else section)
            elif isinstance(block, Figure) and section and section not in charts:
                look = picture(block.svg, block.alt, folder / f"{section}.svg").replace(f"({folder.name}/", "(")
                charts[section] = Shown(lines[section], look)
            elif isinstance(block, Table) and section:
                tables.setdefault(section, Shown(lines[section], as_table(block)))
            elif isinstance(block, Callout) and section:
                said = " ".join(span.text for one in block.blocks if isinstance(one, Paragraph) for span in one.spans)
                words.setdefault(section, Shown(lines[section], f"> {said}"))
    return words | tables | charts


def _lines(book: Any) -> dict[str, str]:  # noqa: ANN401 - nbformat has no types
    """The lines of the cell that shows a section, by its name."""
    cells = [cell.source for cell in book.cells if cell.cell_type == "code" and ".show(" in cell.source]
    return {name: source for source in cells for name in re.findall(r'"(\w+)"', source.partition(".show(")[2])}
