"""The PDF: the same blocks set by Typst for paper and archive, tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import typst
from nbconvert.exporters.exporter import Exporter

from retro.blocks import Document, Heading, read_document
from retro.errors import PublishError
from retro.files import canonical_json
from retro.i18n import load_text
from retro.publish.arrangement import Printed, leaving, printed, without_verdict
from retro.publish.outline import outlined
from retro.publish.paper import paper_blocks, printable
from retro.publish.reading import opened, refusing, valid
from retro.publish.typesetter import compiler, laid_out

_WORDS = (
    "appendix", "contents", "period", "dated_on", "missing", "page_of", "state.made", "state.lost", "state.open",
    *(f"brief.{name}" for name in (
        "why", "tiles", "target", "no_target", "previous", "no_previous", "no_tiles", "no_chart", "actions", "what",
        "owner", "due", "worth", "no_worth", "no_actions", "more_actions", "reservation",
    )),
)  # fmt: skip
"""What the template says itself; texts of `page.yaml`, placeholders unfilled."""

_TEMPLATE = "report.typ"

_PDF = {"format": "pdf", "pdf_standards": "ua-1"}
_PICTURE = {"format": "png", "ppi": 192}

_SHEET = 706.0
"""Height of a sheet between its margins, in points."""


class RetroPDFExporter(Exporter):  # type: ignore[misc]  # nbconvert is not typed
    """`jupyter nbconvert --to retro-pdf`: an executed notebook as a PDF."""

    export_from_notebook = "Retro page (PDF)"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_file(self, file_stream: Any, resources: Any = None, **_kw: Any) -> tuple[bytes, Any]:  # noqa: ANN401 - nbconvert's types
        """Export an open file.

        Raises:
            Refused: It is no notebook, or holds what `from_notebook_node` refuses.
        """
        with refusing():
            resources = self._init_resources(resources)
            return self.from_notebook_node(opened(file_stream, resources["metadata"]["name"]), resources)

    def from_notebook_node(self, nb: Any, resources: Any = None, **_kw: Any) -> tuple[bytes, Any]:  # noqa: ANN401 - nbconvert's types
        """Export a notebook.

        Raises:
            Refused: The notebook holds something that cannot be printed.
        """
        resources = self._init_resources(resources)
        where = resources["metadata"]["name"]
        with refusing():
            document = read_document(valid(nb, where), where)
            content, warnings = self.from_document(document)
            for warning in (*document.warnings, *warnings):
                self.log.warning(warning)
            return content, resources

    def from_document(self, document: Document) -> tuple[bytes, tuple[str, ...]]:
        """The PDF of a document, and what could not be printed as it was written.

        The first page holds the verdict; the body keeps to the pages that the cover allows, and what it has no room for
        stands in the appendix. The same document gives the same bytes.

        Raises:
            PublishError: A chart cannot be printed, or a link leads nowhere.
        """
        document = outlined(document)
        moved = _first_to_move(document)
        while True:
            unknown: set[str] = set()
            data = printable(_content(document, printed(document, moved)), unknown)
            content = _set(document, data, _PDF)
            if not (more := _to_move(document, moved, compiler(_TEMPLATE))):
                return content, _warning(unknown)
            moved |= more

    def brief(self, document: Document, *, picture: bool = False) -> bytes:
        """The first page alone, as a PDF or as a picture (PNG, 192 dots an inch).

        Raises:
            PublishError: Its chart cannot be printed, or the document has no verdict.
        """
        document = outlined(document)
        verdict, _ = without_verdict(document)
        if verdict is None:
            raise PublishError(f"{document.title}: brief must have a verdict, got none. Call report.verdict().")
        data = printable(_content(document, Printed(verdict, ()), alone=True), set())
        return _set(document, data, _PICTURE if picture else _PDF)


def _set(document: Document, data: dict[str, Any], asked: dict[str, Any]) -> bytes:
    """What Typst makes of the template's data, in the form that is asked for."""
    with _setting(document):
        content = compiler(_TEMPLATE).compile(sys_inputs={"report": canonical_json(data)}, **asked)
    if isinstance(content, list) and content:
        content = content[0]  # of several pictures, as of a brief that needs a second page, the first
    if not isinstance(content, bytes):
        raise PublishError(f"{document.title}: PDF must be one file, got {type(content).__name__!r}.")
    return content


@contextmanager
def _setting(document: Document) -> Iterator[None]:
    """Say of which document it is that Typst cannot set it."""
    try:
        yield
    except typst.TypstError as reason:
        hints = " ".join(reason.hints)
        raise PublishError(f"{document.title}: PDF must be set, got {reason.message}. {hints}".rstrip()) from None


def _first_to_move(document: Document) -> frozenset[int]:
    """The parts to move by the body alone: of the appendix, whose tables take most of the time, headings are enough.

    Captions that repeat one are left out.
    """
    if document.cover.pages is None:
        return frozenset()
    told = printed(document, frozenset())
    bare = tuple(block for block in told.appendix if isinstance(block, Heading))
    data = printable(_content(document, replace(told, appendix=bare)), set())
    with _setting(document):
        return _to_move(document, frozenset(), laid_out(_TEMPLATE, report=canonical_json(data)))


def _to_move(document: Document, moved: AbstractSet[int], laid: typst.Compiler) -> frozenset[int]:
    """The parts to move besides, so that the body of what was laid out keeps to its pages; none where it does.

    Parts leave in the order of `leaving` until their heights make up for what is too much.
    """
    pages = document.cover.pages
    if pages is None:
        return frozenset()
    marks = [mark["value"] for mark in json.loads(laid.query("<part>"))]
    end = marks[-1]
    if end["page"] - (end["y"] < 1) <= pages:  # at the top of a sheet the body has ended on the one before
        return frozenset()
    tops = [(mark["page"] - 1) * _SHEET + mark["y"] for mark in marks]
    heights = {mark["part"]: below - top for mark, top, below in zip(marks, tops, [*tops[1:], tops[-1]], strict=True)}
    excess = tops[-1] - pages * _SHEET
    leavers: set[int] = set()
    for family in leaving(document):
        places = {part.place for part in family} - moved - leavers
        if places and any(heights.get(place) for place in places):
            leavers |= places
            excess -= sum(heights.get(place, 0) for place in places)
        if leavers and excess <= 0:
            break
    return frozenset(leavers)


def _content(document: Document, told: Printed, *, alone: bool = False) -> dict[str, Any]:
    """What the template is given: data only, so nothing that a notebook says can become markup."""
    text = load_text(document.lang)
    cover = document.cover
    moved = text("page.moved", pages=cover.pages, sections=text.join(told.moved)) if told.moved else ""
    return {
        "lang": document.lang,
        "cover": cover.model_dump(mode="json"),
        "date": [cover.dated_on.year, cover.dated_on.month, cover.dated_on.day] if cover.dated_on else None,
        "dated_on": text.day(cover.dated_on) if cover.dated_on else "",
        "words": {name: text.entries[f"page.{name}"] for name in _WORDS},
        "verdict": paper_blocks([told.verdict], text)[0] if told.verdict else None,
        "body": [
            {"place": place, "blocks": paper_blocks(blocks, text, turned=cover.pages is None)}
            for place, blocks in told.body
        ],
        "appendix": paper_blocks(told.appendix, text),
        "moved": moved,
        "alone": alone,
    }


def _warning(unknown: set[str]) -> tuple[str, ...]:
    if not unknown:
        return ()
    signs = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in sorted(unknown))
    became = "printed as a box, and on the page left to its reader's own fonts"
    return (f"PDF: the typeface lacks {signs}; {became}. Write them in words.",)
