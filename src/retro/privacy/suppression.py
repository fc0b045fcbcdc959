"""Complementary suppression: what else must be masked, so that no small number is a total less what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from retro.privacy.marks import FEW, MORE, Hidden, few

Cell = tuple[int, str]
"""Where a number of people stands: its row, by position, and its column."""


@dataclass
class Told:
    """A total that is told beside its parts.

    Attributes:
        parts: The cells that it adds up.
        total: Their sum.
        yields: The name under which it is withheld, with all others of that name, before a further cell is masked;
            empty where cells are masked first.
        unseen: Parts that are shown nowhere.
        mark: What is told in its place; None where it is told.
        untold: Whether nothing is told of it, not even a mark.
    """

    parts: frozenset[Cell]
    total: int
    yields: str = ""
    unseen: frozenset[Cell] = frozenset()
    mark: Hidden | None = field(init=False)
    untold: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        """A small total is masked from the start."""
        self.mark = FEW if few(self.total) else None

    @property
    def exact(self) -> bool:
        """Whether its number is told."""
        return self.mark is None and not self.untold

    def withhold(self) -> None:
        """Tell less of it: that it is large enough, or nothing."""
        self.untold, self.mark = self.mark is not None, MORE if self.mark is None else None


def suppress(cells: Mapping[Cell, int], totals: Sequence[Told]) -> dict[Cell, Hidden]:
    """Mask the small cells, and others until no small one can be worked out.

    For a small cell that can be worked out, a total that yields is withheld, or of the shown cells that share most
    totals with it the smallest is masked. Where neither is left, the totals that hold it are withheld, the last first.

    Args:
        cells: Numbers of people.
        totals: The sums of cells that are told; they are withheld in place.

    Returns:
        The marks of the cells that are not shown.

    Examples:
        >>> cells = {(0, "buyers"): 3, (1, "buyers"): 20, (2, "buyers"): 10}
        >>> suppress(cells, [Told(frozenset(cells), 33)])
        {(0, 'buyers'): <5, (2, 'buyers'): ≥5}
    """
    cells = dict(sorted(cells.items()))  # sets handed them over: of equals, the first is masked in every process
    unseen = frozenset[Cell]().union(*(one.unseen for one in totals))
    marks = {
        cell: FEW if few(count) else MORE for cell, count in cells.items() if few(count) or (count and cell in unseen)
    }
    while (cell := next((one for one in marks if _known(one, cells, marks, totals)), None)) is not None:
        linked = [one for one in _linked(cell, marks, totals) if one.exact]
        shared = frozenset[Cell]().union(*(one.parts for one in linked))
        spare = [one for one, count in cells.items() if count and one in shared and one not in marks]
        if yielding := {one.yields for one in linked if one.yields}:
            for one in totals:
                if one.exact and one.yields in yielding:
                    one.withhold()
        elif spare:
            marks[_nearest(cell, spare, cells, linked)] = MORE
        else:
            [one for one in totals if cell in one.parts and not one.untold][-1].withhold()
    return _needed(marks, unseen, cells, totals)


def _needed(
    marks: dict[Cell, Hidden], unseen: frozenset[Cell], cells: Mapping[Cell, int], totals: Sequence[Told]
) -> dict[Cell, Hidden]:
    """The marks without those that later ones have made superfluous, the largest numbers first."""
    for cell in sorted((one for one in marks if marks[one] is MORE and one not in unseen), key=lambda one: -cells[one]):
        fewer = {one: mark for one, mark in marks.items() if one != cell}
        if not any(_known(one, cells, fewer, totals) for one in fewer):
            marks = fewer
    return marks


def _nearest(cell: Cell, spare: Sequence[Cell], cells: Mapping[Cell, int], totals: Sequence[Told]) -> Cell:
    """Of the cells that share most totals with one, so that either can be taken for the other, the smallest."""
    own = [one.parts for one in totals if cell in one.parts]
    return min(spare, key=lambda one: (-sum(one in parts for parts in own), cells[one]))


def _linked(cell: Cell, marks: Mapping[Cell, Hidden], totals: Sequence[Told]) -> list[Told]:
    """The totals that say something of a hidden cell, also by way of other hidden ones."""
    reached, found = {cell}, list[Told]()
    while more := [one for one in totals if not one.untold and one not in found and one.parts & reached]:
        found += more
        reached |= {part for one in more for part in one.parts if part in marks}
    return found


def _known(cell: Cell, cells: Mapping[Cell, int], marks: Mapping[Cell, Hidden], totals: Sequence[Told]) -> bool:
    """Whether only one number fits a small cell."""
    if marks[cell] is not FEW or not any(cell in one.parts and not one.untold for one in totals):
        return False
    if any(_trade(cell, other, cells, marks) for other in _alike(cell, marks, totals)):
        return False
    least, most = _range(cell, cells, marks, _linked(cell, marks, totals))
    return least == most


def _alike(cell: Cell, marks: Mapping[Cell, Hidden], totals: Sequence[Told]) -> Iterator[Cell]:
    """The hidden cells that are in the same totals."""
    told = [one.parts for one in totals if not one.untold]
    own = [cell in parts for parts in told]
    return (one for one in marks if one != cell and [one in parts for parts in told] == own)


def _trade(cell: Cell, other: Cell, cells: Mapping[Cell, int], marks: Mapping[Cell, Hidden]) -> bool:
    """Whether one of two cells may be one more and the other one less, which no total of both would show."""
    above, below = ([one for one in (cell, other) if _room(cells[one] + by, marks[one])] for by in (1, -1))
    return (cell in above and other in below) or (cell in below and other in above)


def _room(count: int, mark: Hidden) -> bool:
    return mark.least <= count and (mark.most is None or count <= mark.most)


def _range(
    cell: Cell, cells: Mapping[Cell, int], marks: Mapping[Cell, Hidden], totals: Sequence[Told]
) -> tuple[int, int]:
    """The smallest and the largest whole number that a cell can be by its mark, those of others, and the totals."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - slow, and seldom needed

    names = list(dict.fromkeys([cell, *(part for one in totals for part in one.parts if part in marks)]))
    held = [[float(name in one.parts) for name in names] for one in totals]
    shown = [sum(cells[part] for part in one.parts if part not in marks) for one in totals]
    ends = [(one.total, one.total) if one.mark is None else (one.mark.least, one.mark.most) for one in totals]
    low = [least - base for (least, _), base in zip(ends, shown, strict=True)]
    high = [_most(most) - base for (_, most), base in zip(ends, shown, strict=True)]
    bounds = Bounds([marks[name].least for name in names], [_most(marks[name].most) for name in names])
    found = []
    for sign in (1, -1):
        aim = [sign * float(name == cell) for name in names]
        solved = milp(aim, integrality=[1] * len(names), bounds=bounds, constraints=LinearConstraint(held, low, high))
        found.append(round(sign * solved.fun))
    return found[0], found[1]


def _most(limit: int | None) -> float:
    return float("inf") if limit is None else float(limit)
