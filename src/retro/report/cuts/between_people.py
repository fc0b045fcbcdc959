"""Intervals of cut ratios of sums, such as money per order: by how they vary between people (delta method)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from retro.campaigns.extra import CutParams
from retro.metrics.intervals import CONFIDENCE, Floats
from retro.report.cuts.numbers import BASE
from retro.report.cuts.rows import PERSON, PLACE, Rows
from retro.report.opened import Opened

_SIDES = ("own", BASE)
_SUMS = tuple(f"{part}_{side}" for side in _SIDES for part in ("above", "below"))
_ROUNDING = 1e-9
"""What floats leave of a variance that is 0, and of the same sum taken twice; relative."""


def between_people(
    report: Opened, windows: Sequence[tuple[Sequence[Rows], int]], asked: CutParams
) -> pd.DataFrame | None:
    """Sums over people, of each group: how many, each part, and each product of two parts; None where rows name nobody.

    Args:
        report: The report.
        windows: The rows of each window's parts, and the days by which its places are moved; the first is the cut's
            own, the others make the base.
        asked: What is cut, and how.
    """
    queries = []
    for place, (rows, later) in enumerate(windows):
        names = _SUMS[:2] if place == 0 else _SUMS[2:]
        for part, one in enumerate(rows):
            query = one.by_person(asked.by, asked.where, asked.over, later)
            if not query:
                return None
            has = dict(zip(names, one.parts, strict=True)) if len(one.parts) > 1 else {names[part]: "value"}
            queries.append(_side(query, has, asked))
    found: pd.DataFrame = report.tables.query(_summed(queries, asked)).execute()
    return found.astype(dict.fromkeys(found.columns[len(_keys(asked)) :], "float64"))  # whole sums may be decimal


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


def _side(query: str, has: dict[str, str], asked: CutParams) -> str:
    """The parts of one query per person, as numbers; those of others are 0."""
    parts = (f"coalesce(cast({has[name]} as double), 0)" if name in has else "0" for name in _SUMS)
    sums = (f"{part} as {name}" for part, name in zip(parts, _SUMS, strict=True))
    owns = ", ".join(f"{int(next(iter(has)).endswith(side))} as in_{side}" for side in _SIDES)
    return f"select {', '.join([*_keys(asked), PERSON, *sums, owns])} from ({query})"


def _summed(queries: Sequence[str], asked: CutParams) -> str:
    each = [f"sum({name}) as {name}" for name in _SUMS] + [f"max(in_{side}) as in_{side}" for side in _SIDES]
    inner = ", ".join([*_keys(asked), PERSON, *each])
    by = ", ".join(str(place + 1) for place in range(len(_keys(asked))))
    people = f"select {inner} from ({' union all '.join(queries)}) group by {f'{by}, ' if by else ''}{PERSON}"
    sums = [f"sum(in_{side}) as people_{side}" for side in _SIDES]
    sums += [f"sum({name}) as {name}" for name in _SUMS]
    sums += [f"sum({one} * {other}) as {one}_{other}" for place, one in enumerate(_SUMS) for other in _SUMS[place:]]
    sums.append(f"count(*) filter ({PERSON} is null) as nobody")
    return f"select {', '.join([*_keys(asked), *sums])} from ({people})" + (f" group by {by}" if by else "")


def _keys(asked: CutParams) -> list[str]:
    return [*(f'"{name}"' for name in asked.by), *([f'"{PLACE}"'] if asked.over else [])]


def _ends(own: dict[Any, Any], sums: dict[Any, Any], *, rate: bool) -> Iterator[tuple[str, float]]:
    counts = [sums["people_own"], sums["people_base"]]
    above, below, base_above, base_below = (float(sums[name]) for name in _SUMS)
    known = not sums["nobody"] and _same(above, own["numerator"]) and _same(below, own["denominator"])
    products = np.array([[sums.get(f"{one}_{other}", sums.get(f"{other}_{one}")) for other in _SUMS] for one in _SUMS])
    value = above / below if known and below > 0 else np.nan
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
    if variance < _ROUNDING * float(np.abs(gradient) @ np.abs(products) @ np.abs(gradient)):
        variance = 0.0
    half = float(stdtrit(people - 1, (1 + CONFIDENCE) / 2)) * np.sqrt(variance * people / (people - 1))
    return value - half, value + half


def _same(sum_: float, told: Any) -> bool:  # noqa: ANN401 - an int, a Decimal, or what pandas puts for none
    """Whether the sum over people is what the whole has; else it is no sum over them."""
    return bool(np.isclose(sum_, 0.0 if pd.isna(told) else float(told), rtol=_ROUNDING, atol=0.0))
