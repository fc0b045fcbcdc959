"""Great Expectations, run where Ibis has the data already. Importing this takes five seconds: do it last.

Three things keep a run as cheap as one hand-written query:

- On DuckDB, a dialect without transactions. Great Expectations fetches after it has closed its connection, and the
  rollback of closing would discard DuckDB's result.
- Stock expectations that only count. Their samples cost one more scan for each rule; failing rows are set aside by
  `quarantine`, in one scan for all rules and without a cap of 200.
- Two expectations of our own whose aggregates travel in the same query as the stock counts, as the number of rows
  does.
"""

from __future__ import annotations

import logging
import os
import warnings

logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # failures are told in the verdict
os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read on import; releases before 1.24 report to their maker

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its dependencies' deprecations are nothing a reader could act on
    from retro.contracts.great.asking import ask_duckdb, ask_postgres, ask_spark

__all__ = ["ask_duckdb", "ask_postgres", "ask_spark"]
