"""What goes to the printer: tables that fit, signs that can be written."""

from __future__ import annotations

import pytest

from retro.blocks import Cell, Column, Table
from retro.i18n import load_text
from retro.publish.paper import MOST_ROWS, column_groups, column_widths, paper_blocks, printable

TEXT = load_text("en")


def table(columns: int, rows: int, cell: str = "1,234.5") -> Table:
    return Table(
        caption="T",
        columns=(Column(label="name"), *(Column(label=f"c{n}", numeric=True) for n in range(1, columns))),
        rows=tuple((Cell(text=f"row {n}"), *(Cell(text=cell) for _ in range(1, columns))) for n in range(rows)),
    )


def test_column_widths_never_break_figures_but_do_break_texts() -> None:
    wide = Table(
        caption="T",
        columns=(Column(label="名称"), Column(label="of all users", numeric=True)),
        rows=((Cell(text="字" * 40), Cell(text="1" * 35)), (Cell(text="字"), Cell(text="1"))),
    )
    assert column_widths(wide) == [28, 35]
    assert column_widths(table(2, 0)) == [4, 4]
    headings = Table(caption="T", columns=(Column(label="若与其他分组同步应为"), Column(label="unbreakable")), rows=())
    assert column_widths(headings) == [10, 11]


def test_columns_get_room_for_their_gutter_and_for_seams_between_chinese_and_numbers() -> None:
    days = Table(caption="T", columns=(Column(label="日期"),) * 9, rows=((Cell(text="1月17日"),) * 9,))
    (drawn,) = paper_blocks([days], TEXT)

    assert column_widths(days) == [9] * 9
    assert drawn["parts"][0]["widths"] == [pytest.approx(9 * 0.56 * 8.5 + 9, abs=0.01)] * 9


def test_column_groups_fill_evenly_and_repeat_the_first_column() -> None:
    assert column_groups([10, 5, 5], room=482, size=8.5) == [[0, 1, 2]]
    groups = column_groups([10] + [10] * 9, room=300, size=8)
    assert groups == [[0, 1, 2, 3], [0, 4, 5, 6], [0, 7, 8, 9]]
    assert column_groups([90, 90], room=100, size=8) == [[0, 1]]


def test_a_wide_table_is_split_upright_when_short_and_turned_when_long() -> None:
    (short,) = paper_blocks([table(20, 5)], TEXT)
    (long,) = paper_blocks([table(20, 60)], TEXT)
    (narrow,) = paper_blocks([table(4, 60)], TEXT)
    assert (short["landscape"], len(short["parts"])) == (False, 2)
    assert [part["caption"] for part in short["parts"]] == [f"T (part {n} of 2)" for n in (1, 2)]
    assert [part["columns"][0]["label"] for part in short["parts"]] == ["name"] * 2
    assert (long["landscape"], len(long["parts"])) == (True, 2)
    assert (narrow["landscape"], narrow["parts"][0]["caption"]) == (False, "T")


def test_no_sheet_is_turned_for_a_few_rows_however_wide_they_are() -> None:
    few, more = (paper_blocks([table(40, rows)], TEXT)[0] for rows in (2, 5))

    assert (few["landscape"], len(few["parts"])) == (False, 1)
    assert more["landscape"]


def test_a_few_rows_that_are_wider_than_a_sheet_are_read_from_top_to_bottom() -> None:
    """Campaign and baseline side by side, instead of a table in parts."""
    (drawn,) = paper_blocks([table(20, 2)], TEXT)

    (part,) = drawn["parts"]
    assert [column["label"] for column in part["columns"]] == ["name", "row 0", "row 1"]
    assert [row[0]["text"] for row in part["rows"]] == [f"c{n}" for n in range(1, 20)]
    assert len(paper_blocks([table(7, 2)], TEXT)[0]["parts"][0]["columns"]) == 7, "what fits is read across"


def test_estimates_are_broken_before_their_interval_before_a_table_is_split() -> None:
    (drawn,) = paper_blocks([table(7, 3, "−42.3K (−63.8K to 20.6K)")], TEXT)

    assert len(drawn["parts"]) == 1
    assert len(paper_blocks([table(7, 3, "1" * 24)], TEXT)[0]["parts"]) == 2


def test_texts_are_broken_before_a_table_is_split() -> None:
    def part_count(columns: int) -> int:
        words = Table(
            caption="T",
            columns=tuple(Column(label="原因") for _ in range(columns)),
            rows=(tuple(Cell(text="字" * 40) for _ in range(columns)),) * 5,
        )
        return len(paper_blocks([words], TEXT)[0]["parts"])

    assert [part_count(columns) > 1 for columns in (3, 6, 9)] == [False, False, True]


def test_a_table_of_absurd_length_is_cut_and_says_so() -> None:
    (cut,) = paper_blocks([table(2, MOST_ROWS + 7)], TEXT)
    assert len(cut["parts"][0]["rows"]) == MOST_ROWS
    assert cut["note"] == "Only the first 300 rows are printed here; the other 7 are on the web page."


def test_printable_replaces_signs_that_the_typeface_lacks() -> None:
    unknown: set[str] = set()
    data = {"a": ["完🎉", "x\ty\x07", 3, None, "é\u200b"], "b": "▲ 未达成 −1 ½", "c": "✗✅"}
    assert printable(data, unknown) == {"a": ["完□", "x    y", 3, None, "é"], "b": "▲ 未达成 −1 ½", "c": "×✓"}
    assert unknown == {"🎉"}


def test_columns_in_which_nothing_stands_take_no_room_and_lost_figures_are_named() -> None:
    whole = table(4, 2)
    rows = tuple((first, Cell(text=""), *rest) for first, _, *rest in whole.rows)
    emptied = whole.model_copy(update={"rows": rows})
    (drawn,) = paper_blocks([emptied], TEXT)

    (part,) = drawn["parts"]
    assert [column["label"] for column in part["columns"]] == ["name", "c2", "c3"]
    assert drawn["note"] == "Without data: c1."
    words = emptied.columns[1].model_copy(update={"numeric": False})
    noted = emptied.model_copy(update={"columns": (emptied.columns[0], words, *emptied.columns[2:])})
    assert paper_blocks([noted], TEXT)[0]["note"] == ""
