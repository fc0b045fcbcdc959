from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from retro.errors import RetroError
from retro.jobs import split
from retro.run import Request, run_report
from shops import make_project

WEEK = "2025Q1/new_user_week"


def moved(project: Path, day: str) -> None:
    until = dt.datetime.fromisoformat(day)
    request = Request(project / "params" / f"{WEEK}.yaml", ("en",), project / "reports", observed_until=until)
    run_report(request)


@pytest.mark.slow
def test_a_restated_figure_is_split_exactly_by_what_moved_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path / "shop")
    monkeypatch.chdir(project)
    moved(project, "2025-02-03")
    with pytest.raises(RetroError, match="report must have an edition before the one that stands, got none"):
        split(project / "reports", project / "reports" / WEEK)

    week, data = project / "params" / f"{WEEK}.yaml", project / "data"
    week.write_text(week.read_text().replace("repurchase_days: 7", "repurchase_days: 2"))
    orders = pd.read_parquet(data / "orders.parquet")
    late = orders[orders["user_id"] == "user-00-0"].head(1).assign(order_id="late")  # on its first day
    pd.concat([orders, late]).to_parquet(data / "orders.parquet", index=False)
    costs = pd.read_parquet(data / "campaign_costs.parquet")
    costs["amount"] = costs["amount"] * 2
    costs.to_parquet(data / "campaign_costs.parquet", index=False)
    moved(project, "2025-02-10")

    found = split(project / "reports", project / "reports" / WEEK)
    assert [step.name for step in found.steps] == ["params", "orders", "other tables", "later days"]
    moves = {move.name: move for move in found.moves}
    for name, move in moves.items():
        parts = [step.of(name) for step in found.steps]
        if move.difference is not None and None not in parts:
            assert sum(filter(None, parts), Decimal(0)) == move.difference, name
    cost = [step.of("campaign_cost") for step in found.steps]
    assert cost == [0, 0, Decimal("31.50"), 0]
    value = [step.of("first_day_value") for step in found.steps]
    assert value == [0, Decimal("10.00"), 0, 0]
