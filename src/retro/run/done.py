"""What became of a report, for the summary of a command, for logs and for who is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from retro.files import shown

if TYPE_CHECKING:
    from retro.run.at_once import Ended

State = Literal["published", "restated", "unchanged", "drafted", "waiting", "late", "blocked", "failed"]


@dataclass(frozen=True)
class Done:
    """What became of a report.

    Attributes:
        report: The report's address, such as 2025Q1/member_day.
        at: Local moment up to which the edition looks; None where its data holds no times, or it failed before that
            was known.
        state: `published` an edition, `restated` a later one that the calendar asked for, `unchanged` where it stood
            already, `drafted` the next edition's params, `waiting` for data, `late` where it was waited for long
            enough, `blocked` behind another report or an earlier edition, `failed`.
        message: What to know: where it lies, what it waits for, what went wrong.
        exit_code: What the command answers at least.
        seconds: How long it took.
        run_id: The edition's own folder below `runs/`; empty where there is none.
        badge: What the contracts said of its data: `passed`, `warning` or `not_checked`; empty without an edition.
        verdict: The verdict's first sentence, in English where the edition has that; empty where there is none.
    """

    report: str
    at: dt.datetime | None
    state: State
    message: str = ""
    exit_code: int = 0
    seconds: float = 0.0
    run_id: str = ""
    badge: str = ""
    verdict: str = ""

    def as_json(self) -> dict[str, Any]:
        """The facts as JSON has them."""
        return {**asdict(self), "at": self.at.isoformat(timespec="minutes") if self.at else None}


def done_of(ended: Ended, made: State = "published") -> Done:
    """What became of a report whose run was tried.

    Args:
        ended: How the run ended.
        made: What a new edition is called.
    """
    request, outcome, seconds = ended.request, ended.outcome, round(ended.seconds, 1)
    report = request.address.relative_to(request.reports).as_posix()
    if outcome is None:
        code = ended.error.exit_code if ended.error else 1
        return Done(report, request.observed_until, "failed", str(ended.error), code, seconds)
    edition = outcome.manifest
    return Done(
        report,
        request.observed_until or edition.observed_until,
        "unchanged" if outcome.skipped else made,
        shown(outcome.latest),
        seconds=seconds,
        run_id=edition.run_id,
        badge=edition.badge,
        verdict=edition.headline.get("en") or next(iter(edition.headline.values()), ""),
    )
