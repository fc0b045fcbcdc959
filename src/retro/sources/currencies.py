"""Currencies: amounts in other currencies become the source's, each by the rate of its day, or are refused."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import ibis

from retro.errors import SourceError


class CurrencyError(SourceError):
    """Amounts in a currency that has no rate; nothing may be added up."""


RATES = "exchange_rates"
"""The table of rates: `currency`, `on` (a local day), `rate` (units of the source's currency for one unit)."""

_DATED: Mapping[str, tuple[str, Sequence[str]]] = MappingProxyType(
    {
        "orders": ("ordered_at", ("amount", "list_amount", "discount_amount", "deposit_amount")),
        "campaign_costs": ("incurred_on", ("amount",)),
    }
)
"""Tables with a `currency` of their own: the column of the day whose rate holds, and the amounts."""

_OF_ORDERS: Mapping[str, Sequence[str]] = MappingProxyType(
    {"order_items": ("unit_price", "discount_amount", "amount"), "refunds": ("amount",)}
)
"""Tables whose amounts are in the currency of their order, and are converted by its rate."""

_MONEY, _RATE = "decimal(18, 2)", "decimal(18, 8)"


@dataclass(frozen=True)
class Currencies:
    """Converts the tables of a source.

    Attributes:
        own: The source's currency; rows without a `currency` are in it.
        until: Local moment; rows of later orders need no rate.
        where: The source file's name, for messages.
    """

    own: str
    until: dt.datetime | None
    where: str

    def converted(self, name: str, tables: Mapping[str, ibis.Table]) -> ibis.Table:
        """A canonical table in the source's currency; each amount is rounded to the cent.

        Args:
            name: Its name.
            tables: The shop's canonical tables by name.

        Raises:
            SourceError: There are rows in another currency, and no rates, or not exactly one of a row's day.

        Examples:
            >>> orders = {"order_id": ["a", "b"], "ordered_at": [dt.datetime(2025, 3, 1, 9)] * 2, "amount": [10, 10]}
            >>> orders = ibis.memtable(orders | {"currency": ["USD", None]})
            >>> rates = ibis.memtable({"currency": ["USD"], "on": [dt.date(2025, 3, 1)], "rate": [7.2]})
            >>> shop = {"orders": orders, "exchange_rates": rates}
            >>> Currencies("CNY", None, "source.yaml").converted("orders", shop).order_by("order_id").execute()[
            ...     "amount"
            ... ]
            0    72.00
            1    10.00
            Name: amount, dtype: object
        """
        table = tables[name]
        if name in _DATED:
            rated = self._rated(name, tables)
            return table if rated is None else _times_rate(rated, _DATED[name][1]).select(*table.columns)
        if name in _OF_ORDERS and "orders" in tables and "order_id" in tables[name].columns:
            rated = self._rated("orders", tables)
            if rated is not None:
                rates = rated.select("rate", rated_id="order_id")
                return _times_rate(table.left_join(rates, table.order_id == rates.rated_id), _OF_ORDERS[name]).select(
                    *table.columns
                )
        return table

    def _rated(self, name: str, tables: Mapping[str, ibis.Table]) -> ibis.Table | None:
        """A table with the `rate` of each row, None in the source's currency; None where all rows are in that."""
        table, at = tables[name], _DATED[name][0]
        if "currency" not in table.columns:
            return None
        other = (table.currency != self.own).fill_null(ibis.literal(value=False))
        if self.until is not None:
            other = other & (table[at].cast("timestamp") < ibis.literal(self.until))
        first = table.filter(other).order_by("currency").limit(1).select("currency").execute()
        if first.empty:
            return None
        if RATES not in tables:
            raise CurrencyError(
                f"{self.where}: {name}.currency must be {self.own}, the source's currency, got "
                f"{first['currency'].iloc[0]!r}. Give a table {RATES} with currency, on and rate."
            )
        rates = tables[RATES]
        rates = rates.group_by(rated="currency", rated_on=rates.on.cast("date")).aggregate(
            rate=rates.rate.cast(_RATE).max(), rates=rates.rate.nunique()
        )
        joined = table.mutate(other=other).left_join(
            rates, [table.currency == rates.rated, table[at].cast("date") == rates.rated_on]
        )
        self._refuse_unrated(name, joined.filter(joined.other).select("currency", "rates", day=joined[at].cast("date")))
        return joined.mutate(rate=ibis.ifelse(joined.other, joined.rate, ibis.null(_RATE)))

    def _refuse_unrated(self, name: str, rows: Any) -> None:  # noqa: ANN401 - ibis is not typed here
        bad = rows.filter(rows.rates.fill_null(0) != 1).order_by("day", "currency").limit(1).execute()
        if not bad.empty:
            row = bad.iloc[0]
            found = "several" if bad["rates"].fillna(0).iloc[0] else "none"
            raise CurrencyError(
                f"{self.where}: {RATES} must hold one rate of {row['currency']} on {row['day']:%Y-%m-%d}, a day of "
                f"{name}, got {found}. Give the day one rate."
            )


def _times_rate(rated: Any, columns: Sequence[str]) -> Any:  # noqa: ANN401 - ibis is not typed here
    """Amounts times their rate, where there is one."""
    return rated.mutate(
        **{
            name: ibis.ifelse(
                rated.rate.isnull(), rated[name].cast(_MONEY), (rated[name].cast(_MONEY) * rated.rate).cast(_MONEY)
            )
            for name in columns
            if name in rated.columns
        }
    )
