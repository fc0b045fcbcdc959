"""Draft a contract from the data, to be tightened by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import ibis

from retro.contracts.rules import ColumnType

_MOST_VALUES = 20
"""A text column with more values than this is a name or a free text, not a choice."""

_ROWS_A_VALUE = 10
"""A choice is seen again and again: this many rows for each value at least."""

_HEAD = """\
# Drafted from {rows:,} rows. Types, nulls and values are what was seen: keep what must hold, loosen what happened to.
apiVersion: v3.2.0
kind: DataContract
id: {name}
version: 0.1.0
status: draft
team: {{name: {owner}}}
schema:
- name: {name}
  businessName: {name}
  description: What a row is.
  logicalType: object
  properties:
"""

_TAIL = """\
  quality:
  - {metric: rowCount, mustBeGreaterThan: 0}
"""


def draft_contract(table: ibis.Table, name: str, owner: str = "data platform") -> str:
    """Draft the contract of a table.

    A column is required if it was never empty, unique if no value was seen twice, the key if it is the first such
    column, and an enumeration if it is a text of few values. Numbers that were never negative may not become so; how
    large they were is noted, since tomorrow's may be larger.

    Args:
        table: The table.
        name: Its name.
        owner: Who answers for it.

    Returns:
        The contract as YAML. Columns of types that contracts do not know are named in a comment.
    """
    facts = _facts(table)
    rows = int(facts["rows"])
    lines = [_HEAD.format(rows=rows, name=_scalar(name), owner=_scalar(owner))]
    key = next((column for column in table.columns if _may_be_key(facts, column, table.schema()[column])), None)
    for column, kind in table.schema().items():
        logical = _logical_type(kind)
        if logical is None:
            lines.append(f"  # {column} is left out: contracts know no type {kind}.\n")
            continue
        lines += _column(table, column, logical, facts, is_key=column == key)
    return "".join([*lines, _TAIL])


def _facts(table: ibis.Table) -> Mapping[str, Any]:
    asked = {"rows": table.count()}
    for column, kind in table.schema().items():
        if _logical_type(kind) is None:
            continue
        one = table[column]
        asked |= {f"{column}.nulls": one.isnull().sum(), f"{column}.values": one.nunique()}
        if kind.is_numeric() or kind.is_temporal():
            asked |= {f"{column}.low": one.min(), f"{column}.high": one.max()}
        elif kind.is_string():
            asked |= {f"{column}.longest": one.length().max()}
    found: Mapping[str, Any] = table.aggregate(**asked).to_pyarrow().to_pylist()[0]
    return found


def _may_be_key(facts: Mapping[str, Any], column: str, kind: Any) -> bool:  # noqa: ANN401 - an Ibis type
    """Whether every row had another value, of a type that keys have."""
    named = (kind.is_string() or kind.is_integer()) and _logical_type(kind) is not None
    return bool(named and facts["rows"] and facts[f"{column}.values"] == facts["rows"])


def _column(
    table: ibis.Table, column: str, logical: ColumnType, facts: Mapping[str, Any], *, is_key: bool
) -> list[str]:
    kind, rows = table.schema()[column], int(facts["rows"])
    values = int(facts[f"{column}.values"])
    lines = [
        f"  - name: {_scalar(column)}\n",
        f"    businessName: {_scalar(column)}\n",
        "    description: What it holds.\n",
        f"    logicalType: {logical}\n",
    ]
    if kind.is_decimal():
        lines.append(f"    physicalType: DECIMAL({kind.precision},{kind.scale})\n")
    if is_key:
        lines.append("    primaryKey: true\n")
    elif rows and facts[f"{column}.nulls"] == 0:
        lines.append("    required: true\n")
    if logical == "string" and 0 < values <= min(_MOST_VALUES, rows // _ROWS_A_VALUE):
        seen = table[column].topk(_MOST_VALUES).to_pyarrow().to_pydict()[column]
        entries = ", ".join(f"{{value: {_scalar(value)}}}" for value in sorted(one for one in seen if one is not None))
        lines.append(f"    enum: [{entries}]\n")
    if logical == "string" and facts[f"{column}.longest"] is not None:
        lines.append(f"    # seen: {values:,} values, at most {facts[f'{column}.longest']:,} characters\n")
    low, high = facts.get(f"{column}.low"), facts.get(f"{column}.high")
    if low is not None:
        lines.append(f"    # seen: {low} to {high}\n")
    if low is not None and logical in {"integer", "number"} and low >= 0:
        lines.append("    logicalTypeOptions: {minimum: 0}\n")
    return lines


def _logical_type(kind: Any) -> ColumnType | None:  # noqa: ANN401 - an Ibis type
    known: Mapping[ColumnType, bool] = {
        "string": kind.is_string(),
        "integer": kind.is_integer(),
        "number": kind.is_decimal() or kind.is_floating(),
        "boolean": kind.is_boolean(),
        "date": kind.is_date(),
        "timestamp": kind.is_timestamp(),
    }
    return next((name for name, is_it in known.items() if is_it), None)


def _scalar(text: str) -> str:
    """A text as YAML, in quotes unless it is a plain word that no parser takes for anything else.

    Examples:
        >>> _scalar("paid"), _scalar("no"), _scalar("1:30"), _scalar("待支付")
        ('paid', '"no"', '"1:30"', '"待支付"')
    """
    plain = text.isascii() and text.replace("_", "").isalpha()
    is_word = plain and text.lower() not in {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
    return text if is_word else json.dumps(text, ensure_ascii=False)
