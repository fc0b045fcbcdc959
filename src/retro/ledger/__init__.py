"""The ledger: every figure that a run reports, with its source; what a run was made from; what moved between two."""

from retro.ledger.changes import Cause, Changes, Move, TableChange, changes, compare
from retro.ledger.entries import Entry, Ledger, Unit, entry, read_ledger, write_ledger
from retro.ledger.inputs import Inputs, TableContent, read_inputs, write_inputs
from retro.ledger.restating import CHANGES, Steps, parts_between, read_steps, restated, write_steps
from retro.ledger.versions import Version, begun, find_version, read_version, started, version_before, versions

__all__ = [
    "CHANGES",
    "Cause",
    "Changes",
    "Entry",
    "Inputs",
    "Ledger",
    "Move",
    "Steps",
    "TableChange",
    "TableContent",
    "Unit",
    "Version",
    "begun",
    "changes",
    "compare",
    "entry",
    "find_version",
    "parts_between",
    "read_inputs",
    "read_ledger",
    "read_steps",
    "read_version",
    "restated",
    "started",
    "version_before",
    "versions",
    "write_inputs",
    "write_ledger",
    "write_steps",
]
