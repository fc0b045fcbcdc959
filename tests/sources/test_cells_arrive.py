"""What stands in a file arrives in the table, or the run says why not: situations of back-office exports, by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from retro.errors import SourceError
from retro.sources import Source, Tables, open_tables

HEAD = "order_id,user_id,ordered_at,status,amount\n"


def opened(folder: Path, spec: dict[str, Any], name: str = "orders", **keys: Any) -> Tables:
    data = {"folder": str(folder), "timezone": "Asia/Shanghai", "currency": "CNY", "tables": {name: spec}, **keys}
    return open_tables(Source.model_validate(data), "source.yaml")


def column_of(folder: Path, column: str, cells: list[str], **spec: Any) -> list[Any]:
    """Orders of one column's cells, as they arrive."""
    given = {"order_id": "o{}", "user_id": "u{}", "ordered_at": "2025-01-10 10:00:00", "status": "paid", "amount": "90"}
    lines = [
        ";".join((cell if name == column else text).format(i) for name, text in given.items())
        for i, cell in enumerate(cells)
    ]
    (folder / "orders.csv").write_text(HEAD.replace(",", ";") + "\n".join(lines) + "\n", encoding="utf-8")
    orders = opened(folder, {"path": "orders.csv", "delimiter": ";", **spec}).orders
    found: list[Any] = orders.execute()[column].tolist()
    return found


MONEY = {
    "cents": (["90", "90.49"], ["90", "90.49"]),
    "signs": (["￥1,234.50", "¥5", "12.5元", "CNY 7"], ["1234.50", "5", "12.5", "7"]),
    "full width": (["１２．５０"], ["12.50"]),
    "ten thousands": (["1.2万", "3亿"], ["12000", "300000000"]),
    "percent": (["12%", "５％"], ["0.12", "0.05"]),
    "negative": (["(3.00)", "-3", "−3", "3-"], ["-3", "-3", "-3", "-3"]),
    "blanks": (["\t90.00\u200b", " 90 "], ["90", "90"]),
    "nothing": (["--", "", "1"], [None, None, "1"]),
    "exact": (["1234567890123456.78"], ["1234567890123456.78"]),
}


@pytest.mark.parametrize(("cells", "right"), MONEY.values(), ids=MONEY)
def test_money_is_exact(tmp_path: Path, cells: list[str], right: list[str | None]) -> None:
    found = column_of(tmp_path, "amount", cells, thousands=",")

    assert [None if pd.isna(one) else one for one in found] == [one and Decimal(one) for one in right]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["1", "90.495"], "line 3, column 'amount': cell must have at most 2 places after the point, got '90.495'"),
        (["1.234,50"], "cell must be a number, got '1.234,50'. Where decimals stand behind ',', say decimal: \",\""),
        (["1,234"], "cell must be a number, got '1,234'"),  # between semicolons either sign may stand before decimals
        (["$5"], "cell must be in the source's currency CNY, got '$5'"),
        (["12%", "12"], "cell must be written with % in all cells of the column, or in none, got '12%'"),
        (["1E5"], "cell must be a number, got"),
        (["12345678901234567.00"], "cell must have at most 16 digits before the point"),
        (["合计"], "cell must be a number, got a text like 字字"),
        (["inf"], "cell must be a number, got 'inf'"),
    ],
)
def test_money_that_is_not_sure_is_refused_by_its_cell(tmp_path: Path, cells: list[str], words: str) -> None:
    with pytest.raises(SourceError) as caught:
        column_of(tmp_path, "amount", cells)

    assert words in str(caught.value)
    assert "orders.csv, line" in str(caught.value)


def test_decimals_behind_a_comma(tmp_path: Path) -> None:
    assert column_of(tmp_path, "amount", ["1.234,50", "7"], decimal=",") == [Decimal("1234.50"), Decimal(7)]


IDS = {
    "zeros": (["007", "7"], ["007", "7"]),
    "long": (["88000000000000000001", "88000000000000000003"], ["88000000000000000001", "88000000000000000003"]),
    "tabs": (["\t0012", "0013\u200b", "\ufeff14 "], ["0012", "0013", "14"]),
    "Excel": (['="0012"', "'0013", "`0014"], ["0012", "0013", "0014"]),
    "words": (["NA", "null", "None", "nan"], ["NA", "null", "None", "nan"]),
}


