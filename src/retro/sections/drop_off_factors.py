"""Drop-off factors: groups that complete the funnel clearly less or more often than others."""

import pandas as pd

from retro import charts
from retro.sections.groups import group_name
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_TOLD = ("rate", "low", "high", "odds_ratio", "odds_low", "odds_high")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Which groups go all the way clearly less or more often than the others."""
    text = context.text
    if frame.empty:
        return Finding(text("drop_off_factors.say.none"), covered=False)
    groups = [group_name(row["attribute"], row["group"], text) for row in records(frame)]
    attributes = [text.label("segment", attribute) for attribute in frame["attribute"]]
    labels = [
        text("drop_off_factors.chart.label", attribute=attribute, group=group)
        for attribute, group in zip(attributes, groups, strict=True)
    ]
    shown = frame.assign(label=labels, estimate=frame["odds_ratio"], low=frame["odds_low"], high=frame["odds_high"])
    rows = [row for row in records(shown) if not pd.isna(row["odds_ratio"])]
    clear = [row for row in rows if row["odds_high"] < 1 or row["odds_low"] > 1]
    parts = text("chart.clause").join([text("drop_off_factors.say.part", row) for row in clear])
    key = "clear" if clear else "alike" if rows else "few"
    sentence = text(f"drop_off_factors.say.{key}", rows[0] if rows else None, parts=parts)
    columns = ("label.", "users", "converted", "rate", "odds_ratio", "odds_low", "odds_high")
    options = {"value": text("drop_off_factors.chart.value"), "unit": "ratio", "reference": 1}
    exhibit = Exhibit(charts.forest, pd.DataFrame(rows), options, frame_table("drop_off_factors", shown, columns, text))
    return Finding(sentence, exhibits=(exhibit,) if rows else ())


section = Section(
    "drop_off_factors",
    say,
    level=2,
    people={"users": _TOLD, "converted": _TOLD},
    grain={"events": "hour"},
    of_people=True,
)
