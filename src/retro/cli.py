"""The command line: parse, call, and print one line for each thing that is wrong."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from retro.errors import RetroError, did_you_mean
from retro.files import canonical_json, project_root, shown
from retro.memory import LEAST_TO_LOAD, out_of_memory, refuse_little_memory
from retro.signs import harmless
from retro.stopping import end_on_signals

app = typer.Typer(
    help="Campaign retrospectives: parameterized notebooks on checked data, as HTML and PDF.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

contract_app = typer.Typer(help="Write and try data contracts.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(contract_app, name="contract")

Target = Annotated[str, typer.Argument(help="A folder of params/, or one file in it without .yaml.")]
Settings = Annotated[list[str] | None, typer.Option("--set", help="Replace a params key: key=value. May be repeated.")]
SourceFile = Annotated[
    Path | None,
    typer.Option("--source", help="Source file, relative to the project; by default the nearest source.yaml."),
]


_MOMENTS = ["%Y-%m-%dT%H:%M"]
_DAYS = ["%Y-%m-%d", *_MOMENTS]


class Language(StrEnum):
    """Languages of the pages."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


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
) -> None:
    """Check the data, execute the notebook, and publish HTML and PDF."""
    from retro.campaigns import parse_settings  # noqa: PLC0415 - `retro --help` should not wait for an engine
    from retro.i18n import LANGS  # noqa: PLC0415 - same
    from retro.run import find_params  # noqa: PLC0415 - same

    files = find_params(target)
    from retro.run import Request, run_report  # noqa: PLC0415 - nor should a wrong name

    langs = tuple(known for known in LANGS if lang in {known, Language.BOTH})

    def run_one(params_file: Path) -> None:
        request = Request(
            params_file,
            langs,
            _folder(reports),
            _folder(source) if source else None,
            parse_settings(settings or []),
            force=force,
            keep=keep,
        )
        with _progress(shown(params_file)) as say:
            outcome = run_report(request, say)
        state = "unchanged, skipped (--force runs it again)" if outcome.skipped else "done"
        _echo(f"{shown(params_file)}: {state}: {shown(outcome.latest)}")
        if gone := " and ".join(outcome.gone):
            _echo(f"{shown(params_file)}: {gone} is gone, made from other input; --lang both makes it anew")

    _each(files, run_one)
    _echo(f"Index: {shown(_folder(reports) / 'index.html')}")


@app.command(epilog="Example: retro due --on 2025-04-01 --run")
def due(
    target: Annotated[str, typer.Argument(help="Only this folder of params/, or one file in it.")] = "",
    *,
    on: Annotated[dt.datetime | None, typer.Option(help="A day that stands for today.", formats=_DAYS)] = None,
    run_it: Annotated[bool, typer.Option("--run", help="Do it: draft, wait, run, tell.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print it, as without --run.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")] = False,
    wait: Annotated[bool, typer.Option(help="Wait for a report that another process makes.")] = True,
    lang: Annotated[Language, typer.Option(help="Language of the pages.")] = Language.BOTH,
    reports: Annotated[Path, typer.Option(help="Where reports go, relative to the project.")] = Path("reports"),
) -> None:
    """Find the reports that the calendar asks for and nobody has made, and with --run make them."""
    from retro.jobs import find_due  # noqa: PLC0415 - see `run`

    tasks = find_due(_folder(reports), on, target.removesuffix(".yaml"))
    if not run_it or dry_run or not tasks:
        _print_due([task.as_json() for task in tasks], as_json=as_json)
        raise typer.Exit(int(any(task.what == "broken" for task in tasks)))
    from retro.i18n import LANGS  # noqa: PLC0415 - see `run`
    from retro.jobs import Worker, run_pass  # noqa: PLC0415 - see `run`

    langs = tuple(known for known in LANGS if lang in {known, Language.BOTH})
    with _progress("due") as say:
        worker = Worker(_folder(reports), on, target.removesuffix(".yaml"), langs, wait=wait, say=say)
        done = run_pass(worker, lambda line: _echo(line, err=True))
    _print_done([one.as_json() for one in done], as_json=as_json)
    raise typer.Exit(max(one.exit_code for one in done))


