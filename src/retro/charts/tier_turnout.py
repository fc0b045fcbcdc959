"""Which tiers came: the share of each tier's members, and of all who came."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts.bars import Part, draw_bars
from retro.charts.chart import Chart
from retro.charts.frames import FEW, checked, drawn, floats, rows
from retro.charts.theme import ACCENT, styled
from retro.i18n import Text


@styled()
def tier_turnout(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per tier: the share of its members who came, and what share of all who came that is.

    Args:
        frame: One row per tier, as `metrics.tier_turnout` returns it: `tier`, `members`, `came` (int), `rate`,
            `came_share` (float, 0 to 1, NaN where there is none).
        text: Language of the words; tiers are named by `tier.<name>`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or no rate is known.
    """
    frame = checked(frame, "tier_turnout", ("tier", "members", "came", "rate", "came_share"))
    frame = drawn(frame, "tier_turnout", "rate").reset_index(drop=True)
    names = [text.label("tier", str(tier)) for tier in frame["tier"]]
    ends = [_said(row, text) for row in rows(frame)]
    value = text("tier_turnout.chart.value")
    lengths = floats(frame["rate"]).mask(frame["came"].between(1, FEW - 1), 0.0)
    figure, _ = draw_bars(names, [Part(value, list(lengths), ACCENT)], ends, value)
    parts = [text("chart.named", name=name, value=bold) for name, (bold, _) in zip(names, ends, strict=True)]
    alt = text("tier_turnout.chart.alt", parts=text("chart.clause").join(parts))
    return Chart(figure, alt, text("tier_turnout.chart.caption"))


def _said(row: Any, text: Text) -> tuple[str, str]:  # noqa: ANN401 - a named tuple of pandas
    """What stands behind a bar, in bold and quietly."""
    if 0 < row.came < FEW:
        return text("tier_moves.chart.few", least=FEW), ""
    counts = {"hits": text.count(row.came), "members": text.count(row.members)}
    share = text("tier_turnout.chart.share", share=text.value(row.came_share, "rate"))
    return text("booking.chart.share", rate=text.rate(row.rate), **counts), share
