"""The PDF: the same blocks set by Typst for paper and archive, tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

import functools
from typing import Any

import typst
from nbconvert.exporters.exporter import Exporter

from retro.blocks import Document, read_document
from retro.errors import PublishError
from retro.files import FONTS, canonical_json
from retro.i18n import load_text
from retro.publish.outline import outlined
from retro.publish.paper import paper_blocks, printable
from retro.publish.reading import opened, refusing, valid
from retro.publish.style import TEMPLATES

_WORDS = ("contents", "period", "dated_on", "missing", "page_of")
"""What the template says itself; texts of `page.yaml`, placeholders unfilled."""


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

        The same document gives the same bytes.

        Raises:
            PublishError: A chart cannot be printed, or a link leads nowhere.
        """
        unknown: set[str] = set()
        data = printable(_content(outlined(document)), unknown)
        try:
            content = _compiler().compile(
                format="pdf", sys_inputs={"report": canonical_json(data)}, pdf_standards="ua-1"
            )
        except typst.TypstError as reason:
            hints = " ".join(reason.hints)
            raise PublishError(f"{document.title}: PDF must be set, got {reason.message}. {hints}".rstrip()) from None
        if not isinstance(content, bytes):
            raise PublishError(f"{document.title}: PDF must be one file, got {type(content).__name__!r}.")
        return content, _warning(unknown)


@functools.cache
def _compiler() -> typst.Compiler:
    """Typst with the product's own fonts and no others, so that every machine sets the same pages."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(TEMPLATES / "report.typ", root=TEMPLATES, font_paths=fonts)


def _content(document: Document) -> dict[str, Any]:
    """What the template is given: data only, so nothing that a notebook says can become markup."""
    text = load_text(document.lang)
    cover = document.cover
    return {
        "lang": document.lang,
        "cover": cover.model_dump(mode="json"),
        "date": [cover.dated_on.year, cover.dated_on.month, cover.dated_on.day] if cover.dated_on else None,
        "dated_on": text.day(cover.dated_on) if cover.dated_on else "",
        "words": {name: text.entries[f"page.{name}"] for name in _WORDS},
        "blocks": paper_blocks(document.blocks, text),
    }


def _warning(unknown: set[str]) -> tuple[str, ...]:
    if not unknown:
        return ()
    signs = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in sorted(unknown))
    return (f"PDF: the typeface lacks {signs}; printed as a box. Write them in words.",)
