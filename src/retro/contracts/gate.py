"""The gate: check every table against its contract before any report is made.

A table's results are remembered under the hash of its contract, of the data and of this room's code, so that unchanged
data is not scanned again and Great Expectations, five seconds of import, is not even loaded. Rules about the report's
window are remembered apart: another month of the same data asks only those again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import ibis

from retro.contracts.check import Ask, Checked, asking, check_table
from retro.contracts.expectations import Facts
from retro.contracts.memory import Memory, Past, TableResults
from retro.contracts.odcs import contract_path, load_contract, read_contract_text
from retro.contracts.rules import WINDOW_KINDS, NoRows, Refers, Rule, Severity
from retro.contracts.sentences import missing_table
from retro.contracts.structure import Columns
from retro.contracts.verdict import MOST_KEPT, GateVerdict, KeptRow, RuleResult
from retro.files import canonical_json, shown, text_hash
from retro.periods import Window
from retro.sources import Tables


@dataclass(frozen=True)
class _Subject:
    """A table to check.

    Attributes:
        label: Its name in the verdict.
        path: Its contract.
        text: The contract's text; None where there is no contract.
        table: The table; None where the source does not have it.
        severity: What it means if the table or its contract is missing.
        others: Tables that its rules may refer to, with their columns.
        data: A hash of the data that its results are found out from.
        yields: Whether a report can go without some of its rows. A server's own tables are mapped as they are.
        of_export: Whether it holds rows that are later than what the report sees: how many is not for its pages.
        of_buyers: Whether `users` are only those who bought, so that others need not be found among them.
    """

    label: str
    path: Path
    text: str | None
    table: ibis.Table | None
    severity: Severity
    others: Columns
    data: str
    yields: bool = True
    of_export: bool = False
    of_buyers: bool = False


@dataclass(frozen=True)
class _Gate:
    """The settings that all tables of one source share."""

    memory: Memory
    facts: Facts
    ask: Ask
    keep: int
    kept: dict[str, Mapping[str, Sequence[KeptRow]]] = field(default_factory=dict)

    def recall(self, subject: _Subject) -> tuple[TableResults | None, TableResults | None]:
        """What is remembered of a table: its rules about data, and those about the report's window."""
        memory = self.memory_of(subject)
        about_data = memory.recall(subject.label, subject.text or "")
        if about_data is not None and not about_data.windowed:
            return about_data, TableResults()
        return about_data, memory.recall(subject.label, subject.text or "", self._window)

    def remember(self, subject: _Subject, about_data: TableResults, about_window: TableResults) -> None:
        memory = self.memory_of(subject)
        memory.record(subject.label, about_data)
        memory.remember(about_data, subject.label, subject.text or "")
        if about_data.windowed:
            memory.remember(about_window, subject.label, subject.text or "", self._window)

    def memory_of(self, subject: _Subject) -> Memory:
        """The results on the data of one table: a late refund leaves what is known of orders."""
        return replace(self.memory, fingerprint=subject.data)

    @property
    def _window(self) -> str:
        return f"{self.facts.start} {self.facts.end}"


def check_tables(
    tables: Tables,
    *,
    needed: Sequence[str],
    wanted: Sequence[str],
    folder: str,
    contracts_dir: Path,
    window: Window,
    cache_dir: Path,
) -> GateVerdict:
    """Check a source's tables against their contracts.

    Args:
        tables: The source. Canonical tables are checked whole, without a report's segment.
        needed: Canonical tables that must be there.
        wanted: Canonical tables that are checked where they are there.
        folder: The params folder; `contracts_dir/<folder>` holds the contracts of the shop's raw tables.
        contracts_dir: `data_contracts`.
        window: The report's window.
        cache_dir: Where results are remembered.

    Raises:
        ContractError: A contract does not fit the standard, or holds a rule that cannot be checked.
        SourceError: The data cannot be read.
    """
    gate = _gate(tables, window, cache_dir)
    subjects = _subjects(tables, needed, wanted, folder, contracts_dir, gate.memory.fingerprint)
    return _verdict(gate, subjects, [_check(gate, subject) for subject in subjects])


