"""Read files of the Open Data Contract Standard as `Contract`; errors name the line."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from retro.contracts.part import Part
from retro.contracts.quality import column_quality, service_level, table_quality
from retro.contracts.rules import (
    COLUMN_TYPES,
    Bounds,
    Column,
    Contract,
    HasType,
    Length,
    NotNull,
    OneOf,
    Pattern,
    Refers,
    Rule,
    Unique,
    Within,
)
from retro.contracts.schema import read_contract
from retro.contracts.settings import COLUMN, REFERENCE, runnable, settings, typed_values
from retro.errors import ContractError, did_you_mean
from retro.files import shown, text_hash

_PROSE = {"id", "name", "businessName", "description", "tags", "authoritativeDefinitions"}
_TABLE = _PROSE | {
    "logicalType", "physicalType", "dataGranularityDescription", "properties", "quality", "customProperties",
}  # fmt: skip
_COLUMN = _PROSE | {
    "logicalType", "logicalTypeOptions", "physicalType", "required", "unique", "primaryKey", "primaryKeyPosition",
    "enum", "relationships", "classification", "criticalDataElement", "examples", "quality", "customProperties",
}  # fmt: skip
_OPTIONS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern")


def load_contract(path: Path) -> Contract:
    """Read a contract of one table; in a process, once as long as its text stays.

    Raises:
        ContractError: The file does not fit the standard, or holds a rule that cannot be checked.
    """
    return _loaded(path, read_contract_text(path))


@functools.lru_cache(maxsize=512)
def _loaded(path: Path, text: str | None) -> Contract:
    file = read_contract(path)
    whole = Part(file, (), file.data)
    if "slaDefaultElement" in file.data:
        raise whole.refuse("slaDefaultElement must be left out: each service level names its element.")
    severity = str(whole.custom({"severity"}).get("severity", "error"))
    tables = whole.parts("schema")
    if len(tables) != 1:
        raise whole.refuse(f"schema must hold one table, got {len(tables)}.", "schema")
    table = tables[0]
    table.only(_TABLE, "key")
    if table.get("name") != path.stem:
        raise table.refuse(f"name must be the file's, {path.stem!r}, got {table.get('name')!r}.", "name")
    columns = table.parts("properties")
    known = [str(column.get("name")) for column in columns]
    rules = [rule for column in columns for rule in _column_rules(column, severity, known)]
    key = _primary_key(columns)
    if len(key) > 1:
        rules.append(Unique(name="primary_key.unique", columns=key, severity="error"))
    rules += [table_quality(part, severity, known) for part in table.parts("quality")]
    rules += [service_level(part, severity, known) for part in whole.parts("slaProperties")]
    _refuse_twins(whole, rules)
    return Contract(
        table=path.stem,
        where=shown(path),
        hash=text_hash(text or ""),
        owner=str((file.data.get("team") or {}).get("name", "")),
        title=str(table.get("businessName") or path.stem),
        description=str(table.get("description") or ""),
        key=key,
        columns=tuple(_column(column) for column in columns),
        rules=tuple(rules),
        worth=_worth(table, known),
    )


def _worth(table: Part, known: Collection[str]) -> str:
    worth = str(table.custom({"worth"}).get("worth", ""))
    if worth and worth not in known:
        raise table.refuse(f"worth must be a column of the contract, got {worth!r}. {did_you_mean(worth, known)}")
    return worth


def _column(part: Part) -> Column:
    custom = part.custom(COLUMN)
    return Column(
        name=str(part.get("name")),
        type=part.get("logicalType"),
        needed=bool(part.get("required") or part.get("primaryKey") or custom.get("mustExist") == "true"),
        title=str(part.get("businessName") or part.get("name")),
        description=str(part.get("description") or ""),
        unit=str(custom.get("unit") or ""),
        examples=tuple(str(value) for value in part.get("examples") or ()),
        personal=bool(part.get("primaryKey")) or part.get("classification") == "restricted",
    )


def _primary_key(columns: Collection[Part]) -> tuple[str, ...]:
    keys = [column for column in columns if column.get("primaryKey")]
    ordered = sorted(keys, key=lambda column: column.get("primaryKeyPosition") or 1)
    return tuple(str(column.get("name")) for column in ordered)


def _column_rules(part: Part, severity: str, known: Collection[str]) -> list[Rule]:
    part.only(_COLUMN, "key")
    name, kind = str(part.get("name")), part.get("logicalType")
    if kind not in COLUMN_TYPES:
        raise part.refuse(f"logicalType of {name!r} must be one of {', '.join(COLUMN_TYPES)}, got {kind!r}.")
    given = settings(part, severity, COLUMN)
    common: dict[str, Any] = {"columns": (name,)} | given
    stop = common | {"on_breach": "stop", "limit": 0.0}
    rules: list[Rule] = [HasType(name=f"{name}.type", **stop, type=kind, exact=_is_exact(part))]
    if part.get("required") or part.get("primaryKey"):
        rules.append(NotNull(name=f"{name}.required", **common))
    if part.get("unique") or _is_whole_key(part):
        rules.append(Unique(name=f"{name}.unique", **common))
    if part.get("enum"):
        values = typed_values(part, [entry.get("value") for entry in part.parts("enum")], kind)
        rules.append(OneOf(name=f"{name}.enum", **common, values=values))
    rules += _option_rules(part.part("logicalTypeOptions"), name, common)
    rules += [_reference(item, name, given) for item in part.parts("relationships")]
    return rules + [column_quality(item, name, kind, given["severity"], known) for item in part.parts("quality")]


def _is_exact(part: Part) -> bool:
    """Whether the column must be a decimal; other physical types are an engine's own matter."""
    physical = str(part.get("physicalType") or "")
    if physical and not physical.upper().startswith("DECIMAL"):
        raise part.refuse(f"physicalType must be DECIMAL(p,s) or left out, got {physical!r}.", "physicalType")
    return bool(physical)