@pytest.mark.parametrize(("cells", "right"), IDS.values(), ids=IDS)
def test_an_id_is_text_without_what_nobody_sees(tmp_path: Path, cells: list[str], right: list[str]) -> None:
    assert column_of(tmp_path, "user_id", cells) == right


def test_an_id_that_a_spreadsheet_cut_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        column_of(tmp_path, "user_id", ["1", "8.8E+16"])

    assert "line 3, column 'user_id': cell must be an id with all its digits" in str(caught.value)
    assert "got a cell that is not shown, since it points at people. Export it as text." in str(caught.value)
    assert "8.8" not in str(caught.value)


MOMENTS = {
    "slashes": ["2025/1/5 9:05", "2025/01/05 09:05:00"],
    "Chinese": ["2025年1月5日 9:05", "2025年1月5日 9时5分", "2025年1月5日上午9:05"],
    "offsets": [
        "2025-01-05T01:05:00Z",
        "2025-01-05T09:05:00+08:00",
        "2025-01-05 09:05:00",
        "2025-01-05 01:05:00 +0000",
    ],
    "halves": ["2025-01-05 09:05:00 AM", "2025-01-05 上午 9:05"],
    "compact": ["20250105090500"],
    "short": ["2025-01-05 09:05", "2025-01-05 09:05:00.000"],
}


@pytest.mark.parametrize("types", [{}, {"ordered_at": "timestamp"}, {"ordered_at": "timestamp('UTC')"}])
@pytest.mark.parametrize("cells", MOMENTS.values(), ids=MOMENTS)
def test_a_moment_lands_where_it_belongs(tmp_path: Path, cells: list[str], types: dict[str, str]) -> None:
    assert set(column_of(tmp_path, "ordered_at", cells, types=types)) == {pd.Timestamp("2025-01-05 09:05")}


def test_the_clock_holds_for_moments_without_an_offset(tmp_path: Path) -> None:
    found = column_of(tmp_path, "ordered_at", ["2025-01-05 01:05:00", "2025-01-05T09:05:00+08:00"], clock="utc")

    assert set(found) == {pd.Timestamp("2025-01-05 09:05")}


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        (["01/05/2025 09:05", "01/26/2025 09:05"], "2025-01-05 09:05"),
        (["01/05/2025 09:05", "26/05/2025 09:05"], "2025-05-01 09:05"),
        (["05/05/2025"], "2025-05-05"),
    ],
)
def test_the_order_of_day_and_month_is_taken_from_all_cells(tmp_path: Path, cells: list[str], right: str) -> None:
    assert column_of(tmp_path, "ordered_at", cells)[0] == pd.Timestamp(right)


@pytest.mark.parametrize("format_", ["DD/MM/YYYY", "%d/%m/%Y", {"ordered_at": "DD/MM/YYYY"}])
def test_a_date_format_settles_the_order(tmp_path: Path, format_: Any) -> None:
    found = column_of(tmp_path, "ordered_at", ["01/05/2025 09:05", "02/05/2025"], date_format=format_)

    assert found == [pd.Timestamp("2025-05-01 09:05"), pd.Timestamp("2025-05-02")]


