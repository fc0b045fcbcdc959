"""The scorecard: figures beside their target and the last comparable campaign."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from retro.blocks import Cell, Column, Scorecard, ScoreRow, Table
from retro.blocks.model import Tone
from retro.campaigns import Goal
from retro.figures import families, figure, known
from retro.i18n import Text
from retro.ledger import CHANGES, Entry, Ledger, Unit
from retro.sections.section import Context

Status = Literal["met", "missed", "unsure", "unobserved", "no_target"]

_TONES: Mapping[Status, Tone] = {"met": "good", "missed": "bad", "unsure": "watch", "unobserved": "", "no_target": ""}


_MOST_WITHOUT = 8
"""Lines of a scorecard without any target."""

_OTHERS, _ALWAYS = ("value", "interval", "previous"), ("value",)


def status(entry: Entry | None, target: Decimal | None, goal: Goal) -> Status:
    """Whether a figure reached its target.

    `unsure` when the figure is an estimate whose interval holds the target: chance alone could decide it.
    """
    if entry is None or entry.value is None:
        return "unobserved"
    if target is None:
        return "no_target"
    if entry.low is not None and entry.high is not None and entry.low < target < entry.high:
        return "unsure"
    reached = entry.value >= target if goal.better == "higher" else entry.value <= target
    return "met" if reached else "missed"


def status_words(outcome: Status, goal: Goal, context: Context) -> str:
    """A status by sign and word; of a figure that the shop's data cannot give, what is lacking for it."""
    lacks = context.lacking.get(goal.family, "") if outcome == "unobserved" else ""
    return context.text("status.lacking", what=lacks) if lacks else context.text(f"status.{outcome}")


def scorecard(
    ledger: Ledger, previous: Ledger, context: Context, scores: Iterable[ScoreRow] = ()
) -> tuple[Scorecard, tuple[Table, ...]]:
    """The scorecard of a report, and a table of the figures that have no target; without targets, the first figures.

    A figure stands in them when the campaign's kind is judged by it and it was recorded, or when it has a target.

    Args:
        ledger: The figures of this report.
        previous: Those of the last comparable campaign; empty where there is none.
        context: Params and texts.
        scores: Further lines, from findings that are no single figure.
    """
    text, targets = context.text, context.params.targets
    judged = [(name, goal) for goal in context.params.goals for name in _names(goal, ledger, context)]
    aimed = [one for one in judged if one[0] in targets] or judged[:_MOST_WITHOUT]
    others = [one for one in judged if one not in aimed]
    rows = tuple(_row(name, goal, ledger.get(name), previous.get(name), context) for name, goal in aimed)
    columns = ("figure", "value", "interval", "target", "previous", "status")
    labels = [text(f"scorecard.{column}") for column in columns]
    card = Scorecard(caption=text("scorecard.caption"), columns=tuple(labels), rows=(*rows, *scores))
    return card, (_others(others, ledger, previous, context),) if others else ()


def _others(judged: Sequence[tuple[str, Goal]], ledger: Ledger, previous: Ledger, context: Context) -> Table:
    """Figures without a target, in the groups of the registry."""
    text = context.text
    rows = [(goal.family, _row(name, goal, ledger.get(name), previous.get(name), context)) for name, goal in judged]
    groups = list(dict.fromkeys(family for family, _ in rows))
    rows.sort(key=lambda one: groups.index(one[0]))
    columns = [name for name in _OTHERS if name in _ALWAYS or any(getattr(row, name) for _, row in rows)]
    return Table(
        caption=text("scorecard.others"),
        columns=(
            Column(label=text("scorecard.figure")),
            Column(label=text("scorecard.group")),
            *(Column(label=text(f"scorecard.{name}"), numeric=True) for name in columns),
        ),
        rows=tuple(
            (
                Cell(text=row.label),
                Cell(text=families()[family].title[text.lang]),
                *(Cell(text=getattr(row, name)) for name in columns),
            )
            for family, row in rows
        ),
        folded=True,
    )


