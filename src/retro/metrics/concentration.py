"""Concentration: how unevenly points, orders or money are spread over people."""

import ibis
import numpy as np
import pandas as pd

from retro.errors import MetricError
from retro.metrics.windows import check_at_least, require


def lorenz(table: ibis.Table, *, by: str = "user_id", value: str = "amount", points: int = 100) -> pd.DataFrame:
    """Compute the Lorenz curve of a value over people.

    Args:
        table: Any rows with a person and a value; a person's rows are added up.
        by: The column of the person. Rows without it are left out.
        value: The column that is spread; nobody's sum may be below 0.
        points: How many points of the curve to return; with fewer people, one for each.

    Returns:
        Points of the curve, rising; the ends (0, 0) and (1, 1) are left out, no row where there is nothing to spread.
        - `people_share` (float): Share of the people.
        - `value_share` (float): Share of the value that they hold.

    Raises:
        MetricError: Somebody's sum is below 0, or `points` is below 2.
    """
    check_at_least("points", points, 2)
    ranked = _ranked(table, by, value)
    people, total = _whole(ranked, value)
    if not total:
        return pd.DataFrame({"people_share": [], "value_share": []}, dtype="float64")
    bucket = ((ranked.place + 1) * points + people - 1) // people
    counted = ranked.group_by(bucket=bucket).aggregate(place=ranked.place.max() + 1, held=ranked.held.max())
    found = counted.filter(counted.place < people).order_by("place").execute()
    shares = {"people_share": found["place"] / people, "value_share": found["held"].astype(float) / total}
    return pd.DataFrame(shares).astype("float64")


def concentration(table: ibis.Table, *, by: str = "user_id", value: str = "amount", top: float = 0.2) -> pd.DataFrame:
    """Compute the share of a value that the top people hold, and its Gini coefficient.

    `table`, `by` and `value` are those of `lorenz`. `top` is the share of people at the top.

    Returns:
        One row.
        - `people` (int): Persons with a row.
        - `total` (float): What they hold together.
        - `top_share` (float): The share of people asked for.
        - `top_rate` (float): Share of the value that they hold. NaN where there is nothing to spread.
        - `gini` (float): 0 where all hold the same, up to 1. NaN likewise.

    Raises:
        MetricError: Somebody's sum is below 0, or `top` is not between 0 and 1.
    """
    if not 0 < top < 1:
        raise MetricError(f"concentration: top must lie between 0 and 1, got {top!r}.")
    ranked = _ranked(table, by, value)
    people, total = _whole(ranked, value)
    if not total:
        return pd.DataFrame([(people, total, top, np.nan, np.nan)], columns=_COLUMNS)
    edge = (1 - top) * people
    below = int(edge + 1e-9)  # 0.8 of 5 people are 4, whatever floats make of it
    sums = ranked.aggregate(
        weighted=((ranked.place + 1).cast("float64") * ranked.own.cast("float64")).sum(),
        held=ranked.own.sum(where=ranked.place < below).fill_null(0),
        next=ranked.own.sum(where=ranked.place == below).fill_null(0),
    )
    row = sums.execute().iloc[0]
    held_below = float(row["held"]) + max(0.0, edge - below) * float(row["next"])
    gini = 2 * float(row["weighted"]) / (people * total) - (people + 1) / people
    return pd.DataFrame([(people, total, top, 1 - held_below / total, gini)], columns=_COLUMNS)


_COLUMNS = ["people", "total", "top_share", "top_rate", "gini"]


def _ranked(table: ibis.Table, by: str, value: str) -> ibis.Table:
    """Each person's sum `own`, rank `place` from 0 ascending, and cumulative sum `held`."""
    require(table, "concentration", by, value)
    known = table.filter(table[by].notnull())
    sums = known.group_by(who=known[by]).aggregate(own=known[value].sum().fill_null(0))
    ordered = ibis.window(order_by=[sums.own, sums.who])
    return sums.mutate(
        place=ibis.row_number().over(ordered),
        held=sums.own.sum().over(ibis.window(order_by=[sums.own, sums.who], rows=(None, 0))),
    )


def _whole(ranked: ibis.Table, value: str) -> tuple[int, float]:
    row = ranked.aggregate(people=ranked.count(), total=ranked.own.sum(), least=ranked.own.min()).execute().iloc[0]
    if row["people"] and row["least"] < 0:
        raise MetricError(f"concentration: nobody's {value!r} may add up to less than 0, got {row['least']!s}.")
    return int(row["people"]), float(row["total"]) if row["people"] else 0.0