def _print_due(tasks: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        _echo(json.dumps(tasks, ensure_ascii=False, indent=2))
    elif not tasks:
        _echo("Nothing is due.")
    else:
        table = Table("report", "what", "data until", "waits until", "why", box=None, pad_edge=False)
        for task in tasks:
            words = (task["report"], task["what"], task["at"] or "", task["wait_until"] or "", task["why"])
            table.add_row(*map(harmless, words))
        _print(table)
        _echo(f"{len(tasks)} due. `retro due --run` does it.")


def _print_done(done: list[dict[str, Any]], *, as_json: bool) -> None:
    """The one summary of a pass."""
    if as_json:
        _echo(json.dumps(done, ensure_ascii=False, indent=2))
        return
    table = Table("report", "data until", "state", "seconds", "exit", "", box=None, pad_edge=False)
    for one in done:
        first, *more = one["message"].splitlines() or [""]
        words = (one["report"], one["at"] or "", one["state"], f"{one['seconds']:.1f}", str(one["exit_code"]), first)
        table.add_row(*map(harmless, words))
        for line in more:
            table.add_row("", "", "", "", "", harmless(line))
    _print(table)
    counts = Counter(one["state"] for one in done)
    _echo(", ".join(f"{count} {state}" for state, count in counts.items()))


_Reports = Annotated[Path, typer.Option(help="Where reports lie, relative to the project.")]
_Report = Annotated[str, typer.Argument(help="A report's address, such as 2025Q1/member_day.")]


@app.command(epilog="Example: retro explain 2025Q1/member_day")
def explain(
    target: Annotated[str, typer.Argument(help="A report, such as 2025Q1/member_day, or one of its runs.")],
    reports: _Reports = Path("reports"),
) -> None:
    """Say why a report was made or not, part by part: data, params, code, libraries; and what is to come."""
    from retro.jobs import explain as lines  # noqa: PLC0415 - see `run`

    for line in lines(target, _folder(reports)):
        _echo(line)


@app.command(epilog="Example: retro replay --all")
def replay(
    report: Annotated[str, typer.Argument(help="A report's address, such as 2025Q1/member_day.")] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="All published reports.")] = False,
    reports: _Reports = Path("reports"),
) -> None:
    """Make published reports anew by today's code, beside the reports, and list every figure that moved."""
    from retro.jobs import published, report_folder  # noqa: PLC0415 - see `run`
    from retro.jobs import replay as replayed  # noqa: PLC0415 - see `run`

    if bool(report) == every:
        raise RetroError("retro replay: a report or --all must be given. `retro history REPORT` lists its editions.")
    folder, moved = _folder(reports), 0
    for address in published(folder) if every else [report_folder(folder, report)]:
        with _progress(shown(address)) as say:
            found = replayed(folder, address, say)
        if found.other:
            _echo(
                f"{found.report}: not replayed, since the data is not what it was: {', '.join(found.other)}.", err=True
            )
        _echo(f"{found.report}: {len(found.moves)} moved, {len(found.unexplained)} without a reason.")
        reasons = dict(found.reasons)
        for move in found.moves:
            _echo(f"  {move.name}: {move.before} -> {move.after} ({reasons.get(move.name, 'not in CHANGES.figures')})")
        moved += len(found.unexplained) + bool(found.other)
    raise typer.Exit(int(moved > 0))


@app.command(epilog="Example: retro history 2025Q1/member_day")
def history(
    report: _Report,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")] = False,
    reports: _Reports = Path("reports"),
) -> None:
    """List the editions of a report that are kept, and which one stands at its address."""
    from retro.jobs import editions_of, report_folder  # noqa: PLC0415 - see `run`

    found = list(editions_of(report_folder(_folder(reports), report)))
    if as_json:
        _echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2))
        return
    table = Table("run", "published (UTC)", "data until", "data", "", "signed", "verdict", box=None, pad_edge=False)
    for one in found:
        table.add_row(*map(harmless, one.as_json().values()))
    _print(table)


