"""Commands that hold published reports against each other."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from retro.cli.options import SourceFile, Target, app
from retro.cli.terminal import echo, end, in_project, print_table
from retro.files import canonical_json


@app.command(epilog="Example: retro lint 2025Q1")
def lint(
    target: Target,
    reports: Annotated[Path, typer.Option(help="Where reports are, relative to the project.")] = Path("reports"),
    source: SourceFile = None,
) -> None:
    """Find what the reports of a folder say against each other: targets, claims, actions, campaigns, figures."""
    from retro.run import lint_folder  # noqa: PLC0415 - see `run`

    end(
        lint_folder(target, in_project(reports), in_project(source) if source else None),
        f"{target}: the reports agree.",
    )


@app.command(epilog="Example: retro diff 2025Q1/quarter")
def diff(
    first: Annotated[str, typer.Argument(help="A report, such as 2025Q1/quarter, or a run: 2025Q1/quarter@20250401.")],
    second: Annotated[str, typer.Argument(help="Likewise; without it, the report against its version before.")] = "",
    *,
    reports: Annotated[Path, typer.Option(help="Where reports are, relative to the project.")] = Path("reports"),
    output: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """List every figure that moved between two versions, and what moved it, part by part."""
    from retro.run import diff as compared  # noqa: PLC0415 - see `run`
    from retro.run import diff_lines  # noqa: PLC0415 - see `run`

    found = compared(first, second, in_project(reports))
    if output:
        echo(canonical_json(asdict(found), indent=2))
        return
    for line in diff_lines(found):
        echo(line)
    table = Table("figure", "before", "after", "change", "cause", box=None, pad_edge=False)
    for move in found.moves:
        values = ("" if one is None else f"{one:f}" for one in (move.before, move.after, move.difference))
        parts = ", ".join(f"{name} {part:+f}" for name, part in move.parts.items())
        cause = "new" if move.new else "gone" if move.gone else parts or " + ".join(move.because)
        table.add_row(move.name, *values, cause)
    if found.moves:
        print_table(table)
