"""Buyers, orders and GMV of new and returning customers."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import drawn
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import ACCENT, USUAL
from retro.i18n import Text


def customer_mix(frame: pd.DataFrame, text: Text) -> Chart:
    """Buyers, orders and GMV, each as a row divided between new and returning customers."""
    drawn(frame, "customer_mix", "buyer_share")
    measures = {"buyers": "count", "orders": "count", "gmv": "money"}
    shown = pd.DataFrame({"label": [text(f"customer_mix.chart.{name}") for name in measures]})
    shown["bold"] = [text.value(sum(frame[name]), unit) for name, unit in measures.items()]
    for group in frame.to_dict("records"):
        shares = [float(group[name]) / (float(sum(frame[name])) or 1.0) for name in measures]
        name = str(group["group"])
        shown[name] = shares
        shown[f"{name}_words"] = [text.rate(share) if share >= _ROOM else "" for share in shares]
    shown["said"] = [text.rate(share) for share in shown["new"]]
    looks = (("new", ACCENT), ("returning", USUAL))
    marks = [Bar(name, colour, name=name, stacked=True, words=f"{name}_words") for name, colour in looks]
    return row_chart(shown, text, "customer_mix.chart", *marks, whole=1)


_ROOM = 0.12
"""Shares below this carry no number inside their part of the bar."""
