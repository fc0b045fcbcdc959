"""Clocks that are put forward and back: durations are counted on instants, days and hours on the wall clock."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any
from zoneinfo import ZoneInfo

import ibis

_KEY = "_retro_zone"
_YEARS = range(1992, 2038)
"""Years looked through for clock changes. China's summer time ended in 1991."""


@ibis.udf.scalar.builtin(  # type: ignore[untyped-decorator]  # ibis is not typed here
    name="timezone", signature=(("string", "timestamp"), "timestamp('UTC')")
)
def _instant_of(zone: str, moment: dt.datetime) -> dt.datetime:  # type: ignore[empty-body]  # the engine has the body
    """The engine's own conversion of a zone's wall clock to an instant (DuckDB, Postgres)."""


@ibis.udf.scalar.builtin(  # type: ignore[untyped-decorator]  # same
    name="timezone", signature=(("string", "timestamp('UTC')"), "timestamp")
)
def _clock_of(zone: str, moment: dt.datetime) -> dt.datetime:  # type: ignore[empty-body]  # same
    """The engine's own conversion of an instant to a zone's wall clock."""


@ibis.udf.scalar.builtin(  # type: ignore[untyped-decorator]  # same
    name="to_utc_timestamp", signature=(("timestamp", "string"), "timestamp")
)
def _to_utc(moment: dt.datetime, zone: str) -> dt.datetime:  # type: ignore[empty-body]  # same
    """Spark's conversion of a zone's wall clock to UTC's."""


def keep_zone(connection: Any, zone: str) -> None:  # noqa: ANN401 - Ibis backends share no useful static type
    """Remember in which zone the wall clocks of a connection's tables are."""
    setattr(connection, _KEY, zone)


@functools.lru_cache
def changes(zone: str) -> bool:
    """Whether a zone's clocks are ever put forward or back.

    Examples:
        >>> changes("Asia/Shanghai"), changes("Europe/Berlin")
        (False, True)
    """
    place = ZoneInfo(zone)
    noons = (dt.datetime(year, month, 15, 12, tzinfo=place) for year in _YEARS for month in range(1, 13))
    return len({noon.utcoffset() for noon in noons}) > 1


def engine_of(table: ibis.Expr) -> Any:  # noqa: ANN401 - as above
    """The connection of a table; None where it has none of its own."""
    try:
        return table.get_backend()
    except Exception:  # noqa: BLE001 - literals and memory tables have none, and Ibis raises a kind of its own
        return None


def zone_of(table: ibis.Expr) -> str:
    """The zone of a table whose clocks change; empty where they do not, and where nobody said a zone."""
    engine = engine_of(table)
    zone = getattr(engine, _KEY, "")
    return zone if zone and changes(zone) and engine.name in {"duckdb", "postgres", "pyspark"} else ""


def instant(moment: ibis.Value) -> ibis.Value:
    """A local moment by a clock that never changes, so that differences are durations.

    In the hour that clocks repeat, wall clocks cannot say which; it is taken as the later one, as engines do.
    """
    zone = zone_of(moment)
    if not zone:
        return moment
    if moment.get_backend().name == "pyspark":
        return _to_utc(moment, zone)
    return _clock_of("UTC", _instant_of(zone, moment))


def seconds_between(begin: ibis.Value, end: ibis.Value) -> ibis.Value:
    """The whole seconds from one local moment to another."""
    return instant(end).epoch_seconds() - instant(begin).epoch_seconds()


def instant_of(moment: dt.datetime, zone: str) -> dt.datetime:
    """The same as `instant` for one moment.

    Examples:
        >>> instant_of(dt.datetime(2025, 3, 9, 12), "America/New_York")
        datetime.datetime(2025, 3, 9, 16, 0)
        >>> instant_of(dt.datetime(2025, 3, 9, 12), "")
        datetime.datetime(2025, 3, 9, 12, 0)
    """
    if not zone:
        return moment
    both = (moment.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    return max(both).replace(tzinfo=None)
