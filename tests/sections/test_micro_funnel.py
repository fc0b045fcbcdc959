"""What the section `micro_funnel` says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.micro_funnel import draw
from telling import context_of, figures, finder

NAN = float("nan")
context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


def test_pace_names_the_slowest_and_the_fastest_step() -> None:
    links = {"from_step": ["register", "log_in"], "to_step": ["log_in", "order"]}
    micro = pd.DataFrame({**links, "minutes": [60, 60], "users": [100, 90], "converted": [90, 9], "rate": [0.9, 0.1]})
    seconds = {"lower_seconds": [20.0, 300.0], "median_seconds": [46.0, 45_000.0], "upper_seconds": [60.0, 190_000.0]}
    times = pd.DataFrame({**links, "users": [90, 9], **seconds})
    finding = find("micro_funnel", micro, times)

    assert "“log in → order”: **half of those who take it need 12.5 h**" in finding.sentence
    assert "Within 1 h only 10.0% go on (9/90)" in finding.sentence
    assert "The fastest is “register → log in”, half within 46 s" in finding.sentence
    assert figures(finding) == {"slowest_step_median_seconds": 45_000}
    assert not find("micro_funnel", micro, times.assign(users=0)).covered


def test_a_step_that_few_take_has_no_pace() -> None:
    links = {"from_step": ["register"], "to_step": ["log_in"]}
    micro = pd.DataFrame({**links, "minutes": [60], "users": [100], "converted": [3], "rate": [0.03]})
    seconds = {"lower_seconds": [20.0], "median_seconds": [46.0], "upper_seconds": [60.0]}

    assert not find("micro_funnel", micro, pd.DataFrame({**links, "users": [3], **seconds})).covered
    sentence = find("micro_funnel", micro, pd.DataFrame({**links, "users": [50], **seconds})).sentence
    assert "half of those who take it need 46 s" in sentence
    assert "Within" not in sentence


DRAWN = pd.DataFrame(
    [
        ("register", "log_in", 1, 100, 53, 0.53),
        ("register", "log_in", 1440, 100, 92, 0.92),
        ("log_in", "task_complete", 1, 0, 0, NAN),
        ("log_in", "task_complete", 1440, 0, 0, NAN),
    ],
    columns=["from_step", "to_step", "minutes", "users", "converted", "rate"],
)


def test_micro_funnel_fills_cells_and_leaves_unknown_ones_blank(text: Text, said: Callable[[Chart], list[str]]) -> None:
    words = said(draw(DRAWN, text))

    assert {"53%", "92%"} <= set(words)
    assert text("chart.duration.days", count=1) in words


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
    with pytest.raises(MetricError, match=r"charts\.micro_funnel: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
