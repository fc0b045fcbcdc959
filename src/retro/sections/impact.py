"""What a campaign added to GMV, and what weakens that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.baseline import Impact
from retro.sections.finding import Context, Finding, frame_table, number, records

LEAST_PLACEBOS = 20
"""Fewer windows cannot show that an effect is rarer than one in twenty."""


def impact(_: pd.DataFrame, found: Impact, context: Context) -> Finding:
    """What the campaign added to GMV, and whether that is more than chance.

    Args:
        found: What `metrics.impacts` found for GMV; its days, which come first, are what the chart draws.
        context: Params and texts.
    """
    text = context.text
    units = {"phase": "name.phase", "days": "count", "actual": "money", "expected": "money", "effect": "money"}
    units |= {"low": "money", "high": "money", "effect_rate": "change"}
    table = frame_table("impact", found.effects, units, text)
    if not found.known:
        return Finding(text(f"impact.say.{found.problem}", days=found.usual_days), (), table)
    total = records(found.effects)[-1]
    reached = int((found.placebos["effect"].abs() >= abs(total["effect"])).sum())
    size = abs(total["effect"]) if found.measurable else total["effect"]
    facts = {
        "effect": text.value(number(size), "money"),
        "interval": text.interval(number(total["low"]), number(total["high"]), "money"),
        "lift": text.value(total["effect_rate"], "change"),
        "placebos": len(found.placebos),
        "reached": reached,
        "days": found.usual_days,
    }
    state = "not_measurable" if not found.measurable else "more" if total["effect"] > 0 else "less"
    headline = text(f"impact.say.{state}", **facts)
    if facts["placebos"]:
        headline += text("impact.say.placebos", **facts)
    details = _phases(found, text) + _sensitivity(found, text)
    if found.masked_days:
        details += text("impact.say.masked", days=found.masked_days)
    if found.dropped:
        names = [text.label("covariate", name) for name in found.dropped]
        details += text("impact.say.dropped", names=text.join(names))
    return Finding(
        f"{headline}\n{details}",
        _impact_entries(total, context),
        table,
        headline=(headline,),
        warnings=_reservations(found, context),
    )


def _reservations(found: Impact, context: Context) -> tuple[str, ...]:
    """What must be known before the effect is believed."""
    text, window = context.text, context.params.window
    said = []
    if len(found.placebos) < LEAST_PLACEBOS:
        said.append(text("impact.say.few_placebos", count=len(found.placebos), least=LEAST_PLACEBOS))
    campaigns = context.params.roi.campaigns
    alongside = [name for name, span in campaigns.items() if window.touches(span.start, span.end)]
    if alongside:
        said.append(text("impact.say.alongside", names=text.join(alongside)))
    if found.unseen_days:
        said.append(text("impact.say.unseen_days", days=found.unseen_days))
    return tuple(said)


def _impact_entries(total: Mapping[str, Any], context: Context) -> tuple[Entry, ...]:
    shared = context.facts("impact", "orders")
    shared |= {"method": "local level, weekdays and covariates by Gibbs sampling, tried on placebos"}
    return (
        Entry(
            name="incremental_gmv",
            value=number(total["effect"]),
            unit="money",
            low=number(total["low"]),
            high=number(total["high"]),
            **shared,
        ),
        Entry(
            name="incremental_lift_rate",
            value=number(total["effect_rate"]),
            unit="change",
            numerator=number(total["actual"]),
            denominator=number(total["expected"]),
            **shared,
        ),
    )


def _phases(found: Impact, text: Text) -> str:
    """The effect by phase, where there is more than one."""
    rows = records(found.effects)[:-1]
    if len(rows) < 2:  # noqa: PLR2004 - one phase is the total
        return ""
    parts = [
        text(
            "impact.say.phase",
            phase=text(f"phase.{row['phase']}"),
            effect=text.value(number(row["effect"]), "money"),
        )
        for row in rows
    ]
    return text("impact.say.phases", parts=text.join(parts))


def _sensitivity(found: Impact, text: Text) -> str:
    strict = records(found.sensitivity)[-1]
    interval = text.interval(number(strict["low"]), number(strict["high"]), "money")
    return text("impact.say.sensitivity", level_sd=strict["level_sd"], interval=interval)
