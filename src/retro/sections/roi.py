"""ROI: output over input, and the incremental return."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from retro.blocks import MoneyState, Table
from retro.figures import figure
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.baseline import PHASES, Impact
from retro.metrics.pnl import Statement
from retro.sections.net import decision, led_to, net_words
from retro.sections.section import Context, Decision, Finding, Section, frame_table, number, records

_LIFT = "incremental_lift_rate"
"""Recorded by `impact`, with what it divides."""


_STOPS = ("stop", "stop_at_any_cost")
"""Advice not to run the campaign again as it was."""


def say(frame: pd.DataFrame, statement: Statement, found: Impact, context: Context) -> Finding:
    """The ratio that departments write, and beside it what the campaign really added.

    `frame` is the frame of `metrics.roi`; `statement` the P&L that it was taken from; `found` the effect on GMV, which
    says whether anything can be told from chance.
    """
    text, rows = context.text, {row["figure"]: row for row in records(frame)}
    table = _table(rows.values(), text)
    if statement.cost is None:
        untold, beside = _without_cost(rows.get("incremental_contribution"), found, text)
        sentence = text("roi.say.no_cost", campaign=context.params.campaign_id)
        reservation = text("roi.reservation.unknown")
        book = decision(text("roi.decided.book_cost"), None, text)
        return Finding(
            sentence,
            (),
            table,
            judged=untold,
            decision=book,
            judged_beside=beside,
            state="open",
            reservation=reservation,
        )
    entries = tuple(_entry(row, context) for name, row in rows.items() if name != _LIFT)
    ratio, true = rows["output_input_ratio"]["value"], rows.get("incremental_roi")
    stated = "stated_of_parts" if statement.of_parts else "stated" if found.measurable else "stated_open"
    headline = text(f"roi.say.{stated}", ratio=ratio, net=ratio - 1, cost=statement.cost)
    if "net_contribution" not in rows:
        unjudged = (text("roi.judged.no_contribution"), text("roi.judged.learn_cost"))
        sentence, reservation = headline + text("roi.say.no_contribution"), text("roi.reservation.unknown")
        learn = decision(text("roi.decided.learn_cost"), None, text)
        return Finding(sentence, entries, table, judged=unjudged, decision=learn, state="open", reservation=reservation)
    state = _state(rows["net_contribution"], found)
    if true is not None:
        chance, net = rows["roi_positive_probability"]["value"], rows["net_contribution"]["value"]
        said = "true" if state != "open" else "not_measurable" if _may_be_chance(rows, found) else "undecided"
        headline = text(f"roi.say.{said}", true, chance=chance, net=net) + headline
    judged, decided = _judged(rows, found, text)
    return Finding(
        headline + _break_even(rows, text),
        entries,
        table,
        headline=(headline,),
        footnote=_horizon(statement, found, context),
        judged=judged,
        decision=decided,
        state=state,
        reservation=_reservation(found, context),
    )


def _may_be_chance(rows: Mapping[str, Mapping[str, Any]], found: Impact) -> bool:
    """Whether the contribution that it added may be ordinary variation; else only its cost keeps profit open."""
    gain = rows["incremental_contribution"]
    return bool(found.contradicted or gain["low"] <= 0 <= gain["high"])


def _without_cost(
    gain: Mapping[str, Any] | None, found: Impact, text: Text
) -> tuple[tuple[str, str], tuple[str, str] | tuple[()]]:
    """What can be said of a campaign whose cost is not booked: a quiet one has no effect to pay for.

    The second pair is said instead where other sections show an effect.
    """
    clear = gain is None or not gain["low"] <= 0 <= gain["high"]
    book = text("roi.judged.book_cost")
    if found.measurable or clear:
        return (text("roi.judged.no_cost"), book), ()
    quiet = text("roi.judged.no_effect", gain), text("roi.judged.nothing_to_keep")
    return quiet, (text("roi.judged.no_effect_on_money", gain), book)


def _reservation(found: Impact, context: Context) -> str:
    """What speaks most against the verdict: what is left out of the effect, or what it was told from."""
    text = context.text
    seen, asked = _settled(found), context.params.roi.settling_days
    if found.contradicted:
        return text("roi.reservation.contradicted")
    if seen < asked:
        return text("roi.reservation.cut", seen=seen, asked=asked)
    rung = "held_out" if found.randomised else "unused" if found.unused else "series"
    return text(f"roi.reservation.{rung}", count=found.held_out)


def _settled(found: Impact) -> int:
    """Days after the campaign that its effect counts."""
    return int((found.days["phase"] == "settling").sum())


def _state(net: Mapping[str, Any], found: Impact) -> MoneyState:
    """Whether it `made` or `lost` money; `open` where the interval holds 0, or is too narrow as placebos say."""
    if found.contradicted or net["low"] <= 0 <= net["high"]:
        return "open"
    return "made" if net["low"] > 0 else "lost"


def _judged(rows: Mapping[str, Mapping[str, Any]], found: Impact, text: Text) -> tuple[tuple[str, str, str], Decision]:
    """Whether it made money, with amount and interval; keep, change or stop, with the one reason; how money was made.

    And the same decision as an action, with what it is worth.
    """
    net, gain = rows["net_contribution"], rows["incremental_contribution"]
    state = _state(net, found)
    told = net_words(net["value"], net["low"], net["high"], text)
    money = text(f"roi.judged.{state}", net, net=told, chance=rows["roi_positive_probability"]["value"])
    if state == "made":
        advice = "keep"
    elif state == "lost":
        advice = "stop_at_any_cost" if gain["high"] < 0 else "change_cost" if gain["value"] > 0 else "stop"
    else:
        advice = "hold_out_more" if found.randomised else "hold_out_enough" if found.unused else "hold_out"
    enough = _enough(net, gain["value"] - net["value"], found) if advice == "hold_out_more" else 0
    advice = "hold_out_count" if enough else advice
    people = {"held_out": found.held_out, "enough": enough}
    reason = text(f"roi.judged.{advice}", gain, **people)
    added = records(found.effects)[-1]["effect"] if found.known else None
    decided = decision(text(f"roi.decided.{advice}", **people), None if state == "open" else net["value"], text)
    return (money, reason, led_to(added, gain["value"], net, text)), replace(decided, stops=advice in _STOPS)


def _enough(net: Mapping[str, Any], cost: float, found: Impact) -> int:
    """About how many people held out would show a gain or loss as large as the cost; 0 where no campaign could.

    The interval narrows with the root of their number.
    """
    many = found.held_out * ((net["high"] - net["low"]) / 2 / cost) ** 2 if cost > 0 else 0.0
    if many <= 0:
        return 0
    some = round(many, 1 - math.floor(math.log10(many)))
    return int(some) if found.held_out < some <= (found.held_out + found.invited) / 2 else 0


def _horizon(statement: Statement, found: Impact, context: Context) -> str:
    """Until when the effect is counted, whether that is as long as was asked, and when returns have settled."""
    text, touched = context.text, found.days[found.days["phase"].isin(list(PHASES))]
    seen, asked = _settled(found), context.params.roi.settling_days
    words = "horizon" if statement.mature_on is not None else "horizon_open"
    said = text(f"roi.say.{words}", statement, first=touched["on"].iloc[0], last=touched["on"].iloc[-1])
    return said + (text("roi.say.cut", seen=seen, asked=asked) if seen < asked else "")


def _break_even(rows: Mapping[str, Mapping[str, Any]], text: Text) -> str:
    if not {_LIFT, "break_even_lift_rate"} <= rows.keys():
        return ""
    lift, needed = rows[_LIFT]["value"], rows["break_even_lift_rate"]["value"]
    if pd.isna(needed):
        return ""
    thin = lift > needed and rows["net_contribution"]["value"] < 0
    return text(f"roi.say.{'break_even_thin' if thin else 'break_even'}", needed=needed, lift=lift)


def _table(rows: Iterable[Mapping[str, Any]], text: Text) -> Table:
    lines = []
    for row in rows:
        known = figure(row["figure"])
        ends = (number(row["low"]), number(row["high"]))
        value = text.value(number(row["value"]), known.unit, *ends) or text("chart.unknown")
        lines.append((known.label_of(known.name, text.lang, in_table=True), value, text.interval(*ends, known.unit)))
    frame = pd.DataFrame(lines, columns=["figure", "value", "interval"])
    return frame_table("roi", frame, ("figure.", "value.figure", "interval.figure"), text, folded=False)


def _entry(row: Mapping[str, Any], context: Context) -> Entry:
    low, high = number(row["low"]), number(row["high"])
    return context.entry(row["figure"], row, "value", low=low, high=high, draws=str(row.get("draws", "")))


section = Section("roi", say)
