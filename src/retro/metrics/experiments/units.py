"""Units: one row per unit of an experiment, with arm, segments and outcomes; lazy."""

import datetime as dt
import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from retro.clocks import seconds_between
from retro.designs import Experiment, Metric, Outcome
from retro.errors import MetricError, MissingColumn, did_you_mean
from retro.metrics.experiments.exposure import Exposure, TableMap, of_experiment, one_table, table_of
from retro.metrics.orders import valid_orders
from retro.metrics.retention import ARRIVAL
from retro.metrics.windows import day_number, require, whole_days_until

SEVERAL = "(several)"
"""The arm of units that were exposed to more than one; they are counted and left out."""

_DAY = 86_400
_NO = ibis.literal(value=False)


def unit_table(design: Experiment, tables: TableMap, exposure: Exposure, *, with_nan: bool = True) -> ibis.Table:
    """One row for each unit that was exposed.

    Args:
        design: The experiment.
        tables: The canonical tables that it names.
        exposure: When units were exposed and until when they were observed.
        with_nan: Whether floats may hold NaN, which is then taken as null. To look at every value costs as much as to
            add all of them up, so that callers try without first: means turn NaN if there is any.

    Returns:
        `unit_id`, `arm` (`SEVERAL` where there was more than one), `exposed_at` (first exposure), `day` (number of its
        local day; absent without times), `early` (whether the unit did what is measured after the experiment began but
        before it was exposed itself; absent where that cannot be known), `s0`.. (segments, as text), and for each
        metric `y0`.. (outcome; null where it is missing or not yet observed), `z0`.. (what a ratio divides by, or the
        pre-period) and, of a ratio with a pre-period, `u0`.. and `v0`.. (both its sides before).

    Raises:
        MetricError: A table or a column that the design names is missing.
    """
    if one_table(design, tables):
        units = _flat(of_experiment(tables["outcomes"], design), design)
    else:
        units = _exposed(of_experiment(tables["exposures"], design), design, _told_with_exposures(design, tables))
        for name in ("orders", "events"):
            if asked := _asked_of(name, design):
                units = _with_actions(units, table_of(tables, name, design), name, asked, exposure, design)
        if any(part.column is not None for _, metric in design.metrics for part in metric.parts):
            units = _with_outcomes(units, of_experiment(table_of(tables, "outcomes", design), design), design)
    units = _with_segments(units, design, tables)
    chosen = {name: units[name] for name in ("unit_id", "arm", "exposed_at")}
    if exposure.first is not None:
        chosen["day"] = day_number(units.exposed_at).cast("int64")
    if early := [units[name].fill_null(_NO) for name in units.columns if name.startswith("early_")]:
        chosen["early"] = functools.reduce(operator.or_, early)
    chosen |= {f"s{place}": units[name].cast("string") for place, name in enumerate(design.segments)}
    if design.cluster is not None:
        chosen["cluster"] = units[design.cluster]
    for place, (_, metric) in enumerate(design.metrics):
        chosen |= _values(units, place, metric, design, exposure, with_nan=with_nan)
    return units.select(**chosen)


def _told_with_exposures(design: Experiment, tables: TableMap) -> list[str]:
    """The columns with pre-periods that `exposures` hold: those of no outcome of `outcomes`, and those not there."""
    known = tables["outcomes"].columns if "outcomes" in tables else ()
    asked = [
        name
        for _, metric in design.metrics
        for name in metric.before_columns
        if metric.column is None or (name not in known and name in tables["exposures"].columns)
    ]
    return list(dict.fromkeys(asked))


def _exposed(own: ibis.Table, design: Experiment, before: Sequence[str]) -> ibis.Table:
    columns = [column for column in (*design.segments, design.cluster) if column and column in own.columns]
    if before:
        require(own, "exposures", *before)
        own = own.mutate(first=own.exposed_at.min().over(group_by=own.unit_id))  # later ones saw the arm already
    return own.group_by("unit_id").aggregate(
        arm=ibis.ifelse(own.arm.min() == own.arm.max(), own.arm.min(), SEVERAL),
        exposed_at=own.exposed_at.min(),
        **{column: own[column].min() for column in dict.fromkeys(columns)},
        **{f"p_{name}": own[name].max(where=(own.exposed_at == own.first) | own.first.isnull()) for name in before},
    )


def _flat(own: ibis.Table, design: Experiment) -> ibis.Table:
    """One row per unit from outcomes that hold the arms too."""
    kept = {name: own[name] for name in (*design.segments, design.cluster) if name and name in own.columns}
    kept["exposed_at"] = own.exposed_at if "exposed_at" in own.columns else ibis.null("timestamp")
    units = own.select("unit_id", "arm", **kept, **_outcome_columns(own, design))
    return _marked_early(units)


@dataclass(frozen=True)
class _Asked:
    """A column of actions: what is counted or added up and, for the pre-period, in how many days before exposure."""

    column: str
    outcome: Outcome
    before_days: int | None = None


