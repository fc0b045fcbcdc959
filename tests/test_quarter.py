"""A quarter on the small shop: made after its campaigns, from their ledgers, and honest about one that is missing."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from retro.errors import ContractBreach
from retro.ledger import read_ledger
from retro.run import Request, find_params, run_report
from shops import tables

QUARTER = """\
kind: quarter
campaign_id: 2025Q1
title: {zh: 季度, en: Quarter}
start: 2025-01-01T00:00
end: 2025-02-20T00:00
campaigns: [2025Q1/new_user_week]
months: [2025Q1/2025-01]
taken: {day_1_retention_rate: {report: 2025Q1/new_user_week, figure: day_1_retention_rate}}
targets: {campaigns_new_users: 20, campaigns_cost: 40}
"""


@pytest.fixture
def project(reported_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = shutil.copytree(reported_shop, tmp_path / "shop", symlinks=True)
    path = folder / "params" / "2025Q1" / "a_quarter.yaml"  # before its campaign by name, after it by need
    path.write_text(QUARTER, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def run(path: Path, *, force: bool = False) -> tuple[Path, bool]:
    outcome = run_report(Request(path, ("en",), reports=Path("reports"), force=force))
    return outcome.latest, outcome.skipped


def published(latest: Path) -> dict[str, bytes]:
    """What readers and other reports get of an edition."""
    return {name: (latest / name).read_bytes() for name in ("en.html", "en.pdf", "ledger.json")}


@pytest.mark.usefixtures("project")
def test_a_quarter_follows_its_campaigns() -> None:
    week, quarter = find_params("2025Q1")
    assert (week.stem, quarter.stem) == ("new_user_week", "a_quarter")
    campaign, _ = run(week)
    latest, _ = run(quarter)

    recorded, own = read_ledger(campaign / "ledger.json"), read_ledger(latest / "ledger.json")
    for name, source in {"campaigns_new_users": "new_users", "campaigns_cost": "campaign_cost"}.items():
        assert own.get(name).value == recorded.get(source).value  # type: ignore[union-attr]  # both are there
    assert own.get("day_1_retention_rate").value == recorded.get("day_1_retention_rate").value  # type: ignore[union-attr]
    # From 1 January, 10.00 each: 26 first and 28 second orders of ordinary days, 21 and 7 of the week, 17 after it.
    assert own.get("gmv").value == Decimal("990.00")  # type: ignore[union-attr]
    assert "the causes of lost sales in 2025Q1/2025-01 (no report yet)" in (latest / "en.html").read_text()
    assert run(quarter)[1]


@pytest.mark.slow
@pytest.mark.usefixtures("project")
def test_a_forced_run_gives_the_same_bytes() -> None:
    for path in find_params("2025Q1"):
        before = published(run(path)[0])
        latest, skipped = run(path, force=True)

        assert not skipped
        assert published(latest) == before


@pytest.mark.slow
def test_a_campaign_that_is_missing_or_of_other_data_is_named(project: Path) -> None:
    week, quarter = find_params("2025Q1")
    run(week)
    path, whole = project / "data" / "orders.parquet", tables()["orders"]
    pd.concat([whole, whole.iloc[[0]]]).to_parquet(path, index=False)
    with pytest.raises(ContractBreach):
        run(week)
    whole.to_parquet(path, index=False)
    latest, skipped = run(quarter)
    page, own = (latest / "en.html").read_text(), read_ledger(latest / "ledger.json")
    assert not skipped
    assert "New-user week (its data broke a contract)" in page
    assert own.get("campaigns_cost") is None

    assert run(week)[1]
    later = whole.iloc[[-1]].assign(order_id="one-more")
    pd.concat([whole, later]).to_parquet(path, index=False)
    assert "were computed from other data" in (run(quarter)[0] / "en.html").read_text()
