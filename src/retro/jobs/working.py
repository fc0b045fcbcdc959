"""One pass of the monthly job: what is due is drafted, waited for, run, and told, one report after the other."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from retro.campaigns import load_params
from retro.errors import RetroError, engine_error
from retro.files import shown
from retro.i18n import LANGS, Lang
from retro.jobs.drafting import draft
from retro.jobs.due import Task, find_due, zone_of
from retro.report.observed import observed
from retro.run import Request, prepare, run_report

State = Literal["published", "restated", "unchanged", "drafted", "waiting", "late", "blocked", "failed"]

_LATE = 1
"""The exit code of a pass in which data was late: somebody should look."""


@dataclass(frozen=True)
class Done:
    """What became of one task.

    Attributes:
        report: The report's address.
        at: Local moment up to which the edition looks.
        state: `published` a first edition, `restated` a later one, `unchanged` where the edition stood already,
            `drafted` the next edition's params, `waiting` for data, `late` where it was waited for long enough,
            `blocked` behind another report or an earlier edition, `failed`.
        message: What to know: where it lies, what it waits for, what went wrong.
        exit_code: What the pass answers at least.
        seconds: How long it took.
        run_id: The edition's own folder below `runs/`; empty where there is none.
    """

    report: str
    at: dt.datetime
    state: State
    message: str = ""
    exit_code: int = 0
    seconds: float = 0.0
    run_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """The facts as JSON has them."""
        return {**asdict(self), "at": self.at.isoformat(timespec="minutes")}


@dataclass
class Worker:
    """A pass over what is due.

    Attributes:
        reports: The reports folder.
        on: Local moment that stands for now.
        target: Only what lies in this folder of `params/`; empty for all.
        langs: Languages of the pages.
        wait: Whether to wait for a report that another process makes.
        say: Called with the report and the name of each step.
    """

    reports: Path
    on: dt.datetime | None = None
    target: str = ""
    langs: tuple[Lang, ...] = LANGS
    wait: bool = True
    say: Callable[[str], None] = lambda _: None
    _stuck: dict[str, str] = field(default_factory=dict, repr=False)

    def work(self) -> Iterator[Done]:
        """Do what is due and say what became of each; a broken report never stops the others."""
        drafted: set[Path] = set()
        while drafts := [t for t in self._due() if t.what == "draft" and t.file not in drafted]:
            for task in drafts:  # a draft may be due itself, and so may be the one after it
                drafted.add(task.file)
                yield self._timed(task, self._draft)
        for task in self._due():
            if task.what != "draft":
                done = self._timed(task, self._do)
                if done.state in {"waiting", "late", "blocked", "failed"}:
                    self._stuck.setdefault(task.report, done.state)
                yield done

    def _due(self) -> list[Task]:
        return find_due(self.reports, self.on, self.target)

    def _timed(self, task: Task, do: Callable[[Task], Done]) -> Done:
        began = time.perf_counter()
        try:
            done = do(task)
        except RetroError as reason:
            done = Done(task.report, task.at, "failed", str(reason), reason.exit_code)
        except OSError as reason:
            place = shown(Path(reason.filename)) if reason.filename else task.report
            said = f"{place}: file or folder must be usable, got {reason.strerror or reason}."
            done = Done(task.report, task.at, "failed", said, 1)
        except Exception as reason:  # noqa: BLE001 - what nobody foresaw in one report must not stop the others
            done = Done(task.report, task.at, "failed", engine_error(reason), 1)
        return Done(**{**asdict(done), "seconds": round(time.perf_counter() - began, 1)})

    def _draft(self, task: Task) -> Done:
        params = load_params(task.file, zone=zone_of(task.file))
        path = draft(task.file, params)
        return Done(task.report, task.at, "drafted", f"{shown(path)}: set targets and budget before it starts")

    def _do(self, task: Task) -> Done:
        if task.what == "broken":
            return Done(task.report, task.at, "failed", task.message, 1)
        if waits := self._behind(task):
            return waits
        request = Request(task.file, self.langs, self.reports, observed_until=task.at, wait=self.wait)
        until = self._observed(request)
        if until is not None and until < task.at:
            return self._wait(task, until)
        outcome = run_report(request, lambda step: self.say(f"{task.report}: {step}"))
        if outcome.skipped:
            return Done(task.report, task.at, "unchanged", shown(outcome.latest), run_id=outcome.manifest.run_id)
        state: State = "published" if task.what == "first" else "restated"
        return Done(task.report, task.at, state, shown(outcome.latest), run_id=outcome.manifest.run_id)

    def _behind(self, task: Task) -> Done | None:
        """What a task has to stand behind: its report's earlier edition, or one that it is made from."""
        for name in (task.report, *task.made_from):
            if (state := self._stuck.get(name)) is None:
                continue
            if name != task.report and self._now(task) >= task.wait_until:
                continue  # waited for long enough: the report says itself what it was not given
            return Done(task.report, task.at, "blocked", f"{name} is {state}")
        return None

    def _wait(self, task: Task, until: dt.datetime) -> Done:
        reach = f"data reaches {until:%Y-%m-%dT%H:%M}, and {task.at:%Y-%m-%dT%H:%M} is needed"
        if self._now(task) < task.wait_until:
            return Done(task.report, task.at, "waiting", f"{reach}; waited for until {task.wait_until:%Y-%m-%d}")
        return Done(task.report, task.at, "late", f"{reach}; it was waited for until {task.wait_until:%Y-%m-%d}", _LATE)

    def _now(self, task: Task) -> dt.datetime:
        return self.on or dt.datetime.now(zone_of(task.file)).replace(tzinfo=None)

    def _observed(self, request: Request) -> dt.datetime | None:
        """Until when the data itself was observed; None where that cannot be asked, which the run will say."""
        job = prepare(Request(request.params_file, reports=request.reports))
        try:
            return observed(job.params, job.tables)
        except RetroError:
            return None
