"""Since when a report needs the tables of which only some days are read."""

import datetime as dt
from zoneinfo import ZoneInfo

from retro.campaigns import CampaignParams
from retro.files import project_root
from retro.report.bases import bases_of
from retro.sources import Source

_WEEK = dt.timedelta(weeks=1)

_LEAST_WEEKS = 10
"""What sections look back by themselves: a month's thirteen weeks of visits, which end with it, reach no further."""


def as_read(source: Source, params: CampaignParams) -> Source:
    """The source as a report reads it: tables with `days` from what it needs on, unless the source says since when."""
    if not source.by_days or source.since is not None:
        return source
    return source.model_copy(update={"since": needed_since(params, source.zone)})


def needed_since(params: CampaignParams, zone: ZoneInfo) -> dt.datetime:
    """The first moment of which a report needs visits: for its baseline, comparisons and other campaigns.

    The baseline is as many periods of whole weeks before the report's own as it has weeks, and a week more, since weeks
    begin on Mondays.

    Raises:
        ParamsError: The report is compared with one that does not exist.
    """
    window = params.window
    weeks = -(-window.length // _WEEK) + max(window.baseline_weeks, _LEAST_WEEKS)
    bases = bases_of(params, project_root() / "params", zone)
    beside = [*(one.start for one in bases), *(one.window.start for one in params.roi.campaigns.values())]
    return min([window.start - weeks * _WEEK, *beside]) - _WEEK
