"""Random tables, written to text of several dialects and encodings, to Excel and to Parquet, arrive cell by cell."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retro.sources import Source, open_tables

MOMENTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2037, 1, 1)).map(lambda one: one.replace(microsecond=0))
IDS = st.from_regex(r"[0-9]{1,20}|[A-Za-z][A-Za-z0-9_-]{0,12}", fullmatch=True)
MONEY = st.decimals(Decimal(-9999999999), Decimal(9999999999), places=2)
WORDS = st.text(
    st.characters(codec="gb18030", exclude_categories=("C", "Z")) | st.sampled_from(list("，,;\"|\n\t  '=")),
    max_size=12,
).filter(lambda text: text.strip() and not text.startswith("=") and "\r" not in text)
ROWS = st.lists(
    st.tuples(IDS, MOMENTS, MONEY, st.none() | WORDS, st.none() | st.integers(-(2**53) + 1, 2**53 - 1)),
    min_size=1,
    max_size=12,
)
TYPES = {"user_id": "string", "ordered_at": "timestamp", "amount": "decimal(18, 2)", "word": "string", "count": "int64"}
NAMES = list(TYPES)
NOTHING = {"", "--"}
SPARE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def arrives(path: Path, rows: list[tuple[Any, ...]], **spec: Any) -> None:
    """Every cell is what was written."""
    data = {"timezone": "Asia/Shanghai", "currency": "CNY", "folder": str(path.parent)}
    data |= {"tables": {"sheet": {"path": path.name, "types": TYPES, **spec}}}
    found = open_tables(Source.model_validate(data), "source.yaml").by_name["sheet"].to_pyarrow().to_pylist()
    assert [tuple(row[name] for name in NAMES) for row in found] == rows


def as_text(rows: list[tuple[Any, ...]], decimal: str, format_: str, group: str) -> list[list[str]]:
    """Rows as an export writes them."""
    lines = []
    for user, moment, amount, word, count in rows:
        money = f"{amount:{',' if group else ''}.2f}".replace(",", "g").replace(".", decimal).replace("g", group)
        lines.append([user, moment.strftime(format_), money, word or "", "" if count is None else str(count)])
    return lines


@SPARE
@given(
    rows=ROWS,
    delimiter=st.sampled_from([",", "\t", ";", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    money=st.sampled_from([(".", ""), (".", ","), (",", "."), (",", "")]),
    format_=st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%d.%m.%Y %H:%M:%S"]),
)
def test_text_of_any_dialect(
    *,
    rows: list[tuple[Any, ...]],
    delimiter: str,
    encoding: str,
    ending: str,
    quoting: Any,
    money: tuple[str, str],
    format_: str,
) -> None:
    rows = [row for row in rows if row[3] not in NOTHING]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sheet.csv")
        with path.open("w", encoding=encoding, newline="") as stream:
            writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending, quoting=quoting)
            writer.writerows([NAMES, *as_text(rows, money[0], format_, money[1])])
        spec = {"delimiter": delimiter, "decimal": money[0], "thousands": money[1]}
        spec |= {"date_format": "%d.%m.%Y %H:%M:%S"} if format_.startswith("%d") else {}
        spec |= {"encoding": encoding.removesuffix("-sig")} if encoding != "utf-16" else {}  # a short text may be both
        arrives(path, rows, **spec)


@SPARE
@given(rows=ROWS)
def test_a_sheet(rows: list[tuple[Any, ...]]) -> None:
    rows = [(*row[:3], row[3] and row[3].replace("\n", "/"), row[4] and row[4] % 10**15) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        book = openpyxl.Workbook()
        for row in (NAMES, *rows):
            book.worksheets[0].append(row)
        book.save(Path(folder, "sheet.xlsx"))
        arrives(Path(folder, "sheet.xlsx"), rows)


@SPARE
@given(rows=ROWS)
def test_parquet(rows: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        frame = pd.DataFrame(rows, columns=NAMES).astype({"count": "Int64"})
        frame.to_parquet(Path(folder, "sheet.parquet"))
        arrives(Path(folder, "sheet.parquet"), rows)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_many_rows_are_read_at_once_and_are_the_same(tmp_path: Path, encoding: str) -> None:
    """More than is looked at first; the one pass must give what the careful one gives."""
    first = dt.datetime(2025, 1, 1)
    rows = [
        (f"{i:06d}", first + dt.timedelta(seconds=37 * i), Decimal(i) / 100, "词" if i % 2 else None, i)
        for i in range(120_000)
    ]
    path = tmp_path / "sheet.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([NAMES, *as_text(rows, ".", "%Y-%m-%d %H:%M:%S", "")])

    arrives(path, rows, encoding=encoding)
