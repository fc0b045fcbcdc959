"""Micro funnel: time from step to step."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from retro.charts import Chart, checked, drawn, heat_map, wrapped
from retro.charts.frames import known
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, number, records

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_SOON = 60
"""Minutes within which the sentence says how many go on."""

_LINK = ["from_step", "to_step"]
_TIMES = ("lower", "median", "upper")


def say(frame: pd.DataFrame, times: pd.DataFrame, context: Context) -> Finding:
    """The slowest and the fastest step, by the median time to take it.

    `frame` is the frame of `metrics.micro_funnel` and `times` that of `metrics.conversion_times`.
    """
    text = context.text
    told = times.assign(
        pair=[_pair(row, text) for row in records(times)],
        **{name: _told(times[f"{name}_seconds"], text) for name in _TIMES},
    )
    links = len(frame[_LINK].drop_duplicates())
    known = [row for row in records(told.head(links)) if row["users"] and not pd.isna(row["median_seconds"])]
    if not known:
        return Finding(text("micro_funnel.say.none"), covered=False)
    slowest, fastest = (end(known, key=lambda row: row["median_seconds"]) for end in (max, min))
    sentence = text("micro_funnel.say.slowest", slowest)
    own = [row for row in records(frame) if all(row[step] == slowest[step] for step in _LINK)]
    soon = [row for row in own if row["minutes"] <= _SOON and not pd.isna(row["rate"])]
    if soon:
        sentence += text("micro_funnel.say.soon", soon[-1], limit=duration(int(soon[-1]["minutes"]), text))
    if len(known) > 1:
        sentence += text("micro_funnel.say.fastest", fastest)
    denominator = number(slowest["users"])
    entry = context.entry("slowest_step_median_seconds", slowest, "median_seconds", denominator=denominator)
    table = frame_table("micro_funnel", told, ("pair.", "users", *(f"{name}.figure" for name in _TIMES)), text)
    return Finding(sentence, (entry,), table)


def _told(seconds: Iterable[float], text: Text) -> list[str]:
    return ["" if math.isnan(one) else text.duration(one) for one in seconds]


def _pair(row: Mapping[str, Any], text: Text) -> str:
    first, second = (text.label("step", row[step]) for step in _LINK)
    return text("micro_funnel.chart.pair", first=first, second=second)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per pair of steps, a column per limit: the share that took the next step in time, the darker the more."""
    frame = checked(frame, "micro_funnel", ("from_step", "to_step", "minutes", "users", "converted", "rate"))
    drawn(frame, "micro_funnel", "rate")
    pairs, limit = [_pair(row, text) for row in records(frame)], duration(int(frame["minutes"].max()), text)
    cells = pd.DataFrame(
        {
            "row": [wrapped(pair) for pair in pairs],
            "column": [duration(int(minutes), text) for minutes in frame["minutes"]],
            "share": frame["rate"],
            "words": [text.rate(rate, 0) if known(rate) else "" for rate in frame["rate"]],
        }
    )
    figure = heat_map(cells, value=text("micro_funnel.chart.value"), row=0.45, extra=0.6)
    last = [place for place, column in enumerate(cells["column"]) if column == limit]
    parts = [text("chart.named", name=pairs[place], value=cells["words"][place]) for place in last]
    alt = text("micro_funnel.chart.alt", limit=limit, parts=text.join(parts))
    return Chart(figure, alt, text("micro_funnel.chart.caption"))


def duration(minutes: int, text: Text) -> str:
    """A limit in its largest whole unit.

    Examples:
        >>> from retro.i18n import load_text
        >>> [duration(minutes, load_text("en")) for minutes in (5, 60, 1440)]
        ['5 min', '1 h', '1 d']
    """
    for size, unit in ((_DAY, "days"), (_HOUR, "hours")):
        if minutes * _MINUTE % size == 0:
            return text(f"chart.duration.{unit}", count=minutes * _MINUTE // size)
    return text("chart.duration.minutes", count=minutes)


section = Section(
    "micro_funnel",
    say,
    draw,
    level=2,
    people={
        "users": ("rate", "low", "high", "mean_seconds", *(f"{name}_seconds" for name in _TIMES)),
        "converted": ("rate", "low", "high"),
    },
    grain={"events": "hour"},
    of_people=True,
)
