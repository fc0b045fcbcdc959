from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import LANGS, Lang, load_text
from retro.sections.matched_participants import draw as matched_participants

WEEKS = pd.DataFrame({"week": [-2, -1, 0], "participants": [9.0, 11.0, 30.0], "others": [9.5, 10.5, 8.0]})


@pytest.mark.parametrize("lang", LANGS)
def test_two_lines_of_alike_people_are_drawn_and_said(lang: Lang, readable: Callable[[Chart], None]) -> None:
    chart = matched_participants(WEEKS, load_text(lang))

    readable(chart)
    assert [line.get_ydata()[-1] for line in chart.figure.axes[0].lines[1:]] == [8.0, 30.0]  # type: ignore[index]
    assert "30.00" in chart.alt
    assert "10.00" in chart.alt


def test_a_frame_of_something_else_is_refused() -> None:
    with pytest.raises(MetricError, match="frame must have the columns week, participants, others"):
        matched_participants(WEEKS.drop(columns="others"), load_text("en"))
