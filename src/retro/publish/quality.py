"""The data-quality page: results by table, beside those of earlier runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retro.blocks import Block, Callout, Cell, Column, Cover, Document, Heading, Note, Paragraph, Span, Table, spans
from retro.blocks.model import Tone
from retro.contracts import GateVerdict, RuleResult, rule_sentence
from retro.files import write_atomic
from retro.i18n import Lang, Text, load_text
from retro.periods import Window
from retro.publish.around import Around
from retro.publish.manifest import Format, PublishedFile

_FORMS: tuple[Format, ...] = ("quality",)

_RUNS_IN_DETAIL = 6
"""Runs that each table is shown in; a phone is narrow."""


@dataclass(frozen=True)
class Checked:
    """A verdict with its report.

    Attributes:
        title: The report's title by language.
        window: The report's window.
        shop: Whose data it is, by language.
        currency: The source's currency.
        verdict: The gate's verdict.
        history: Verdicts of earlier runs by when they were made, oldest first.
    """

    title: Mapping[str, str]
    window: Window
    shop: Mapping[str, str] | str
    currency: str
    verdict: GateVerdict
    history: Sequence[tuple[dt.datetime, GateVerdict]]


def publish_quality(checked: Checked, lang: Lang, out: Path, around: Around | None = None) -> PublishedFile:
    """Write `<out>/quality.<lang>.html`, one offline page like a report's; no row and no key stands on it.

    Args:
        checked: The verdict.
        lang: The page's language.
        out: The folder for the page.
        around: What it leads to.
    """
    from retro.publish.html import RetroHTMLExporter  # noqa: PLC0415 - half a second

    page = RetroHTMLExporter().from_document(quality_document(checked, lang), around, _FORMS)
    return PublishedFile.of(write_atomic(out / f"quality.{lang}.html", page), out, lang, "quality")


def quality_document(checked: Checked, lang: Lang) -> Document:
    """The page as blocks."""
    text = load_text(lang, checked.currency)
    cover = Cover(
        title=text("quality.title", title=text.pick(checked.title)),
        shop=text.pick(checked.shop),
        period=text.period(checked.window.start, checked.window.end),
        lang=lang,
    )
    tables = dict.fromkeys(result.table for result in checked.verdict.results)
    blocks: list[Block] = [_summary(checked.verdict, text)]
    if not checked.verdict.breaches:
        back = Span(text=text("quality.back"), href=f"{lang}.html")
        blocks.append(Paragraph(spans=(back,)))
    for table in tables:
        blocks += [*_table(table, checked.verdict, text), *_past(table, checked, text)]
    return Document(cover, (*blocks, *_history(checked, text)))


def _summary(verdict: GateVerdict, text: Text) -> Block:
    sentence = text(
        f"quality.summary.{verdict.badge}",
        held=sum(result.outcome == "passed" for result in verdict.results),
        all=len(verdict.results),
        warnings=len(verdict.warnings),
        breaches=len(verdict.breaches),
    )
    return Callout(tone="finding", blocks=(Paragraph(spans=spans(sentence)),))


def _table(table: str, verdict: GateVerdict, text: Text) -> list[Block]:
    results = [result for result in verdict.results if result.table == table]
    results.sort(key=lambda result: (result.outcome == "passed", result.severity != "error"))
    columns = ("rule", "outcome", "severity", "broken", "checked")
    numeric = {"broken", "checked"}
    blocks: list[Block] = [Heading(level=1, spans=spans(table))]
    if (rows := verdict.row_counts.get(table)) is not None:
        blocks.append(Paragraph(spans=spans(text("quality.rows", rows=text.exact(rows, 0)))))
    blocks.append(
        Table(
            caption=text("quality.rules", table=table),
            columns=tuple(Column(label=text(f"quality.column.{name}"), numeric=name in numeric) for name in columns),
            rows=tuple(_rule(result, text) for result in results),
        )
    )
    missing = [name for name in verdict.not_covered if name.split(".")[0] == table]
    if missing:
        blocks.append(Note(spans=spans(text("quality.not_covered", names=text.join(missing)))))
    return blocks


def _past(table: str, checked: Checked, text: Text) -> tuple[Block, ...]:
    """A table in the last runs: its rows, how many rules held, and each rule that was broken in one of them."""
    earlier = [(f"{at:%m-%d %H:%M}", verdict) for at, verdict in reversed(checked.history)]
    runs = [(text("quality.this_run"), checked.verdict), *earlier]
    runs = [(name, verdict) for name, verdict in runs if table in verdict.row_counts][:_RUNS_IN_DETAIL]
    if len(runs) < 2:  # noqa: PLR2004 - one run has no history
        return ()
    found = [{one.rule: one for one in verdict.results if one.table == table} for _, verdict in runs]
    broken = dict.fromkeys(name for rules in found for name, one in rules.items() if one.outcome != "passed")
    said = {name: rule_sentence(one, text) for rules in reversed(found) for name, one in rules.items()}
    counts = tuple(Cell(text=text.exact(verdict.row_counts[table], 0)) for _, verdict in runs)
    held = tuple(Cell(text=f"{sum(one.outcome == 'passed' for one in rules.values())}/{len(rules)}") for rules in found)
    rows = [(Cell(text=text("quality.past_rows")), *counts), (Cell(text=text("quality.past_held")), *held)]
    for name in broken:
        label = text("quality.past_broken", rule=said[name])
        rows.append((Cell(text=label), *(_then(rules.get(name), text) for rules in found)))
    columns = (Column(label=text("quality.past_figure")), *(Column(label=name, numeric=True) for name, _ in runs))
    return (Table(caption=text("quality.past", table=table), columns=columns, rows=tuple(rows), folded=True),)


def _then(result: RuleResult | None, text: Text) -> Cell:
    """What came out of a rule in one run; empty where it was not asked."""
    if result is None:
        return Cell(text="")
    if result.outcome == "passed":
        return Cell(text="0" if result.failed_rows is not None else text("contract.outcome.passed"))
    shown = text.exact(result.failed_rows, 0) if result.failed_rows else result.detail
    return Cell(text=shown or text(f"contract.outcome.{result.outcome}"), tone=_tone(result))


def _rule(result: RuleResult, text: Text) -> tuple[Cell, ...]:
    said = rule_sentence(result, text)
    return (
        Cell(text=f"{said} ({result.detail})" if result.detail and result.outcome != "passed" else said),
        Cell(text=text(f"contract.outcome.{result.outcome}"), tone=_tone(result)),
        Cell(text=text(f"contract.severity.{result.severity}")),
        Cell(text=text.exact(result.failed_rows, 0) if result.failed_rows is not None else ""),
        Cell(text=text.exact(result.checked_rows, 0) if result.checked_rows is not None else ""),
    )


def _tone(result: RuleResult) -> Tone:
    return "bad" if result.is_breach else "watch" if result.is_warning else "good"


def _history(checked: Checked, text: Text) -> tuple[Block, ...]:
    columns = ("run", "held", "warnings", "breaches", "rows")
    runs: list[tuple[str, GateVerdict]] = [(text("quality.this_run"), checked.verdict)]
    runs += [(f"{at:%Y-%m-%d %H:%M} UTC", verdict) for at, verdict in reversed(checked.history)]
    rows = tuple(
        (
            Cell(text=name),
            Cell(text=f"{sum(result.outcome == 'passed' for result in verdict.results)}/{len(verdict.results)}"),
            Cell(text=str(len(verdict.warnings)), tone="watch" if verdict.warnings else ""),
            Cell(text=str(len(verdict.breaches)), tone="bad" if verdict.breaches else ""),
            Cell(text=text.exact(sum(verdict.row_counts.values()), 0)),
        )
        for name, verdict in runs
    )
    table = Table(
        caption=text("quality.runs"),
        columns=tuple(Column(label=text(f"quality.column.{name}"), numeric=name != "run") for name in columns),
        rows=rows,
    )
    return Heading(level=1, spans=spans(text("quality.history"))), table
