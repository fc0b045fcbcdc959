"""Why a figure is what it is: what it is made of, which rules touch it, how it moved, which code computed it."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from retro import metrics
from retro.blocks import ANALYST_MIME
from retro.errors import RetroError
from retro.figures import VIEWS, Figure, Unit, families, figure, known
from retro.figures.queries import query_of
from retro.files import read_json
from retro.ledger import Entry, changes, read_ledger, read_version, version_before
from retro.report.naming import label_of, named_figure
from retro.report.opened import Opened

_PACKAGE = Path(__file__).parents[2]

_TOLD = frozenset(
    {
        "title",
        "short_title",
        "extra",
        "comments",
        "actions",
        "decision",
        "targets",
        "budget",
        "signed_off",
        "targets_set_on",
        "end",
    }
)
"""Keys of the params that no figure is computed from, and the end, which a report made to date moves by itself."""


@dataclass(frozen=True)
class Why:
    """What is known of a figure, for an analyst; no page publishes it.

    Attributes:
        name: The figure.
        label: What readers call it.
        entry: Its value, parts, interval and tables; None where nothing has computed it.
        facts: What is said of it, several lines under each heading.
        sql: What computes it, in DuckDB's SQL; empty where no single query does.
    """

    name: str
    label: str
    entry: Entry | None
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    sql: str = ""

    def __str__(self) -> str:
        lines = [f"{heading}: {line}" for heading, several in self.facts for line in several]
        return "\n".join((f"{self.label} ({self.name})", *lines, *([self.sql] if self.sql else [])))

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:  # noqa: ANN401 - IPython's protocol
        rows = "".join(
            f"<tr><th style='text-align:left;vertical-align:top'>{escape(heading)}</th>"
            f"<td style='text-align:left'>{'<br>'.join(map(escape, several))}</td></tr>"
            for heading, several in self.facts
        )
        sql = f"<details><summary>SQL</summary><pre>{escape(self.sql)}</pre></details>" if self.sql else ""
        title = f"<h4>{escape(self.label)} <code>{escape(self.name)}</code></h4>"
        return {ANALYST_MIME: self.name, "text/html": f"{title}<table>{rows}</table>{sql}", "text/plain": str(self)}


def why(report: Opened, asked: str) -> Why:
    """What is known of a figure.

    Args:
        report: The report.
        asked: The figure's name, or its label on the page in either language.

    Raises:
        RetroError: There is no such figure, or several have the label.
    """
    published = _published(report)
    names = [entry.name for entry in (*report.ledger.entries, *published)]
    name = named_figure(asked, dict.fromkeys(names), "report.why")
    entry, one, text = report.ledger.get(name), figure(name), report.text
    before = next((entry for entry in published if entry.name == name), None)
    otherwise = _otherwise(report) if before is not None else ""
    stands_for = None if otherwise else before
    sql = _sql(report, one, name)
    home = families()[one.family]
    facts = {
        text("why.value"): _value(entry or stands_for, report, late=entry is None, otherwise=otherwise),
        text("why.parts"): _parts(entry or stands_for, one, report),
        text("why.definition"): _definition(one, name, report),
        text("why.tables"): _tables(entry or before, one, report),
        text("why.rules"): tuple(_rules((entry or before or one).tables or home.source, report)),
        text("why.moved"): tuple(_moved(name, entry or stands_for, before, report, otherwise)) or (text("why.first"),),
        text("why.code"): tuple(_code(home.functions)),
        text("why.sql"): () if sql or not one.unexpressed else (text(f"why.unexpressed.{one.unexpressed}"),),
    }
    told = tuple((heading, lines) for heading, lines in facts.items() if lines)
    return Why(name, one.label_of(name, text.lang, noun=report.noun), entry or stands_for, told, sql)


def _published(report: Opened) -> Sequence[Entry]:
    path = report.address / "latest" / "ledger.json"
    return read_ledger(path).entries if path.is_file() else ()


def _otherwise(report: Opened) -> str:
    """With which params the published version was asked where they are others than this report's; empty for none.

    A figure of other params, as of everybody where this report is of a segment, is another figure.
    """
    path = report.address / "latest" / "params.json"
    then: dict[str, Any] = {"segment": {}, **(read_json(path) if path.is_file() else {})}
    now = report.params.model_dump(mode="json")
    told = _TOLD - set(report.overrides)
    others = [key for key in then if key in now and key not in told and then[key] != now[key]]
    return ", ".join([f"{key} = {json.dumps(then[key], ensure_ascii=False)}" for key in others])


def _value(entry: Entry | None, report: Opened, *, late: bool, otherwise: str) -> tuple[str, ...]:
    text = report.text
    if entry is None:
        return (text("why.nowhere"), *([text("why.otherwise", params=otherwise)] if otherwise else []))
    shown = _full(entry.value, entry.unit, report)
    if interval := text.interval(entry.low, entry.high, entry.unit):
        method = text("why.method", method=text.label("method", entry.method)) if entry.method else ""
        shown = f"{shown}, {text('why.interval', interval=interval, method=method)}"
    return (shown, *([text("why.unrecorded")] if late else []))


def _parts(entry: Entry | None, one: Figure, report: Opened) -> tuple[str, ...]:
    if entry is None or entry.numerator is None or entry.denominator is None:
        return ()
    above, below = (label_of(part, one.family, report.text.lang) for part in (one.numerator, one.denominator))
    numbers = {"numerator": _exact(entry.numerator), "denominator": _exact(entry.denominator)}
    return (report.text("why.divided", above=above, below=below, **numbers),)


def _exact(value: Decimal) -> str:
    return f"{value:,.2f}" if value % 1 else f"{value:,.0f}"


def _definition(one: Figure, name: str, report: Opened) -> tuple[str, ...]:
    """What it means, with the values in force of the params that it names."""
    lang = report.text.lang
    said: tuple[str, ...] = (one.definition[lang],) if one.definition else ()
    named = [key for key in re.findall(r"`([a-z_]+)`", "".join(said)) if key in type(report.params).model_fields]
    named = [key for key in named if key != name and isinstance(report.values[key], int | str | Decimal)]
    if named:
        said += (", ".join([f"{key} = {report.values[key]}" for key in dict.fromkeys(named)]),)
    return (*said, report.text("why.missing", when=one.missing[lang])) if one.missing else said


def _tables(entry: Entry | None, one: Figure, report: Opened) -> tuple[str, ...]:
    names = report.text.join((entry or one).tables)
    if not names or report.observed_until is None:
        return (names,) if names else ()
    return (report.text("why.until", tables=names, moment=report.text.moment(report.observed_until)),)


def _rules(tables: Sequence[str], report: Opened) -> Iterator[str]:
    """The rules on these tables: how many hold, and each that does not."""
    text, gate = report.text, report.gate
    if gate is None:
        yield text("why.not_checked")
        return
    for table in tables:
        results = [one for one in gate.results if one.table == table]
        broken = [one for one in results if one.outcome != "passed"]
        if results:
            key = "why.rules_broken" if broken else "why.rules_hold"
            yield text(key, table=table, count=len(results), broken=len(broken))
        yield from (f"- {one.rule}: {text.pick(one.said)}" for one in broken)
    for rows in gate.set_aside:
        if rows.table in tables:
            yield text("why.set_aside", table=rows.table, rows=rows.rows)


def _moved(name: str, entry: Entry | None, published: Entry | None, report: Opened, otherwise: str) -> Iterator[str]:
    """How it moved since the last campaign, since the published version, and before that."""
    text = report.text
    last = report.previous.get(name)
    if last is not None and entry is not None:
        values = _difference(last.value, entry, report)
        parts = _parts_moved(last, entry, report)
        yield text("why.edition", report=str(report.params.previous), parts=parts, **values)
    if published is None:
        return
    run = (report.address / "latest").resolve()
    if entry is not None:
        asked = f", {otherwise}" if otherwise else ""
        yield text("why.published", run=f"{run.name}{asked}", **_difference(published.value, entry, report))
    if otherwise:
        return
    before = version_before(run, str(read_json(run / "manifest.json")["input_hash"]))
    if before is None:
        return
    moves = {move.name: move for move in changes(read_version(before), read_version(run)).moves}
    if (move := moves.get(name)) is not None:
        causes = text.join([text(f"changed.causes.{cause}") for cause in move.because])
        yield text("why.version", run=before.name, causes=causes, **_difference(move.before, published, report))


def _parts_moved(before: Entry, after: Entry, report: Opened) -> str:
    """Which part of a ratio moved, where both editions recorded them."""
    one, text = figure(after.name), report.text
    parts = (before.numerator, after.numerator, before.denominator, after.denominator)
    if any(part is None for part in parts):
        return ""
    names = ("above_before", "above_now", "below_before", "below_now")
    values = {name: _exact(part) for name, part in zip(names, parts, strict=True) if part is not None}
    above, below = (label_of(part, one.family, text.lang) for part in (one.numerator, one.denominator))
    return text("why.edition_parts", above=above, below=below, **values)


def _difference(before: Decimal | None, after: Entry, report: Opened) -> dict[str, str]:
    text = report.text
    shown = _full(before, after.unit, report)
    if before is None or after.value is None or before == after.value:
        return {"before": shown, "difference": text("why.same" if before == after.value else "chart.unknown")}
    by = abs(after.value - before)
    told = text.written(by, "points").lstrip("+") if after.unit == "rate" else _full(by, after.unit, report).lstrip("+")
    return {"before": shown, "difference": text(f"why.{'more' if after.value > before else 'less'}", by=told)}


def _full(value: Decimal | None, unit: Unit, report: Opened) -> str:
    """A value with all its digits, where a page would round it."""
    if value is not None and unit == "money":
        return report.text.money(value)
    return report.text.value(value, unit) or report.text("chart.unknown")


def _code(functions: Sequence[str]) -> Iterator[str]:
    """File and line of the metrics that compute a family."""
    for said in functions:
        found = getattr(metrics, said.partition(" ")[0], None)
        function = inspect.unwrap(found) if callable(found) else None
        if function is not None and (file := inspect.getsourcefile(function)):
            line = function.__code__.co_firstlineno if inspect.isfunction(function) else 1
            yield f"{Path(file).relative_to(_PACKAGE).as_posix()}:{line} {said}"


def _sql(report: Opened, one: Figure, name: str) -> str:
    """The query that computes it, or those of its parts; empty where none does."""
    parts = [one] if one.expression else [_part(part, one.family) for part in (one.numerator, one.denominator)]
    if not all(part is not None and part.expression for part in parts):
        return ""
    try:
        return ";\n".join(query_of(part, name, VIEWS, report.values) for part in parts if part is not None)
    except RetroError:  # a key that this kind does not have
        return ""


def _part(name: str, family: str) -> Figure | None:
    return families()[family].figures.get(name) or known(name)
