"""Several reports at once: each in a process of its own, forked from this one when all is imported."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import importlib
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Self

from retro.errors import RetroError, engine_error
from retro.files import shown, unusable
from retro.memory import AT_ONCE
from retro.publish import has_set_pages, write_index
from retro.run.failing import TooEarlyError
from retro.run.job import Request
from retro.run.running import Outcome, publish_report, standing
from retro.run.targets import from_reports, previous_of
from retro.stopping import end_on_signals

Say = Callable[[Path, str], None]
"""Told a params file and the step that its report has come to."""

Behind = Callable[[int, "Mapping[int, Ended]"], str]
"""Answers what a report stands behind, by its place and how those before it ended; empty where it may be run."""

_IMPORTED = ("retro.run.making", "retro.publish.html", "retro.publish.pdf")
"""What a run imports in the end; by name, as nothing needs them where all editions are there."""

_INDEX_EVERY = 30
"""Seconds after which the index tells of reports that have ended while others are still being made."""

_PATIENCE = 20
"""Seconds that a process has to end its notebook and write its record before it is killed."""


@dataclass(frozen=True)
class Ended:
    """How the run of one report ended.

    Attributes:
        request: What was asked.
        outcome: Its edition; None where it failed.
        error: Why it failed; None where it did not.
        reaches: Until when the data was observed, where it was not run since that is too early.
        behind: What it stands behind, where it was not run for that.
        seconds: How long it took.
    """

    request: Request
    outcome: Outcome | None = None
    error: RetroError | None = None
    reaches: dt.datetime | None = None
    behind: str = ""
    seconds: float = 0.0

    def result(self) -> Outcome:
        """Its edition.

        Raises:
            RetroError: It failed.
        """
        if self.outcome is None:
            raise self.error or RetroError(f"{shown(self.request.params_file)}: run must end, got nothing.")
        return self.outcome


def run_reports(
    requests: Sequence[Request],
    jobs: int = 0,
    say: Say = lambda *_: None,
    behind: Behind = lambda *_: "",
) -> Generator[Ended]:
    """Make reports side by side, and say in the order of the requests how each ended.

    Each sees of the others what it would see if they were made one after the other: editions of one report, one that is
    made from others, and the one beside which a scorecard stands wait for each other. A broken report never stops the
    others; when this process is stopped, all are.

    Args:
        requests: The reports.
        jobs: How many may be made at once; 0 for as many as the machine has cores.
        say: Told each step.
        behind: Asked of each report when its turn has come.
    """
    if not requests:
        return
    jobs = min(jobs or os.cpu_count() or 1, len(requests))
    ended: dict[int, Ended] = {}
    told = 0
    todo = list(range(len(requests)))
    turns = [_Turn.of(request) for request in requests]
    seen: set[int] = set()
    with _indexing(requests[0].reports, ended) as index, _Workers(jobs, say) as workers:
        while told < len(requests):
            for place in [one for one in todo if _may_begin(one, turns, ended)]:
                request = requests[place]
                if place not in seen and (stuck := behind(place, ended)):
                    ended[place] = Ended(request, behind=stuck)
                elif place not in seen and (outcome := standing(request)) is not None:
                    ended[place] = Ended(request, outcome)
                elif not workers.take(place, request):
                    seen.add(place)
                    continue
                todo.remove(place)
            if told not in ended:
                ended.update(workers.wait())
                index()
            while told in ended:
                yield ended[told]
                told += 1


@contextlib.contextmanager
def _indexing(reports: Path, ended: Mapping[int, Ended]) -> Iterator[Callable[[], None]]:
    """Bring the index up to date at the end, however that comes, and now and then before."""
    begun = time.monotonic()

    def index() -> None:
        nonlocal begun
        if time.monotonic() - begun > _INDEX_EVERY:
            write_index(reports)
            begun = time.monotonic()

    try:
        yield index
    finally:
        if any(one.outcome for one in ended.values()):  # a failure is on the index once it is on record
            write_index(reports)


@dataclass(frozen=True)
class _Turn:
    """What of other reports a report reads: its earlier editions, the one before it, or all."""

    report: str
    previous: str
    reads_all: bool

    @classmethod
    def of(cls, request: Request) -> Self:
        report = request.address.relative_to(request.reports).as_posix()
        return cls(report, previous_of(request.params_file), from_reports(request.params_file))

    def waits_for(self, before: _Turn) -> bool:
        """Whether one of both reads what the other writes."""
        names = {before.report, before.previous}
        return self.reads_all or before.reads_all or self.report in names or self.previous == before.report


def _may_begin(place: int, turns: Sequence[_Turn], ended: Mapping[int, Ended]) -> bool:
    return all(before in ended or not turns[place].waits_for(turns[before]) for before in range(place))


class _Workers:
    """Processes that make one report after the other; one alone is this process itself, as is one that cannot fork."""

    def __init__(self, jobs: int, say: Say) -> None:
        self._jobs, self._say = jobs, say
        self._idle: list[_Worker] = []
        self._busy: dict[Any, tuple[_Worker, int, Request]] = {}
        self._done: dict[int, Ended] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        workers = [*self._idle, *(worker for worker, *_ in self._busy.values())]
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.end()

    def take(self, place: int, request: Request) -> bool:
        """Begin a report; False where as many are being made as may be."""
        if len(self._busy) + len(self._done) == self._jobs:
            return False
        if self._jobs == 1 or has_set_pages():
            self._done[place] = _run(request, lambda step: self._say(request.params_file, step))
            return True
        worker = self._idle.pop() if self._idle else _Worker(self._jobs)
        worker.pipe.send(request)
        self._busy[worker.pipe] = (worker, place, request)
        return True

    def wait(self) -> dict[int, Ended]:
        """Wait until a report has ended."""
        while not self._done:
            for pipe in wait([*self._busy]):
                worker, place, request = self._busy[pipe]
                answer = worker.answer()
                if isinstance(answer, str):
                    self._say(request.params_file, answer)
                    continue
                del self._busy[pipe]
                self._done[place] = answer or Ended(request, error=worker.died(request))
                if answer is not None:
                    self._idle.append(worker)
        done, self._done = self._done, {}
        return done


class _Worker:
    """A process that makes reports, one at a time."""

    def __init__(self, jobs: int) -> None:
        from retro.execute import SERVER  # noqa: PLC0415 - as `_IMPORTED`

        SERVER.start()  # it imports while this process does
        for name in _IMPORTED:
            importlib.import_module(name)
        self.pipe, there = multiprocessing.Pipe()
        with there:
            self.process = multiprocessing.get_context("fork").Process(target=_work, args=(there, jobs), daemon=True)
            gc.collect()
            gc.freeze()  # a database's threads do not live on in a fork: one that ended there would wait for them
            self.process.start()
            gc.unfreeze()

    def answer(self) -> str | Ended | None:
        """The step that it has come to, or how its report ended; None where it died."""
        try:
            told: str | Ended = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            return None
        return told

    def end(self) -> None:
        """Wait for its end, and after some patience kill it."""
        self.pipe.close()
        self.process.join(_PATIENCE)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()

    def died(self, request: Request) -> RetroError:
        """What to say of a report whose process is gone."""
        self.end()
        code = self.process.exitcode or 0
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        return RetroError(
            f"{shown(request.params_file)}: process that makes it must live to its end, but {how}. Run it again; "
            "--jobs 1 takes the least memory."
        )


def _work(pipe: Connection, jobs: int) -> None:
    """Make the reports that are asked for, until this process is stopped."""
    from retro.execute import SERVER, end_with_parent  # noqa: PLC0415 - as `_IMPORTED`

    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__  # which a thread of the parent may draw on
    os.setsid()  # a signal of the terminal reaches the parent alone, which passes it on
    end_with_parent()
    end_on_signals()
    SERVER.branch()
    os.environ[AT_ONCE] = str(jobs)
    while True:
        request = pipe.recv()
        pipe.send(_run(request, pipe.send))


def _run(request: Request, say: Callable[[str], None]) -> Ended:
    """Make a report, whatever comes of it."""
    began = time.perf_counter()
    return replace(_ended(request, say), seconds=time.perf_counter() - began)


def _ended(request: Request, say: Callable[[str], None]) -> Ended:
    try:
        return Ended(request, publish_report(request, say))
    except TooEarlyError as reason:
        return Ended(request, reaches=reason.reaches)
    except RetroError as reason:
        told = RetroError(str(reason))  # of a kind that every process can read
        told.exit_code = reason.exit_code
        return Ended(request, error=told)
    except OSError as reason:
        return Ended(request, error=unusable(reason))
    except Exception as reason:  # noqa: BLE001 - what nobody foresaw in one report must not stop the others
        traceback.print_exc()
        where = shown(request.params_file)
        return Ended(request, error=RetroError(f"{where}: run must end, got {engine_error(reason)}"))