def goal_label(name: str, context: Context) -> str:
    """A figure's name in words: `Day-7 retention`; a shop's own word for new users has its own label.

    One that another report answers is told with that report's name.
    """
    one, text = figure(name), context.text
    label = one.label_of(name, text.lang, noun=context.noun, words=_words(text, one.family))
    where = context.elsewhere.get(name, "")
    return text("scorecard.elsewhere", label=label, where=where) if where else label


def figure_label(name: str, text: Text) -> str:
    """A figure in words in a table whose heading does not say what it is about; the name itself for no figure."""
    found = known(name)
    return name if found is None else found.label_of(name, text.lang, in_table=True, words=_words(text, found.family))


def _words(text: Text, family: str) -> Callable[[str], str]:
    """What a part of a figure's name is called: by its section, a step, a segment as `channel_web`; else as it is."""

    def word(part: str) -> str:
        dimension, _, value = part.partition("_")
        keys = (
            f"{family}.{part}",
            f"factor.{part}",
            f"channel.{part}",
            f"segment_value.{part}",
            f"{dimension}.{value}",
        )
        return next((text(key) for key in keys if text.has(key)), part)

    return word


def _names(goal: Goal, ledger: Ledger, context: Context) -> list[str]:
    known = [*(entry.name for entry in ledger.entries), *context.params.targets]
    names = dict.fromkeys(name for name in known if goal.matches(name))
    return sorted(names, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])


def _row(name: str, goal: Goal, entry: Entry | None, previous: Entry | None, context: Context) -> ScoreRow:
    text, target = context.text, context.params.targets.get(name)
    outcome = status(entry, target, goal)
    return ScoreRow(
        label=goal_label(name, context),
        value=told_value(entry, text) if entry is not None else "",
        interval=text.interval(entry.low, entry.high, goal.unit) if entry is not None else "",
        target=aim(target, goal.unit, text, beside=entry),
        previous=_told(previous.value, goal.unit, text) if previous is not None else "",
        status=_TONES[outcome],
        status_text=status_words(outcome, goal, context),
        figure=name if entry is not None else "",
    )


def aim(target: Decimal | None, unit: Unit, text: Text, *, beside: Entry | None = None) -> str:
    """A target in words; a change stands in percent or multiples as the figure `beside` it does."""
    return text.aim(target, unit, *_spread(beside))


def _told(value: Decimal | None, unit: Unit, text: Text, *beside: Decimal | None) -> str:
    return text.told_money(value) if unit == "money" and value is not None else text.value(value, unit, *beside)


def _spread(entry: Entry | None) -> tuple[Decimal | None, ...]:
    return () if entry is None else (entry.value, entry.low, entry.high)


def told_value(entry: Entry, text: Text) -> str:
    """A figure as a tile or sentence says it, with what it divides where it is a rate over counts."""
    return _with_parts(entry, _told(entry.value, entry.unit, text, *_spread(entry)), text)


def figure_value(entry: Entry, text: Text) -> str:
    """A figure in words, with what it divides where it is a rate over counts."""
    return _with_parts(entry, text.value(entry.value, entry.unit, *_spread(entry)), text)


def moved_words(parts: Mapping[str, Decimal], unit: Unit, text: Text) -> str:
    """What moved a figure, part by part, each with its size and sign."""
    sizes = {name: signed_value(parts[name], unit, text, *parts.values()) for name in CHANGES if name in parts}
    return text.join([text(f"changed.parts.{name}", size=size) for name, size in sizes.items()])


def signed_value(value: Decimal, unit: Unit, text: Text, *beside: Decimal) -> str:
    """By how much a figure moved, by its unit, always with a sign; of percents in percentage points."""
    told = text.value(abs(value), unit, *beside).lstrip("+−")
    return text.percentage_points(float(value)) if told.endswith("%") else f"{'−' if value < 0 else '+'}{told}"


def _with_parts(entry: Entry, shown: str, text: Text) -> str:
    if entry.unit != "rate" or not shown or entry.numerator is None or entry.denominator is None:
        return shown
    return f"{shown} ({text.count(entry.numerator)}/{text.count(entry.denominator)})"
