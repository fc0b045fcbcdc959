"""Intervals of cut ratios of sums, such as money per order: by how they vary between people (delta method)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import sqlglot.expressions as sge
from scipy.special import stdtrit

from retro.campaigns.extra import CutParams
from retro.metrics.intervals import CONFIDENCE, Floats
from retro.report.cuts.numbers import BASE
from retro.report.cuts.rows import PARTS, PEOPLE, PERSON, PLACE, ROWS, TAKEN, Rows, inserted
from retro.report.opened import Opened

_SIDES = ("own", BASE)
_SUMS = tuple(f"{part}_{side}" for side in _SIDES for part in ("above", "below"))
_SIDE = {"numerator": "above", "denominator": "below"}
_ROUNDING = 1e-9
"""What floats leave of a variance that is 0; relative."""


def between_people(
    report: Opened, windows: Sequence[tuple[Sequence[Rows], int]], asked: CutParams
) -> pd.DataFrame | None:
    """A ratio's parts by group, and their sums over people: how many, each part, and each product of two parts.

    One query reads each table once, for the parts, how many people they are of, and how they vary. None where rows name
    nobody, or a part is no sum over people.

    Args:
        report: The report.
        windows: The rows of each window's parts, and the days by which its places are moved; the first is the cut's
            own, the others make the base.
        asked: What is cut, and how.
    """
    queries: list[sge.Select] = []
    branches: list[str] = []
    for place, (rows, later) in enumerate(windows):
        for part, one in zip(PARTS, rows, strict=False):  # one set of rows may have both
            query = one.by_person(asked.by, asked.where, asked.over, later)
            if query is None:
                return None
            has = dict(zip(PARTS, one.parts, strict=True)) if len(one.parts) > 1 else {part: "value"}
            branches.append(_branch(len(queries), _SIDES[place > 0], has, asked))
            queries.append(query)
    counted = {_named(part, name) for part, one in zip(PARTS, windows[0][0], strict=False) for name in one.counted}
    found: pd.DataFrame = report.tables.query(inserted(_summed(branches, asked, counted), queries)).execute()
    exact = [*_bare_keys(asked), *PARTS, PEOPLE]
    sums = [name for name in found.columns if name not in exact]
    return found.astype(dict.fromkeys(sums, "float64"))  # whole sums may be decimal


def own_and_base(people: pd.DataFrame, keys: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The parts of the groups that the cut's own window has, and those of the base in all its windows."""
    base = people[list(keys)].assign(**{part: people[f"{side}_{BASE}"] for part, side in _SIDE.items()})
    own = people[people["people_own"] > 0] if keys else people
    return own[[*keys, *PARTS, PEOPLE]].reset_index(drop=True), base


def with_intervals(frame: pd.DataFrame, people: pd.DataFrame, keys: Sequence[str], *, rate: bool) -> pd.DataFrame:
    """A frame of ratios with `low` and `high`, and beside a base the ends of `base` and `change`.

    Student's t over people, who are independent of each other where their orders are not; someone who is in both
    windows counts in both, so that the change has the interval of the difference. A group without ends is of one
    person, has rows without one, or parts that are no sums over people.

    Args:
        frame: A valued frame of numerators and denominators.
        people: As `between_people` makes it.
        keys: The columns of groups.
        rate: Whether the change is a difference, and not relative.
    """
    found = frame[list(keys)].merge(people, on=list(keys), how="left") if keys else people
    rows = zip(frame.to_dict("records"), found.to_dict("records"), strict=True)
    ends = pd.DataFrame([dict(_ends(own, sums, rate=rate)) for own, sums in rows], index=frame.index)
    return frame.assign(**{name: ends[name] for name in ends.columns if name in frame.columns or name[:6] == "change"})


def _named(part: str, name: str) -> str:
    return part if name == "value" else name


def _branch(place: int, side: str, has: Mapping[str, str], asked: CutParams) -> str:
    """The parts of one query per person, also as numbers; those of others are 0."""
    values = [f"{has.get(part, '0')} as {part}" for part in PARTS]
    own = {f"{_SIDE[part]}_{side}": name for part, name in has.items()}
    sums = [f"coalesce(cast({own[name]} as double), 0) as {name}" if name in own else f"0 as {name}" for name in _SUMS]
    sides = [f"{int(side == one)} as in_{one}" for one in _SIDES]
    weight = f"case when {PERSON} is null then {ROWS} else 1 end"  # each row without a person counts as one
    parts = [f"{weight if side == 'own' and part in has else 0} as in_{part}" for part in PARTS]
    return f"select {', '.join([*_keys(asked), PERSON, *values, *sums, *sides, *parts])} from {TAKEN}{place}"


