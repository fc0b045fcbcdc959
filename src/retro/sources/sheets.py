"""Read sheets of Excel files: every cell as it is stored, as text, with what kind of cell it was.

calamine reads many times as fast as openpyxl, but gives numbers as floats and errors as empty cells: both are looked
up in the sheet's own XML.
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import functools
import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from retro.errors import SourceError, shorten
from retro.files import shown
from retro.sources.cells import INVISIBLE
from retro.sources.spec import TableSpec
from retro.sources.text import UNNAMED, ends_in_total, footer_error, header, is_footer

SHEETS = frozenset({".xlsx"})
LINE = "retro line"
_EXACT = 2**53
"""Whole numbers from here on are not exact as floats."""
_TAIL = 500
"""Rows at the end that a total is looked for among."""

_ERROR = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)
_LONG = re.compile(rb'<c r="([A-Z]+)(\d+)"(?![^>]*\bt="[^n])[^>]*><v>(-?\d{16,})</v>')
_DIGITS = re.compile(rb"<v>-?\d{16}")
_UNCOUNTED = re.compile(
    rb'<c r="([A-Z]+)(\d+)"(?![^>]*\bt="str")[^>]*><f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
"""Formulas without a value, as programs write them that do not calculate; a text that is empty is one."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Sheet:
    """A sheet's cells as text.

    Attributes:
        path: The file.
        name: The sheet.
        cells: The columns, and each row's number in the sheet as `LINE`.
        kinds: What kinds of cell each column holds.
    """

    path: Path
    name: str
    cells: pa.Table
    kinds: Mapping[str, frozenset[str]]


def read_sheets(path: Path, spec: TableSpec, where: str) -> list[Sheet]:
    """The sheets of a workbook that a table is made of; one that nobody touched since it was read is not read again.

    Raises:
        SourceError: It is no workbook, a sheet must be named, several have not one shape, or a cell holds an error.
    """
    status = path.stat()
    stood = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)
    form = spec.model_dump_json(include=_FORM) + ("told" if "skip_footer" in spec.model_fields_set else "")
    return list(_read_once(_Asked(path, stood, form, spec, where)))


_FORM = {"sheet", "sheets", "header_row", "decimal", "skip_footer", "until_blank"}


@dataclass(frozen=True)
class _Asked:
    path: Path
    stood: tuple[int, ...]
    form: str
    spec: TableSpec = field(compare=False)
    where: str = field(compare=False)


@functools.lru_cache(maxsize=4)
def _read_once(asked: _Asked) -> Sequence[Sheet]:
    path, spec, where = asked.path, asked.spec, asked.where
    try:
        book = CalamineWorkbook.from_path(path)
    except (CalamineError, OSError, ValueError) as reason:
        raise SourceError(
            f"{where}: {shown(path)} must be a workbook (.xlsx) without a password, got {type(reason).__name__}. "
            "Save it again as .xlsx; where it holds text, name it .csv."
        ) from None
    sheets = [_read(path, book, name, spec, where) for name in _chosen(book, spec, f"{where}: {shown(path)}")]
    for sheet in sheets[1:]:
        if differing := set(sheet.cells.column_names) ^ set(sheets[0].cells.column_names):
            raise SourceError(
                f"{where}: {shown(path)}: sheets must have the same columns, got {sheet.name!r} and "
                f"{sheets[0].name!r} with {shorten(sorted(differing))} in one alone. Leave it out of sheets."
            )
    return sheets


def _chosen(book: CalamineWorkbook, spec: TableSpec, where: str) -> list[str]:
    shown_ = SheetVisibleEnum.Visible
    tables = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    names = [one.name for one in tables]
    if spec.sheet:
        if spec.sheet not in names:
            raise SourceError(f"{where}: sheet must be in the workbook, got {spec.sheet!r}. Sheets: {shorten(names)}.")
        return [spec.sheet]
    if spec.sheets:
        wished = [spec.sheets] if isinstance(spec.sheets, str) else spec.sheets
        for wish in wished:
            if not fnmatch.filter(names, wish):
                raise SourceError(f"{where}: sheets must name sheets, got {wish!r}. Sheets: {shorten(names)}.")
        return [name for name in names if any(fnmatch.fnmatchcase(name, wish) for wish in wished)]
    filled = [one.name for one in tables if one.visible == shown_ and book.get_sheet_by_name(one.name).height]
    if len(filled) > 1:
        raise SourceError(
            f"{where}: sheet must be named, got {len(filled)} sheets: {shorten(filled)}. Say sheet, or sheets."
        )
    if not filled:
        raise SourceError(f"{where}: a sheet must hold cells, got none.")
    return filled


