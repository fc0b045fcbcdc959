"""Run reports: check the data, execute the notebook, publish the pages, then swap the new edition in.

Names are imported when first used: a list of targets needs no engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retro.run.checking import check, set_aside
    from retro.run.experimenting import Trials, read_experiments
    from retro.run.forgetting import Found, forget, read_user_ids
    from retro.run.job import Job, Request, prepare
    from retro.run.linting import lint_folder
    from retro.run.planning import Asked, propose_plan
    from retro.run.running import Outcome, run_report
    from retro.run.targets import find_params, known_targets

__all__ = [
    "Asked",
    "Found",
    "Job",
    "Outcome",
    "Request",
    "Trials",
    "check",
    "find_params",
    "forget",
    "known_targets",
    "lint_folder",
    "prepare",
    "propose_plan",
    "read_experiments",
    "read_user_ids",
    "run_report",
    "set_aside",
]

_HOMES = {
    "Asked": "planning",
    "Found": "forgetting",
    "Job": "job",
    "Outcome": "running",
    "Request": "job",
    "Trials": "experimenting",
    "check": "checking",
    "find_params": "targets",
    "forget": "forgetting",
    "known_targets": "targets",
    "lint_folder": "linting",
    "prepare": "job",
    "propose_plan": "planning",
    "read_experiments": "experimenting",
    "read_user_ids": "forgetting",
    "run_report": "running",
    "set_aside": "checking",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - classes and functions alike
    if name not in _HOMES:
        raise AttributeError(f"module 'retro.run' has no attribute {name!r}")
    return getattr(importlib.import_module(f"retro.run.{_HOMES[name]}"), name)
