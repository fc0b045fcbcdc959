"""Open a report in JupyterLab: a copy of its notebook to be changed at will, with the results of its last run."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retro.campaigns import load_params
from retro.contracts import describe
from retro.errors import RetroError
from retro.files import project_root, read_json, shown, write_json
from retro.i18n import Lang, load_text
from retro.ledger import version_before
from retro.places import own_folder
from retro.report import DESK, VARIABLE, RunContext
from retro.run import Request, check, prepare
from retro.run.job import Job
from retro.sources import find_source, load_source

_QUIET = (
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=None",
    "--LabApp.extension_manager=readonly",
)
"""JupyterLab asks nobody outside for news, updates or extensions."""

_WRITABLE = "--LabApp.expose_app_in_browser=True"
"""The explorer pane adds a cell to the notebook that it stands in."""

_TOOLS = "retro-tools"
"""The cell that says how a report is asked."""


@dataclass(frozen=True)
class Lab:
    """What JupyterLab is started with.

    Attributes:
        notebook: A copy of a notebook, to be changed at will.
        root: The folder that JupyterLab shows.
        cell: The id of the cell at which it opens; empty for its top.
        environment: Variables that it needs beside those around.
        said: What the analyst is told first: rules that do not hold, and whose results stand in the copy.
    """

    notebook: Path
    root: Path
    cell: str = ""
    environment: Mapping[str, str] = field(default_factory=lambda: {DESK: "1"})
    said: tuple[str, ...] = ()

    @property
    def command(self) -> tuple[str, ...]:
        """The command that opens it."""
        place = self.notebook.relative_to(self.root).as_posix()
        path = f"/lab/tree/{place}{f'#cell-id={self.cell}' if self.cell else ''}"
        at = (f"--ServerApp.root_dir={self.root}", f"--LabApp.default_url={path}")
        return (sys.executable, "-m", "jupyterlab", *_QUIET, _WRITABLE, *at)


def open_lab(request: Request, lang: Lang) -> Lab:
    """Lay out the notebook of a report, its params set, its data checked; `notebooks/` is never changed.

    The outputs of the last run stand in the cells that are as they were then. A copy that is there already is kept:
    the new one gets a number.

    Args:
        request: The report and its overrides.
        lang: Language of the copy.

    Raises:
        RetroError: Params or source do not fit.
    """
    with contextlib.closing(prepare(request)) as job:
        verdict = check(job)
        cells, told = _with_results(_cells(job.notebook, lang), job, lang)
    said = [*map(describe, verdict.breaches), *(f"warning: {describe(one)}" for one in verdict.warnings)]
    parameters = {
        "params_file": shown(request.params_file),
        "lang": lang,
        "overrides": dict(request.overrides),
    }
    cells = [_set(cell, parameters) if _is_tagged(cell, "parameters") else cell for cell in cells]
    place = next(index for index, cell in enumerate(cells) if _is_tagged(cell, "parameters"))
    cells.insert(place + 2, _tools(lang))
    root = own_folder("lab")
    notebook = _free(own_folder("lab", request.folder.as_posix()) / f"{request.params_file.stem}.ipynb")
    return Lab(_written(notebook, read_json(job.notebook) | {"cells": cells}), root, said=(*said, told))


def open_run(reports: Path, address: Path, run_id: str, lang: Lang | None = None) -> Lab:
    """Lay out a run as it was: its executed notebook, the moment of its data, its verdict and its params.

    Args:
        reports: The reports folder.
        address: The report's own folder.
        run_id: The run, or the beginning of its id; empty for the last one that executed its notebook.
        lang: Language of the copy; None for the one in which a cell failed, or else any.

    Raises:
        RetroError: There is no such run, it has no such language, or its params are gone.
    """
    run = _run(address, run_id)
    executed = _failed(run) if lang is None else run / f"{lang}.ipynb"
    if not executed.is_file():
        others = ", ".join(sorted(copy.stem for copy in run.glob("??.ipynb")))
        raise RetroError(f"{shown(run)}: language must be one that the run has ({others}), got {lang!r}.")
    root = own_folder("lab")
    place = own_folder("lab", "runs", run.name)
    context = _context(run, place, reports, address)
    params = context.params or place
    lasting = _changed_since(run, params, context.source)
    said = () if not lasting else (f"{shown(params)}: as it was then: {', '.join(lasting)}.",)
    book = read_json(executed)
    cells = [cell for cell in book["cells"] if _speaks(cell, executed.stem)]
    injected = [cell for cell in cells if _is_tagged(cell, "injected-parameters")]
    for cell in injected if lasting else ():
        cell["source"] = f"{_source(cell)}\noverrides = overrides | {lasting!r}  # as the run had them"
    notebook = _written(place / executed.name, book | {"cells": cells})
    path = write_json(place / "context.json", context.model_dump(mode="json")).resolve()
    return Lab(notebook, root, _cell(book), {DESK: "1", VARIABLE: str(path)}, said)


def _cells(notebook: Path, lang: Lang) -> list[dict[str, Any]]:
    """A notebook's cells, of headings those of one language alone."""
    if not notebook.is_file():
        raise RetroError(f"{shown(notebook)}: notebook must exist. Each kind needs notebooks/<kind>.ipynb.")
    return [cell for cell in read_json(notebook)["cells"] if _speaks(cell, lang)]


