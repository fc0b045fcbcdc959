"""Product pools: margins against limits, and the mix against the plan."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts import ACCENT, BASELINE, WARM, Bar, Chart, Tick, drawn, row_chart
from retro.charts.frames import known
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records

_COLUMNS = (
    "pool.pool",
    "planned_share",
    "item_share",
    "items",
    "units",
    "gmv",
    "gmv_share",
    "margin_rate",
    "list_margin_rate",
)


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Which pools broke their margin limit at the campaign's prices, and how the mix differs from the plan."""
    text, limits = context.text, context.asked("margin_limits")
    table = frame_table("pools", frame, _COLUMNS, text, folded=False)
    sold = [row for row in records(frame) if not pd.isna(row["margin_rate"])]
    if not sold:
        return Finding(text("pools.say.none"), (), table)
    losing = [row for row in sold if row["margin_rate"] < 0]
    broken = [
        _limit(row["pool"], limits[row["pool"]], text)
        for row in sold
        if row["pool"] in limits and not limits[row["pool"]].held(row["margin_rate"])
    ]
    at_a_loss = [text("pools.say.pool", row) for row in losing]
    headline = text("pools.say.losing", pools=at_a_loss) if losing else text("pools.say.earning")
    headline += text("pools.say.broken", pools=broken) if broken else text("pools.say.held")
    mix = [text("pools.say.share", row) for row in records(frame) if not pd.isna(row["planned_share"])]
    next_step = text("pools.say.next_step", pools=text.labels("pool", [row["pool"] for row in losing]))
    return Finding(
        headline + (text("pools.say.mix", parts=mix) if mix else ""),
        tuple(
            context.entry(
                f"{row['pool']}_margin_rate",
                row | {"margin": row["gmv"] - row["cost"]},
                "margin_rate",
                of=("margin", "gmv"),
            )
            for row in sold
            if _names_a_figure(row["pool"])
        ),
        table,
        headline=(headline,),
        next_step=next_step if losing else "",
    )


def _limit(pool: str, limit: Any, text: Text) -> str:  # noqa: ANN401 - a limit of the params
    key = "at_least" if limit.at_most is None else "at_most"
    return text(f"pools.say.{key}", pool=pool, edge=getattr(limit, key))


def _names_a_figure(pool: str) -> bool:
    """Whether a pool's name can stand in a figure's."""
    return pool.isidentifier() and pool.isascii() and pool.islower()


def draw(frame: pd.DataFrame, text: Text, limits: Mapping[str, Any] | None = None) -> Chart:
    """The gross margin of each pool as sold, that at list price as a diamond, and its limit as a dashed line."""
    drawn(frame, "pools", "margin_rate")
    asked = [(limits or {}).get(str(pool)) for pool in frame["pool"]]
    ends = {
        end: pd.Series([None if one is None else getattr(one, end) for one in asked], frame.index, dtype=float)
        for end in ("at_least", "at_most")
    }
    shown = frame.assign(
        **ends,
        pool=frame["pool"].fillna(""),
        limit=ends["at_most"].fillna(ends["at_least"]),
        colour=[WARM if known(rate) and rate < 0 else ACCENT for rate in frame["margin_rate"]],
    )
    marks = (Bar("margin_rate", "colour"), Tick("list_margin_rate", BASELINE, "D"), Tick("limit", dashed=True))
    return row_chart(shown, text, "pools.chart", *marks, axis="rate", row=0.56)


section = Section("pools", say, draw, level=2)
