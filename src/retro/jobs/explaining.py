"""Explain a report: why a run was made, and what would happen if one were made now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from retro.campaigns import load_params
from retro.errors import RetroError
from retro.files import project_root, read_json, shown
from retro.jobs.due import find_due, first_moment, observed_of, zone_of
from retro.jobs.history import report_folder
from retro.ledger import Version, changes, find_version, read_version, version_before
from retro.run import Request, diff_lines, prepare
from retro.run.holding import holder
from retro.run.inputs import inputs_of


def explain(target: str, reports: Path) -> Iterator[str]:
    """Say why a run was made, or why a report was or will be.

    Args:
        target: A report such as `2025Q1/member_day`, one of its runs as `2025Q1/member_day@20250401`, or the run alone.
        reports: The reports folder.

    Raises:
        RetroError: There is no such report or run.
    """
    name, _, run_id = target.partition("@")
    if not run_id and name[:8].isdigit():
        name, run_id = _report_of(name, reports), name
    if run_id:
        yield from _why(find_version(report_folder(reports, name), run_id))
        return
    file = project_root() / "params" / f"{name.removesuffix('.yaml')}.yaml"
    address = reports / file.relative_to(project_root() / "params").with_suffix("")
    if not file.is_file():
        address = report_folder(reports, name)
    newest = _newest(address)
    if newest is not None:
        yield from _why(newest)
    yield from _now(address)
    if file.is_file():
        yield from _to_come(file, address, reports)
        yield from _if_run(file, newest, reports)


def _report_of(run_id: str, reports: Path) -> str:
    found = sorted(reports.glob(f"**/runs/{run_id}*"))
    if not found:
        raise RetroError(f"{run_id}: must be a run of {shown(reports)}. `retro history REPORT` lists them.")
    return found[-1].parents[1].relative_to(reports).as_posix()


def _newest(address: Path) -> Path | None:
    try:
        return find_version(address)
    except RetroError:
        return None


def _why(run: Path) -> Iterator[str]:
    """Why a run was made: what it was made from that the version before was not."""
    manifest = read_json(run / "manifest.json")
    until = observed_of(manifest)
    reach = f", data until {until:%Y-%m-%dT%H:%M}" if until else ""
    yield f"{run.name}: published {str(manifest['created_at'])[:16].replace('T', ' ')} UTC{reach}"
    before = version_before(run, str(manifest["input_hash"]))
    if before is None:
        yield "  made because: no version was made from other input before it"
        return
    yield "  made because, since the version before:"
    yield from (f"  {line}" for line in diff_lines(changes(read_version(before), read_version(run))))


def _now(address: Path) -> Iterator[str]:
    """What stands beside the newest edition: a run in progress, a failure, a signature that freezes it."""
    if who := holder(address):
        yield f"now: {who} makes it"
    if (address / "failure.json").is_file():
        failure = read_json(address / "failure.json")
        yield f"last attempt: failed {str(failure['at'])[:16].replace('T', ' ')} UTC, step {failure['step']}"
        yield from (f"  {line}" for line in failure["message"])
    if (address / "restated").exists():
        yield "signed off: the address stays, and later runs lie at `restated`"


def _to_come(file: Path, address: Path, reports: Path) -> Iterator[str]:
    """What is due, and what will be."""
    name = address.relative_to(reports).as_posix()
    due = [task for task in find_due(reports, target=name) if task.report == name]
    for task in due:
        yield f"due: {task.what}, data until {task.at:%Y-%m-%dT%H:%M} ({task.why or task.message})"
    if any(task.what == "broken" for task in due):
        return
    params = load_params(file, zone=zone_of(file))
    now, end = dt.datetime.now(params.start.tzinfo).replace(tzinfo=None), first_moment(params)
    moments = [end + dt.timedelta(days=days) for days in (0, *params.schedule.restate_days)]
    to_come = [f"{moment:%Y-%m-%d}" for moment in moments if moment > now]
    yield f"to come: {', '.join(to_come) or 'nothing'}"


def _if_run(file: Path, newest: Path | None, reports: Path) -> Iterator[str]:
    """What `retro run` would do now."""
    try:
        job = prepare(Request(file, reports=reports))
        same = newest is not None and read_json(newest / "manifest.json")["input_hash"] == job.input_hash
    except RetroError as reason:
        yield f"if run now: it would fail: {reason}"
        return
    if same:
        yield "if run now: skipped, since params, data, contracts, notebook, code and libraries are unchanged"
        return
    version = None if newest is None else read_version(newest)
    if version is None or version.inputs is None:
        yield "if run now: made, since no version says what it was made from"
        return
    yield "if run now: made, since"
    today = Version("now", version.ledger, inputs_of(job, version.inputs.contracts))
    lines = list(diff_lines(changes(version, today)))[1:]
    until = today.inputs.observed_until if today.inputs else None
    if until != version.inputs.observed_until:
        lines.insert(0, f"data: observed until {version.inputs.observed_until} -> {until}")
    yield from (f"  {line}" for line in lines or ["contracts, notebook, or what stands around the report changed"])
