"""Contracts: what a shop's data must be, and the gate that holds every report to it."""

from __future__ import annotations

from retro.contracts.draft import draft_contract
from retro.contracts.gate import check_tables, last_verdict, past_checks
from retro.contracts.memory import Past
from retro.contracts.odcs import load_contract, personal_columns
from retro.contracts.probe import Probe, probe_contract
from retro.contracts.quarantine import Quarantined, leave_out, quarantine_lines, write_quarantine
from retro.contracts.verdict import (
    GateVerdict,
    RuleResult,
    SetAside,
    describe,
    raise_on_breach,
    read_verdict,
    result_sentence,
    rule_sentence,
    write_verdict,
)

__all__ = [
    "GateVerdict",
    "Past",
    "Probe",
    "Quarantined",
    "RuleResult",
    "SetAside",
    "check_tables",
    "describe",
    "draft_contract",
    "last_verdict",
    "leave_out",
    "load_contract",
    "past_checks",
    "personal_columns",
    "probe_contract",
    "quarantine_lines",
    "raise_on_breach",
    "read_verdict",
    "result_sentence",
    "rule_sentence",
    "write_quarantine",
    "write_verdict",
]
