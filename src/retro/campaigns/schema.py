"""The params schema as a table, for `retro params` and the docs."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import Unit

_NAMES = {dt.datetime: "date and time", Decimal: "number", int: "whole number", str: "text", bool: "true or false"}


class ParamRow(NamedTuple):
    """One key of a params file, in words."""

    name: str
    type: str
    unit: str
    required: bool
    default: str
    meaning: str


def describe_params(model: type[CampaignParams]) -> list[ParamRow]:
    """The keys of a kind: name, type, unit, whether required, default and meaning.

    Examples:
        >>> row = describe_params(CampaignParams)[1]
        >>> row.name, row.type, row.required
        ('campaign_id', 'text', True)
    """
    return [
        ParamRow(
            name=name,
            type=_type_name(field.annotation),
            unit=_unit((*field.metadata, field.annotation)),
            required=field.is_required(),
            default="" if field.is_required() else _default(field.get_default(call_default_factory=True)),
            meaning=field.description or "",
        )
        for name, field in model.model_fields.items()
    ]


def _type_name(annotation: Any) -> str:  # noqa: ANN401 - annotations have no common type
    """An annotation in words."""
    if annotation in _NAMES:
        return _NAMES[annotation]
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return " or ".join(_type_name(part) for part in inside if part is not NoneType)
    if origin is Literal:
        return " or ".join(map(str, inside))
    if origin is Annotated:
        return _type_name(inside[0])
    if origin is tuple:
        return f"list of {_type_name(inside[0])}"
    if origin is not None and issubclass(origin, Mapping):
        return f"{_type_name(inside[0])}: {_type_name(inside[1])}"
    return _type_name(inside[0]) if inside else getattr(annotation, "__name__", str(annotation))


def _unit(parts: Iterable[object]) -> str:
    for part in parts:
        if unit := part.name if isinstance(part, Unit) else _unit(get_args(part)):
            return unit
    return ""


def _default(value: Any) -> str:  # noqa: ANN401 - whatever a key may hold
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return "" if value is None or value == {} or isinstance(value, BaseModel) else str(value)
