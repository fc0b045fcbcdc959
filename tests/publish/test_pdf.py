"""The PDF: text that can be found, pages that can be turned to, tags that can be heard, the same every time."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from nbformat import NotebookNode
from pypdf import PdfReader

from retro.blocks import Cell, Column, Figure, Heading, Paragraph, Table, read_document, spans
from retro.errors import PublishError
from retro.publish.pdf import RetroPDFExporter


def render(notebook: NotebookNode) -> tuple[bytes, tuple[str, ...]]:
    return RetroPDFExporter().from_document(read_document(notebook, "sample"))


@pytest.fixture(scope="module")
def exporter() -> RetroPDFExporter:
    return RetroPDFExporter()


@pytest.fixture
def pdf(notebook: Callable[..., NotebookNode]) -> PdfReader:
    content, warnings = render(notebook("zh"))
    assert warnings == ()
    return PdfReader(io.BytesIO(content))


def pages(pdf: PdfReader) -> list[str]:
    return ["".join(page.extract_text().split()) for page in pdf.pages]


def fonts(pdf: PdfReader) -> set[str]:
    return {
        font.get_object()["/BaseFont"].split("+")[1]
        for page in pdf.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }


def test_pdf_says_what_it_is(pdf: PdfReader) -> None:
    assert pdf.metadata is not None
    assert pdf.metadata.title == "新人周复盘"
    assert pdf.metadata.creation_date is not None
    assert pdf.metadata.creation_date.date().isoformat() == "2025-04-08"
    catalog = pdf.root_object
    assert str(catalog["/Lang"]).startswith("zh")
    assert catalog["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()


def test_pdf_text_can_be_found(pdf: PdfReader) -> None:
    said = pages(pdf)
    assert "新人周复盘" in said[0]
    assert "2025年4月8日" in said[0]
    assert "目录" in said[1]
    assert f"第2页/共{len(said)}页" in said[1]
    whole = "".join(said)
    for words in (
        "注册超过目标。",
        "第二句<b>&",
        "■未达成",
        "要点一句",
        "图注",
        "每日明细",
        "12,345",
        "合计",
        "没有表reviews",
    ):
        assert words in whole
    for absent in ("secret_code", "Definitions", "beware"):
        assert absent not in whole


def test_pdf_bookmarks_agree_with_the_printed_contents(pdf: PdfReader) -> None:
    flat = [entry for entry in pdf.outline if not isinstance(entry, list)]
    assert [entry.title for entry in flat] == ["转化漏斗", "每一步", "口径 与 定义"]
    page = pdf.get_destination_page_number(flat[0])
    assert page is not None
    assert "转化漏斗" in pages(pdf)[page]


def test_pdf_embeds_its_own_two_fonts(pdf: PdfReader) -> None:
    assert fonts(pdf) == {"NotoSansSC-Regular", "NotoSansSC-Bold"}


def test_pdf_is_the_same_every_time(notebook: Callable[..., NotebookNode]) -> None:
    assert render(notebook("en"))[0] == render(notebook("en"))[0]


def test_signs_that_cannot_be_printed_are_replaced_and_reported(notebook: Callable[..., NotebookNode]) -> None:
    content, warnings = render(notebook("zh", [Paragraph(spans=spans("庆祝🎉了"))]))
    said = "printed as a box, and on the page left to its reader's own fonts. Write them in words."
    assert warnings == (f"PDF: the typeface lacks 🎉 (U+1F389); {said}",)
    assert "庆祝□了" in "".join(pages(PdfReader(io.BytesIO(content))))


def test_long_tables_repeat_their_header_and_wide_ones_turn_the_sheet(notebook: Callable[..., NotebookNode]) -> None:
    columns = (Column(label="名称"), *(Column(label=f"列{n}", numeric=True) for n in range(20)))
    rows = tuple((Cell(text=f"行{n}"), *(Cell(text="1,234.5") for _ in range(20))) for n in range(60))
    heading = Heading(level=1, spans=spans("章名"))
    content, _ = render(notebook("zh", [heading, Table(caption="宽表", columns=columns, rows=rows)]))
    pdf = PdfReader(io.BytesIO(content))
    turned = [page for page in pdf.pages if page.mediabox.width > page.mediabox.height]
    assert "章名" in turned[0].extract_text(), "the heading turns with its table"
    assert len(turned) >= 2
    assert all("名称" in page.extract_text() for page in turned)
    assert "第2/2部分" in "".join(pages(pdf))


def test_no_line_breaks_inside_a_number_or_before_what_belongs_to_it(notebook: Callable[..., NotebookNode]) -> None:
    words = [Paragraph(spans=spans("净" * n + "亏损在 14.6 – 18 万元；共 90 天、1,133 单；" * 9)) for n in range(1, 20)]
    content, _ = render(notebook("zh", words))
    lines = [line.strip() for page in PdfReader(io.BytesIO(content)).pages for line in page.extract_text().splitlines()]

    assert sum("18 万元" in line for line in lines) > 8
    assert not any(line.endswith(("–", "14.6")) for line in lines), "the two ends of an interval stand on one line"
    broken = [
        pair for pair in pairwise(lines) if re.match(r"[\d,.]+ ?(万元|天|单)", pair[1]) and pair[0][-1:].isdigit()
    ]
    assert [*broken, *(line for line in lines if re.match("万元|天|单|[；、。]", line))] == []


def test_a_rate_breaks_before_its_interval_as_its_column_expects(notebook: Callable[..., NotebookNode]) -> None:
    columns = tuple(Column(label=f"活动{n}" if n else "指标", numeric=n > 0) for n in range(6))
    row = (Cell(text="提前购买占活动期增量"), *(Cell(text="−32.6%（−110.8% 至 43.1%）") for _ in range(5)))
    content, _ = render(notebook("zh", [Table(caption="横向对比", columns=columns, rows=(row,))]))

    lines = [line for page in PdfReader(io.BytesIO(content)).pages for line in page.extract_text().splitlines()]
    assert sum(line.strip() == "（−110.8% 至" for line in lines) == 5, "wider than that, columns overlap"


def test_content_is_data_and_never_markup(notebook: Callable[..., NotebookNode]) -> None:
    hostile = '#panic("x") $x$ *b* \\ <label> @ref // "quoted" ]'
    content, _ = render(notebook("en", [Paragraph(spans=spans(hostile.replace("*b*", "b")))]))
    assert '#panic("x")' in "".join(pages(PdfReader(io.BytesIO(content))))


def test_a_document_without_headings_or_cover_is_set(exporter: RetroPDFExporter) -> None:
    import nbformat.v4 as nb

    cells = [nb.new_markdown_cell("只有一句。")]
    content, _ = exporter.from_notebook_node(nb.new_notebook(cells=cells), {"metadata": {"name": "短文"}})
    assert "只有一句。" in pages(PdfReader(io.BytesIO(content)))[0]


def test_charts_that_cannot_be_printed_are_refused(notebook: Callable[..., NotebookNode]) -> None:
    with pytest.raises(PublishError, match="figure '坏图': chart must be SVG"):
        render(notebook("zh", [Figure(svg="<svg", alt="坏图")]))