@app.command(epilog="Example: retro rollback 2025Q1/member_day 20250401T0900")
def rollback(
    report: _Report,
    run_id: Annotated[str, typer.Argument(help="An edition of `retro history`, or the beginning of its id.")],
    reports: _Reports = Path("reports"),
) -> None:
    """Let a report's address lead to an earlier edition again; the newer ones stay."""
    from retro.jobs import report_folder, roll_back  # noqa: PLC0415 - see `run`

    address = report_folder(_folder(reports), report)
    _echo(f"{shown(address / 'latest')}: {roll_back(_folder(reports), address, run_id)}")


@app.command(epilog="Example: retro verify")
def verify(reports: _Reports = Path("reports")) -> None:
    """Hold every published file against its manifest (SHA-256)."""
    from retro.jobs import damage  # noqa: PLC0415 - see `run`

    _end(damage(_folder(reports)), f"{shown(_folder(reports))}: every file is as it was published.")


@app.command(epilog="Example: retro debug 2025Q1/member_day")
def debug(
    report: _Report,
    run_id: Annotated[str, typer.Argument(help="A run, or the beginning of its id; by default the last one.")] = "",
    *,
    lab: Annotated[bool, typer.Option(help="Open JupyterLab; else only say where the copy lies.")] = True,
    reports: _Reports = Path("reports"),
) -> None:
    """Open a run's notebook at the cell that failed, with the same params, data and memo; nothing is recorded."""
    from retro.jobs import debug as lay_out  # noqa: PLC0415 - see `run`
    from retro.jobs import report_folder  # noqa: PLC0415 - see `run`

    found = lay_out(_folder(reports), report_folder(_folder(reports), report), run_id)
    _echo(f"{shown(found.notebook)}: {f'cell {found.cell} failed' if found.cell else 'no cell failed'}")
    if lab:
        os.execve(found.command[0], found.command, os.environ | found.environment)  # noqa: S606 - our own interpreter


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
        source_file = _folder(source) if source else None
        request = Request(params_file, source_file=source_file, overrides=parse_settings(settings or []))
        job = prepare(request)
        verdict = check_data(job)
        for warning in verdict.warnings:
            _echo(f"warning: {describe(warning)}")
        if quarantine:
            for table in set_aside(job, verdict, Path("check") / params_file.stem):
                rows = ", ".join(f"{rule}: {_rows(count)}" for rule, count in table.rows.items())
                _echo(f"quarantine: {shown(table.path)}: {rows}")
                for line in quarantine_lines(table):
                    _echo(f"  {line}")
        raise_on_breach(verdict)
        passed = sum(result.outcome == "passed" for result in verdict.results)
        _echo(f"{shown(params_file)}: {passed} of {len(verdict.results)} rules hold.")

    _each(find_params(target), check_one)


@app.command(epilog="Example: retro lint 2025Q1")
def lint(
    target: Target,
    reports: Annotated[Path, typer.Option(help="Where reports are, relative to the project.")] = Path("reports"),
    source: SourceFile = None,
) -> None:
    """Find what the reports of a folder say against each other: targets, actions, campaigns, figures."""
    from retro.run import lint_folder  # noqa: PLC0415 - see `run`

    _end(lint_folder(target, _folder(reports), _folder(source) if source else None), f"{target}: the reports agree.")


