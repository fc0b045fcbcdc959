"""Paths: users by step, and the step that loses most."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from retro.charts import ACCENT, MUTED, PALE, Bar, Chart, checked, floats, people, row_chart, told
from retro.charts.frames import known, rows
from retro.charts.theme import label, styled
from retro.i18n import Text
from retro.sections.section import Context, Exhibit, Finding, frame_table, records

PEOPLE = {"users": ("step_rate", "total_rate", "low", "high", "median_hours"), "immature": ()}
"""What gives away the people at a step, as `Section.people`."""


def worst_step(steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The step that loses most: `before` and `worst` (steps), `worst_rate`, and how many are `lost` between them.

    Examples:
        >>> worst_step([{"step": "see", "users": 8, "step_rate": None}, {"step": "buy", "users": 2, "step_rate": 0.25}])
        {'before': 'see', 'worst': 'buy', 'worst_rate': 0.25, 'lost': 6}
    """
    before, worst = min(pairwise(steps), key=lambda pair: 2 if pd.isna(pair[1]["step_rate"]) else pair[1]["step_rate"])
    lost = before["users"] - worst["users"]
    return {"before": before["step"], "worst": worst["step"], "worst_rate": worst["step_rate"], "lost": lost}


def path(name: str, frame: pd.DataFrame, context: Context) -> Finding:
    """Report how many users complete a path, and where most are lost.

    Args:
        name: The section; its figures are named `<section>_<step>_rate`.
        frame: One row per step: `step`, `users`, `step_rate`, `total_rate`, `low`, `high`, `immature`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    first, last = rows[0], rows[-1]
    if not first["users"]:
        return Finding(text(f"{name}.say.none"), covered=False)
    entered = {"entered": first["users"]}
    key = "few" if pd.isna(last["total_rate"]) else "summary"
    sentence = text(f"{name}.say.{key}", last, **entered, **worst_step(rows))
    if last["immature"]:
        sentence += text("funnel.say.immature", last)
    of = ("users", "entered")
    entries = tuple(
        context.entry(f"{name}_{row['step']}_rate", row | entered, "total_rate", of=of, method="Wilson")
        for row in rows[1:]
    )
    columns = ("step.step", "users", "step_rate", "total_rate", "low", "high")
    table = frame_table(name, frame, columns, text)
    exhibits = (Exhibit(draw, frame),) if key == "summary" else ()
    return Finding(sentence, entries, table, exhibits=exhibits)


@styled()
def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per step with its users and their share of the first; between two bars, the share that went on."""
    frame = checked(frame, "funnel", ("step", "users", "step_rate", "total_rate"))
    names, users = text.labels("step", frame["step"]), floats(frame["users"])
    width = max(users.max(), 1)
    shares = ["" if rate == "–" else rate for rate in told(frame, text, "funnel.chart.share", "total_rate", "–")]
    shown = frame.assign(
        label=names, all=width, bold=[text.count(count) for count in frame["users"]], quiet=["", *shares[1:]]
    )
    steps = [
        text("funnel.chart.alt_step", step=name, users=people(count, text), rate=share or "–")
        for name, count, share in zip(names, frame["users"], shares, strict=True)
    ]
    bars = (Bar("all", PALE, _BAR), Bar("users", ACCENT, _BAR))
    chart = row_chart(
        shown, text, "funnel.chart", *bars, whole=width, row=0.56, facts={"first": names[0], "steps": text.join(steps)}
    )
    for row in rows(frame)[1:]:
        if known(row.step_rate):
            words = text("funnel.chart.step", row)
            label(chart.figure.axes[0], words, (0, row.Index - 0.5), offset=(4, 0), va="center", color=MUTED)
    return chart


_BAR = 0.5
"""Height of a bar in rows; the rate from step to step stands between two bars."""
