"""The report that a notebook opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retro.lazy import lazily

if TYPE_CHECKING:
    from retro.report.desk import DESK
    from retro.report.locked import read_review
    from retro.report.neighbours import read_neighbours, read_periods, reported
    from retro.report.opening import open_report
    from retro.report.reaching import as_read
    from retro.report.recorded import Recorded, previous_ledger, read_campaigns
    from retro.report.run_context import VARIABLE, RunContext

__all__ = [
    "DESK",
    "VARIABLE",
    "Recorded",
    "RunContext",
    "as_read",
    "open_report",
    "previous_ledger",
    "read_campaigns",
    "read_neighbours",
    "read_periods",
    "read_review",
    "reported",
]

__getattr__ = lazily(
    __name__,
    {
        "DESK": "retro.report.desk:DESK",
        "Recorded": "retro.report.recorded:Recorded",
        "RunContext": "retro.report.run_context:RunContext",
        "VARIABLE": "retro.report.run_context:VARIABLE",
        "as_read": "retro.report.reaching:as_read",
        "open_report": "retro.report.opening:open_report",
        "previous_ledger": "retro.report.recorded:previous_ledger",
        "read_campaigns": "retro.report.recorded:read_campaigns",
        "read_neighbours": "retro.report.neighbours:read_neighbours",
        "read_periods": "retro.report.neighbours:read_periods",
        "read_review": "retro.report.locked:read_review",
        "reported": "retro.report.neighbours:reported",
    },
)