@app.command(epilog="Example: retro diff 2025Q1/quarter")
def diff(
    first: Annotated[str, typer.Argument(help="A report, such as 2025Q1/quarter, or a run: 2025Q1/quarter@20250401.")],
    second: Annotated[str, typer.Argument(help="Likewise; without it, the report against its version before.")] = "",
    *,
    reports: Annotated[Path, typer.Option(help="Where reports are, relative to the project.")] = Path("reports"),
    output: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """List every figure that moved between two versions, and what moved it as far as they recorded."""
    from retro.run import diff as compared  # noqa: PLC0415 - see `run`
    from retro.run import diff_lines  # noqa: PLC0415 - see `run`

    found = compared(first, second, _folder(reports))
    if output:
        _echo(canonical_json(asdict(found), indent=2))
        return
    for line in diff_lines(found):
        _echo(line)
    table = Table("figure", "before", "after", "change", "cause", box=None, pad_edge=False)
    for move in found.moves:
        values = ("" if one is None else f"{one:f}" for one in (move.before, move.after, move.difference))
        table.add_row(move.name, *values, "new" if move.new else "gone" if move.gone else " + ".join(move.because))
    if found.moves:
        _print(table)


@app.command(epilog="Example: retro experiments 2025Q1")
def experiments(target: Target, source: SourceFile = None) -> None:
    """Read all experiments of a period: decisions, effects, and what the winners add up to without their luck."""
    from retro.run import read_experiments  # noqa: PLC0415 - see `run`

    trials = read_experiments(target, _folder(source) if source else None)
    columns = ("experiment", "arm", "decision", "reason", "metric", "effect", "interval", "z", "corrected")
    table = Table(*columns, box=None, pad_edge=False)
    portfolio = trials.portfolio
    for row in portfolio.rows.to_dict("records"):
        words = [row["experiment"], row["arm"], row["state"].replace("_", " "), row["reason"].replace("_", " ")]
        sizes = [_signed(row["effect"]), _interval(row["low"], row["high"]), _signed(row["z"], 2)]
        table.add_row(*map(harmless, [*words, row["metric"]]), *sizes, _signed(row["corrected"]))
    for design, missing in trials.not_covered:
        table.add_row(harmless(design.id), "", "not covered", harmless(f"no table {missing}"))
    _print(table)
    for row in portfolio.sums.to_dict("records"):
        total, corrected = _signed(row["total"]), _signed(row["corrected"])
        without = f"{corrected} ({_interval(row['low'], row['high'])}) without winners' luck"
        _echo(f"{row['metric']}: {row['arms']} shipped, {total} as read, {without}.")
    if portfolio.sums.empty:
        _echo("No experiment ships, so there is no sum.")
    else:
        _echo(f"Of each effect {portfolio.kept:.0%} is kept: docs/metrics.md#experiments says why.")


@app.command(epilog="Example: retro plan points_contest --start 2025-05-10T00:00 --end 2025-05-17T00:00")
def plan(
    kind: Annotated[str, typer.Argument(help="A campaign type that is judged by its effect on sales.")],
    start: Annotated[dt.datetime, typer.Option(help="First moment of the coming campaign.", formats=_MOMENTS)],
    end: Annotated[dt.datetime, typer.Option(help="First moment after it.", formats=_MOMENTS)],
    *,
    anticipation: Annotated[int, typer.Option(min=0, max=60, help="Days before it that belong to its effect.")] = 0,
    settling: Annotated[int, typer.Option(min=0, max=120, help="Days after it that belong to its effect.")] = 14,
    source: Annotated[Path, typer.Option("--source", help="Source file.")] = Path("params/source.yaml"),
) -> None:
    """Propose how a coming campaign's effect will be told: what it can find, for the params file."""
    from retro.run import Asked, propose_plan  # noqa: PLC0415 - see `run`

    for line in propose_plan(Asked(kind, start, end, anticipation, settling), _folder(source), dt.date.today()):  # noqa: DTZ011 - the planner's own day
        _echo(line)


def _signed(value: float, digits: int = 4) -> str:
    """A number with its sign; empty where it is missing."""
    return "" if value != value else f"{value:+.{digits}f}"  # noqa: PLR0124 - NaN is unlike itself


def _interval(low: float, high: float) -> str:
    return f"{_signed(low)} to {_signed(high)}" if low == low else ""  # noqa: PLR0124 - as above


@app.command(epilog="Example: retro start exports/ --shop my_shop")
def start(
    folder: Annotated[Path, typer.Argument(help="A folder of exports: .csv, .tsv, .xlsx, .parquet.")],
    *,
    shop: Annotated[str, typer.Option(help="Folder below params/ to make; by default named as the exports'.")] = "",
    timezone: Annotated[str, typer.Option(help="Time zone of the times, such as Asia/Shanghai.")] = "",
    currency: Annotated[str, typer.Option(help="Currency of the amounts, such as CNY.")] = "",
    answers: Annotated[
        list[str] | None, typer.Option("--answer", help="Answer a question: key=value. May be repeated.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: assume, and print what was assumed.")] = False,
    run_it: Annotated[bool, typer.Option("--run/--no-run", help="Make the first report.")] = True,
    lang: Annotated[Language, typer.Option(help="Language of the pages.")] = Language.BOTH,
) -> None:
    """From exports to a first report: map them, write source and params, and run."""
    from retro.start import Asker, lines  # noqa: PLC0415 - see `run`
    from retro.start import start as begin  # noqa: PLC0415 - see `run`

    person = _asked if sys.stdin.isatty() and not yes else None
    given = {key: value for key, value in (("timezone", timezone), ("currency", currency)) if value}
    for answer in answers or []:
        key, equals, value = answer.partition("=")
        if not equals:
            raise RetroError(f"--answer: answer must look like key=value, got {answer!r}.")
        given[key.strip()] = value
    asker = Asker(given, person, assume=yes, tell=lambda text: _echo(text, err=True))
    path = Path(os.path.abspath(folder))  # noqa: PTH100 - as everyone on a command line means it
    name = shop or re.sub(r"\W+", "_", path.name).strip("_") or "shop"
    result = begin(path, name, asker, say=lambda step: _echo(f"start: {step}", err=True))
    for line in lines(result, asker):
        _echo(line)
    if result.first is not None:
        target = f"{name}/{result.first.stem}"
        if run_it and not result.broken:
            run(target, lang=lang)
            latest = _folder(Path("reports")) / target / "latest"
            made = [shown(page) for page in (latest / f"{one}.html" for one in ("zh", "en")) if page.exists()]
            _echo(f"Open: {' or '.join(made)}")
        else:
            _echo(f"Next: retro run {target}")


def _asked(question: Any) -> str:  # noqa: ANN401 - a `Question`; its room is not loaded for other commands
    """Ask at the terminal."""
    hint = f" ({', '.join(question.options)})" if question.options else ""
    return str(typer.prompt(f"{question.key}: {question.text}{hint}", default=question.default, err=True))


@app.command(epilog="Example: retro demo --scale 0.01 --seed 20250101")
def demo(
    scale: Annotated[float, typer.Option(min=0.0001, max=1.0, help="Size of the shop; 1 is a large one.")] = 0.01,
    seed: Annotated[int, typer.Option(min=0, help="Same seed and scale, same shop.")] = 20250101,
    out: Annotated[Path, typer.Option(help="Folder for the Parquet files.")] = Path("data/demo"),
    breach: Annotated[str | None, typer.Option(help="Break the contracts by name; `--breach list` names them.")] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Print the vital figures of the shop in --out.")] = False,  # noqa: FBT002 - typer's form of a flag
) -> None:
    """Make the demo shop: a seeded quarter of data with planted truth."""
    from retro_demo import BREACHES, make_demo  # noqa: PLC0415 - see `run`

    if profile:
        _print_profile(_folder(out))
        return
    if breach == "list":
        for name, planted in BREACHES.items():
            _echo(f"{name}: {planted.rule}")
        return
    with _progress("demo") as say:
        say(f"scale {scale:g}, seed {seed}")
        summary = make_demo(_folder(out), scale=scale, seed=seed, breach=breach)
    for name, rows in summary.rows.items():
        _echo(f"{name}: {_rows(rows)}")
    _echo(f"Demo data: {shown(_folder(out))}")


def _print_profile(folder: Path) -> None:
    from retro_demo import profile  # noqa: PLC0415 - see `run`

    table = Table("figure", "value", "low", "high", "", "range from", box=None, pad_edge=False)
    for figure in profile(folder):
        value = "" if figure.value is None else f"{figure.value:,.4g}"
        sign = "" if figure.believable else "off"
        table.add_row(figure.name, value, f"{figure.low:g}", f"{figure.high:g}", sign, figure.source)
    _print(table)


@app.command(epilog="Example: retro forget leavers.txt")
def forget(
    user_ids: Annotated[Path, typer.Argument(help="A text file of user ids, one on each line.")],
    reports: Annotated[Path, typer.Option(help="Where reports lie, relative to the project.")] = Path("reports"),
) -> None:
    """Remove customers from all that was kept of them: quarantine, memory, executed copies."""
    from retro.run import forget as forget_customers  # noqa: PLC0415 - see `run`
    from retro.run import read_user_ids  # noqa: PLC0415 - see `run`

    ids = read_user_ids(_folder(user_ids))
    found = forget_customers(ids, _folder(reports))
    for one in found:
        _echo(str(one))
    files, rows = sum(one.what == "file" for one in found), sum(one.rows for one in found)
    _echo(f"{len(ids):,} user ids: {_rows(rows)} and {files:,} whole files removed; the shop's own data stays.")
    if any(one.what == "names" for one in found):
        raise typer.Exit(1)


@app.command(epilog="Example: retro params new_user_week")
def params(
    kind: Annotated[str | None, typer.Argument(help="A campaign type; without it, they are listed.")] = None,
) -> None:
    """List the keys that a params file of this kind may hold."""
    from retro.campaigns import CAMPAIGN_TYPES, describe_params  # noqa: PLC0415 - see `run`

    if kind is None:
        for known in CAMPAIGN_TYPES:
            _echo(known)
        _echo("`retro params new_user_week` lists the keys of that kind.", err=True)
        return
    if kind not in CAMPAIGN_TYPES:
        hint = did_you_mean(kind, CAMPAIGN_TYPES)
        raise RetroError(f"retro params: kind must be a campaign type, got {kind!r}. {hint}")
    table = Table("name", "type", "unit", "required", "default", "meaning", box=None, pad_edge=False)
    for row in describe_params(CAMPAIGN_TYPES[kind]):
        table.add_row(row.name, row.type, row.unit, "yes" if row.required else "", row.default, row.meaning)
    _print(table)


@app.command("list", epilog="Example: retro list")
def list_targets() -> None:
    """List what can be run: folders and files of params/."""
    from retro.run import known_targets  # noqa: PLC0415 - see `run`

    targets = known_targets()
    for target in targets:
        _echo(target)
    if not targets:
        _echo("params/: there is no params file yet. `retro params new_user_week` lists what one holds.", err=True)


@contract_app.command("new", epilog="Example: retro contract new orders > data_contracts/orders.yaml")
def contract_new(
    table: Annotated[str, typer.Argument(help="A table of the source, canonical or raw.")],
    source: Annotated[Path, typer.Option("--source", help="Source file.")] = Path("params/source.yaml"),
) -> None:
    """Draft a contract from the data, to be tightened by hand. Other tables of the source may be broken meanwhile."""
    from retro.contracts import draft_contract  # noqa: PLC0415 - see `run`
    from retro.sources import load_source, open_table  # noqa: PLC0415 - see `run`

    path = _folder(source)
    try:
        _echo(draft_contract(open_table(load_source(path), shown(path), table), table), nl=False)
    except RetroError as reason:
        if not sys.stdout.isatty():  # where it is redirected the file is there by now: let it say why it holds nothing
            _echo(f"# There is no draft: {reason}")
        raise


@contract_app.command("test", epilog="Example: retro contract test orders")
def contract_test(
    table: Annotated[str, typer.Argument(help="A contract of data_contracts/, such as orders or online_retail/lines.")],
) -> None:
    """Break each rule of a contract once, and show that exactly that rule fires."""
    from retro.contracts import probe_contract  # noqa: PLC0415 - see `run`

    contracts = _folder(Path("data_contracts"))
    known = [path.relative_to(contracts).with_suffix("").as_posix() for path in contracts.rglob("*.yaml")]
    if table not in known:
        raise RetroError(
            f"retro contract test: {table!r} must be a contract of data_contracts/. {did_you_mean(table, known)}"
        )
    folder = table.rpartition("/")[0] or None
    probes = probe_contract(contracts / f"{table}.yaml", contracts, folder)
    for probe in probes:
        _echo(f"{'holds' if probe.holds else 'FAILS'}: {probe.rule} fired {', '.join(probe.fired) or 'nothing'}")
    failed = [probe.rule for probe in probes if not probe.holds]
    _echo(f"data_contracts/{table}.yaml: {len(probes) - len(failed)} of {len(probes)} rules fire alone.")
    if failed:
        raise RetroError(f"data_contracts/{table}.yaml: rules must fire alone, but these do not: {', '.join(failed)}.")


class _Harmless(logging.Formatter):
    """A record as a terminal may show it."""

    def format(self, record: logging.LogRecord) -> str:
        return harmless(super().format(record))


def main() -> NoReturn:
    """Run the command line and end with the exit code that fits: 1 user error, 2 breach, 3 notebook, 4 rendering."""
    end_on_signals()
    if log := os.environ.get("RETRO_LOG"):  # such as debug: what engines said, with the rows that they quote
        logging.basicConfig(level=log.upper())
        logging.root.handlers[0].setFormatter(_Harmless(logging.BASIC_FORMAT))
    # The jsonschema extra that this belongs to builds a grammar for two seconds, and does without it when missing.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None marks a module as missing
    try:
        refuse_little_memory(LEAST_TO_LOAD)
        code = app(standalone_mode=False)
    except RetroError as error:
        _echo(str(error), err=True)
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - what nobody foresaw is raised again
        _end_in_one_line(error)
    sys.exit(code or 0)


def _end_in_one_line(error: Exception) -> NoReturn:
    """Say an error that is not ours and end; what nobody foresaw goes on as a traceback."""
    if lack := out_of_memory(error):
        _echo(str(lack), err=True)
        os._exit(lack.exit_code)  # half-loaded libraries may crash on a regular end
    if isinstance(error, OSError):
        place = shown(Path(error.filename)) if error.filename else "retro"
        _echo(f"{place}: file or folder must be usable, got {error.strerror or error}.", err=True)
        sys.exit(1)
    if isinstance(error, typer.TyperException):
        if type(error).__name__ == "NoArgsIsHelpError":  # typer does not export it; the message is the help itself
            _echo(error.format_message())
            sys.exit(0)
        words = error.format_message().replace("Value error, ", "")  # which is pydantic's own
        _echo(f"retro: {words} Try 'retro --help'.", err=True)
        sys.exit(1)
    raise error


def _end(found: Iterable[str], fine: str) -> None:
    """Say what was found and exit with 1, or that all is fine."""
    lines = list(found)
    for line in lines:
        _echo(line, err=True)
    if lines:
        raise typer.Exit(1)
    _echo(fine)


def _echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print text so that no name in it can steer a terminal."""
    typer.echo(harmless(text), err=err, nl=nl)


def _each(files: Sequence[Path], do: Callable[[Path], None]) -> None:
    """Do a thing with every file; a bad one is told and the others do not wait. Ends with the worst exit code."""
    failed: dict[str, RetroError] = {}
    for params_file in files:
        try:
            do(params_file)
        except RetroError as error:
            _echo(str(error), err=True)
            failed[shown(params_file)] = error
    if len(files) > 1 and failed:
        _echo(f"retro: {len(failed)} of {len(files)} reports failed: {', '.join(failed)}.", err=True)
    if failed:
        raise typer.Exit(max(error.exit_code for error in failed.values()))


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _print(table: Table) -> None:
    """Print a table as plain text: brackets are lists here, and a pipe is as wide as it needs to be."""
    Console(width=None if sys.stdout.isatty() else 240, markup=False, highlight=False).print(table)


def _folder(path: Path) -> Path:
    return project_root() / path


class _progress:  # noqa: N801 - used as a function
    """Shows a spinner with the step's name on a terminal, and plain lines elsewhere."""

    def __init__(self, name: str) -> None:
        self._name = name
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)

    def __enter__(self) -> Any:  # noqa: ANN401 - a function that takes the step's name
        if not self._bar.console.is_terminal:
            return lambda step: _echo(f"{self._name}: {step}", err=True)
        self._bar.start()
        task = self._bar.add_task(harmless(self._name), total=None)
        return lambda step: self._bar.update(task, description=harmless(f"{self._name}: {step}"))

    def __exit__(self, *_: object) -> None:
        if self._bar.live.is_started:
            self._bar.stop()