def _read(path: Path, book: CalamineWorkbook, name: str, spec: TableSpec, where: str) -> Sheet:
    place = f"{where}: {shown(path)}, sheet {name!r}"
    sheet = book.get_sheet_by_name(name)
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    exact, errors = _stored(path, name)
    for (row, column), digits in exact.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = int(digits)
    first = spec.header_rows[-1]
    if len(rows) < first:
        raise SourceError(f"{place}: row {first} must hold the columns' names, got {len(rows)} rows. Say header_row.")
    upper = [list(rows[row - 1]) for row in spec.header_rows]
    if len(upper) > 1:
        _fill_merged(upper, spec.header_rows, sheet.merged_cell_ranges or [])
    width = max((place + 1 for row in rows for place, cell in enumerate(row) if not _blank(cell)), default=0)
    names = header([row[:width] for row in upper], f"{place}, row {first}")
    numbers = _body(rows, names, spec, place)
    if bad := next((at for at in sorted(errors) if at[0] + 1 in set(numbers) and at[1] < width), None):
        cell = f"{_letters(bad[1])}{bad[0] + 1}"
        raise SourceError(f"{place}, cell {cell}: cell must hold a value, got {errors[bad]}")
    _refuse_merged(sheet.merged_cell_ranges or [], numbers, width, place)
    columns: dict[str, pa.Array] = {}
    kinds: dict[str, frozenset[str]] = {}
    for at, named in enumerate(names):
        texts, found = _stored_texts([rows[number - 1][at] for number in numbers], spec.decimal)
        columns[named] = pa.array(texts, pa.string())
        kinds[named] = found
        if named.startswith(UNNAMED) and kinds[named]:
            row = next(number for number, text in zip(numbers, texts, strict=True) if text is not None)
            raise SourceError(
                f"{place}, row {first}: column {_letters(at)} must have a name, got none above cell "
                f"{_letters(at)}{row}. Say header_row: {first + 1} if the names stand there, or [{first}, {first + 1}] "
                "under merged titles."
            )
    columns = {column: cells for column, cells in columns.items() if not column.startswith(UNNAMED)}
    return Sheet(path, name, pa.table({**columns, LINE: pa.array(numbers, pa.int64())}), kinds)


def _body(rows: Sequence[Sequence[Any]], names: Sequence[str], spec: TableSpec, place: str) -> list[int]:
    """The numbers of the rows that are data: below the header, above what the source file leaves out."""
    numbers, blank = [], 0
    for number in range(spec.header_rows[-1] + 1, len(rows) + 1):
        if all(map(_blank, rows[number - 1])):
            blank = blank or number
        elif blank and spec.until_blank:
            break
        elif blank and not spec.skip_footer:
            raise SourceError(
                f"{place}: rows must follow each other, got cells in row {number} below the blank row {blank}. "
                "Say until_blank: true if they are no data, or remove the blank row."
            )
        else:
            numbers.append(number)
    numbers = numbers[: len(numbers) - spec.skip_footer] if spec.skip_footer else numbers
    for number in numbers[-5:]:
        if is_footer(rows[number - 1]):
            raise footer_error(place, f"in row {number}")
    if "skip_footer" not in spec.model_fields_set and ends_in_total(names, [rows[one - 1] for one in numbers[-_TAIL:]]):
        raise footer_error(place, f"in row {numbers[-1]}")
    return numbers


