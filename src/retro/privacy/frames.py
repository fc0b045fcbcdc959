"""Frames without small groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from retro.privacy.marks import FEW, MORE, Hidden, few
from retro.privacy.people import without_people
from retro.privacy.suppression import Cell, Told, suppress
from retro.privacy.totals import Frame, Total


def masked(frame: Frame, people: Mapping[str, Sequence[str]], totals: Sequence[Total] = ()) -> Frame:
    """A frame without the small groups.

    Args:
        frame: A pandas frame.
        people: For each column that counts people, the columns that would give a small count away (rates, amounts);
            these become null where the count is masked. Columns that the frame lacks are passed over. A column of a
            total may have such columns too: shares of it.
        totals: What is told of several counts at once; so many more are masked that no small one can be worked out,
            and a total for which that is not enough is not told. The columns that they name are added.

    Returns:
        A copy: small counts are `FEW`, others that would give them away `MORE`; a total of which nothing can be told
        is None.

    Examples:
        >>> import pandas as pd
        >>> from retro.privacy import Sum
        >>> frame = pd.DataFrame({"buyers": [4, 5, 9], "gmv": [9.5, 8.5, 7.5]})
        >>> masked(frame, {"buyers": ["gmv"]})
          buyers  gmv
        0     <5  NaN
        1      5  8.5
        2      9  7.5
        >>> masked(frame, {"buyers": ["gmv"]}, [Sum("buyers", lambda rows: rows["gmv"] > 0, name="all")])
          buyers  gmv  all
        0     <5  NaN   18
        1     ≥5  NaN   18
        2      9  7.5   18
    """
    for total in totals:
        frame = total.prepared(frame)
    told = [one for total in totals for one in total.told(frame)]
    cells = {part: int(frame[part[1]].iloc[part[0]]) for one, _ in told for part in one.parts}
    marks = suppress(cells, [one for one, _ in told])
    for column in (name for name in people if name in frame.columns):
        marks |= {(row, column): FEW for row, count in enumerate(frame[column]) if few(count)}
    return _written(frame, people, marks, told)


def without_names(frame: Frame) -> Frame:
    """A frame whose texts, such as answers and topics, went through `without_people`; also those in tuples and lists.

    Examples:
        >>> import pandas as pd
        >>> without_names(pd.DataFrame({"topic": ["late", "call 13800138000"], "tickets": [9, 6]}))
              topic  tickets
        0      late        9
        1  call […]        6
    """
    for column in frame.columns:
        if frame[column].dtype.kind == "O" or str(frame[column].dtype).startswith(("str", "category")):
            told = [_told(value) for value in frame[column]]
            if any(new is not old for new, old in zip(told, frame[column], strict=True)):
                frame = frame.assign(**{column: told})
    return frame


def _told(value: Any) -> Any:  # noqa: ANN401 - a cell holds whatever it holds
    if isinstance(value, str):
        said = without_people(value)
        return value if said == value else said
    if isinstance(value, tuple | list) and any(isinstance(one, str) for one in value):
        parts = [_told(one) for one in value]
        return value if all(new is old for new, old in zip(parts, value, strict=True)) else type(value)(parts)
    return value


def _written(
    frame: Frame,
    people: Mapping[str, Sequence[str]],
    marks: Mapping[Cell, Hidden],
    told: Sequence[tuple[Told, Sequence[Cell]]],
) -> Frame:
    """The marks in their places; what tells of a number that is not told is null."""
    changed: dict[Cell, Any] = dict(marks)
    silent = set(marks)
    for total, at in told:
        if not total.exact:
            changed |= dict.fromkeys(at, None if total.untold else total.mark)
            silent |= set(at)
    hidden = frame.copy() if changed else frame
    for column in dict.fromkeys(name for _, name in changed):
        hidden[column] = hidden[column].astype(object)
        for mark in (FEW, MORE, None):
            hidden[column] = hidden[column].mask(
                [changed.get((row, column), 0) is mark for row in range(len(frame))], mark
            )
    for column, dependent in people.items():
        rows = [(row, column) in silent for row in range(len(frame))]
        for name in (one for one in dependent if one in frame.columns and any(rows)):
            hidden[name] = hidden[name].mask(rows)
    return hidden
