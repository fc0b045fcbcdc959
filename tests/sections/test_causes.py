"""What the section `causes` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.metrics.causes import COLUMNS
from telling import finder, ledger, month

find = finder(month)

START = dt.datetime(2025, 3, 1)


def cause(factor: str, segment: str, cost: str, *, is_cause: bool, dimension: str = "channel", **keys: Any) -> Any:
    row = dict.fromkeys(COLUMNS) | {"dimension": dimension, "segment": segment, "factor": factor, "units": 200}
    row |= {"before": 0.95, "expected": 0.95, "after": 0.8, "cost": Decimal(cost), "p_value": 0.001}
    return row | {"adjusted_p": 0.001 if is_cause else 0.6, "is_cause": is_cause} | keys


def test_each_missed_target_is_located() -> None:
    incident = {"incident": "payment", "incident_from": START, "incident_until": START + dt.timedelta(hours=5)}
    frame = pd.DataFrame(
        [
            cause("order_rate", "all", "-70.00", is_cause=False, dimension="all"),
            cause("payment_rate", "mini_program", "-50.00", is_cause=True, **incident),
            cause("order_value", "all", "-5.00", is_cause=False, dimension="all", expected=100.0, after=90.0),
        ]
    )
    targets = {"gmv": 1000, "order_value": 100, "new_users": 9, "orders": 1}

    finding = find("causes", frame, ledger(gmv="900", order_value="90", new_users="5", orders="3"), targets=targets)

    lines = finding.sentence.splitlines()
    assert lines[0].startswith(
        "The largest cause that chance does not explain: **Payment success of mini program** at 80.0% outside "
        "campaigns and holidays; moving as the others did, it would be 95.0% (base 200): **50 CNY** less sold. "
        "The incident log agrees: Payment, 1 "
    )
    assert lines[1] == "GMV missed: Payment success of mini program (−50 CNY). "
    assert lines[2].startswith("Order value missed; the gap is spread over segments without a single cause.")
    assert lines[3].startswith("New registrations missed; this figure is not split by segment")
    assert lines[4].startswith("The causes found come to 50 CNY, 50.0% of the gap of 100 CNY in GMV")
    assert "why the incident on mini program (Payment) lasted from 1 Mar 2025 to 1 Mar 2025" in finding.next_step
    assert finding.entries[0].value == Decimal("-50.00")


def test_the_whole_shops_loss_comes_first_where_it_cost_more() -> None:
    ends = {"cost_low": -110.0, "cost_high": -30.0}
    rows = [
        cause("order_rate", "all", "-70.00", is_cause=False, dimension="all", **ends) | {"adjusted_p": 0.01},
        cause("payment_rate", "web", "-50.00", is_cause=True, cost_low=-80.0, cost_high=-20.0),
    ]

    finding = find("causes", pd.DataFrame(rows), ledger(gmv="900"), targets={"gmv": 1000})

    assert (
        "The largest loss on ordinary days (campaign and unusual days left out) is the whole shop's" in finding.sentence
    )
    assert "chance does not explain it: **Conversion (orders per visit)" in finding.sentence
    assert "largest cause" not in finding.headline[0]
    assert " of the whole shop** at 80.0% outside campaigns and holidays, baseline 95.0%" in finding.sentence
    assert "**70 CNY** less sold (95% interval 30 – 110 CNY)" in finding.sentence
    assert finding.next_step == (
        "At once: find out when the whole shop's “Conversion (orders per visit)” began to change, and what "
        "changed with it. Against its baseline, not its target, it cost 70 CNY of sales. "
    )
    known = {entry.name: (entry.value, entry.low, entry.about.get("dimension")) for entry in finding.entries}
    assert known["order_rate_of_all_lost"] == (Decimal("-70.00"), -110, "all")
    assert known["payment_rate_of_channel_web_lost"][0] == Decimal("-50.00")
    assert known["causes_cost"][0] == Decimal("-50.00")  # of segments, which a share of the gap is told of


def test_a_level_without_one_before_it_is_a_description() -> None:
    row = cause("order_rate", "web", "-50.00", is_cause=False, before=None, adjusted_p=0.0001)
    table = find("causes", pd.DataFrame([row]), ledger(gmv="900"), targets={"gmv": 1000}).table

    assert table is not None
    assert table.rows[0][-1].text == "A level, no change (p < 0.001)"


def test_a_difference_is_a_cause_a_gain_the_whole_shops_too_small_or_chance() -> None:
    rows = [
        cause("payment_rate", "web", "-50.00", is_cause=True),
        cause("order_rate", "all", "-9.00", is_cause=False, dimension="all", adjusted_p=0.002),
        cause("order_rate", "web", "-1.00", is_cause=False, adjusted_p=0.0001),
        cause("keep_rate", "web", "-1.00", is_cause=False),
        cause("keep_rate", "app", "1.00", is_cause=False),
    ]

    table = find("causes", pd.DataFrame(rows), ledger(gmv="900"), targets={"gmv": 1000}).table

    assert table is not None
    assert [row[-1].text for row in table.rows] == [
        "Cause (p = 0.001)", "Whole shop (p = 0.002)", "Too small (p < 0.001)", "Chance not ruled out (p = 0.60)",
        "Gain (p = 0.60)",
    ]  # fmt: skip
    assert table.rows[0][0].text == "web: Payment success"


def test_a_gap_that_chance_may_explain_has_no_cause() -> None:
    frame = pd.DataFrame([cause("payment_rate", "web", "-50.00", is_cause=False)])

    finding = find("causes", frame, ledger(gmv="900"), targets={"gmv": 1000})

    assert finding.sentence.startswith("Targets were missed, but no segment moved beyond chance")
    assert not finding.next_step
    assert not find("causes", pd.DataFrame(columns=list(COLUMNS)), ledger(gmv="900")).covered
