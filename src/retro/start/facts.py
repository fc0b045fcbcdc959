"""What the columns of a table hold, counted over every row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from retro.errors import SourceError, engine_error
from retro.sources import Source, Tables, TableSpec, open_tables
from retro.sources.quoting import literal, quoted
from retro.start.shapes import SHEETS, TEXT, Shape

NULLS = ("--", "-", "—", "——", "/", "无", "NULL", "null", "N/A", "#N/A", "NaN", "nan", "None")
"""What exports write for nothing."""
DASHES = frozenset({"--", "-", "—", "——"})
"""Those that are nothing in text too."""
SYMBOLS: Mapping[str, str] = {"￥": "CNY", "¥": "CNY", "元": "CNY", "$": "USD", "£": "GBP", "€": "EUR"}
_SIGNS = "".join(SYMBOLS)
_BLANKS = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff\u3000"

_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f")
FORMATS: Mapping[str, tuple[str, ...]] = {
    "year": tuple(
        f"{day}{clock}"
        for day in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
        for clock in (*_CLOCKS, "T%H:%M:%S", "T%H:%M:%S.%f")
    ),
    "compact": ("%Y%m%d", "%Y%m%d%H%M%S"),
    "day": tuple(f"%d{sign}%m{sign}%Y{clock}" for sign in "/.-" for clock in _CLOCKS),
    "month": tuple(f"%m{sign}%d{sign}%Y{clock}" for sign in "/.-" for clock in _CLOCKS),
}
"""Formats of moments by what comes first; `year` is what every reader understands."""
_EPOCH = {"seconds": (1_000_000_000, 4_000_000_000), "milliseconds": (1_000_000_000_000, 4_000_000_000_000)}


_OFFSET = re.compile(r"^\d{4}-.*:\d{2}\s?(Z|UTC|[+-]\d{2}:?\d{2})$")
_DATED = re.compile(r"\d{1,4}[-/.年]\d|\d{8}")
"""How every moment of FORMATS begins."""
_SAMPLE = 200
"""Values of a column by which formats are chosen that all rows are then held to."""

_COUNTS = """
    select coalesce(sum(c), 0) as rows, coalesce(sum(c) filter (v is not null), 0) as filled,
      count(distinct v) as several, coalesce(sum(c) filter (n is not null), 0) as numbers,
      max(case when n is not null then length(nullif(split_part(rtrim(cast(n as varchar), '0'), '.', 2), '')) end)
        as decimals,
      coalesce(sum(c) filter (n < 0), 0) as negative, cast(min(n) as double) as low, cast(max(n) as double) as high,
      {words}
    from {cells}
"""
_WORDS = f"""
      list(distinct word) filter (v is null and word is not null) as nulls,
      list(distinct regexp_extract(v, '[{_SIGNS}]')) filter (n is not null) as signs,
      list_slice(list(distinct v) filter (v is not null), 1, 3) as examples
"""
_CELLS = "start_cells"
"""The table of a column's different cells."""
_NUMBERS = tuple(
    _COUNTS.format(words=words, cells=_CELLS) for words in (_WORDS, "null as nulls, null as signs, null as examples")
)


