"""Commands of the scheduled job: what is due, why, and what was made of it before."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from retro.cli.options import DAYS, AsJson, Jobs, Language, Report, Reports, Settings, app
from retro.cli.terminal import echo, end, in_project, print_done, print_table, progress
from retro.errors import RetroError
from retro.files import shown
from retro.signs import harmless

if TYPE_CHECKING:
    from retro.jobs import Lab


@app.command(epilog="Example: retro due --on 2025-04-01 --run")
def due(
    target: Annotated[str, typer.Argument(help="Only this folder of params/, or one file in it.")] = "",
    *,
    on: Annotated[dt.datetime | None, typer.Option(help="A day that stands for today.", formats=DAYS)] = None,
    run_it: Annotated[bool, typer.Option("--run", help="Do it: draft, wait, run, tell.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print it, as without --run.")] = False,
    as_json: AsJson = False,
    wait: Annotated[bool, typer.Option(help="Wait for a report that another process makes.")] = True,
    jobs: Jobs = 0,
    lang: Annotated[Language, typer.Option(help="Language of the pages.")] = Language.BOTH,
    reports: Annotated[Path, typer.Option(help="Where reports go, relative to the project.")] = Path("reports"),
) -> None:
    """Find the reports that the calendar asks for and nobody has made, and with --run make them."""
    from retro.jobs import find_due  # noqa: PLC0415 - see `run`

    tasks = find_due(in_project(reports), on, target.removesuffix(".yaml"))
    if not run_it or dry_run or not tasks:
        _print_due([task.as_json() for task in tasks], as_json=as_json)
        raise typer.Exit(int(any(task.what == "broken" for task in tasks)))
    from retro.jobs import Worker, run_pass  # noqa: PLC0415 - see `run`

    with progress("due") as say:
        chosen = target.removesuffix(".yaml")
        worker = Worker(in_project(reports), on, chosen, lang.chosen, wait=wait, jobs=jobs, say=say)
        done = run_pass(worker, lambda line: echo(line, err=True))
    print_done(done, as_json=as_json)
    raise typer.Exit(max(one.exit_code for one in done))


def _print_due(tasks: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        echo(json.dumps(tasks, ensure_ascii=False, indent=2))
    elif not tasks:
        echo("Nothing is due.")
    else:
        table = Table("report", "what", "data until", "waits until", "why", box=None, pad_edge=False)
        for task in tasks:
            words = (task["report"], task["what"], task["at"] or "", task["wait_until"] or "", task["why"])
            table.add_row(*map(harmless, words))
        print_table(table)
        echo(f"{len(tasks)} due. `retro due --run` does it.")


@app.command(epilog="Example: retro explain 2025Q1/member_day")
def explain(
    target: Annotated[str, typer.Argument(help="A report, such as 2025Q1/member_day, or one of its runs.")],
    reports: Reports = Path("reports"),
) -> None:
    """Say why a report was made or not, part by part: data, params, code, libraries; and what is to come."""
    from retro.jobs import explain as lines  # noqa: PLC0415 - see `run`

    for line in lines(target, in_project(reports)):
        echo(line)


@app.command(epilog="Example: retro replay --all")
def replay(
    report: Annotated[str, typer.Argument(help="A report's address, such as 2025Q1/member_day.")] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="All published reports.")] = False,
    reports: Reports = Path("reports"),
) -> None:
    """Make published reports anew by today's code, beside the reports, and list every figure that moved."""
    from retro.jobs import published, report_folder  # noqa: PLC0415 - see `run`
    from retro.jobs import replay as replayed  # noqa: PLC0415 - see `run`

    if bool(report) == every:
        raise RetroError("retro replay: a report or --all must be given. `retro history REPORT` lists its editions.")
    folder, moved = in_project(reports), 0
    for address in published(folder) if every else [report_folder(folder, report)]:
        with progress(shown(address)) as say:
            found = replayed(folder, address, say)
        if found.other:
            echo(
                f"{found.report}: not replayed, since the data is not what it was: {', '.join(found.other)}.", err=True
            )
        echo(f"{found.report}: {len(found.moves)} moved, {len(found.unexplained)} without a reason.")
        reasons = dict(found.reasons)
        for move in found.moves:
            echo(f"  {move.name}: {move.before} -> {move.after} ({reasons.get(move.name, 'not in CHANGES.figures')})")
        moved += len(found.unexplained) + bool(found.other)
    raise typer.Exit(int(moved > 0))


@app.command(epilog="Example: retro history 2025Q1/member_day")
def history(
    report: Report,
    *,
    as_json: AsJson = False,
    reports: Reports = Path("reports"),
) -> None:
    """List the editions of a report that are kept, and which one stands at its address."""
    from retro.jobs import editions_of, report_folder  # noqa: PLC0415 - see `run`

    found = list(editions_of(report_folder(in_project(reports), report)))
    if as_json:
        echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2))
        return
    table = Table("run", "published (UTC)", "data until", "data", "", "signed", "verdict", box=None, pad_edge=False)
    for one in found:
        table.add_row(*map(harmless, one.as_json().values()))
    print_table(table)


