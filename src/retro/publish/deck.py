"""A deck of slides: how titles, words, tables and charts are put on one."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import typst
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

from retro.blocks import Bars, Figure
from retro.errors import PublishError
from retro.i18n import Text
from retro.publish.allowed import read_svg
from retro.publish.paper import display_width, printable
from retro.publish.sheets import neutral
from retro.publish.typesetter import compiler

_LONGEST_CELL = 90
"""Characters that a cell of a table has room for; the report has them whole."""

_LONG_TITLE, LONGEST_TITLE = 64, 160
"""Widths of a title, a Chinese character being 2: one that is set smaller, and one that is cut."""

INK, SOFT, ACCENT = RGBColor(0x18, 0x21, 0x2B), RGBColor(0x55, 0x61, 0x6E), RGBColor(0x0F, 0x5E, 0xA8)

Line = tuple[str, int, RGBColor, bool]
"""A line of text: words, size in points, colour, whether it is bold."""


@dataclass(frozen=True)
class Deck:
    """A deck in progress.

    Attributes:
        file: The PowerPoint file.
        text: Texts of the reader's language.
        unknown: Receives the signs that pictures cannot write.
    """

    file: Any
    text: Text
    unknown: set[str]

    def slide(self, title: str) -> Any:  # noqa: ANN401 - python-pptx is not typed
        """A slide of the template's layout with a title alone, else of its last layout."""
        slide = self.file.slides.add_slide(self._layout)
        for held in list(slide.placeholders):
            if held.placeholder_format.idx != 0:
                held.element.getparent().remove(held.element)
        place = slide.shapes.title
        if place is None:
            place = slide.shapes.add_textbox(0, 0, 0, 0)
        place.left, place.top, place.width, place.height = (Inches(side) for side in (0.6, 0.35, self._width, 1.0))
        self._write(
            place.text_frame, [(title := _titled(title), 26 if display_width(title) <= _LONG_TITLE else 20, INK, True)]
        )
        place.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        return slide

    @cached_property
    def _layout(self) -> Any:  # noqa: ANN401 - python-pptx is not typed
        layouts = list(self.file.slide_layouts)
        alone = [one for one in layouts if [held.placeholder_format.type for held in one.placeholders][:1] == [1]]
        return min(alone or layouts, key=lambda one: len(one.placeholders))

    @property
    def _width(self) -> float:
        """The room between the margins, in inches."""
        return float(Emu(self.file.slide_width).inches) - 1.2

    def lines(
        self,
        slide: Any,  # noqa: ANN401 - as above
        lines: Sequence[Line],
        *,
        top: float,
        height: float,
    ) -> None:
        """Put lines of text on a slide, from so many inches below its top."""
        box = slide.shapes.add_textbox(Inches(0.6), Inches(top), Inches(self._width), Inches(height))
        self._write(box.text_frame, [line for line in lines if line[0]])

    def _write(self, frame: Any, lines: Sequence[Line]) -> None:  # noqa: ANN401 - as above
        frame.word_wrap = True
        for at, (words, size, colour, bold) in enumerate(lines):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(8)
            paragraph.alignment = 1
            run = paragraph.add_run()
            run.text = words
            run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour
            run._r.get_or_add_rPr().set("lang", "zh-CN" if self.text.lang == "zh" else "en-GB")  # noqa: SLF001 - no other way

    def table(self, slide: Any, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:  # noqa: ANN401 - as above
        """Put a table on a slide; its first row is the head."""
        place = (Inches(0.6), Inches(1.6), Inches(self._width), Inches(0.55 * len(rows)))
        table = slide.shapes.add_table(len(rows), len(rows[0]), *place).table
        for at, width in enumerate(widths):
            table.columns[at].width = Inches(self._width * width / sum(widths))
        for row, cells in enumerate(rows):
            for column, words in enumerate(cells):
                colour = RGBColor(0xFF, 0xFF, 0xFF) if row == 0 else INK
                bold = row == 0 or column == 0
                frame = table.cell(row, column).text_frame
                self._write(frame, [(cut(words, _LONGEST_CELL) or "—", 14, colour, bold)])

    def drawn(self, slide: Any, figure: Figure, top: float) -> None:  # noqa: ANN401 - as above
        """A chart that can be edited, or a picture of it."""
        height = float(Emu(self.file.slide_height).inches) - top - 0.4
        if figure.bars is None:
            content, across = _picture(figure, self.unknown)
            width = min(self._width, height * across)
            place = (Inches(0.6 + (self._width - width) / 2), Inches(top), Inches(width))
            shape = slide.shapes.add_picture(io.BytesIO(content), *place)
            shape._element.nvPicPr.cNvPr.set("descr", figure.alt)  # noqa: SLF001 - python-pptx has no alternative texts
            return
        self.bars(slide, figure.bars, figure.alt, top)

    def bars(self, slide: Any, bars: Bars, alt: str, top: float) -> None:  # noqa: ANN401 - as above
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
        self._write(chart.chart_title.text_frame, [(bars.title or "—", 14, SOFT, False)])
        chart.font.size, chart.font.color.rgb = Pt(14), INK
        chart.category_axis.reverse_order = True
        chart.category_axis.format.line.color.rgb = SOFT
        chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
        plot = chart.plots[0]
        plot.gap_width = 60
        plot.series[0].format.fill.solid()
        plot.series[0].format.fill.fore_color.rgb = ACCENT
        for at, words in enumerate(bars.words):
            label = plot.series[0].points[at].data_label
            label.position = XL_LABEL_POSITION.OUTSIDE_END
            label.text_frame.text = words

    def note(self, slide: Any, words: str) -> None:  # noqa: ANN401 - as above
        """Say more below a slide."""
        if words:
            slide.notes_slide.notes_text_frame.text = words


def _picture(figure: Figure, unknown: set[str]) -> tuple[bytes, float]:
    """A chart as PNG, and how much wider than high it is."""
    root = read_svg(figure.svg, f"figure {figure.alt[:40]!r}")
    svg = printable(etree.tostring(root, encoding="unicode"), unknown)
    _, _, width, height = map(float, re.split(r"[\s,]+", root.get("viewBox", "").strip()))
    try:
        content = compiler("chart.typ").compile(sys_inputs={"svg": svg}, format="png", ppi=144)
    except typst.TypstError as reason:
        raise PublishError(f"figure {figure.alt[:40]!r}: chart must be drawn, got {reason.message}.") from None
    if not isinstance(content, bytes):
        raise PublishError(f"figure {figure.alt[:40]!r}: chart must be one picture, got {type(content).__name__}.")
    return content, width / height


def _titled(words: str) -> str:
    while display_width(words) > LONGEST_TITLE:
        words = f"{words.removesuffix('…')[:-1].rstrip()}…"
    return words


def cut(words: str, longest: int) -> str:
    """Words that fit into so many characters."""
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"
