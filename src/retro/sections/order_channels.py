"""Order channels: where a campaign's orders were placed, beside the baseline weeks."""

import pandas as pd

from retro.charts import BASELINE, Bar, Chart, Tick, row_chart
from retro.i18n import Text
from retro.privacy import hidden
from retro.sections.groups import group_name
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The channel that brought most, and the one whose share rose most above its baseline.

    Without amounts it is told in orders.
    """
    text = context.text
    named = frame.assign(channel=[group_name("channel", name, text) for name in frame["channel"]])
    told = [row for row in records(named) if not pd.isna(row["rate"])]
    if not told:
        few = any(map(hidden, frame["buyers"]))
        return Finding(text("privacy.few" if few else "order_channels.say.none"), covered=False)
    valued = bool(frame["gmv"].notna().any())
    sentence = text(f"order_channels.say.{'summary' if valued else 'orders'}", told[0])
    moved = [row | {"moved": row["rate"] - row["baseline_rate"]} for row in told if not pd.isna(row["baseline_rate"])]
    if moved:
        sentence += text("order_channels.say.moved", max(moved, key=lambda row: abs(row["moved"])))
    entries = tuple(
        context.entry(f"{row['channel']}_order_channel_rate", row, "rate")
        for row in records(frame)
        if row["channel"] and valued
    )
    money = ("gmv", "rate", "baseline_rate", "order_value") if valued else ("rate", "baseline_rate")
    name = "order_channels" if valued else "order_channels.counted"
    return Finding(sentence, entries, frame_table(name, named, ("channel.", "orders", "buyers", *money), text))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per channel: its share of GMV, and as a line its share in the baseline weeks."""
    named = frame.assign(label=[group_name("channel", name, text) for name in frame["channel"]])
    marks = (Bar("rate", name="campaign"), Tick("baseline_rate", BASELINE, name="baseline"))
    return row_chart(named, text, "order_channels.chart", *marks, at="edge")


section = Section(
    "order_channels", say, draw, people={"buyers": ("gmv", "rate", "baseline_rate", "order_value", "orders")}
)
