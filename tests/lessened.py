"""Public data sets with something taken away: a shop's source as it would be written of data that has less."""

from __future__ import annotations

import copy
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


def where(table: str, condition: str) -> Lessen:
    """With some rows of a table only."""
    return lambda source: _select(source, table, "*", f" where {condition}")


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


def _select(source: Source, table: str, columns: str, rest: str = "") -> None:
    spec = source["tables"][table]
    spec["sql"] = f"select {columns} from ({spec['sql']}) as whole{rest}"


_DAYS = "* replace (date_trunc('day', {0}) as {0})"
_RATES = {
    "exchange_rates": {
        "sql": "select distinct 'EUR' as currency, cast(InvoiceDate as date) as \"on\", 0.87 as rate from lines"
    }
}
_CURRENCY = with_("orders", "*, case when hash(order_id) % 5 = 0 then 'EUR' else 'GBP' end as currency")

LESSENED: Mapping[str, tuple[str, tuple[Lessen, ...]]] = {
    "shop_without_buyers": ("online_retail/new_user_week", (without("users"), without("orders", "user_id"))),
    "night_without_buyers": ("afisha/flash_sale_night", (without("users"), without("orders", "user_id"))),
    "shop_without_amounts": ("online_retail/new_user_week", (without("orders", "amount"),)),
    "night_without_amounts": ("afisha/flash_sale_night", (without("orders", "amount"),)),
    "contest_without_amounts": ("starbucks_rewards/points_contest", (without("orders", "amount"),)),
    "shop_by_days": (
        "online_retail/new_user_week",
        (with_("orders", _DAYS.format("ordered_at")), with_("users", _DAYS.format("registered_at"))),
    ),
    "night_by_days": (
        "afisha/flash_sale_night",
        (with_("orders", _DAYS.format("ordered_at")), with_("users", _DAYS.format("registered_at"))),
    ),
    "contest_by_days": (
        "starbucks_rewards/points_contest",
        (
            with_("orders", _DAYS.format("ordered_at")),
            with_("events", _DAYS.format("occurred_at")),
            with_("points_ledger", _DAYS.format("occurred_at")),
            with_("exposures", _DAYS.format("exposed_at")),
        ),
    ),
    "shop_of_one_month": ("online_retail/new_user_week", (raw_where("lines", "InvoiceDate >= date '2011-09-03'"),)),
    "night_of_one_month": ("afisha/flash_sale_night", (raw_where("orders_log", "buy_ts >= date '2017-10-24'"),)),
    "shop_sampled": (
        "online_retail/new_user_week",
        (where("orders", "hash(order_id) % 20 = 0"), said(sample={"of": "orders", "share": 0.05, "how": "random"})),
    ),
    "night_sampled": (
        "afisha/flash_sale_night",
        (
            raw_where("orders_log", "hash(uid) % 20 = 0"),
            said(sample={"of": "users", "share": 0.05, "how": "random"}),
        ),
    ),
    "night_without_costs": ("afisha/flash_sale_night", (without("campaign_costs"),)),
    "contest_without_costs": ("starbucks_rewards/points_contest", (without("campaign_costs"),)),
    "night_without_channels": ("afisha/flash_sale_night", (without("campaign_costs", "channel"),)),
    "shop_of_two_currencies": (
        "online_retail/new_user_week",
        (_CURRENCY, lambda source: source["tables"].update(copy.deepcopy(_RATES))),
    ),
    "shop_of_two_currencies_without_rates": ("online_retail/new_user_week", (_CURRENCY,)),
}
"""By name: the report that is made of it, and what is taken away."""


def write_lessened(project: Path, name: str) -> str:
    """Write params and source of one of these into a project; returns the report's target."""
    report, steps = LESSENED[name]
    folder, kind = report.split("/")
    source = yaml.safe_load((ROOT / "params" / folder / "source.yaml").read_text(encoding="utf-8"))
    for lessen in steps:
        lessen(source)
    own = project / "params" / name
    own.mkdir(parents=True, exist_ok=True)
    (own / "source.yaml").write_text(yaml.safe_dump(source, allow_unicode=True), encoding="utf-8")
    (own / f"{kind}.yaml").write_bytes((ROOT / "params" / report).with_suffix(".yaml").read_bytes())
    return f"{name}/{kind}"
