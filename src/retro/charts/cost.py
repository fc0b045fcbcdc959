"""Campaign cost and what each new user cost."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import drawn, told
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import ACCENT, USUAL, WARM
from retro.i18n import Text


def campaign_cost(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per category with its amount and its share of all cost; a credit is orange."""
    shown = frame.assign(
        label=text.labels("cost", frame["category"]),
        bold=told(frame, text, "campaign_cost.chart.bold"),
        quiet=told(frame, text, "campaign_cost.chart.quiet", "share", "–"),
        colour=[ACCENT if amount >= 0 else WARM for amount in frame["amount"]],
    )
    facts = {"total": sum(frame["amount"], Decimal(0))}
    return row_chart(shown, text, "campaign_cost.chart", Bar("amount", "colour"), at="mark", facts=facts)


def acquisition_cost(frame: pd.DataFrame, text: Text, target: Decimal | None = None) -> Chart:
    """Cost per new user by both definitions, against the target."""
    drawn(frame, "acquisition_cost", "cac")
    shown = frame.assign(
        label=text.labels("cac", frame["definition"]),
        bold=told(frame, text, "acquisition_cost.chart.bold", "cac"),
        quiet=told(frame, text, "acquisition_cost.chart.quiet", "cac", ""),
        colour=[ACCENT if name == "acquisition_only" else USUAL for name in frame["definition"]],
    )
    aim = "" if target is None else text("chart.target", value=text.money(target))
    return row_chart(
        shown, text, "acquisition_cost.chart", Bar("cac", "colour"), target=target, target_words=aim, row=0.55
    )