def last_verdict(
    tables: Tables,
    *,
    needed: Sequence[str],
    wanted: Sequence[str],
    folder: str,
    contracts_dir: Path,
    window: Window,
    cache_dir: Path,
) -> GateVerdict | None:
    """The last verdict of `check_tables` on the same data and question; None without one.

    Reads what is remembered and nothing else: Great Expectations is not loaded.
    """
    gate = _gate(tables, window, cache_dir)
    subjects = _subjects(tables, needed, wanted, folder, contracts_dir, gate.memory.fingerprint)
    found = [_known(gate, subject) for subject in subjects]
    known = [one for one in found if one is not None]
    return _verdict(gate, subjects, known) if len(known) == len(found) else None


def past_checks(tables: Tables, label: str, cache_dir: Path) -> tuple[Past, ...]:
    """The results of a table on its earlier data and on today's, oldest first.

    Args:
        tables: The source.
        label: The table's name in the verdict.
        cache_dir: Where results are remembered.
    """
    return _memory(tables, cache_dir).past(label)


def _memory(tables: Tables, cache_dir: Path) -> Memory:
    source = text_hash(canonical_json(tables.source.model_dump(mode="json")))
    return Memory(cache_dir, source, tables.fingerprint())


def _gate(tables: Tables, window: Window, cache_dir: Path) -> _Gate:
    facts = Facts(window.start, window.end, zone=tables.source.zone, observed_until=tables.source.observed_until)
    keep = MOST_KEPT if tables.connection.name == "duckdb" else 0
    return _Gate(_memory(tables, cache_dir), facts, asking(tables.connection, tables.by_name), keep)


_BEHIND = ("exchange_rates",)
"""Tables that no section reads and others are made with."""


def _subjects(
    tables: Tables, needed: Sequence[str], wanted: Sequence[str], folder: str, contracts_dir: Path, fingerprint: str
) -> list[_Subject]:
    subjects = []
    columns = {name: table.columns for name, table in tables.by_name.items()}
    canonical, raw = ({name: columns[name] for name in names} for names in (tables.names, tables.raw_names))
    for name in tables.raw_names:
        path = contract_path(contracts_dir, name, folder)
        if (text := read_contract_text(path)) is not None:
            table, yields = tables.raw(name), tables.connection.name == "duckdb"
            data = _data(tables, name, text, fingerprint)
            of_export = tables.source.observed_until is not None and not tables.source.raw[name].at
            subjects.append(_Subject(f"{folder}/{name}", path, text, table, "error", raw, data, yields, of_export))
    for name in dict.fromkeys([*needed, *wanted, *_BEHIND]):
        if name not in needed and name not in tables:
            continue  # the report says itself which tables it goes without
        path = contract_path(contracts_dir, name)
        table = tables.whole(name) if name in tables else None
        severity: Severity = "error" if name in needed else "warning"
        text = read_contract_text(path)
        data = _data(tables, name, text, fingerprint)
        of_buyers = tables.source.new_user == "first_order" and name != "users"
        subjects.append(_Subject(name, path, text, table, severity, canonical, data, of_buyers=of_buyers))
    return subjects


def _data(tables: Tables, name: str, text: str | None, fingerprint: str) -> str:
    """A hash of a table and of those that its contract names; that of all data where nobody knows which."""
    source = tables.source
    words = {word.lower() for word in re.findall(r"\w+", text or "")}
    others = {one for one in (*source.raw, *source.tables) if one.lower() in words or not one.isidentifier()}
    contents = {one: tables.contents.given(one) for one in sorted({name, *others})}
    if None in contents.values() or name in {*source.raw} & {*source.tables}:
        return fingerprint
    about = source.model_dump(mode="json", exclude={"shop", "store_mb", "slides", "raw", "tables"})
    return text_hash(canonical_json([contents, tables.raw_names, tables.names, about]))


