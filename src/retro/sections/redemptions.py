"""Redemptions: by weekday and hour, and by reward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts import Chart, checked, drawn, frame_cell, heat_map, peak_row
from retro.i18n import Text
from retro.privacy import Amount, Sum, hidden
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, daily: pd.DataFrame, rewards: pd.DataFrame, context: Context) -> Finding:
    """When points were redeemed, and for what.

    `frame` is the frame of `metrics.weekday_hours` over redemptions, `daily` that of `metrics.daily_redemptions` and
    `rewards` that of `metrics.rewards`.
    """
    text, total = context.text, int(daily["all_points"].iloc[0] or 0)
    if not total:
        return Finding(text("redemptions.say.none"), (), None, covered=False)
    few = daily["weekday"].isin(daily.loc[daily["redemptions"].map(hidden), "weekday"])
    by_weekday = {int(str(day)): int(points) for day, points in daily[~few].groupby("weekday")["points"].sum().items()}
    peak = max((hour for hour in records(frame) if not hidden(hour["events"])), key=_events, default={"events": 0})
    if not any(by_weekday.values()) or not peak["events"]:
        return Finding(text("privacy.few"), covered=False)
    top = max(by_weekday, key=lambda weekday: by_weekday[weekday])
    whole = {
        "redemptions": daily["all_redemptions"].iloc[0],
        "points": total,
        "top_points": by_weekday[top],
        "share": by_weekday[top] / total,
    }
    days = {"weekday": top, "times": int((daily["weekday"] == top).sum()), "peak_weekday": peak["weekday"]}
    sentence = text("redemptions.say.summary", peak, **whole, **days)
    entries = (
        context.entry("redemptions", whole),
        context.entry("top_weekday_points_share", whole, "share", of=("top_points", "points")),
    )
    shown = ("reward.reward", "redemptions", "points", "share")
    exhibits = (Exhibit(table=frame_table("redemptions.rewards", rewards, shown, text)),) if len(rewards) else ()
    table = frame_table("redemptions", daily, ("on", "redemptions", "points", "share"), text)
    return Finding(sentence, entries, table, exhibits=exhibits)


def _events(hour: Mapping[str, Any]) -> int:
    return int(hour["events"])


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A week as a grid of weekdays and hours, darker where more was redeemed; the busiest hour is framed.

    An hour that lay in the window and saw nothing is a row with 0; one outside is no row, and stays blank.
    """
    seen = drawn(checked(frame, "redemptions", ("weekday", "hour", "events")), "redemptions", "events")
    week = pd.MultiIndex.from_product([range(1, 8), range(24)], names=["weekday", "hour"])
    cells = seen.set_index(["weekday", "hour"])["events"].reindex(week).reset_index()
    named = cells.assign(
        row=text.labels("chart.weekday", cells["weekday"]), column=cells["hour"], share=cells["events"]
    )
    value, hours = text("redemptions.chart.value"), text("chart.axis.hour")
    figure = heat_map(named, value=value, columns=hours, extra=0.86, steps=(1, 2, 3, 6))
    peak = peak_row(seen, "events") or {}
    frame_cell(figure, peak["weekday"] - 1, peak["hour"], text("redemptions.chart.peak", peak))
    return Chart(figure, text("redemptions.chart.alt", peak), text("redemptions.chart.caption"))


section = Section(
    "redemptions",
    say,
    draw,
    people={"redemptions": ("points", "share"), "events": ()},
    totals=(
        Sum("redemptions", lambda frame: frame["redemptions"].notna(), name="all_redemptions"),
        Amount("points", "all_points"),
    ),
    grain={"points_ledger": "hour"},
)
