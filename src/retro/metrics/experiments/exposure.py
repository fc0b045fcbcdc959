"""Exposure: which units took part, and when."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import pandas as pd

from retro.designs import Experiment
from retro.errors import MetricError, did_you_mean
from retro.metrics.windows import require

TableMap = Mapping[str, ibis.Table]


@dataclass(frozen=True)
class Exposure:
    """When units were exposed, and until when their outcomes are known.

    Attributes:
        first: The first exposure; None where the data holds no times.
        last: The last exposure; None as `first`.
        observed_until: Until when outcomes were observed, local, exclusive; None where the data holds no times.
    """

    first: dt.datetime | None
    last: dt.datetime | None
    observed_until: dt.datetime | None


def one_table(design: Experiment, tables: TableMap) -> bool:
    """Whether the outcomes hold the arms too, so that nothing has to be joined: one row per unit, as contracted."""
    outcomes = tables.get("outcomes")
    columns = all(part.column is not None for _, metric in design.metrics for part in metric.parts)
    return outcomes is not None and "arm" in outcomes.columns and columns


def exposure_of(design: Experiment, tables: TableMap, observed_until: dt.datetime | None) -> Exposure:
    """When the experiment's units were exposed; refuse one that nobody was exposed to."""
    if one_table(design, tables):
        exposures = tables["outcomes"]
        if "exposed_at" not in exposures.columns:
            return Exposure(None, None, observed_until)
    else:
        exposures = table_of(tables, "exposures", design)
        require(exposures, "exposures", "experiment_id", "unit_id", "arm", "exposed_at")
    own = of_experiment(exposures, design)
    moments = {"first": own.exposed_at.min(), "last": own.exposed_at.max()}
    row = own.aggregate(rows=own.count(), **moments).execute().iloc[0]
    if not row["rows"]:
        require(exposures, "exposures", "experiment_id")
        known = exposures.select("experiment_id").distinct().limit(50).execute()["experiment_id"]
        hint = did_you_mean(design.id, [str(name) for name in known.dropna()]) if len(known) else ""
        raise MetricError(f"exposures: experiment must have a row, got none for {design.id!r}. {hint}".rstrip())
    first, last = (None if pd.isna(row[name]) else row[name].to_pydatetime() for name in moments)
    return Exposure(first, last, observed_until)


def of_experiment(table: ibis.Table, design: Experiment) -> ibis.Table:
    """The experiment's own rows, where a table holds several experiments."""
    return table.filter(table.experiment_id == design.id) if "experiment_id" in table.columns else table


def table_of(tables: TableMap, name: str, design: Experiment) -> ibis.Table:
    """A table that the design needs; refuse where it was not given."""
    if name not in tables:
        raise MetricError(f"experiment {design.id!r}: table {name!r} must be given. {did_you_mean(name, tables)}")
    return tables[name]
