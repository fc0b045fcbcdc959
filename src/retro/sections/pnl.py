"""P&L: from sales to contribution, line by line."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import Chart, checked, waterfall
from retro.i18n import Text
from retro.metrics.pnl import Caveat, Statement, reconciliation
from retro.privacy import masked_count
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_LACKING = ("no_cost_of_goods", "margin_from_params", "no_refunds", "no_costs")
"""What may turn a profit into a loss; of the rest finance alone asks."""


def say(_: pd.DataFrame, statement: Statement, context: Context) -> Finding:
    """What the campaign's orders left, and what the reader must know of how it was added up.

    `statement` is what `metrics.pnl` drew up; its lines, which come first, are what the chart draws.
    """
    text, lines = context.text, statement.lines
    amounts = {name: statement.amount(name) for name in ("net_revenue", "contribution", "contribution_before_cost")}
    left = amounts["contribution"]
    before = left is None and amounts["contribution_before_cost"] is not None
    state = "before_cost" if before else "unknown" if left is None else "loss" if left < 0 else "profit"
    sentence = text(
        f"pnl.say.{state}",
        statement,
        policy=context.params.roi.attribution,
        orders=masked_count(statement.orders),
        **amounts,
    )
    sentence += "" if left is None else text("pnl.say.incremental")
    told = {one.name: text(f"pnl.caveat.{one.name}", one, amount=_told(one)) for one in statement.caveats}
    sentence += "".join(words for name, words in told.items() if name in _LACKING)
    footnote = "".join(words for name, words in told.items() if name not in _LACKING)
    footnote += "" if statement.mature_on is None else text("pnl.say.mature", statement)
    entries = tuple(
        context.entry(name, amounts) for name in ("net_revenue", "contribution") if amounts[name] is not None
    )
    named = lines.assign(line=[text.label("cost", text.label("pnl", str(line))) for line in lines["line"]])
    return Finding(
        sentence,
        entries,
        frame_table("pnl", named, ("line.", "amount"), text),
        footnote=footnote,
        shows=text(f"pnl.shows.{'before_cost' if before else 'unknown' if left is None else 'left'}", amounts),
        exhibits=_reconciled(statement, context),
    )


def _reconciled(statement: Statement, context: Context) -> tuple[Exhibit, ...]:
    """From what was ordered to what finance books, for a statement that says what has settled."""
    text, economics = context.text, context.params.roi.economics
    if statement.settled is None or context.observed_until is None:
        return ()
    steps = reconciliation(statement, economics, context.observed_until)
    known = {row["step"]: row["amount"] for row in records(steps)}
    sentence = text("pnl.reconciliation.say", ordered=known["ordered"], net=known["net"], booked=known["booked"])
    sentence += text("pnl.reconciliation.no_vat") if economics.vat_rate is None else ""
    units = {"step": "name.pnl.reconciliation.steps", "amount": "money", "cut_off": "day"}
    return (Exhibit(table=frame_table("pnl.reconciliation", steps, units, text), sentence=sentence),)


def _told(caveat: Caveat) -> Any:  # noqa: ANN401 - an amount, a rate or a mark
    """What a caveat is about; of these, only orders without a cost are counted."""
    return masked_count(caveat.amount) if caveat.name == "no_cost_of_goods" else caveat.amount


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """From list-price sales to contribution."""
    frame = checked(frame, "pnl", ("line", "amount", "kind"))
    drawn = frame[(frame["amount"] != 0) | (frame["kind"] == "total")]
    names = [text.label("pnl", str(line)) for line in drawn["line"]]
    names = [text.label("cost", name) for name in names]
    return waterfall(drawn.assign(label=names), text, text("pnl.chart.value", currency=text.currency_name))


section = Section("pnl", say, draw, links=("refunds.order_id", "coupons.order_id"))
