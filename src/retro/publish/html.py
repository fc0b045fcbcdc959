"""The web page: one offline file for screen, phone and print, whole without the one script that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter

from retro.blocks import Document, Table, dump_blocks, read_document, read_down
from retro.files import canonical_json
from retro.i18n import Text, load_text
from retro.publish.around import Around, Link, Origin, files, languages, origins
from retro.publish.arrangement import parts
from retro.publish.manifest import Format
from retro.publish.outline import contents, outlined, words
from retro.publish.reading import opened, refusing, valid
from retro.publish.style import TEMPLATES, script, style_sheet
from retro.publish.svg import Charts
from retro.signs import unbroken

_ALONE: tuple[Format, ...] = ("html",)
_STYLE_SHEETS = ("base.css", "page.css")


class RetroHTMLExporter(TemplateExporter):  # type: ignore[misc]  # nbconvert is not typed
    """`jupyter nbconvert --to retro-html`: an executed notebook as one self-contained page."""

    export_from_notebook = "Retro page (HTML)"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def _template_name_default(self) -> str:
        return "retro"

    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(TEMPLATES)]

    def _create_environment(self) -> Environment:
        environment = cast("Environment", super()._create_environment())
        environment.autoescape = True
        environment.undefined = StrictUndefined
        environment.filters["unbroken"] = unbroken
        return environment

    def from_file(self, file_stream: Any, resources: Any = None, **_kw: Any) -> tuple[str, Any]:  # noqa: ANN401 - nbconvert's types
        """Export an open file.

        Raises:
            Refused: It is no notebook, or holds what `from_notebook_node` refuses.
        """
        with refusing():
            resources = self._init_resources(resources)
            return self.from_notebook_node(opened(file_stream, resources["metadata"]["name"]), resources)

    def from_notebook_node(self, nb: Any, resources: Any = None, **_kw: Any) -> tuple[str, Any]:  # noqa: ANN401 - nbconvert's types
        """Export a notebook.

        Raises:
            Refused: The notebook holds something that a page cannot show.
        """
        resources = self._init_resources(resources)
        where = resources["metadata"]["name"]
        with refusing():
            document = read_document(valid(nb, where), where)
            for warning in document.warnings:
                self.log.warning(warning)
            return self.from_document(document), resources

    def from_document(
        self, document: Document, around: Around | None = None, beside: Collection[Format] = _ALONE
    ) -> str:
        """The page of a document; the same document, with the same around it, gives the same page.

        Args:
            document: The document.
            around: What it leads to, and where its figures come from; nothing for a page that stands alone.
            beside: The forms in which the document is published in this language; `quality` alone for its
                data-quality page.

        Raises:
            PublishError: A chart cannot go onto a page, or a link leads nowhere.
        """
        return cast("str", self.template.render(page=_Page(outlined(document), around, beside)))


_LONG_ROW = 12
"""Columns of a row that a page of 1,280 pixels does not hold."""


class _Page:
    """What the template draws: the document, its language's words, and what is collected while drawing."""

    def __init__(self, document: Document, around: Around | None, beside: Collection[Format]) -> None:
        self._around, self._beside = around, beside
        self._opened: dict[str, Origin] = {}
        self._regions: Counter[str] = Counter()
        self.cover = document.cover
        self.lang = "zh-CN" if document.lang == "zh" else "en"
        self.blocks = document.blocks
        self.parts = parts(document.blocks)
        self.contents = [(heading.level, heading.anchor, words(heading)) for heading in contents(document.blocks)]
        self.heading_words = {heading for _level, _anchor, heading in self.contents}
        self.text: Text = load_text(document.lang, around.currency) if around is not None else load_text(document.lang)
        self._charts = Charts()

    @property
    def dated_on(self) -> str:
        return self.text.day(self.cover.dated_on) if self.cover.dated_on else ""

    def laid(self, table: Table) -> Table:
        """A table as it is read: of a few long rows from top to bottom."""
        return read_down(table, self.text("page.origin.figure"), self.text("page.origin.value"), _LONG_ROW)

    def chart(self, svg: str, alt: str) -> Markup:
        return Markup(self._charts.draw(svg, alt))  # noqa: S704 - parsed, checked and written anew

    @cached_property
    def site(self) -> Sequence[tuple[str, Sequence[Link]]]:
        """The links of the head, in groups, each with what it is called; empty words for one that needs none."""
        around, lang, text = self._around, self.text.lang, self.text
        if around is None:
            return ()
        own: Format = "html" if "html" in self._beside else "quality"
        back = (Link(text("page.report"), f"{lang}.html"),) if own == "quality" else ()
        groups = (
            ("", (Link(text("page.catalogue"), around.catalogue(lang)), *back)),
            (text("page.part_of"), [around.related(one, lang, text) for one in around.part_of]),
            (text("page.made_from"), [around.related(one, lang, text) for one in around.made_from]),
            ("", (*(files(lang, {*self._beside, "quality"}, text) if own == "html" else ()),)),
            ("", languages(around, lang, own)),
        )
        return [(words, links) for words, links in groups if links]

    @property
    def input_hash(self) -> str:
        return self._around.input_hash if self._around is not None else ""

    @cached_property
    def _origins(self) -> Mapping[str, Origin]:
        return origins(self._around, self.text) if self._around is not None else {}

    def origins(self, names: Sequence[str]) -> Sequence[Origin]:
        """Where figures come from, of those that were recorded."""
        return [self._origins[name] for name in names if name in self._origins]

    def opens(self, name: str) -> bool:
        """Whether a figure opens on the page where it comes from; it is drawn once, whoever asks."""
        if name in self._origins:
            self._opened[name] = self._origins[name]
        return name in self._origins

    @property
    def opened(self) -> Sequence[Origin]:
        """The figures that open, asked for when everything else is drawn."""
        return list(self._opened.values())

    def region(self, words: str) -> str:
        """The name of a part that scrolls, which no other has: readers who jump from one to the next hear only it."""
        self._regions[words] += 1
        return words if self._regions[words] == 1 else f"{words} ({self._regions[words]})"

    def style(self) -> tuple[Markup, Markup, str]:
        """The page's style sheet, its script, and the policy that allows both; asked for when all else is drawn."""
        beside = [[link.words for _, links in self.site for link in links], repr(self._origins)]
        said = canonical_json([self.cover.model_dump(mode="json"), dump_blocks(self.blocks), beside])
        characters = {*said, *"".join(value for key, value in self.text.entries.items() if key.startswith("page."))}
        code, allowed = script("page.js")
        style, policy = style_sheet(_STYLE_SHEETS, characters | {*self.dated_on}, self._charts.css)
        return style, code, f"{policy}; {allowed}"
