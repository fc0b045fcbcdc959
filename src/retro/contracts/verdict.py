"""The gate's verdict: results by table, and whether a report may be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import PrivateAttr, ValidationError

from retro.contracts.rules import Severity
from retro.errors import ContractBreach, RetroError
from retro.files import read_json, shown, write_json
from retro.i18n import Text
from retro.validation import FrozenModel

Outcome = Literal["passed", "failed", "not_checked"]
"""`not_checked` is neither: a column is missing or the engine could not answer."""

KeptRow = Mapping[str, Any]
"""The key of a row that breaks a rule, as text by column, with its `broken_value` or how often it is there `again`."""

MOST_KEPT = 1000
"""Rows that are kept for each rule."""

Badge = Literal["passed", "warning", "breach"]


class RuleResult(FrozenModel):
    """The result of one rule.

    Attributes:
        table: The table; a shop's raw table by its contract's folder, as `online_retail/lines`.
        rule: The rule's name, such as `order_id.unique`.
        kind: What it asks, such as `unique` or `row_count`.
        severity: What a breach means.
        outcome: Whether the rule holds.
        said: The rule as a sentence by language.
        checked_rows: Rows that were looked at; null where the rule is not about rows.
        failed_rows: Rows that break it; null where the rule is not about rows.
        detail: What was observed where the rule is not about rows, or why it was not checked. Holds no values of rows.
        set_aside: Whether the rows that break it are left out, as the contract allows while they are few.
    """

    table: str
    rule: str
    kind: str
    severity: Severity
    outcome: Outcome
    said: Mapping[str, str]
    checked_rows: int | None = None
    failed_rows: int | None = None
    detail: str = ""
    set_aside: bool = False

    @property
    def is_breach(self) -> bool:
        """Whether nothing may be published."""
        return self.severity == "error" and self.outcome != "passed" and not self.set_aside

    @property
    def is_warning(self) -> bool:
        """Whether the report must show it."""
        return self.outcome != "passed" and not self.is_breach


class SetAside(FrozenModel):
    """Rows of one table that the report leaves out.

    Attributes:
        table: The table.
        rules: The rules that they break.
        rows: How many there are.
        worth: What they are worth together, in the source's currency; null where the contract does not say.
        condition: The SQL condition that they meet.
    """

    table: str
    rules: tuple[str, ...]
    rows: int
    worth: Decimal | None
    condition: str


@dataclass
class _Kept:
    """Broken rows by table and rule. Verdicts are equal whether they have them or not."""

    rows: dict[str, Mapping[str, Sequence[KeptRow]]] = field(default_factory=dict, compare=False)


class GateVerdict(FrozenModel):
    """The verdict on a source's tables.

    Attributes:
        results: The results by rule.
        contracts_hash: SHA-256 over the contracts that were judged by.
        fingerprint: SHA-256 over the data that was judged.
        row_counts: The number of rows of each table that was checked.
        set_aside: Rows that the report leaves out.
        not_covered: Optional columns and tables that this shop does not have, as `orders.device`.
    """

    results: tuple[RuleResult, ...]
    contracts_hash: str
    fingerprint: str
    row_counts: Mapping[str, int]
    set_aside: tuple[SetAside, ...] = ()
    not_covered: tuple[str, ...] = ()
    _kept: _Kept = PrivateAttr(default_factory=_Kept)

    def keep(self, table: str, rows: Mapping[str, Sequence[KeptRow]]) -> None:
        """Keep broken rows of a table by rule until they are set aside; they are never written with the verdict."""
        self._kept.rows[table] = rows

    def kept(self, table: str) -> Mapping[str, Sequence[KeptRow]]:
        """What was kept of a table; nothing where the verdict was read or remembered."""
        return self._kept.rows.get(table, {})

    @property
    def breaches(self) -> tuple[RuleResult, ...]:
        """Results that forbid publishing."""
        return tuple(result for result in self.results if result.is_breach)

    @property
    def warnings(self) -> tuple[RuleResult, ...]:
        """Results that the report must show."""
        return tuple(result for result in self.results if result.is_warning)

    @property
    def badge(self) -> Badge:
        """The verdict in a word."""
        return "breach" if self.breaches else "warning" if self.warnings else "passed"


def raise_on_breach(verdict: GateVerdict) -> None:
    """Stop where the data may not be published.

    Raises:
        ContractBreach: A rule of severity `error` failed or could not be checked; one line for each, and one for all
            rules of a table that could not be checked for the same reason.
    """
    failed = [describe(result) for result in verdict.breaches if result.outcome == "failed"]
    unchecked: dict[tuple[str, str], list[RuleResult]] = {}
    for result in verdict.breaches:
        if result.outcome == "not_checked":
            unchecked.setdefault((result.table, result.detail), []).append(result)
    lines = failed + [_describe_unchecked(results) for results in unchecked.values()]
    if lines:
        count = len(verdict.breaches)
        rules = "1 rule does" if count == 1 else f"{count} rules do"
        raise ContractBreach(f"{rules} not hold, so nothing was published. `retro check` shows them again.", lines)


def describe(result: RuleResult) -> str:
    """A result in one line of English, for the terminal.

    Examples:
        >>> describe(
        ...     RuleResult(
        ...         table="orders",
        ...         rule="order_id.unique",
        ...         kind="unique",
        ...         severity="error",
        ...         outcome="failed",
        ...         said={"en": "order_id must be unique"},
        ...         checked_rows=12_345,
        ...         failed_rows=3,
        ...     )
        ... )
        'orders: order_id must be unique, got 3 rows that break this (of 12,345).'
    """
    sentence = f"{result.table}: {result.said['en']}"
    if result.outcome == "not_checked":
        return f"{sentence}, but could not be checked: {result.detail}."
    if result.outcome == "passed":
        return f"{sentence}: holds."
    if result.failed_rows is None:
        hint = " Cast it in source.yaml: by `types:`, or in the table's `sql:`." if result.kind == "type" else ""
        return f"{sentence}, got {result.detail}.{hint}"
    rows = "1 row that breaks this" if result.failed_rows == 1 else f"{result.failed_rows:,} rows that break this"
    end = ", left out." if result.set_aside else "."
    return f"{sentence}, got {rows} (of {result.checked_rows or 0:,}){end}"


def rule_sentence(result: RuleResult, text: Text) -> str:
    """What the rule asks, in the reader's language."""
    return result.said[text.lang]


