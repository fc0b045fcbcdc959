"""Files of text: their encoding, delimiter and header, and the SQL that reads all their cells as text."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from retro.errors import SourceError, engine_error
from retro.files import shown
from retro.sources.cells import INVISIBLE, SIGNS
from retro.sources.encoding import either_way
from retro.sources.quoting import literal, quoted
from retro.sources.spec import TableSpec
from retro.sources.wanted import names_things

TEXT = frozenset({".csv", ".tsv", ".txt"})
UNNAMED = "retro unnamed "
FILE = "retro file"
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ",\t;|"
_CACHED = 1 << 18
"""Bytes that stay near the processor while each sign is looked for in them."""

_FIRST = 50
"""Records that tell which delimiter a file has."""

_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|汇总|总和|grand total|sub-?totals?|totals?|sum)[\s:：]*|共\s*\d+\s*[单条笔件行].*"
    r"|(?:注|备注|说明|导出时间|notes?|exported (?:at|on))\s*[:：].*",
    re.IGNORECASE,
)
_TAIL = 5
"""Rows at a table's end among which totals and notes are looked for."""
_NUMBER = re.compile(r"[-+￥¥$€£\s]*\d[\d,]*(?:\.\d*)?\s*[%％元万]*")


@dataclass(frozen=True)
class TextFile:
    """A file of text whose shape is known.

    Attributes:
        path: What the shop has.
        read: What the engine reads: the same, or a copy of it in UTF-8 that is removed after reading.
        encoding: The encoding of `path`.
        delimiter: Between cells.
        columns: The columns' names; those without one are numbered.
        skip: Lines above the last row of the header, in `read`.
    """

    path: Path
    read: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    skip: int


def describe_text(path: Path, spec: TableSpec, where: str, copies: Path) -> TextFile:
    """Find out a text file's shape, and copy it where the engine could not read it as it is.

    Args:
        path: The file.
        spec: Its table's entry in the source file.
        where: File and key, for messages.
        copies: Where a copy may be put.

    Raises:
        SourceError: It is no text, its delimiter is not clear, or a column's name is missing or there twice.
    """
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1")):
        raise SourceError(
            f"{where}: {shown(path)} must be text, as its name says, got a workbook or Parquet. Rename it."
        )
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), spec.encoding)
    encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding
    if encoding == "utf-8-sig" and "encoding" not in spec.model_fields_set and either_way(path):
        raise SourceError(
            f"{where}: {shown(path)}: encoding must be said, as this short text is both utf-8 and gbk. "
            "Say encoding: gb18030, or utf-8."
        )
    last = spec.header_rows[-1]
    with _decoded(path, encoding, where) as stream:
        lines = list(itertools.islice(stream, last + _FIRST))
    _refuse_title(lines[last - 1 :], spec, f"{where}: {shown(path)}, line {last}")
    delimiter = spec.delimiter or _delimiter(lines[last - 1 :], path, where)
    rows = [
        next(csv.reader(lines[row - 1 :], delimiter=delimiter), []) for row in spec.header_rows if row <= len(lines)
    ]
    columns = header(rows, f"{where}: {shown(path)}, line {last}")
    found = TextFile(path, path, encoding, delimiter, columns, last - 1)
    if encoding != "utf-8-sig" or spec.until_blank or spec.skip_footer:
        found = replace(found, read=_copy(found, spec, where, copies))
    _refuse_footer(found, where, told="skip_footer" in spec.model_fields_set)
    return found


def _refuse_title(lines: Sequence[str], spec: TableSpec, where: str) -> None:
    """Refuse a line of one cell as a header above rows of several, such as a title or Excel's `sep=,`.

    Raises:
        SourceError: It is one.
    """
    last = spec.header_rows[-1]
    if lines[:1] and re.fullmatch(r"\ufeff?\"?sep=.\"?", lines[0].strip()):
        raise SourceError(f"{where}: row must hold the columns' names, got Excel's sep=. Say header_row: {last + 1}.")
    if not lines or spec.delimiter or any(sign in lines[0] for sign in _DELIMITERS):
        return
    for sign in _DELIMITERS:
        widths = {len(row) for row in csv.reader(lines[1:-1], delimiter=sign) if row}
        if len(widths) == 1 and (width := widths.pop()) > 1:
            raise SourceError(
                f"{where}: row must hold the columns' names, got 1 cell above rows of {width}. "
                f"Say header_row: {last + 1}."
            )


def signs_of(files: Iterable[TextFile]) -> frozenset[str]:
    """Which of `SIGNS` occur in files, by their bytes: much faster than to look into each cell."""
    found: set[str] = set()
    signs = {sign: sign.encode() for sign in SIGNS if len(sign) == 1}
    for file in files:
        with file.read.open("rb") as stream:
            while found < SIGNS and (chunk := stream.read(_CACHED)):
                found |= {sign for sign, byte in signs.items() if sign not in found and byte in chunk}
                found |= set() if chunk.isascii() else {"beyond ASCII"}
    return frozenset(found)