def _asked_of(table: str, design: Experiment) -> list[_Asked]:
    """The columns that the design's metrics ask of a table of actions."""
    asked = []
    for place, (_, metric) in enumerate(design.metrics):
        for index, part in enumerate(metric.parts):
            if part.table != table:
                continue
            asked.append(_Asked(f"a{place}_{index}", part))
            if metric.before_days is not None:
                asked.append(_Asked(f"b{place}_{index}", part, metric.before_days))
    return asked


def _with_actions(
    units: ibis.Table, actions: ibis.Table, name: str, asked: Sequence[_Asked], exposure: Exposure, design: Experiment
) -> ibis.Table:
    """Add up each unit's actions round its exposure, in one pass over the table."""
    if exposure.first is None:
        raise MetricError(f"{name}: exposures must have times to be compared with, got none. Name a column instead.")
    key = unit_key(actions, name, design)
    if name == "orders":
        actions = valid_orders(actions).rename(at="ordered_at", unit_id=key)
    else:
        require(actions, "events", key, "event", "occurred_at")
        actions = actions.rename(at="occurred_at", unit_id=key)
    back = max((one.before_days or 0 for one in asked), default=0)
    ahead = max(one.outcome.days for one in asked) + 1
    start, end = (
        exposure.first - dt.timedelta(days=back),
        (exposure.last or exposure.first) + dt.timedelta(days=ahead + 1),
    )
    near = actions.filter(actions.at >= start, actions.at < end)
    values = sorted({one.outcome.orders.value or "" for one in asked if one.outcome.orders is not None} - {""})
    require(actions, name, *values)
    kept = ["unit_id", "at", *(["event"] if name == "events" else []), *values]
    joined = near.select(*kept).join(units.select("unit_id", since=units.exposed_at), "unit_id")
    done = joined.group_by("unit_id").aggregate(
        **{one.column: _amount(joined, one, exposure) for one in asked},
        **{f"early_{name}": _before(joined, asked, exposure)},
    )
    return units.left_join(done, "unit_id").drop("unit_id_right")


def unit_key(table: ibis.Table, name: str, design: Experiment) -> str:
    """The column of a table that holds the experiment's units; refuse a table that knows only others."""
    key = f"{design.unit}_id"
    if key not in table.columns:
        raise MissingColumn(
            f"experiment {design.id!r}: {name} must hold {key}, since its unit is {design.unit}, got no such column. "
            f"{did_you_mean(key, table.columns)}",
            name,
            key,
        )
    return key


def _amount(joined: ibis.Table, asked: _Asked, exposure: Exposure) -> ibis.Value:
    """What a unit did in the days that count."""
    outcome = asked.outcome
    apart = seconds_between(joined.since, joined.at)
    if outcome.retention is not None:
        days = day_number(joined.at) - day_number(joined.since)
        return joined.count(where=(days == outcome.retention.day) & (joined.event != ARRIVAL))
    if asked.before_days is not None:
        counted = (apart < 0) & (apart >= -asked.before_days * _DAY)
    else:
        counted = (apart >= 0) & (apart < outcome.days * _DAY)
        if exposure.observed_until is not None:
            counted &= joined.at < exposure.observed_until
    counted &= _is_meant(joined, outcome)
    if outcome.orders is not None and outcome.orders.value is not None:
        return joined[outcome.orders.value].sum(where=counted)
    return joined.count(where=counted)


def _is_meant(joined: ibis.Table, outcome: Outcome) -> Any:  # noqa: ANN401 - ibis is not typed here
    return joined.event == outcome.events.event if outcome.events is not None else ibis.literal(value=True)


def _before(joined: ibis.Table, asked: Sequence[_Asked], exposure: Exposure) -> ibis.Value:
    """Whether the unit did what is measured after the experiment began and before it was exposed."""
    timed = [one.outcome for one in asked if one.outcome.retention is None and one.before_days is None]
    meant: Any = _NO
    for outcome in timed:
        meant |= _is_meant(joined, outcome)
    return joined.count(where=meant & (joined.at >= exposure.first) & (joined.at < joined.since)) > 0


def _with_outcomes(units: ibis.Table, own: ibis.Table, design: Experiment) -> ibis.Table:
    columns = _outcome_columns(own, design, [name.removeprefix("p_") for name in units.columns if name[:2] == "p_"])
    segments = [name for name in design.segments if name in own.columns and name not in units.columns]
    found = units.left_join(own.select("unit_id", *segments, **columns), "unit_id").drop("unit_id_right")
    return _marked_early(found)


