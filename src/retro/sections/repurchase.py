"""Repurchase: the campaign's first-time buyers beside the baseline cohort."""

from dataclasses import replace

import pandas as pd

from retro.charts import BASELINE, COHORTS, Chart, Span, drawn, row_chart, told
from retro.i18n import Text
from retro.sections.compared import comparison, difference
from retro.sections.section import Context, Finding, Section, cohort_row, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Repurchase rate of the campaign's first-time buyers beside the baseline."""
    text, days = context.text, context.asked("repurchase_days")
    campaign, baseline = (cohort_row(frame, cohort=cohort) for cohort in ("campaign", "baseline"))
    entries = tuple(
        context.entry(name, row, "rate", of=("repurchasers", "buyers"), method="Wilson")
        for name, row in (("repurchase_rate", campaign), ("repurchase_rate_baseline", baseline))
    )
    columns = ("cohort.cohort", "buyers", "repurchasers", "rate", "low", "high", "state")
    table = frame_table("repurchase", frame, columns, text)
    if campaign["state"] in {"unobserved", "empty", "early", "lost"}:
        sentence = text(f"repurchase.say.{campaign['state']}", days=days)
    elif pd.isna(campaign["rate"]):
        sentence = text("repurchase.say.few", campaign, days=days)
    else:
        side, gap = comparison(campaign, baseline), difference(campaign, baseline)
        sentence = text("repurchase.say.rate", campaign, days=days) + text(f"repurchase.say.{side}", baseline)
        sentence += text("chart.difference", gap) if side != "unknown" else ""
    holed = frame.loc[frame["lost_days"] > 0]
    warned = [text("repurchase.lost", row, days=days) for row in records(holed) if row["state"] != "lost"]
    return Finding(sentence, entries, table, warnings=tuple(warned))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A dot with its interval per cohort; a hollow one where a part of the buyers is still inside the window."""
    drawn(frame, "repurchase", "rate")
    states = text.labels("state", frame["state"])
    bold, said = (told(frame, text, f"repurchase.chart.{words}", "rate", "") for words in ("bold", "said"))
    colours = [COHORTS.get(cohort, BASELINE) for cohort in frame["cohort"]]
    shown = frame.assign(
        label=text.labels("cohort", frame["cohort"]),
        bold=[one or state for one, state in zip(bold, states, strict=True)],
        quiet=told(frame, text, "repurchase.chart.quiet", "rate", ""),
        said=[one or state for one, state in zip(said, states, strict=True)],
        colour=colours,
        fill=["white" if state == "partial" else one for state, one in zip(frame["state"], colours, strict=True)],
    )
    partial = text("repurchase.chart.partial") if (frame["state"] == "partial").any() else ""
    mark = Span("low", "high", "rate", "colour", 3, "fill")
    chart = row_chart(shown, text, "repurchase.chart", mark, at="mark", axis="rate", row=0.55)
    return replace(chart, caption=text("chart.sentences", first=chart.caption, second=partial).strip())


section = Section(
    "repurchase",
    say,
    draw,
    people=dict.fromkeys(("buyers", "repurchasers"), ("rate", "low", "high")),
    of_people=True,
    newcomers=True,
)
