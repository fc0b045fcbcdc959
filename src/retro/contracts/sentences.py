"""Rules as sentences, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from retro.contracts.rules import (
    Bound,
    Bounds,
    Covers,
    Fresh,
    HasType,
    Length,
    NoneOf,
    OneOf,
    Pattern,
    Refers,
    RowCount,
    Rule,
    Within,
)
from retro.errors import shorten
from retro.i18n import LANGS, Text, load_text

_MOST_VALUES = 12
_MINUTES = {1440: "day", 60: "hour", 1: "minute"}


def sentences(rule: Rule) -> dict[str, str]:
    """What a rule asks, by language: the contract's own words, or the words of the rule's kind."""
    return dict(rule.said) or {lang: _sentence(rule, load_text(lang)) for lang in LANGS}


def missing_table() -> dict[str, str]:
    """The rule that a table must be there, by language."""
    return {lang: load_text(lang)("contract.rule.present") for lang in LANGS}


def _sentence(rule: Rule, text: Text) -> str:
    column = text.join(list(rule.columns))
    return text(f"contract.rule.{rule.kind}", column=column, **_values(rule, text))


def _values(rule: Rule, text: Text) -> Mapping[str, str]:
    """What the sentence of a rule's kind needs besides its column."""
    found: dict[str, str] = {}
    match rule:
        case HasType():
            found["type"] = text(f"contract.type.{'exact' if rule.exact else rule.type}")
        case OneOf() | NoneOf():
            found["values"] = shorten([str(value) for value in rule.values], _MOST_VALUES)
        case Within() | Length() | RowCount():
            found["bounds"] = _bounds(rule.bounds, text)
        case Pattern():
            found["pattern"] = rule.regex
        case Refers():
            found["target"] = f"{rule.table}.{rule.target}"
            found["besides"] = text("contract.besides", values=text.join(list(rule.besides))) if rule.besides else ""
        case Fresh():
            unit = next(minutes for minutes in _MINUTES if rule.minutes % minutes == 0)
            found["period"] = text(f"contract.period.{_MINUTES[unit]}", count=rule.minutes // unit)
        case Covers():
            found["unit"] = text(f"contract.unit.{rule.unit}")
    return found


def _bounds(bounds: Bounds, text: Text) -> str:
    if bounds.low is not None and bounds.low == bounds.high:
        return text("contract.bounds.equal", value=_number(bounds.low))
    parts = []
    if bounds.low is not None:
        parts.append(text(f"contract.bounds.{'above' if bounds.above else 'low'}", value=_number(bounds.low)))
    if bounds.high is not None:
        parts.append(text(f"contract.bounds.{'below' if bounds.below else 'high'}", value=_number(bounds.high)))
    return text("contract.bounds.and").join(parts)


def _number(value: Bound) -> str:
    return value if isinstance(value, str) else f"{value:,}"
