"""Dimensions: the columns of canonical tables by which figures may be cut."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from retro.errors import ContractError
from retro.files import read_yaml

_GROUPS = frozenset({"string", "boolean"})


def dimensions(contracts_dir: Path) -> Mapping[str, Mapping[str, str]]:
    """The columns of each canonical table whose values are groups, with their Chinese names: no ids and no numbers.

    Reads names and types alone, so that nobody waits for the rules.

    Raises:
        ContractError: A file cannot be read.
    """
    return _dimensions(tuple((path, path.stat().st_mtime_ns) for path in sorted(contracts_dir.glob("*.yaml"))))


@functools.lru_cache(maxsize=4)
def _dimensions(files: tuple[tuple[Path, int], ...]) -> Mapping[str, Mapping[str, str]]:
    columns = {path.stem: list(_columns(read_yaml(path, ContractError).data)) for path, _ in files}
    personal = {str(one["name"]) for several in columns.values() for one in several if _points_at_one(one)}
    return {
        table: {
            str(one["name"]): str(one.get("businessName") or one["name"])
            for one in several
            if one.get("logicalType") in _GROUPS and one["name"] not in personal and not one["name"].endswith("_id")
        }
        for table, several in columns.items()
    }


def _columns(contract: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for table in contract.get("schema") or ():
        yield from (column for column in table.get("properties") or () if column.get("name"))


def _points_at_one(column: Mapping[str, Any]) -> bool:
    return column.get("primaryKey") == "true" or column.get("classification") == "restricted"
