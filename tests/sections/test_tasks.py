"""What the section `tasks` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.tasks import draw
from telling import context_of, figures, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


def test_tasks_say_who_took_part_and_who_finished() -> None:
    frame = pd.DataFrame(
        [(None, 100, 80, 60, 0.75, 0.6, 0.8, 2.0), ("add_to_cart", 100, 30, 9, 0.3, 0.2, 0.5, 1.0)],
        columns=["task", "users", "started", "completed", "rate", "low", "high", "median_minutes"],
    )
    finding = find("tasks", frame)

    assert "80.0% of the new registrations took up a task (80/100)" in finding.sentence
    assert "**75.0% of these finished at least one** (60/80" in finding.sentence
    assert figures(finding) == {
        "task_participation_rate": Decimal("0.8"),
        "task_completion_rate": Decimal("0.75"),
        "task_participants": 80,
    }
    assert not find("tasks", frame.head(0)).covered


def test_tasks_of_few_have_no_rate() -> None:
    frame = pd.DataFrame(
        [(None, 100, 8, 3, 0.375, 0.1, 0.7, 2.0), ("add_to_cart", 100, 8, 3, 0.375, 0.1, 0.7, 1.0)],
        columns=["task", "users", "started", "completed", "rate", "low", "high", "median_minutes"],
    )
    finding = find("tasks", frame)

    assert finding.sentence == (
        "8 of 100 new registrations took up a task and <5 finished at least one, too few for a rate. "
    )
    assert figures(finding)["task_completion_rate"] is None
    assert figures(finding)["task_participation_rate"] == Decimal("0.08")


DRAWN = pd.DataFrame(
    [(None, 2319, 1866, 0.8, 0.79, 0.82), ("complete_profile", 2123, 1110, 0.52, 0.5, 0.54)],
    columns=["task", "started", "completed", "rate", "low", "high"],
)


def test_tasks_count_everybody_once_in_the_first_row(text: Text, said: Callable[[Chart], list[str]]) -> None:
    words = said(draw(DRAWN, text))

    assert text("tasks.chart.label_else") in words
    assert text.label("task", "complete_profile") in words


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
    with pytest.raises(MetricError, match=r"charts\.tasks: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
