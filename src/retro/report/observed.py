"""Observed until: the moment up to which a report's data is whole, and what cannot be asked of such data."""

import datetime as dt

from retro.campaigns import CampaignParams
from retro.errors import ParamsError
from retro.sources import Tables


def observed(params: CampaignParams, tables: Tables) -> dt.datetime | None:
    """Until when the tables that move with time were observed; None where the data holds no times."""
    if params.period is not None:
        return None
    return min(tables.observed_until(name) for name in _moving(tables))


def refuse_unrestricted(params: CampaignParams, tables: Tables) -> None:
    """Refuse a segment that the params' experiments cannot be restricted to.

    Raises:
        SourceError: A table of units lacks a column of the segment.
    """
    for design in params.experiments if params.segment else ():
        for name in ("exposures", "outcomes"):
            tables.refuse_unrestricted(name, design.unit)


def refuse_unfinished(params: CampaignParams, tables: Tables, where: str) -> None:
    """Refuse a campaign that is not over in the data: a day without data is no day without users.

    Args:
        params: The params.
        tables: The shop's tables.
        where: The params file, for messages.

    Raises:
        ParamsError: `end` lies after the data.
        SourceError: A table has no rows.
    """
    until, end = observed(params, tables), params.window.end
    if until is None or end <= until:
        return
    raise ParamsError(
        f"{where}: end must not lie after the data, which was observed until {until:%Y-%m-%dT%H:%M}, got "
        f"{end:%Y-%m-%dT%H:%M}. {_advice(tables, until)}"
    )


def _moving(tables: Tables) -> list[str]:
    return [name for name in ("orders", "events") if name in tables] or ["exposures"]


def _advice(tables: Tables, until: dt.datetime) -> str:
    if tables.source.observed_until is None:
        for name in _moving(tables):
            newest = tables.newest_day(name)
            if newest.until == until and not newest.whole:
                after = newest.on + dt.timedelta(days=1)
                return (
                    f"The newest day of {name}, {newest.on}, does not look whole (last row at {newest.last:%H:%M}): "
                    f"where it is, say observed_until: {after}T00:00 in source.yaml."
                )
    return "Run again when the data is there."