@pytest.mark.parametrize(
    ("format_", "cell"), [("epoch_s", "1736039100"), ("epoch_ms", "1736039100000"), ("excel", "45662.378472222")]
)
def test_counted_moments_need_their_unit(tmp_path: Path, format_: str, cell: str) -> None:
    with pytest.raises(SourceError, match="cell must be a date and time such as"):
        column_of(tmp_path, "ordered_at", [cell])
    assert column_of(tmp_path, "ordered_at", [cell], date_format=format_) == [pd.Timestamp("2025-01-05 09:05")]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            ["01/05/2025", "02/05/2025"],
            "be a date whose day and month cannot be exchanged, got '01/05/2025'. Say date_format",
        ),
        (["13/05/2025", "05/13/2025"], "have day and month in one order in the whole column, got '13/05/2025'"),
        (["25-01-05 09:05:00"], "be a date and time such as 2025-01-10 09:30:00, got '25-01-05 09:05:00'"),
        (["2025-01-05 24:00:00"], "be a day of the calendar and a time of the clock, got '2025-01-05 24:00:00'"),
        (["2025-02-30"], "be a day of the calendar"),
        (["0000-00-00 00:00:00"], "be a day of the calendar"),
        (["2025-01-05 21:05 PM"], "be a time of twelve hours where it says AM or PM"),
        (["2025-01-05 09:05:00.1234567"], "be no finer than a millionth of a second"),
        (["infinity"], "be a date and time"),
    ],
)
def test_a_moment_that_is_not_sure_is_refused_by_its_cell(tmp_path: Path, cells: list[str], words: str) -> None:
    with pytest.raises(SourceError) as caught:
        column_of(tmp_path, "ordered_at", cells)

    assert f"orders.csv, line 2, column 'ordered_at': cell must {words}" in str(caught.value)


def test_a_day_that_holds_a_time_is_refused(tmp_path: Path) -> None:
    text = "cost_id,campaign_id,category,incurred_on,amount\nk1,c,media,2025-01-05 10:00:00,5\n"
    (tmp_path / "costs.csv").write_text(text)

    with pytest.raises(SourceError, match=r"'incurred_on': cell must be a day without a time, got '2025-01-05 10"):
        opened(tmp_path, {"path": "costs.csv"}, "campaign_costs")


LATE = 60_000
"""Lines after which a column changes: far beyond what is looked at first."""


@pytest.mark.parametrize(
    ("column", "early", "late", "right"),
    [
        ("amount", "90", "90.49", Decimal("90.49")),
        ("user_id", "1{}", "001{}", "001{}"),
        ("ordered_at", "2025-01-09", "2025-01-10 23:59:59", pd.Timestamp("2025-01-10 23:59:59")),
        ("note", "", "late", "late"),
        ("note", "12", "012", "012"),
    ],
)
def test_what_begins_late_in_a_file_is_not_bent(tmp_path: Path, column: str, early: str, late: str, right: Any) -> None:
    given = {"order_id": "o{}", "user_id": "u{}", "ordered_at": "2025-01-10 10:00:00", "amount": "90", "note": "x" * 30}
    line = ",".join(given.values()) + "\n"
    lines = [line.replace(given[column], early).format(i, i) for i in range(LATE)]
    lines.append(line.replace(given[column], late).format(LATE, LATE))
    (tmp_path / "orders.csv").write_text(",".join(given) + "\n" + "".join(lines))
    raw = opened(tmp_path, {"sql": "select * from sheet"}, raw={"sheet": {"path": "orders.csv"}}).raw("sheet")

    found = raw.filter(raw.order_id == f"o{LATE}").execute()[column][0]
    assert found == (right.format(LATE) if isinstance(right, str) else right)
    assert raw.count().execute() == LATE + 1


def test_a_cell_far_down_is_refused_by_its_line(tmp_path: Path) -> None:
    rows = "".join(f'o{i},u{i},2025-01-10 10:00:00,"a\nb{"x" * 40}",90.00\n' for i in range(LATE))
    (tmp_path / "orders.csv").write_text(f"{HEAD}{rows}o,u,2025-01-10 10:00:00,paid,9O.00\n")

    with pytest.raises(SourceError, match=f"line {2 * LATE + 2}, column 'amount': cell must be a number"):
        opened(tmp_path, {"path": "orders.csv"})


