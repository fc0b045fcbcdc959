"""Read an executed notebook as a document: cover, blocks, warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retro.blocks.gathering import gather
from retro.blocks.markdown import parse_markdown
from retro.blocks.model import (
    ANALYST_MIME,
    BLOCKS_MIME,
    PENDING_MIME,
    Block,
    Cover,
    Heading,
    Preformatted,
    parse_blocks,
)
from retro.errors import PublishError
from retro.files import unplaced
from retro.i18n import LANGS, Lang, load_text
from retro.privacy import LEFT_OUT, people_in
from retro.signs import harmless

_LANG_TAG = "lang:"

PAPERMILL_TAGS = frozenset({"injected-parameters", "papermill-error-cell-tag"})
"""Tags of the cells that papermill adds to a notebook."""

_TERMINAL = re.compile(r"\x1b\[[0-9;:<=>?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)", re.MULTILINE)
"""Colours, cursor moves, titles and links that a program writes to a terminal."""

_REMEDIES = {
    "application/vnd.jupyter.widget-view+json": "Widgets do not print; show a figure or a table instead.",
    "image/": "Show charts with `report.figure(..., alt=...)`.",
    "text/html": "Show frames with `report.table(...)` and other results with `report.show(...)`.",
}
"""What to do about an output that only Jupyter can show, by how its MIME type starts."""


@dataclass(frozen=True)
class Document:
    """A document to publish.

    Attributes:
        cover: What the report is, and in which language.
        blocks: What the report says, in order; never a `Cover`.
        warnings: What cells wrote to stderr, each opened by its cell. For the analyst, not for readers.
    """

    cover: Cover
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The report's name."""
        return self.cover.title

    @property
    def lang(self) -> Lang:
        """The report's language."""
        return self.cover.lang


def read_document(notebook: Mapping[str, Any], where: str) -> Document:
    """Read an executed notebook, as nbformat 4 gives it.

    Code is left out. Of Markdown cells tagged `lang:zh` or `lang:en`, those of the other language are left out.
    Without a cover the title is the first heading, else the end of `where`, and the language Chinese.

    Args:
        notebook: The notebook.
        where: Its name, for messages.

    Raises:
        PublishError: A cell failed, shows something that a page cannot, or opened a verdict and left it open;
            or the notebook says nothing at all.
    """
    outputs = {place: tuple(_outputs(cell, name)) for place, cell, name in _cells(notebook, where)}
    emitted = [block for blocks in outputs.values() for block in blocks]
    covers = [block for block in emitted if isinstance(block, Cover)]
    if len(covers) > 1:
        raise PublishError(f"{where}: report must be opened once, got {len(covers)} covers. Remove one `open_report`.")
    lang: Lang = covers[0].lang if covers else "zh"
    blocks: list[Block] = []
    for place, cell, name in _cells(notebook, where):
        if cell["cell_type"] == "markdown" and _speaks(cell, lang, name):
            blocks += parse_markdown(cell["source"], name, cell.get("attachments"))
        blocks += (block for block in outputs[place] if not isinstance(block, Cover))
    if not blocks:
        raise PublishError(f"{where}: notebook must have something to say, got no text and no outputs. Run it first.")
    warnings = tuple(_warnings(notebook, where))
    if covers:
        return Document(covers[0], gather(blocks, load_text(lang)), warnings)
    return _untitled(blocks, warnings, where)


def _cells(notebook: Mapping[str, Any], where: str) -> Iterator[tuple[int, Mapping[str, Any], str]]:
    """Each cell with its place, and its name for messages: its number in the notebook as its author sees it."""
    number = 0
    for index, cell in enumerate(notebook["cells"]):
        # A cell that papermill added is called by the one before it: the author does not have it.
        number += not PAPERMILL_TAGS & set(cell["metadata"].get("tags", ()))
        yield index, cell, f"{where}, cell {number}"


