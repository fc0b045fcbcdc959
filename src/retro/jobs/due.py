"""What is due: the editions that the calendar asks for and that no manifest tells of.

Read from params and manifests alone, so that an hourly job that finds nothing loads no engine.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from retro.campaigns import CampaignParams, load_params
from retro.errors import ParamsError, RetroError
from retro.files import (
    NOT_PARAMS,
    canonical_json,
    find_above,
    project_root,
    read_json,
    read_yaml,
    shown,
    text_hash,
)
from retro.jobs.drafting import next_edition
from retro.run import in_order

What = Literal["first", "restated", "changed", "draft", "broken"]

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Task:
    """One thing that is due.

    Attributes:
        report: The report's address, such as 2025Q1/member_day.
        file: Its params file; of a draft, the edition that it is drafted from.
        what: `first` for its first edition, `restated` for a later one, `changed` for one of the same moment by other
            params, `draft` for the params of the next campaign, `broken` where the params cannot be read.
        at: Local moment up to which the edition looks, and from which on it is due.
        wait_until: Local moment until which data that does not reach so far is waited for.
        days: Days from the end of the campaign to `at`, for the words.
        made_from: The reports that it is made from.
        message: What is wrong with the params, or which of them changed.
    """

    report: str
    file: Path
    what: What
    at: dt.datetime
    wait_until: dt.datetime
    days: int = 0
    made_from: tuple[str, ...] = ()
    message: str = ""

    @property
    def why(self) -> str:
        """Why it is due, in a few words."""
        if self.what == "first":
            return f"ended {self.at:%Y-%m-%d}"
        if self.what == "changed":
            return f"params changed: {self.message}"
        return {"restated": f"{self.days} days after the end", "draft": "the last edition ended"}.get(self.what, "")

    def as_json(self) -> dict[str, Any]:
        """The facts as JSON has them."""
        return {
            "report": self.report,
            "what": self.what,
            "at": self.at.isoformat(timespec="minutes"),
            "wait_until": self.wait_until.isoformat(timespec="minutes"),
            "why": self.why or self.message,
        }


def find_due(reports: Path, on: dt.datetime | None = None, target: str = "") -> list[Task]:
    """What is due, in the order in which it is to be done: by moment, then as `retro run` takes a folder's.

    Args:
        reports: The reports folder.
        on: Local moment that stands for now.
        target: Only what lies in this folder of `params/`, or this one file; empty for all.
    """
    root = project_root() / "params"
    tasks: list[Task] = []
    files = {file: file.relative_to(root).with_suffix("").as_posix() for file in root.rglob("*.yaml")}
    asked = [file for file in files if f"{files[file]}/".startswith(f"{target.strip('/')}/") or not target]
    for file in in_order(file for file in asked if file.name not in NOT_PARAMS):
        tasks += _tasks(file, files[file], reports, on)
    return sorted(tasks, key=_turn)  # of one moment they stay in this order


def _turn(task: Task) -> tuple[object, ...]:
    return task.what == "broken", task.at, task.what != "draft"


def _tasks(file: Path, report: str, reports: Path, on: dt.datetime | None) -> Iterator[Task]:
    try:
        zone = zone_of(file)
        params = load_params(file, zone=zone)
    except RetroError as reason:
        now = on or dt.datetime.now(dt.UTC).replace(tzinfo=None)
        yield Task(report, file, "broken", now, now, message=str(reason))
        return
    now = on or dt.datetime.now(zone).replace(tzinfo=None)
    end = first_moment(params)
    editions = manifests(reports / report)
    made = [observed_of(manifest) for manifest in editions]
    again = () if params.period is not None else params.schedule.restate_days  # nothing matures in data without times
    wait = params.schedule.wait_days * _DAY
    lacking = [(days, at) for days in (0, *again) if (at := end + days * _DAY) <= now and not _reached(made, at)]
    for days, at in lacking:
        what: What = "first" if days == 0 else "restated"
        yield Task(report, file, what, at, at + wait, days, params.reports)
    if editions and not lacking and (keys := _changed(params, editions[-1], reports / report)):
        at = made[-1] or end
        yield Task(report, file, "changed", at, at + wait, 0, params.reports, ", ".join(keys))
    if params.schedule.every and end <= now and not next_edition(file, params).is_file():
        yield Task(report, file, "draft", end, end)


def _reached(made: list[dt.datetime | None], at: dt.datetime) -> bool:
    return any(until is None or until >= at for until in made)


def _changed(params: CampaignParams, newest: dict[str, Any], address: Path) -> list[str]:
    """The keys whose values differ from those of the newest edition; what only a newer program knows does not count."""
    today = params.model_dump(mode="json")
    if newest.get("params_hash") in {None, text_hash(canonical_json(today))}:
        return []
    try:
        before = read_json(address / "runs" / str(newest.get("run_id")) / "params.json")
        return [key for key, value in today.items() if key in before and before[key] != value]
    except (RetroError, TypeError):
        return []


def zone_of(file: Path) -> ZoneInfo:
    """The zone of a params file's source, without opening it; a source that cannot be read says so when it is run."""
    source = find_above(file, "source.yaml")
    if source is None:
        raise ParamsError(f"{shown(file)}: a source.yaml must lie in its folder or above it. Add one.")
    try:
        return ZoneInfo(str(read_yaml(source).data["timezone"]))
    except (KeyError, ValueError, OSError):
        raise ParamsError(f"{shown(source)}: timezone must be an IANA name such as Asia/Shanghai.") from None


def first_moment(params: CampaignParams) -> dt.datetime:
    """The midnight after a campaign's end, or the end where that is one: a shop's data comes day by day."""
    end = params.window.end
    midnight = dt.datetime.combine(end.date(), dt.time())
    return midnight if end == midnight else midnight + _DAY


def observed_of(manifest: dict[str, Any]) -> dt.datetime | None:
    """The local moment until which an edition's data was observed; None where the data holds no times.

    Editions of before say the day alone.
    """
    said = manifest.get("observed_until") or manifest.get("dated_on")
    return None if said is None else dt.datetime.fromisoformat(str(said))


def manifests(address: Path) -> list[dict[str, Any]]:
    """The manifests of a report's editions as plain JSON, oldest first; damaged ones are left out."""
    found = []
    for path in sorted(address.glob("runs/*/manifest.json")):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(data, dict):
            found.append(data)
    return found
