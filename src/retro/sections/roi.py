"""What a campaign left, and what it earned over what it cost."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.blocks import Table
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.baseline import PHASES, Impact
from retro.metrics.pnl import Statement
from retro.sections.finding import Context, Finding, frame_table, number, records
from retro.sections.scorecard import figure_label


def pnl(_: pd.DataFrame, statement: Statement, context: Context) -> Finding:
    """What the campaign's orders left, and what the reader must know of how it was added up.

    Args:
        statement: What `metrics.pnl` drew up; its lines, which come first, are what the chart draws.
        context: Params and texts.
    """
    text = context.text
    names = [text.label("cost", text.label("pnl", str(line))) for line in statement.lines["line"]]
    table = frame_table("pnl", statement.lines.assign(line=names), {"line": "name.pnl", "amount": "money"}, text)
    revenue, left = statement.amount("net_revenue"), statement.amount("contribution")
    facts = {"orders": text.count(statement.orders), "revenue": text.value(revenue, "money")}
    policy = text(f"policy.{context.params.roi.attribution}")
    key = "unknown" if left is None else "loss" if left < 0 else "profit"
    sentence = text(f"pnl.say.{key}", **facts, left=text.value(left, "money"), policy=policy)
    for caveat in statement.caveats:
        unit = "rate" if caveat.name == "margin_from_params" else "money"
        unit = "count" if caveat.name in {"no_cost_of_goods", "no_point_cost"} else unit
        sentence += text(f"caveat.{caveat.name}", amount=text.value(caveat.amount, unit))
    sentence += text("pnl.say.mature", day=text.day(statement.mature_on))
    entries = [
        Entry(
            name=name,
            value=amount,
            unit="money",
            **context.facts("pnl", "orders", "campaign_costs"),
        )
        for name, amount in (("net_revenue", revenue), ("contribution", left))
        if amount is not None
    ]
    return Finding(sentence, tuple(entries), table)


def roi(frame: pd.DataFrame, statement: Statement, found: Impact, context: Context) -> Finding:
    """The ratio that departments write, and beside it what the campaign really added.

    Args:
        frame: The frame of `metrics.roi`.
        statement: The P&L that it was taken from.
        found: The effect on GMV, which says whether anything can be told from chance.
        context: Params and texts.
    """
    text = context.text
    rows = {row["figure"]: row for row in records(frame)}
    table = _roi_table(frame, text)
    stated, true = rows["output_input_ratio"], rows.get("incremental_roi")
    if statement.cost is None:
        return Finding(text("roi.say.no_cost", campaign=context.params.campaign_id), (), table)
    sentence = text("roi.say.stated", ratio=text.exact(stated["value"]), net=text.change(stated["value"] - 1))
    if true is None:
        return Finding(sentence + text("roi.say.no_contribution"), _roi_entries(frame, context), table)
    key = "true" if found.measurable else "not_measurable"
    sentence += text(
        f"roi.say.{key}",
        roi=text.change(true["value"]),
        interval=f"{text.change(true['low'])} – {text.change(true['high'])}",
        chance=text.rate(rows["roi_positive_probability"]["value"]),
        net=text.value(number(rows["net_contribution"]["value"]), "money"),
    )
    lift, needed = rows.get("lift_rate"), rows.get("break_even_lift_rate")
    headline = sentence
    sentence += _horizon(statement, found, context)
    if lift is not None and needed is not None and not pd.isna(needed["value"]):
        thin = lift["value"] > needed["value"] and rows["net_contribution"]["value"] < 0
        key = "break_even_thin" if thin else "break_even"
        sentence += text(f"roi.say.{key}", needed=text.rate(needed["value"]), lift=text.change(lift["value"]))
    return Finding(sentence, _roi_entries(frame, context), table, headline=(headline,))


def _horizon(statement: Statement, found: Impact, context: Context) -> str:
    """Until when the effect is counted, whether that is as long as was asked, and when returns have settled."""
    text, touched = context.text, found.days[found.days["phase"].isin(list(PHASES))]
    seen, asked = int((touched["phase"] == "settling").sum()), context.params.roi.settling_days
    facts = {"first": text.day(touched["on"].iloc[0]), "last": text.day(touched["on"].iloc[-1])}
    facts |= {"mature": text.day(statement.mature_on)}
    cut = text("roi.say.cut", seen=seen, asked=asked) if seen < asked else ""
    return text("roi.say.horizon", **facts) + cut


def _roi_table(frame: pd.DataFrame, text: Text) -> Table:
    """Each figure in its own unit, in words."""
    rows = [
        (
            figure_label(row["figure"], text),
            text.value(number(row["value"]), row["unit"]) or text("chart.unknown"),
            text.interval(number(row["low"]), number(row["high"]), row["unit"]),
        )
        for row in records(frame)
    ]
    shown = pd.DataFrame(rows, columns=["figure", "value", "interval"])
    return frame_table("roi", shown, dict.fromkeys(shown.columns, "name."), text, folded=False)


def _roi_entries(frame: pd.DataFrame, context: Context) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            name=row["figure"],
            value=number(row["value"]),
            unit=row["unit"],
            low=number(row["low"]),
            high=number(row["high"]),
            **context.facts("roi", "orders", "campaign_costs"),
        )
        for row in records(frame)
    )


def tornado(frame: pd.DataFrame, context: Context) -> Finding:
    """Which assumption moves the result most, and whether one of them alone turns its sign.

    Args:
        frame: The frame of `metrics.tornado`.
        context: Params and texts.
    """
    text = context.text
    if frame.empty:
        return Finding(text("tornado.say.none"))
    named = frame.assign(assumption=[text(f"assumption.{name}") for name in frame["assumption"]])
    table = frame_table("tornado", named, {"assumption": "name.assumption", "low": "money", "high": "money"}, text)
    widest = records(frame)[0]
    turning = [text(f"assumption.{row['assumption']}") for row in records(frame) if row["low"] < 0 < row["high"]]
    facts = {
        "assumption": text(f"assumption.{widest['assumption']}"),
        "low": text.value(number(widest["low"]), "money"),
        "high": text.value(number(widest["high"]), "money"),
    }
    sentence = text("tornado.say.widest", **facts)
    key = "turns" if turning else "holds"
    sentence += text(f"tornado.say.{key}", assumptions=text.join(turning))
    entry = Entry(
        name="assumptions_that_decide",
        value=number(len(turning)),
        unit="events",
        tables=("orders", "campaign_costs"),
        definition="tornado",
    )
    return Finding(sentence, (entry,), table)


def attribution(frame: pd.DataFrame, context: Context) -> Finding:
    """Whose the orders are where campaigns overlap, and what is counted twice when nobody asks.

    Args:
        frame: The frame of `metrics.attribution`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    named = frame.assign(campaign_id=[row["campaign_id"] or text("policy.unattributed") for row in rows])
    units = {
        "campaign_id": "name.campaign",
        "claimed": "count",
        "claimed_gmv": "money",
        "orders": "number",
        "gmv": "money",
    }
    table = frame_table("attribution", named, units, text)
    total = sum((row["gmv"] for row in rows), start=rows[0]["gmv"] * 0)
    twice = sum((row["claimed_gmv"] for row in rows[:-1]), start=total * 0) - (total - rows[-1]["gmv"])
    sentence = text(
        "attribution.say.tied",
        policy=text(f"policy.{context.params.roi.attribution}"),
        total=text.money(total),
        attributed=text.money(total - rows[-1]["gmv"]),
        rest=text.money(rows[-1]["gmv"]),
    )
    sentence += text("attribution.say.twice", amount=text.money(twice)) if twice else ""
    attributed = total - rows[-1]["gmv"]
    entry = Entry(
        name="attributed_gmv",
        value=attributed,
        unit="money",
        denominator=total,
        tables=("orders",),
        definition="attribution",
    )
    return Finding(sentence, (entry,), table)


