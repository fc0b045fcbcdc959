"""What a month's figures mean: against the plan, among the months before, week by week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

import pandas as pd

from retro import charts
from retro.campaigns.month import Month
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics import anomaly_sentence
from retro.sections.finding import Context, Exhibit, Finding, frame_table, number, rate_entry, records
from retro.sections.scorecard import goal_label, status

_FEWEST = 2


def month_figures(frame: pd.DataFrame, context: Context) -> Finding:
    """The KPI table: figure, owner, how often it is looked at, target, result, and both changes.

    Args:
        frame: The frame of `metrics.month_figures`.
        context: Params and texts; the params are a month's.
    """
    text, params = context.text, cast("Month", context.params)
    rows = records(frame)
    by_name = {row["figure"]: row for row in rows}
    gmv = by_name["gmv"]
    if gmv["value"] is None:
        return Finding(text("month_figures.say.none"), covered=False)
    facts = {
        "gmv": text.value(gmv["value"], "money"),
        "orders": text.count(by_name["orders"]["value"]),
        "order_value": text.value(by_name["order_value"]["value"], "money"),
    }
    sentence = text("month_figures.say.summary", **facts)
    changes = [
        text(f"month_figures.say.{name}", change=text.change(gmv[name]))
        for name in ("change", "year_change")
        if not pd.isna(gmv[name])
    ]
    sentence += text("month_figures.say.changes", changes=text.join(changes)) if changes else ""
    entries = tuple(_entry(row, context) for row in rows)
    shown = pd.DataFrame([_kpi_row(row, entry, params, context) for row, entry in zip(rows, entries, strict=True)])
    units = dict.fromkeys(("kpi", "owner", "every", "target", "value", "status", "previous", "year_ago"), "name.")
    table = frame_table("month_figures", shown, units, text, folded=False)
    return Finding(sentence, entries, table)


def _kpi_row(row: Mapping[str, Any], entry: Entry, params: Month, context: Context) -> dict[str, str]:
    text, name = context.text, row["figure"]
    kpi, target = params.kpis.get(name), params.targets.get(name)
    goal = next(goal for goal in params.goals if goal.name == name)
    change = text.percentage_points if row["unit"] == "rate" else text.change
    shown = {key: "" if pd.isna(row[key]) else change(row[key]) for key in ("change", "year_change")}
    return {
        "kpi": goal_label(name, context),
        "owner": text.pick(kpi.owner) if kpi else "",
        "every": text(f"every.{kpi.every}") if kpi else "",
        "target": text.value(target, row["unit"]),
        "value": text.value(row["value"], row["unit"]),
        "status": text(f"status.{status(entry, target, goal)}"),
        "previous": _beside(text.value(row["previous"], row["unit"]), shown["change"], text),
        "year_ago": _beside(text.value(row["year_ago"], row["unit"]), shown["year_change"], text),
    }


def _beside(value: str, change: str, text: Text) -> str:
    """A figure of another month with the change since."""
    return text("month_figures.say.beside", value=value, change=change) if change else value


def _entry(row: Mapping[str, Any], context: Context) -> Entry:
    tables = {"visits": ("events",), "new_users": ("users",), "conversion_rate": ("orders", "events")}
    estimated = not pd.isna(row["low"])
    return Entry(
        name=row["figure"],
        value=row["value"],
        unit=row["unit"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        low=number(row["low"]),
        high=number(row["high"]),
        method="Wilson" if estimated else "",
        observed_until=context.observed_until,
        tables=tables.get(row["figure"], ("orders",)),
        definition="month_figures",
    )


def pacing(frame: pd.DataFrame, context: Context) -> Finding:
    """How far quarter and year have come beside the plan, and what is left.

    Args:
        frame: The frame of `metrics.pacing`.
        context: Params and texts.
    """
    text = context.text
    if frame.empty:
        return Finding(text("pacing.say.none"), covered=False)
    rows = {row["span"]: row for row in records(frame)}
    spans = ("year",) if rows["quarter"]["first"] == rows["year"]["first"] else ("quarter", "year")
    sentence = "".join(_pace(span, rows[span], text) for span in spans)
    shared = context.facts("pacing", "orders")
    entries = tuple(
        Entry(
            name=f"{span}_pace_rate",
            value=number(row["pace_rate"]),
            unit="ratio",
            numerator=row["actual"],
            denominator=row["planned"],
            **shared,
        )
        for span, row in rows.items()
    )
    units = {"span": "name.span", "actual": "money", "planned": "money", "pace_rate": "rate", "target": "money",
             "reached_rate": "rate", "left": "money", "left_months": "count"}  # fmt: skip
    return Finding(sentence, entries, frame_table("pacing", frame, units, text))


def _pace(span: str, row: Mapping[str, Any], text: Text) -> str:
    key = "ahead" if row["actual"] >= row["planned"] else "behind"
    sentence = text(
        f"pacing.say.{key}",
        span=text(f"span.{span}"),
        actual=text.value(row["actual"], "money"),
        planned=text.value(row["planned"], "money"),
        gap=text.value(abs(row["actual"] - row["planned"]), "money"),
        rate=text.rate(row["pace_rate"]),
    )
    if row["left_months"] and row["left"]:
        each = text.value(row["left"] / row["left_months"], "money")
        sentence += text("pacing.say.left", months=row["left_months"], left=text.value(row["left"], "money"), each=each)
    return sentence


def monthly_trend(frame: pd.DataFrame, context: Context) -> Finding:
    """Where the month stands among the thirteen.

    Args:
        frame: The frame of `metrics.monthly_trend`.
        context: Params and texts.
    """
    text, rows = context.text, [row for row in records(frame) if row["orders"]]
    if len(rows) < _FEWEST or not records(frame)[-1]["orders"]:
        return Finding(text("monthly_trend.say.none"), covered=False)
    last = rows[-1]
    rank = 1 + sum(row["gmv"] > last["gmv"] for row in rows)
    best = max(rows, key=lambda row: row["gmv"])
    sentence = text(
        "monthly_trend.say.best" if rank == 1 else "monthly_trend.say.rank",
        gmv=text.value(last["gmv"], "money"),
        rank=rank,
        months=len(rows),
        best=text.month(best["month"]),
        most=text.value(best["gmv"], "money"),
    )
    entry = Entry(
        name="gmv_rank_of_months", value=number(rank), unit="events", denominator=number(len(rows)),
        **context.facts("monthly_trend", "orders"),
    )  # fmt: skip
    units = {"month": "month", "visits": "exact", "new_users": "exact", "orders": "exact", "buyers": "exact",
             "conversion": "rate", "order_value": "money", "gmv": "money"}  # fmt: skip
    return Finding(sentence, (entry,), frame_table("monthly_trend", frame, units, text))


def weekly_chain(frame: pd.DataFrame, context: Context) -> Finding:
    """The last week beside the usual one, step by step.

    Args:
        frame: The frame of `metrics.weekly_chain`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    if len(rows) < _FEWEST:
        return Finding(text("weekly_chain.say.none"), covered=False)
    last, usual = rows[-1], frame.iloc[:-1]
    seen = [row for row in rows if not pd.isna(row["rate"])]
    sentence = text(
        "weekly_chain.say.summary",
        week=text.day(last["week"]),
        visitors=text.count(last["visitors"]),
        usual_visitors=text.count(round(float(usual["visitors"].median()))),
        conversion=text.rate(last["conversion"], 2),
        buyers=text.count(last["buyers"]),
        usual_conversion=text.rate(float(usual["conversion"].median()), 2),
    )
    if seen:
        newest = seen[-1]
        sentence += text(
            "weekly_chain.say.returned",
            week=text.day(newest["week"]),
            rate=text.rate(newest["rate"]),
            hits=text.count(newest["returned"]),
            total=text.count(newest["visitors"]),
            usual=text.rate(float(frame["rate"].median())),
        )
    shared = context.facts("weekly_chain", "events", "orders")
    entries = [
        Entry(name="last_week_conversion_rate", value=number(last["conversion"]), unit="rate",
              numerator=number(last["buyers"]), denominator=number(last["visitors"]), **shared),
        *(rate_entry("week_return_rate", row, "returned", "visitors", **shared) for row in seen[-1:]),
    ]  # fmt: skip
    units = {"week": "day", "visitors": "exact", "visits": "exact", "buyers": "exact", "conversion": "rate",
             "returned": "exact", "rate": "rate", "low": "rate", "high": "rate"}  # fmt: skip
    return Finding(sentence, tuple(entries), frame_table("weekly_chain", frame, units, text))


