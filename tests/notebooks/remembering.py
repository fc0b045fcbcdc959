"""What makes many reports of one shop quick: a metric or section of the same input is computed once.

Only what a lacking column or table reaches is computed again; the code that computes is the report's own.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

import ibis
import pytest

from retro.report.guard import Caller, Guarded
from retro.sections import SECTIONS, Finding, Section

_KEPT: dict[Any, Any] = {}
"""Results by what they were computed from; they hold their frames, so that an id stays its frame's."""


def remember(patched: pytest.MonkeyPatch) -> None:
    """Let reports share the metrics, findings and blocks of equal inputs."""
    from retro.report import report

    patched.setattr(report, "Guarded", _Remembering)
    patched.setattr(report, "SECTIONS", {name: _remembering(one) for name, one in SECTIONS.items()})
    blocks = report.section_blocks

    def shown(section: Section, finding: Finding, frame: Any, text: Any, options: Mapping[str, object]) -> Any:
        made = functools.partial(blocks, section, finding, frame, text, options)
        return _once(("blocks", section.name, id(finding), id(frame), repr(options)), made, finding, frame)

    patched.setattr(report, "section_blocks", shown)


class _Remembering(Guarded):
    def __init__(self, module: ModuleType, call: Caller) -> None:
        super().__init__(module, call)
        self._sql: dict[int, tuple[ibis.Table, str]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = super().__getattr__(name)

        def remembered(*args: Any, **kwargs: Any) -> Any:
            key = (name, self._key(args), self._key(kwargs))
            if key in _KEPT:
                return _KEPT[key][0]
            result = function(*args, **kwargs)
            if not _is_lazy(result):
                _KEPT[key] = result, args, kwargs
            return result

        return remembered

    def _key(self, value: Any) -> Any:
        if isinstance(value, ibis.Table):
            if id(value) not in self._sql:
                self._sql[id(value)] = value, f"{ibis.to_sql(value, dialect='duckdb')} {value.columns}"
            return self._sql[id(value)][1]
        if isinstance(value, Mapping):
            return tuple((name, self._key(one)) for name, one in value.items())
        if isinstance(value, Sequence) and not isinstance(value, str):
            return tuple(self._key(one) for one in value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type) and _is_lazy(value):
            return tuple(self._key(getattr(value, field.name)) for field in dataclasses.fields(value))
        return id(value) if type(value).__module__.startswith("pandas") or _holds_frames(value) else repr(value)


class _Section(Section):
    """A section that says the same frames once."""

    def masked(self, frames: Sequence[Any]) -> list[Any]:
        key = ("masked", self.name, tuple(map(id, frames)))
        made: list[Any] = _once(key, functools.partial(Section.masked, self, frames), *frames)
        return made


def _remembering(section: Section) -> Section:
    def said(*given: Any) -> Finding:
        *frames, context = given
        key = ("say", section.name, tuple(map(id, frames)), repr(context.params), context.text.lang)
        found: Finding = _once(key, functools.partial(section.say, *given), *frames)
        return found

    return _Section(**vars(section) | {"say": said})


def _once(key: Any, make: Callable[[], Any], *held: Any) -> Any:
    if key not in _KEPT:
        _KEPT[key] = make(), held
    return _KEPT[key][0]


def _is_lazy(value: Any) -> bool:
    """Whether it holds tables of a connection that the next report does not have."""
    if isinstance(value, ibis.Expr):
        return True
    if isinstance(value, Mapping):
        return any(map(_is_lazy, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_is_lazy, value))
    return dataclasses.is_dataclass(value) and any(_is_lazy(one) for one in vars(value).values())


def _holds_frames(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and any(
        type(one).__module__.startswith("pandas") or _holds_frames(one) for one in vars(value).values()
    )
