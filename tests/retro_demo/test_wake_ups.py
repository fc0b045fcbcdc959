"""Messages to old customers: what was planted is found, and a message that brought nobody is called that."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd
import pytest

from retro.metrics.win_back import silent_buyers, win_back, win_back_lift
from retro.periods import Window

STARTS = {"wake_up_sms": dt.datetime(2024, 11, 20), "wake_up_push": dt.datetime(2024, 12, 20)}

Ask = Callable[[str], Any]


def found(folder: Path, name: str) -> pd.DataFrame:
    connection = ibis.duckdb.connect()
    shop = {
        one: connection.read_parquet(folder / f"{one}.parquet") for one in ("orders", "events", "contacts", "exposures")
    }
    window = Window(STARTS[name], STARTS[name] + dt.timedelta(days=14), dt.datetime(2025, 4, 1))
    asked = {"campaign_id": f"2024Q4-{name.replace('_', '-')}", "arms": (name, "invited", "held_out")}
    return win_back(silent_buyers(shop["orders"], shop, window, **asked, no_order_days=90, no_visit_days=1))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", STARTS)
def test_everybody_is_counted_who_was_planted(whole_shop: Path, truth: dict[str, Any], name: str) -> None:
    planted, rows = truth["wake_ups"][name], found(whole_shop, name).set_index("group")

    assert rows.loc["eligible", ["members", "reached"]].tolist() == [planted["eligible"], planted["reached"]]
    for group, arm in (("treated", "invited"), ("held_out", "held_out")):
        assert rows.loc[group, ["members", "came", "buyers"]].tolist() == [
            planted[arm], planted[f"came_{arm}"], planted[f"ordered_{arm}"],
        ]  # fmt: skip


@pytest.mark.slow
def test_the_effect_is_recovered_and_the_null_called_none(percent_demo: Path) -> None:
    truth = json.loads((percent_demo / "truth.json").read_text(encoding="utf-8"))["wake_ups"]
    sms, push = (win_back_lift(found(percent_demo, name), {}, campaign_id="").set_index("what") for name in STARTS)

    for what, moved in (("buyers", "moved_to_order"), ("came", "moved_to_come")):
        assert sms.loc[what, "low"] > 0
        assert sms.loc[what, "extra_low"] < truth["wake_up_sms"][moved] < sms.loc[what, "extra_high"]
        assert truth["wake_up_push"][moved] == 0
        assert push.loc[what, "low"] < 0 < push.loc[what, "high"]


def test_nobody_was_contacted_who_was_held_out(whole_shop: Path) -> None:
    sql = f"""select count(*) from '{whole_shop}/contacts.parquet' as contacts join '{whole_shop}/exposures.parquet'
        on user_id = unit_id and contacts.campaign_id = '2024Q4-' || replace(experiment_id, '_', '-')
        where arm = 'held_out'"""

    assert duckdb.sql(sql).fetchall() == [(0,)]
