"""Traffic by minute: the peak, the opening, and its conversion."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts import BASELINE, SERIES, Chart, Line, Panel, Peak, Shade, checked, floats, line_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import Sum, masked, masked_count
from retro.sections.section import Context, Finding, Section, frame_table, records

_SLOWER = 0.7
"""An opening whose orders per view are below this share of the long tail's did not turn its visitors into buyers."""

_COLUMNS = (
    "phase.moment",
    "minutes",
    "views",
    "views_share",
    "orders",
    "orders_share",
    "peak_views",
    "peak_orders",
    "orders_per_thousand_views",
)


def say(minutes: pd.DataFrame, phases: pd.DataFrame, context: Context) -> Finding:
    """The busiest minute, how much of everything the opening took, and whether its visitors bought.

    `minutes` is the frame of `metrics.minute_traffic` and `phases` that of `metrics.traffic_phases`.
    """
    phases = masked(
        phases,
        {
            "orders": ("orders_share", "orders_per_thousand_views", "peak_orders"),
            "peak_orders": (),
            "all_orders": ("orders_share",),
        },
        (Sum("orders", lambda frame: frame["orders"].notna(), name="all_orders"),),
    )
    text, by_phase = context.text, {row["phase"]: row for row in records(phases)}
    peak, opening = max(records(minutes), key=lambda row: row["views"]), by_phase["opening"]
    whole = {"all_views": phases["views"].sum(), "all_orders": phases["all_orders"].iloc[0]}
    ordered = bool(minutes["orders"].notna().any())
    words = "summary" if ordered else "views"
    sentence = text(f"minute_traffic.say.{words}", opening, at=peak["at"], peak=peak["views"], **whole)
    if peak["baseline_views"] > 0:
        sentence += text("minute_traffic.say.baseline", times=round(peak["views"] / peak["baseline_views"]))
    busiest = {"peak_minute_views": minutes["views"].max()}
    entries: tuple[Entry, ...] = (context.entry("peak_minute_views", busiest),)
    if ordered:
        busiest |= {"peak_minute_orders": masked_count(minutes["orders"].max())}
        entries += (
            context.entry("peak_minute_orders", busiest),
            context.entry("opening_orders_rate", opening | whole, "orders_share", of=("orders", "all_orders")),
        )
    columns = _COLUMNS if ordered else [name for name in _COLUMNS if "orders" not in name]
    table = frame_table("minute_traffic", phases, columns, text, folded=False)
    return Finding(sentence + _conversion(by_phase, text), entries, table)


def _conversion(by_phase: Mapping[str, Mapping[str, Any]], text: Text) -> str:
    """Compare the conversion of the opening with the rest."""
    if "long_tail" not in by_phase:
        return ""
    opening, tail = (by_phase[name]["orders_per_thousand_views"] for name in ("opening", "long_tail"))
    if pd.isna(opening) or pd.isna(tail) or not tail:
        return ""
    key = "slower" if opening < _SLOWER * tail else "alike"
    return text(f"minute_traffic.say.{key}", opening=opening, tail=tail)


_SHADED = ("opening", "midnight", "last_hour")

_SMOOTH = 5
"""Minutes of a moving mean."""


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Page views with their baseline above, orders below; phases are shaded."""
    frame = checked(frame, "minute_traffic", ("at", "phase", "views", "orders", "baseline_views"))
    baseline, orders = (
        floats(frame[name]).rolling(_SMOOTH, center=True, min_periods=1).mean() for name in ("baseline_views", "orders")
    )
    phases = [text(f"moment.{phase}") if phase in _SHADED else "" for phase in frame["phase"]]
    views = (Line("views", name="counted", width=1.1), Line("baseline", BASELINE, "baseline", 1.1), Peak("views"))
    placed = Panel((Line("smoothed", SERIES[2], width=1.3), Shade("phases", named=True)), title="orders")
    ordered = bool(orders.notna().any())
    return line_chart(
        frame.assign(baseline=baseline, smoothed=orders, phases=phases),
        text,
        "minute_traffic.chart",
        Panel((*views, Shade("phases", named=not ordered)), title="views"),
        *((placed,) if ordered else ()),
        at="at",
        over="hour",
        height=4.6 if ordered else 3.0,
        under=text("hourly_sales.chart.hour"),
        facts={"orders": masked_count(frame["orders"].sum()), "minutes": _SMOOTH},
        alt="alt" if ordered else "alt_views",
        caption="caption" if ordered else "caption_views",
    )


section = Section("minute_traffic", say, draw, grain={"page_views": "minute"})
