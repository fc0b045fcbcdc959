"""Recognise the files of a folder: encoding, delimiter, header row, sheets, and which files are parts of one table."""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet
from python_calamine import CalamineError, CalamineWorkbook

from retro.errors import SourceError
from retro.files import shown
from retro.privacy import addressed
from retro.sources.encoding import either_way

TEXT, SHEETS = frozenset({".csv", ".tsv", ".txt"}), frozenset({".xlsx"})
_HEAD = 30
"""Rows at the top of a file among which the header stands."""
_PART = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_VALUE = re.compile(r"""[='"\s]*[-+￥¥$£€]?[\d.,:/\-\s%TZ]*\d[\d.,:/\-\s%TZ元]*['"\s]*""")
"""A number, a date or an id: what stands in rows, never in a header."""


@dataclass(frozen=True)
class Shape:
    """One table of the folder: one file or sheet, or several of the same form.

    Attributes:
        paths: Its files.
        path: What `path:` says of them, relative to the folder: a name, or a glob that matches exactly these files.
        headers: Its columns.
        encoding: Of a text file.
        delimiter: Of a text file.
        header_row: The line of the header, from 1.
        sheet: Of a workbook that has several.
        footer: Rows at the end that are no data.
    """

    paths: tuple[Path, ...]
    path: str
    headers: tuple[str, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    header_row: int = 1
    sheet: str | None = None
    footer: int = 0

    @property
    def kind(self) -> str:
        """The files' suffix."""
        return self.paths[0].suffix.lower()

    @property
    def shown(self) -> str:
        """Its files in words."""
        return self.path if self.sheet is None else f"{self.path} [{self.sheet}]"


def find_shapes(folder: Path) -> tuple[list[Shape], dict[str, str]]:
    """The tables of a folder's files, those directly in it.

    Returns:
        The tables, by name, and why other files are not read.

    Raises:
        SourceError: There is no such folder, or no file that can be read in it.
    """
    if not folder.is_dir():
        raise SourceError(f"{shown(folder)}: folder of exports must exist. Check the path.")
    shapes: list[Shape] = []
    unread: dict[str, str] = {}
    for path in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "~$"))):
        try:
            found = _shapes(path)
            _refuse_people(found)
            shapes += found
        except (SourceError, OSError, ValueError, KeyError) as reason:
            unread[path.name] = " ".join(str(reason).split())[:200]
    if not shapes:
        why = "; ".join(f"{name}: {reason}" for name, reason in list(unread.items())[:3]) or "it is empty"
        raise SourceError(
            f"{shown(folder)}: folder must hold exports as .csv, .tsv, .xlsx or .parquet, got none ({why})."
        )
    return _together(folder, shapes), unread


def _refuse_people(shapes: Iterable[Shape]) -> None:
    """Refuse a file whose header names people: it is a row, and what is said of headers would tell whose."""
    for one in shapes:
        if kind := next(filter(None, map(addressed, one.headers)), ""):
            raise SourceError(f"line {one.header_row} must hold the names of columns, got {kind}. Add a line of names")


def encoding_of(path: Path) -> str:
    """The encoding of a text file: by its mark, else the first that the whole file fits.

    Raises:
        SourceError: It fits none that is read.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if head.count(b"\0") > len(head) // 4:
        return "utf-16"
    for name in ("utf-8", "gbk", "gb18030"):
        if _decodes(path, name):
            return "gbk" if name == "utf-8" and either_way(path) else name
    raise SourceError("text must be in UTF-8, GBK, GB18030 or UTF-16")


def header_place(rows: Sequence[Sequence[str]]) -> int:
    """The place of the header among the first rows, from 0: the first that is as wide as the table and holds names.

    Examples:
        >>> header_place([["Export of March", "", ""], ["", "", ""], ["order", "time", "amount"], ["1", "", "9.00"]])
        2
        >>> header_place([["1", "2"]])
        0
    """
    widths = Counter(sum(bool(cell.strip()) for cell in row) for row in rows)
    width = max((count for count, _ in widths.most_common(3)), default=0)
    for place, row in enumerate(rows):
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(cells) >= max(1, 0.6 * width) and not any(_VALUE.fullmatch(cell) for cell in cells):
            return place
    return 0


def _shapes(path: Path) -> list[Shape]:
    kind = path.suffix.lower()
    if kind in TEXT:
        return [_of_text(path)]
    if kind in SHEETS:
        return _of_sheets(path)
    if kind == ".parquet":
        return [Shape((path,), path.name, tuple(pyarrow.parquet.read_schema(path).names))]
    raise SourceError(f"kind {kind or path.name!r} is not read")


def _of_text(path: Path) -> Shape:
    encoding = encoding_of(path)
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as stream:
        lines = list(itertools.islice(stream, _HEAD))
    delimiter = max(",\t;|", key=lambda one: sorted(line.count(one) for line in lines)[len(lines) // 2] if lines else 0)
    rows = list(csv.reader(lines, delimiter=delimiter))
    if not rows:
        raise SourceError("file must hold rows, got none")
    place = header_place(rows)
    # header_row counts the lines of the file, and a cell of the rows above may hold several
    line = 1 + sum(1 + sum(cell.count("\n") for cell in row) for row in rows[:place])
    return Shape((path,), path.name, _names(rows[place]), encoding, delimiter, line)


def _of_sheets(path: Path) -> list[Shape]:
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=_HEAD)
            for name in book.sheet_names
        }
    except CalamineError as reason:
        raise SourceError(f"file must be a workbook that can be opened, got {reason}") from None
    filled = {name: rows for name, rows in sheets.items() if len(rows) > 1}
    found = []
    for name, cells in filled.items():
        rows = [["" if cell is None else str(cell) for cell in row] for row in cells]
        place = header_place(rows)
        alone = name if len(filled) > 1 else None
        found.append(Shape((path,), path.name, _names(rows[place]), header_row=place + 1, sheet=alone))
    return found


def _names(row: Sequence[str]) -> tuple[str, ...]:
    """The header's names as tables have them: a byte order mark and blanks around them are no part of a name."""
    return tuple(cell.strip().strip("\ufeff").strip() for cell in row)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            for part in iter(lambda: stream.read(_PART), b""):
                decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _together(folder: Path, shapes: Iterable[Shape]) -> list[Shape]:
    """Put the files of one form together where a glob says exactly them, such as the exports of several months."""
    groups: dict[tuple[object, ...], list[Shape]] = {}
    for one in shapes:
        form = (one.kind, one.headers, one.encoding, one.delimiter, one.header_row, one.sheet)
        groups.setdefault(form, []).append(one)
    found: list[Shape] = []
    for group in groups.values():
        paths = tuple(path for one in group for path in one.paths)
        pattern = _pattern([path.name for path in paths])
        if len(group) > 1 and set(folder.glob(pattern)) == set(paths):
            first = group[0]
            found.append(
                Shape(paths, pattern, first.headers, first.encoding, first.delimiter, first.header_row, first.sheet)
            )
        else:
            found += group
    return found


def _pattern(names: Sequence[str]) -> str:
    """The glob of names: what they begin and end with alike.

    Examples:
        >>> _pattern(["orders_01.csv", "orders_02.csv"])
        'orders_0*.csv'
    """
    begin = next((n for n in range(min(map(len, names)), 0, -1) if len({name[:n] for name in names}) == 1), 0)
    rest = [name[begin:] for name in names]
    end = next((n for n in range(min(map(len, rest)), 0, -1) if len({name[-n:] for name in rest}) == 1), 0)
    return f"{names[0][:begin]}*{names[0][len(names[0]) - end :] if end else ''}"
