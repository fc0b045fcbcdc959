"""The web page: one offline file without scripts, for screen, phone and print."""

from __future__ import annotations

from typing import Any, cast

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter

from retro.blocks import Document, dump_blocks, read_document
from retro.files import canonical_json
from retro.i18n import Text, load_text
from retro.publish.arrangement import parts
from retro.publish.outline import contents, outlined, words
from retro.publish.reading import opened, refusing, valid
from retro.publish.style import TEMPLATES, style_sheet
from retro.publish.svg import Charts

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

    def from_document(self, document: Document) -> str:
        """The page of a document; the same document gives the same page.

        Raises:
            PublishError: A chart cannot go onto a page, or a link leads nowhere.
        """
        return cast("str", self.template.render(page=_Page(outlined(document))))


class _Page:
    """What the template draws: the document, its language's words, and what is collected while drawing."""

    def __init__(self, document: Document) -> None:
        self.cover = document.cover
        self.lang = "zh-CN" if document.lang == "zh" else "en"
        self.blocks = document.blocks
        self.parts = parts(document.blocks)
        self.contents = [(heading.level, heading.anchor, words(heading)) for heading in contents(document.blocks)]
        self.heading_words = {heading for _level, _anchor, heading in self.contents}
        self.text: Text = load_text(document.lang)
        self._charts = Charts()

    @property
    def dated_on(self) -> str:
        return self.text.day(self.cover.dated_on) if self.cover.dated_on else ""

    def chart(self, svg: str, alt: str) -> Markup:
        return Markup(self._charts.draw(svg, alt))  # noqa: S704 - parsed, checked and written anew

    def style(self) -> tuple[Markup, str]:
        """The page's style sheet and the policy that allows it; asked for when everything else is drawn."""
        said = canonical_json([self.cover.model_dump(mode="json"), dump_blocks(self.blocks)])
        characters = {*said, *"".join(value for key, value in self.text.entries.items() if key.startswith("page."))}
        return style_sheet(_STYLE_SHEETS, characters | {*self.dated_on}, self._charts.css)
