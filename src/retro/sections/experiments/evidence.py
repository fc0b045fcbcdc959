"""Evidence of an experiment: effects, arms, checks, and the main metric over time and by segment."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from retro import charts
from retro.blocks import Table
from retro.charts import MUTED, Chart, Lines, Over, Rule, checked, floats, line_chart
from retro.charts.words import written
from retro.i18n import Text
from retro.metrics.experiments.parts import trend
from retro.sections.experiments.soundness import check_table
from retro.sections.experiments.words import Reader
from retro.sections.section import Exhibit, records

_SURE = 0.05
"""p-value below which a trend or a difference of segments is said."""

_FEWEST_LOOKS = 2
_FEWEST_DAYS = 3

Rows = Sequence[dict[str, Any]]


def exhibits(reader: Reader) -> Iterator[Exhibit]:
    """Everything that stands below an experiment's finding."""
    yield _overview(reader)
    if not reader.result.pairs.empty:
        yield _pairs(reader)
    yield Exhibit(table=_arms(reader))
    yield Exhibit(table=check_table(reader))
    result, metric = reader.result, reader.result.design.primary[0]
    arm = result.decision.arm or result.design.treatments[0]
    name, control = reader.name(metric), reader.control
    value = reader.say("value.metric", metric=name, control=control)
    options = {"value": value, "unit": reader.unit(metric)}
    looks, days, segments = (
        frame[frame["arm"] == arm] for frame in (result.looks, result.since_exposure, result.segments)
    )
    if result.design.peeked and len(looks) >= _FEWEST_LOOKS:
        yield Exhibit(draw_looks, looks, options, _looks(reader, records(looks)))
    if len(days) >= _FEWEST_DAYS:
        if metric.retention is not None:
            options = options | {"value": reader.say("value.retention", control=control)}
        yield Exhibit(draw_days, days, options, _days(reader, records(days)), _trend(reader, arm))
    if not segments.empty:
        rows = records(segments)
        labels = [f"{reader.segment(row['segment'])} {_value(reader, row)}" for row in rows]
        drawn = segments.assign(label=labels, estimate=segments["effect"])
        yield Exhibit(
            charts.forest, drawn, {**options, "value": value}, _segments(reader, rows), _interaction(reader, rows)
        )


def _overview(reader: Reader) -> Exhibit:
    """All effects as a forest: in percentage points where all are shares, else relative to the control."""
    shares = all(metric.kind == "conversion" for _, metric in reader.result.design.metrics)
    names = ["effect", "low", "high"] if shares else ["lift", "lift_low", "lift_high"]
    rows = records(reader.effects)
    drawn = reader.effects[names].set_axis(["estimate", "low", "high"], axis=1)
    drawn = drawn.assign(
        label=[reader.row_label(row) for row in rows],
        margin=[_margin(reader, row) * (row["control"] if shares else 1.0) for row in rows],
    )
    table = _effects(reader, rows)
    if drawn["estimate"].isna().all():
        return Exhibit(table=table)
    value = reader.say(f"value.{'difference' if shares else 'lift'}", control=reader.control)
    options = {"value": value, "unit": "percentage_points" if shares else "change"}
    return Exhibit(charts.forest, drawn, options, table)


def _margin(reader: Reader, row: dict[str, Any]) -> float:
    margin = float(row["margin"])
    return -margin if reader.metric(row["metric"]).better == "higher" else margin


def _effects(reader: Reader, rows: Rows) -> Table:
    names, ranked = ("effect", "interval"), reader.effects["rank_p"].notna().any()
    lines = []
    for row in rows:
        shown, refused = reader.compared(row), row["outcome"] == "refused"
        lines.append(
            (
                reader.row_label(row),
                reader.say(f"role.{row['role']}"),
                *(reader.hits(row, side) for side in ("control", "treatment")),
                *(shown[name] for name in names),
                reader.text.value(row["lift"], "change"),
                "" if math.isnan(row["statistic"]) else f"{row['statistic']:.2f}".replace("-", "−"),
                reader.text.p_value(row["p_value"]),
                reader.text.p_value(row["adjusted_p"]),
                *([reader.text.p_value(row["rank_p"])] if ranked else []),
                reader.size(row),
                reader.say(f"refusal.{row['refusal']}" if refused else f"outcome.{row['outcome']}"),
            )
        )
    numbers = ["control", "treatment", *names, "lift", "statistic", "p", "adjusted"]
    numbers += [*(["rank"] if ranked else []), "detectable"]
    columns = dict.fromkeys(("metric", "role"), False) | dict.fromkeys(numbers, True) | {"outcome": False}
    return reader.table("experiments.table", columns, lines)


def _pairs(reader: Reader) -> Exhibit:
    """The arms beside the control against each other, and in words by the first primary metric."""
    lines, said = [], []
    for row in records(reader.result.pairs):
        metric = reader.metric(row["metric"])
        shown = reader.compared(row)
        name, adjusted = reader.name(metric), row["adjusted_p"]
        lines.append(
            (
                name,
                reader.arm(row["arm"]),
                reader.arm(row["against"]),
                shown["treatment"],
                reader.value(metric, row["base"]),
                shown["effect"],
                shown["interval"],
                reader.text.p_value(row["p_value"]),
                reader.text.p_value(adjusted),
                reader.say(f"outcome.{row['outcome']}"),
            )
        )
        if metric is reader.result.design.primary[0]:
            p = reader.text.p_value(adjusted, sign=True)
            said.append(reader.say(f"pair.{row['outcome']}", row | shown, metric=name, level=reader.level, p=p))
    words, numbers = ("metric", "arm", "against"), ("treatment", "base", "effect", "interval", "p", "adjusted")
    columns = dict.fromkeys(words, False) | dict.fromkeys(numbers, True) | {"outcome": False}
    return Exhibit(table=reader.table("experiments.pairs", columns, lines), sentence="".join(said))


