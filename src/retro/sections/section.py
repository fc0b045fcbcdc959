"""A section: one thing that a report can show, with its words in the YAML file of the same name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from retro.charts import Chart
from retro.privacy import Total, hidden, masked
from retro.sections.finding import Finding


@dataclass(frozen=True)
class Section:
    """A section of reports: what it reads, says, records and shows.

    Attributes:
        name: Its name: of its module, its texts, and the metric whose frame it reads.
        say: Takes the frames of its metric, by default `frame`, and a `Context`; returns a `Finding`.
        draw: Its chart: the first frame and the texts in; None where it has none, or where its finding brings its own.
        level: Of its heading; a section whose texts have no `heading` continues the one before it.
        people: For each column that counts people, the columns that would give a small group away. They are masked in
            every frame before anything is made of it: sentence, table, chart and ledger.
        totals: What is told of several of these counts at once. What would give a small group away as the rest of a
            total is masked too.
    """

    name: str
    say: Callable[..., Finding]
    draw: Callable[..., Chart] | None = None
    level: int = 1
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    totals: Sequence[Total] = ()

    def masked(self, frames: Sequence[Any]) -> list[Any]:
        """The frames without small groups; what is no frame stays as it is."""
        return [
            masked(frame, self.people, self.totals) if isinstance(frame, pd.DataFrame) else frame for frame in frames
        ]

    def drawable(self, frame: pd.DataFrame) -> bool:
        """Whether a masked frame leaves anything to draw: rows, and not only small groups."""
        counts = [frame[name] for name in self.people if name in frame.columns]
        return not frame.empty and not any(column.map(hidden).all() for column in counts)

    def __call__(self, *given: Any) -> Finding:  # noqa: ANN401 - frames of any metric, then the `Context`
        """What it says of frames, once they are masked."""
        *frames, context = given
        return self.say(*self.masked(frames), context)
