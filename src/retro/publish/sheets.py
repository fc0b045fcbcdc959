"""The workbook: scorecard, all tables and definitions of a report for Excel, as numbers where they are numbers."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from retro.blocks import Cell, Column, Document, Note, Scorecard, Table
from retro.i18n import Text, load_text
from retro.publish.arrangement import parts
from retro.publish.paper import display_width

_UNDATED = dt.date(2000, 1, 1)
"""The date of a document that has none; a fixed one, so that equal input makes equal files."""

_NUMBER = re.compile(r"([+−-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s?(万|亿|[KMB](?![a-z]))?\s?([^\d()+−–:/,.]{0,16})")
"""A number as pages write it: sign, digits, scale, unit."""

_SCALES: Final = {"万": 10**4, "亿": 10**8, "K": 10**3, "M": 10**6, "B": 10**9}

_OPENERS = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets read as the beginning of a formula."""

_PLAIN = re.compile(r"[+-][\d.,]+[^()=!|@'\"]*")
"""A figure with its sign, which calls nothing."""

_LONGEST_CELL, _LONGEST_NAME = 32_000, 31

_A4 = 9
"""The number of the paper."""

_WIDEST, _NARROWEST = 60, 8
"""Widths of columns, in characters."""

_SOFT: Final = {"font_color": "#55616E"}
_RIGHT: Final = {"align": "right"}
_LINK: Final = {"font_color": "#0F5EA8", "underline": 1}
_HEAD: Final = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
_WRAPPED: Final = {"text_wrap": True, "valign": "top"}

_FIRST_ROW = 4
"""The row of a table's header, from 0; caption, section and a way back stand above it."""


def workbook(document: Document) -> bytes:
    """The tables of a document as an Excel workbook: contents, scorecard, one sheet for each table, definitions.

    What pages write as a number becomes one, with its unit in the number format: `24.9 万元` is 249,000 元, in the
    three digits that the page has. Text is never a formula: what begins like one gets an apostrophe. The same document
    gives the same bytes.
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    dated = document.cover.dated_on or _UNDATED
    title = document.title[:250]
    book.set_properties(
        {"title": title, "author": document.cover.shop, "created": dt.datetime.combine(dated, dt.time())}
    )
    _Book(book, document, load_text(document.lang)).write()
    book.close()
    return content.getvalue()


@dataclass
class _Book:
    book: Any
    document: Document
    text: Text
    _looks: dict[str, Any] = field(default_factory=dict)

    def write(self) -> None:
        tables = list(self._tables())
        names = _sheet_names(
            [self._word("contents"), *(table.caption for _, table in tables), self._word("definitions")]
        )
        contents = self._sheet(names[0])
        for (section, table), name in zip(tables, names[1:-1], strict=True):
            self._table(self._sheet(name), section, table, names[0])
        self._definitions(self._sheet(names[-1]), names[0])
        self._contents(contents, [*tables, None], names[1:])

    def _sheet(self, name: str) -> Any:  # noqa: ANN401 - xlsxwriter is not typed
        """A sheet that prints as wide as its paper, with its head on each page."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_FIRST_ROW)
        return sheet

    def _word(self, name: str) -> str:
        return self.text(f"page.sheets.{name}")

    def _tables(self) -> Iterator[tuple[str, Table]]:
        for part in parts(self.document.blocks):
            for block in part.blocks:
                if isinstance(block, Scorecard):
                    yield part.title, _as_table(block)
                elif isinstance(block, Table):
                    yield part.title, block

    def _contents(self, sheet: Any, tables: Sequence[tuple[str, Table] | None], names: Sequence[str]) -> None:  # noqa: ANN401 - xlsxwriter is not typed
        cover = self.document.cover
        self._title(sheet, cover.title)
        sheet.write_string(
            1, 0, neutral(" · ".join(filter(None, (cover.shop, cover.period, *cover.details)))), self._look(**_SOFT)
        )
        sheet.write_string(2, 0, self._word("how"), self._look(**_SOFT))
        sheet.write_row(_FIRST_ROW, 0, [self._word("section"), self._word("table")], self._look(**_HEAD))
        sheet.freeze_panes(_FIRST_ROW + 1, 0)
        for row, (entry, name) in enumerate(zip(tables, names, strict=True), start=_FIRST_ROW + 1):
            section, caption = ("", self._word("definitions")) if entry is None else (entry[0], entry[1].caption)
            sheet.write_string(row, 0, neutral(section))
            sheet.write_url(row, 1, _inside(name), self._look(**_LINK), neutral(caption) or name)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, _WIDEST)

    def _table(self, sheet: Any, section: str, table: Table, back: str) -> None:  # noqa: ANN401 - as above
        self._title(sheet, table.caption)
        sheet.write_string(1, 0, neutral(section), self._look(**_SOFT))
        sheet.write_url(2, 0, _inside(back), self._look(**_LINK), self._word("back"))
        for place, column in enumerate(table.columns):
            head = _HEAD | (_RIGHT if column.numeric else {})
            sheet.write_string(_FIRST_ROW, place, neutral(column.label), self._look(**head))
        for row, cells in enumerate(table.rows, start=_FIRST_ROW + 1):
            for place, (cell, column) in enumerate(zip(cells, table.columns, strict=True)):
                look = ({"bold": True} if cell.strong else {}) | (_RIGHT if column.numeric else {})
                self._cell(sheet, row, place, cell.text, look)
        for place, column in enumerate(table.columns):
            longest = max(
                (display_width(one) for one in (column.label, *(row[place].text for row in table.rows))), default=0
            )
            sheet.set_column(place, place, max(_NARROWEST, min(longest + 2, _WIDEST)))
        sheet.freeze_panes(_FIRST_ROW + 1, 1)
        if table.rows:
            sheet.autofilter(_FIRST_ROW, 0, _FIRST_ROW + len(table.rows), len(table.columns) - 1)

    def _cell(self, sheet: Any, row: int, place: int, words: str, look: Mapping[str, Any]) -> None:  # noqa: ANN401 - as above
        found = None if place == 0 else read_number(words)
        if found is not None:
            value, shown = found
            sheet.write_number(row, place, float(value), self._look(**{**look, "num_format": shown}))
        elif words:
            sheet.write_string(row, place, neutral(words), self._look(**look) if look else None)

    def _definitions(self, sheet: Any, back: str) -> None:  # noqa: ANN401 - as above
        self._title(sheet, self._word("definitions"))
        sheet.write_url(2, 0, _inside(back), self._look(**_LINK), self._word("back"))
        sheet.write_row(_FIRST_ROW, 0, [self._word("section"), self._word("definition")], self._look(**_HEAD))
        notes = [
            (part.title, note) for part in parts(self.document.blocks) for note in part.blocks if isinstance(note, Note)
        ]
        for row, (section, note) in enumerate(notes, start=_FIRST_ROW + 1):
            sheet.write_string(row, 0, neutral(section))
            sheet.write_string(row, 1, neutral("".join(span.text for span in note.spans)), self._look(**_WRAPPED))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 110)
        sheet.freeze_panes(_FIRST_ROW + 1, 0)

    def _title(self, sheet: Any, words: str) -> None:  # noqa: ANN401 - as above
        sheet.write_string(0, 0, neutral(words), self._look(bold=True, font_size=14))

    def _look(self, **asked: Any) -> Any:  # noqa: ANN401 - as above
        """A format, made once for each look."""
        key = repr(sorted(asked.items()))
        if key not in self._looks:
            self._looks[key] = self.book.add_format(asked)
        return self._looks[key]


