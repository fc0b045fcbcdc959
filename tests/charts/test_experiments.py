from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from retro.errors import MetricError
from retro.i18n import load_text
from retro.sections.experiments.evidence import draw, draw_days, draw_looks

EN = load_text("en")
EFFECTS = pd.DataFrame(
    {
        "label": ["Day-1 retention", "Conversion", "Revenue"],
        "estimate": [0.06, 0.01, float("nan")],
        "low": [0.02, -0.01, float("nan")],
        "high": [0.1, 0.03, float("nan")],
        "margin": [float("nan"), -0.05, float("nan")],
    }
)
DAYS = pd.DataFrame(
    {"day": [1, 2, 3], "effect": [0.06, 0.05, 0.0], "low": [0.02, 0.01, -0.04], "high": [0.1, 0.09, 0.04]}
)


def test_effects_stand_beside_the_margin_of_their_guardrail() -> None:
    chart = draw(EFFECTS, EN, "Difference")

    low, high = chart.figure.axes[0].get_xlim()
    assert low < -0.05 < 0.1 < high
    assert "Upright marks are the limits" in chart.caption
    assert "Day-1 retention +6.0 pp" in chart.alt
    assert "nan" not in chart.alt


def test_without_guardrails_no_limits_are_spoken_of() -> None:
    chart = draw(EFFECTS.assign(margin=float("nan")), EN, "Difference")

    assert "Upright" not in chart.caption


def test_days_since_exposure_say_first_and_last() -> None:
    chart = draw_days(DAYS, EN, "Retention")

    assert "+6.0 pp on day 1, 0.0 pp on day 3; 2 of 3 intervals leave out 0" in chart.alt.replace("+0.0", "0.0")
    assert "Days since exposure" in chart.svg()


@pytest.mark.parametrize("narrow", [False, True])
def test_looks_are_dated(narrow: bool) -> None:
    frame = DAYS.assign(on=[dt.date(2025, 1, 10 + day) for day in range(3)])

    chart = draw_looks(frame, load_text("zh"), "留存")

    assert "1月10日" in chart.svg(narrow=narrow)
    assert "3 个" in chart.alt


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(MetricError, match="must have rows"):
        draw_days(DAYS.iloc[:0], EN, "Retention")
