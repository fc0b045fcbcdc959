"""What commands print: lines, tables, steps, and the ends of a run."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from retro.errors import RetroError
from retro.files import project_root, shown
from retro.signs import harmless

if TYPE_CHECKING:
    from retro.run import Done


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print text so that no name in it can steer a terminal."""
    typer.echo(harmless(text), err=err, nl=nl)


def print_table(table: Table) -> None:
    """Print a table as plain text: brackets are lists here, and a pipe is as wide as it needs to be."""
    Console(width=None if sys.stdout.isatty() else 240, markup=False, highlight=False).print(table)


def print_done(done: Sequence[Done], *, as_json: bool) -> None:
    """The one summary of a command that made reports: the verdict of each, or why there is none."""
    if as_json:
        echo(json.dumps([one.as_json() for one in done], ensure_ascii=False, indent=2))
        return
    table = Table("report", "state", "data until", "data", "seconds", "verdict or reason", box=None, pad_edge=False)
    for one in done:
        first, *more = (one.verdict or one.message).splitlines() or [""]
        until = f"{one.at:%Y-%m-%dT%H:%M}" if one.at else ""
        table.add_row(*map(harmless, (one.report, one.state, until, one.badge, f"{one.seconds:.1f}", first)))
        for line in more:
            table.add_row("", "", "", "", "", harmless(line))
    print_table(table)
    echo(", ".join(f"{count} {state}" for state, count in Counter(one.state for one in done).items()))


class progress:  # noqa: N801 - used as a function
    """Shows a spinner with the step's name on a terminal, and plain lines elsewhere."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)

    def __enter__(self) -> Any:  # noqa: ANN401 - a function that takes the step's name
        if not self._bar.console.is_terminal:
            return lambda step: echo(self._line(step), err=True)
        self._bar.start()
        task = self._bar.add_task(harmless(self._name), total=None)
        return lambda step: self._bar.update(task, description=harmless(self._line(step)))

    def _line(self, step: str) -> str:
        return f"{self._name}: {step}" if self._name else step

    def __exit__(self, *_: object) -> None:
        if self._bar.live.is_started:
            self._bar.stop()


def each(files: Sequence[Path], do: Callable[[Path], None]) -> None:
    """Do a thing with every file; a bad one is told and the others do not wait. Ends with the worst exit code."""
    failed: dict[str, RetroError] = {}
    for params_file in files:
        try:
            do(params_file)
        except RetroError as error:
            echo(str(error), err=True)
            failed[shown(params_file)] = error
    if len(files) > 1 and failed:
        echo(f"retro: {len(failed)} of {len(files)} reports failed: {', '.join(failed)}.", err=True)
    if failed:
        raise typer.Exit(max(error.exit_code for error in failed.values()))


def end(found: Iterable[str], fine: str) -> None:
    """Say what was found and exit with 1, or that all is fine."""
    lines = list(found)
    for line in lines:
        echo(line, err=True)
    if lines:
        raise typer.Exit(1)
    echo(fine)


def in_project(path: Path) -> Path:
    """Place a path that was given on the command line."""
    return project_root() / path


def count_rows(count: int) -> str:
    """Say how many rows."""
    return "1 row" if count == 1 else f"{count:,} rows"


def signed(value: float, digits: int = 4) -> str:
    """A number with its sign; empty where it is missing."""
    return "" if value != value else f"{value:+.{digits}f}"  # noqa: PLR0124 - NaN is unlike itself


def interval(low: float, high: float) -> str:
    """Say an interval; empty where it is missing."""
    return f"{signed(low)} to {signed(high)}" if low == low else ""  # noqa: PLR0124 - as above
