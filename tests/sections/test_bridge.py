"""What the section `bridge` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.metrics.bridge import Bridge
from retro.periods import Period
from telling import finder, month

find = finder(month)

START = dt.datetime(2025, 3, 1)
FEBRUARY = dt.datetime(2025, 2, 1)


def bridged(basis: Any, change: str, **keys: Any) -> Bridge:
    parts = [("traffic", "30.00"), ("conversion", str(Decimal(change) - 30)), ("pieces_per_order", "0"), ("price", "0")]
    frame = pd.DataFrame(
        [("all", name, Decimal(amount)) for name, amount in parts], columns=["segment", "factor", "amount"]
    )
    channel = pd.concat([frame.assign(segment="app", amount=Decimal(0)), frame.assign(segment="web")])
    after = Decimal(1000) + Decimal(change)
    return Bridge(Period(basis, FEBRUARY, START, **keys), Decimal(1000), after, frame, {"channel": channel})


def test_a_bridge_names_its_base_its_factors_and_the_worst_segment() -> None:
    bridges = (bridged("previous", "-100.00"), bridged("target", "-100.00", amount=Decimal(1000)))

    finding = find("bridge", bridges)

    previous, target = finding.parts
    assert previous.title == "Against the period before (1 Feb 2025 – 28 Feb 2025)"
    assert "**100 CNY less (−10.0%)** than the period before (1,000 CNY)" in previous.sentence
    assert "Conversion −130 CNY, Visits +30 CNY" in previous.sentence
    assert "by channel, web (Conversion, −130 CNY)" in previous.sentence
    assert "is split as 1 Feb 2025 – 28 Feb 2025 was" in target.sentence
    assert previous.entries[0].name == "gmv_change_previous"
    assert previous.entries[0].value == Decimal("-0.1")
    steps, table = previous.exhibits
    assert steps.frame is not None
    assert steps.frame["amount"].tolist() == [1000, 30, -130, 0, 0, 900]
    assert table.table is not None
    assert [cell.text for cell in table.table.rows[-1]][-1] == "−100.00"


def test_small_segments_of_a_bridge_are_put_together_and_still_tie_out() -> None:
    amounts = {"app": 50, "web": -40, "sms": 30, "live": -20, "mini": 3, "news": 2, "mail": -1}
    rows = [(name, "price", Decimal(amount)) for name, amount in amounts.items()]
    one = bridged("previous", "24.00")
    segments = pd.DataFrame(rows, columns=["segment", "factor", "amount"])
    many = Bridge(one.base, one.before, one.after, one.factors, {"channel": segments})

    table = find("bridge", (many,)).parts[0].exhibits[1].table

    assert table is not None
    assert [[cell.text for cell in row][::2] for row in table.rows] == [
        ["web", "−40.00"], ["live", "−20.00"], ["SMS", "30.00"], ["app", "50.00"], ["Other 3", "4.00"],
        ["Total", "24.00"],
    ]  # fmt: skip


def test_nothing_to_compare_with_is_said() -> None:
    assert not find("bridge", ()).covered
