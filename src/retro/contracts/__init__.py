"""Contracts: what a shop's data must be, and the gate that holds every report to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retro.lazy import lazily

if TYPE_CHECKING:
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

__getattr__ = lazily(
    __name__,
    {
        "GateVerdict": "retro.contracts.verdict:GateVerdict",
        "Past": "retro.contracts.memory:Past",
        "Probe": "retro.contracts.probe:Probe",
        "Quarantined": "retro.contracts.quarantine:Quarantined",
        "RuleResult": "retro.contracts.verdict:RuleResult",
        "SetAside": "retro.contracts.verdict:SetAside",
        "check_tables": "retro.contracts.gate:check_tables",
        "describe": "retro.contracts.verdict:describe",
        "draft_contract": "retro.contracts.draft:draft_contract",
        "last_verdict": "retro.contracts.gate:last_verdict",
        "leave_out": "retro.contracts.quarantine:leave_out",
        "load_contract": "retro.contracts.odcs:load_contract",
        "past_checks": "retro.contracts.gate:past_checks",
        "personal_columns": "retro.contracts.odcs:personal_columns",
        "probe_contract": "retro.contracts.probe:probe_contract",
        "quarantine_lines": "retro.contracts.quarantine:quarantine_lines",
        "raise_on_breach": "retro.contracts.verdict:raise_on_breach",
        "read_verdict": "retro.contracts.verdict:read_verdict",
        "result_sentence": "retro.contracts.verdict:result_sentence",
        "rule_sentence": "retro.contracts.verdict:rule_sentence",
        "write_quarantine": "retro.contracts.quarantine:write_quarantine",
        "write_verdict": "retro.contracts.verdict:write_verdict",
    },
)
