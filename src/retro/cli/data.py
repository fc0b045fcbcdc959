"""Commands about data: a first mapping, the demo shop, contracts, people who leave."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from retro.cli.options import Language, app, contract_app
from retro.cli.reports import run
from retro.cli.terminal import count_rows, echo, in_project, print_table, progress
from retro.errors import RetroError, did_you_mean
from retro.files import shown


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
    asker = Asker(given, person, assume=yes, tell=lambda text: echo(text, err=True))
    path = Path(os.path.abspath(folder))  # noqa: PTH100 - as everyone on a command line means it
    name = shop or re.sub(r"\W+", "_", path.name).strip("_") or "shop"
    result = begin(path, name, asker, say=lambda step: echo(f"start: {step}", err=True))
    for line in lines(result, asker):
        echo(line)
    if result.first is not None:
        target = f"{name}/{result.first.stem}"
        if run_it and not result.broken:
            run(target, lang=lang)
            latest = in_project(Path("reports")) / target / "latest"
            made = [shown(page) for page in (latest / f"{one}.html" for one in ("zh", "en")) if page.exists()]
            echo(f"Open: {' or '.join(made)}")
        else:
            echo(f"Next: retro run {target}")


def _asked(question: Any) -> str:  # noqa: ANN401 - a `Question`; its room is not loaded for other commands
    """Ask at the terminal."""
    hint = f" ({', '.join(question.options)})" if question.options else ""
    return str(typer.prompt(f"{question.key}: {question.text}{hint}", default=question.default, err=True))


@app.command(epilog="Example: retro demo --scale 0.01 --seed 20250101")
def demo(
    scale: Annotated[float, typer.Option(min=0.0001, max=1.0, help="Size of the shop; 1 is a large one.")] = 0.01,
    seed: Annotated[int, typer.Option(min=0, help="Same seed and scale, same shop.")] = 20250101,
    out: Annotated[Path, typer.Option(help="Folder for the Parquet files.")] = Path("data/demo"),
    year: Annotated[bool, typer.Option("--year", help="Go on to the end of 2025, in further files.")] = False,  # noqa: FBT002 - typer's form of a flag
    breach: Annotated[str | None, typer.Option(help="Break the contracts by name; `--breach list` names them.")] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Print the vital figures of the shop in --out.")] = False,  # noqa: FBT002 - typer's form of a flag
) -> None:
    """Make the demo shop: seeded data with planted truth, of a quarter and the year before, or of the whole of 2025."""
    from retro_demo import BREACHES, make_demo  # noqa: PLC0415 - see `run`

    if profile:
        _print_profile(in_project(out))
        return
    if breach == "list":
        for name, planted in BREACHES.items():
            echo(f"{name}: {planted.rule}")
        return
    with progress("demo") as say:
        say(f"scale {scale:g}, seed {seed}")
        summary = make_demo(in_project(out), scale=scale, seed=seed, breach=breach, year=year)
    for name, rows in summary.rows.items():
        echo(f"{name}: {count_rows(rows)}")
    echo(f"Demo data: {shown(in_project(out))}")


def _print_profile(folder: Path) -> None:
    from retro_demo import profile  # noqa: PLC0415 - see `run`

    table = Table("figure", "value", "low", "high", "", "range from", box=None, pad_edge=False)
    for figure in profile(folder):
        value = "" if figure.value is None else f"{figure.value:,.4g}"
        sign = "" if figure.believable else "off"
        table.add_row(figure.name, value, f"{figure.low:g}", f"{figure.high:g}", sign, figure.source)
    print_table(table)


@app.command(epilog="Example: retro forget leavers.txt")
def forget(
    user_ids: Annotated[Path, typer.Argument(help="A text file of user ids, one on each line.")],
    reports: Annotated[Path, typer.Option(help="Where reports lie, relative to the project.")] = Path("reports"),
) -> None:
    """Remove customers from all that was kept of them: quarantine, memory, stored inputs, executed copies."""
    from retro.run import forget as forget_customers  # noqa: PLC0415 - see `run`
    from retro.run import read_user_ids  # noqa: PLC0415 - see `run`

    ids = read_user_ids(in_project(user_ids))
    found = forget_customers(ids, in_project(reports))
    for one in found:
        echo(str(one))
    files, rows = sum(one.what == "file" for one in found), sum(one.rows for one in found)
    echo(f"{len(ids):,} user ids: {count_rows(rows)} and {files:,} whole files removed; the shop's own data stays.")
    if any(one.what == "names" for one in found):
        raise typer.Exit(1)


@contract_app.command("new", epilog="Example: retro contract new orders > data_contracts/orders.yaml")
def contract_new(
    table: Annotated[str, typer.Argument(help="A table of the source, canonical or raw.")],
    source: Annotated[Path, typer.Option("--source", help="Source file.")] = Path("params/source.yaml"),
) -> None:
    """Draft a contract from the data, to be tightened by hand. Other tables of the source may be broken meanwhile."""
    from retro.contracts import draft_contract  # noqa: PLC0415 - see `run`
    from retro.sources import load_source, open_table  # noqa: PLC0415 - see `run`

    path = in_project(source)
    try:
        echo(draft_contract(open_table(load_source(path), shown(path), table), table), nl=False)
    except RetroError as reason:
        if not sys.stdout.isatty():  # where it is redirected the file is there by now: let it say why it holds nothing
            echo(f"# There is no draft: {reason}")
        raise


@contract_app.command("test", epilog="Example: retro contract test orders")
def contract_test(
    table: Annotated[str, typer.Argument(help="A contract of data_contracts/, such as orders or online_retail/lines.")],
) -> None:
    """Break each rule of a contract once, and show that exactly that rule fires."""
    from retro.contracts import probe_contract  # noqa: PLC0415 - see `run`

    contracts = in_project(Path("data_contracts"))
    known = [path.relative_to(contracts).with_suffix("").as_posix() for path in contracts.rglob("*.yaml")]
    if table not in known:
        raise RetroError(
            f"retro contract test: {table!r} must be a contract of data_contracts/. {did_you_mean(table, known)}"
        )
    folder = table.rpartition("/")[0] or None
    probes = probe_contract(contracts / f"{table}.yaml", contracts, folder)
    for probe in probes:
        echo(f"{'holds' if probe.holds else 'FAILS'}: {probe.rule} fired {', '.join(probe.fired) or 'nothing'}")
    failed = [probe.rule for probe in probes if not probe.holds]
    echo(f"data_contracts/{table}.yaml: {len(probes) - len(failed)} of {len(probes)} rules fire alone.")
    if failed:
        raise RetroError(f"data_contracts/{table}.yaml: rules must fire alone, but these do not: {', '.join(failed)}.")
