"""What was decided before: the last report's actions, and targets and plan as they were then and are now."""

import datetime as dt
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from retro.campaigns import CampaignParams
from retro.campaigns.plan import Plan
from retro.campaigns.review import Action
from retro.errors import RetroError
from retro.figures import renamed
from retro.files import read_json

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml's, ten times as fast, where PyYAML has it."""

_SECONDS = 20
"""After so long, a repository that does not answer is none."""


@dataclass(frozen=True)
class TargetChange:
    """A target that changed after the targets were locked.

    Attributes:
        name: The figure.
        before: What was aimed at; None for a target that was added later.
        after: What is aimed at now; None for one that was taken away.
    """

    name: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class Registration:
    """When the plan of today was first kept.

    Attributes:
        kept_on: The first day of which a version with this very plan is kept; None where none is.
        before: Whether that was before the campaign's start.
        then: The plan as the last version before the start has it, where that is another one.
    """

    kept_on: dt.date | None = None
    before: bool = False
    then: Plan | None = None


@dataclass(frozen=True)
class Review:
    """The last report's actions, and changes of targets.

    Attributes:
        actions: The last report's actions.
        changes: Targets that changed after the start.
        plan: When the plan was first kept; None without one.
    """

    actions: tuple[Action, ...] = ()
    changes: tuple[TargetChange, ...] = ()
    plan: Registration | None = None


@dataclass(frozen=True)
class _Version:
    """Targets and plan as they stood at a moment; `locked` from the first version that says when targets were set."""

    at: dt.datetime
    targets: Mapping[str, Decimal]
    locked: bool
    plan: Plan | None = None


def read_review(path: Path, params: CampaignParams, reports: Path, address: Path) -> Review:
    """Read what the last comparable report decided, and whether targets and plan are those of before the start.

    Args:
        path: The params file.
        params: What it says.
        reports: The reports folder.
        address: The report's own folder.
    """
    runs = address / "runs"
    return Review(_actions(params, reports), target_changes(path, params, runs), registration(path, params, runs))


def _actions(params: CampaignParams, reports: Path) -> tuple[Action, ...]:
    if params.previous is None:
        return ()
    path = reports / params.previous / "latest" / "params.json"
    if not path.is_file():
        return ()
    try:
        return tuple(Action.model_validate(one) for one in read_json(path).get("actions", ()))
    except (RetroError, ValidationError, AttributeError):  # params of another version
        return ()


def target_changes(path: Path, params: CampaignParams, runs: Path) -> tuple[TargetChange, ...]:
    """The targets that changed after the campaign's start.

    The last version before the start counts, or the first one where all are later, among those that say when the
    targets were set. Versions come from git where the params file is in a repository, else from earlier runs.

    Args:
        path: The params file.
        params: The params as they are now.
        runs: The folder of the report's earlier runs.
    """
    if params.targets_set_on is None:
        return ()
    versions = [one for one in _from_git(path) or _from_runs(runs) if one.locked]
    if not versions:
        return ()
    before = [one for one in versions if one.at <= params.start]
    then = before[-1].targets if before else versions[0].targets
    names = dict.fromkeys([*params.targets, *then])
    pairs = ((name, then.get(name), params.targets.get(name)) for name in names)
    return tuple(TargetChange(name, old, new) for name, old, new in pairs if old != new)


def registration(path: Path, params: CampaignParams, runs: Path) -> Registration | None:
    """When the plan was first kept, and whether another one stood there at the campaign's start; None without a plan.

    Args:
        path: The params file.
        params: The params as they are now.
        runs: The folder of the report's earlier runs.
    """
    if params.evaluation is None:
        return None
    versions = [one for one in _from_git(path) or _from_runs(runs) if one.plan is not None]
    same = [one for one in versions if one.plan is not None and one.plan.digest == params.evaluation.digest]
    early = [one.plan for one in versions if one.at <= params.start]
    then = early[-1] if early and early[-1] is not None and early[-1].digest != params.evaluation.digest else None
    if not same:
        return Registration(then=then)
    return Registration(same[0].at.date(), same[0].at <= params.start, then)


def _from_git(path: Path) -> list[_Version]:
    """The file's committed versions, the oldest first; none outside a repository."""
    log = _git(path, "log", "--reverse", "--format=%H %cI", "--", path.name)
    found = []
    for line in (log or "").splitlines():
        commit, _, moment = line.partition(" ")
        text = _git(path, "show", f"{commit}:./{path.name}")
        try:
            data = yaml.load(text or "", Loader=_LOADER)  # noqa: S506 - a base loader makes text only
        except yaml.YAMLError:
            continue
        if isinstance(data, dict):
            found.append(_version(dt.datetime.fromisoformat(moment), data))
    return found


def _git(path: Path, *words: str) -> str | None:
    """What git answers to fixed words about the file; None where it cannot."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and a path of the project
            ["git", "-C", str(path.parent), *words],  # noqa: S607 - git is found as every shell finds it
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout


def _from_runs(runs: Path) -> list[_Version]:
    """The params of earlier runs, the oldest first; a run's id begins with its moment."""
    found = []
    for file in sorted(runs.glob("*/params.json")):
        try:
            moment = dt.datetime.strptime(file.parent.name.partition("Z")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=dt.UTC)
            found.append(_version(moment, read_json(file)))
        except (RetroError, ValueError):  # a folder that is no run, or a damaged file
            continue
    return found


def _version(at: dt.datetime, data: Mapping[str, Any]) -> _Version:
    return _Version(at, _targets(data.get("targets")), bool(data.get("targets_set_on")), _plan(data.get("evaluation")))


def _plan(given: object) -> Plan | None:
    """A plan of before; None for what was never one."""
    try:
        return None if given is None else Plan.model_validate(given)
    except ValidationError:
        return None


def _targets(given: object) -> dict[str, Decimal]:
    """Targets as numbers, under the figures' names of today; what is no number was never a target."""
    targets: dict[str, Decimal] = {}
    pairs: Sequence[tuple[Any, Any]] = list(given.items()) if isinstance(given, Mapping) else []
    for name, value in pairs:
        try:
            targets[renamed(str(name))] = Decimal(str(value))
        except InvalidOperation:
            continue
    return targets
