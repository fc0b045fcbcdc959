"""Experiments: decision, reason, and expected value."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from retro.blocks import ScoreRow
from retro.blocks.model import Tone
from retro.i18n import Said
from retro.ledger import Entry
from retro.metrics.experiments import ExperimentResult
from retro.metrics.experiments.power import POWER
from retro.sections.experiments.evidence import exhibits
from retro.sections.experiments.few import without_few
from retro.sections.experiments.soundness import warnings
from retro.sections.experiments.words import Reader
from retro.sections.section import Context, Finding, Section, number, records
from retro.sources import NotCovered

__all__ = ["section"]

_TONES: Mapping[str, Tone] = {"better": "good", "held": "good", "worse": "bad", "harmed": "bad", "refused": ""}
"""Tones of outcomes; all others are to be watched."""


def say(results: Sequence[ExperimentResult | NotCovered], context: Context) -> Finding:
    """One part for each experiment; nothing where there is none.

    `results` is what `metrics.experiments` returns for the experiments of the params.
    """
    designs = context.params.experiments
    read = [
        (9, _not_covered(result, context.text.pick(design.title or design.id), context))
        if isinstance(result, NotCovered)
        else (result.decision.gravity, _part(Reader(without_few(result), context.text), context))
        for result, design in zip(results, designs, strict=True)
    ]
    parts = tuple(part for _, part in sorted(read, key=lambda pair: pair[0]))
    say = context.text
    decisions = tuple(
        say("experiments.say.of", experiment=part.title, decision=decision)
        for part in parts
        for decision in part.decisions
    )
    held = context.params.hold_out
    ships = {
        design.id: isinstance(result, ExperimentResult) and result.decision.state == "ship"
        for result, design in zip(results, designs, strict=True)
        if held is None or design.id != held.experiment
    }
    if len(parts) == 1:
        (only,) = parts
        return Finding(
            "",
            parts=parts,
            decisions=decisions,
            headline=only.headline,
            shows=only.shows,
            next_step=only.next_step,
            shown=only.shown,
            ships=ships,
        )
    headline = tuple(
        say("experiments.say.of", experiment=part.title, decision=one) for part in parts for one in part.headline
    )
    step = next((_named_step(part, context) for part in parts if part.next_step), "")
    shown = any(part.shown for part in parts)
    return Finding("", parts=parts, decisions=decisions, headline=headline, next_step=step, shown=shown, ships=ships)


def _named_step(part: Finding, context: Context) -> str:
    first = context.text("advice.next")
    step = part.next_step.removeprefix(first)
    return context.text("experiments.say.next_of", next=first, experiment=part.title, step=step)


def _not_covered(missing: NotCovered, title: str, context: Context) -> Finding:
    key = f"report.not_covered{'_column' if missing.column else ''}"
    said = context.text(key, table=missing.table, column=missing.column)
    return Finding(said, title=title, covered=False, decisions=(said,))


def _part(reader: Reader, context: Context) -> Finding:
    decision, proof = reader.result.decision, tuple(_comparisons(reader))
    decided: str = Said("").join(dict.fromkeys(reader.decided(one) for one in (decision, *decision.others)))
    worth, faults = _nets(reader) + _worth(reader), (*warnings(reader), *_outliers(reader))
    guarded = "_guarded" if decision.state == "ship" and reader.metrics("guardrail", "held", decision.arm) else ""
    blind = "_unmeasured" if decision.reason == "guardrail_unmeasured" else ""
    next_step = reader.say(
        f"next.{decision.state}{guarded}{blind}", arm=reader.arm(decision.arm), control=reader.control
    )
    held = context.params.hold_out
    apart = held is not None and held.experiment == reader.result.design.id and decision.state != "invalid"
    if apart:
        # the campaign's own hold-out says what the campaign added; its ROI decides whether to run it again
        decided, worth, next_step = reader.say("hold_out"), "", ""
    elif decision.state != "invalid":
        next_step += _look_into(reader)
    return Finding(
        sentence="\n".join(line for line in (decided, *proof, f"{worth}{_detectable(reader)}") if line),
        title=reader.title,
        entries=tuple(_entries(reader, context)),
        warnings=(*faults, *_cautions(reader)),
        exhibits=tuple(exhibits(reader)),
        decisions=() if apart else (decided,),
        shown=apart and bool(reader.metrics("primary", "better", decision.arm)),
        shows=proof[0] if apart and proof else "",
        headline=tuple(
            one for one in (decided if apart else "", Said("").join(proof), f"{worth}{''.join(faults[:1])}") if one
        ),
        next_step=next_step,
        scores=tuple(_scores(reader, alone=len(context.params.experiments) == 1)),
    )


def _look_into(reader: Reader) -> str:
    """What to look into beside the next step: the checks that warn."""
    names = dict.fromkeys(row["check"] for row in records(reader.result.checks) if row["state"] == "warn")
    split = any(name == "ramp" or name.startswith("split") for name in names)
    others = [reader.check(name, "short") for name in names if not (name == "ramp" or name.startswith("split"))]
    said = reader.say("next_warned.split") if split else ""
    return said + (reader.say("next_warned.other", checks=others) if others else "")


def _nets(reader: Reader) -> str:
    """What each arm brought and cost in the experiment."""
    said = ""
    for row in records(reader.result.worths):
        said += reader.say("net", row, arm=reader.arm(row["arm"]), control=reader.control, level=reader.level)
        if row["low"] <= 0 <= row["high"]:
            said += reader.say("net_open")
    return said


def _outliers(reader: Reader) -> Iterator[str]:
    """A sentence for each difference of means that one value decides."""
    for row in records(reader.effects):
        if math.isnan(row["outlier"]):
            continue
        metric = reader.metric(row["metric"])
        yield reader.say(
            "outlier",
            arm=reader.arm(row["outlier_arm"]),
            value=reader.value(metric, row["outlier"]),
            metric=reader.row_label(row),
            effect=reader.difference(metric, row["effect"]),
            without=reader.difference(metric, row["without"]),
            interval=reader.interval(metric, row["without_low"], row["without_high"]),
            level=reader.level,
            rank=reader.text.p_value(row["rank_p"], sign=True),
        )


def _comparisons(reader: Reader) -> Iterator[str]:
    rows = [row for row in records(reader.effects) if row["role"] == "primary"]
    for row in rows:
        name = reader.name(reader.metric(row["metric"]))
        if row["outcome"] == "refused":
            yield reader.say("evidence.refused", metric=name, refusal=reader.say(f"refusal.{row['refusal']}"))
            continue
        yield reader.say(
            f"evidence.{'corrected' if len(rows) > 1 else 'plain'}",
            reader.compared(row),
            metric=name,
            arm=reader.arm(row["arm"]),
            control_arm=reader.control,
            level=reader.level,
            p=reader.text.p_value(row["p_value"], sign=True),
            adjusted=reader.text.p_value(row["adjusted_p"]),
        )


def _worth(reader: Reader) -> str:
    worth, design = reader.result.decision.worth, reader.result.design.worth
    if worth is None or design is None:
        return ""
    value, low, high = worth
    return reader.say(f"worth.{design.period}", value=value, low=low, high=high, level=reader.level)


def _detectable(reader: Reader) -> str:
    """The detectable effect, where none was found."""
    parts = [
        reader.say("detectable_part", metric=reader.row_label(row), value=reader.size(row))
        for row in records(reader.effects)
        if row["role"] == "primary" and row["outcome"] == "alike"
    ]
    return reader.say("detectable", power=reader.text.rate(POWER, 0), parts=parts) if parts else ""


def _cautions(reader: Reader) -> Iterator[str]:
    """What was not measured, and how effects were computed where that differs from other experiments."""
    for one in reader.result.unmeasured:
        where = one.table + (f".{one.column}" if one.column else "")
        yield reader.say(f"unmeasured.{one.role}", metric=reader.name(one.metric), where=where)
    for name in reader.result.unsplit:
        yield reader.say("unsplit", segment=reader.segment(name), where=f"users.{name}")
    if reader.result.by_day:
        yield reader.say("ramped" if reader.result.design.ramped else "by_day")
    if reader.result.design.peeked:
        yield reader.say("peeked")


def _scores(reader: Reader, *, alone: bool) -> Iterator[ScoreRow]:
    suspended = reader.result.decision.state == "invalid"
    for row in records(reader.effects):
        if row["role"] == "secondary":
            continue
        outcome, shown = "suspended" if suspended else row["outcome"], reader.compared(row)
        margin = "margin" if reader.metric(row["metric"]).better == "higher" else "margin_lower"
        margin = "margin_none" if row["margin"] == 0 else margin
        yield ScoreRow(
            label=reader.say(f"score{'' if alone else '_of'}", experiment=reader.title, metric=reader.row_label(row)),
            value=shown["effect"],
            interval=shown["interval"],
            target=reader.say(margin, row) if row["role"] == "guardrail" else "",
            status=_TONES.get(outcome, "watch"),
            status_text=reader.say(f"outcome.{outcome}"),
        )


def _entries(reader: Reader, context: Context) -> Iterator[Entry]:
    """The difference of every metric and arm: of shares it is a rate, of anything else a plain number."""
    design = reader.result.design
    for row in records(reader.effects):
        names = [design.id, row["metric"], *([row["arm"]] if len(design.treatments) > 1 else []), "effect"]
        name = re.sub(r"[^a-z0-9]+", "_", "_".join(names).lower()).strip("_")
        unit = "rate" if row["kind"] == "conversion" else "ratio"
        low, high = number(row["low"]), number(row["high"])
        yield context.entry(
            name, row, "effect", method=row["method"], unit=unit, low=low, high=high, tables=design.tables
        )


section = Section("experiments", say, links=("exposures.unit_id",), of_people=True)
