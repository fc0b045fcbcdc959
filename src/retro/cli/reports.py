"""Commands that make a report and plan it."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from retro.cli.options import MOMENTS, AsJson, Jobs, Language, Settings, SourceFile, Target, app
from retro.cli.terminal import count_rows, each, echo, in_project, interval, print_done, print_table, progress, signed
from retro.errors import RetroError, did_you_mean
from retro.files import shown
from retro.signs import harmless

if TYPE_CHECKING:
    from retro.run import Done, Ended


@app.command(epilog="Example: retro run 2025Q1/new_user_week --lang zh")
def run(
    target: Target,
    *,
    lang: Annotated[Language, typer.Option(help="Language of the pages.")] = Language.BOTH,
    reports: Annotated[Path, typer.Option(help="Where reports go, relative to the project.")] = Path("reports"),
    source: SourceFile = None,
    settings: Settings = None,
    keep: Annotated[int, typer.Option(min=1, help="How many runs of a report to keep.")] = 12,
    force: Annotated[bool, typer.Option("--force", help="Run although nothing has changed.")] = False,
    jobs: Jobs = 0,
    as_json: AsJson = False,
) -> None:
    """Check the data, execute the notebook, and publish HTML and PDF."""
    from retro.campaigns import parse_settings  # noqa: PLC0415 - `retro --help` should not wait for an engine
    from retro.run import find_params  # noqa: PLC0415 - same

    files = find_params(target)
    from retro.jobs import Log  # noqa: PLC0415 - nor should a wrong name
    from retro.run import Request, done_of, run_reports  # noqa: PLC0415 - same

    given = parse_settings(settings or [])
    where = in_project(source) if source else None
    requests = [Request(file, lang.chosen, in_project(reports), where, given, force=force, keep=keep) for file in files]
    steps: list[Callable[[str], None]] = []
    done: list[Done] = []
    log = Log("runs")
    log.write("began", target=target, overrides=given)
    runs = run_reports(requests, jobs, lambda file, step: steps[-1](f"{shown(file)}: {step}"))
    with contextlib.closing(runs):
        for file in files:
            with progress() as say:
                steps.append(say)
                ended = next(runs)
            done.append(done_of(ended))
            log.done(done[-1])
            echo(_ending(file, ended), err=True)
    if as_json or len(files) > 1 or not done[0].exit_code:  # of one that failed, its line has said all
        print_done(done, as_json=as_json)
    if not as_json and any(not one.exit_code for one in done):
        echo(f"Index: {shown(in_project(reports) / 'index.html')}")
    worst = max(one.exit_code for one in done)
    log.write("ended", exit_code=worst)
    if worst:
        raise typer.Exit(worst)


def _ending(file: Path, ended: Ended) -> str:
    """The line that a report's run ends with."""
    if ended.outcome is None:
        return str(ended.error)
    skipped, gone = ended.outcome.skipped, " and ".join(ended.outcome.gone)
    state = "unchanged, skipped (--force runs it again)" if skipped else "done"
    line = f"{shown(file)}: {state}: {shown(ended.outcome.latest)}"
    return f"{line}\n{shown(file)}: {gone} is gone, made from other input; --lang both makes it anew" if gone else line


@app.command(epilog="Example: retro check 2025Q1")
def check(
    target: Target,
    source: SourceFile = None,
    settings: Settings = None,
    quarantine: Annotated[bool, typer.Option("--quarantine", help="Write the broken rows, and say where.")] = False,  # noqa: FBT002 - typer's form of a flag
) -> None:
    """Check the data against its contracts without making a report."""
    from retro.campaigns import parse_settings  # noqa: PLC0415 - see `run`
    from retro.contracts import describe, quarantine_lines, raise_on_breach  # noqa: PLC0415 - see `run`
    from retro.run import Request, find_params, prepare, set_aside  # noqa: PLC0415 - see `run`
    from retro.run import check as check_data  # noqa: PLC0415 - see `run`

    def check_one(params_file: Path) -> None:
        source_file = in_project(source) if source else None
        request = Request(params_file, source_file=source_file, overrides=parse_settings(settings or []))
        with contextlib.closing(prepare(request)) as job:
            verdict = check_data(job)
            for warning in verdict.warnings:
                echo(f"warning: {describe(warning)}")
            aside = set_aside(job, verdict, Path("check") / params_file.stem) if quarantine else ()
        for table in aside:
            rows = ", ".join(f"{rule}: {count_rows(count)}" for rule, count in table.rows.items())
            echo(f"quarantine: {shown(table.path)}: {rows}")
            for line in quarantine_lines(table):
                echo(f"  {line}")
        raise_on_breach(verdict)
        passed = sum(result.outcome == "passed" for result in verdict.results)
        echo(f"{shown(params_file)}: {passed} of {len(verdict.results)} rules hold.")

    each(find_params(target), check_one)


