"""Public data whose oddities are known to the row: the raw contracts must find exactly those."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from retro.contracts import GateVerdict, check_tables
from retro.periods import Window
from retro.sources import Source, open_tables

CONTRACTS = Path(__file__).parents[2] / "data_contracts"
DATA = CONTRACTS.parents[1] / "shared" / "data"
at = dt.datetime.fromisoformat
JANUARY = Window(at("2018-01-01"), at("2018-02-01"))


def judged(cache: Path, folder: str, window: Window = JANUARY, **files: str) -> GateVerdict:
    """The verdict on a shop's raw tables; its canonical table is of no interest here."""
    raw = {name: {"path": str(DATA / folder / file)} for name, file in files.items()}
    missing = [name for name, spec in raw.items() if not Path(spec["path"]).is_file()]
    if missing:
        pytest.skip(f"needs the public data set {folder!r} in ../shared/data")
    given = {"timezone": "UTC", "currency": "USD", "raw": raw, "tables": {"users": {"sql": "select 'u1' as user_id"}}}
    return check_tables(
        open_tables(Source.model_validate(given), "source.yaml"),
        needed=[],
        wanted=[],
        folder=folder,
        contracts_dir=CONTRACTS,
        window=window,
        cache_dir=cache,
    )


def found(verdict: GateVerdict) -> dict[str, object]:
    assert verdict.badge == "warning"
    assert not [one for one in verdict.results if one.outcome == "not_checked"]
    return {f"{one.table}.{one.rule}": one.failed_rows or one.detail for one in verdict.warnings}


def test_online_retail(tmp_path: Path) -> None:
    verdict = judged(tmp_path, "online_retail", lines="lines.parquet")
    assert verdict.row_counts == {"online_retail/lines": 541_909}
    assert found(verdict) == {
        "online_retail/lines.InvoiceNo.cancelled": 9_288,
        "online_retail/lines.InvoiceNo.bad_debt": 3,
        "online_retail/lines.UnitPrice.range": 2_517,
        "online_retail/lines.CustomerID.required": 135_080,
        "online_retail/lines.line.once": 5_268,
    }


def test_afisha(tmp_path: Path) -> None:
    verdict = judged(tmp_path, "afisha", orders_log="orders.parquet", costs_log="costs.parquet")
    assert verdict.row_counts == {"afisha/orders_log": 50_415, "afisha/costs_log": 2_542}
    assert found(verdict) == {"afisha/orders_log.revenue.range": 51, "afisha/orders_log.buy_ts.gaps": "2"}


def test_afisha_in_the_week_of_its_gap(tmp_path: Path) -> None:
    """There is no order from 2018-03-30 09:30 to 2018-04-02 13:00: 2018-03-31 and 04-01, of which March misses one."""
    for end, expected in (("2018-04-01", "5 / 6"), ("2018-04-02", "5 / 7")):
        verdict = judged(tmp_path, "afisha", Window(at("2018-03-26"), at(end)), orders_log="orders.parquet")
        assert found(verdict)["afisha/orders_log.buy_ts.frequency"] == expected


def test_starbucks_rewards(tmp_path: Path) -> None:
    names = {name: f"{name}.parquet" for name in ("profile", "transcript", "portfolio")}
    verdict = judged(tmp_path, "starbucks_rewards", **names)
    assert verdict.row_counts["starbucks_rewards/transcript"] == 306_534
    assert found(verdict) == {
        "starbucks_rewards/profile.age.unknown": 2_175,
        "starbucks_rewards/transcript.row.once": 397,
    }
