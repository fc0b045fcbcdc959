"""The command line's root, and the options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from retro.i18n import Lang

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

Reports = Annotated[Path, typer.Option(help="Where reports lie, relative to the project.")]

Report = Annotated[str, typer.Argument(help="A report's address, such as 2025Q1/member_day.")]

Jobs = Annotated[int, typer.Option(min=0, help="Reports made at once; 0 for as many as cores.")]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")]

MOMENTS = ["%Y-%m-%dT%H:%M"]

DAYS = ["%Y-%m-%d", *MOMENTS]


class Language(StrEnum):
    """Languages of the pages."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"

    @property
    def chosen(self) -> tuple[Lang, ...]:
        """The languages that it stands for, in the order of the pages."""
        from retro.i18n import LANGS  # noqa: PLC0415 - `retro --help` should not wait for it

        return tuple(known for known in LANGS if self in {known, Language.BOTH})
