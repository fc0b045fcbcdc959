"""Method and provenance: what a report was made from, so that anyone can make it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from retro.blocks import Block, Callout, Cell, Column, Heading, List, Paragraph, Table, spans
from retro.campaigns import CampaignParams
from retro.contracts import GateVerdict, rule_sentence
from retro.files import code_version
from retro.i18n import Text
from retro.sources import Tables

_TONES = {"passed": "good", "failed": "bad", "not_checked": "watch"}


def method(
    params: CampaignParams,
    tables: Tables,
    gate: GateVerdict | None,
    left_out: Sequence[str],
    observed_until: dt.datetime,
    text: Text,
) -> tuple[Block, ...]:
    """The section's blocks.

    Args:
        params: What the report was asked.
        tables: The source.
        gate: The contracts' verdict on this data; None where it was not checked.
        left_out: Sentences on what the report does not cover, and why.
        observed_until: Until when the data was observed.
        text: Texts of the reader's language.
    """
    return (
        *_left_out(left_out, text),
        *_titled("sources", _sources(params, tables, text), text),
        *_titled("checks", _checks(gate, text), text),
        *_titled("parameters", _parameters(params, text), text),
        *_titled("versions", _versions(tables, observed_until, text), text),
    )


def _titled(name: str, block: Block, text: Text) -> tuple[Block, ...]:
    return Heading(level=2, spans=spans(text(f"report.{name}"))), block


def _left_out(sentences: Sequence[str], text: Text) -> tuple[Block, ...]:
    if not sentences:
        return ()
    items = tuple((Paragraph(spans=spans(sentence)),) for sentence in dict.fromkeys(sentences))
    return _titled("left_out", List(items=items), text)


def _sources(params: CampaignParams, tables: Tables, text: Text) -> Table:
    rows = [
        (name, text.exact(tables.row_count(name), 0), tables.source.tables[name].note.get(text.lang, ""))
        for name in params.tables
        if name in tables
    ]
    return _table("sources", ("table", "rows", "note"), rows, text, numeric="rows")


def _checks(gate: GateVerdict | None, text: Text) -> Block:
    if gate is None:
        return Callout(tone="warning", blocks=(Paragraph(spans=spans(text("report.no_checks"))),))
    rows = tuple(
        (
            Cell(text=result.table),
            Cell(text=rule_sentence(result, text)),
            Cell(text=text(f"contract.outcome.{result.outcome}"), tone=_TONES[result.outcome]),
            Cell(text=text.exact(result.failed_rows, 0) if result.failed_rows else ""),
        )
        for result in gate.results
    )
    return Table(
        caption=text("report.checks"),
        columns=_columns("checks", ("table", "rule", "outcome", "rows"), text, "rows"),
        rows=rows,
        folded=True,
    )


def _parameters(params: CampaignParams, text: Text) -> Table:
    rows = [(name, _shown(getattr(params, name), text)) for name in type(params).model_fields]
    return _table("parameters", ("name", "value"), rows, text)


def _versions(tables: Tables, observed_until: dt.datetime, text: Text) -> Table:
    source = tables.source
    facts = {
        "code": code_version(),
        "data": tables.fingerprint()[:12],
        "timezone": source.timezone,
        "currency": source.currency,
        "observed_until": text.moment(observed_until),
    }
    rows = [(text(f"report.version.{name}"), value) for name, value in facts.items()]
    return _table("versions", ("name", "value"), rows, text)


def _table(
    name: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], text: Text, numeric: str = ""
) -> Table:
    cells = tuple(tuple(Cell(text=value) for value in row) for row in rows)
    return Table(
        caption=text(f"report.{name}"), columns=_columns(name, columns, text, numeric), rows=cells, folded=True
    )


def _columns(name: str, columns: tuple[str, ...], text: Text, numeric: str) -> tuple[Column, ...]:
    return tuple(Column(label=text(f"report.{name}_columns.{column}"), numeric=column == numeric) for column in columns)


def _shown(value: object, text: Text) -> str:
    """A parameter as a reader would write it in the params file."""
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
        case dict():
            return text.join([f"{key}: {_shown(item, text)}" for key, item in value.items()])
        case _:
            return str(value)