def _is_whole_key(part: Part) -> bool:
    columns = part.file.data["schema"][0]["properties"]
    return bool(part.get("primaryKey")) and sum(bool(column.get("primaryKey")) for column in columns) == 1


def _option_rules(options: Part, name: str, common: Mapping[str, Any]) -> list[Rule]:
    options.only(_OPTIONS, "option")
    given = options.data
    rules: list[Rule] = []
    above, below = "exclusiveMinimum" in given, "exclusiveMaximum" in given
    low = given.get("exclusiveMinimum" if above else "minimum")
    high = given.get("exclusiveMaximum" if below else "maximum")
    if low is not None or high is not None:
        rules.append(Within(name=f"{name}.range", **common, bounds=Bounds(low, high, above=above, below=below)))
    if "minLength" in given or "maxLength" in given:
        bounds = Bounds(given.get("minLength"), given.get("maxLength"))
        rules.append(Length(name=f"{name}.length", **common, bounds=bounds))
    if "pattern" in given:
        rules.append(
            Pattern(name=f"{name}.pattern", **common, regex=runnable(options, str(given["pattern"]), "pattern"))
        )
    return rules


def _reference(part: Part, name: str, column: Mapping[str, Any]) -> Rule:
    """A foreign key; it may be of another severity than its column."""
    given, besides = settings(part, column["severity"], REFERENCE), part.custom(REFERENCE).get("besides", [])
    if not isinstance(besides, list) or not all(isinstance(value, str) for value in besides):
        raise part.refuse(f"besides must be a list of texts, got {besides!r}.")
    target = part.get("to")
    if not isinstance(target, str) or target.count(".") != 1:
        raise part.refuse(f"to must be table.column, got {target!r}.")
    table, other = target.split(".")
    return Refers(
        name=f"{name}.reference",
        columns=(name,),
        tables={table: (other,)},
        **given,
        table=table,
        target=other,
        besides=tuple(besides),
    )


def _refuse_twins(whole: Part, rules: Collection[Rule]) -> None:
    """Refuse two rules of one name."""
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise whole.refuse(f"rule {name!r} must be there once, got {names.count(name)}. Name one otherwise.")


def contract_path(contracts_dir: Path, table: str, folder: str | None = None) -> Path:
    """Where the contract of a table lies: canonical tables at the top, a shop's raw tables in its folder."""
    return (contracts_dir / folder if folder else contracts_dir) / f"{table}.yaml"


def personal_columns(contracts_dir: Path) -> frozenset[str]:
    """The columns of canonical tables whose values point at people; no report is cut by them.

    Raises:
        ContractError: A contract is not valid.
    """
    contracts = map(load_contract, sorted(contracts_dir.glob("*.yaml")))
    return frozenset(column.name for contract in contracts for column in contract.columns if column.personal)


def read_contract_text(path: Path) -> str | None:
    """A contract's text, or None where the table has no contract.

    Raises:
        ContractError: The file cannot be read.
    """
    if not path.is_file():
        return None
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        raise ContractError(f"{shown(path)}: file must be readable UTF-8 text, got {reason}.") from None
