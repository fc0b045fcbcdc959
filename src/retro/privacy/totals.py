"""Totals: what is told of several numbers of people at once, so that one of them may be the rest of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from retro.privacy.marks import few, known
from retro.privacy.suppression import Cell, Told

Frame = Any
"""A pandas frame; pandas is not on this floor."""


@dataclass(frozen=True)
class Sum:
    """Rows that add up to what is told.

    Attributes:
        of: The column that counts people.
        over: A column, or what makes one of a frame: rows alike in it add up; booleans pick the rows of the one sum.
        name: The column that holds the sum, true before anything is masked; it is added where the frame lacks it.
        whole: What picks the rows that hold the sum themselves, in column `of`; instead of `name`.
        yields: Whether the sum is withheld before a second row is masked.
    """

    of: str
    over: str | Callable[[Frame], Any]
    name: str = ""
    whole: Callable[[Frame], Any] | None = None
    yields: bool = False

    def prepared(self, frame: Frame) -> Frame:
        """The frame with the sum as a column."""
        if self.of not in frame.columns or not self.name or self.name in frame.columns:
            return frame
        keys = self._keys(frame)
        if keys.dtype.kind == "b":
            sums = frame.loc[keys, self.of].sum(skipna=False)
        else:
            sums = frame.groupby(keys, dropna=False)[self.of].transform("sum", skipna=False)
        return frame.assign(**{self.name: sums})

    def _keys(self, frame: Frame) -> Any:  # noqa: ANN401 - a pandas series
        return frame[self.over] if isinstance(self.over, str) else self.over(frame)

    def told(self, frame: Frame) -> Iterator[tuple[Told, list[Cell]]]:
        """Each sum, and where it stands; none where a part is not known, or rows do not add up to their whole."""
        if self.of not in frame.columns:
            return
        counts = list(frame[self.of])
        whole = [False] * len(counts) if self.whole is None else list(self.whole(frame))
        for rows, held in self._groups(frame):
            parts, at = ([row for row in rows if bool(whole[row]) is one] for one in (False, True))
            if not all(known(counts[row]) for row in rows):
                continue
            total = sum(int(counts[row]) for row in parts)
            places = [(row, self.name) for row in held] if self.name else [(row, self.of) for row in at]
            if all(frame[column].iloc[row] == total for row, column in places) and places:
                cells = frozenset((row, self.of) for row in parts)
                yield Told(cells, total, self.name if self.yields else ""), places

    def _groups(self, frame: Frame) -> Iterator[tuple[list[int], Sequence[int]]]:
        """The rows of each sum, and the rows in which it stands."""
        found = self._keys(frame)
        if found.dtype.kind == "b":
            yield [row for row, one in enumerate(found) if one], range(len(frame))
            return
        keys = [str(key) for key in found]
        for key in dict.fromkeys(keys):
            rows = [row for row, one in enumerate(keys) if one == key]
            yield rows, rows


@dataclass(frozen=True)
class Rest:
    """Two columns whose difference is told, or is easily seen.

    Attributes:
        name: The column of the difference, which counts people; it is added to the frame.
        whole: The column of all.
        part: The column of some of them.
        yields: Whether the whole, which is the same in every row, is withheld before the other part is masked.
        shown: What picks the rows in which the difference is told itself; all rows where left out.
    """

    name: str
    whole: str
    part: str
    yields: bool = False
    shown: Callable[[Frame], Any] | None = None

    def prepared(self, frame: Frame) -> Frame:
        """The frame with the difference as a column."""
        if not {self.whole, self.part} <= set(frame.columns):
            return frame
        return frame.assign(**{self.name: frame[self.whole] - frame[self.part]})

    def told(self, frame: Frame) -> Iterator[tuple[Told, list[Cell]]]:
        """Each row's whole."""
        if self.name not in frame.columns:
            return
        shown = [True] * len(frame) if self.shown is None else list(self.shown(frame))
        for row, (whole, part) in enumerate(zip(frame[self.whole], frame[self.part], strict=True)):
            if known(whole) and known(part):
                rest = (row, self.name)
                unseen = frozenset([] if shown[row] else [rest])
                parts = frozenset([(row, self.part), rest])
                yield Told(parts, int(whole), self.name if self.yields else "", unseen), [(row, self.whole)]


