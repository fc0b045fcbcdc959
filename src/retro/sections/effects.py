"""Effects: what sections on an effect against its own baseline say and draw alike."""

from typing import Literal

import pandas as pd

from retro.charts import BAND, BASELINE, WASH, Chart, Line, Shade, checked, floats, line_chart
from retro.i18n import Text
from retro.metrics.baseline import Impact

_TOUCHED = ("anticipation", "campaign", "settling")


def side_of(found: Impact, effect: float) -> str:
    """Whether an effect is `more` or `less` than nothing, or `not_measurable`."""
    return "not_measurable" if not found.measurable else "more" if effect > 0 else "less"


def tried(found: Impact, effect: float, text: Text) -> str:
    """How many windows without a campaign reach as far; empty where none was tried."""
    placebos = found.placebos["effect"]
    if not len(placebos):
        return ""
    reached = int((placebos.abs() >= abs(effect)).sum())
    return text(f"impact.say.placebos{'' if reached else '_none'}", placebos=len(placebos), reached=reached)


def draw_effect(frame: pd.DataFrame, text: Text, name: str, unit: Literal["money", "count"]) -> Chart:
    """A line of what came, one of what was expected with its interval; the days that the campaign touched are shaded.

    Args:
        frame: The days of an `Impact`, with what ran `beside` it on each in words, if anything did.
        text: Language of the words.
        name: The section, whose texts `chart` are taken.
        unit: Of the values.
    """
    frame = checked(frame, name, ("on", "phase", "actual", "expected", "low", "high"))
    touched, during = frame["phase"].isin(_TOUCHED), frame["phase"] == "campaign"
    around = touched & ~during
    others = [Shade("beside", BAND, named=True, dashed=True, hatched=True)] if "beside" in frame.columns else []
    came, expected = (floats(frame[column][touched]) for column in ("actual", "expected"))
    return line_chart(
        frame.assign(around=around, during=during),
        text,
        f"{name}.chart",
        Line("actual", name="actual", width=2.2),
        Line("expected", BASELINE, "expected", low="low", high="high"),
        Shade("during", WASH, name="during"),
        Shade("around", name="around"),
        *others,
        y=unit,
        height=3.4,
        under=text("chart.axis.day"),
        facts={"came": came.sum(), "expected": expected.sum()},
        alt="alt_no_baseline" if expected.isna().any() else "alt",
    )