SHAPES = {
    "gbk": ({"encoding": "gbk"}, "订单,渠道\n1,小程序\n".encode("gbk")),
    "gb18030": ({"encoding": "gb18030"}, "订单,渠道\n1,小程序\n".encode("gb18030")),
    "UTF-16 by its mark": ({}, "订单,渠道\n1,小程序\n".encode("utf-16")),
    "UTF-8 with a mark": ({}, "订单,渠道\n1,小程序\n".encode("utf-8-sig")),
    "tabs": ({}, "订单\t渠道\n1\t小程序\n".encode()),
    "semicolons, Windows": ({}, "订单;渠道\r\n1;小程序\r\n".encode()),
    "a named delimiter": ({"delimiter": "|"}, "订单|渠道\n1|小程序\n".encode()),
    "a title above": ({"header_row": 3}, "销售报表,\n\n订单,渠道\n1,小程序\n".encode()),
    "a total below": ({"skip_footer": 1}, "订单,渠道\n1,小程序\n合计,1\n".encode()),
    "notes below a blank line": ({"until_blank": True}, "订单,渠道\n1,小程序\n,\n导出时间：今天,\n".encode()),
    "an empty column": ({}, "订单,渠道,\n1,小程序,\n".encode()),
    "quotes": ({}, '"订单","渠道"\n"1","小程序"\n'.encode()),
}


@pytest.mark.parametrize(("spec", "content"), SHAPES.values(), ids=SHAPES)
def test_files_of_many_shapes_hold_the_same_table(tmp_path: Path, spec: dict[str, Any], content: bytes) -> None:
    (tmp_path / "orders.csv").write_bytes(content)

    found = opened(tmp_path, {"path": "orders.csv", **spec}, "sheet").by_name["sheet"].execute()

    assert found.astype(str).to_dict("records") == [{"订单": "1", "渠道": "小程序"}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b\n1,小程序\n".encode("gbk"), "text must be utf-8, got other bytes. Say encoding, such as gb18030."),
        (b"a,A\n1,2\n", "line 1: column 'A' must be there once, got it twice (as 'a' and 'A'). Rename one."),
        (b"a,a\n1,2\n", "line 1: column 'a' must be there once, got it twice. Rename one."),
        (
            b"report\na,b\n1,2\n3,4\n",
            "line 1: row must hold the columns' names, got 1 cell above rows of 2. Say header_row: 2.",
        ),
        (b"sep=;\na;b\n1;2\n", "line 1: row must hold the columns' names, got Excel's sep=. Say header_row: 2."),
        (b"a,b\n1\n", "line 2: row must have 2 cells, got 1."),
        (b"a,b\n1,2,3\n", "line 2: row must have 2 cells, got 3."),
        (b'a,b\n1,"2\n', "line 2: quotes round a cell must be closed, and doubled inside it."),
        (b"a,b;c\n1,2;3\n", "delimiter must be clear, got two that fit. Say delimiter."),
        (b"a,\n1,2\n", "line 2: column 2 must have a name, got none above its cells. Say header_row"),
        (
            "a,b\n1,2\n合计,2\n".encode(),
            "rows must be data, got a total or a note in its last rows. Say skip_footer: 1",
        ),
        (
            b"order_id,channel,amount\n1,app,2\n2,app,3\n,,5\n",
            "rows must be data, got a total or a note in its last rows. Say skip_footer: 1",
        ),
        ("订单编号,金额\n1,2\n2,3\n,￥5.00\n".encode(), "got a total or a note in its last rows"),
        ("订单编号,金额\n1,2\n2,3\n共2单,5\n".encode(), "got a total or a note in its last rows"),
        (b"PK\x03\x04", "must be text, as its name says, got a workbook or Parquet. Rename it."),
    ],
)
def test_a_file_of_a_broken_shape_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "orders.csv").write_bytes(content)

    with pytest.raises(SourceError) as caught:
        opened(tmp_path, {"path": "orders.csv"})

    assert words in str(caught.value)
    assert str(caught.value).startswith("source.yaml: tables.orders: ")


@pytest.mark.parametrize(
    ("content", "spec", "sums"),
    [
        (b"order_id,amount\n1,2\n2,3\n,5\n", {"skip_footer": 1}, 5),  # a total without a name
        (b"order_id,amount\n1,2\n2,3\n,5\n", {"skip_footer": 0}, 10),  # said to be a row
        (b"user_id,amount\n1,2\n,3\n,5\n", {}, 10),  # guests are among the rows above
        (b"order_id,on,amount\n1,2025-01-01,2\n,2025-01-02,3\n", {}, 5),  # no total has a date
        (b"amount\n2\n3\n", {}, 5),
    ],
)
def test_a_last_row_without_an_id_counts_only_where_it_is_no_total(
    tmp_path: Path, content: bytes, spec: dict[str, Any], sums: int
) -> None:
    (tmp_path / "orders.csv").write_bytes(content)

    assert opened(tmp_path, {"path": "orders.csv", **spec}, "sheet").by_name["sheet"].amount.sum().execute() == sums