def neutral(words: str) -> str:
    """Text that no spreadsheet takes for a formula, not even after it went through CSV.

    Examples:
        >>> neutral("=1+1"), neutral("@name"), neutral("+65.0% – +70.1%"), neutral("GMV")
        ("'=1+1", "'@name", '+65.0% – +70.1%', 'GMV')
    """
    cut = words if len(words) <= _LONGEST_CELL else words[: _LONGEST_CELL - 1] + "…"
    seen = unicodedata.normalize("NFKC", cut).lstrip()  # spreadsheets pass over blanks, and read signs of full width
    opens = cut.startswith(_OPENERS) or seen.startswith(_OPENERS)
    return f"'{cut}" if opens and not _PLAIN.fullmatch(cut) else cut


def read_number(words: str) -> tuple[Decimal, str] | None:
    """A number as a page writes it, and the number format that writes it so; None for anything else.

    Examples:
        >>> read_number("−4.7 pp"), read_number("24.9 万元"), read_number("72.0%")
        ((Decimal('-4.7'), '#,##0.0" pp"'), (Decimal('249000.0'), '#,##0" 元"'), (Decimal('0.72'), '#,##0.0%'))
        >>> read_number("9 Jan 2025"), read_number("3.9% (11/291)")
        (None, None)
    """
    found = _NUMBER.fullmatch(words.strip())
    if found is None:
        return None
    sign, digits, fraction, scale, unit = found.groups(default="")
    value = Decimal(digits.replace(",", "") + fraction) * _SCALES.get(scale, 1)
    value = -value if sign in {"-", "−"} else value
    places = 0 if scale else max(len(fraction) - 1, 0)
    shown = "#,##0" + (f".{'0' * places}" if places else "")
    if unit == "%":
        value, shown = value / 100, f"{shown}%"
    elif unit:
        shown += '" ' + unit.replace('"', "") + '"'
    return value, f"+{shown};-{shown};{shown}" if sign == "+" else shown


def _as_table(card: Scorecard) -> Table:
    """A scorecard with what each rate divides in a column of its own, so that figures are numbers."""
    names = ("label", "value", "interval", "target", "previous", "status_text")
    rows = []
    for row in card.rows:
        value, _, counted = row.value.partition(" (")
        cells = [getattr(row, name) for name in names]
        rows.append(tuple(Cell(text=words) for words in (cells[0], value, counted.removesuffix(")"), *cells[2:])))
    labels = (card.columns[0], card.columns[1], "n", *card.columns[2:])
    columns = tuple(Column(label=label, numeric=0 < place < len(labels) - 1) for place, label in enumerate(labels))
    return Table(caption=card.caption, columns=columns, rows=tuple(rows))


def _inside(name: str) -> str:
    return "internal:'" + name.replace("'", "''") + "'!A1"


def _sheet_names(captions: Sequence[str]) -> list[str]:
    """A name for each sheet: at most 31 characters, none of which Excel refuses, each once whatever its case."""
    names: list[str] = []
    taken: set[str] = set()
    for caption in captions:
        clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", caption).strip(" '") or "—"
        name, number = clean[:_LONGEST_NAME].strip(" '"), 1
        while name.lower() in taken or name.lower() == "history":
            number += 1
            name = f"{clean[: _LONGEST_NAME - 4].strip()} {number}"
        taken.add(name.lower())
        names.append(name)
    return names
