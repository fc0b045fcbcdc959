"""Portfolio: the decisions on all experiments of a period, and what those that ship add up to without their luck."""

from __future__ import annotations

import math

import pandas as pd

from retro.blocks import Table
from retro.i18n import Text
from retro.metrics.experiments import Portfolio
from retro.sections.section import Context, Finding, Section, frame_table, records
from retro.signs import harmless

_COLUMNS = dict.fromkeys(("experiment", "arm", "decision", "metric"), "name.plain")
_COLUMNS |= dict.fromkeys(("effect", "interval", "z", "corrected"), "name.figure")


def say(frame: pd.DataFrame, found: Portfolio, context: Context) -> Finding:
    """Every experiment with its decision, the gravest first, and the sum of those that ship.

    `found` is what `metrics.portfolio` returns, and `frame` its `rows`.
    """
    text = context.text
    missing = text("portfolio.say.not_covered", experiments=text.join(found.not_covered)) if found.not_covered else ""
    if frame.empty:
        return Finding(missing, covered=False)
    count, shipped = frame["experiment"].nunique(), frame.loc[frame["shipped"], "experiment"].nunique()
    sentence = text("portfolio.say.summary", experiments=count, shipped=shipped)
    sums = [
        text(
            "portfolio.say.sum",
            metric=text.label("measure", row["metric"]),
            arms=row["arms"],
            interval=_interval(row, text),
            **{name: _size(row[name], row["kind"], text) for name in ("total", "corrected")},
        )
        for row in records(found.sums)
    ]
    sentence += "".join(sums) or text("portfolio.say.no_sum")
    return Finding(sentence + missing, table=_table(frame, found, text))


def _table(frame: pd.DataFrame, found: Portfolio, text: Text) -> Table:
    rows = [
        (
            text.pick(found.titles.get(row["experiment"], harmless(row["experiment"]))),
            text.label("arm", row["arm"]),
            text(f"portfolio.decision.{row['state']}"),
            text.label("measure", row["metric"]),
            _size(row["effect"], row["kind"], text),
            _interval(row, text),
            "" if math.isnan(row["z"]) else f"{row['z']:+.2f}".replace("-", "−"),
            _size(row["corrected"], row["kind"], text),
        )
        for row in records(frame)
    ]
    shown = pd.DataFrame(rows, columns=list(_COLUMNS))
    return frame_table("portfolio", shown, _COLUMNS, text, folded=False)


def _interval(row: dict[str, float], text: Text) -> str:
    ends = [_size(row[name], str(row["kind"]), text) for name in ("low", "high")]
    return f"{ends[0].split(' ')[0]} – {ends[1]}" if all(ends) else ""


def _size(value: float, kind: str, text: Text) -> str:
    """An effect with its sign: a difference of rates in points, any other in the metric's own unit."""
    if math.isnan(value):
        return ""
    if kind == "conversion":
        return text.percentage_points(value)
    return f"{'+' if value > 0 else ''}{text.exact(value, 4 if abs(value) < 1 else 2)}"


section = Section("portfolio", say, level=2, of_people=True)
