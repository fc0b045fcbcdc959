"""Charts of a points contest that set groups side by side: who came back, and who bought."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.dots import dots
from retro.charts.frames import FEW, checked
from retro.i18n import Text


def woken_members(frame: pd.DataFrame, text: Text) -> Chart:
    """The share of silent members who came back: all invited, those held out, and the invited by stars.

    Args:
        frame: One row per group and stars, as `metrics.woken_members` returns it: `group`, `stars`, `members`,
            `woken`, `rate`, `low`, `high`.
        text: Language of the words; groups are named by `invitation.<name>`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no rate.
    """
    frame = checked(frame, "woken_members", ("group", "stars", "members", "woken", "rate", "low", "high"))
    whole = frame[frame["stars"] == 0]
    by_stars = frame[(frame["group"] == "invited") & (frame["stars"] > 0) & (frame["woken"] >= FEW)]
    shown = pd.concat([whole, by_stars], ignore_index=True)
    labels = [
        text.label("invitation", group) if not stars else text("woken_members.chart.stars", stars="★" * stars)
        for group, stars in zip(shown["group"], shown["stars"], strict=True)
    ]
    campaign = [group == "invited" for group in shown["group"]]
    drawn = shown.assign(label=labels, people=shown["members"], campaign=campaign)
    return dots(drawn, text, text("woken_members.chart.value"))


def redeem_to_purchase(frame: pd.DataFrame, text: Text) -> Chart:
    """Who buys after redeeming, beside participants who redeemed nothing.

    Args:
        frame: As `metrics.redeem_to_purchase` returns it.
        text: Language of the words; sides are named by `side.redeem_to_purchase.<name>`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no rate.
    """
    return _sides(frame, text, "redeem_to_purchase")


def participant_repurchase(frame: pd.DataFrame, text: Text) -> Chart:
    """Who buys again after the campaign: participants beside members who did not take part.

    Args:
        frame: As `metrics.participant_repurchase` returns it.
        text: Language of the words; sides are named by `side.participant_repurchase.<name>`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no rate.
    """
    return _sides(frame, text, "participant_repurchase")


def _sides(frame: pd.DataFrame, text: Text, section: str) -> Chart:
    frame = checked(frame, section, ("side", "people", "rate", "low", "high"))
    shown = frame[frame["side"] != "difference"].reset_index(drop=True)
    labels = [text(f"side.{section}.{side}") for side in shown["side"]]
    drawn = shown.assign(label=labels, campaign=shown["side"] == "treated")
    return dots(drawn, text, text(f"{section}.chart.value"))