def _speaks(cell: Mapping[str, Any], lang: str) -> bool:
    tags = [tag for tag in cell["metadata"].get("tags", ()) if tag.startswith("lang:")]
    return not tags or f"lang:{lang}" in tags


def _source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])


def _is_tagged(cell: Mapping[str, Any], tag: str) -> bool:
    return tag in cell["metadata"].get("tags", ())


def _set(cell: dict[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    return cell | {"source": "\n".join(f"{name} = {value!r}" for name, value in parameters.items())}


def _tools(lang: Lang) -> dict[str, Any]:
    """What a report can be asked, for those who open it the first time."""
    words = load_text(lang)("lab.tools")
    return {"cell_type": "markdown", "id": _TOOLS, "metadata": {}, "source": words.strip()}


def _with_results(cells: list[dict[str, Any]], job: Job, lang: Lang) -> tuple[list[dict[str, Any]], str]:
    """The cells with the outputs that the last run left in equal ones, and what is said of that."""
    executed = job.latest / f"{lang}.ipynb"
    if not executed.is_file():
        return cells, f"{shown(job.address)}: no run yet; run all cells."
    before = {cell.get("id"): cell for cell in read_json(executed)["cells"] if cell["cell_type"] == "code"}
    kept = [_with_output(cell, before.get(cell.get("id"))) for cell in cells]
    run = job.latest.resolve()
    same = read_json(run / "manifest.json")["input_hash"] == job.input_hash
    since = "" if same else "; data, params or code have changed since: run all cells"
    return kept, f"{shown(job.address)}: results of {run.name}{since}."


def _with_output(cell: dict[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    if before is None or (_source(cell) != _source(before) and not _is_tagged(cell, "parameters")):
        return cell
    return cell | {key: before[key] for key in ("outputs", "execution_count")}


def _free(path: Path) -> Path:
    """A name that no copy has yet."""
    taken = iter(range(2, sys.maxsize))
    found = path
    while found.exists():
        found = path.with_stem(f"{path.stem}-{next(taken)}")
    return found


def _written(path: Path, book: dict[str, Any]) -> Path:
    """Write a copy that JupyterLab trusts: what stands in it is our own, and charts are not shown otherwise."""
    import nbformat  # noqa: PLC0415 - `retro --help` should not wait for it
    from nbformat.sign import NotebookNotary  # noqa: PLC0415 - same

    path.write_text(json.dumps(book, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    NotebookNotary().sign(nbformat.reads(path.read_text(encoding="utf-8"), as_version=4))
    return path


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


def _cell(executed: Mapping[str, Any]) -> str:
    for cell in executed["cells"]:
        if any(output["output_type"] == "error" for output in cell.get("outputs", ())):
            return str(cell.get("id", ""))
    return ""


def _context(run: Path, place: Path, reports: Path, address: Path) -> RunContext:
    """What the run saw; what is recorded now stays in the copy's own folder."""
    params = project_root() / "params" / address.relative_to(reports).parent / f"{address.name.partition('+')[0]}.yaml"
    if not params.is_file():
        raise RetroError(f"{shown(params)}: file must exist, as the run was made from it.")
    for name in ("verdict.json", "inputs.json", "steps.json"):
        if (run / name).is_file():
            (place / name).write_bytes((run / name).read_bytes())
    inputs = read_json(place / "inputs.json") if (place / "inputs.json").is_file() else {}
    manifest = read_json(run / "manifest.json") if (run / "manifest.json").is_file() else {}
    return RunContext(
        source=find_source(params).resolve(),
        folder=place,
        reports=reports.resolve(),
        params=params.resolve(),
        observed_until=inputs.get("observed_until"),
        before=version_before(run, manifest["input_hash"]) if "input_hash" in manifest else None,
        explored=address.resolve(),
    )


def _changed_since(run: Path, params: Path, source: Path) -> dict[str, Any]:
    """The params of a run that are not those of its file today."""
    if not (run / "params.json").is_file():
        return {}
    today = load_params(params, zone=load_source(source).zone).model_dump(mode="json")
    return {key: value for key, value in read_json(run / "params.json").items() if today.get(key, value) != value}
