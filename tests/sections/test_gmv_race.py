"""What the section `gmv_race` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.gmv_race import draw
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def race(total: str) -> pd.DataFrame:
    rows = [("campaign", 0.0, Decimal(0)), ("campaign", 1.0, Decimal(60)), ("campaign", 2.0, Decimal(total))]
    return pd.DataFrame(rows, columns=["series", "elapsed", "total"])


@pytest.mark.parametrize(
    ("total", "targets", "words"),
    [
        ("80", {"gmv": 100}, "**GMV is 80 CNY, only 80.0% of the target of 100 CNY**, 20 CNY short"),
        ("120", {"gmv": 100}, "120.0% of the target of 100 CNY**, 20 CNY above it"),
        ("80", {}, "**GMV is 80 CNY**, half of it within 1 h; no target was set."),
    ],
)
def test_the_race_is_read_against_its_target(total: str, targets: dict[str, int], words: str) -> None:
    assert words in find("gmv_race", race(total), targets=targets).sentence


DRAWN = pd.DataFrame(
    {
        "series": ["campaign"] * 3 + ["baseline"] * 3,
        "elapsed": [0.0, 1, 24] * 2,
        "total": [Decimal(0), Decimal(400_000), Decimal(707_157), Decimal(0), Decimal(2_000), Decimal(39_679)],
    }
)


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text, target=Decimal(800_000)))
    with pytest.raises(MetricError, match=r"charts\.gmv_race: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text, target=Decimal(800_000))
