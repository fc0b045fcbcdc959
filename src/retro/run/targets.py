"""Targets of `retro run`: folders and files of `params/`."""

from __future__ import annotations

from pathlib import Path

from retro.campaigns import CAMPAIGN_TYPES
from retro.errors import ParamsError, did_you_mean
from retro.files import NOT_PARAMS, project_root, read_yaml, shown


def find_params(target: str) -> list[Path]:
    """The params files that a target means: `2025Q1` all of a folder, `2025Q1/new_user_week` one.

    Reports that are made from others, such as a quarter, come after them.

    Raises:
        ParamsError: There is no such folder or file.
    """
    root = project_root() / "params"
    for path in (root / target, root / f"{target}.yaml", Path(target)):
        if path.is_dir():
            if files := [file for file in path.glob("*.yaml") if file.name not in NOT_PARAMS]:
                return sorted(files, key=lambda file: (from_reports(file), file))
            raise ParamsError(f"{shown(path)}: folder must hold a params file. Add one, such as new_user_week.yaml.")
        if path.is_file():
            return [path]
    raise ParamsError(f"{target}: must be a folder or file of params/. {did_you_mean(target, known_targets())}")


def from_reports(path: Path) -> bool:
    """Whether a params file is of a kind that reads other reports; one that cannot be read says so when it is run."""
    try:
        kind = str(read_yaml(path, ParamsError).data.get("kind"))
    except ParamsError:
        return False
    return kind in CAMPAIGN_TYPES and CAMPAIGN_TYPES[kind].from_reports


def previous_of(path: Path) -> str:
    """The report beside which a params file's scorecard stands; empty where there is none, or it cannot be read."""
    try:
        return str(read_yaml(path, ParamsError).data.get("previous") or "")
    except ParamsError:
        return ""


def known_targets() -> list[str]:
    """Every folder and params file that can be run."""
    root = project_root() / "params"
    files = [path.relative_to(root).with_suffix("") for path in root.rglob("*.yaml") if path.name not in NOT_PARAMS]
    return sorted({path.as_posix() for path in files} | {path.parent.as_posix() for path in files} - {"."})
