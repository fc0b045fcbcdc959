"""Vectors of the areas `funnel` and `funnel/clickhouse`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import ibis
from ibis import _

from retro import metrics
from retro.metrics import Exclusion, FunnelPath, FunnelRules
from retro.periods import Window

from .vector import Skip, Vector

_ZERO = dt.datetime.fromisoformat("2000-01-01")
"""Where integer times are counted from, in seconds."""

_SCHEMA = {"user_id": "string", "event": "string", "occurred_at": "timestamp", "value": "string"}
_SECOND = dt.timedelta(seconds=1)
_MANY = 1_000_000


def check(vector: Vector) -> Iterator[str]:
    """Compare every key of `expected` that the format knows."""
    known = 0
    for key in vector.expected:
        finder = _FINDERS.get(key)
        if finder is None:
            continue
        known += 1
        yield from vector.compare(key, finder(vector))
    if not known:
        raise Skip(f"none of the expected keys {sorted(vector.expected)} is known")


def check_levels(vector: Vector) -> Iterator[str]:
    """The exact ordered funnel of each user; ClickHouse's own answer only where the exact one is not given."""
    wanted = vector.expected_exact or vector.expected["level_by_user"]
    asked = Vector(
        vector.id,
        vector.area,
        {"events": [[user, event, time] for user, time, event in vector.data["events"]]},
        {"reached_by_user": wanted},
        {"steps": vector.config["steps"], "window_seconds": vector.config["window"]},
    )
    yield from asked.compare("reached_by_user", _reached(asked))


def _counts(vector: Vector, **rules: object) -> list[int]:
    return metrics.funnel(**_asked(vector, **rules))["users"].tolist()


def _counts_by_group(vector: Vector) -> dict[str, list[int]]:
    touch = str(vector.config.get("attribution") or vector.config.get("breakdown_attribution") or "first")
    if touch.startswith(("all", "hold")):
        raise Skip("breakdown by all events is the funnel with a held property, one value at a time")
    attribution = touch.removesuffix("_touch") if "touch" in touch else touch
    if attribution.rpartition("_")[2].isdigit():
        attribution = int(attribution.rpartition("_")[2])
    frame = metrics.funnel_by(**_asked(vector), by="value", attribution=attribution, most=_MANY)
    return {str(group): own["users"].tolist() for group, own in frame.groupby("group", sort=False)}


def _reached(vector: Vector, **rules: object) -> dict[str, int]:
    users = {str(event[0]) for event in vector.data["events"]}
    frame = metrics.funnel_by(**_asked(vector, **rules), by="user_id", most=_MANY)
    steps = frame.groupby("group")["users"].sum().to_dict()
    return {user: int(steps.get(user, 0)) for user in users}


def _kept_users(vector: Vector) -> list[str]:
    reached = _reached(vector, on_exclusion="drop")
    return sorted(user for user, steps in reached.items() if steps)


def _seconds(key: str, column: str) -> Callable[[Vector], object]:
    def find(vector: Vector) -> object:
        found = metrics.conversion_times(**_asked(vector))[column].tolist()
        wanted = vector.expected[key]
        if isinstance(wanted, list):  # a null says that the source asserts nothing about the step
            return [None if want is None else found[step - 1] for step, want in enumerate(wanted)]
        first, last = vector.expected.get("from_step", 1), vector.expected.get("to_step", len(found))
        if last - first > 1:
            raise Skip(f"{key} spans steps {first} to {last}")
        return found[first - 1]

    return find


def _odds_ratio(vector: Vector) -> float:
    return float(metrics.odds_ratio(*(vector.data[cell] for cell in "abcd")))


def _asked(vector: Vector, **more: object) -> dict[str, Any]:
    """The arguments of a funnel."""
    config = vector.config
    rows = [_row(*event) for event in vector.data["events"]]
    rows += [_row(None, *event) for event in vector.expected.get("null_unit_events", ())]
    times = [row["occurred_at"] for row in rows]
    exclusions = tuple(Exclusion(x["event"], x["from_step"], x["to_step"]) for x in config.get("exclusions", ()))
    within = dt.timedelta(seconds=config.get("window_seconds", 14 * 86_400))
    steps = [_step(step, {row["event"] for row in rows}) for step in config["steps"]]
    last = max(times).replace(microsecond=0)
    rules = {
        "mode": config.get("mode", "ordered"),
        "ties": config.get("ties", "allow"),
        "exclusions": exclusions,
    } | more
    return {
        "events": ibis.memtable(rows, schema=_SCHEMA),
        "path": FunnelPath(steps, within, FunnelRules(**rules)),
        "window": Window(min(times).replace(microsecond=0), last + _SECOND, last + within + 2 * _SECOND),
    }


def _row(unit: object, event: str, time: str | int, value: object = None) -> dict[str, Any]:
    at = _ZERO + dt.timedelta(seconds=time) if isinstance(time, int | float) else dt.datetime.fromisoformat(time)
    if at.tzinfo is not None:
        at = at.astimezone(dt.UTC).replace(tzinfo=None)
    return {
        "user_id": None if unit is None else str(unit),
        "event": event,
        "occurred_at": at,
        "value": None if value is None else str(value),
    }


def _step(step: str | Sequence[str], events: set[str]) -> Any:
    """A step's names; `event|value` where no event has that name asks for the property's value too."""
    if isinstance(step, str) and "|" in step and step not in events:
        event, _bar, value = step.partition("|")
        return (_.event == event) & (_.value == value)
    return step


_FINDERS: Mapping[str, Callable[[Vector], object]] = {
    "counts": _counts,
    "counts_stop": lambda vector: _counts(vector, on_exclusion="stop"),
    "counts_drop": lambda vector: _counts(vector, on_exclusion="drop"),
    "counts_first_start_only": lambda vector: _counts(vector, entry="first"),
    "users_drop": _kept_users,
    "reached_by_user": _reached,
    "by_breakdown": _counts_by_group,
    "avg_conversion_seconds": _seconds("avg_conversion_seconds", "mean_seconds"),
    "median_conversion_seconds": _seconds("median_conversion_seconds", "median_seconds"),
    "odds_ratio": _odds_ratio,
}
