"""A whole pass of the monthly job: what is due is done, written down, told, and handed to a catalogue."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from typing import Any

from retro.errors import RetroError
from retro.files import canonical_json
from retro.jobs.channels import read_notify
from retro.jobs.lineage import send_lineage
from retro.jobs.telling import Teller, masked
from retro.jobs.working import Worker
from retro.places import own_folder
from retro.run import Done

_LOGS = 400
"""Passes whose log is kept: a year of one a day."""


class Log:
    """What a pass did, one line of JSON for each event, below `.retro/jobs/log`."""

    def __init__(self) -> None:
        """Begin a new log, and remove the oldest."""
        folder = own_folder("jobs", "log")
        for old in sorted(folder.glob("*.jsonl"))[: 1 - _LOGS]:
            old.unlink(missing_ok=True)
        self.path = folder / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%fZ}-{os.getpid()}.jsonl"

    def write(self, event: str, **facts: object) -> None:
        """Append an event, without people and secrets."""
        line = {"at": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(masked(canonical_json(line)) + "\n")


def run_pass(worker: Worker, warn: Callable[[str], None]) -> list[Done]:
    """Do what is due, and tell of each as soon as it is done.

    Args:
        worker: What does it.
        warn: Told what could not be sent; it changes nothing of the pass.
    """
    log = Log()
    log.write("began", on=str(worker.on or ""), target=worker.target)
    try:
        notify = read_notify()
    except RetroError as reason:
        warn(str(reason))
        log.write("not_told", problem=str(reason))
        notify = None
    pass_done: list[Done] = []
    for done in worker.work():
        pass_done.append(done)
        log.write("done", **_facts(done))
        if notify is None:
            continue
        problems = Teller(notify, worker.reports).tell(done)
        problems += send_lineage(notify.lineage, done, worker.reports)
        for problem in problems:
            warn(problem)
            log.write("not_told", report=done.report, problem=problem)
    log.write("ended", exit_code=max((done.exit_code for done in pass_done), default=0))
    return pass_done


def _facts(done: Done) -> dict[str, Any]:
    return {("until" if key == "at" else key): value for key, value in done.as_json().items()}