@dataclass(frozen=True)
class Running:
    """A column that counts people day by day beside their running total, for several groups that add up to one.

    Days that a few people of any group tell apart are not rows of their own: they go into the next one that has
    enough, whose count of the day is then missing. A group that is small to the end is left out with those beside it.

    Attributes:
        of: The column that counts people of a day.
        by: The column of groups.
        order: The column of days.
        whole: The group that the others add up to.
    """

    of: str
    by: str
    order: str
    whole: str

    def prepared(self, frame: Frame) -> Frame:
        """The frame without days that few people tell apart."""
        if self.of not in frame.columns:
            return frame
        sums = frame.groupby(self.by)[self.of].sum()
        if any(few(count) for count in sums):
            frame = frame[frame[self.by] == self.whole]
        spans = self._spans(frame)
        if all(len(span) == 1 for span in spans):
            return frame
        kept = frame[frame[self.order].isin([span[-1] for span in spans])]
        several = kept[self.order].isin([span[-1] for span in spans if len(span) > 1])
        return kept.assign(**{self.of: kept[self.of].astype("Int64").mask(several)})

    def told(self, _: Frame) -> Iterator[tuple[Told, list[Cell]]]:
        """Nothing that is left gives a day away."""
        yield from ()

    def _spans(self, frame: Frame) -> list[list[Any]]:
        """The days, in order, cut where nobody or enough people of each group have come since the last cut."""
        daily = frame.pivot(index=self.order, columns=self.by, values=self.of)
        spans: list[list[Any]] = []
        for day in [*daily.index]:
            open_ = spans and any(few(count) for count in daily.loc[spans[-1]].sum())
            spans = [*spans[:-1], [*spans[-1], day]] if open_ else [*spans, [day]]
        while len(spans) > 1 and any(few(count) for count in daily.loc[spans[-1]].sum()):
            spans[-2:] = [[*spans[-2], *spans[-1]]]
        return spans


@dataclass(frozen=True)
class Across:
    """Columns of a row that add up to another one.

    Attributes:
        whole: The column of all.
        parts: The columns of its parts.
    """

    whole: str
    parts: Sequence[str]

    def prepared(self, frame: Frame) -> Frame:
        """The frame; nothing is missing."""
        return frame

    def told(self, frame: Frame) -> Iterator[tuple[Told, list[Cell]]]:
        """Each row's whole, where its parts add up to it."""
        if not {self.whole, *self.parts} <= set(frame.columns):
            return
        for row, counts in enumerate(frame[[self.whole, *self.parts]].itertuples(index=False, name=None)):
            if all(map(known, counts)) and counts[0] == sum(counts[1:]):
                cells = frozenset((row, part) for part in self.parts)
                yield Told(cells, int(counts[0])), [(row, self.whole)]


@dataclass(frozen=True)
class Amount:
    """What rows come to in money or points, told beside them: it stands although rows of few are not told.

    Attributes:
        of: The column of amounts.
        name: The column that holds the sum of the known ones; it is added to the frame. None where none is known.
    """

    of: str
    name: str

    def prepared(self, frame: Frame) -> Frame:
        """The frame with the sum as a column."""
        if self.of not in frame.columns:
            return frame
        amounts = [amount for amount in frame[self.of] if known(amount)]
        return frame.assign(**{self.name: sum(amounts[1:], amounts[0]) if amounts else None})

    def told(self, _: Frame) -> Iterator[tuple[Told, list[Cell]]]:
        """It counts nobody; rows that would give a small one away are those of masked counts."""
        yield from ()


Total = Sum | Rest | Running | Across | Amount
"""A total that is told."""
