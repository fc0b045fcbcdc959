"""What the section `payments` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.payments import draw
from telling import cells, context_of, figures, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


STEPS = pd.DataFrame(
    {"at": pd.date_range("2025-02-28T20:00", periods=3, freq="h"), "attempts": [60, 40, 0], "paid": [60, 30, 0]}
)
CHANNELS = pd.DataFrame(
    [("all", 100, 90, 0.9, 0.83, 0.94), ("app", 60, 58, 0.97, 0.89, 0.99), ("web", 40, 32, 0.8, 0.65, 0.89)],
    columns=["channel", "attempts", "paid", "rate", "low", "high"],
)
INCIDENT: dict[str, Any] = {"title": "Gateway down", "severity": "major", "channel": "web", "attempts": 20, "paid": 12}
INCIDENT |= {"started_at": pd.Timestamp("2025-02-28T21:05"), "ended_at": pd.Timestamp("2025-02-28T21:50")}
INCIDENT |= {"rate": 0.6, "rest_rate": float("nan")}


def test_payments_name_the_laggard_and_what_was_broken() -> None:
    finding = find("payments", STEPS, CHANNELS, pd.DataFrame([INCIDENT]))

    assert (
        "**90.0% of payments went through** (90/100 attempts, 95% interval 83.0% – 94.0%); 10 failed."
        in finding.sentence
    )
    assert "During “Gateway down” (21:05–21:50) only 60.0% (12/20)" in finding.sentence
    assert "not computable otherwise" in finding.sentence
    assert "The worst is" in finding.sentence
    assert [row[0] for row in cells(finding)] == ["28 Feb 21:00"]
    assert figures(finding)["payment_success_rate"] == Decimal("0.9")


def test_no_attempts_have_no_rate() -> None:
    finding = find("payments", STEPS, CHANNELS.assign(attempts=0), pd.DataFrame([INCIDENT]))

    assert (finding.sentence, finding.entries) == ("The campaign has no record of payments.", ())


DRAWN = pd.DataFrame(
    {
        "at": pd.date_range("2025-02-28T20:00", periods=288, freq="5min", unit="us"),
        "attempts": [200, 50] + [5] * 286,
        "paid": [190, 45] + [5] * 286,
        "broken": [True, True] + [False] * 286,
    }
)


def test_incidents_of_payments_are_shaded(text: Text) -> None:
    chart = draw(DRAWN, text)
    calm = draw(DRAWN.assign(broken=False), text)

    assert len(chart.figure.axes[0].patches) == len(calm.figure.axes[0].patches) + 1
    assert chart.caption != calm.caption


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
    with pytest.raises(MetricError, match=r"charts\.payments: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