def payback(frame: pd.DataFrame, statement: Statement, context: Context) -> Finding:
    """Whether and when what first-time buyers leave has paid for the campaign, as far as can be seen.

    Args:
        frame: The frame of `metrics.payback`.
        statement: The P&L, for the cost.
        context: Params and texts.
    """
    text = context.text
    if frame.empty or statement.cost is None:
        return Finding(text("payback.say.unknown"))
    table = frame_table("payback", frame, {"month": "count", "buyers": "count", "contribution": "money"}, text)
    last = records(frame)[-1]
    paid = next((row["month"] for row in records(frame) if row["contribution"] >= statement.cost), None)
    facts = {"months": int(last["month"]), "left": text.value(last["contribution"], "money")}
    facts |= {"buyers": text.count(last["buyers"]), "cost": text.value(statement.cost, "money")}
    key = "paid" if paid is not None else "not_yet"
    sentence = text(f"payback.say.{key}", **facts, month=paid or "")
    entry = partial(Entry, tables=("orders", "campaign_costs"), definition="payback")
    entries = [entry(name="observed_year_rate", value=number(last["month"] / 12), unit="rate")]
    if paid is not None:
        entries.append(entry(name="payback_days", value=number(30 * paid), unit="days"))
    return Finding(sentence, tuple(entries), table)
