"""Breaches: named ways in which the shop's data can be wrong, each breaking one rule of a contract.

A breach changes one table of a shop that is whole, so that the gate can be seen to find it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import duckdb

from retro.errors import RetroError, did_you_mean


@dataclass(frozen=True)
class Breach:
    """One way to be wrong.

    Attributes:
        table: The table that it changes.
        rule: What the data no longer do.
        query: The changed table, in DuckDB's SQL; `t` is the table as it was, other tables have their names.
    """

    table: str
    rule: str
    query: str


def _change(column: str, value: str, where: str) -> str:
    return f"select * replace (case when {where} then {value} else {column} end as {column}) from t"


def _some(key: str, rows: int = 3, where: str = "true") -> str:
    return f"{key} in (select {key} from t where {where} order by {key} limit {rows})"


def _twice(where: str) -> str:
    return f"select * from t union all select * from t where {where}"


def _without(where: str) -> str:
    return f"select * from t where not ({where})"


_PAID = "status = 'paid'"
_HINTED = _some("unit_id", 5, "experiment_id = 'task_hint_v2'")
_NIGHT = "campaign_id = '2025Q1-flash-sale-night'"

BREACHES: Mapping[str, Breach] = MappingProxyType(
    {
        "duplicate_key": Breach("orders", "order_id is unique", _twice(_some("order_id"))),
        "duplicate_user": Breach("users", "user_id is unique", _twice(_some("user_id"))),
        "null_key": Breach("orders", "order_id is never null", _change("order_id", "null", _some("order_id"))),
        "orphan": Breach(
            "orders", "user_id is a known user", _change("user_id", "'nobody'", _some("order_id", where=_PAID))
        ),
        "orphan_event": Breach(
            "events", "user_id is a known user", _change("user_id", "'nobody'", _some("session_id", 2))
        ),
        "orphan_item": Breach(
            "order_items", "product_id is a known product", _change("product_id", "'p9999'", _some("order_id"))
        ),
        "missing_day": Breach(
            "events", "every day has events", _without("cast(occurred_at as date) = date '2025-01-13'")
        ),
        "missing_minutes": Breach(
            "page_views",
            "every minute has a row",
            _without("minute_at >= timestamp '2025-02-28 20:03:00' and minute_at < timestamp '2025-02-28 20:06:00'"),
        ),
        "late_data": Breach(
            "events", "data reach until the end of the report", _without("occurred_at >= timestamp '2025-01-15'")
        ),
        "negative_amount": Breach(
            "orders", "amount is 0 or more", _change("amount", "-amount", _some("order_id", where=_PAID))
        ),
        "future_date": Breach(
            "orders",
            "ordered_at lies in the past",
            _change(
                "ordered_at", "ordered_at + interval 100 year", _some("order_id", where="ordered_at > '2025-03-30'")
            ),
        ),
        "shifted_clock": Breach(
            "events",
            "nobody does anything before registering",
            "select * replace (occurred_at - interval 8 hour as occurred_at) from t",
        ),
        "mixed_currency": Breach(
            "orders",
            "amount is list_amount less discount_amount",
            _change("amount", "cast(round(amount / 7.1, 2) as decimal(18, 2))", "channel = 'live_stream'"),
        ),
        "changed_type": Breach(
            "orders", "amount is a decimal", "select * replace (cast(amount as double) as amount) from t"
        ),
        "missing_column": Breach("users", "registered_at is there", "select * exclude (registered_at) from t"),
        "empty_table": Breach("campaign_costs", "the table has rows", "select * from t where false"),
        "unknown_status": Breach(
            "orders", "status is one of five words", _change("status", "'done'", _some("order_id", where=_PAID))
        ),
        "padded_words": Breach("users", "channel holds no blanks", _change("channel", "' App '", "channel = 'app'")),
        "paid_before_ordered": Breach(
            "orders",
            "paid_at is not before ordered_at",
            _change("paid_at", "ordered_at - interval 3 minute", _some("order_id", where=_PAID)),
        ),
        "items_do_not_add_up": Breach(
            "order_items", "amounts of items add up to their order", _without(f"line = 1 and {_some('order_id')}")
        ),
        "refund_too_large": Breach(
            "refunds", "no order pays back more than it was worth", _change("amount", "amount * 3", _some("refund_id"))
        ),
        "expired_coupon": Breach(
            "coupons",
            "used_at is not after expires_at",
            _change("expires_at", "used_at - interval 1 day", _some("coupon_id", where="used_at is not null")),
        ),
        "ledger_hole": Breach(
            "points_ledger",
            "points add up to balance_after",
            _without(_some("entry_id", 5, "kind = 'order' and balance_after > points")),
        ),
        "negative_balance": Breach(
            "points_ledger", "balance_after is 0 or more", _change("balance_after", "-1", _some("entry_id"))
        ),
        "leaderboard_off": Breach(
            "leaderboard",
            "points differ from the ledger by less than 0.01 %",
            _change("points", "points + 1000", _some("user_id", 5)),
        ),
        "overlapping_tiers": Breach(
            "member_tiers",
            "a member has one tier at a time",
            _change("valid_to", "valid_to + interval 40 day", _some("user_id", where="valid_to is not null")),
        ),
        "unknown_cost": Breach(
            "campaign_costs",
            "campaign_id is a known campaign",
            _change("campaign_id", "'2025Q1-other'", _some("cost_id")),
        ),
        "exposed_twice": Breach(
            "exposures",
            "a unit sees one arm of an experiment",
            "select * from t union all select * replace (case arm when 'control' then 'improved' else 'control' end"
            f" as arm) from t where experiment_id = 'task_hint_v2' and {_HINTED}",
        ),
        "negative_stock": Breach(
            "stock",
            "closing_units is 0 or more",
            _change("closing_units", "-1", f"{_NIGHT} and sold_out_at is not null"),
        ),
        "sold_too_much": Breach(
            "stock", "opening and received less sold is closing", _change("sold_units", "sold_units + 7", _NIGHT)
        ),
        "rating_out_of_range": Breach("reviews", "rating is 1 to 5", _change("rating", "10", _some("review_id"))),
        "answered_before_opened": Breach(
            "support_tickets",
            "first_answered_at is not before opened_at",
            _change("first_answered_at", "opened_at - interval 1 minute", _some("ticket_id")),
        ),
    }
)


def check_breach(name: str) -> None:
    """Refuse a breach that nobody knows.

    Raises:
        RetroError: The name is unknown.
    """
    if name not in BREACHES:
        raise RetroError(f"demo: breach must be a known name, got {name!r}. {did_you_mean(name, BREACHES)}")


def plant_breach(folder: Path, name: str) -> None:
    """Break one rule in the tables of a folder.

    Raises:
        RetroError: The name is unknown.
    """
    check_breach(name)
    breach, connection = BREACHES[name], duckdb.connect()
    for path in sorted(folder.glob("*.parquet")):
        connection.execute(f"create view {path.stem} as select * from read_parquet('{_quoted(path)}')")
    connection.execute(f"create view t as from {breach.table}")
    broken = folder / f"{breach.table}.broken"
    connection.execute(f"copy ({breach.query}) to '{_quoted(broken)}' (format parquet, compression zstd)")
    connection.close()
    broken.replace(folder / f"{breach.table}.parquet")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
