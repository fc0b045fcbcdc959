"""Observed until: the moment up to which a report's data is whole, and what cannot be asked of such data."""

import datetime as dt

from retro.campaigns import CampaignParams
from retro.contracts import personal_columns
from retro.contracts.dimensions import dimensions
from retro.errors import ParamsError
from retro.files import project_root
from retro.sources import Tables
from retro.sources.as_of import MOMENTS


def observed(params: CampaignParams, tables: Tables) -> dt.datetime | None:
    """Until when the tables that move with time were observed; None where the data holds no times."""
    if params.period is not None:
        return None
    return min(tables.observed_until(name) for name in _moving(tables))


def reached(params: CampaignParams, tables: Tables) -> dt.datetime | None:
    """Until when they could be observed, whatever moment the source says; None likewise."""
    return None if params.period is not None else min(tables.reaches(name) for name in _moving(tables))


def refuse_unrestricted(params: CampaignParams, tables: Tables) -> None:
    """Refuse a segment that report or experiments cannot be restricted to, and segments of theirs that are people.

    Raises:
        ParamsError: An experiment is cut by a column that a contract calls personal.
        SourceError: The main rows, or a table of units, lack a column of the segment; or no row has a value of it.
    """
    if params.segment:
        rows = [name for name in params.needed_tables(tables.names) if name in {"users", "orders", "events"}]
        tables.refuse_segment(rows, dimensions(project_root() / "data_contracts"))
    if asked := [(design.id, column) for design in params.experiments for column in design.segments]:
        personal = personal_columns(project_root() / "data_contracts")
        if refused := next(((name, column) for name, column in asked if column in personal), None):
            raise ParamsError(
                f"experiments: segments of {refused[0]!r} must hold groups of people, got {refused[1]!r}, which points "
                "at single ones. Choose a column such as channel or city."
            )
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
        ParamsError: `end` lies after the data, the window is cut finer than the data knows, or `period` stands in place
            of dates that the data has.
        SourceError: A table has no rows.
    """
    _refuse_undated(params, tables, where)
    _refuse_coarse(params, tables, where)
    until = observed(params, tables)
    end = params.to_date(until).window.end
    if until is None or end <= until:
        return
    raise ParamsError(
        f"{where}: end must not lie after the data, which was observed until {until:%Y-%m-%dT%H:%M}, got "
        f"{end:%Y-%m-%dT%H:%M}. {_advice(tables, until)}"
    )


def _refuse_undated(params: CampaignParams, tables: Tables, where: str) -> None:
    """Refuse words in place of dates where there are dates."""
    if params.period is None:
        return
    for name in _moving(tables):
        if name in tables and _has_moments(tables, name):
            raise ParamsError(
                f"{where}: period must be left out where the data holds times, got {MOMENTS[name]} in {name}. "
                "The report says the window from start to end."
            )


def _has_moments(tables: Tables, name: str) -> bool:
    table = tables.whole(name)
    return MOMENTS[name] in table.columns and int(table[MOMENTS[name]].count().execute()) > 0


def _refuse_coarse(params: CampaignParams, tables: Tables, where: str) -> None:
    """Refuse a window that begins or ends within what the sales are known by: a part of a day, or of a month."""
    name = next((name for name in _moving(tables) if name in tables), None)
    grain = None if name is None or params.period is not None else tables.grain(name)
    if grain not in {"day", "month"}:
        return
    for key, moment in (("start", params.window.start), ("end", params.window.end)):
        if moment.time() != dt.time() or (grain == "month" and moment.day != 1):
            rule = "be the first day of a month" if grain == "month" else "be a midnight"
            raise ParamsError(
                f"{where}: {key} must {rule}, as {name} knows only {grain}s, got {moment:%Y-%m-%dT%H:%M}. "
                f"Take whole {grain}s."
            )


def _moving(tables: Tables) -> list[str]:
    """The tables by which it is seen until when a shop was observed: sales and visits, else the first of the others."""
    others = (name for name in ("exposures", "page_views", "points_ledger", "live_sessions", "users") if name in tables)
    return [name for name in ("orders", "events") if name in tables] or [next(others, "exposures")]


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
