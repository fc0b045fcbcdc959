"""Groups of a points contest side by side: who came back, and who bought."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.dots import dots
from retro.i18n import Text
from retro.privacy import few, hidden


def woken_members(frame: pd.DataFrame, text: Text) -> Chart:
    """The share of silent members who came back: all invited, those held out, and the invited by stars."""
    whole = frame[frame["stars"] == 0]
    by_stars = frame[
        (frame["group"] == "invited")
        & (frame["stars"] > 0)
        & ~frame["woken"].map(lambda count: few(count) or hidden(count))
    ]
    shown = pd.concat([whole, by_stars[by_stars["woken"] != 0]], ignore_index=True)
    labels = [
        text.label("invitation", group) if not stars else text("woken_members.chart.stars", stars="★" * stars)
        for group, stars in zip(shown["group"], shown["stars"], strict=True)
    ]
    campaign = [group == "invited" for group in shown["group"]]
    drawn = shown.assign(label=labels, people=shown["members"], campaign=campaign)
    return dots(drawn, text, text("woken_members.chart.value"))


def redeem_to_purchase(frame: pd.DataFrame, text: Text) -> Chart:
    """Who buys after redeeming, beside participants who redeemed nothing."""
    return sides(frame, text, "redeem_to_purchase")


def participant_repurchase(frame: pd.DataFrame, text: Text) -> Chart:
    """Who buys again after the campaign: participants beside members who did not take part."""
    return sides(frame, text, "participant_repurchase")


def sides(frame: pd.DataFrame, text: Text, section: str) -> Chart:
    """The treated beside those they are compared with; sides are named by `side.<section>.<name>`."""
    shown = frame[frame["side"] != "difference"].reset_index(drop=True)
    labels = [text(f"side.{section}.{side}") for side in shown["side"]]
    drawn = shown.assign(label=labels, campaign=shown["side"] == "treated")
    return dots(drawn, text, text(f"{section}.chart.value"))
