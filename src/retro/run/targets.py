"""Targets of `retro run`: folders and files of `params/`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from retro.campaigns import CAMPAIGN_TYPES
from retro.errors import ParamsError, did_you_mean
from retro.files import NOT_PARAMS, project_root, read_yaml, shown


def find_params(target: str) -> list[Path]:
    """The params files that a target means: `2025Q1` all of a folder, `2025Q1/new_user_week` one.

    They stand in the order of their names, but each after those that it reads.

    Raises:
        ParamsError: There is no such folder or file.
    """
    root = project_root() / "params"
    for path in (root / target, root / f"{target}.yaml", Path(target)):
        if path.is_dir():
            if files := [file for file in path.glob("*.yaml") if file.name not in NOT_PARAMS]:
                return in_order(files)
            raise ParamsError(f"{shown(path)}: folder must hold a params file. Add one, such as new_user_week.yaml.")
        if path.is_file():
            return [path]
    raise ParamsError(f"{target}: must be a folder or file of params/. {did_you_mean(target, known_targets())}")


def in_order(files: Iterable[Path]) -> list[Path]:
    """Params files by name, those that sum up others last, and each after those of them that it reads."""
    root, said = (project_root() / "params").resolve(), {file: _said(file) for file in files}
    by_name = sorted(said, key=lambda file: (_sums_up(said[file]), file))
    where = {file: file.resolve() for file in by_name}
    known = {f"{at.parent.relative_to(root)}/{at.stem}": file for file, at in where.items() if at.is_relative_to(root)}
    placed: dict[Path, None] = {}

    def place(file: Path, behind: frozenset[Path]) -> None:
        for name in _read_by(said[file]):
            before = known.get(name)
            if before is not None and before not in behind | {*placed}:  # of two that read each other one is first
                place(before, behind | {before})
        placed.setdefault(file)

    for file in by_name:
        place(file, frozenset({file}))
    return list(placed)


def from_reports(path: Path) -> bool:
    """Whether a params file is of a kind that reads other reports; one that cannot be read says so when it is run."""
    return _sums_up(_said(path))


def previous_of(path: Path) -> str:
    """The report beside which a params file's scorecard stands; empty where there is none, or it cannot be read."""
    return str(_said(path).get("previous") or "")


def _said(path: Path) -> Mapping[str, Any]:
    try:
        return read_yaml(path, ParamsError).data
    except ParamsError:
        return {}


def _sums_up(said: Mapping[str, Any]) -> bool:
    kind = str(said.get("kind"))
    return kind in CAMPAIGN_TYPES and CAMPAIGN_TYPES[kind].from_reports


def _read_by(said: Mapping[str, Any]) -> Iterator[str]:
    """The reports that a params file names: the one beside which it stands, and those that it sums up."""
    yield str(said.get("previous") or "")
    for key in ("campaigns", "months", "quarters") if _sums_up(said) else ():
        yield from map(str, said.get(key) or ())


def known_targets() -> list[str]:
    """Every folder and params file that can be run."""
    root = project_root() / "params"
    files = [path.relative_to(root).with_suffix("") for path in root.rglob("*.yaml") if path.name not in NOT_PARAMS]
    return sorted({path.as_posix() for path in files} | {path.parent.as_posix() for path in files} - {"."})
