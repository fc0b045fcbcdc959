"""Forget customers: take their rows and keys out of everything that `retro` keeps."""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from retro.errors import RetroError
from retro.files import shown, sync_names, write_atomic
from retro.places import IN_USE, INPUTS, MEMO, alone, own_folder, quarantine_folder, sweep

_MOST_SAID = 5
"""Characters of an id up to which it may stand in a text by chance, such as `2025`."""

_USER = "user_id"

_TEXTS = {".html", ".json", ".txt", ".xlsx", ".pptx"}

What = Literal["rows", "file", "names"]


@dataclass(frozen=True)
class Found:
    """A file in which customers were found, or may have been.

    Attributes:
        path: The file.
        what: `rows` were taken out of it, the `file` was removed, or it `names` them and stays, as a published page.
        rows: How many rows were taken out.
        why: Why a file was removed or stays.
    """

    path: Path
    what: What
    rows: int = 0
    why: str = ""

    def __str__(self) -> str:
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        done = {"rows": f"{rows} removed", "file": "removed", "names": "stays"}[self.what]
        return f"{shown(self.path)}: {done}{f', {self.why}' if self.why else ''}"


def read_user_ids(path: Path) -> frozenset[str]:
    """The ids of a text file, one on each line; empty lines, spaces around an id and a heading `user_id` do not count.

    Raises:
        RetroError: The file is missing, is no text, holds more than an id on a line, or no id at all.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise RetroError(f"{shown(path)}: file must exist. Check the path.") from None
    utf_16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as reason:
        place = data.count(b"\n", 0, reason.start) + 1
        raise RetroError(f"{shown(path)}, line {place}: file must be UTF-8 text. Save it as UTF-8.") from None
    ids = set()
    for number, line in enumerate(text.splitlines(), 1):
        one = line.strip()
        if re.search(r"[\s,;\x00-\x1f\x7f]", one):
            raise RetroError(f"{shown(path)}, line {number}: line must hold one user id and nothing else.")
        if one and one != _USER:
            ids.add(one)
    if not ids:
        raise RetroError(f"{shown(path)}: file must hold user ids, one on each line, got none.")
    return frozenset(ids)


def forget(ids: Iterable[str], reports: Path) -> tuple[Found, ...]:
    """Remove customers from the quarantine, from what the project remembers, and from executed copies.

    Each file is replaced or removed in one step: after a kill, the same call does the rest. The shop's own data and
    published pages stay; a page that names a customer is told.

    Args:
        ids: The customers' `user_id`s.
        reports: The reports folder.

    Raises:
        RetroError: A run lasts.
    """
    customers = _Customers(ids)
    with alone() as nobody:
        if not nobody:
            raise RetroError("retro forget: no run and no notebook may be open. Wait for its end, or close it.")
        sweep()
        kept, quarantine = own_folder(), quarantine_folder()
        found = [*_emptied(own_folder(MEMO), "results that were computed from their rows too")]
        found += _emptied(own_folder(INPUTS), "stored inputs, which must not lack rows: no edition can be replayed now")
        found += [one for folder in (kept, quarantine) for one in _from_kept(folder, customers)]
        found += _from_reports(reports, customers)
        for folder in (kept, quarantine):
            sync_names(folder)
    return tuple(found)


class _Customers:
    """Ids that can be looked for in long texts: by their words first, then as a whole."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = frozenset(ids)
        self._by_word: Mapping[str, list[str]] = defaultdict(list)
        for one in self.ids:
            self._by_word[next(iter(_words(one)), one)].append(one)

    def are(self, cell: object) -> bool:
        """Whether a cell is an id, or a text that holds one as a word."""
        return str(cell) in self.ids or any(self._held(str(cell)))

    def named_in(self, text: str) -> int:
        """How many of them a text names; short ids are not looked for, as any number may be one."""
        return len({one for one in self._held(text) if len(one) >= _MOST_SAID})

    def _held(self, text: str) -> Iterator[str]:
        for word in set(_words(text)) & self._by_word.keys():
            for one in self._by_word[word]:
                if re.search(rf"(?<![^\W_]){re.escape(one)}(?![^\W_])", text):
                    yield one


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder, in order, and no links."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (path for name in sorted(names) if not (path := Path(place, name)).is_symlink())


def _emptied(folder: Path, why: str) -> Iterator[Found]:
    """Remove all files of a folder."""
    files = list(_files(folder))
    for path in files:
        path.unlink()
    if files:
        yield Found(folder, "file", why=why)


def _from_kept(folder: Path, customers: _Customers) -> Iterator[Found]:
    """Clean a folder whose files can all be made again, so that what cannot be read or assigned goes whole."""
    for path in _files(folder):
        if path.name == IN_USE:
            continue
        if path.suffix == ".parquet" and not path.name.startswith("."):
            yield from _from_table(path, customers)
        elif (text := _text(path)) is None:
            yield _removed(path, "nothing that can be read")
        elif count := customers.named_in(text):
            yield _removed(path, f"it named {count:,}")
    for place, _, _ in os.walk(folder, topdown=False):
        if Path(place) != folder and not any(Path(place).iterdir()):
            Path(place).rmdir()


def _from_table(path: Path, customers: _Customers) -> Iterator[Found]:
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError):
        yield _removed(path, "nothing that can be read")
        return
    if _USER in table.column_names:
        yield from _rows_out(path, table, customers)
    else:
        yield _removed(path, f"its rows have no {_USER} to tell whose they are")


def _rows_out(path: Path, table: Any, customers: _Customers) -> Iterator[Found]:  # noqa: ANN401 - pyarrow has no types
    rows: Sequence[dict[str, object]] = table.to_pylist()
    keep = [not any(customers.are(cell) for cell in row.values() if cell is not None) for row in rows]
    out = keep.count(False)
    if not out:
        return
    if out == len(rows):
        path.unlink()
    else:
        buffer = pa.BufferOutputStream()
        pq.write_table(table.filter(pa.array(keep)), buffer)
        write_atomic(path, buffer.getvalue().to_pybytes())
    yield Found(path, "rows", out)


def _from_reports(folder: Path, customers: _Customers) -> Iterator[Found]:
    """Remove executed copies and files half written that name them, and tell of pages that do."""
    for path in _files(folder):
        unpublished = path.suffix == ".ipynb" or path.name.startswith(".")
        if not (unpublished or path.suffix in _TEXTS) or not (count := customers.named_in(_text(path) or "")):
            continue
        if unpublished:
            yield _removed(path, f"it named {count:,}")
        else:
            yield Found(path, "names", why=f"it names {count:,}: run its report with --force, then remove this edition")


def _text(path: Path) -> str | None:
    """A file's text, JSON without its escapes, a workbook or slides unpacked; None where it is no text."""
    if path.suffix in {".xlsx", ".pptx"}:
        with contextlib.suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(path) as book:
            return html.unescape("\n".join(book.read(part).decode(errors="replace") for part in book.namelist()))
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
    if path.suffix not in {".json", ".ipynb"}:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _removed(path: Path, why: str) -> Found:
    path.unlink()
    return Found(path, "file", why=why)