def _summed(branches: Sequence[str], asked: CutParams, counted: Collection[str]) -> str:
    each = [f"sum({part}) filter (where in_{part} > 0) as {part}" for part in PARTS]
    each += [f"sum({name}) as {name}" for name in _SUMS]
    each += [f"max(in_{name}) as in_{name}" for name in (*_SIDES, *PARTS)]
    by = ", ".join(str(place + 1) for place in range(len(_keys(asked))))
    inner = ", ".join([*_keys(asked), PERSON, *each])
    people = f"select {inner} from ({' union all '.join(branches)}) group by {f'{by}, ' if by else ''}{PERSON}"
    sums = [f"cast(coalesce(sum({part}), 0) as bigint) as {part}" if part in counted else f"sum({part}) as {part}"
            for part in PARTS]  # fmt: skip
    of_both = ", ".join(f"nullif(sum(in_{part}), 0)" for part in PARTS)
    sums.append(f"cast(coalesce(least({of_both}), 0) as bigint) as {PEOPLE}")
    sums += [f"sum(in_{side}) as people_{side}" for side in _SIDES]
    sums += [f"sum({name}) as {name}" for name in _SUMS]
    sums += [f"sum({one} * {other}) as {one}_{other}" for place, one in enumerate(_SUMS) for other in _SUMS[place:]]
    sums.append(f"count(*) filter (where {PERSON} is null) as nobody")
    grouped = f" group by {by} order by {by}" if by else ""
    return f"select {', '.join([*_keys(asked), *sums])} from ({people}){grouped}"


def _bare_keys(asked: CutParams) -> list[str]:
    return [*asked.by, *([PLACE] if asked.over else [])]


def _keys(asked: CutParams) -> list[str]:
    return [f'"{name}"' for name in _bare_keys(asked)]


def _ends(own: dict[Any, Any], sums: dict[Any, Any], *, rate: bool) -> Iterator[tuple[str, float]]:
    counts = [sums["people_own"], sums["people_base"]]
    above, below, base_above, base_below = (float(sums[name]) for name in _SUMS)
    products = np.array([[sums.get(f"{one}_{other}", sums.get(f"{other}_{one}")) for other in _SUMS] for one in _SUMS])
    value = above / below if not sums["nobody"] and below > 0 else np.nan
    before = base_above / base_below if base_below > 0 else np.nan
    of_value = np.array([1, -value, 0, 0]) / below if below else np.full(4, np.nan)
    of_base = np.array([0, 0, 1, -before]) / base_below if base_below else np.full(4, np.nan)
    yield from zip(("low", "high"), _around(value, of_value, products, counts[:1]), strict=True)
    if BASE not in own:
        return
    yield from zip(("base_low", "base_high"), _around(before, of_base, products, counts[1:]), strict=True)
    names = ("change_low", "change_high")
    if rate:
        yield from zip(names, _around(value - before, of_value - of_base, products, counts), strict=True)
    elif value > 0 and before > 0:
        logs = _around(np.log(value / before), of_value / value - of_base / before, products, counts)
        yield from zip(names, np.expm1(logs), strict=True)
    else:
        yield from dict.fromkeys(names, np.nan).items()


def _around(value: float, gradient: Floats, products: Floats, counts: Sequence[float]) -> tuple[float, float]:
    """Student's t interval of a value that follows sums over people by a gradient, which is 0 for the value itself."""
    people = min(counts)
    if not people > 1 or np.isnan(value):
        return np.nan, np.nan
    variance = float(gradient @ products @ gradient)
    if variance <= _ROUNDING * float(np.abs(gradient) @ np.abs(products) @ np.abs(gradient)):
        return np.nan, np.nan  # nothing varied, as where nobody has any: that tells no certainty
    half = float(stdtrit(people - 1, (1 + CONFIDENCE) / 2)) * np.sqrt(variance * people / (people - 1))
    return value - half, value + half
