"""The monthly job: what is due, done and told, and the history of every report.

Names are imported when first used: to find that nothing is due needs no engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retro.lazy import lazily

if TYPE_CHECKING:
    from retro.jobs.due import Task, find_due
    from retro.jobs.explaining import explain
    from retro.jobs.history import Edition, damage, editions_of, report_folder
    from retro.jobs.lab import Lab, open_lab, open_run
    from retro.jobs.log import Log
    from retro.jobs.passes import run_pass
    from retro.jobs.replaying import Replayed, published, replay
    from retro.jobs.rolling_back import roll_back
    from retro.jobs.serving import Server, serve
    from retro.jobs.working import Worker

__all__ = [
    "Edition",
    "Lab",
    "Log",
    "Replayed",
    "Server",
    "Task",
    "Worker",
    "damage",
    "editions_of",
    "explain",
    "find_due",
    "open_lab",
    "open_run",
    "published",
    "replay",
    "report_folder",
    "roll_back",
    "run_pass",
    "serve",
]

__getattr__ = lazily(
    __name__,
    {
        "Edition": "retro.jobs.history:Edition",
        "Lab": "retro.jobs.lab:Lab",
        "Log": "retro.jobs.log:Log",
        "Replayed": "retro.jobs.replaying:Replayed",
        "Server": "retro.jobs.serving:Server",
        "Task": "retro.jobs.due:Task",
        "Worker": "retro.jobs.working:Worker",
        "damage": "retro.jobs.history:damage",
        "editions_of": "retro.jobs.history:editions_of",
        "explain": "retro.jobs.explaining:explain",
        "find_due": "retro.jobs.due:find_due",
        "open_lab": "retro.jobs.lab:open_lab",
        "open_run": "retro.jobs.lab:open_run",
        "published": "retro.jobs.replaying:published",
        "replay": "retro.jobs.replaying:replay",
        "report_folder": "retro.jobs.history:report_folder",
        "roll_back": "retro.jobs.rolling_back:roll_back",
        "run_pass": "retro.jobs.passes:run_pass",
        "serve": "retro.jobs.serving:serve",
    },
)