def header(rows: Sequence[Sequence[Any]], where: str) -> tuple[str, ...]:
    """The columns' names of a header of one or several rows; those of upper rows stand for all columns below them.

    Raises:
        SourceError: There is no name, or one that is there twice, also in capitals.
    """
    upper: list[list[str]] = []
    for row in rows[:-1]:  # a title stands for the columns without one to its right
        titles: list[str] = []
        for cell in map(_name, row):
            titles.append(cell or (titles[-1] if titles else ""))
        upper.append(titles)
    width = max(map(len, rows), default=0)
    names = []
    for place in range(width):
        parts = [row[place] for row in upper if place < len(row)]
        own = _name(rows[-1][place]) if place < len(rows[-1]) else ""
        parts += [own] if own and own not in parts else []
        names.append(" ".join(filter(None, parts)) if own or len(rows) > 1 else f"{UNNAMED}{place + 1}")
    refuse_twins(names, where)
    if all(name.startswith(UNNAMED) for name in names):
        raise SourceError(f"{where}: row must hold the columns' names, got none. Say header_row.")
    return tuple(names)


def refuse_twins(names: Iterable[str], where: str) -> None:
    """Refuse two columns of one name; engines ignore capitals.

    Raises:
        SourceError: A name is there twice.
    """
    seen: dict[str, str] = {}
    for name in names:
        if name.lower() in seen:
            twin = seen[name.lower()]
            also = f" (as {twin!r} and {name!r})" if twin != name else ""
            raise SourceError(f"{where}: column {name!r} must be there once, got it twice{also}. Rename one.")
        seen[name.lower()] = name


def _name(cell: object) -> str:
    return " ".join(str(cell if cell is not None else "").strip(INVISIBLE).split())


def _delimiter(lines: Sequence[str], path: Path, where: str) -> str:
    """The sign that cuts the header and the first rows into equally many cells, more than one."""
    fitting = []
    for sign in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=sign, strict=True) if row][: len(lines) - 1 or 1]
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            fitting.append((widths.count(widths[0]) / len(widths), widths[0], sign))
    if not fitting:
        return ","
    fitting.sort(reverse=True)
    if len(fitting) > 1 and fitting[0][:2] == fitting[1][:2]:
        raise SourceError(f"{where}: {shown(path)}: delimiter must be clear, got two that fit. Say delimiter.")
    return fitting[0][2]


class _decoded:  # noqa: N801 - used as a function
    """Open a text file strictly; bytes that are none of its encoding are a `SourceError`."""

    def __init__(self, path: Path, encoding: str, where: str) -> None:
        self._path, self._encoding, self._where = path, encoding, where

    def __enter__(self) -> io.TextIOWrapper:
        self._stream = self._path.open(encoding=self._encoding, newline="")
        return self._stream

    def __exit__(self, kind: object, reason: object, trace: object) -> None:
        self._stream.close()
        if isinstance(reason, UnicodeError):
            raise no_text(self._path, self._encoding, self._where) from None


def no_text(path: Path, encoding: str, where: str, line: int | None = None) -> SourceError:
    """What to say of bytes that are no text in the encoding that they should be in."""
    told = "utf-8" if encoding == "utf-8-sig" else encoding
    place = f", line {line}" if line else ""
    other = "gb18030" if told == "utf-8" else "utf-8"
    return SourceError(
        f"{where}: {shown(path)}{place}: text must be {told}, got other bytes. Say encoding, such as {other}."
    )


def _copy(file: TextFile, spec: TableSpec, where: str, copies: Path) -> Path:
    """A copy in UTF-8, without what stands below the table, made line by line."""
    copies.mkdir(parents=True, exist_ok=True)
    target = copies / f"{len(list(copies.iterdir()))}.csv"
    blank = str.maketrans("", "", f'{file.delimiter}"{INVISIBLE}')
    waiting: list[str] = []  # the last rows, which may be the footer
    with _decoded(file.path, file.encoding, where) as stream, target.open("w", encoding="utf-8", newline="") as out:
        if not (spec.until_blank or spec.skip_footer):
            shutil.copyfileobj(stream, out, 1 << 20)
            return target
        for number, row in enumerate(_rows(stream), 1):
            empty = number > file.skip + 1 and not row.translate(blank)
            if empty and spec.until_blank:
                break
            waiting += [] if empty else [row]
            if len(waiting) > spec.skip_footer:
                out.write(waiting.pop(0))
        if not spec.skip_footer:
            out.writelines(waiting)
    return target