def _verdict(gate: _Gate, subjects: Sequence[_Subject], found: Sequence[TableResults]) -> GateVerdict:
    pairs = list(zip(subjects, found, strict=True))
    verdict = GateVerdict(
        results=tuple(_told(subject, result) for subject, one in pairs for result in one.results),
        contracts_hash=text_hash("|".join(f"{subject.label}:{subject.text}" for subject in subjects)),
        fingerprint=gate.memory.fingerprint,
        row_counts={
            subject.label: one.rows for subject, one in pairs if subject.table is not None and not subject.of_export
        },
        set_aside=tuple(rows for _, one in pairs for rows in one.set_aside),
        not_covered=tuple(f"{subject.label}.{name}" for subject, one in pairs for name in one.not_covered),
    )
    for table, rows in gate.kept.items():
        verdict.keep(table, rows)
    return verdict


def _told(subject: _Subject, result: RuleResult) -> RuleResult:
    passed = subject.of_export and result.outcome == "passed"
    return result.model_copy(update={"checked_rows": None, "failed_rows": None, "detail": ""}) if passed else result


def _known(gate: _Gate, subject: _Subject) -> TableResults | None:
    """Results of a table that need no query."""
    if subject.table is None or subject.text is None:
        return _absent(subject)
    about_data, about_window = gate.recall(subject)
    if about_data is None or about_window is None:
        return None
    return _together(about_data, about_window)


def _absent(subject: _Subject) -> TableResults:
    missing = subject.table is None
    result = RuleResult(
        table=subject.label,
        rule="present",
        kind="present",
        severity=subject.severity,
        outcome="not_checked",
        said=missing_table(),
        detail="table is missing" if missing else f"there is no contract {shown(subject.path)}",
    )
    return TableResults(results=(result,), rows=0 if subject.table is None else int(subject.table.count().execute()))


def _check(gate: _Gate, subject: _Subject) -> TableResults:
    """A table's results, from memory or by asking."""
    known = _known(gate, subject)
    if known is not None or subject.table is None:
        return known or _absent(subject)
    contract = load_contract(subject.path)
    about_data, _ = gate.recall(subject)
    rules = [rule for rule in contract.rules if about_data is None or rule.kind in WINDOW_KINDS]
    rules = [rule for rule in rules if not (subject.of_buyers and _asks_for_members(rule))]
    rules = rules if subject.yields else [replace(rule, on_breach="stop") for rule in rules]
    facts = replace(gate.facts, last_rows=gate.memory_of(subject).last_rows(subject.label))
    checked = check_table(
        subject.table,
        contract,
        ask=gate.ask,
        label=subject.label,
        rules=rules,
        facts=facts,
        others=subject.others,
        keep=gate.keep,
    )
    gate.kept[subject.label] = checked.kept
    windowed = any(rule.kind in WINDOW_KINDS for rule in contract.rules)
    about_data = about_data or _about_data(checked, windowed=windowed)
    about_window = TableResults(results=tuple(one for one in checked.results if one.kind in WINDOW_KINDS))
    if checked.certain:
        gate.remember(subject, about_data, about_window)
    return _together(about_data, about_window)


def _asks_for_members(rule: Rule) -> bool:
    """Whether a rule holds only where `users` are all who registered: others do something before their first order."""
    if isinstance(rule, Refers):
        return rule.table == "users"
    return isinstance(rule, NoRows) and "registered_at" in rule.condition


def _about_data(checked: Checked, *, windowed: bool) -> TableResults:
    results = tuple(one for one in checked.results if one.kind not in WINDOW_KINDS)
    return TableResults(
        results=results,
        rows=checked.rows,
        not_covered=checked.not_covered,
        set_aside=checked.set_aside,
        windowed=windowed,
    )


def _together(about_data: TableResults, about_window: TableResults) -> TableResults:
    return about_data.model_copy(update={"results": about_data.results + about_window.results})
