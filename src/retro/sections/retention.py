"""Retention: the campaign's users beside the baseline cohort."""

from dataclasses import replace

import pandas as pd

from retro.charts import BASELINE, COHORTS, Chart, Lines, checked, drawn, line_chart, people
from retro.i18n import Text
from retro.sections.compared import comparison, difference
from retro.sections.section import Context, Finding, Section, cohort_row, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Day-N retention of the campaign's cohort beside the baseline, at the first and the last observed day."""
    text, days = context.text, sorted(frame["day"].unique())
    campaign = [row for row in records(frame) if row["cohort"] == "campaign"]
    observed = [row["day"] for row in campaign if row["state"] not in {"unobserved", "empty"}]
    sentences = [_beside_baseline(frame, day, context) for day in dict.fromkeys([*observed[:1], *observed[-1:]])]
    if campaign[0]["state"] == "empty":
        sentences.append(text("retention.say.empty", noun=context.new_users))
    elif missing := [day for day in days if day not in observed]:
        sentences.append(text("retention.say.missing", days=missing))
    entries = tuple(
        context.entry(
            f"day_{day}_retention_rate{suffix}",
            cohort_row(frame, cohort=cohort, day=day),
            "rate",
            of=("retained", "eligible"),
            method="Wilson",
        )
        for cohort, suffix in (("campaign", ""), ("baseline", "_baseline"))
        for day in days
    )
    columns = ("cohort.cohort", "day", "eligible", "retained", "rate", "low", "high", "state")
    return Finding("".join(sentences), entries, frame_table("retention", frame, columns, text))


def _beside_baseline(frame: pd.DataFrame, day: int, context: Context) -> str:
    text = context.text
    campaign, baseline = (cohort_row(frame, cohort=cohort, day=day) for cohort in ("campaign", "baseline"))
    if pd.isna(campaign["rate"]):
        return text("retention.say.few", campaign)
    side, gap = comparison(campaign, baseline), difference(campaign, baseline)
    said = text("retention.say.rate", campaign) + text(f"retention.say.{side}", baseline)
    return said + (text("chart.difference", gap) if side != "unknown" else "")


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A line per cohort over the days since day 0, with its 95 % interval; days not yet observed are absent."""
    frame = checked(frame, "retention", ("cohort", "day", "eligible", "retained", "rate", "low", "high", "state"))
    named = frame.assign(
        series=text.labels("cohort", frame["cohort"]), colour=[COHORTS.get(name, BASELINE) for name in frame["cohort"]]
    )
    lines, bases = [], []
    for cohort, part in drawn(named, "retention", "rate").groupby("series", sort=False):
        (first, *_), last = records(part), records(part)[-1]
        days = {f"{name}_{of}": row[of] for name, row in (("first", first), ("last", last)) for of in ("day", "rate")}
        key = "alt_cohort" if first["day"] != last["day"] else "alt_one_day"
        lines.append(text(f"retention.chart.{key}", days, cohort=cohort))
        bases.append(text("retention.chart.base", last, cohort=cohort, eligible=people(last["eligible"], text)))
    clause, mark = text("chart.clause"), Lines("rate", "series", "colour", dot=4, low="low", high="high")
    chart = line_chart(
        named,
        text,
        "retention.chart",
        mark,
        at="day",
        over="days",
        y="rate",
        height=3.3,
        under=text("chart.axis.day_number"),
        facts={"cohorts": clause.join(lines), "bases": clause.join(bases)},
    )
    missing = [_days(named[named["state"] == state], state, text) for state in ("unobserved", "partial")]
    return replace(chart, caption=text("chart.space").join(filter(None, [chart.caption, *missing])))


def _days(part: pd.DataFrame, state: str, text: Text) -> str:
    """Which days are missing because they lie ahead, or are known in part."""
    days = [
        text("retention.chart.cohort_days", cohort=cohort, days=list(cells["day"]))
        for cohort, cells in part.groupby("series", sort=False)
    ]
    return text(f"retention.chart.{state}", days=text("chart.clause").join(days)) if days else ""


section = Section(
    "retention",
    say,
    draw,
    people=dict.fromkeys(("eligible", "retained"), ("rate", "low", "high")),
    grain={"events": "day"},
    of_people=True,
)