@dataclass(frozen=True)
class Facts:
    """What a column holds.

    Attributes:
        name: The column.
        native: Its type where the file has types; empty for text.
        rows: Rows of the table.
        filled: Rows that hold something.
        distinct: Different values.
        numbers: Rows that are numbers.
        decimals: Most decimals of a number.
        negative: Rows of a negative number.
        low: Least number.
        high: Largest number.
        moments: Rows that are moments, by what comes first.
        nulls: Words for nothing that it holds.
        signs: Signs of currencies that it holds.
        examples: Up to three values.
    """

    name: str
    native: str
    rows: int
    filled: int
    distinct: int
    numbers: int = 0
    decimals: int = 0
    negative: int = 0
    low: float | None = None
    high: float | None = None
    moments: Mapping[str, int] = field(default_factory=dict)
    nulls: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether all that it holds are numbers."""
        return 0 < self.filled == self.numbers

    @property
    def is_whole(self) -> bool:
        """Whether all that it holds are whole numbers."""
        return self.is_number and self.decimals == 0

    @property
    def order(self) -> tuple[str, ...]:
        """The orders of year, month and day that fit every row; two where nobody can tell."""
        return tuple(name for name in FORMATS if 0 < self.filled == self.moments.get(name, 0))

    @property
    def is_moment(self) -> bool:
        """Whether all that it holds are moments."""
        return bool(self.order)

    @property
    def epoch(self) -> str | None:
        """The unit that it counts since 1970 in, where its numbers are of that size.

        Moments before that are strays, so the middle of the column would say more; the largest is enough here.
        """
        if not self.is_whole or self.high is None:
            return None
        return next((unit for unit, (low, high) in _EPOCH.items() if low <= self.high < high), None)


def open_raw(shapes: Mapping[str, Shape], folder: str, where: str) -> Tables:
    """Open the tables of a folder as they stand: text as text, and words for nothing as words."""
    specs = {}
    for name, shape in shapes.items():
        as_text = {"nulls": ()} if shape.kind in TEXT | SHEETS else {}
        spec = spec_of(shape, dict.fromkeys(filter(None, shape.headers), "string"))
        specs[name] = TableSpec.model_validate({**spec, **as_text})
    return open_tables(Source(timezone="UTC", currency="XXX", folder=folder, tables=specs), where)


def spec_of(
    shape: Shape, types: Mapping[str, str], nulls: Sequence[str] = (), formats: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The keys of a table in source.yaml; what is as by default is left out."""
    spec: dict[str, Any] = {"path": shape.path}
    if shape.kind in TEXT:
        if shape.encoding != "utf-8":
            spec["encoding"] = shape.encoding
        if shape.delimiter != ("\t" if shape.kind == ".tsv" else ","):
            spec["delimiter"] = shape.delimiter
    if shape.kind in TEXT | SHEETS:
        if shape.header_row > 1:
            spec["header_row"] = str(shape.header_row)
        spec |= {"sheet": shape.sheet} if shape.sheet else {}
        spec |= {"skip_footer": str(shape.footer)} if shape.footer else {}
        spec |= {"nulls": sorted({"--", *nulls})} if nulls else {}
        spec |= {"date_format": dict(formats)} if formats else {}
        spec |= {"types": dict(types)} if types else {}
    return spec


def facts_of(tables: Tables, name: str) -> dict[str, Facts]:
    """Count what each column of a table holds, over all its rows.

    Raises:
        SourceError: The table cannot be read.
    """
    table = tables.by_name[name]
    found: dict[str, Facts] = {}
    for column, kind in table.schema().items():
        native = "" if kind.is_string() else _native(kind)
        found[column] = _facts(tables, name, column, native)
    return found


def _native(kind: Any) -> str:  # noqa: ANN401 - an Ibis type
    if kind.is_timestamp() or kind.is_date():
        return "moment" if kind.is_timestamp() else "date"
    if kind.is_floating():
        return "float"
    return "number" if kind.is_numeric() else "other"


def _facts(tables: Tables, name: str, column: str, native: str) -> Facts:
    cell, place = quoted(column), quoted(name)
    if native in {"other", "moment", "date"}:
        counts = f"count(*) as rows, count({cell}) as filled, approx_count_distinct({cell}) as several"
        row = _row(tables, f"select {counts} from {place}")
        moments = {"year": int(row["filled"])} if native != "other" else {}
        return Facts(column, native, row["rows"], row["filled"], row["several"], moments=moments)
    # each different cell once, since a column of text is asked about several times
    ask(tables, f"create or replace temp table {_CELLS} as {_cells(column, native, place)}")
    row = _row(tables, _NUMBERS[bool(native)])
    return Facts(
        name=column,
        native=native,
        rows=int(row["rows"]),
        filled=int(row["filled"]),
        distinct=int(row["several"]),
        numbers=int(row["numbers"]),
        decimals=int(row["decimals"] or 0),
        negative=int(row["negative"]),
        low=row["low"],
        high=row["high"],
        moments={} if native else _moments(tables),
        nulls=tuple(sorted(row["nulls"] or ())),
        signs=tuple(sorted(sign for sign in row["signs"] or () if sign)),
        examples=tuple(row["examples"] or ()),
    )


