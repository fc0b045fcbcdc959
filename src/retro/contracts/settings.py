"""Read severity and consequence of a rule from its part of the contract."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import duckdb

from retro.contracts.part import Part
from retro.contracts.rules import SEVERITIES, Bound, Bounds, ColumnType
from retro.contracts.schema import number

CONSEQUENCE = frozenset({"severity", "onBreach", "limit"})
"""Custom properties of whatever makes rules: the standard has no keys for them."""

REFERENCE = CONSEQUENCE | {"besides"}
QUALITY = CONSEQUENCE | {"descriptionZh", "counterexample", "alsoBreaks"}
ROW_COUNT = QUALITY | {"shareOfLastRun"}
COLUMN = CONSEQUENCE | {"mustExist", "unit", "counterexample"}

_ALL = 100
"""Percent."""


def settings(part: Part, severity: str, known: Collection[str]) -> dict[str, Any]:
    """Severity and consequence of the rules that a part makes, as arguments of `Rule`.

    Args:
        part: A quality rule, column, relationship or service level.
        severity: What holds where the part says nothing.
        known: The custom properties that the part may have.

    Raises:
        ContractError: A value is not known.
    """
    custom = part.custom(known)
    given = part.get("severity") or custom.get("severity") or severity
    if given not in SEVERITIES:
        raise part.refuse(f"severity must be error or warning, got {given!r}.")
    on_breach = custom.get("onBreach", "stop")
    if on_breach not in {"stop", "quarantine"}:
        raise part.refuse(f"onBreach must be stop or quarantine, got {on_breach!r}.")
    limit = number(custom.get("limit", 0))
    if not isinstance(limit, int | float) or not 0 <= limit <= 1:
        raise part.refuse(f"limit must be a share of rows from 0 to 1, got {limit!r}.")
    if (on_breach == "quarantine") != (limit > 0):
        raise part.refuse("onBreach: quarantine must come with a limit, such as 0.01 for one row in a hundred.")
    made = {"severity": given, "on_breach": on_breach, "limit": float(limit)}
    if "counterexample" in custom:
        if not isinstance(custom["counterexample"], dict):
            raise part.refuse(f"counterexample must be 'column: value' lines, got {custom['counterexample']!r}.")
        made["counterexample"] = custom["counterexample"]
    if "alsoBreaks" in custom:
        if not isinstance(custom["alsoBreaks"], list):
            raise part.refuse(f"alsoBreaks must be a list of rules, got {custom['alsoBreaks']!r}.")
        made["also_breaks"] = tuple(custom["alsoBreaks"])
    return made


def said(part: Part, known: Collection[str] = QUALITY) -> dict[str, str]:
    """A rule in the contract's own words, by language; empty where the rule's kind says it.

    Raises:
        ContractError: The words are given in one language only.
    """
    english, chinese = part.get("description"), part.custom(known).get("descriptionZh")
    if bool(english) != bool(chinese):
        raise part.refuse("description must come with the custom property descriptionZh: reports are bilingual.")
    return {"en": str(english).rstrip("."), "zh": str(chinese).rstrip("。")} if english else {}


def runnable(part: Part, pattern: str, *keys: str) -> str:
    """A regular expression that DuckDB can run.

    Raises:
        ContractError: It cannot: its engine, RE2, knows neither look-around nor back-references.
    """
    try:
        duckdb.execute("select regexp_matches('', ?)", [pattern])
    except duckdb.Error as reason:
        why = str(reason).splitlines()[0].removeprefix("Invalid Input Error: ")
        raise part.refuse(
            f"pattern must be one that RE2 runs, got {pattern!r} ({why}). "
            "Write it without look-around and back-references.",
            *keys,
        ) from None
    return pattern


def tolerance(part: Part) -> float:
    """The share of rows that may break a rule.

    Raises:
        ContractError: The comparison does not limit rows.
    """
    if part.get("mustBe") == 0 and part.get("unit") in {None, "rows", "percent"}:
        return 0.0
    percent = part.get("mustBeLessOrEqualTo")
    if percent is not None and part.get("unit") == "percent" and 0 <= percent <= _ALL:
        return float(percent) / _ALL
    raise part.refuse("breaking rows must be limited by 'mustBe: 0', or by 'mustBeLessOrEqualTo' with 'unit: percent'.")


def bounds(part: Part) -> Bounds:
    """The comparison of a rule whose value is one number.

    Raises:
        ContractError: It is not with a number, or says only what the value must not be.
    """
    key = next(key for key in part.data if key.startswith("must"))
    given = part.get(key)
    numbers = given if isinstance(given, list) else [given]
    if any(not isinstance(item, int | float) for item in numbers):
        raise part.refuse(f"{key} must be a number, got {given!r}.", key)
    first, last = numbers[0], numbers[-1]
    known: Mapping[str, Bounds] = {
        "mustBe": Bounds(first, first),
        "mustBeGreaterThan": Bounds(low=first, above=True),
        "mustBeGreaterOrEqualTo": Bounds(low=first),
        "mustBeLessThan": Bounds(high=first, below=True),
        "mustBeLessOrEqualTo": Bounds(high=first),
        "mustBeBetween": Bounds(first, last),
    }
    if key not in known:
        raise part.refuse(f"{key} cannot be checked. Say what the value must be.", key)
    return known[key]


def typed_values(part: Part, values: Collection[Any], kind: ColumnType) -> tuple[Bound, ...]:
    """Values of a list in the type of their column.

    Raises:
        ContractError: A value of a number column is not a number.
    """
    if kind not in {"integer", "number"}:
        return tuple(str(value) for value in values)
    numbers = tuple(number(value) for value in values)
    for value in numbers:
        if not isinstance(value, int | float):
            raise part.refuse(f"value must be a number like its column, got {value!r}.")
    return numbers