@app.command(epilog="Example: retro params new_user_week")
def params(
    kind: Annotated[str | None, typer.Argument(help="A campaign type; without it, they are listed.")] = None,
) -> None:
    """List the keys that a params file of this kind may hold."""
    from retro.campaigns import CAMPAIGN_TYPES, describe_params  # noqa: PLC0415 - see `run`

    if kind is None:
        for known in CAMPAIGN_TYPES:
            echo(known)
        echo("`retro params new_user_week` lists the keys of that kind.", err=True)
        return
    if kind not in CAMPAIGN_TYPES:
        hint = did_you_mean(kind, CAMPAIGN_TYPES)
        raise RetroError(f"retro params: kind must be a campaign type, got {kind!r}. {hint}")
    table = Table("name", "type", "unit", "required", "default", "meaning", box=None, pad_edge=False)
    for row in describe_params(CAMPAIGN_TYPES[kind]):
        table.add_row(row.name, row.type, row.unit, "yes" if row.required else "", row.default, row.meaning)
    print_table(table)


@app.command("list", epilog="Example: retro list")
def list_targets() -> None:
    """List what can be run: folders and files of params/."""
    from retro.run import known_targets  # noqa: PLC0415 - see `run`

    targets = known_targets()
    for target in targets:
        echo(target)
    if not targets:
        echo("params/: there is no params file yet. `retro params new_user_week` lists what one holds.", err=True)


@app.command(epilog="Example: retro plan points_contest --start 2025-05-10T00:00 --end 2025-05-17T00:00")
def plan(
    kind: Annotated[str, typer.Argument(help="A campaign type that is judged by its effect on sales.")],
    start: Annotated[dt.datetime, typer.Option(help="First moment of the coming campaign.", formats=MOMENTS)],
    end: Annotated[dt.datetime, typer.Option(help="First moment after it.", formats=MOMENTS)],
    *,
    anticipation: Annotated[int, typer.Option(min=0, max=60, help="Days before it that belong to its effect.")] = 0,
    settling: Annotated[int, typer.Option(min=0, max=120, help="Days after it that belong to its effect.")] = 14,
    source: Annotated[Path, typer.Option("--source", help="Source file.")] = Path("params/source.yaml"),
) -> None:
    """Propose how a coming campaign's effect will be told: what it can find, for the params file."""
    from retro.run import Asked, propose_plan  # noqa: PLC0415 - see `run`

    for line in propose_plan(Asked(kind, start, end, anticipation, settling), in_project(source), dt.date.today()):  # noqa: DTZ011 - the planner's own day
        echo(line)


@app.command(epilog="Example: retro experiments 2025Q1")
def experiments(target: Target, source: SourceFile = None) -> None:
    """Read all experiments of a period: decisions, effects, and what the winners add up to without their luck."""
    from retro.run import read_experiments  # noqa: PLC0415 - see `run`

    trials = read_experiments(target, in_project(source) if source else None)
    columns = ("experiment", "arm", "decision", "reason", "metric", "effect", "interval", "z", "corrected")
    table = Table(*columns, box=None, pad_edge=False)
    portfolio = trials.portfolio
    for row in portfolio.rows.to_dict("records"):
        words = [row["experiment"], row["arm"], row["state"].replace("_", " "), row["reason"].replace("_", " ")]
        sizes = [signed(row["effect"]), interval(row["low"], row["high"]), signed(row["z"], 2)]
        table.add_row(*map(harmless, [*words, row["metric"]]), *sizes, signed(row["corrected"]))
    for design, missing in trials.not_covered:
        table.add_row(harmless(design.id), "", "not covered", harmless(f"no table {missing}"))
    print_table(table)
    for row in portfolio.sums.to_dict("records"):
        total, corrected = signed(row["total"]), signed(row["corrected"])
        without = f"{corrected} ({interval(row['low'], row['high'])}) without winners' luck"
        echo(f"{row['metric']}: {row['arms']} shipped, {total} as read, {without}.")
    if portfolio.sums.empty:
        echo("No experiment ships, so there is no sum.")
    else:
        echo(f"Of each effect {portfolio.kept:.0%} is kept: docs/metrics.md#experiments says why.")