def _arms(reader: Reader) -> Table:
    text = reader.text
    lines = [
        (
            reader.arm(row["arm"]),
            text.rate(row["planned_share"]),
            text.written(row["units"], "exact.0"),
            "" if pd.isna(row["share"]) else text.rate(row["share"], 2),
        )
        for row in records(reader.result.arms)
    ]
    return reader.table("experiments.arms", {"arm": False, "planned": True, "units": True, "share": True}, lines)


def _looks(reader: Reader, rows: Rows) -> Table:
    lines = [(reader.text.day(row["on"]), *_counted(reader, row)) for row in rows]
    return _of_primary(reader, "looks", {"day": False}, ("units", "effect", "interval"), lines)


_COMPARED = ("units", "control", "treatment", "effect", "interval")


def _days(reader: Reader, rows: Rows) -> Table:
    lines = [(str(row["day"]), *_counted(reader, row)) for row in rows]
    return _of_primary(reader, "days", {"day": True}, _COMPARED, lines)


def _segments(reader: Reader, rows: Rows) -> Table:
    lines = [(reader.segment(row["segment"]), _value(reader, row), *_counted(reader, row)) for row in rows]
    return _of_primary(reader, "segments", {"segment": False, "value": False}, _COMPARED, lines)


def _of_primary(
    reader: Reader, name: str, first: Mapping[str, bool], numbers: Sequence[str], lines: Sequence[Sequence[str]]
) -> Table:
    metric = reader.name(reader.result.design.primary[0])
    return reader.table(f"experiments.{name}", {**first, **dict.fromkeys(numbers, True)}, lines, metric=metric)


def _counted(reader: Reader, row: dict[str, Any]) -> tuple[str, ...]:
    return reader.text.exact(row["units"], 0), *reader.compared(row).values()


def _value(reader: Reader, row: Mapping[str, Any]) -> str:
    """A segment's value as readers call it, such as a channel's name."""
    return reader.text.label(str(row["segment"]), str(row["value"])) if row["value"] else "–"


def _trend(reader: Reader, arm: str) -> str:
    frame = reader.result.since_exposure
    frame, metric = frame[frame["arm"] == arm], reader.result.design.primary[0]
    slope, p_value = trend(frame, reader.result.design.alpha)
    first, last = (float(frame["effect"].iloc[place]) for place in (0, -1))
    side = "steady" if not p_value < _SURE else "fading" if slope * first < 0 else "growing"
    ends = {"first": reader.difference(metric, first), "last": reader.difference(metric, last)}
    return reader.say(f"trend.{side}", **ends)


def _interaction(reader: Reader, rows: Rows) -> str:
    several = {
        row["segment"] for row in rows if len({one["value"] for one in rows if one["segment"] == row["segment"]}) > 1
    }
    p_values = {row["segment"]: float(row["interaction_p"]) for row in rows if row["segment"] in several}
    differ = [name for name, p_value in p_values.items() if p_value < _SURE]
    said = ""
    for side, names in (("differ", differ), ("alike", [name for name in p_values if name not in differ])):
        if names:
            p = dict.fromkeys(reader.say("p", p=reader.text.p_value(p_values[name], sign=True)) for name in names)
            said += reader.say(f"segments.{side}", segments=[reader.segment(name) for name in names], p=p)
    return said


def draw_days(frame: pd.DataFrame, text: Text, value: str, unit: str = "percentage_points") -> Chart:
    """The effect on each day since exposure with its interval: whether it lasts."""
    frame = checked(frame, "experiments", ("day", "effect", "low", "high"))
    names = [text("experiments.chart.since_at", day=int(day)) for day in frame["day"]]
    return _draw_effects(frame, names, text, value, unit, ("day", "days", "since"))


def draw_looks(frame: pd.DataFrame, text: Text, value: str, unit: str = "percentage_points") -> Chart:
    """The effect as it stood on each day, with the units exposed until then."""
    frame = checked(frame, "experiments", ("on", "effect", "low", "high"))
    return _draw_effects(frame, [text.short_day(day) for day in frame["on"]], text, value, unit, ("on", "day", "until"))


def _draw_effects(
    frame: pd.DataFrame, names: Sequence[str], text: Text, value: str, unit: str, axis: tuple[str, Over, str]
) -> Chart:
    """A line of effects in its band, against no effect."""
    at, over, since = axis
    under = text(f"experiments.chart.{since}")
    clear = (floats(frame["low"]) > 0) | (floats(frame["high"]) < 0)
    facts = {
        "title": text("chart.forest.points", value=value) if unit == "percentage_points" else value,
        "value": value,
        "axis": under,
        "first_at": names[0],
        "last_at": names[-1],
        "first": written(float(frame["effect"].iloc[0]), unit, text),
        "last": written(float(frame["effect"].iloc[-1]), unit, text),
        "clear": int(clear.sum()),
        "all": len(frame),
    }
    marks = (Lines("effect", "series", dot=4, low="low", high="high"), Rule(0, MUTED))
    shown = frame.assign(series="")
    return line_chart(
        shown, text, "experiments.chart", *marks, at=at, over=over, y=unit, height=2.7, under=under, facts=facts
    )