@app.command(epilog="Example: retro rollback 2025Q1/member_day 20250401T0900")
def rollback(
    report: Report,
    run_id: Annotated[str, typer.Argument(help="An edition of `retro history`, or the beginning of its id.")],
    reports: Reports = Path("reports"),
) -> None:
    """Let a report's address lead to an earlier edition again; the newer ones stay."""
    from retro.jobs import report_folder, roll_back  # noqa: PLC0415 - see `run`

    address = report_folder(in_project(reports), report)
    echo(f"{shown(address / 'latest')}: {roll_back(in_project(reports), address, run_id)}")


@app.command(epilog="Example: retro verify")
def verify(reports: Reports = Path("reports")) -> None:
    """Hold every published file against its manifest (SHA-256)."""
    from retro.jobs import damage  # noqa: PLC0415 - see `run`

    end(damage(in_project(reports)), f"{shown(in_project(reports))}: every file is as it was published.")


@app.command(epilog="Example: retro debug 2025Q1/member_day")
def debug(
    report: Report,
    run_id: Annotated[str, typer.Argument(help="A run, or the beginning of its id; by default the last one.")] = "",
    *,
    lab: Annotated[bool, typer.Option(help="Open JupyterLab; else only say where the copy lies.")] = True,
    reports: Reports = Path("reports"),
) -> None:
    """Open a run's notebook at the cell that failed, with the same params, data and memo; nothing is recorded."""
    from retro.jobs import open_run, report_folder  # noqa: PLC0415 - see `run`

    found = open_run(in_project(reports), report_folder(in_project(reports), report), run_id)
    _open(found, f"cell {found.cell} failed" if found.cell else "no cell failed", start=lab)


@app.command(epilog="Example: retro lab 2025Q1/member_day --lang en")
def lab(
    report: Report,
    *,
    settings: Settings = None,
    lang: Annotated[Language, typer.Option(help="Language of the copy: zh or en.")] = Language.ZH,
    run_id: Annotated[str, typer.Option("--from", help="Open this run as it was: its id, or its beginning.")] = "",
    browser: Annotated[bool, typer.Option(help="Open a browser; else print JupyterLab's address.")] = True,
    start: Annotated[bool, typer.Option(help="Open JupyterLab; else only say where the copy lies.")] = True,
    allow_root: Annotated[bool, typer.Option("--allow-root", help="Let JupyterLab run as root.")] = False,
    reports: Reports = Path("reports"),
) -> None:
    """Open a report in JupyterLab: a copy of its notebook with its params, on checked data, with the last results."""
    from retro.campaigns import parse_settings  # noqa: PLC0415 - see `run`
    from retro.i18n import LANGS  # noqa: PLC0415 - see `run`
    from retro.jobs import open_lab, open_run, report_folder  # noqa: PLC0415 - see `run`
    from retro.run import Request, find_params  # noqa: PLC0415 - see `run`

    spoken = next((one for one in LANGS if one == lang), None)
    if spoken is None:
        raise RetroError(f"retro lab --lang: language must be one of {', '.join(LANGS)}, got {lang.value!r}.")
    if run_id and settings:
        raise RetroError("retro lab --from: a run must be opened as it was, got --set. Leave it out.")
    if run_id:
        found = open_run(in_project(reports), report_folder(in_project(reports), report), run_id, spoken)
    else:
        file, *others = find_params(report)
        if others:
            raise RetroError(f"retro lab: report must be one, got the {1 + len(others)} of {report}. Name one of them.")
        overrides = parse_settings(settings or [])
        found = open_lab(Request(file, (spoken,), in_project(reports), overrides=overrides), spoken)
    for line in found.said:
        echo(line, err=True)
    wanted = {"--no-browser": not browser, "--allow-root": allow_root}
    _open(found, "open it in JupyterLab", *(name for name, is_wanted in wanted.items() if is_wanted), start=start)


def _open(found: Lab, said: str, *options: str, start: bool) -> None:
    """Say where a copy lies, and become JupyterLab."""
    echo(f"{shown(found.notebook)}: {said}")
    if start:
        os.execve(found.command[0], (*found.command, *options), os.environ | found.environment)  # noqa: S606 - our own interpreter


@app.command(epilog="Example: retro serve --port 8765")
def serve(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 for any that is free.")] = 8765,
    reports: Reports = Path("reports"),
) -> None:
    """Show the reports, and what is due, running and failed, to this machine's browsers; read-only, until Ctrl-C."""
    from retro.jobs import Server  # noqa: PLC0415 - see `run`
    from retro.jobs import serve as answer  # noqa: PLC0415 - see `run`

    server = Server(in_project(reports), port)
    echo(f"Due, running and failed: {server.address}standing.html")
    echo(f"Reports: {server.address} (Ctrl-C ends it)")
    sys.stdout.flush()  # a pipe would say it only at the end
    answer(server)
