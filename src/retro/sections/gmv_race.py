"""GMV race: GMV so far against the target."""

import pandas as pd

from retro.charts import Chart, checked, cumulative
from retro.i18n import Number, Text
from retro.sections.section import Context, Finding, Section, frame_table, records

_HOURS_TOLD = 3
"""The table tells every third hour; the hours stand in the table of sales."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How far GMV came towards its target, and when half of it was in.

    The target of `gmv` is the finish.
    """
    text, target = context.text, context.params.targets.get("gmv")
    run, baseline = ([row for row in records(frame) if row["series"] == series] for series in ("campaign", "baseline"))
    shown = pd.DataFrame(
        {
            "elapsed": [row["elapsed"] for row in run],
            "gmv": [row["total"] for row in run],
            "reached": [float(row["total"] / target) if target else None for row in run],
            "baseline": [row["total"] for row in baseline] or [None] * len(run),
        }
    )
    shown = shown[(shown.index % _HOURS_TOLD == 0) | (shown.index == len(shown) - 1)]
    columns = ("elapsed", "gmv", "baseline", *(("reached",) if target else ()))
    table = frame_table("gmv_race", shown, columns, text)
    total = run[-1]["total"]
    if not total:
        orders = frame.attrs.get("orders", 0)
        return Finding(text(f"gmv_race.say.{'worthless' if orders else 'none'}", orders=orders), (), table)
    facts = {"gmv": total, "target": target, "rate": None, "gap": None}
    if target:
        facts |= {"rate": total / target, "gap": abs(target - total)}
    key = "no_target" if not target else "reached" if total >= target else "short"
    half = next(row["elapsed"] for row in run if row["total"] >= total / 2)
    sentence = text(f"gmv_race.say.{key}", facts, hours=half)
    return Finding(sentence, (context.entry("gmv_target_rate", facts, "rate", of=("gmv", "target")),), table)


def draw(frame: pd.DataFrame, text: Text, target: Number | None = None) -> Chart:
    """GMV added up since the start, beside the baseline of the same hours, against the target."""
    frame = checked(frame, "gmv_race", ("series", "elapsed", "total"))
    named = frame.assign(series=[text(f"gmv_race.chart.{name}") for name in frame["series"]])
    value = text("gmv_race.chart.value", currency=text.currency_name)
    return cumulative(named, text, value, text("gmv_race.chart.elapsed"), unit="money", target=target)


section = Section("gmv_race", say, draw, grain={"orders": "hour"})
