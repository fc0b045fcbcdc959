"""Lifetime value: what new customers have bought and are expected to buy, and how good such a forecast was before."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.charts import ACCENT, BAND, Bar, Chart, Span, drawn, floats, row_chart
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_CORRELATED = 0.3
"""From here on what people spend hangs together with how often they buy, which the model takes not to be so."""


_METHOD = "BG/NBD and Gamma-Gamma, log-normal"

_COLUMNS = (
    "cohort_on", "buyers", "spent_per_buyer", "next_per_buyer", "next_per_buyer_low", "next_per_buyer_high",
    "value_per_buyer", "acquisition", "cac",
)  # fmt: skip
_TESTED = ("cohort_on", "buyers", "value", "value_low", "value_high", "actual")


def say(frame: pd.DataFrame, tested: pd.DataFrame, context: Context) -> Finding:
    """What the newest customers are expected to bring, what they cost, and what a back-test makes of that.

    `frame` is the frame of `metrics.lifetime_value` and `tested` that of `metrics.lifetime_backtest`.
    """
    text = context.text
    known = [row for row in records(frame) if row["buyers"] is not FEW]
    if not known:
        return Finding(text("lifetime_value.say.short"), covered=False)
    newest, facts = known[-1], {"days": context.asked("lifetime_days"), "currency": text.currency_name}
    sentence = text("lifetime_value.say.summary", newest, **facts)
    if not pd.isna(newest["next_per_buyer_low"]):
        sentence += text("lifetime_value.say.interval", newest, **facts)
    sentence += text("lifetime_value.say.end")
    if not pd.isna(newest["cac"]):
        sentence += text("lifetime_value.say.cac", newest)
    past = [row for row in records(tested) if row["buyers"] is not FEW]
    gaps = _gaps(past)
    told = text("lifetime_value.say.tested" if gaps else "lifetime_value.say.untested", gaps)
    warned = [text("lifetime_value.say.correlated", newest)] if newest["value_correlation"] >= _CORRELATED else []
    warned += [text("lifetime_value.lost", newest)] if newest["lost_days"] else []
    names = ("forecast_gap", "newest_forecast_gap") if gaps else ()
    return Finding(
        f"{sentence.strip()}\n{told.strip()}",
        (
            context.entry("next_per_buyer", newest, method=_METHOD),
            *(context.entry(name, gaps) for name in names if gaps[name] is not None),
        ),
        frame_table("lifetime_value", frame, _COLUMNS, text),
        warnings=tuple(warned),
        exhibits=(Exhibit(table=frame_table("lifetime_value.test", tested, _TESTED, text)),) if gaps else (),
    )


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per month of first orders: what a customer has bought, and on top what is expected, with its interval."""
    shown = drawn(frame, "lifetime_value", "next_per_buyer")
    spent = floats(shown["spent_per_buyer"])
    ends = {end: spent + floats(shown[f"next_per_buyer_{end}"]) for end in ("low", "high")}
    bars = (Bar("spent_per_buyer", BAND, name="spent"), Bar("next_per_buyer", ACCENT, name="next", stacked=True))
    return row_chart(shown.assign(**ends), text, "lifetime_value.chart", *bars, Span("low", "high"))


def _gaps(past: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How far a back-test's predictions were off, all together and for the newest month; empty without one."""
    if not past:
        return {}
    value, actual = (sum((row[name] for row in past), Decimal(0)) for name in ("value", "actual"))
    newest = past[-1]
    return {
        **{name: newest[name] for name in ("split_on", "days", "cohort_on")},
        "months": len(past),
        "inside": sum(bool(row["inside"]) for row in past),
        "value": value,
        "actual": actual,
        "forecast_gap": _gap(value, actual),
        "newest_value": newest["value"],
        "newest_actual": newest["actual"],
        "newest_forecast_gap": _gap(newest["value"], newest["actual"]),
    }


def _gap(value: Decimal, actual: Decimal) -> float | None:
    return float(value / actual) - 1 if actual else None


section = Section(
    "lifetime_value",
    say,
    draw,
    newcomers=True,
    people={
        "buyers": (
            "spent", "purchases", "value", "value_low", "value_high", "actual", "inside", "spent_per_buyer",
            "next_per_buyer", "next_per_buyer_low", "next_per_buyer_high", "value_per_buyer", "cac",
        )
    },
    of_people=True,
)  # fmt: skip
