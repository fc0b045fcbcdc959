"""Figures: each is defined once, in the YAML file of its family; everything that names a figure reads it here."""

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from retro.errors import RetroError, did_you_mean
from retro.figures.figure import Family, Figure
from retro.figures.units import Unit
from retro.files import read_yaml, text_hash
from retro.validation import validate

__all__ = [
    "OWN_DIMENSIONS",
    "VIEWS",
    "Family",
    "Figure",
    "Unit",
    "column",
    "families",
    "family_of",
    "figure",
    "figures",
    "known",
]
__all__ += ["formerly_named", "named", "renamed", "renamed_family"]

_HERE = Path(__file__).parent
_NAME, _FOREIGN = re.compile("[a-z0-9_]+"), re.compile("[^a-z0-9_]+")

VIEWS: Mapping[str, str] = MappingProxyType(read_yaml(_HERE / "shared" / "views.yaml").data)
"""SQL that the expressions of figures share, by name."""

OWN_DIMENSIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(read_yaml(_HERE / "shared" / "dimensions.yaml").data)
"""Dimensions that are no columns: what rows are joined by, and the query, by name."""


@functools.cache
def families() -> Mapping[str, Family]:
    """All families by name.

    Raises:
        RetroError: A file does not fit the models of `retro.figures.figure`: one line for each problem.
    """
    return {path.stem: family_of(path) for path in sorted(_HERE.glob("*.yaml"))}


def family_of(path: Path) -> Family:
    """A file as a family; each name that a key lists, such as `low, high`, becomes a figure.

    Raises:
        RetroError: The file does not fit: one line for each problem.
    """
    file, name = read_yaml(path), path.stem
    own = {"family": name, "tables": file.data.get("source") or []}
    each = file.data.get("each")
    each = {"recorded": "true", **(each if isinstance(each, Mapping) else {})}
    parts = {part: _listed(file.data.get(part) or {}, own, of) for part, of in (("figures", each), ("columns", {}))}
    return validate(Family, {"functions": [name], **file.data, **parts, "name": name}, file, RetroError)


@functools.cache
def figures() -> Mapping[str, Figure]:
    """The figures that reports record, by name or pattern.

    Raises:
        RetroError: Two families define the same name.
    """
    found: dict[str, Figure] = {}
    for one in (one for family in families().values() for one in family.figures.values() if one.recorded):
        if one.name in found:
            raise RetroError(f"figures/{one.family}.yaml: {one.name} must be defined once, "
                             f"got it in {found[one.name].family} too.")  # fmt: skip
        found[one.name] = one
    return found


@functools.cache
def known(name: str) -> Figure | None:
    """The recorded figure of a name, or None; of several patterns that fit, the longest."""
    exact = figures().get(name)
    if exact is not None:
        return exact
    fitting = [one for one in figures().values() if one.is_pattern and one.matches(name)]
    return max(fitting, key=lambda one: len(one.name), default=None)


def named(name: str) -> str:
    """A figure's name with a shop's own word in it, as it is written, in one line; a blank word becomes a dash.

    Examples:
        >>> named("App  Store_order_channel_rate"), named(" _order_channel_rate")
        ('App Store_order_channel_rate', '–_order_channel_rate')
    """
    line = " ".join(name.split())
    return f"{'–' if line.startswith('_') else ''}{line}{'–' if line.endswith('_') else ''}"


def formerly_named(name: str) -> str:
    """What older ledgers called a figure whose name holds a shop's own word in other letters than `a` to `z`.

    Examples:
        >>> formerly_named("app_order_channel_rate"), formerly_named("App Store_order_channel_rate")
        ('app_order_channel_rate', 'pp_3cba4b_tore_order_channel_rate')
    """
    if _NAME.fullmatch(name):
        return name
    *before, last = _FOREIGN.split(name)
    return re.sub("_+", "_", "_".join([*before, text_hash(name)[:6], last])).strip("_")


def figure(name: str) -> Figure:
    """The recorded figure of a name.

    Raises:
        RetroError: No report records such a figure.

    Examples:
        >>> figure("day_7_retention_rate").unit
        'rate'
    """
    found = known(name)
    if found is None:
        raise RetroError(f"figures: figure must be a defined one, got {name!r}. {did_you_mean(name, figures())}")
    return found


def column(family: str, name: str) -> Figure:
    """The definition of a column of a family's table: a figure or column of the family, else a recorded figure.

    Raises:
        RetroError: There is no such family, or nothing of this name.
    """
    if family not in families():
        raise RetroError(f"figures: family must exist, got {family!r}. {did_you_mean(family, families())}")
    own = {**families()[family].figures, **families()[family].columns}
    found = own.get(name) or known(name)
    if found is None:
        raise RetroError(f"figures/{family}.yaml: column {name!r} must be defined. {did_you_mean(name, own)}")
    return found


def renamed(name: str, family: str = "") -> str:
    """The name that a figure of an older ledger has today.

    Args:
        name: The name in the ledger; a number stands where the figure's name has `#`.
        family: The family that the ledger says, where two figures had the name.
    """
    exact = _formerly().get(f"{family}.{name}") or _formerly().get(name)
    return exact or next(_by_pattern(name), name)


def renamed_family(name: str) -> str:
    """The name that a family, and the section of that name, has today."""
    return next((one.name for one in families().values() if name in one.formerly), name)


@functools.cache
def _formerly() -> Mapping[str, str]:
    return {old: one.name for one in figures().values() for old in one.formerly}


def _by_pattern(name: str) -> Iterator[str]:
    for old, today in _formerly().items():
        found = re.fullmatch(old.replace("#", r"(\d+)"), name) if "#" in old else None
        if found:
            yield today.replace("#", found[1])


def _listed(entries: Mapping[str, Any], own: Mapping[str, Any], each: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {**own, **_fitting(each, said), **said, "name": name} if isinstance(said, Mapping) else said
        for names, said in entries.items()
        for name in names.split(", ")
    }


def _fitting(each: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What a figure has of `each`: nothing where it is not recorded, and no lack of an expression where it has one."""
    kept = {} if said.get("recorded") == "false" else each
    return {key: value for key, value in kept.items() if key != "unexpressed" or "expression" not in said}
