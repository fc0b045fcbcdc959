"""Observed until: the moment up to which a report's data is whole."""

import datetime as dt

from retro.campaigns import CampaignParams
from retro.sources import Tables


def observed(params: CampaignParams, tables: Tables) -> dt.datetime | None:
    """Until when the tables that move with time were observed; None where the data holds no times."""
    if params.period is not None:
        return None
    moving = [name for name in ("orders", "events") if name in tables] or ["exposures"]
    return min(tables.observed_until(name) for name in moving)
