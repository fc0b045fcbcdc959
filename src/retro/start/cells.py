"""A column of a file as SQL of a canonical type, and the type under which the file is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from retro.sources import Tables
from retro.sources.quoting import literal, quoted
from retro.start.aliases import UNITS, Aliases, first_of, unit_of
from retro.start.asking import NONE, Asker, Question
from retro.start.facts import DASHES, FORMATS, Facts, day_of, format_of
from retro.start.roles import Raw

Says = Callable[..., None]


@dataclass
class Reading:
    """How a raw table is read; grows while its columns are mapped.

    Attributes:
        types: The type of each mapped column of text.
        formats: The format of each column of moments that is not written from the year down.
        nulls: Words for nothing.
        open: Questions without an answer, whose columns stay unmapped.
    """

    types: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    nulls: set[str] = field(default_factory=set)
    open: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Cells:
    """Turns columns of one raw table into SQL.

    Attributes:
        raw: The table.
        tables: The folder's tables as they stand.
        reading: How the table is to be read.
        aliases: Headers and values.
        asker: Answers questions.
        says: Takes a note by its key.
    """

    raw: Raw
    tables: Tables
    reading: Reading
    aliases: Aliases
    asker: Asker
    says: Says

    def sql(self, header: str, kind: str) -> str | None:
        """A column as SQL of a logical type; None where only the analyst could say, and did not."""
        facts = self.raw.facts[header]
        self.reading.nulls |= set(facts.nulls) if kind != "string" else set(facts.nulls) & DASHES
        match kind:
            case "timestamp" | "date":
                return self._moment(facts, kind)
            case "number":
                return self._money(facts)
            case "integer":
                return self._typed(facts, "int64", "bigint")
        return self._text(facts)

    def _text(self, facts: Facts) -> str:
        if facts.native == "float":  # 12346.0 is the id 12346
            return f"cast(cast({quoted(facts.name)} as hugeint) as varchar)"
        return self._typed(facts, "string", "varchar")

    def _typed(self, facts: Facts, ibis_type: str, sql_type: str) -> str:
        if facts.native:
            return f"cast({quoted(facts.name)} as {sql_type})"
        self.reading.types[facts.name] = ibis_type
        return quoted(facts.name)

    def _money(self, facts: Facts) -> str:
        scale = max(2, facts.decimals)
        sql = self._typed(facts, f"decimal(18, {scale})", f"decimal(18, {scale})")
        unit = unit_of(facts.name)
        if unit in UNITS:
            name, factor = UNITS[unit]
            self.says("unit", header=facts.name, unit=name)
            return f"cast({sql} {factor} as decimal(18, 2))"
        if scale > 2:  # noqa: PLR2004 - a cent
            self.says("rounded", header=facts.name)
            return f"cast({sql} as decimal(18, 2))"
        return sql

    def _moment(self, facts: Facts, kind: str) -> str | None:
        name = quoted(facts.name)
        if first_of(self.aliases.elapsed, (facts.name,)) and not facts.is_moment:
            return self._elapsed(facts)
        if facts.epoch is not None and not facts.is_moment:
            self.says("epoch", header=facts.name, unit=facts.epoch)
            number = self._typed(facts, "int64", "bigint")
            return f"to_timestamp({number}{' / 1000' if facts.epoch == 'milliseconds' else ''})"
        if facts.native:
            wanted = "moment" if kind == "timestamp" else "date"
            return name if facts.native == wanted else f"cast({name} as {kind})"
        order = self._order(facts)
        if order is None:
            return None
        form = "" if order == "year" else format_of(self.tables, self.raw.name, facts.name, order)
        self.reading.types[facts.name] = "timestamp"
        if form:
            self.reading.formats[facts.name] = form
        elif order != "year":
            self.reading.types[facts.name] = "string"
            formats = ", ".join(map(literal, FORMATS[order]))
            return f"strptime({name}, [{formats}])"
        return name if kind == "timestamp" else f"cast({name} as date)"

    def _order(self, facts: Facts) -> str | None:
        """What comes first in a column's dates; asked where day and month both fit every row."""
        if "year" in facts.order:
            return "year"
        if not {"day", "month"} <= set(facts.order):
            order = facts.order[0]
            if order in {"day", "month"}:
                self.says(f"{order}_first", header=facts.name)
            return order
        key = f"date_order.{facts.name}"
        example = facts.examples[0] if facts.examples else ""
        question = Question(
            key, f"{self.raw.shape.shown}: is {facts.name} day or month first, as in {example}?", ("day", "month")
        )
        answer = self.asker.ask(question)
        if answer == NONE:
            self.reading.open.append(key)
            return None
        self.says(f"{answer}_first", header=facts.name)
        return answer

    def _elapsed(self, facts: Facts) -> str | None:
        key = f"origin.{facts.name}"
        text = f"{self.raw.shape.shown}: {facts.name} counts hours; from which moment on, such as 2018-07-27?"
        origin = day_of(self.asker.ask(Question(key, text, rule=_no_day)))
        if origin is None:
            self.reading.open.append(key)
            return None
        self.says("elapsed", header=facts.name, origin=f"{origin:%Y-%m-%d %H:%M}")
        number = self._typed(facts, "int64", "bigint")
        return f"timestamp '{origin:%Y-%m-%d %H:%M:%S}' + to_hours({number})"


def _no_day(answer: str) -> str:
    return "" if answer == NONE or day_of(answer) else "a moment such as 2018-07-27 or 2018-07-27T08:00"


def listed(names: Sequence[str]) -> str:
    """Values in SQL's brackets."""
    return f"({', '.join(map(literal, names))})"


def select(columns: Mapping[str, str], source: str, tail: str = "") -> str:
    """A SELECT with one column on each line."""
    lines = ",\n".join(f"  {sql} as {name}" for name, sql in columns.items())
    return f"select\n{lines}\nfrom {source}{tail}"
