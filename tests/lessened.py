"""Public data sets with something taken away: a shop's source as it would be written of data that has less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from shops import ROOT

Source = dict[str, Any]
Lessen = Callable[[Source], None]


def without(table: str, *columns: str) -> Lessen:
    """Without some columns of a table, or without the table."""

    def lessen(source: Source) -> None:
        if columns:
            _select(source, table, f"* exclude ({', '.join(columns)})")
        else:
            del source["tables"][table]

    return lessen


def with_(table: str, columns: str) -> Lessen:
    """With other contents of some columns, or further ones."""
    return lambda source: _select(source, table, columns)


def raw_where(table: str, condition: str) -> Lessen:
    """With some rows of a raw table only, whatever is read from it."""

    def lessen(source: Source) -> None:
        for spec in source["tables"].values():
            spec["sql"] = spec["sql"].replace(
                f"from {table}", f"from (select * from {table} where {condition}) as {table}"
            )

    return lessen


def said(**keys: Any) -> Lessen:
    """With more said of it in the source file."""
    return lambda source: source.update(keys)


def _select(source: Source, table: str, columns: str) -> None:
    spec = source["tables"][table]
    spec["sql"] = f"select {columns} from ({spec['sql']}) as whole"


_DAYS = "* replace (date_trunc('day', {0}) as {0})"
_RATES = {"sql": "select distinct 'EUR' as currency, cast(buy_ts as date) as \"on\", 1.5 as rate from orders_log"}
_CURRENCY = with_("orders", "*, case when hash(order_id) % 5 = 0 then 'EUR' else 'XXX' end as currency")

LESSENED: Mapping[str, tuple[Lessen, ...]] = {
    "without_buyers": (without("users"), without("orders", "user_id")),
    "without_amounts": (without("orders", "amount"),),
    "by_days": (with_("orders", _DAYS.format("ordered_at")), with_("users", _DAYS.format("registered_at"))),
    "of_one_month": (raw_where("orders_log", "buy_ts >= date '2017-10-24'"),),
    "sampled": (
        raw_where("orders_log", "hash(uid) % 20 = 0"),
        said(sample={"of": "users", "share": 0.05, "how": "random"}),
    ),
    "without_costs": (without("campaign_costs"),),
    "without_channels": (without("campaign_costs", "channel"),),
    "of_two_currencies": (_CURRENCY, lambda source: source["tables"].update(exchange_rates=dict(_RATES))),
    "of_two_currencies_without_rates": (_CURRENCY,),
}
"""By name: what is taken away."""


def write_lessened(project: Path, report: str, name: str) -> Path:
    """Write a report's params, and its source with something taken away, into a project; returns the params file."""
    folder, kind = report.split("/")
    source = yaml.safe_load((ROOT / "params" / folder / "source.yaml").read_text(encoding="utf-8"))
    for lessen in LESSENED[name]:
        lessen(source)
    own = project / "params" / name
    own.mkdir(parents=True, exist_ok=True)
    (own / "source.yaml").write_text(yaml.safe_dump(source, allow_unicode=True), encoding="utf-8")
    (own / f"{kind}.yaml").write_bytes((ROOT / "params" / report).with_suffix(".yaml").read_bytes())
    return own.relative_to(project) / f"{kind}.yaml"
