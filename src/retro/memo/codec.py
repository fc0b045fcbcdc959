"""Values as JSON and back, exactly: what cannot be given back as it was is refused."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import importlib
import json
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from pydantic import BaseModel

from retro.memo import frames

Json: TypeAlias = Any
Hook: TypeAlias = Callable[[Any], Json]

_TAG = "#"


class Unkept(TypeError):  # noqa: N818 - no failure: it is computed again
    """A value that has no exact text."""


def _no_hook(value: object) -> Json:
    raise Unkept(f"value of {type(value).__name__}")


def encode(value: Any, hook: Hook = _no_hook) -> str:  # noqa: ANN401 - whatever a metric takes or returns
    """A value as text; equal texts are equal values of equal types, to the last bit.

    Frames (with dtypes, index and attrs), arrays, numbers, times, collections, and dataclasses, named tuples, models
    and enums of `retro`.

    Args:
        value: The value.
        hook: Called with what has no text of its own.

    Raises:
        Unkept: A value has no exact text.

    Examples:
        >>> encode((Decimal("1.50"), None))
        '{"#":"tuple","v":[{"#":"Decimal","v":"1.50"},null]}'
    """
    return json.dumps(_Out(hook).json(value), separators=(",", ":"), allow_nan=False)


def decode(text: str) -> Any:  # noqa: ANN401 - whatever was encoded
    """The value of a text.

    Raises:
        Exception: The text is no text of `encode`, or of a class that is no more.
    """
    return _value(json.loads(text))


class _Out:
    """Turns values to JSON."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook

    def json(self, value: Any) -> Json:  # noqa: ANN401 - whatever a metric takes or returns
        kind = type(value)
        if value is None or kind in {bool, int, str}:
            return value
        if kind is float:
            return value if math.isfinite(value) else _tagged("float", str(value))
        if kind is list:
            return [self.json(one) for one in value]
        if kind in _COLLECTIONS:
            return _tagged(kind.__name__, [self.json(one) for one in value])
        if kind in {set, frozenset}:
            return _tagged(kind.__name__, sorted((self.json(one) for one in value), key=json.dumps))
        if kind in {dict, MappingProxyType}:
            return _tagged(kind.__name__, [[self.json(key), self.json(one)] for key, one in value.items()])
        if kind in _SCALARS:
            return self._scalar(kind, value)
        if frames.is_kept(value):
            return _tagged("frames", frames.parts(value, self.json))
        return self._of_retro(value)

    def _scalar(self, kind: type, value: Any) -> Json:  # noqa: ANN401 - as above
        if getattr(value, "fold", 0) or getattr(value, "tzinfo", None) is not None:
            raise Unkept("a time with a zone")
        return _tagged(kind.__name__, _SCALARS[kind][0](value))

    def _of_retro(self, value: Any) -> Json:  # noqa: ANN401 - as above
        kind = type(value)
        if not kind.__module__.startswith("retro."):
            return _tagged("other", self._hook(value))
        name = f"{kind.__module__}:{kind.__qualname__}"
        if isinstance(value, Enum):
            return _tagged("enum", value.name) | {"t": name}
        if isinstance(value, BaseModel):
            if value.__pydantic_private__ or value.__pydantic_extra__:
                raise Unkept(name)
            fields = [[key, self.json(getattr(value, key))] for key in kind.model_fields]
            return _tagged("model", fields) | {"t": name, "set": sorted(value.model_fields_set)}
        if dataclasses.is_dataclass(value):
            fields = [[one.name, self.json(getattr(value, one.name))] for one in dataclasses.fields(value)]
            return _tagged("dataclass", fields) | {"t": name}
        if isinstance(value, tuple) and hasattr(kind, "_fields"):
            return _tagged("named", [self.json(one) for one in value]) | {"t": name}
        return _tagged("other", self._hook(value))


def _tagged(tag: str, value: Json) -> dict[str, Json]:
    return {_TAG: tag, "v": value}


def _value(given: Json) -> Any:  # noqa: ANN401 - whatever was encoded
    if isinstance(given, list):
        return [_value(one) for one in given]
    if not isinstance(given, dict):
        return given
    tag, value = given[_TAG], given["v"]
    if tag in _READERS:
        return _READERS[tag](value)
    if tag == "frames":
        return frames.whole(value, _value)
    return _value_of_retro(tag, given)


def _value_of_retro(tag: str, given: Mapping[str, Json]) -> Any:  # noqa: ANN401 - as above
    kind: Any = _class(given["t"])
    if tag == "enum":
        return kind[given["v"]]
    if tag == "named":
        return kind(*map(_value, given["v"]))
    fields = {key: _value(one) for key, one in given["v"]}
    if tag == "model":
        return kind.model_construct(_fields_set=set(given["set"]), **fields)
    made = object.__new__(kind)
    for key, one in fields.items():
        object.__setattr__(made, key, one)
    return made


def _class(name: str) -> type:
    module, _, path = name.partition(":")
    if not module.startswith("retro."):
        raise Unkept(name)
    found: Any = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    if not isinstance(found, type):
        raise Unkept(name)
    return found


_COLLECTIONS = {tuple}

_SCALARS: Mapping[type, tuple[Callable[[Any], Json], Callable[[Any], Any]]] = MappingProxyType(
    {
        Decimal: (str, Decimal),
        Fraction: (str, Fraction),
        dt.date: (dt.date.isoformat, dt.date.fromisoformat),
        dt.datetime: (dt.datetime.isoformat, dt.datetime.fromisoformat),
        dt.time: (dt.time.isoformat, dt.time.fromisoformat),
        dt.timedelta: (lambda one: [one.days, one.seconds, one.microseconds], lambda one: dt.timedelta(*one)),
        ZoneInfo: (lambda one: one.key, ZoneInfo),
        bytes: (lambda one: base64.b64encode(one).decode(), base64.b64decode),
        type(pd.NaT): (lambda _: None, lambda _: pd.NaT),
        type(pd.NA): (lambda _: None, lambda _: pd.NA),
        pd.Timestamp: (lambda one: [one.unit, int(one.asm8.view("i8"))], lambda one: _moment(pd.Timestamp, *one)),
        pd.Timedelta: (lambda one: [one.unit, int(one.asm8.view("i8"))], lambda one: _moment(pd.Timedelta, *one)),
    }
)
"""How plain values are written and read."""


def _moment(kind: Any, unit: str, number: int) -> Any:  # noqa: ANN401 - pandas' own
    letter = "M" if kind is pd.Timestamp else "m"
    return kind(np.int64(number).view(f"{letter}8[{unit}]"))


_READERS: Mapping[str, Callable[[Json], Any]] = MappingProxyType(
    {kind.__name__: read for kind, (_, read) in _SCALARS.items()}
    | {
        "float": float,
        "tuple": lambda given: tuple(map(_value, given)),
        "set": lambda given: set(map(_value, given)),
        "frozenset": lambda given: frozenset(map(_value, given)),
        "dict": lambda given: {_value(key): _value(one) for key, one in given},
        "mappingproxy": lambda given: MappingProxyType({_value(key): _value(one) for key, one in given}),
    }
)
