"""Steps: what a path is made of, and whether one event could serve two of its steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ibis

from retro.errors import MetricError

Step = str | Sequence[str]
"""An event name, or several of which any one will do."""

Predicate = Callable[[ibis.Table], ibis.Value]


@dataclass(frozen=True)
class Path:
    """The steps of a funnel, from first to last.

    Attributes:
        labels: Their names.
        names: The event names that take each step.
    """

    labels: tuple[str, ...]
    names: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.labels)

    def takes(self, events: ibis.Table, step: int) -> ibis.Value:
        """Whether an event takes a step, counted from 0."""
        names = sorted(self.names[step])
        return events.event == names[0] if len(names) == 1 else events.event.isin(names)


def read_steps(steps: Sequence[Step]) -> Path:
    """The path that a caller's steps describe.

    Raises:
        MetricError: There are fewer than two steps, one is empty, or one event could take two of them.
    """
    names = [frozenset([step] if isinstance(step, str) else step) for step in steps]
    if len(names) < 2 or not all(names):  # noqa: PLR2004 - a path leads from one step to another
        raise MetricError(f"funnel: steps must be two or more event names, got {list(steps)!r}.")
    if len(frozenset().union(*names)) < sum(map(len, names)):
        raise MetricError(f"funnel: steps must not share an event, got {list(steps)!r}. Name each event in one step.")
    labels = tuple(step if isinstance(step, str) else " / ".join(step) for step in steps)
    return Path(labels, tuple(names))
