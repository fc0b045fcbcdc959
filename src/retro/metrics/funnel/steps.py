"""Steps: the kinds of events of a path, and which steps one event could take."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import ibis
from ibis.common.deferred import Deferred

from retro.errors import MetricError

Predicate: TypeAlias = Callable[[ibis.Table], ibis.Value]

Step: TypeAlias = str | Sequence[str] | Deferred | Predicate
"""An event name, several of which any one will do, or a condition: `_.amount > 100`, or a function of the table."""

Steps: TypeAlias = Sequence[Step] | Mapping[str, Step]
"""The steps from first to last; a mapping names them."""


@dataclass(frozen=True)
class Kind:
    """A kind of event that takes one or several steps.

    Attributes:
        names: The event names, where that is all that is asked; else None.
        condition: The condition, where `names` is None.
    """

    names: frozenset[str] | None
    condition: Deferred | Predicate | None = None

    def holds(self, events: ibis.Table) -> ibis.Value:
        """Whether an event is of this kind; null only of an event without a name.

        A plain comparison is what engines push down into the files that they read, so it is not wrapped.
        """
        if self.names is None:
            return events.bind(self.condition)[0].fill_null(False)  # noqa: FBT003 - ibis takes the value by position
        names = sorted(self.names)
        return events.event == names[0] if len(names) == 1 else events.event.isin(names)

    def may_be(self, other: Self) -> bool:
        """Whether one event could be of both kinds; of conditions nobody can tell."""
        return self.names is None or other.names is None or bool(self.names & other.names)


@dataclass(frozen=True)
class Path:
    """The steps of a funnel, from first to last.

    Attributes:
        labels: Their names.
        kinds: The different kinds of events that take them.
        kind_of: For each step, the number of its kind.
    """

    labels: tuple[str, ...]
    kinds: tuple[Kind, ...]
    kind_of: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def disjoint(self) -> bool:
        """Whether no event can take two of the steps."""
        return len(self.kinds) == len(self.kind_of) and not any(
            one.may_be(other) for one, other in itertools.combinations(self.kinds, 2)
        )

    def families(self) -> list[tuple[int, ...]]:
        """The kinds in groups, so that an event can be of two kinds only within one group."""
        families: list[set[int]] = []
        for number, kind in enumerate(self.kinds):
            touched = [family for family in families if any(kind.may_be(self.kinds[other]) for other in family)]
            families = [family for family in families if family not in touched]
            families.append({number}.union(*touched))
        return [tuple(sorted(family)) for family in families]


def subsets(family: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every non-empty subset, small ones first.

    Examples:
        >>> list(subsets((0, 1)))
        [(0,), (1,), (0, 1)]
    """
    for size in range(1, len(family) + 1):
        yield from itertools.combinations(family, size)


def read_steps(steps: Steps) -> Path:
    """The path that a caller's steps describe; refuse none, and one that names no event."""
    named = list(steps.items()) if isinstance(steps, Mapping) else [(None, step) for step in steps]
    if not named:
        raise MetricError("funnel: steps must be one or more, got none.")
    labels: list[str] = []
    kinds: list[Kind] = []
    kind_of: list[int] = []
    for number, (label, step) in enumerate(named, start=1):
        kind = _read_kind(step, number)
        known = next((index for index, other in enumerate(kinds) if _same(kind, other)), len(kinds))
        if known == len(kinds):
            kinds.append(kind)
        kind_of.append(known)
        labels.append(label or (" / ".join(_names(step)) if kind.names else f"step {number}"))
    return Path(tuple(labels), tuple(kinds), tuple(kind_of))


def _read_kind(step: Step, number: int) -> Kind:
    if isinstance(step, Deferred) or callable(step):
        return Kind(None, step)
    names = frozenset(_names(step))
    if not names or not all(isinstance(name, str) and name for name in names):
        raise MetricError(f"funnel: step {number} must be an event name, several, or a condition, got {step!r}.")
    return Kind(names)


def _names(step: Step) -> Sequence[str]:
    return [step] if isinstance(step, str) else list(step)  # type: ignore[arg-type]  # conditions were taken before


def _same(one: Kind, other: Kind) -> bool:
    """Whether two kinds are the same for certain; equal conditions that are different objects only may be."""
    return one.names == other.names and one.condition is other.condition