def _cells(column: str, native: str, place: str) -> str:
    """Each different cell: `word` without blanks, `v` without words for nothing, `n` the number, `c` its rows."""
    value = quoted(column)
    each = f"select {value} as cell, count(*) as c from {place} group by all"
    if native:
        return f"select cast(cell as varchar) as v, null as word, cast(cell as decimal(38, 6)) as n, c from ({each})"
    words = ", ".join(map(literal, NULLS))
    return (
        f"select v, word, try_cast(translate(v, ', {_SIGNS}', '') as decimal(38, 6)) as n, c "
        f"from (select case when word not in ({words}) then word end as v, word, c "
        f"from (select nullif(trim(cell, {literal(_BLANKS)}), '') as word, c from ({each})))"
    )


def _moments(tables: Tables) -> dict[str, int]:
    """How many rows are moments, by what comes first; a sample says which formats are worth asking all rows for."""
    sample = [row["v"] for row in ask(tables, f"select v from {_CELLS} where v is not null limit {_SAMPLE}")]
    sample = [value for value in sample if _DATED.match(value)]
    found = {}
    for order, formats in FORMATS.items():
        fitting = [one for one in formats if any(_reads(value, one) for value in sample)]
        tests = [f"try_strptime(v, [{', '.join(map(literal, fitting))}]) is not null"] if fitting else []
        if order == "year" and any(_OFFSET.search(value) for value in sample):
            tests.append("(regexp_matches(v, '^[0-9]{4}-') and try_cast(v as timestamptz) is not null)")
        if tests:
            sized = "length(v) in (8, 14) and v < '21' and " if order == "compact" else ""
            sql = f"select coalesce(sum(c), 0) as n from {_CELLS} where {sized}({' or '.join(tests)})"
            found[order] = int(_row(tables, sql)["n"])
    return found


def _reads(value: str, form: str) -> bool:
    try:
        dt.datetime.strptime(value, form)  # noqa: DTZ007 - only whether it fits
    except ValueError:
        return False
    return True


def _row(tables: Tables, sql: str) -> dict[str, Any]:
    """The one row that a query answers with."""
    rows = ask(tables, sql)
    return rows[0]


def ask(tables: Tables, sql: str) -> list[dict[str, Any]]:
    """The rows that a query over a source's tables answers with.

    Raises:
        SourceError: The engine refuses; what it says is told without the rows that it quotes.
    """
    try:
        found: list[dict[str, Any]] = tables.connection.raw_sql(sql).fetch_arrow_table().to_pylist()
    except Exception as reason:  # noqa: BLE001 - engines raise their own kinds
        problem = " ".join(engine_error(reason).split())[:300]
        raise SourceError(f"retro start: query must be answered, got {problem}") from None
    return found


def format_of(tables: Tables, name: str, column: str, order: str) -> str:
    """The format that fits every row of a column of moments.

    Returns:
        The format; empty where rows need several.
    """
    cell = quoted(column)
    for one in FORMATS[order]:
        misses = f"{cell} is not null and try_strptime(trim({cell}), '{one}') is null"
        sql = f"select count(*) as rows from {quoted(name)} where {misses}"
        if ask(tables, sql)[0]["rows"] == 0:
            return one
    return ""


def day_of(text: str) -> dt.datetime | None:
    """A moment that the analyst wrote; None where it is none."""
    try:
        return dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
