"""The slides: what decides, one finding a slide, with charts that PowerPoint can edit where it has the form."""

from __future__ import annotations

import datetime as dt
import functools
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typst
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

from retro.blocks import Bars, Brief, Document, Figure, Note, ScoreRow, Span, Verdict
from retro.errors import PublishError
from retro.files import FONTS, shown
from retro.i18n import Text, load_text
from retro.publish.allowed import read_svg
from retro.publish.around import define
from retro.publish.arrangement import Part, without_verdict
from retro.publish.paper import display_width, printable
from retro.publish.sheets import neutral, read_number
from retro.publish.style import TEMPLATES
from retro.publish.zipped import undated

_UNDATED = dt.date(2000, 1, 1)
"""The date of a document that has none; a fixed one, so that equal input makes equal files."""

_MOST, _LEAST_WORTH = 10, 1
"""Slides of a report, and what a section must be worth to have one."""

_FEW = 2
"""Bars that compare something."""

_LONGEST_TEXT, _LONGEST_CELL = 420, 90
"""Characters that a text and a cell of a table have room for; the report has them whole."""

_LONG_TITLE, _LONGEST_TITLE = 64, 160
"""Widths of a title, a Chinese character being 2: one that is set smaller, and one that is cut."""

_INK, _SOFT, _ACCENT = RGBColor(0x18, 0x21, 0x2B), RGBColor(0x55, 0x61, 0x6E), RGBColor(0x0F, 0x5E, 0xA8)
_STATES: Final = {
    "made": RGBColor(0x0C, 0x66, 0x40),
    "lost": RGBColor(0xA3, 0x20, 0x1D),
    "open": RGBColor(0x80, 0x50, 0x00),
}

_SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+(?=[A-Z“\"])")
"""Between two sentences."""


def slides(document: Document, template: Path | None = None) -> tuple[bytes, tuple[str, ...]]:
    """The slides of a document, and what could not be drawn as written: verdict, key figures, chart, findings, actions.

    Findings come by worth, each with its chart: an editable one where every row has a bar and nothing else, otherwise a
    picture with its alternative text. Notes hold the definitions. The same document gives the same bytes.

    Args:
        document: The document; one without a verdict begins with its findings.
        template: A company's own template; its slides are left out.

    Raises:
        PublishError: The template cannot be opened, or a chart cannot be drawn.
    """
    deck = _Deck(_opened(template), load_text(document.lang), set())
    verdict, rest = without_verdict(document)
    brief = verdict.brief if verdict is not None else None
    deck.opening(document, verdict)
    if brief is not None:
        deck.key_figures(brief)
        deck.attained(brief)
        if brief.chart is not None:
            deck.chart(deck.text("page.slides.chart"), brief.chart, "", brief.chart.caption)
    room = _MOST - len(deck.file.slides) - (2 if brief is not None else 0)
    for part in _findings(rest, brief)[:room]:
        deck.finding(part)
    if brief is not None:
        deck.actions(brief)
        deck.reservation(brief)
    _date(deck.file, document)
    content = io.BytesIO()
    deck.file.save(content)
    warning = deck.text("page.slides.unknown", signs=deck.text.join(sorted(deck.unknown))) if deck.unknown else ""
    return undated(content.getvalue(), document.cover.dated_on or _UNDATED), (warning,) if warning else ()


def _opened(template: Path | None) -> Any:  # noqa: ANN401 - python-pptx is not typed
    """A deck without slides: the company's, or a plain wide one."""
    if template is None:
        file = Presentation()
        file.slide_width, file.slide_height = Inches(13.333), Inches(7.5)
        return file
    try:
        file = Presentation(str(template))
    except Exception as reason:  # noqa: BLE001 - python-pptx and zipfile trip over what is no deck in many ways
        raise PublishError(
            f"{shown(template)}: template must be a PowerPoint file (.pptx), got {type(reason).__name__}."
        ) from None
    listed = file.slides._sldIdLst  # noqa: SLF001 - python-pptx has no way to remove a slide
    for one in list(listed):
        file.part.drop_rel(one.rId)
        listed.remove(one)
    return file


def _findings(rest: Sequence[Part], brief: Brief | None) -> list[Part]:
    """The parts that have a finding and a chart other than the headline's, by worth and then in their order."""
    shown_already = brief.chart.svg if brief is not None and brief.chart is not None else ""
    found = [
        part
        for part in rest
        if part.said
        and part.worth >= _LEAST_WORTH
        and not part.quiet
        and (figure := _figure(part)) is not None
        and figure.svg != shown_already
    ]
    return sorted(found, key=lambda part: (-part.worth, part.place))


def _figure(part: Part) -> Figure | None:
    return next((block for block in part.blocks if isinstance(block, Figure)), None)


@dataclass(frozen=True)
class _Deck:
    file: Any
    text: Text
    unknown: set[str]

    def opening(self, document: Document, verdict: Verdict | None) -> None:
        """What the report is, and what it says."""
        cover, brief = document.cover, verdict.brief if verdict is not None else None
        slide = self._slide(cover.title)
        lines = [(" · ".join(filter(None, (cover.shop, cover.period))), 18, _SOFT, False)]
        if brief is not None and brief.state:
            lines.append((self.text(f"page.state.{brief.state}"), 24, _STATES[brief.state], True))
        said = list(brief.first if brief is not None else verdict.sentences[:2] if verdict is not None else ())
        lines += [
            (_cut(_words(one), _LONGEST_TEXT), 22 if at == 0 else 18, _INK, at == 0) for at, one in enumerate(said)
        ]
        if verdict is not None:
            lines.append((f"{verdict.badge} · {verdict.observed_until}", 14, _SOFT, False))
        self._lines(slide, lines, top=1.7, height=5.2)
        self._note(slide, "\n".join(_words(one) for one in (brief.why if brief is not None else ())))

    def key_figures(self, brief: Brief) -> None:
        """The tiles as a table."""
        slide = self._slide(self.text("page.brief.tiles"))
        head = [
            self.text(f"page.slides.{name}") for name in ("figure", "value", "interval", "target", "previous", "status")
        ]
        rows = [(row.label, row.value, row.interval, row.target, row.previous, row.status_text) for row in brief.tiles]
        if rows:
            self._table(slide, [head, *rows], (3.2, 2.6, 2.2, 1.6, 1.4, 1.3))
            self._note(slide, self._definitions(brief))
        else:
            self._lines(slide, [(self.text("page.brief.no_tiles"), 20, _INK, False)], top=1.7, height=2)

    def attained(self, brief: Brief) -> None:
        """Each figure as a share of its target, where both are numbers."""
        rows = [(row, share) for row in brief.tiles if (share := _share(row)) is not None]
        if len(rows) < _FEW:
            return
        bars = Bars(
            title=self.text("page.slides.attained_title"),
            names=tuple(row.label for row, _ in rows),
            values=tuple(share for _, share in rows),
            words=tuple(f"{self.text.rate(share)} {row.status_text}".strip() for row, share in rows),
        )
        parts = [self.text("chart.named", name=row.label, value=self.text.rate(share)) for row, share in rows]
        slide = self._slide(self.text("page.slides.attained"))
        self._bars(slide, bars, self.text("chart.clause").join(parts), 1.5)
        self._note(slide, self._definitions(brief))

    def _definitions(self, brief: Brief) -> str:
        """What the tiles mean."""
        defined = [(row.label, define(row.figure, self.text)) for row in brief.tiles if row.figure]
        return "\n".join(self.text("chart.named", name=name, value=words) for name, words in defined if words)

    def chart(self, title: str, figure: Figure, said: str, notes: str) -> None:
        """A chart with the words beside it."""
        slide = self._slide(title)
        if said:
            self._lines(slide, [(said, 16, _SOFT, False)], top=1.35, height=0.9)
        top = 2.2 if said else 1.5
        self._drawn(slide, figure, top)
        self._note(slide, notes)

    def finding(self, part: Part) -> None:
        """One finding: its first sentence is the title."""
        said = _words(part.said)
        first, *more = [one.strip() for one in _SENTENCE.split(said) if one.strip()]
        figure = _figure(part)
        if figure is None:
            return
        definitions = [_words(block.spans) for block in part.blocks if isinstance(block, Note)]
        notes = "\n\n".join(filter(None, (part.title, said, figure.caption, *definitions)))
        rest = _cut(" ".join(more), _LONGEST_TEXT // 2)
        self.chart(first, figure, rest, notes)

    def actions(self, brief: Brief) -> None:
        """What to do, by whom, until when, and what it is worth."""
        slide = self._slide(self.text("page.brief.actions"))
        if not brief.actions:
            self._lines(slide, [(self.text("page.brief.no_actions"), 20, _INK, False)], top=1.7, height=2)
            return
        head = [self.text(f"page.brief.{name}") for name in ("what", "owner", "due", "worth")]
        rows = [(one.what, one.owner, one.due, one.worth or self.text("page.brief.no_worth")) for one in brief.actions]
        self._table(slide, [head, *rows], (5.8, 2.2, 2.4, 1.9))
        if brief.more_actions:
            self._note(slide, self.text("page.brief.more_actions", count=brief.more_actions))

    def reservation(self, brief: Brief) -> None:
        """What speaks most against it, and what it rests on."""
        slide = self._slide(self.text("page.brief.reservation"))
        lines = [(_cut(_words(brief.reservation), _LONGEST_TEXT), 20, _INK, False)]
        lines += [(_cut(_words(one), _LONGEST_TEXT // 2), 16, _SOFT, False) for one in brief.why[:3]]
        self._lines(slide, lines, top=1.6, height=5.3)
        self._note(slide, "\n".join(_words(one) for one in brief.why))

    def _slide(self, title: str) -> Any:  # noqa: ANN401 - python-pptx is not typed
        """A slide of the template's layout with a title alone, else of its last layout."""
        layouts = list(self.file.slide_layouts)
        alone = [one for one in layouts if [held.placeholder_format.type for held in one.placeholders][:1] == [1]]
        fewest = min(alone or layouts, key=lambda one: len(one.placeholders))
        slide = self.file.slides.add_slide(fewest)
        for held in list(slide.placeholders):
            if held.placeholder_format.idx != 0:
                held.element.getparent().remove(held.element)
        place = slide.shapes.title
        if place is None:
            place = slide.shapes.add_textbox(0, 0, 0, 0)
        place.left, place.top, place.width, place.height = (Inches(side) for side in (0.6, 0.35, self._width, 1.0))
        self._write(
            place.text_frame, [(title := _titled(title), 26 if display_width(title) <= _LONG_TITLE else 20, _INK, True)]
        )
        place.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        return slide

    @property
    def _width(self) -> float:
        """The room between the margins, in inches."""
        return float(Emu(self.file.slide_width).inches) - 1.2

    def _lines(
        self,
        slide: Any,  # noqa: ANN401 - as above
        lines: Sequence[tuple[str, int, RGBColor, bool]],
        *,
        top: float,
        height: float,
    ) -> None:
        box = slide.shapes.add_textbox(Inches(0.6), Inches(top), Inches(self._width), Inches(height))
        self._write(box.text_frame, [line for line in lines if line[0]])

    def _write(self, frame: Any, lines: Sequence[tuple[str, int, RGBColor, bool]]) -> None:  # noqa: ANN401 - as above
        frame.word_wrap = True
        for at, (words, size, colour, bold) in enumerate(lines):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(8)
            paragraph.alignment = 1
            run = paragraph.add_run()
            run.text = words
            run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour
            run._r.get_or_add_rPr().set("lang", "zh-CN" if self.text.lang == "zh" else "en-GB")  # noqa: SLF001 - no other way

    def _table(self, slide: Any, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:  # noqa: ANN401 - as above
        place = (Inches(0.6), Inches(1.6), Inches(self._width), Inches(0.55 * len(rows)))
        table = slide.shapes.add_table(len(rows), len(rows[0]), *place).table
        for at, width in enumerate(widths):
            table.columns[at].width = Inches(self._width * width / sum(widths))
        for row, cells in enumerate(rows):
            for column, words in enumerate(cells):
                colour = RGBColor(0xFF, 0xFF, 0xFF) if row == 0 else _INK
                bold = row == 0 or column == 0
                frame = table.cell(row, column).text_frame
                self._write(frame, [(_cut(words, _LONGEST_CELL) or "—", 14, colour, bold)])

    def _drawn(self, slide: Any, figure: Figure, top: float) -> None:  # noqa: ANN401 - as above
        """A chart that can be edited, or a picture of it."""
        height = float(Emu(self.file.slide_height).inches) - top - 0.4
        if figure.bars is None:
            content, across = _picture(figure, self.unknown)
            width = min(self._width, height * across)
            place = (Inches(0.6 + (self._width - width) / 2), Inches(top), Inches(width))
            shape = slide.shapes.add_picture(io.BytesIO(content), *place)
            shape._element.nvPicPr.cNvPr.set("descr", figure.alt)  # noqa: SLF001 - python-pptx has no alternative texts
            return
        self._bars(slide, figure.bars, figure.alt, top)

    def _bars(self, slide: Any, bars: Bars, alt: str, top: float) -> None:  # noqa: ANN401 - as above
        """Bars that PowerPoint draws, each with its words."""
        height = float(Emu(self.file.slide_height).inches) - top - 0.4
        data = CategoryChartData()
        data.categories = [neutral(name) for name in bars.names]
        data.add_series(neutral(bars.title) or "—", bars.values)
        place = (Inches(0.6), Inches(top), Inches(self._width), Inches(height))
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *place, data)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)  # noqa: SLF001 - as above
        chart = frame.chart
        chart.has_legend, chart.has_title = False, True
        self._write(chart.chart_title.text_frame, [(bars.title or "—", 14, _SOFT, False)])
        chart.font.size, chart.font.color.rgb = Pt(14), _INK
        chart.category_axis.reverse_order = True
        chart.category_axis.format.line.color.rgb = _SOFT
        chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
        plot = chart.plots[0]
        plot.gap_width = 60
        plot.series[0].format.fill.solid()
        plot.series[0].format.fill.fore_color.rgb = _ACCENT
        for at, words in enumerate(bars.words):
            label = plot.series[0].points[at].data_label
            label.position = XL_LABEL_POSITION.OUTSIDE_END
            label.text_frame.text = words

    def _note(self, slide: Any, words: str) -> None:  # noqa: ANN401 - as above
        if words:
            slide.notes_slide.notes_text_frame.text = words


def _picture(figure: Figure, unknown: set[str]) -> tuple[bytes, float]:
    """A chart as PNG, and how much wider than high it is."""
    root = read_svg(figure.svg, f"figure {figure.alt[:40]!r}")
    svg = printable(etree.tostring(root, encoding="unicode"), unknown)
    _, _, width, height = map(float, re.split(r"[\s,]+", root.get("viewBox", "").strip()))
    try:
        content = _compiler().compile(sys_inputs={"svg": svg}, format="png", ppi=144)
    except typst.TypstError as reason:
        raise PublishError(f"figure {figure.alt[:40]!r}: chart must be drawn, got {reason.message}.") from None
    if not isinstance(content, bytes):
        raise PublishError(f"figure {figure.alt[:40]!r}: chart must be one picture, got {type(content).__name__}.")
    return content, width / height


@functools.cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(TEMPLATES / "chart.typ", root=TEMPLATES, font_paths=fonts)


def _date(file: Any, document: Document) -> None:  # noqa: ANN401 - as above
    """Facts of the file, none of which comes from the clock."""
    moment = dt.datetime.combine(document.cover.dated_on or _UNDATED, dt.time())
    facts = file.core_properties
    facts.title, facts.author, facts.last_modified_by = document.title[:250], document.cover.shop[:250], ""
    facts.created = facts.modified = moment
    facts.revision = 1


def _share(row: ScoreRow) -> float | None:
    """A figure over its target; None where one of them is no number, or the target is not above 0."""
    value, target = read_number(row.value.partition(" (")[0]), read_number(row.target)
    if value is None or target is None or target[0] <= 0:
        return None
    return float(value[0] / target[0])


def _words(line: Sequence[Span]) -> str:
    return "".join(span.text for span in line).replace("\n", " ")


def _titled(words: str) -> str:
    while display_width(words) > _LONGEST_TITLE:
        words = f"{words.removesuffix('…')[:-1].rstrip()}…"
    return words


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"
