from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.coupons import draw as coupon_use

FRAME = pd.DataFrame(
    {
        "label": ["满300减30·本活动", "满99减10"],
        "issued": [1707, 1018],
        "claimed": [1707, 562],
        "used": [287, 8],
        "use_rate": [287 / 1707, 8 / 1018],
    }
)


def test_each_template_shows_issued_claimed_and_used(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = coupon_use(FRAME, text)

    readable(chart)
    widths = [bar.get_width() for bar in chart.figure.axes[0].patches]  # type: ignore[attr-defined]
    assert widths == [1707, 1018, 1707, 562, 287, 8]
    assert "16.8%" in chart.alt


def test_a_frame_without_labels_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns label, bold, issued"):
        coupon_use(FRAME.drop(columns="label"), text)