def anomalies(found: pd.DataFrame, daily: pd.DataFrame, context: Context) -> Finding:
    """Unusual days of the month, each with what the calendar has there, or none.

    Args:
        found: What `metrics.anomalies` returns for orders by day.
        daily: The frame that it was given: `on`, `orders`.
        context: Params and texts; the params are a month's.
    """
    text, params = context.text, cast("Month", context.params)
    start, end = params.window.start.date(), params.window.end.date()
    all_rows = [{**row, "occasion": _occasion(row, params, text)} for row in records(found)]
    rows = [row for row in all_rows if row["end_at"] >= start and row["start_at"] < end]
    unexplained = [row for row in rows if not row["occasion"]]
    counts = {"count": len(rows), "explained": len(rows) - len(unexplained), "unexplained": len(unexplained)}
    sentence = text("anomalies.say.summary" if rows else "anomalies.say.none", **counts)
    lines = [sentence, *(_anomaly(row, text) for row in rows)]
    entry = Entry(
        name="unexplained_anomalies", value=number(len(unexplained)), unit="events",
        **context.facts("anomalies", "orders"),
    )  # fmt: skip
    drawn = daily.assign(
        unusual=[_within(on, all_rows) for on in daily["on"]],
        explained=[_within(on, [row for row in all_rows if row["occasion"]]) for on in daily["on"]],
    )
    return Finding(
        "\n".join(lines), (entry,), _anomaly_table(all_rows, text), exhibits=(Exhibit(charts.unusual_days, drawn),)
    )


def _occasion(row: Mapping[str, Any], params: Month, text: Text) -> str:
    """What the calendar has on the days of an anomaly."""
    fits = [one for one in params.calendar if one.start <= row["end_at"] and one.end >= row["start_at"]]
    return text.join([text.pick(one.title) for one in fits])


def _within(day: dt.date, rows: list[dict[str, Any]]) -> bool:
    return any(row["start_at"] <= day <= row["end_at"] for row in rows)


def _anomaly(row: Mapping[str, Any], text: Text) -> str:
    said = anomaly_sentence(pd.Series(dict(row)), text, text("anomalies.say.noun"))
    key = "explained" if row["occasion"] else "unexplained"
    return said + text(f"anomalies.say.{key}", occasion=row["occasion"])


def _anomaly_table(rows: list[dict[str, Any]], text: Text) -> Any:  # noqa: ANN401 - a block
    if not rows:
        return None
    shown = pd.DataFrame(rows)
    shown["occasion"] = [name or text("anomalies.say.nothing") for name in shown["occasion"]]
    units = {"start_at": "day", "end_at": "day", "value": "exact", "expected": "exact", "size_rate": "change",
             "occasion": "name."}  # fmt: skip
    return frame_table("anomalies", shown, units, text)