def _outcome_columns(outcomes: ibis.Table, design: Experiment, told: Sequence[str] = ()) -> dict[str, ibis.Value]:
    """The columns of outcomes that the design names, `o_<column>`, and when they were observed where that is known.

    Those in `told` come from the exposures.
    """
    metrics = [metric for _, metric in design.metrics]
    columns = [part.column for metric in metrics for part in metric.parts if part.column is not None]
    columns += [
        name for metric in metrics if metric.column is not None for name in metric.before_columns if name not in told
    ]
    require(outcomes, "outcomes", "unit_id", *columns)
    chosen = {f"o_{column}": outcomes[column] for column in dict.fromkeys(columns)}
    return chosen | ({"outcome_at": outcomes.observed_at} if "observed_at" in outcomes.columns else {})


def _marked_early(units: ibis.Table) -> ibis.Table:
    if "outcome_at" not in units.columns:
        return units
    return units.mutate(early_outcomes=units.outcome_at < units.exposed_at)


def _with_segments(units: ibis.Table, design: Experiment, tables: TableMap) -> ibis.Table:
    """Take the segments that neither exposures nor outcomes hold from `users`."""
    missing = [name for name in design.segments if name not in units.columns]
    if missing:
        users = tables.get("users", ibis.table({"user_id": "string"}, name="users"))
        for name in missing:
            if name not in users.columns:
                hint = did_you_mean(name, {column for table in tables.values() for column in table.columns})
                raise MetricError(f"experiment {design.id!r}: segment {name!r} must be a column. {hint}")
        own = users.select(*missing, member_id=users[unit_key(users, "users", design)])
        units = units.left_join(own, units.unit_id == own.member_id).drop("member_id")
    if design.cluster is not None:
        require(units, "exposures", design.cluster)
    return units


def _values(
    units: ibis.Table, place: int, metric: Metric, design: Experiment, exposure: Exposure, *, with_nan: bool
) -> dict[str, ibis.Value]:
    """A metric's outcome, and what stands beside it; either is null where the outcome is not known."""
    hidden = metric.kind == "conversion" or metric.cap is not None  # a NaN would pass for a large number
    parts = [(f"a{place}_{index}", part) for index, part in enumerate(metric.parts)]
    amounts = [_part(units, column, part, with_nan=with_nan or hidden) for column, part in parts]
    if metric.kind == "conversion":
        amounts = [_happened(amount) for amount in amounts]
    amounts = [_float(amount) for amount in amounts]
    if design.nulls == "zero":
        amounts = [amount.fill_null(0.0) for amount in amounts]
    known = _known(units, metric, exposure.observed_until)
    if len(amounts) > 1:
        known += [amounts[1].notnull(), amounts[0].notnull()]
    values = {f"y{place}": _where(known, amounts[0])}
    if metric.per is not None:
        values[f"z{place}"] = _where(known, amounts[1])
    if metric.has_before:
        sides = ("u", "v") if metric.per is not None else ("z",)
        for index, side in enumerate(sides):
            name = f"b{place}_{index}" if metric.before_days is not None else f"p_{metric.before_columns[index]}"
            before = units[name if name in units.columns else f"o_{metric.before_columns[index]}"]
            number = _number(before, with_nan=with_nan).cast("float64").fill_null(0.0)
            values[f"{side}{place}"] = _where([*known, amounts[0].notnull()], number)
    return values


def _where(conditions: Sequence[Any], value: ibis.Value) -> ibis.Value:
    """A value where all conditions hold, else null; an engine is asked about nothing that always holds."""
    if not conditions:
        return value
    return ibis.ifelse(functools.reduce(operator.and_, conditions), value, ibis.null("float64"))


def _happened(amount: ibis.Value) -> ibis.Value:
    """1 where anything happened; what is null stays null. PostgreSQL makes a truth a number of 32 bits only."""
    return (amount if amount.type().is_boolean() else amount > 0).cast("int32")


def _float(amount: ibis.Value) -> ibis.Value:
    return (amount.cast("int32") if amount.type().is_boolean() else amount).cast("float64")


def _part(units: ibis.Table, column: str, part: Outcome, *, with_nan: bool) -> ibis.Value:
    """An outcome: actions that did not happen are 0, a column's null stays null."""
    if part.column is not None:
        return _number(units[f"o_{part.column}"], with_nan=with_nan)
    return units[column].fill_null(0)


def _number(value: ibis.Value, *, with_nan: bool) -> ibis.Value:
    """A column's values; NaN, which engines sort above every number, is null."""
    kind = value.type()
    if not kind.is_floating():
        return value
    return ibis.ifelse(value.isnan(), ibis.null(kind), value) if with_nan else value


def _known(units: ibis.Table, metric: Metric, until: dt.datetime | None) -> list[Any]:
    """The conditions under which a unit's outcome counts and can be known by now."""
    conditions = []
    if "outcome_at" in units.columns and metric.column is not None:
        conditions.append(~units.early_outcomes.fill_null(_NO))
    if until is None:
        return conditions
    for part in metric.parts:
        if part.retention is not None:
            conditions.append(day_number(units.exposed_at) + part.retention.day < whole_days_until(until))
        elif part.days:
            conditions.append(units.exposed_at <= until - dt.timedelta(days=part.days))
    return conditions
