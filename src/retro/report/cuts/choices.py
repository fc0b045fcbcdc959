"""What a cut can be made of, for those who choose it in a pane, and the line of code that says what they chose."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import get_args

from retro.campaigns.extra import CutParams, Over
from retro.figures import Figure, figure, figures
from retro.report.cuts.cut import parts_of, values_of
from retro.report.opened import Opened


def line_of(asked: CutParams) -> str:
    """The line of code that makes a cut.

    Examples:
        >>> line_of(CutParams(figure="gmv", by=("channel",), where={"tier": ("gold", "silver")}, against="baseline"))
        'report.cut("gmv", by="channel", where={"tier": ["gold", "silver"]}, against="baseline")'
        >>> line_of(CutParams(figure="gmv", by=("channel", "new_or_old"), over="day"))
        'report.cut("gmv", by=["channel", "new_or_old"], over="day")'
    """
    by = asked.by[0] if len(asked.by) == 1 else [*asked.by]
    where = {name: values[0] if len(values) == 1 else [*values] for name, values in asked.where.items()}
    given = {"by": by, "where": where, "over": asked.over, "against": asked.against}
    named = (f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in given.items() if value)
    return f"report.cut({', '.join([json.dumps(asked.figure), *named])})"


class Choices:
    """What can be chosen in a report.

    Args:
        report: The report.
    """

    def __init__(self, report: Opened) -> None:
        self._report = report

    @property
    def figures(self) -> Mapping[str, str]:
        """The figures that may be cut, by what the page calls them: those of this report first."""
        own = [entry.name for entry in self._report.ledger.entries]
        others = [name for name, one in figures().items() if not one.is_pattern]
        names = [name for name in dict.fromkeys([*own, *others]) if self._may(figure(name))]
        return {f"{self._label(name)} ({name})": name for name in names}

    def dimensions(self, name: str) -> Sequence[str]:
        """What a figure can be cut by.

        Raises:
            RetroError: It cannot be cut, and why.
        """
        first, *others = parts_of(self._report, name)
        return [one for one in first.dimensions if all(one in other.dimensions for other in others)]

    def values(self, name: str, dimension: str) -> Sequence[str]:
        """The values of a dimension that rows of enough people have."""
        return sorted(values_of(self._report, parts_of(self._report, name)[0], dimension))

    def overs(self, name: str) -> Sequence[Over]:
        """What a figure can be laid over."""
        dated = all(part.moment for part in parts_of(self._report, name))
        return get_args(Over) if dated else ("",)

    @property
    def bases(self) -> Sequence[str]:
        """What it can stand beside."""
        return ("", "baseline", *(base.basis for base in self._report.bases if base.basis != "target"))

    def _may(self, one: Figure) -> bool:
        return not one.unexpressed and all(table in self._report.tables for table in one.tables)

    def _label(self, name: str) -> str:
        return figure(name).label_of(name, self._report.text.lang, noun=self._report.noun)
