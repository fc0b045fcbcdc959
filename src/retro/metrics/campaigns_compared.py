"""Campaigns side by side, from the figures that their own reports recorded."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

import ibis
import numpy as np
import pandas as pd

from retro.metrics.intervals import add_rate
from retro.metrics.money import per_head
from retro.metrics.windows import require

COUNTED = "recorded"
"""The state of a campaign whose figures are there."""

AMOUNTS = ("campaign_cost", "net_revenue", "contribution")
"""Exact figures that add up over campaigns."""

ESTIMATES = (
    "incremental_gmv", "incremental_contribution", "net_contribution", "incremental_roi", "pull_forward_share",
)  # fmt: skip
"""Figures with an interval."""

_DRAWN = ("incremental_gmv", "incremental_contribution", "net_contribution")
"""Of these, the ones that add up."""

_RATIOS = ("output_input_ratio", "net_roi")


class Source(Protocol):
    """Where a figure is taken from: a report and the figure's name there."""

    report: str
    figure: str


def campaigns_compared(campaigns: pd.DataFrame, figures: pd.DataFrame, users: ibis.Table) -> pd.DataFrame:
    """Collect the figures that the campaigns' own reports recorded; nothing is recomputed.

    New users are counted here where a campaign's report does not record them.

    Args:
        campaigns: One row per campaign: `report`, `title`, `start`, `end`, `state`, `same_data`, and `group` where
            it is known which campaigns were estimated together.
        figures: One row per report and recorded figure: `report`, `name`, `value`, `low`, `high`, `draws`.
        users: One row per user: `registered_at` (local).

    Returns:
        One row per campaign, in the order given; figures of a missing one are missing.
        - `report`, `title`, `state` (str), `same_data` (bool): As given.
        - `campaign_cost`, `net_revenue`, `contribution` (Decimal): Booked, sold and left by its attributed orders.
        - `output_input_ratio`, `net_roi` (float): As recorded.
        - `incremental_gmv`, `incremental_contribution`, `net_contribution`, `incremental_roi`, `pull_forward_share`
          (float), and each with `_low` and `_high`: Effects against no campaign, with their 95 % interval.
        - `group` (int): Campaigns estimated together have the same one.
        - `incremental_gmv_draws`, ... (str): The draws of the first three, for `joint_ends`; None in older reports.
        - `new_users` (object, int): Registered in its window. None where it is missing.
        - `cac` (Decimal): `campaign_cost` over `new_users`. None where either is missing or nobody registered.
    """
    require(users, "users", "registered_at")
    rows = [_row(campaign, recorded_by(figures, str(campaign.report)), users) for campaign in campaigns.itertuples()]
    spread = [end for name in ESTIMATES for end in (name, f"{name}_low", f"{name}_high")]
    columns = ["report", "title", "state", "same_data", *AMOUNTS, *_RATIOS, *spread, "new_users", "cac", "group"]
    columns += [f"{name}_draws" for name in _DRAWN]
    rows = [{"group": place, **row} for place, row in enumerate(rows)]
    return pd.DataFrame(rows, columns=columns, dtype=object).astype(dict.fromkeys([*_RATIOS, *spread], "float64"))


def joint_ends(draws: Sequence[str], groups: Sequence[int]) -> tuple[float, float] | None:
    """The 95 % interval of a sum over campaigns, from their draws.

    Campaigns estimated together share the days that they split, so that their draws are added row by row: what one of
    them has too much the other has too little. Others err independently, so that their rows are shuffled first.

    Args:
        draws: The draws of each campaign, as a ledger's entry keeps them.
        groups: The group of each: campaigns estimated together have the same one.

    Returns:
        None where a campaign has no draws, or another number of them.

    Examples:
        >>> joint_ends(["1 2 3", "3 2 1"], [0, 0])
        (4.0, 4.0)
        >>> joint_ends(["1 2 3", ""], [0, 1]) is None
        True
    """
    rows = [np.array(one.split(), dtype=np.float64) for one in draws]
    if len({row.size for row in rows}) != 1 or not rows[0].size:
        return None
    places = [np.random.default_rng(group).permutation(rows[0].size) for group in groups]
    total = np.sum([row[place] for row, place in zip(rows, places, strict=True)], axis=0)
    low, high = np.percentile(total, (2.5, 97.5))
    return float(low), float(high)