def _rows(lines: Iterable[str]) -> Iterator[str]:
    """Lines, put together where a quoted cell holds several."""
    row = ""
    for line in lines:
        row += line
        if row.count('"') % 2 == 0:
            yield row
            row = ""
    if row:
        yield row


def _refuse_footer(file: TextFile, where: str, *, told: bool) -> None:
    """Refuse totals and notes below the table, which would be read as rows; of how many there are, somebody `told`."""
    size = file.read.stat().st_size
    with file.read.open("rb") as stream:
        stream.seek(max(0, size - 65_536))
        tail = stream.read().decode("utf-8", "replace")
    lines = [line for line in tail.splitlines() if line.strip(INVISIBLE)][1:]  # without the header, or half a line
    rows = [next(csv.reader([line], delimiter=file.delimiter), []) for line in lines]
    if any(map(is_footer, rows[-_TAIL:])) or (not told and ends_in_total(file.columns, rows)):
        raise footer_error(f"{where}: {shown(file.path)}", "in its last rows")


def is_footer(cells: Sequence[object]) -> bool:
    """Whether a row is a total or a note: by its first cell that holds something."""
    return bool(_TOTAL.fullmatch(next(_filled(cells), "")))


def ends_in_total(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bool:
    """Whether the last row is a total that nobody named: numbers alone, and none of the ids that all rows above have.

    Examples:
        >>> ends_in_total(("order_id", "amount"), [("1", "9.50"), ("2", "0.50"), ("", "10.00")])
        True
        >>> ends_in_total(("user_id", "amount"), [("1", "9.50"), ("", "0.50"), ("", "10.00")])
        False
    """
    ids = [place for place, name in enumerate(columns) if names_things(name)]
    if not ids or len(rows) < 2:  # noqa: PLR2004 - a row, and its total
        return False
    with_ids = (any(_filled([row[place] for place in ids if place < len(row)])) for row in reversed(rows))
    filled = list(_filled(rows[-1]))
    return bool(filled) and all(map(_NUMBER.fullmatch, filled)) and not next(with_ids) and all(with_ids)


def _filled(cells: Iterable[object]) -> Iterator[str]:
    return (text for cell in cells if (text := str(cell if cell is not None else "").strip(INVISIBLE)))


def footer_error(where: str, place: str) -> SourceError:
    """What to say of a total or a note below a table."""
    return SourceError(
        f"{where}: rows must be data, got a total or a note {place}. Say skip_footer: 1, or until_blank: true."
    )


def scan(files: Sequence[TextFile], nulls: Iterable[str], numbers: dict[Path, int]) -> str:
    """SQL that reads files of equal columns with every cell as text, one after the other.

    Args:
        files: The files.
        nulls: What stands for nothing.
        numbers: The number of each file, which the column `FILE` tells.
    """
    parts = []
    for file in files:
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in file.columns)
        names = ", ".join(map(quoted, file.columns))
        parts.append(
            f"SELECT {names}, {numbers[file.path]} AS {quoted(FILE)} FROM read_csv({literal(str(file.read))}, "
            f"auto_detect = false, header = true, skip = {file.skip}, delim = {literal(file.delimiter)}, quote = '\"', "
            f"escape = '\"', columns = {{{columns}}}, nullstr = [{', '.join(map(literal, nulls))}], strict_mode = true)"
        )
    return " UNION ALL BY NAME ".join(parts)


def broken(reason: Exception, files: Sequence[TextFile], where: str) -> SourceError:
    """Say what DuckDB found wrong with the shape of a text file."""
    message = str(reason)
    named = [file for file in files if str(file.read) in message] or list(files[:1])
    place = f"{where}: {shown(named[0].path)}"
    line = re.search(r"CSV Error on Line: (\d+)", message)
    place += f", line {line[1]}" if line else ""
    if widths := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message):
        return SourceError(
            f"{place}: row must have {widths[1]} cells, got {widths[2]}. Quote cells that hold the delimiter."
        )
    if "not utf-8" in message or "Invalid unicode" in message:
        return no_text(named[0].path, "utf-8", where, int(line[1]) if line else None)
    if "unterminated quote" in message:
        return SourceError(f"{place}: quotes round a cell must be closed, and doubled inside it.")
    return SourceError(f"{place}: file must be readable as text with delimiters, got {engine_error(reason)[:200]}.")


def records(file: TextFile) -> Iterator[tuple[int, list[str]]]:
    """The line on which each row below the header begins, and its cells."""
    with file.path.open(encoding=file.encoding, newline="") as stream:
        for _ in range(file.skip):
            next(stream, None)
        reader = csv.reader(stream, delimiter=file.delimiter)
        next(reader, None)
        begin = file.skip + reader.line_num + 1
        for row in reader:
            if row or len(file.columns) == 1:
                yield begin, row
            begin = file.skip + reader.line_num + 1
