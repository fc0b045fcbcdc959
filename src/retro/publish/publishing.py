"""Publish an executed notebook in every form.

The exporters are heavy to import and to warm up: they are loaded on first use and kept for the process.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from retro.blocks import Document, MoneyState, ScoreRow, Verdict, read_document
from retro.errors import PublishError
from retro.files import shown, write_atomic
from retro.i18n import Lang
from retro.publish.around import NAMES, Around
from retro.publish.manifest import Format, PublishedFile

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from retro.publish.html import RetroHTMLExporter
    from retro.publish.pdf import RetroPDFExporter

FORMATS: tuple[Format, ...] = ("html", "pdf", "brief", "picture", "slides", "sheets")
"""The forms of a report, in the order they are made."""

_BRIEFS = ("brief", "picture")
"""The first page alone, printed and as a picture."""


@dataclass(frozen=True)
class Published:
    """The published pages of one notebook.

    Attributes:
        lang: The notebook's language.
        headline: The verdict's first sentence; empty where the notebook has no verdict.
        state: Whether money was made; empty where nobody judges it.
        tile: The first figure of the brief; None where it has none that is recorded.
        dated_on: The day until which data was observed; None where nobody says it.
        files: The pages, their paths relative to the folder they were published into.
        warnings: What cells wrote to stderr and what could not be printed as written; for the analyst.
    """

    lang: Lang
    headline: str
    state: MoneyState
    tile: ScoreRow | None
    dated_on: dt.date | None
    files: tuple[PublishedFile, ...]
    warnings: tuple[str, ...]


def publish(
    notebook: Path, out: Path, *, formats: Sequence[Format] = FORMATS, around: Around | None = None
) -> Published:
    """Publish an executed notebook in every form, each as its own file; `NAMES` says how they are called.

    A notebook without a verdict has no brief. Nothing is written unless every format succeeds, and no file is ever seen
    half written.

    Args:
        notebook: The executed notebook; its cover names the language.
        out: The folder for the pages.
        formats: Which of them to write.
        around: What the page leads to, and where its figures come from; a page without it stands alone.

    Raises:
        PublishError: The notebook cannot be read, or holds something that cannot be shown.
    """
    document = read_document(_read(notebook), shown(notebook))
    warnings = list(document.warnings)
    verdict = next((block for block in document.blocks if isinstance(block, Verdict)), None)
    contents: dict[Format, bytes] = {}
    forms = [form for form in formats if verdict is not None or form not in _BRIEFS]
    for form in forms:
        if form == "html":
            contents[form] = _html().from_document(document, around, forms).encode()
            continue
        contents[form], more = _render(document, form, around.slides_template if around is not None else None)
        warnings += more
    files = []
    for form, content in contents.items():
        path = write_atomic(out / NAMES[form].format(lang=document.lang), content)
        files.append(PublishedFile.of(path, out, document.lang, form))
    brief = verdict.brief if verdict is not None else None
    return Published(
        lang=document.lang,
        headline=_headline(verdict),
        state=brief.state if brief is not None else "",
        tile=next((row for row in brief.tiles if row.figure), None) if brief is not None else None,
        dated_on=document.cover.dated_on,
        files=tuple(files),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def first_picture(pages: Iterable[Published], out: Path) -> tuple[PublishedFile, ...]:
    """Write `<out>/brief.png`, the picture of the first language that has one; none where no brief was published."""
    for page in pages:
        for file in page.files:
            if file.format == "picture":
                path = write_atomic(out / "brief.png", (out / file.path).read_bytes())
                return (PublishedFile.of(path, out, page.lang, "picture"),)
    return ()


def _headline(verdict: Verdict | None) -> str:
    return "".join(span.text for span in verdict.sentences[0]) if verdict is not None and verdict.sentences else ""


def _read(notebook: Path) -> NotebookNode:
    from retro.publish.reading import parsed, valid  # noqa: PLC0415 - a second, which a run that is skipped need not pay

    try:
        return valid(parsed(notebook.read_bytes(), shown(notebook)), shown(notebook))
    except FileNotFoundError:
        raise PublishError(f"{shown(notebook)}: notebook must exist. Check the path.") from None
    except OSError as reason:
        raise PublishError(f"{shown(notebook)}: file must be readable, got {reason.strerror}.") from None


def _render(document: Document, form: Format, template: Path | None) -> tuple[bytes, tuple[str, ...]]:
    if form == "sheets":
        from retro.publish.sheets import workbook  # noqa: PLC0415 - only who writes one loads the writer

        return workbook(document), ()
    if form == "slides":
        from retro.publish.slides import slides  # noqa: PLC0415 - as above

        return slides(document, template)
    if form in _BRIEFS:
        return _pdf().brief(document, picture=form == "picture"), ()
    return _pdf().from_document(document)


@functools.cache
def _html() -> RetroHTMLExporter:
    from retro.publish.html import RetroHTMLExporter  # noqa: PLC0415 - half a second

    return RetroHTMLExporter()


@functools.cache
def _pdf() -> RetroPDFExporter:
    from retro.publish.pdf import RetroPDFExporter  # noqa: PLC0415 - half a second

    return RetroPDFExporter()
