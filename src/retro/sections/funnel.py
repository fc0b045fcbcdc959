"""Where a campaign's users stop on their way."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd

from retro.sections.finding import Context, Finding, frame_table, rate_entry, records


def funnel(frame: pd.DataFrame, context: Context) -> Finding:
    """How many reach the last step, and at which step most are lost.

    Args:
        frame: The frame of `metrics.funnel`.
        context: Params and texts.
    """
    text = context.text
    units = {
        "step": "name.step",
        "users": "count",
        "step_rate": "rate",
        "total_rate": "rate",
        "low": "rate",
        "high": "rate",
        "median_hours": "hours",
    }
    table = frame_table("funnel", frame, units, text)
    steps = records(frame)
    first, last = steps[0], steps[-1]
    if first["users"] == 0:
        return Finding(text("funnel.say.empty", step=text.label("step", first["step"])), (), table)
    before, worst = min(pairwise(steps), key=lambda pair: (math.isnan(pair[1]["step_rate"]), pair[1]["step_rate"]))
    immature = frame.attrs.get("immature", 0)
    sentence = text(
        "funnel.say.summary",
        first=text.label("step", first["step"]),
        last=text.label("step", last["step"]),
        entered=text.count(first["users"]),
        reached=text.count(last["users"]),
        rate=text.rate(last["total_rate"]),
        interval=text.interval(last["low"], last["high"], "rate"),
        before=text.label("step", before["step"]),
        worst=text.label("step", worst["step"]),
        worst_rate=text.rate(worst["step_rate"]),
        lost=text.count(before["users"] - worst["users"]),
    )
    if immature:
        sentence += text("funnel.say.immature", count=text.count(immature))
    reached = last | {"rate": last["total_rate"], "entered": first["users"]}
    entry = rate_entry("funnel_total_rate", reached, "users", "entered", **context.facts("funnel", "events"))
    return Finding(sentence, (entry,), table)
