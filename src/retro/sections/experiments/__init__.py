"""What experiments came to: what to do, why, how sure that is, and what it is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from retro.blocks import ScoreRow
from retro.blocks.model import Tone
from retro.ledger import Entry, Unit
from retro.metrics.experiments import ExperimentResult
from retro.metrics.experiments.power import POWER
from retro.sections.experiments.evidence import exhibits
from retro.sections.experiments.soundness import warnings
from retro.sections.experiments.words import Reader
from retro.sections.finding import Context, Finding, number, records
from retro.sources import NotCovered

__all__ = ["experiments"]

_TONES: Mapping[str, Tone] = {
    "better": "good",
    "held": "good",
    "worse": "bad",
    "harmed": "bad",
    "refused": "",
}
"""Tones of outcomes; all others are to be watched."""


def experiments(results: Sequence[ExperimentResult | NotCovered], context: Context) -> Finding:
    """One part for each experiment; nothing where there is none.

    Args:
        results: As `metrics.experiments` returns them for the experiments of the params.
        context: Params and texts.
    """
    designs = context.params.experiments
    parts = tuple(
        _not_covered(result, context.text.pick(design.title or design.id), context)
        if isinstance(result, NotCovered)
        else _part(Reader(result, context.text), context)
        for result, design in zip(results, designs, strict=True)
    )
    headline = tuple(sentence for part in parts for sentence in part.headline)
    return Finding("", parts=parts, headline=headline, next_step=parts[0].next_step if len(parts) == 1 else "")


def _not_covered(missing: NotCovered, title: str, context: Context) -> Finding:
    return Finding(context.text("report.not_covered", table=missing.table), title=title, covered=False)


def _part(reader: Reader, context: Context) -> Finding:
    text, decision = reader.text, reader.result.decision
    decided, proof = reader.decision(), tuple(_comparisons(reader))
    worth, faults = _worth(reader), warnings(reader)
    next_step = text(f"experiment.next.{decision.state}", arm=reader.arm(decision.arm), control=reader.control)
    if faults and decision.state != "invalid":
        next_step += text("experiment.next_warned")
    return Finding(
        sentence="\n".join(line for line in (decided, *proof, f"{worth}{_detectable(reader)}") if line),
        title=reader.title,
        entries=tuple(_entries(reader, context)),
        warnings=(*faults, *_cautions(reader)),
        exhibits=tuple(exhibits(reader)),
        headline=tuple(one for one in (decided, "".join(proof), f"{worth}{''.join(faults[:1])}") if one),
        next_step=next_step,
        scores=tuple(_scores(reader, alone=len(context.params.experiments) == 1)),
    )


def _comparisons(reader: Reader) -> Iterator[str]:
    """Each primary metric with its difference, interval and p-value."""
    text = reader.text
    rows = [row for row in records(reader.effects) if row["role"] == "primary"]
    for row in rows:
        metric = reader.metric(row["metric"])
        if row["outcome"] == "refused":
            refusal = text(f"experiment.refusal.{row['refusal']}")
            yield text("experiment.evidence.refused", metric=reader.name(metric), refusal=refusal)
            continue
        yield text(
            f"experiment.evidence.{'corrected' if len(rows) > 1 else 'plain'}",
            metric=reader.name(metric),
            control_arm=reader.control,
            arm=reader.arm(row["arm"]),
            control=reader.value(metric, row["control"]),
            treatment=reader.value(metric, row["treatment"]),
            effect=reader.difference(metric, row["effect"]),
            level=reader.level,
            interval=reader.interval(metric, row["low"], row["high"]),
            p=reader.p_value(row["p_value"]),
            **({"adjusted": reader.p_value(row["adjusted_p"])} if len(rows) > 1 else {}),
        )


def _worth(reader: Reader) -> str:
    """What shipping is expected to bring."""
    worth, design = reader.result.decision.worth, reader.result.design.worth
    if worth is None or design is None:
        return ""
    value, low, high = (reader.text.value(amount, "money") for amount in worth)
    return reader.text(f"experiment.worth.{design.period}", value=value, low=low, high=high, level=reader.level)


def _detectable(reader: Reader) -> str:
    """What the experiment could have seen, where it saw nothing."""
    parts = []
    for row in records(reader.effects):
        if row["role"] == "primary" and row["outcome"] == "alike":
            metric = reader.metric(row["metric"])
            size = reader.size(metric, row["detectable"])
            parts.append(reader.text("experiment.detectable_part", metric=reader.row_label(row), value=size))
    power = reader.text.rate(POWER, 0)
    return reader.text("experiment.detectable", power=power, parts=reader.text.join(parts)) if parts else ""


def _cautions(reader: Reader) -> Iterator[str]:
    """How effects were made, where that is not the usual way."""
    if reader.result.by_day:
        yield reader.text("experiment.by_day")
    if reader.result.design.peeked:
        yield reader.text("experiment.peeked")


def _scores(reader: Reader, *, alone: bool) -> Iterator[ScoreRow]:
    """A line of the scorecard for each primary metric and guardrail."""
    text, suspended = reader.text, reader.result.decision.state == "invalid"
    for row in records(reader.effects):
        if row["role"] == "secondary":
            continue
        metric, outcome = reader.metric(row["metric"]), "suspended" if suspended else row["outcome"]
        margin = "margin" if metric.better == "higher" else "margin_lower"
        yield ScoreRow(
            label=text(
                f"experiment.score{'' if alone else '_of'}", experiment=reader.title, metric=reader.row_label(row)
            ),
            value=reader.difference(metric, row["effect"]),
            interval=reader.interval(metric, row["low"], row["high"]),
            target=text(f"experiment.{margin}", margin=text.rate(row["margin"])) if row["role"] == "guardrail" else "",
            status=_TONES.get(outcome, "watch"),
            status_text=text(f"experiment.outcome.{outcome}"),
        )


def _entries(reader: Reader, context: Context) -> Iterator[Entry]:
    """The difference of every metric and arm."""
    design = reader.result.design
    for row in records(reader.effects):
        names = [design.id, row["metric"], *([row["arm"]] if len(design.treatments) > 1 else []), "effect"]
        yield Entry(
            name=re.sub(r"[^a-z0-9]+", "_", "_".join(names).lower()).strip("_"),
            value=number(row["effect"]),
            unit=_unit(row),
            low=number(row["low"]),
            high=number(row["high"]),
            method=row["method"],
            observed_until=context.observed_until,
            tables=design.tables,
            definition="experiments",
        )


def _unit(row: Mapping[str, Any]) -> Unit:
    """What an effect is counted in: a difference of shares is a rate, anything else a plain number."""
    return "rate" if row["kind"] == "conversion" else "ratio"
