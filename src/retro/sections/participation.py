"""How many of those who could take part did, and how fast."""

from dataclasses import replace
from decimal import Decimal

import pandas as pd

from retro.charts import Chart, checked, cumulative
from retro.i18n import Text
from retro.privacy import FEW, Running
from retro.sections.section import Context, Finding, Section, cohort_row, frame_table, records

_ENTRIES = {"all": "participation_rate", "seen": "active_participation_rate", "silent": "silent_participation_rate"}


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of those eligible who took part, by the first day, by half of the time, and in the end."""
    text, days = context.text, int(frame["day"].max())
    named = frame.assign(on=[text.short_day(day) for day in frame["on"]])  # eight columns leave no room for the year
    shown = ("group.group", "on.", "joined", "participants", "eligible", "rate", "low", "high")
    ends = {group: cohort_row(frame, group=group, day=days) for group in dict.fromkeys(frame["group"])}
    last = ends["all"]
    if not last["eligible"]:
        return Finding(text("participation.say.nobody"), (), None, covered=False)
    invited = context.asked("invitation") is not None
    others = last.get("uninvited", 0)
    if others and not last["participants"]:
        return Finding(text("participation.say.unlinked", last, others=others), covered=False)
    apart = text(f"participation.say.{'uninvited' if invited else 'newcomers'}", others=others) if others else ""
    if last["participants"] is FEW:
        return Finding(text("privacy.few") + apart)
    if any(row["participants"] is FEW for row in ends.values()):  # all less one group would give the other away
        named, ends = named[named["group"] == "all"], {"all": last}
    first = next((row["rate"] for row in records(frame) if row["group"] == "all" and row["day"] == 1), None)
    headline, sentence = (
        text(f"participation.say.{key}{'' if invited else '_all'}", last, first=first, days=days) + apart
        for key in ("headline", "summary")
    )
    if "seen" in ends:
        both = {f"{group}_{name}": value for group in ("seen", "silent") for name, value in ends[group].items()}
        groups = text("participation.say.groups", both, within=context.asked("seen_days"))
        headline, sentence = headline + groups, sentence + groups
    entries = tuple(
        context.entry(_ENTRIES[group], row, "rate", of=("participants", "eligible"), method="Wilson")
        for group, row in ends.items()
    )
    return Finding(sentence, entries, frame_table("participation", named, shown, text), headline=(headline,))


def draw(frame: pd.DataFrame, text: Text, target: Decimal | None = None) -> Chart:
    """A line per group over the days of the campaign: the share that had taken part by the end of each."""
    frame = checked(frame, "participation", ("group", "day", "rate"))
    lines = pd.DataFrame(
        {
            "series": [text.label("group", str(group)) for group in frame["group"]],
            "elapsed": frame["day"],
            "total": frame["rate"],
        }
    )
    value, elapsed = text("participation.chart.value"), text("participation.chart.elapsed")
    chart = cumulative(lines, text, value, elapsed, unit="rate", target=target)
    return replace(chart, caption=text("participation.chart.caption"))


section = Section(
    "participation",
    say,
    draw,
    links=("exposures.unit_id",),
    people={"eligible": (), "joined": (), "participants": ("rate", "low", "high"), "uninvited": ()},
    totals=(Running("joined", by="group", order="day", whole="all"),),
    grain={"events": "day"},
)
