"""What a pass or a command did, one line of JSON for each event, below `.retro/jobs`."""

from __future__ import annotations

import contextlib
import datetime as dt
import os

from retro.files import canonical_json
from retro.jobs.telling import masked
from retro.places import own_folder
from retro.run import Done

_KEPT = 400
"""Logs that are kept of each kind: a year of one a day."""


class Log:
    """A log of one process.

    Args:
        kind: The folder below `.retro/jobs`: `log` of passes over what is due, `runs` of `retro run`.
    """

    def __init__(self, kind: str) -> None:
        folder = own_folder("jobs", kind)
        for old in sorted(folder.glob("*.jsonl"))[: 1 - _KEPT]:
            old.unlink(missing_ok=True)
        self.path = folder / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%fZ}-{os.getpid()}.jsonl"

    def write(self, event: str, **facts: object) -> None:
        """Append an event, without people and secrets; a disk that is full costs a line, no report."""
        line = {"at": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
        with contextlib.suppress(OSError), open(self.path, "a", encoding="utf-8", opener=_owners) as stream:
            stream.write(masked(canonical_json(line)) + "\n")

    def done(self, done: Done) -> None:
        """Append what became of a report."""
        self.write("done", **{("until" if key == "at" else key): value for key, value in done.as_json().items()})


def _owners(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