def taken(figures: pd.DataFrame, sources: Mapping[str, Source]) -> pd.DataFrame:
    """Look up the recorded figures that answer goals of the period.

    Args:
        figures: One row per report and recorded figure: `report`, `name`, and the fields of a ledger's entry.
        sources: The report and the figure that answer each goal.

    Returns:
        One row per goal, in the order given: `goal` (str), `report` (str), and the fields of the recorded entry under
        its own `name`; a figure that is not there has only missing ones.
    """
    columns = ["goal", "report", "name", "value", "unit", "numerator", "denominator", "low", "high"]
    rows = []
    for goal, source in sources.items():
        found = recorded_by(figures, source.report).get(source.figure, {"name": source.figure})
        row = {**found, "goal": goal, "report": source.report}
        rows.append([row.get(column) for column in columns])
    return pd.DataFrame(rows, columns=columns, dtype=object)


def support_recorded(campaigns: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Look up how fast support answered in each campaign.

    Args:
        campaigns: One row per campaign: `report`, `title`.
        figures: One row per report and recorded figure: `report`, `name`, `value`, `numerator`, `denominator`.

    Returns:
        One row per campaign whose report covers support and that had enquiries, in the order given.
        - `report`, `title` (str).
        - `tickets`, `within` (int): Enquiries, and those answered in the time that the campaign set.
        - `rate`, `low`, `high` (float): `within` over `tickets`, with its 95 % Wilson interval.
        - `median_seconds`, `p90_seconds` (float): By when half and nine in ten were answered. NaN where none was.
    """
    rows = []
    for one in campaigns.to_dict("records"):
        found = recorded_by(figures, str(one["report"]))
        in_time = found.get("support_in_time_rate")
        if in_time is None or not in_time["denominator"]:
            continue
        times = [as_float(found.get(f"first_answer_{name}_seconds", {}).get("value")) for name in ("median", "p90")]
        rows.append((one["report"], one["title"], int(in_time["denominator"]), int(in_time["numerator"]), *times))
    columns = ["report", "title", "tickets", "within", "median_seconds", "p90_seconds"]
    frame = add_rate(pd.DataFrame(rows, columns=columns), "within", "tickets")
    return frame[[*columns[:4], "rate", "low", "high", *columns[4:]]]


def recorded_by(figures: pd.DataFrame, report: str) -> dict[str, dict[str, Any]]:
    """The figures that a report recorded, by name."""
    own = figures[figures["report"] == report]
    return {str(row["name"]): {str(key): value for key, value in row.items()} for row in own.to_dict("records")}


def _row(campaign: Any, found: Mapping[str, Mapping[str, Any]], users: ibis.Table) -> dict[str, Any]:  # noqa: ANN401 - a tuple of pandas
    row: dict[str, Any] = {name: getattr(campaign, name) for name in ("report", "title", "state", "same_data")}
    row |= {"group": int(campaign.group)} if hasattr(campaign, "group") else {}
    row |= {f"{name}_draws": found.get(name, {}).get("draws") or None for name in _DRAWN}
    if campaign.state != COUNTED:
        return row | {"new_users": None, "cac": None} | dict.fromkeys(AMOUNTS)
    row |= {name: found.get(name, {}).get("value") for name in AMOUNTS}
    row |= {name: as_float(found.get(name, {}).get("value")) for name in _RATIOS}
    for name in ESTIMATES:
        entry = found.get(name, {})
        row |= {name: as_float(entry.get("value"))}
        row |= {f"{name}_{end}": as_float(entry.get(end)) for end in ("low", "high")}
    new_users = found.get("new_users", {}).get("value")
    row["new_users"] = _registered(users, campaign) if new_users is None else int(new_users)
    cost = row["campaign_cost"]
    row["cac"] = None if cost is None else per_head(Decimal(cost), row["new_users"])
    return row


def _registered(users: ibis.Table, campaign: Any) -> int:  # noqa: ANN401 - a tuple of pandas
    start, end = campaign.start.to_pydatetime(), campaign.end.to_pydatetime()
    return int(users.filter(users.registered_at >= start, users.registered_at < end).count().execute())


def as_float(value: object) -> float:
    """A recorded figure as a float; NaN where it has no value."""
    return np.nan if value is None else float(value)  # type: ignore[arg-type]  # a Decimal of the ledger
