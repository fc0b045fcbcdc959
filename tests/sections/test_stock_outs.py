"""What the section `stock_outs` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def test_nothing_that_ran_out_cost_nothing() -> None:
    assert "No item ran out" in find("stock_outs", pd.DataFrame()).sentence
