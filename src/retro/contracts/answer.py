"""The answer of an engine to one rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """The answer to one rule.

    Attributes:
        rule: The rule's name.
        success: Whether it holds.
        rows: Rows that were looked at; None where the rule is not about rows.
        broken: Rows that break it; None where the rule is not about rows.
        value: What was observed instead: a count, a sum, the newest moment.
        kept: The first rows that break it, where they were asked for.
        problem: Why the question could not be answered; empty where it could.
    """

    rule: str
    success: bool
    rows: int | None = None
    broken: int | None = None
    value: Any = None
    kept: Sequence[Mapping[str, Any]] = ()
    problem: str = ""
