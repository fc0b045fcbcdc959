"""Method and provenance: everything that is needed to make a report again."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from retro.blocks import Block, Callout, Cell, Column, Heading, List, Paragraph, Table, spans
from retro.campaigns import CampaignParams
from retro.contracts import GateVerdict, RuleResult, rule_sentence
from retro.files import code_version
from retro.i18n import Text
from retro.metrics.table_rows import rows_again, rows_of_each, table_rows
from retro.privacy import without_people
from retro.sources import Tables
from retro.sources.tables import Caller, called
from retro.validation import FrozenModel

_LONGEST = 120
"""Characters of a parameter that still read well in one cell."""


def method(
    params: CampaignParams,
    tables: Tables,
    gate: GateVerdict | None,
    left_out: Sequence[str],
    observed_until: dt.datetime | None,
    text: Text,
    *,
    once: Caller = called,
) -> tuple[Block, ...]:
    """The section's blocks.

    Args:
        params: What the report was asked.
        tables: The source.
        gate: The contracts' verdict on this data; None where it was not checked.
        left_out: Sentences on what the report does not cover, and why.
        observed_until: Until when the data was observed; None where it holds no times.
        text: Texts of the reader's language.
        once: Calls what counts rows; a report's own calls it once for both languages.
    """
    return (
        *_found_in_data(params, text),
        *_left_out(left_out, text),
        *_titled("sources", _sources(params, tables, text, once), text),
        *_overwritten(params, tables, text, once),
        *_checks(gate, text),
        *_titled("parameters", _parameters(params, text), text),
        *_titled("versions", _versions(tables, observed_until, text), text),
    )


def _found_in_data(params: CampaignParams, text: Text) -> tuple[Block, ...]:
    if not params.found_in_data:
        return ()
    return (Callout(tone="warning", blocks=(Paragraph(spans=spans(text("report.found_in_data_method"))),)),)


def _titled(name: str, block: Block, text: Text) -> tuple[Block, ...]:
    return Heading(level=2, spans=spans(text(f"report.{name}"))), block


def _left_out(sentences: Sequence[str], text: Text) -> tuple[Block, ...]:
    if not sentences:
        return ()
    items = tuple((Paragraph(spans=spans(sentence)),) for sentence in dict.fromkeys(sentences))
    return _titled("left_out", List(items=items), text)


def _sources(params: CampaignParams, tables: Tables, text: Text, once: Caller) -> Table:
    counted = once(rows_of_each, ({name: tables.of_everybody(name) for name in params.tables if name in tables},), {})
    rows = [
        (name, text.exact(count, 0), without_people(tables.source.tables[name].note.get(text.lang, "")))
        for name, count in counted.items()
    ]
    return _table("sources", ("table", "rows", "note"), rows, text, numeric=("rows",))


def _overwritten(params: CampaignParams, tables: Tables, text: Text, once: Caller) -> tuple[Block, ...]:
    """What is as of the export, since the shop overwrites it without a date, and which orders are treated apart."""
    names = tables.overwritten(params.tables)
    said = [text("report.overwritten", columns=text.join(list(names)))] if names else []
    said += _by_days(params, tables, text)
    said += [text(f"report.kind.{column}") for column in tables.order_kinds]
    said += [
        text("report.duplicates", table=name, rows=again)
        for name in params.tables
        if name in tables and not tables.has_key(name) and (again := once(rows_again, (tables.of_everybody(name),), {}))
    ]
    for name in tables.raw_names:
        if again := once(rows_again, (tables.raw(name),), {}):
            rows = once(table_rows, (tables.raw(name),), {})
            said.append(text("report.duplicates_raw", table=name, rows=rows, again=again))
    return tuple(Paragraph(spans=spans(sentence)) for sentence in said)


def _by_days(params: CampaignParams, tables: Tables, text: Text) -> list[str]:
    """Since when tables were read of which a report reads only some days."""
    source = tables.source
    names = [name for name in params.tables if name in tables and source.tables[name].days]
    names += [name for name, spec in source.raw.items() if spec.days]
    if source.since is None or not names:
        return []
    return [text("report.by_days", tables=text.join(names), since=text.day(source.since))]


def _checks(gate: GateVerdict | None, text: Text) -> tuple[Block, ...]:
    heading = Heading(level=2, spans=spans(text("report.checks")))
    if gate is None:
        return heading, Callout(tone="warning", blocks=(Paragraph(spans=spans(text("report.no_checks"))),))
    tables = dict.fromkeys(result.table for result in gate.results)
    held = Counter(result.table for result in gate.results if result.outcome == "passed")
    asked = Counter(result.table for result in gate.results)
    counts = [(table, str(asked[table]), str(held[table])) for table in tables]
    summary = _table("checks", ("table", "rules", "held"), counts, text, numeric=("rules", "held"))
    broken = [
        (result.table, rule_sentence(result, text), _broken_rows(result, text))
        for result in gate.results
        if result.outcome != "passed"
    ]
    if not broken:
        return heading, summary
    return heading, summary, _table("broken", ("table", "rule", "rows"), broken, text, numeric=("rows",))


def _broken_rows(result: RuleResult, text: Text) -> str:
    if result.outcome == "not_checked":
        return text("contract.outcome.not_checked")
    if result.failed_rows is None:
        return text("contract.outcome.failed")
    return text(
        "report.broken_rows", failed=text.exact(result.failed_rows, 0), checked=text.exact(result.checked_rows or 0, 0)
    )


def _parameters(params: CampaignParams, text: Text) -> Table:
    shown = (name for name, field in type(params).model_fields.items() if not field.exclude)
    rows = [row for name in shown for row in _lines(name, getattr(params, name), text)]
    return _table("parameters", ("name", "value"), rows, text)


def _versions(tables: Tables, observed_until: dt.datetime | None, text: Text) -> Table:
    source = tables.source
    facts = {
        "code": code_version(),
        "data": tables.seen()[:12],
        "timezone": source.timezone,
        "currency": source.currency,
        "observed_until": text.moment(observed_until) if observed_until else text("verdict.undated"),
    }
    rows = [(text(f"report.version.{name}"), value) for name, value in facts.items()]
    return _table("versions", ("name", "value"), rows, text)


def _table(
    name: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], text: Text, numeric: tuple[str, ...] = ()
) -> Table:
    return Table(
        caption=text(f"report.{name}"),
        columns=tuple(
            Column(label=text(f"report.{name}_columns.{column}"), numeric=column in numeric) for column in columns
        ),
        rows=tuple(tuple(Cell(text=value) for value in row) for row in rows),
        folded=True,
    )


def _lines(name: str, value: object, text: Text) -> Iterator[tuple[str, str]]:
    """A parameter's rows, named by its place in the params file; none where it was left empty.

    What holds keys or items of its own takes a row for each, unless they are few and plain.
    """
    parts, shown = _parts(value), _shown(value, text)
    if parts and (len(shown) > _LONGEST or not all(_plain(part) for part in parts.values())):
        for key, part in parts.items():
            yield from _lines(f"{name}.{key}", part, text)
    elif shown:
        yield name, shown


def _plain(value: object) -> bool:
    return not _parts(value) or (isinstance(value, tuple) and not any(_parts(item) for item in value))


def _parts(value: object) -> Mapping[str, object]:
    """What a parameter holds, by key, or by place from 1; nothing for a plain value and a text in two languages."""
    match value:
        case FrozenModel():
            return {name: getattr(value, name) for name in type(value).model_fields if name in value.model_fields_set}
        case dict() if set(value) != {"zh", "en"}:
            return value
        case tuple():
            return {str(place): item for place, item in enumerate(value, start=1)}
    return {}


def _shown(value: object, text: Text) -> str:
    match value:
        case None:
            return ""
        case dt.datetime():
            return value.isoformat(timespec="minutes")
        case Decimal():
            return f"{value:f}"
        case tuple():
            return text.join([_shown(item, text) for item in value])
        case dict() if set(value) == {"zh", "en"}:
            return text.pick(value)
        case FrozenModel() | dict():
            return text.join([f"{key}: {_shown(item, text)}" for key, item in _parts(value).items()])
        case _:
            return str(value)