def result_sentence(result: RuleResult, text: Text) -> str:
    """The rule and its result, in the reader's language."""
    values = {"rule": rule_sentence(result, text), "detail": result.detail}
    if result.outcome == "failed" and result.failed_rows is not None:
        values |= {"failed": text.exact(result.failed_rows, 0), "checked": text.exact(result.checked_rows or 0, 0)}
        return text(f"contract.result.{'set_aside' if result.set_aside else 'failed_rows'}", **values)
    return text(f"contract.result.{result.outcome}", **values)


def write_verdict(path: Path, verdict: GateVerdict) -> Path:
    """Keep a verdict as JSON."""
    return write_json(path, verdict.model_dump(mode="json"))


def read_verdict(path: Path) -> GateVerdict:
    """Read a verdict that `write_verdict` kept.

    Raises:
        RetroError: The file is missing or does not hold a verdict.
    """
    try:
        return GateVerdict.model_validate(read_json(path))
    except ValidationError as reason:
        raise RetroError(f"{shown(path)}: file must hold a verdict, got {reason.errors()[0]['msg']}.") from None


def _describe_unchecked(results: list[RuleResult]) -> str:
    first, *others = results
    if not others:
        return describe(first)
    names = ", ".join(result.rule for result in results)
    return f"{first.table}: {first.detail}, so {len(results)} rules could not be checked: {names}."
