from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from retro.cli import app
from retro.ledger import read_ledger, read_steps, versions
from retro.run import Request, run_report
from shops import make_project

WEEK = "2025Q1/new_user_week"


def moved(project: Path, day: str) -> Path:
    until = dt.datetime.fromisoformat(day)
    request = Request(project / "params" / f"{WEEK}.yaml", ("en",), project / "reports", observed_until=until)
    return run_report(request).latest.resolve()


@pytest.mark.slow
def test_a_restated_figure_carries_its_first_value_and_what_moved_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path / "shop")
    monkeypatch.chdir(project)
    first = moved(project, "2025-02-03")

    week, data = project / "params" / f"{WEEK}.yaml", project / "data"
    week.write_text(week.read_text().replace("repurchase_days: 7", "repurchase_days: 2"))
    orders = pd.read_parquet(data / "orders.parquet")
    late = orders[orders["user_id"] == "user-00-0"].head(1).assign(order_id="late")  # on its first day
    pd.concat([orders, late]).to_parquet(data / "orders.parquet", index=False)
    costs = pd.read_parquet(data / "campaign_costs.parquet")
    costs["amount"] = costs["amount"] * 2
    costs.to_parquet(data / "campaign_costs.parquet", index=False)
    second = moved(project, "2025-02-10")

    assert read_steps(second).names == ("params", "orders", "other_tables", "later_days")
    before, after = read_ledger(first / "ledger.json"), read_ledger(second / "ledger.json")
    told = {entry.name: entry for entry in after.entries if entry.first is not None}
    for name, entry in told.items():
        assert entry.value is not None
        assert entry.first is not None
        assert sum(entry.moved_by.values(), entry.first) == entry.value, name
        assert entry.first == getattr(before.get(name), "value", None), name
    assert told["campaign_cost"].moved_by == {"other_tables": Decimal("31.50")}

    third = moved(project, "2025-02-11")  # nothing but a day: what was told of the first stays
    cost = read_ledger(third / "ledger.json").get("campaign_cost")
    assert cost is not None
    assert (cost.first, cost.moved_by) == (told["campaign_cost"].first, told["campaign_cost"].moved_by)
    page = (third / "en.html").read_text()
    assert "late or changed rows of other tables +" in page

    said = CliRunner().invoke(app, ["diff", f"{WEEK}@{versions(first.parents[1])[0].name}", WEEK])
    assert "other_tables +31.5" in said.output
