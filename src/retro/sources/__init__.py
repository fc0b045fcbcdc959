"""Sources: an Ibis URL or a folder becomes named, read-only tables in the source's own time zone.

A `source.yaml` says where a shop's data is and how its own columns map to the canonical tables of `data_contracts/`:

    url: duckdb://                  # any Ibis URL; ${NAME} is read from the environment
    folder: data/demo               # paths below are relative to it
    timezone: Asia/Shanghai
    currency: CNY
    raw:                            # the shop's own tables, checked by data_contracts/<folder>/<table>.yaml
      lines: {path: "${RETRO_DATA:-../shared/data}/online_retail/lines.parquet"}
    tables:                         # canonical tables: by path, by table name, or by sql over raw ones
      orders: {sql: "select ... from lines"}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retro.lazy import lazily

if TYPE_CHECKING:
    from retro.sources.currencies import CurrencyError
    from retro.sources.environment import SURELY_SECRET, expand
    from retro.sources.hiding import hidden, hide_secrets, secrets, secrets_around
    from retro.sources.signatures import Signature, Unsigned, signed
    from retro.sources.spec import Source, TableSpec, find_source, load_source
    from retro.sources.tables import NotCovered, Tables, open_table, open_tables

__all__ = [
    "SURELY_SECRET",
    "CurrencyError",
    "NotCovered",
    "Signature",
    "Source",
    "TableSpec",
    "Tables",
    "Unsigned",
    "expand",
    "find_source",
    "hidden",
    "hide_secrets",
    "load_source",
    "open_table",
    "open_tables",
    "secrets",
    "secrets_around",
    "signed",
]

__getattr__ = lazily(
    __name__,
    {
        "CurrencyError": "retro.sources.currencies:CurrencyError",
        "NotCovered": "retro.sources.tables:NotCovered",
        "SURELY_SECRET": "retro.sources.environment:SURELY_SECRET",
        "Signature": "retro.sources.signatures:Signature",
        "Source": "retro.sources.spec:Source",
        "TableSpec": "retro.sources.spec:TableSpec",
        "Tables": "retro.sources.tables:Tables",
        "Unsigned": "retro.sources.signatures:Unsigned",
        "expand": "retro.sources.environment:expand",
        "find_source": "retro.sources.spec:find_source",
        "hidden": "retro.sources.hiding:hidden",
        "hide_secrets": "retro.sources.hiding:hide_secrets",
        "load_source": "retro.sources.spec:load_source",
        "open_table": "retro.sources.tables:open_table",
        "open_tables": "retro.sources.tables:open_tables",
        "secrets": "retro.sources.hiding:secrets",
        "secrets_around": "retro.sources.hiding:secrets_around",
        "signed": "retro.sources.signatures:signed",
    },
)
