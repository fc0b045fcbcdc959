"""One pass of the monthly job: what is due is drafted, waited for, and run, each report after those that it needs."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retro.campaigns import load_params
from retro.errors import RetroError, engine_error
from retro.files import shown, unusable
from retro.i18n import LANGS, Lang
from retro.jobs.drafting import draft
from retro.jobs.due import Task, find_due, zone_of
from retro.run import Done, Ended, Request, done_of, run_reports

_LATE = 1
"""The exit code of a pass in which data was late: somebody should look."""


@dataclass
class Worker:
    """A pass over what is due.

    Attributes:
        reports: The reports folder.
        on: Local moment that stands for now.
        target: Only what lies in this folder of `params/`; empty for all.
        langs: Languages of the pages.
        wait: Whether to wait for a report that another process makes.
        jobs: How many reports may be made at once; 0 for as many as the machine has cores.
        say: Called with the report and the name of each step.
    """

    reports: Path
    on: dt.datetime | None = None
    target: str = ""
    langs: tuple[Lang, ...] = LANGS
    wait: bool = True
    jobs: int = 0
    say: Callable[[str], None] = lambda _: None

    def work(self) -> Iterator[Done]:
        """Do what is due and say in its order what became of each; a broken report never stops the others."""
        drafted: set[Path] = set()
        while drafts := [t for t in self._due() if t.what == "draft" and t.file not in drafted]:
            for task in drafts:  # a draft may be due itself, and so may be the one after it
                drafted.add(task.file)
                yield _draft(task)
        due = [task for task in self._due() if task.what != "draft"]
        tasks = [task for task in due if task.what != "broken"]
        requests = [
            Request(task.file, self.langs, self.reports, observed_until=task.at, wait=self.wait, complete=True)
            for task in tasks
        ]
        names = {task.file: task.report for task in tasks}

        def say(file: Path, step: str) -> None:
            self.say(f"{names[file]}: {step}")

        def behind(place: int, ended: Mapping[int, Ended]) -> str:
            return self._behind(tasks, place, ended)

        with contextlib.closing(run_reports(requests, self.jobs, say, behind)) as runs:
            for task, ended in zip(tasks, runs, strict=True):
                yield self._done(task, ended)
        for task in due:
            if task.what == "broken":
                yield Done(task.report, task.at, "failed", task.message, 1)

    def _due(self) -> list[Task]:
        return find_due(self.reports, self.on, self.target)

    def _done(self, task: Task, ended: Ended) -> Done:
        if ended.behind:
            return Done(task.report, task.at, "blocked", ended.behind)
        if ended.reaches is None:
            return done_of(ended, "published" if task.what == "first" else "restated")
        reach = f"data reaches {ended.reaches:%Y-%m-%dT%H:%M}, and {task.at:%Y-%m-%dT%H:%M} is needed"
        done = Done(task.report, task.at, "waiting", seconds=round(ended.seconds, 1))
        if not self._waited(task):
            return replace(done, message=f"{reach}; waited for until {task.wait_until:%Y-%m-%d}")
        said = f"{reach}; it was waited for until {task.wait_until:%Y-%m-%d}"
        return replace(done, state="late", message=said, exit_code=_LATE)

    def _behind(self, tasks: Sequence[Task], place: int, ended: Mapping[int, Ended]) -> str:
        """What a task has to stand behind: its report's earlier edition, or one that it is made from."""
        task, stuck = tasks[place], dict[str, str]()
        for before in range(place):
            if before in ended and (done := self._done(tasks[before], ended[before])).state in _STUCK:
                stuck.setdefault(done.report, done.state)
        for name in (task.report, *task.made_from):
            # what was waited for long enough is not waited for: the report says itself what it was not given
            if name in stuck and (name == task.report or not self._waited(task)):
                return f"{name} is {stuck[name]}"
        return ""

    def _waited(self, task: Task) -> bool:
        """Whether data was waited for long enough."""
        now = self.on or dt.datetime.now(zone_of(task.file)).replace(tzinfo=None)
        return now >= task.wait_until


_STUCK = {"waiting", "late", "blocked", "failed"}


def _draft(task: Task) -> Done:
    """Draft the params of the next edition."""
    try:
        path = draft(task.file, load_params(task.file, zone=zone_of(task.file)))
    except RetroError as reason:
        return Done(task.report, task.at, "failed", str(reason), reason.exit_code)
    except OSError as reason:
        return Done(task.report, task.at, "failed", str(unusable(reason)), 1)
    except Exception as reason:  # noqa: BLE001 - what nobody foresaw in one report must not stop the others
        return Done(task.report, task.at, "failed", engine_error(reason), 1)
    return Done(task.report, task.at, "drafted", f"{shown(path)}: set targets and budget before it starts")
