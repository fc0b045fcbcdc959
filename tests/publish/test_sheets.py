"""The workbook: numbers as numbers, text as text whatever it begins with, the same bytes again."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from nbformat import NotebookNode

from retro.blocks import Cell, Column, Cover, Document, Table, read_document
from retro.publish.sheets import read_number, workbook


def opened(document: Document) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook(document)))


def table(*rows: str, caption: str = "By day", label: str = "GMV") -> Table:
    columns = (Column(label="Day"), Column(label=label, numeric=True))
    return Table(caption=caption, columns=columns, rows=tuple((Cell(text="Mon"), Cell(text=row)) for row in rows))


@pytest.mark.parametrize(
    ("written", "value", "shown"),
    [
        ("12,345", 12345, "#,##0"),
        ("44,121.39", 44121.39, "#,##0.00"),
        ("72.0%", 0.72, "#,##0.0%"),
        ("+6.5%", 0.065, "+#,##0.0%;-#,##0.0%;#,##0.0%"),
        ("−16.2 万元", -162000, '#,##0" 元"'),
        ("1.65M CNY", 1650000, '#,##0" CNY"'),
        ("10,659.0", 10659, "#,##0.0"),
    ],
)
def test_a_number_of_the_page_is_a_number_of_the_sheet(written: str, value: float, shown: str) -> None:
    cell = opened(Document(Cover(title="A week", lang="en"), (table(written),)))["By day"]["B6"]

    assert (cell.value, cell.number_format) == (pytest.approx(value), shown)


@pytest.mark.parametrize(
    "written", ["<5", "9 Jan 2025", "20:00", "3 – 5", "3.9% (11/291)", "2025-01-09", "1.2.3", "", "—"]
)
def test_what_is_no_number_stays_text(written: str) -> None:
    assert read_number(written) is None


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd()", "-2+3(x)", "@SUM(A1)", "\tx", '=HYPERLINK("http://x")', " =1+1", "\n=1+1", "＝1+1", "＠x"],
)
def test_text_that_begins_like_a_formula_is_neutralised(text: str) -> None:
    hostile = Table(caption=text, columns=(Column(label=text), Column(label=text)), rows=((Cell(text=text),) * 2,))
    book = opened(Document(Cover(title=text, lang="zh", shop=text), (hostile,)))

    for sheet in book:
        for cell in (cell for row in sheet for cell in row if cell.value):
            assert cell.data_type != "f"
            assert not unicodedata.normalize("NFKC", str(cell.value)).lstrip().startswith(("=", "+", "-", "@", "\t"))


def test_every_table_has_a_sheet_with_frozen_headers_and_the_definitions_stand_last(
    notebook: Callable[..., NotebookNode],
) -> None:
    book = opened(read_document(notebook("zh"), "sample"))

    assert book.sheetnames[0] == "目录"
    assert book.sheetnames[-1] == "口径与定义"
    assert {"目标与结果", "每日明细"} <= set(book.sheetnames)
    assert book["每日明细"].freeze_panes == "B6"
    assert [cell.value for cell in book["目标与结果"][6]][:6] == [
        "留存",
        pytest.approx(0.721),
        None,
        None,
        pytest.approx(0.85),
        None,
    ]
    assert "分母：已观察用户" in [cell.value for row in book["口径与定义"] for cell in row]


def test_a_sheet_prints_as_wide_as_its_paper(notebook: Callable[..., NotebookNode]) -> None:
    for sheet in opened(read_document(notebook("en"), "a")):
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows


def test_long_and_equal_captions_make_names_that_excel_opens() -> None:
    same = [table("1", caption=caption) for caption in ("W" * 128, "W" * 128, "a/b:c*?[d]", "History", "contents", "'")]
    names = opened(Document(Cover(title="A week", lang="en"), tuple(same))).sheetnames

    assert len({name.lower() for name in names}) == len(names) == len(same) + 2
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_the_workbook_is_the_same_every_time(notebook: Callable[..., NotebookNode]) -> None:
    document = read_document(notebook("en"), "sample")
    content = workbook(document)

    assert workbook(document) == content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_column_of_figures_stands_flush_right_with_its_head_and_what_is_no_number() -> None:
    sheet = opened(Document(Cover(title="x", lang="en"), (table("72.0% (72/100)", "3"),)))["By day"]

    places = [[cell.alignment.horizontal for cell in row[:2]] for row in sheet.iter_rows(min_row=5, max_row=7)]
    assert [right for _, right in places] == ["right"] * 3
    assert "right" not in [left for left, _ in places]
