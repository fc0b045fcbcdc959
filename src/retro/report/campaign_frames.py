"""What other reports recorded, as frames that metrics read."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.report.recorded import Recorded


def campaign_frame(campaigns: Sequence[Recorded], fingerprint: str, text: Text) -> pd.DataFrame:
    """The reports that a report is made from, one row each.

    Returns:
        One row per report, in the order of the params.

        - `report` (str): Its name, such as `2025Q1/new_user_week`.
        - `title` (str): Its title in the reader's language.
        - `campaign_id` (str), `start`, `end` (datetime), `budget` (str), `targets` (mapping of str): As it was asked;
          None where it is missing.
        - `state` (str): `recorded`; `not_made`, `breached`, `failed`, `unreadable`: it is missing, and why.
        - `same_data` (bool): Whether its figures are of the data that this report sees.
        - `group` (int): Campaigns whose days, anticipation and settling too, touch have the same one: their reports
          estimated them together.
    """
    groups = _groups([_touched(one.params) for one in campaigns])
    rows = [
        {
            "report": one.name,
            "title": text.pick(one.title) if one.title else one.name,
            "campaign_id": one.params.get("campaign_id"),
            "start": _local(one.params.get("start")),
            "end": _local(one.params.get("end")),
            "budget": one.params.get("budget"),
            "targets": one.params.get("targets"),
            "state": one.state,
            "same_data": one.fingerprint == fingerprint,
            "group": group,
        }
        for one, group in zip(campaigns, groups, strict=True)
    ]
    columns = ["report", "title", "campaign_id", "start", "end", "budget", "targets", "state", "same_data", "group"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def figure_frame(campaigns: Sequence[Recorded]) -> pd.DataFrame:
    """The figures that these reports recorded.

    Returns:
        One row per report and figure: `report` (str), and the fields of a ledger's entry (`name`, `value`, `unit`,
        `numerator`, `denominator`, `low`, `high`, ...; amounts and counts are Decimal, None where missing).
    """
    rows = [{"report": one.name, **entry.model_dump()} for one in campaigns for entry in one.ledger.entries]
    columns = ["report", "name", "value", "unit", "numerator", "denominator", "low", "high", "about"]
    return pd.DataFrame(rows, columns=None if rows else columns, dtype=object)


def _touched(params: Mapping[str, Any]) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """The days that a campaign touched, as its params were; None for one that is missing."""
    start, end = _local(params.get("start")), _local(params.get("end"))
    if start is None or end is None:
        return None
    roi = params.get("roi") or {}
    before, after = (pd.Timedelta(days=int(roi.get(f"{side}_days") or 0)) for side in ("anticipation", "settling"))
    return start.floor("D") - before, end.ceil("D") + after


def _groups(spans: Sequence[tuple[pd.Timestamp, pd.Timestamp] | None]) -> list[int]:
    """The group of each campaign: that of the earlier ones whose days it shares, else one of its own."""
    groups = list(range(len(spans)))
    for place, span in enumerate(spans):
        for other in spans[:place]:
            if span and other and span[0] < other[1] and other[0] < span[1]:
                old, new = groups[place], groups[spans.index(other)]
                groups = [new if group == old else group for group in groups]
    return groups


def _local(moment: str | None) -> pd.Timestamp | None:
    """A moment of the params as the tables' columns have it: local wall clock without a zone."""
    return None if moment is None else pd.Timestamp(moment).tz_localize(None)
