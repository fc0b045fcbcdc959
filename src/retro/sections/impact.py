"""Impact: the effect on GMV, and what weakens it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from retro.charts import Chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.baseline import PHASES, Impact
from retro.metrics.baseline.impact import ENDS, LEAST_TRIED
from retro.metrics.roi import Impacts
from retro.sections.effects import draw_effect, side_of, tried
from retro.sections.section import Context, Finding, Section, frame_table, number, records

LEAST_PLACEBOS = 19
"""Fewer windows cannot show that an effect is rarer than one in twenty; their spread still tells something."""

_COLUMNS = ("phase.phase", "days", "actual", "expected", "effect", "low", "high", "effect_rate")


def say(_: pd.DataFrame, impacts: Impacts, context: Context) -> Finding:
    """What the campaign added to GMV by the best evidence, and whether that is more than chance.

    The days of `impacts.gmv`, which come first, are what the chart draws.
    """
    found, text = impacts.gmv, context.text
    of_all = found.effects["phase"] == "total"  # a phase's own rate would be another lift beside that of all days
    shown = found.effects.assign(effect_rate=found.effects["effect_rate"].where(of_all))
    table = frame_table("impact", shown, _COLUMNS, text)
    if not found.known:
        return Finding(text(f"impact.say.{found.problem}", found), (), table)
    total = records(found.effects)[-1]
    headline = _headline(found, total, text)
    details, footnote = _phases(found, text), ""
    if impacts.series is not None:
        details += _series(total, impacts.series, text)
    elif len(found.sensitivity):
        footnote += text("impact.say.sensitivity", records(found.sensitivity)[-1])
    if found.masked_days:
        footnote += text("impact.say.masked", found)
    left_out = {*found.dropped, *found.holed}
    names = [name for values in context.params.roi.untouched.values() for name in values if name not in left_out]
    if names:
        footnote += text("impact.say.untouched", names=names)
    if len(found.in_space):
        details += text("impact.say.in_space", tried=len(found.in_space), reached=len(found.reached_in_space))
    for why in ("dropped", "holed"):
        if own := getattr(found, why):
            footnote += text(f"impact.say.{why}", names=[text.label("impact.covariate", name) for name in own])
    return Finding(
        f"{headline}\n{details}",
        _entries(found, total, context),
        table,
        headline=(headline,),
        footnote=footnote,
        warnings=_reservations(impacts, context),
        shown=found.measurable or bool(_own_days(found, text)),
    )


def _headline(found: Impact, total: Mapping[str, Any], text: Text) -> str:
    effect, state = total["effect"], side_of(found, total["effect"])
    headline = text("impact.say.randomised", found) if found.randomised else ""
    headline += text(f"impact.say.{state}", total, size=abs(effect) if found.measurable else effect)
    headline += "" if found.measurable else _own_days(found, text)
    return headline + tried(found, effect, text)


def _own_days(found: Impact, text: Text) -> str:
    """What the campaign's own days say, where they are clear and the days around it are not."""
    own = {row["phase"]: row for row in records(found.effects)}.get("campaign")
    if own is None or len(found.effects) < 3 or found.contradicted or own["low"] <= 0 <= own["high"]:  # noqa: PLR2004
        return ""
    whole = found.effects["effect"].iloc[-1] - own["effect"]
    low, high = np.percentile(found.draws.sum(axis=1) - found.draws[:, PHASES.index("campaign")], ENDS)
    side = "open" if low <= 0 <= high else "more" if whole > 0 else "less"
    around = text(f"impact.say.around_{side}", size=abs(whole))
    key = f"own_days_{'more' if own['effect'] > 0 else 'less'}"
    return text(f"impact.say.{key}", own, size=abs(own["effect"]), around=around)


def _phases(found: Impact, text: Text) -> str:
    parts = [text("impact.say.phase", row) for row in records(found.effects)[:-1]]
    return text("impact.say.phases", parts=parts) if len(parts) > 1 else ""


def _series(total: Mapping[str, Any], series: Impact, text: Text) -> str:
    """What the time series says instead, and why the people held out decide."""
    if not series.known:
        return text("impact.say.series_unknown")
    other = records(series.effects)[-1]
    key = "agrees" if other["low"] <= total["effect"] <= other["high"] else "differs"
    return text("impact.say.series", other) + text(f"impact.say.series_{key}")


def _reservations(impacts: Impacts, context: Context) -> tuple[str, ...]:
    text, found = context.text, impacts.gmv
    said = []
    if impacts.gmv.unused:
        said.append(text(f"impact.say.unused_{impacts.gmv.unused}"))
    if not found.randomised and len(found.placebos) < LEAST_PLACEBOS:
        tried = "few" if len(found.placebos) >= LEAST_TRIED else "no"
        said.append(text(f"impact.say.{tried}_placebos", count=len(found.placebos), least=LEAST_PLACEBOS))
    if found.reached_in_space:
        moved = [text.label("impact.covariate", name) for name in found.reached_in_space]
        said.append(text("impact.say.moved_in_space", names=moved))
    said += [
        text(f"impact.say.together_{how}", names=context.campaign_titles(names))
        for how, names in found.together.items()
    ]
    if found.unseen_days:
        said.append(text("impact.say.unseen_days", found))
    return tuple(said)


def _entries(found: Impact, total: Mapping[str, Any], context: Context) -> tuple[Entry, ...]:
    method = "local level, weekdays and covariates by Gibbs sampling, tried on placebos"
    if found.randomised:
        method = "difference of means of people invited and held out at random (Welch), times the people invited"
    expected = total["expected"]
    ends = {name: number(total[name] / expected) if expected > 0 else None for name in ("low", "high")}
    return (
        context.entry("incremental_gmv", total, "effect", method=method),
        context.entry("incremental_lift_rate", total, "effect_rate", of=("actual", "expected"), method=method, **ends),
    )


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """GMV by day beside what was expected."""
    return draw_effect(frame, text, "impact", "money")


section = Section("impact", say, draw, grain={"orders": "day"})
