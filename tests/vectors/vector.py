"""A vector, and how what was found is compared with what it expects."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SIGNIFICANT_DIGITS = 4
"""Estimates without a tolerance agree to so many digits, or to all that were published where those are fewer; since
their last digit was rounded, by some sources cut off, it may be one apart."""


class Skip(Exception):  # noqa: N818 - it is no error
    """A vector that cannot be judged; its text says why."""


@dataclass(frozen=True)
class Vector:
    """One case.

    Attributes:
        id: Its name, for messages only.
        area: What it is about, such as `funnel` or `experiment/mean`.
        data: What the figure is taken from.
        expected: What it must come to, by key.
        config: What is asked.
        tolerance: `abs:x` or `rel:x` by key of `expected`; `*` for all others.
        folder: The folder of the file that holds it; data files lie in `data` beside that folder.
    """

    id: str
    area: str
    data: Mapping[str, Any]
    expected: Mapping[str, Any]
    config: Mapping[str, Any] = field(default_factory=dict)
    tolerance: Mapping[str, str] = field(default_factory=dict)
    expected_exact: Mapping[str, Any] | None = None
    note: str = ""
    folder: Path = Path()

    def data_file(self) -> Path:
        """The file that `data` names.

        Raises:
            Skip: It is not here.
        """
        path = self.folder.parent / "data" / self.data["file"]
        if not path.is_file():
            raise Skip(f"data file {self.data['file']} is not here")
        return path

    def compare(self, key: str, found: object) -> Iterator[str]:
        """Yield a message if what was found for a key is not what is expected."""
        wanted = self.expected[key]
        rule = self.tolerance.get(key, self.tolerance.get("*"))
        if not agrees(wanted, found, rule):
            yield f"{key}: expected {_short(wanted)}, found {_short(found)}"


def agrees(wanted: Any, found: Any, rule: str | None = None) -> bool:
    """Whether a value is the expected one: lists and mappings by part, counts and words exactly, floats by the rule.

    Examples:
        >>> agrees([3, None], [3, None]), agrees(0.243, 0.242593), agrees(0.243, 0.2446), agrees(9, 9.4, "abs:0.5")
        (True, True, False, True)
    """
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(agrees(wanted[key], found.get(key), rule) for key in wanted)
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return (
            isinstance(found, Sequence)
            and len(wanted) == len(found)
            and all(agrees(one, other, rule) for one, other in zip(wanted, found, strict=True))
        )
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        return bool(wanted == found)
    if not isinstance(found, int | float) or isinstance(found, bool) or math.isnan(found):
        return False
    return abs(found - wanted) <= _slack(wanted, rule)


def _slack(wanted: float, rule: str | None) -> float:
    if rule is not None:
        kind, _, size = rule.partition(":")
        return float(size) * (abs(wanted) if kind == "rel" else 1) * (1 + 1e-12)
    if isinstance(wanted, int):
        return 1e-9 * max(1, abs(wanted))
    written = json.dumps(wanted)
    mantissa, _, exponent = written.partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    published = 10.0**-decimals
    digits = 10.0 ** (math.floor(math.log10(abs(wanted))) + 1 - SIGNIFICANT_DIGITS) if wanted else 0.0
    return max(published, digits) * (1 + 1e-9)


def read_vectors(path: Path) -> list[Vector]:
    """The vectors of a file."""
    fields = {"id", "area", "data", "expected", "config", "tolerance", "expected_exact", "note"}
    items = json.loads(path.read_text(encoding="utf-8"))["vectors"]
    return [
        Vector(**{key: value for key, value in item.items() if key in fields}, folder=path.resolve().parent)
        for item in items
    ]


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else f"{text[:200]} ..."
