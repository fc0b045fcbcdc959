"""Stated against measured: each claim of the plan confirmed, contradicted, or not checkable."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from itertools import product
from types import MappingProxyType
from typing import Literal, NamedTuple

import pandas as pd

from retro.campaigns import CampaignParams
from retro.campaigns.stated import StatedClaim, StatedParams
from retro.figures import known, renamed
from retro.i18n import Text
from retro.ledger import entry
from retro.sections.section import Context, Finding, Section, frame_table, number, records
from retro.statements import Relation, UnknownFigure, Value, names_of

Outcome = Literal["confirmed", "contradicted", "open", "not_checkable"]
OUTCOMES: tuple[Outcome, ...] = ("contradicted", "open", "confirmed", "not_checkable")

_MOST_NAMED = 3

_NO_SHARES = {"money", "ratio", "count", "points"}
"""Units of figures that a claim compares as they are, even below 1."""

_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}


def say(figures: pd.DataFrame, context: Context) -> Finding:
    """Hold what the plan states against the report's figures and against itself.

    `figures` are those of the report so far, as `report.figures` has them: `name`, `value`, `unit`, `low`, `high`. What
    the interval of a measured figure leaves open is neither confirmed nor contradicted.
    """
    text, rows = context.text, _rows(figures, context)
    if not rows:
        return Finding(text("stated.say.none"))
    counts = {name: sum(row.outcome == name for row in rows) for name in OUTCOMES}
    sentence = text("stated.say.summary", counts, all=len(rows), tolerance=context.params.stated.tolerance)
    if counts["open"]:
        sentence += text("stated.say.open", counts)
    wrong = [row.says for row in rows if row.outcome == "contradicted"]
    if wrong:
        sentence += text("stated.say.contradicted", claims=text("chart.clause").join(wrong[:_MOST_NAMED]))
    entries = tuple(entry(f"claims_{name}", number(count)) for name, count in counts.items() if name != "open")
    themselves = sum(row.outcome == "contradicted" and row.as_stated for row in rows)
    if themselves:
        sentence += text("stated.say.themselves", count=themselves)
    frame = pd.DataFrame(rows).assign(outcome=[f"{row.outcome}{'_as_stated' * row.as_stated}" for row in rows])
    columns = ("outcome.stated.outcome", "says.", "left.", "right.")
    return Finding(sentence, entries, frame_table("stated", frame, columns, text, folded=False))


class _Row(NamedTuple):
    says: str
    left: str
    right: str
    outcome: Outcome
    as_stated: bool = False
    """Whether stated figures alone answer it, so that nothing measured speaks for or against it."""


class Measured(NamedTuple):
    """A measured figure.

    Attributes:
        value: Its value.
        unit: Its unit.
        low, high: The ends of its interval; None where it has none.
    """

    value: Decimal
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def possible(self) -> tuple[Decimal, ...]:
        """The value, and the ends of its interval where it has one."""
        return (self.value, *(end for end in (self.low, self.high) if end is not None))


def _measured(figures: pd.DataFrame) -> Mapping[str, Measured]:
    if figures.empty:
        return {}
    known = figures[figures["value"].notna()]
    return {
        row["name"]: Measured(row["value"], row["unit"], *(_end(row.get(end)) for end in ("low", "high")))
        for row in records(known)
    }


def _end(value: object) -> Decimal | None:
    """An end of an interval; None where there is none."""
    return value if isinstance(value, Decimal) and not value.is_nan() else None


def _rows(figures: pd.DataFrame, context: Context) -> list[_Row]:
    """Stated figures that were measured or that no claim uses, then claims; those that do not hold come first."""
    params, measured = context.params.stated, _measured(figures)
    alone = [
        name
        for name in params.figures
        if params.measured_as.get(name, renamed(name)) in measured or not _related(name, params)
    ]
    rows = [_figure_row(name, params.figures[name], params, measured, context.text) for name in alone]
    rows += [_claim_row(claim, measured, context) for claim in params.claims]
    return sorted(rows, key=lambda row: OUTCOMES.index(row.outcome))


def _related(name: str, params: StatedParams) -> bool:
    """Whether a stated figure without a measured one takes part in a relation."""
    return any(name in names_of(claim.relation) for claim in params.claims)


def _label(name: str, text: Text) -> str:
    found = known(name)
    return found.label_of(name, text.lang) if found is not None else name


def _figure_row(name: str, value: Value, params: StatedParams, measured: Mapping[str, Measured], text: Text) -> _Row:
    source = params.measured_as.get(name, renamed(name))
    found = measured.get(source)
    if found is None or isinstance(value, tuple):
        return _Row(_label(name, text), _shown(value, text), text("stated.say.not_measured"), "not_checkable")
    near = abs(value - found.value) <= params.tolerance * max(abs(value), abs(found.value))
    left, right = text.value(value, found.unit), text.value(found.value, found.unit)
    if left == right and not near:
        left, right = _shown(value, text), _shown(found.value, text)
    within = len(found.possible) > 1 and min(found.possible) <= value <= max(found.possible)
    return _Row(_label(source, text), left, right, "confirmed" if near else "open" if within else "contradicted")


def claim_outcome(claim: StatedClaim, params: CampaignParams, measured: Mapping[str, Measured]) -> Outcome:
    """Whether a claim holds, by a report's params and the figures that it measured.

    Returns:
        `confirmed`, `contradicted`, `open` where the ends of a measured interval answer differently, `not_checkable`
        where a figure is missing.
    """
    relation, look, tolerance = claim.relation, partial(_look, params, measured), params.stated.tolerance
    worlds = [partial(look, at=at) for at in _worlds(relation, measured)]
    try:
        if relation.sign not in {"==", "!="}:
            answers = {relation.holds(world, tolerance) for world in worlds}
            return "open" if len(answers) > 1 else "confirmed" if True in answers else "contradicted"
        holds, gaps = relation.holds(look, tolerance), [left - right for left, right in map(relation.sides, worlds)]
    except UnknownFigure:
        return "not_checkable"
    apart = holds == (relation.sign == "!=")
    if apart and min(gaps) < 0 < max(gaps):  # equal somewhere between two corners
        return "open"
    return "confirmed" if holds else "contradicted"


def _look(
    params: CampaignParams,
    measured: Mapping[str, Measured],
    name: str,
    at: Mapping[str, Decimal] = MappingProxyType({}),
) -> Value | None:
    """The value of a name in a claim; None where it is not known."""
    family, _, rest = name.partition(".")
    today = renamed(rest)
    if family == "measured":
        return at.get(today, measured[today].value) if today in measured else None
    if family == "target" and today in params.targets:
        return params.targets[today]
    stated = params.stated.value(name)
    return params.budget if stated is None and name == "budget.total" else stated


def _claim_row(claim: StatedClaim, measured: Mapping[str, Measured], context: Context) -> _Row:
    text, params = context.text, context.params
    says = text.pick(claim.says)
    try:
        left, right = _sides(claim.relation.sides(partial(_look, params, measured)), claim.relation, text)
    except UnknownFigure as missing:
        return _Row(says, "", _lacking(str(missing), text), "not_checkable")
    as_stated = not any(name.startswith("measured.") for name in names_of(claim.relation))
    outcome = claim_outcome(claim, params, measured)
    return _Row(says, left, f"{_SIGNS[claim.relation.sign]} {right}", outcome, as_stated)


def _lacking(name: str, text: Text) -> str:
    """Why a claim cannot be checked, by the name that `UnknownFigure` gives."""
    if name == "0":
        return text("stated.say.by_zero")
    family, _, rest = name.partition(".")
    if family == "measured":
        return text("stated.say.unmeasured", name=_label(renamed(rest), text))
    return text("stated.say.missing", name=name)


def _worlds(relation: Relation, measured: Mapping[str, Measured]) -> Iterator[Mapping[str, Decimal]]:
    """The measured figures of a relation at their values and at all corners of their intervals."""
    names = [name.removeprefix("measured.") for name in names_of(relation) if name.startswith("measured.")]
    used = [today for name in names if (today := renamed(name)) in measured]
    return (dict(zip(used, corner, strict=True)) for corner in product(*(measured[name].possible for name in used)))


def _sides(sides: tuple[Decimal, Decimal], relation: Relation, text: Text) -> tuple[str, str]:
    """Both sides of a claim in one unit: shares in percent, as fine as it takes to keep apart what differs."""
    left, right = sides
    units = {found.unit for name in names_of(relation) if (found := known(renamed(name.rpartition(".")[2])))}
    if units & _NO_SHARES or max(abs(left), abs(right)) > 1:
        return _shown(left, text), _shown(right, text)
    written = [(text.rate(float(left), digits), text.rate(float(right), digits)) for digits in (1, 2, 4)]
    return next((both for both in written if left == right or both[0] != both[1]), written[-1])


def _shown(value: Value, text: Text) -> str:
    if isinstance(value, tuple):
        return text.join([_shown(one, text) for one in value])
    if abs(value) < 1:  # rates keep four digits, tiny ones six: two that differ must not look alike
        digits = 6 if abs(value) < Decimal("0.001") else 4
        return f"{round(value, digits).normalize():f}".replace("-", "−")
    return text.count(value) if value == value.to_integral_value() else text.short(value)


section = Section("stated", say)
