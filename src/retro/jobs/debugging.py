"""Open the notebook of a run as it was: with its params, data and memo, at the cell that failed."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retro.errors import RetroError
from retro.files import project_root, read_json, shown, write_json
from retro.places import own_folder
from retro.report import VARIABLE, RunContext
from retro.sources import find_source


@dataclass(frozen=True)
class Debug:
    """What JupyterLab is started with.

    Attributes:
        notebook: A copy of the executed notebook, to be changed at will.
        cell: The id of the cell that failed; empty where none did.
        command: The command.
        environment: Variables that it needs beside those around.
    """

    notebook: Path
    cell: str
    command: tuple[str, ...]
    environment: dict[str, str]


def debug(reports: Path, address: Path, run_id: str = "") -> Debug:
    """Lay out a run to be looked into; nothing that it records reaches the report.

    Args:
        reports: The reports folder.
        address: The report's own folder.
        run_id: The run, or the beginning of its id; by default the last one that executed its notebook.

    Raises:
        RetroError: There is no such run, or its params are gone.
    """
    run = _run(address, run_id)
    executed = _failed(run)
    place = own_folder("debug", run.name)
    notebook = place / executed.name
    shutil.copyfile(executed, notebook)
    context = _context(run, place, reports, address)
    at_home = ("--ServerApp.root_dir", str(project_root()), "--ContentsManager.allow_hidden=True")
    cell = _cell(read_json(executed))
    path = f"/lab/tree/{notebook.relative_to(project_root()).as_posix()}{f'#cell-id={cell}' if cell else ''}"
    command = (sys.executable, "-m", "jupyterlab", *at_home, f"--LabApp.default_url={path}")
    return Debug(notebook, cell, command, {VARIABLE: str(context)})


def _run(address: Path, run_id: str) -> Path:
    """The newest run of an id that executed its notebook."""
    runs = [run for run in sorted((address / "runs").glob(f"{run_id}*")) if any(run.glob("??.ipynb"))]
    if not runs:
        where, got = shown(address), f", got {run_id!r}" if run_id else ""
        raise RetroError(
            f"{where}: run must have executed its notebook, and none has{got}. `retro history` lists them."
        )
    return runs[-1]


def _failed(run: Path) -> Path:
    """The executed copy in the language that failed; the first one where none did."""
    copies = sorted(run.glob("??.ipynb"), reverse=True)
    return next((copy for copy in copies if _cell(read_json(copy))), copies[0])


def _cell(executed: dict[str, Any]) -> str:
    for cell in executed["cells"]:
        if any(output["output_type"] == "error" for output in cell.get("outputs", ())):
            return str(cell.get("id", ""))
    return ""


def _context(run: Path, place: Path, reports: Path, address: Path) -> Path:
    params = project_root() / "params" / address.relative_to(reports).parent / f"{address.name.partition('+')[0]}.yaml"
    if not params.is_file():
        raise RetroError(f"{shown(params)}: file must exist, as the run was made from it.")
    for name in ("verdict.json", "inputs.json"):
        if (run / name).is_file():
            shutil.copyfile(run / name, place / name)
    inputs = read_json(place / "inputs.json") if (place / "inputs.json").is_file() else {}
    context = RunContext(
        source=find_source(params).resolve(),
        folder=place,
        reports=reports.resolve(),
        params=params.resolve(),
        observed_until=inputs.get("observed_until"),
    )
    return write_json(place / "context.json", context.model_dump(mode="json")).resolve()
