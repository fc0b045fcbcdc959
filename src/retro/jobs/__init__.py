"""The monthly job: what is due, done and told, and the history of every report.

Names are imported when first used: to find that nothing is due needs no engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retro.lazy import lazily

if TYPE_CHECKING:
    from retro.jobs.due import Task, find_due
    from retro.jobs.working import Done, Worker

__all__ = ["Done", "Task", "Worker", "find_due"]

__getattr__ = lazily(
    __name__,
    {
        "Done": "retro.jobs.working:Done",
        "Task": "retro.jobs.due:Task",
        "Worker": "retro.jobs.working:Worker",
        "find_due": "retro.jobs.due:find_due",
    },
)