@pytest.mark.parametrize("rows", [1, LATE])
def test_titles_that_come_again_are_no_row(tmp_path: Path, rows: int) -> None:
    """Exports of several months, pasted together: also where numbers made a column of text of them."""
    lines = "".join(f"o{i},{i},{'x' * 40}\n" for i in range(rows))
    (tmp_path / "orders.csv").write_text(f"order,pieces,note\n{lines}order,pieces,note\no,3,y\n")

    with pytest.raises(SourceError) as refused:
        opened(tmp_path, {"path": "orders.csv"}, "sheet").by_name["sheet"].count().execute()

    assert f"orders.csv, line {rows + 2}: row must be data, got the columns' names again. Take" in str(refused.value)


def test_no_copy_of_a_transcoded_file_stays(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes("订单\n1\n".encode("gbk"))
    tables = opened(tmp_path, {"path": "orders.csv", "encoding": "gbk"}, "sheet")

    assert not tables._copies.exists()


def sheet_of(path: Path, sheets: dict[str, list[list[Any]]], *, merged: str = "") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if merged:
            sheet.merge_cells(merged)
    book.save(path)
    return path


def read_sheet(path: Path, **spec: Any) -> pd.DataFrame:
    frame: pd.DataFrame = opened(path.parent, {"path": path.name, **spec}, "sheet").by_name["sheet"].execute()
    return frame


def test_cells_of_a_sheet_arrive_as_they_are_stored(tmp_path: Path) -> None:
    moment = dt.datetime(2025, 1, 5, 9, 5)
    rows = [
        ["id", "word", "count", "price", "at", "day"],
        [1001, "NA", 1, 0.1, moment, dt.date(2025, 1, 5)],
        [None, "null", None, 90.1, moment, dt.date(2025, 1, 6)],
        ["007", "None", 3, 2.55, None, None],
    ]

    found = read_sheet(sheet_of(tmp_path / "a.xlsx", {"s": rows}))

    assert found["id"].fillna("").tolist() == ["1001", "", "007"]
    assert found["word"].tolist() == ["NA", "null", "None"]
    assert found["count"].astype("Int64").tolist() == [1, pd.NA, 3]
    assert found["price"].tolist() == [Decimal("0.10"), Decimal("90.10"), Decimal("2.55")]
    assert found["at"].tolist()[0] == moment
    assert found["day"].tolist()[:2] == [pd.Timestamp("2025-01-05"), pd.Timestamp("2025-01-06")]


def test_the_epoch_of_1904_is_heeded(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in (["at"], [dt.datetime(2025, 1, 5, 9, 5)]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "mac.xlsx")

    assert read_sheet(tmp_path / "mac.xlsx")["at"].tolist() == [dt.datetime(2025, 1, 5, 9, 5)]


def store(path: Path, old: str, new: str) -> None:
    """Change a sheet's stored XML, as other programs write it."""
    import zipfile

    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content.replace(old.encode(), new.encode()) if "sheet1" in name else content)


def test_a_stored_number_of_seventeen_digits_keeps_them(tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "a.xlsx", {"s": [["user"], [11], [13], [None]]})
    store(path, "<v>11</v>", "<v>88000000000000001</v>")
    store(path, "<v>13</v>", "<v>88000000000000003</v>")

    assert read_sheet(path)["user"].dropna().astype(str).tolist() == ["88000000000000001", "88000000000000003"]


def test_digits_that_a_sheet_has_lost_are_refused(tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "a.xlsx", {"s": [["user"], [88000000000000001], [88000000000000003]]})

    with pytest.raises(SourceError, match=r"row 2, column 'user': cell must be an id with all its digits"):
        read_sheet(path)


def test_an_error_of_a_formula_is_an_error(tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "a.xlsx", {"s": [["id", "price"], ["a", "#REF!"]]})
    store(path, 't="inlineStr"><is><t>#REF!</t></is>', 't="e"><v>#REF!</v>')

    with pytest.raises(SourceError, match=r"sheet 's', cell B2: cell must hold a value, got the error #REF!"):
        read_sheet(path)


def test_one_column_of_texts_with_commas_has_no_title(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text('note\n"a,b"\n"c,d"\n"e,f"\n')

    assert opened(tmp_path, {"path": "orders.csv"}).orders.execute()["note"].tolist() == ["a,b", "c,d", "e,f"]


def test_a_formula_without_its_result_is_no_empty_cell(tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "a.xlsx", {"s": [["id", "price"], ["a", "=1+1"]]})

    with pytest.raises(SourceError, match=r"cell B2: cell must hold a value, got a formula without its result\. Save"):
        read_sheet(path)

    store(path, "<v></v>", "<v>2</v>")
    store(path, "<v />", "<v>2</v>")
    assert read_sheet(path)["price"].tolist() == [2]


@pytest.mark.parametrize("merged", ["A2:A3", "A3:B3"])
def test_merged_cells_of_data_are_refused(tmp_path: Path, merged: str) -> None:
    path = sheet_of(tmp_path / "a.xlsx", {"s": TABLE}, merged=merged)

    with pytest.raises(SourceError, match=f"cells {merged}: cells of data must stand alone, got them merged"):
        read_sheet(path)


TABLE = [["a", "b"], ["x", 1], ["y", 2]]


@pytest.mark.parametrize(
    ("spec", "rows"),
    [({"sheet": "1月"}, 2), ({"sheets": "*月"}, 4), ({"sheets": ["1月", "2月"]}, 4)],
)
def test_sheets_are_chosen_by_name(tmp_path: Path, spec: dict[str, Any], rows: int) -> None:
    path = sheet_of(tmp_path / "a.xlsx", {"1月": TABLE, "2月": TABLE, "说明": [["only"]]})

    assert len(read_sheet(path, **spec)) == rows


@pytest.mark.parametrize(
    ("spec", "sheets", "words"),
    [
        ({}, {"1月": TABLE, "2月": TABLE}, "sheet must be named, got 2 sheets: 1月, 2月. Say sheet, or sheets."),
        ({"sheet": "3月"}, {"1月": TABLE}, "sheet must be in the workbook, got '3月'. Sheets: 1月."),
        ({"sheets": "2025*"}, {"1月": TABLE}, "sheets must name sheets, got '2025*'. Sheets: 1月."),
        (
            {"sheets": "*"},
            {"1": TABLE, "2": [["a", "c"], ["x", 1]]},
            "must have the same columns, got '2' and '1'",
        ),
        ({}, {"s": [["a", "a"], [1, 2]]}, "sheet 's', row 1: column 'a' must be there once, got it twice."),
        (
            {},
            {"s": [["t", None], ["a", "b"], [1, 2]]},
            "column B must have a name, got none above cell B2. Say header_row: 2",
        ),
        (
            {},
            {"s": [["order_id", "b"], [1, 2], [2, 3], [None, 5]]},
            "got a total or a note in row 4. Say skip_footer: 1",
        ),
        ({}, {"s": [*TABLE, ["合计", 3]]}, "got a total or a note in row 4. Say skip_footer: 1"),
        (
            {},
            {"s": [*TABLE, [None, None], ["by", "me"]]},
            "in row 5 below the blank row 4. Say until_blank",
        ),
        ({"types": {"b": "date"}}, {"s": TABLE}, "sheet 's', row 2, column 'b': cell must be a date and time such as"),
    ],
)
def test_a_sheet_that_is_not_clear_is_refused(
    tmp_path: Path, spec: dict[str, Any], sheets: dict[str, list[list[Any]]], words: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read_sheet(sheet_of(tmp_path / "a.xlsx", sheets), **spec)

    assert words in str(caught.value)


def test_titles_that_come_again_in_a_sheet_are_no_row(tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "a.xlsx", {"s": [*TABLE, ["a", "b"], ["z", 3]]})

    with pytest.raises(SourceError, match=r"sheet 's', row 4: row must be data, got the columns' names again"):
        read_sheet(path)


def test_what_stands_round_a_table_is_left_out_on_request(tmp_path: Path) -> None:
    rows = [["销售报表", None], *TABLE, ["合计", 3], [None, None], ["note", None]]
    path = sheet_of(tmp_path / "a.xlsx", {"s": rows}, merged="A1:B1")

    assert read_sheet(path, header_row=2, until_blank=True, skip_footer=1)["a"].tolist() == ["x", "y"]


def test_a_sheet_is_read_anew_once_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    for rows in ([["a"], [1]], [["a"], [2]]):
        assert read_sheet(sheet_of(path, {"s": rows}))["a"].tolist() == rows[1]


def test_merged_titles_stand_for_the_columns_under_them(tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "a.xlsx", {"s": [["金额", None], ["应付", "实付"], [1, 2]]}, merged="A1:B1")

    assert list(read_sheet(path, header_row=[1, 2]).columns) == ["金额 应付", "金额 实付"]


def test_a_column_twice_in_parquet_is_refused(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "A"]), tmp_path / "a.parquet")

    with pytest.raises(SourceError, match=r"column 'A' must be there once, got it twice \(as 'a' and 'A'\)"):
        opened(tmp_path, {"path": "a.parquet"})


@pytest.mark.parametrize("clock", ["local", "utc"])
def test_text_of_parquet_becomes_the_moment_that_it_says(tmp_path: Path, clock: str) -> None:
    cells = ["2025-01-05T01:05:00Z", "2025-01-05T09:05:00+08:00"]
    pd.DataFrame({"ordered_at": cells}).to_parquet(tmp_path / "a.parquet")

    orders = opened(tmp_path, {"path": "a.parquet", "types": {"ordered_at": "timestamp"}, "clock": clock}).orders

    assert set(orders.execute()["ordered_at"]) == {pd.Timestamp("2025-01-05 09:05")}


@pytest.mark.parametrize(
    ("values", "kind", "value"),
    [
        ([1.0, 2.5], "int64", "2.5"),
        ([0.1, 1.005], "decimal(18, 2)", "1.005"),
        (["1.00", "1.005"], "decimal(18, 2)", "1.005"),
        ([Decimal("1.000"), Decimal("1.005")], "decimal(18, 2)", "1.005"),
        ([pd.Timestamp("2025-01-10"), pd.Timestamp("2025-01-10 10:00")], "date", "2025-01-10 10:00:00"),
    ],
)
def test_types_round_and_cut_no_value_of_parquet(tmp_path: Path, values: list[Any], kind: str, value: str) -> None:
    pd.DataFrame({"amount": values}).to_parquet(tmp_path / "a.parquet")

    with pytest.raises(SourceError) as refused:
        opened(tmp_path, {"path": "a.parquet", "types": {"amount": kind}})

    assert str(refused.value) == (
        f"source.yaml: tables.orders: types.amount: {kind} must hold every value unchanged, got {value} "
        "(1 such values). Give it a wider type, or round it by sql."
    )


def test_types_keep_values_that_fit_and_clear_the_noise_of_floats(tmp_path: Path) -> None:
    pd.DataFrame({"amount": [0.1 + 0.2, None, 3.0], "n": [1.0, None, 3.0]}).to_parquet(tmp_path / "a.parquet")

    orders = opened(tmp_path, {"path": "a.parquet", "types": {"amount": "decimal(18, 2)", "n": "int64"}}).orders

    found = orders.to_pyarrow().to_pydict()
    assert found == {"amount": [Decimal("0.30"), None, Decimal("3.00")], "n": [1, None, 3]}


def test_a_short_text_that_is_utf8_and_gbk_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("order_id,category\no1,食品\n".encode("gbk"))

    with pytest.raises(SourceError) as refused:
        opened(tmp_path, {"path": "a.csv"})

    assert str(refused.value) == (
        f"source.yaml: tables.orders: {tmp_path / 'a.csv'}: encoding must be said, as this short text is both utf-8 "
        "and gbk. Say encoding: gb18030, or utf-8."
    )
    assert opened(tmp_path, {"path": "a.csv", "encoding": "gb18030"}).orders.execute()["category"].tolist() == ["食品"]