def _untitled(blocks: Sequence[Block], warnings: tuple[str, ...], where: str) -> Document:
    """A document without a cover: a heading at the very start is its title, and need not be said twice."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    words = ["".join(span.text for span in heading.spans) for heading in headings]
    title = words[0] if words else where.rsplit("/", 1)[-1].removesuffix(".ipynb")
    body = blocks[1:] if len(blocks) > 1 and isinstance(blocks[0], Heading) else blocks
    return Document(Cover(title=title), tuple(body), warnings)


def _speaks(cell: Mapping[str, Any], lang: Lang, where: str) -> bool:
    """Whether a Markdown cell belongs into the edition of a language."""
    tags = [tag.removeprefix(_LANG_TAG) for tag in cell["metadata"].get("tags", ()) if tag.startswith(_LANG_TAG)]
    if unknown := [tag for tag in tags if tag not in LANGS]:
        raise PublishError(f"{where}: tag must be lang:{' or lang:'.join(LANGS)}, got {_LANG_TAG + unknown[0]!r}.")
    return not tags or lang in tags


def _outputs(cell: Mapping[str, Any], where: str) -> Iterator[Block]:
    if cell["cell_type"] == "raw" and cell["source"].strip():
        raise PublishError(f"{where}: cell must be Markdown or code, got a raw cell. Change its type.")
    printed = ""
    for output in cell.get("outputs", ()):
        if output["output_type"] == "stream":
            printed += output["text"] if output["name"] == "stdout" else ""
            continue
        yield from _printed(printed, where)
        printed = ""
        if output["output_type"] == "error":
            got = readable(f"{output['ename']}: {output['evalue']}").splitlines()[0]
            raise PublishError(f"{where}: cell must have run to its end, got {got}. Mend it and run again.")
        yield from _shown(output.get("data", {}), where)
    yield from _printed(printed, where)


def _printed(text: str, where: str) -> Iterator[Block]:
    clean = readable(text).strip("\n")
    _refuse_people(clean, where)
    if clean.strip():
        yield Preformatted(text=unplaced(clean))


def _refuse_people(text: str, where: str) -> None:
    if (found := people_in(text)) or text.startswith(LEFT_OUT):
        got = repr(found) if found else text
        raise PublishError(f"{where}: output must not name people, got {got}. Show figures of groups instead.")


def _shown(data: Mapping[str, Any], where: str) -> Iterator[Block]:
    """The blocks of one displayed result, from the richest form that a page can show."""
    if ANALYST_MIME in data:
        raise PublishError(f"{where}: output must be for readers, got what `report.why` and the like tell an analyst. "
                           "Take the cell out.")  # fmt: skip
    if BLOCKS_MIME in data:
        yield from parse_blocks(data[BLOCKS_MIME], where)
    elif PENDING_MIME in data:
        raise PublishError(f"{where}: verdict was opened but never concluded. Run the last cell of the notebook.")
    elif "text/markdown" in data:
        _refuse_people(data["text/markdown"], where)
        yield from parse_markdown(data["text/markdown"], where)
    elif set(data) <= {"text/plain"}:
        yield from _printed(data.get("text/plain", ""), where)
    else:
        kind = next(kind for kind in sorted(data) if kind != "text/plain")
        hints = (hint for start, hint in _REMEDIES.items() if any(mime.startswith(start) for mime in data))
        hint = next(hints, "Show results with `report.show(...)`.")
        raise PublishError(f"{where}: output must be something that a page can show, got {kind!r}. {hint}")


def _warnings(notebook: Mapping[str, Any], where: str) -> Iterator[str]:
    for _place, cell, name in _cells(notebook, where):
        streams = (output for output in cell.get("outputs", ()) if output["output_type"] == "stream")
        text = "".join(output["text"] for output in streams if output["name"] == "stderr")
        clean = readable(text).strip()
        if clean:
            yield f"{name}: {clean}"


def readable(text: str) -> str:
    """The text as a terminal shows it, without colours, overwritten lines in their last state; see `harmless`."""
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return harmless(_TERMINAL.sub("", "\n".join(lines)))