def _fill_merged(upper: list[list[Any]], numbers: Sequence[int], merged: Sequence[Any]) -> None:
    """A merged title stands for every column under it, and no other does."""
    for (top, left), (bottom, right) in merged:
        for place, number in enumerate(numbers):
            if top <= number - 1 <= bottom and top == numbers[0] - 1:
                for column in range(left, min(right + 1, len(upper[place]))):
                    upper[place][column] = upper[0][left]


def _refuse_merged(merged: Sequence[Any], numbers: Sequence[int], width: int, place: str) -> None:
    """Refuse merged cells among the data: only the first holds the value, and nobody knows whether all do.

    Raises:
        SourceError: There are some.
    """
    data = set(numbers)
    for (top, left), (bottom, right) in sorted(merged):
        if left < width and (bottom, right) > (top, left) and data & set(range(top + 1, bottom + 2)):
            cells = f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"
            raise SourceError(
                f"{place}, cells {cells}: cells of data must stand alone, got them merged. Unmerge and fill them."
            )


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip(INVISIBLE))


def _stored_texts(cells: Sequence[Any], decimal: str) -> tuple[list[str | None], frozenset[str]]:
    """A column's cells as text, and their kinds; equal cells of a type are looked at once."""
    known: dict[tuple[type, Any], tuple[str | None, str]] = {}
    texts = []
    for cell in cells:
        key = type(cell), cell
        if (found := known.get(key)) is None:
            found = known[key] = _stored_text(cell, decimal)
        texts.append(found[0])
    return texts, frozenset(kind for _, kind in known.values() if kind)


def _stored_text(cell: Any, decimal: str) -> tuple[str | None, str]:  # noqa: ANN401 - whatever a cell holds
    """A cell as text, and its kind; Excel keeps 15 digits of a number, so a longer whole one is `cut`."""
    if _blank(cell):
        return None, ""
    if isinstance(cell, str):
        return cell, "text"
    if isinstance(cell, bool):
        return str(cell).lower(), "truth"
    if isinstance(cell, int):
        return str(cell), "number"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < _EXACT:
            return str(int(cell)), "number"
        return f"{cell:.15g}".replace(".", decimal), "cut" if abs(cell) >= _EXACT else "number"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ").rstrip("0") if cell.microsecond else cell.isoformat(" "), "moment"
    return str(cell), "moment"


def _stored(path: Path, name: str) -> tuple[dict[tuple[int, int], str], dict[tuple[int, int], str]]:
    """What calamine cannot tell of a sheet, by row and column from 0: long whole numbers, and what is no value."""
    exact, errors = {}, {}
    try:
        with zipfile.ZipFile(path) as package:
            book = etree.fromstring(package.read("xl/workbook.xml"), _parser())
            links = etree.fromstring(package.read("xl/_rels/workbook.xml.rels"), _parser())
            targets = {link.get("Id"): str(link.get("Target")) for link in links}
            wished = next(one for one in book.iter("{*}sheet") if one.get("name") == name)
            target = targets[wished.get(_RELATION)]
            xml = package.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    except (KeyError, StopIteration, zipfile.BadZipFile, etree.XMLSyntaxError):
        return {}, {}
    for letters, row, digits in _LONG.findall(xml) if _DIGITS.search(xml) else ():
        exact[int(row) - 1, _number(letters)] = digits.decode()
    for letters, row, error in _ERROR.findall(xml) if b't="e"' in xml else ():
        errors[int(row) - 1, _number(letters)] = f"the error {error.decode()}. Mend the formula."
    for letters, row in _UNCOUNTED.findall(xml) if b"<f" in xml else ():
        errors[int(row) - 1, _number(letters)] = "a formula without its result. Save the workbook in Excel once."
    return exact, errors


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _number(letters: bytes) -> int:
    """The number from 0 of a column such as `AB`."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _letters(number: int) -> str:
    letters, number = "", number + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def together(sheets: Sequence[Sheet]) -> Mapping[str, frozenset[str]]:
    """The kinds of cell that each column holds in any of several sheets."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for sheet in sheets:
        for name, kinds in sheet.kinds.items():
            found[name] |= kinds
    return found
