"""Instants: the events of one moment, and which steps they can serve.

Several steps may fall on one moment, and one event may be able to take several of them, but only one. Steps can all
be served if every set of kinds has at least as many events as there are steps that need one of it (Hall's condition).
"""

from dataclasses import dataclass

import ibis

from retro.metrics.funnel.marks import Marks
from retro.metrics.funnel.steps import subsets


@dataclass(frozen=True)
class Instants:
    """What happened at each moment.

    Attributes:
        marks: What was asked.
        table: For each key and moment: `enters`; `events`, how many; `events_0_1` and so on, how many of one of these
            kinds; and `epoch_0` and so on, how many of an excluded event so far, this moment included.
    """

    marks: Marks
    table: ibis.Table

    def serves(self, row: ibis.Table, taken: int, reached: int) -> ibis.Value:
        """Whether all steps after the first `taken`, up to number `reached`, can be served at a row's moment."""
        kinds = self.marks.path.kind_of[taken:reached]
        needs = [
            row[events_of(mixture)] >= sum(kind in mixture for kind in kinds)
            for family in self.marks.path.families()
            for mixture in subsets([kind for kind in family if kind in kinds])
        ]
        return ibis.and_(*needs)

    def epochs(self, taken: int) -> list[str]:
        """The counters that must stand still between step number `taken` and the next."""
        return [
            f"epoch_{number}"
            for number, exclusion in enumerate(self.marks.rules.exclusions)
            if exclusion.from_step <= taken < exclusion.to_step
        ]


def instants(marks: Marks) -> Instants:
    """Gather the events of each moment."""
    table = marks.relevant
    counts = {events_of(mixture): table.count(where=marks.of(mixture, table)) for mixture in marks.mixtures()}
    excluded = {column: table.count(where=table[column]) for column in marks.excluded}
    moments = table.group_by(*marks.keys, "at", "enters").aggregate(events=table.count(), **counts, **excluded)
    so_far = ibis.window(group_by=list(marks.keys), order_by="at", rows=(None, 0))
    epochs = {column.replace("excluded", "epoch"): moments[column].sum().over(so_far) for column in excluded}
    return Instants(marks, moments.mutate(**epochs) if epochs else moments)


def events_of(mixture: tuple[int, ...]) -> str:
    """The column that counts the events of one of some kinds."""
    return "events_" + "_".join(map(str, mixture))
