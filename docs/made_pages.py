"""Pages of the site that are made from the code and the demo's reports: every command, every section."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat

from retro.blocks import Figure, Heading, read_document
from retro.files import project_root
from retro.i18n import Text, load_text
from retro.sections import SECTIONS
from retro.start.support import section_needs

_INTRO = """# Every section · 每一节

What each section of a report answers, in which notebooks it stands, and how its figures are defined.
The pictures are those of the demo shop's reports.
每一节回答什么问题、在哪些报告里、口径是什么；图取自演示店铺的报告。
"""


def write_pages(folder: Path, reports: Path) -> None:
    """Write `commands.md` and `sections.md`, and a picture of each section that a report in `reports` draws."""
    folder.mkdir(exist_ok=True)
    (folder / "commands.md").write_text(_commands(), encoding="utf-8")
    drawn = _pictures(reports)
    for name, svg in drawn.items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    (folder / "sections.md").write_text(_sections(set(drawn)), encoding="utf-8")


def _commands() -> str:
    """What `--help` says of every command, as Typer writes it."""
    asked = [sys.executable, "-m", "typer", "retro.cli.main", "utils", "docs", "--name", "retro"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own command
    return said.replace("# `retro`\n", "# Every command · 每条命令\n", 1)


def _sections(drawn: set[str]) -> str:
    texts = {lang: load_text(lang) for lang in ("en", "zh")}
    shown = _notebooks()
    listed = sorted(name for name in SECTIONS if texts["en"].has(f"{name}.heading"))
    return "\n".join([_INTRO, *(_section(name, texts, shown.get(name, ()), drawn) for name in listed)])


def _section(name: str, texts: dict[str, Text], notebooks: tuple[str, ...], drawn: set[str]) -> str:
    def both(key: str, join: str) -> str:
        return join.join(text(f"{name}.{key}") for text in texts.values() if text.has(f"{name}.{key}"))

    parts = [
        f"## {both('heading', ' · ')}",
        both("question", "\n"),
        f'`report.show("{name}", …)` in {", ".join(f"`{one}`" for one in notebooks)}.' if notebooks else "",
        f"![{texts['en'](f'{name}.heading')}]({name}.svg)" if name in drawn else "",
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


def _pictures(reports: Path) -> dict[str, str]:
    """The first chart below each section's heading, of the first report that draws one."""
    text = load_text("en")
    headed = {text(f"{name}.heading"): name for name in SECTIONS if text.has(f"{name}.heading")}
    found: dict[str, str] = {}
    for path in sorted(reports.glob("*/*/latest/en.ipynb")):
        section = ""
        for block in read_document(nbformat.read(path, as_version=4), path.name).blocks:
            if isinstance(block, Heading) and block.level == 1:
                section = headed.get("".join(span.text for span in block.spans), "")
            elif isinstance(block, Figure) and section:
                found.setdefault(section, re.sub(r"^<\?xml[^>]*\?>\s*", "", block.svg))
    return found
