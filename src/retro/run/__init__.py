"""Run reports: check the data, execute the notebook, publish the pages, then swap the new edition in.

Names are imported when first used: a list of targets needs no engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retro.lazy import lazily

if TYPE_CHECKING:
    from retro.run.at_once import Ended, run_reports
    from retro.run.checking import check, set_aside
    from retro.run.diffing import diff, diff_lines
    from retro.run.done import Done, State, done_of
    from retro.run.experimenting import Trials, read_experiments
    from retro.run.forgetting import Found, forget, read_user_ids
    from retro.run.job import Job, Request, prepare
    from retro.run.linting import lint_folder
    from retro.run.planning import Asked, propose_plan
    from retro.run.running import Outcome, run_report
    from retro.run.targets import find_params, in_order, known_targets

__all__ = [
    "Asked",
    "Done",
    "Ended",
    "Found",
    "Job",
    "Outcome",
    "Request",
    "State",
    "Trials",
    "check",
    "diff",
    "diff_lines",
    "done_of",
    "find_params",
    "forget",
    "in_order",
    "known_targets",
    "lint_folder",
    "prepare",
    "propose_plan",
    "read_experiments",
    "read_user_ids",
    "run_report",
    "run_reports",
    "set_aside",
]

__getattr__ = lazily(
    __name__,
    {
        "Asked": "retro.run.planning:Asked",
        "Done": "retro.run.done:Done",
        "Ended": "retro.run.at_once:Ended",
        "Found": "retro.run.forgetting:Found",
        "Job": "retro.run.job:Job",
        "Outcome": "retro.run.running:Outcome",
        "Request": "retro.run.job:Request",
        "State": "retro.run.done:State",
        "Trials": "retro.run.experimenting:Trials",
        "check": "retro.run.checking:check",
        "diff": "retro.run.diffing:diff",
        "diff_lines": "retro.run.diffing:diff_lines",
        "done_of": "retro.run.done:done_of",
        "find_params": "retro.run.targets:find_params",
        "forget": "retro.run.forgetting:forget",
        "in_order": "retro.run.targets:in_order",
        "known_targets": "retro.run.targets:known_targets",
        "lint_folder": "retro.run.linting:lint_folder",
        "prepare": "retro.run.job:prepare",
        "propose_plan": "retro.run.planning:propose_plan",
        "read_experiments": "retro.run.experimenting:read_experiments",
        "read_user_ids": "retro.run.forgetting:read_user_ids",
        "run_report": "retro.run.running:run_report",
        "run_reports": "retro.run.at_once:run_reports",
        "set_aside": "retro.run.checking:set_aside",
    },
)
