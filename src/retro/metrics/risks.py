"""Risks: the risks of the plan, beside the incidents that happened."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import ibis
import numpy as np
import pandas as pd

from retro.metrics.windows import require
from retro.periods import Window

UNPLANNED = "unplanned"
"""Incidents that no risk of the plan covers."""


class Risk(Protocol):
    """A risk of the plan, with its systems."""

    systems: Sequence[str]


def incidents_in(incidents: ibis.Table, window: Window) -> pd.DataFrame:
    """The incidents that touched a period.

    Args:
        incidents: One row per incident: `system`, `severity`, `started_at`, `ended_at` (local), `title`, `requests`,
            `failed_requests` (null where not counted).
        window: The period.

    Returns:
        One row per incident, by its start: `system`, `severity`, `title` (str), `started_at` (datetime), `minutes`
        (float; inside the period, up to its end for one that goes on), `requests`, `failed` (float; NaN where not
        counted).
    """
    needed = ("system", "severity", "started_at", "ended_at", "title", "requests", "failed_requests")
    require(incidents, "incidents", *needed)
    touched = incidents.filter(
        incidents.started_at < window.end, (incidents.ended_at > window.start) | incidents.ended_at.isnull()
    )
    frame = touched.select(*needed).order_by(["started_at", "system"]).execute()
    first = pd.to_datetime(frame["started_at"]).clip(lower=window.start)
    last = pd.to_datetime(frame["ended_at"]).fillna(pd.Timestamp(window.end)).clip(upper=window.end)
    frame["minutes"] = (last - first) / pd.Timedelta(minutes=1)
    frame["failed"] = pd.to_numeric(frame["failed_requests"], errors="coerce").astype("float64")
    frame["requests"] = pd.to_numeric(frame["requests"], errors="coerce").astype("float64")
    columns = ("system", "severity", "title", "started_at", "minutes", "requests", "failed")
    return pd.DataFrame({name: frame[name] for name in columns})


def risks(incidents: pd.DataFrame, plan: Mapping[str, Risk]) -> pd.DataFrame:
    """Match the plan's risks with the incidents of their systems.

    Args:
        incidents: What `incidents_in` returns.
        plan: The plan's risks by name.

    Returns:
        One row per risk, in the plan's order, then `unplanned` where some incident belongs to none.
        - `risk` (str).
        - `incidents`, `major` (int): How many happened, and how many of them were major.
        - `minutes` (float): For how long, overlapping ones added.
        - `requests`, `failed` (float): Requests that were counted while they lasted, and of these the failed ones. NaN
          where none was counted.
        - `failure_rate` (float): `failed` over `requests`. NaN likewise.
    """
    covered = {system for risk in plan.values() for system in risk.systems}
    rows = [_row(name, incidents[incidents["system"].isin(list(risk.systems))]) for name, risk in plan.items()]
    rest = incidents[~incidents["system"].isin(list(covered))]
    rows += [_row(UNPLANNED, rest)] if len(rest) else []
    return pd.DataFrame(rows, columns=["risk", "incidents", "major", "minutes", "requests", "failed", "failure_rate"])


def _row(name: str, own: pd.DataFrame) -> dict[str, Any]:
    requests, failed = own["requests"].sum(min_count=1), own["failed"].sum(min_count=1)
    return {
        "risk": name,
        "incidents": len(own),
        "major": int((own["severity"] == "major").sum()),
        "minutes": float(own["minutes"].sum()),
        "requests": float(requests),
        "failed": float(failed),
        "failure_rate": float(failed / requests) if requests > 0 else np.nan,
    }
