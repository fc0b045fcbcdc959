"""Run the documentation's own code on a tiny shop: the blocks of `gallery.md`, and notebooks that no report has run."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

import nbformat
import yaml
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat.v4 import new_output

from retro.blocks import BLOCKS_MIME, Block, Callout, Figure, Note, Paragraph, Table, parse_blocks
from retro.files import read_json, write_json
from retro_demo import make_demo

ROOT = Path(__file__).resolve().parents[1]
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LATER = re.compile(r"^report\.(verdict|scorecard|conclude)\(", re.MULTILINE)
DEMO = ("2025Q1", "2024Q4", "2025", "new_goods")
"""The folders of params whose data the demo shop has."""
Draw: TypeAlias = Callable[[str, str], str]
"""Writes a picture, given its alternative text, and says it in Markdown."""


def make_shop(folder: Path) -> Path:
    """A project with what is shipped and a tiny demo shop."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text("")
    for name in ("data_contracts", "notebooks", "params"):
        shutil.copytree(ROOT / name, folder / name)
    make_demo(folder / "data" / "demo", scale=0.001)
    return folder


def shown(page: str, pictures: Path) -> list[str]:
    """What each block of a page's code shows, as Markdown; pictures are written below a folder.

    Raises:
        Exception: Whatever a block raises.
    """
    shell, places = InteractiveShell.instance(), count(1)

    def draw(svg: str, alt: str) -> str:
        return picture(svg, alt, pictures / f"gallery_{next(places)}.svg")

    return ["\n\n".join(_run(shell, code, draw)) for code in CODE.findall(page)]


def with_outputs(page: str, outputs: Sequence[str]) -> str:
    """A page with what each of its blocks shows below it."""
    left = iter(outputs)
    return CODE.sub(lambda block: f"{block[0]}\n\n{next(left)}\n", page)


def execute(kinds: Sequence[str], project: Path) -> None:
    """Execute the notebooks of some kinds on the demo's params; kinds that the demo lacks are left out."""
    asked = [path for folder in DEMO for path in sorted((project / "params" / folder).glob("*.yaml"))
             if path.stem not in {"source", "extra"}]  # fmt: skip
    files = {str(yaml.safe_load(path.read_text())["kind"]): path for path in reversed(asked)}  # the first of each
    for kind in kinds:
        if kind in files:
            _execute(kind, files[kind], project)


def _execute(kind: str, params: Path, project: Path) -> None:
    """Execute a notebook but for its verdict, which only a kernel can show later in an earlier place."""
    shell = InteractiveShell.instance()
    book = nbformat.read(project / "notebooks" / f"{kind}.ipynb", as_version=4)
    cells = [cell for cell in book.cells if cell.cell_type == "code" and not LATER.search(cell.source)]
    asked = next(cell for cell in cells if "parameters" in cell.metadata.get("tags", ()))
    asked.source = f"params_file = {params.relative_to(project).as_posix()!r}\nlang = 'en'\noverrides = {{}}"
    for cell in cells:
        cell.outputs = [new_output("display_data", data) for data in _outputs(shell, cell.source)]
    nbformat.write(book, _book(kind, project))


def _run(shell: InteractiveShell, code: str, draw: Draw) -> Iterator[str]:
    for output in _outputs(shell, code):
        yield from _markdown(output, draw)


def _outputs(shell: InteractiveShell, code: str) -> list[dict[str, Any]]:
    with capture_output() as captured:
        ran = shell.run_cell(code)
    ran.raise_error()
    outputs = [dict(output.data) for output in captured.outputs]
    return outputs if ran.result is None else [*outputs, shell.display_formatter.format(ran.result)[0]]


def _markdown(output: dict[str, Any], draw: Draw) -> Iterator[str]:
    """An output as Markdown: its blocks, its picture, its table, else its words."""
    if BLOCKS_MIME in output:
        for block in parse_blocks(output[BLOCKS_MIME], "gallery"):
            yield from _of_block(block, draw)
    elif "image/svg+xml" in output:
        yield draw(output["image/svg+xml"], output["text/plain"])
    elif "text/html" in output:  # without empty lines, at which Markdown would go on
        yield re.sub(r"\n\s*\n", "\n", re.sub(r"<style.*?</style>", "", output["text/html"], flags=re.DOTALL))
    elif "image/png" not in output:
        yield f"```text\n{output['text/plain']}\n```"


def _of_block(block: Block, draw: Draw) -> Iterator[str]:
    match block:
        case Figure():
            yield draw(block.svg, block.alt)
        case Table():
            yield as_table(block)
        case Callout():
            for inner in block.blocks:
                yield from _of_block(inner, draw)
        case Paragraph() | Note():
            yield "".join(f"**{one.text}**" if one.strong else one.text for one in block.spans).strip()


def as_table(table: Table, most: int = 8) -> str:
    """The first rows of a table as Markdown."""
    lines = [[column.label for column in table.columns], ["---"] * len(table.columns)]
    lines += [[cell.text for cell in row] for row in table.rows[:most]]
    left = f"\n\n… + {len(table.rows) - most}" if len(table.rows) > most else ""
    return "\n".join(f"| {' | '.join(escape(cell).replace('|', '&#124;') for cell in line)} |" for line in lines) + left


def picture(svg: str, alt: str, path: Path) -> str:
    """Write a picture into the folder of made pages; the Markdown that shows it on a page beside that folder."""
    path.write_text(re.sub(r"^<\?xml[^>]*\?>\s*", "", svg), encoding="utf-8")
    return f"![{alt.strip().replace('[', '(').replace(']', ')')}]({path.parent.name}/{path.name})"


def run(pictures: Path, kinds: Sequence[str]) -> tuple[list[str], dict[str, Path]]:
    """What each block of the gallery shows, and the executed notebooks of some kinds, in a Python of their own.

    The project of code is the one in which it runs.

    Args:
        pictures: The folder of made pages.
        kinds: Kinds of reports.

    Raises:
        CalledProcessError: A block or a notebook fails.
    """
    project = make_shop(pictures / "shop")
    asked = [sys.executable, str(ROOT / "docs" / "examples.py"), str(pictures.resolve()), *kinds]
    subprocess.run(asked, cwd=project, check=True)  # noqa: S603 - our own code
    return read_json(project / "outputs.json"), {
        kind: path for kind in kinds if (path := _book(kind, project)).exists()
    }


def _book(kind: str, project: Path) -> Path:
    return project / f"{kind}.ipynb"


if __name__ == "__main__":
    here = Path.cwd()
    execute(sys.argv[2:], here)
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    write_json(here / "outputs.json", shown(page, Path(sys.argv[1])))
