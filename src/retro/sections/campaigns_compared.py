"""Campaigns side by side and in all, from what their own reports recorded."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.blocks import Cell, Column, MoneyState, Table
from retro.charts import Chart, Points, checked, floats, forest, scatter
from retro.charts.frames import decimals
from retro.figures import column
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.campaigns_compared import joint_ends
from retro.privacy import FEW
from retro.sections.net import about_zero, decision, led_to, net_words
from retro.sections.section import Context, Decision, Exhibit, Finding, Section, number, records

_ROWS = (
    "campaign_cost", "net_revenue", "output_input_ratio", "net_roi", "incremental_gmv", "incremental_contribution",
    "net_contribution", "incremental_roi", "pull_forward_share", "new_users", "cac",
)  # fmt: skip
"""Figures of the table, in reading order."""

_SUMS = ("campaign_cost", "net_revenue", "new_users", "incremental_gmv", "incremental_contribution", "net_contribution")
"""Of these, the ones that add up."""

_RECORDED = {
    "campaigns_cost": "campaign_cost",
    "campaigns_net_revenue": "net_revenue",
    "campaigns_new_users": "new_users",
    "campaigns_incremental_gmv": "incremental_gmv",
    "campaigns_net_contribution": "net_contribution",
}
"""The sums that the ledger holds."""

_DRAWN = "sum of the campaigns' draws: row by row where they were estimated together, else independent of each other"
_METHOD = "root of the sum of the squared distances to the campaigns' own ends: their errors are taken as independent"
"""How the interval of a sum was made; the second where a report of before kept no draws."""

_LEAST_COMPARED = 2
"""With fewer campaigns there is no best and no worst."""

_MANY = 6
"""More campaigns than that stand one below the other, as those of a year."""

_SAID: Mapping[MoneyState, str] = {"made": "gain", "lost": "loss", "open": "open"}

_NET_ENDS = ("net_contribution_low", "net_contribution_high")

_ADVICE: Mapping[MoneyState, str] = {"made": "keep", "lost": "change", "open": "hold_out"}

_Sum = tuple[Decimal | None, Decimal | None, Decimal | None]
_Rows = Sequence[Mapping[str, Any]]


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """What was put in and what came out, by campaign and in all; sums over some of them are called that."""
    text, rows = context.text, records(frame)
    there = [row for row in rows if row["state"] == "recorded"]
    warnings = _warnings(rows, there, text)
    if not there:
        return Finding(text("campaigns_compared.say.none"), covered=False, warnings=warnings)
    sums = {name: _sum(there, name) for name in _SUMS}
    net = sums["net_contribution"]
    counts = {"there": len(there), "all": len(rows)}
    return Finding(
        _sentence(there, sums, counts, text),
        _entries(there, sums, counts, context),
        _table(there, sums, counts, text),
        exhibits=_exhibits(frame, there, text),
        warnings=warnings,
        judged=_judged(there, sums, counts, text),
        decision=_decided(there, text) if net[1] is not None else None,
        state=_state(net),
        reservation="" if warnings else text("campaigns_compared.reservation") + _surer(there, net, text),
    )


def _exhibits(frame: pd.DataFrame, there: _Rows, text: Text) -> tuple[Exhibit, ...]:
    """The net contributions, and the input-output matrix, where a campaign knows them."""
    charts = {
        "net_contribution": (_draw_net, _ends(there, text)),
        "campaign_cost": (draw, _returned(there, text)),
    }
    return tuple(
        Exhibit(chart, frame, sentence=said)
        for name, (chart, said) in charts.items()
        if floats(frame[name]).notna().any()
    )


def _returned(there: _Rows, text: Text) -> str:
    """How many campaigns surely added as much contribution as they cost, of those that know what they left."""
    known = [_state_of(row) for row in there if number(row["net_contribution"]) is not None]
    if not known:
        return ""
    said = text("campaigns_compared.say.returned", count=known.count("made"), all=len(known))
    unsure = known.count("open")
    said += text("campaigns_compared.say.returned_open", open=unsure) if unsure else ""
    return said + text("campaigns_compared.say.returned_end")


def _judged(there: _Rows, sums: Mapping[str, _Sum], counts: Mapping[str, int], text: Text) -> tuple[str, ...]:
    """Whether the campaigns made money together, which to keep and which to change, and how money was made.

    Nothing without an amount.
    """
    net = sums["net_contribution"]
    if net[0] is None or net[1] is None:
        return ()
    facts = dict(zip(("net", "net_low", "net_high"), net, strict=True))
    money = text(f"campaigns_compared.judged.{_state(net)}", counts, net_words=net_words(*net, text), **facts)
    advice = text("campaigns_compared.judged.advice", advice=_advised(there, "judged", text))
    made = dict(zip(("value", "low", "high"), net, strict=True))
    return money, advice, led_to(sums["incremental_gmv"][0], sums["incremental_contribution"][0], made, text)


_NAMED = 5
"""Campaigns that an action names; of more it says how many, as the verdict above it names them."""


def _decided(there: _Rows, text: Text) -> Decision:
    """Which to keep and which to change, and what of a loss that saves; without a loss, what the kept ones bring."""
    nets = {state: [number(row["net_contribution"]) for row in there if _state_of(row) == state] for state in _ADVICE}
    worth = next((sum(filter(None, nets[state]), Decimal(0)) for state in ("lost", "made") if nets[state]), None)
    advice = _advised(there, "decided" if len(there) <= _NAMED else "decided_many", text)
    return decision(f"{advice[:1].upper()}{advice[1:]}", worth, text)


def _advised(there: _Rows, key: str, text: Text) -> str:
    """Which campaigns to keep, which to change, and of which nothing can be told."""
    names: dict[MoneyState, list[str]] = {"made": [], "lost": [], "open": []}
    for row in there:
        names[_state_of(row)].append(row["title"])
    told = {state: {"names": own, "count": len(own)} for state, own in names.items() if own}
    advice = [text(f"campaigns_compared.{key}.{_ADVICE[one]}", told[one]) for one in _ADVICE if one in told]
    return text("chart.clause").join(advice)


def _state(net: _Sum) -> MoneyState:
    """Whether the campaigns made or lost money together; open where the interval holds 0, or is not known."""
    _, low, high = net
    if low is None or high is None:
        return "open"
    return "made" if low > 0 else "lost" if high < 0 else "open"


def _state_of(row: Mapping[str, Any]) -> MoneyState:
    """Whether one campaign made or lost money."""
    value, low, high = (number(row.get(name)) for name in ("net_contribution", *_NET_ENDS))
    return _state((value, low, high))


def _warnings(rows: _Rows, there: _Rows, text: Text) -> tuple[str, ...]:
    """Which campaigns are missing and why, and which were made of other data."""
    gone = [text("campaigns_compared.say.one_missing", row) for row in rows if row["state"] != "recorded"]
    old = [row["title"] for row in there if not row["same_data"]]
    missing = (text("campaigns_compared.say.missing", names=gone, there=len(there), all=len(rows)),) if gone else ()
    return (*missing, *((text("campaigns_compared.say.old", names=old),) if old else ()))


def _sentence(there: _Rows, sums: Mapping[str, _Sum], counts: Mapping[str, int], text: Text) -> str:
    cost, (net, low, high) = sums["campaign_cost"][0], sums["net_contribution"]
    ratio = _ratio("output_input_ratio", there, sums)
    key = "summary" if counts["there"] == counts["all"] else "partial"
    sentence = text(f"campaigns_compared.say.{key}", counts, cost=cost)
    if ratio is not None:
        sentence += text("campaigns_compared.say.ratio", ratio=ratio)
    if net is not None and low is not None and high is not None:
        verdict = _SAID[_state(sums["net_contribution"])]
        sentence += text(f"campaigns_compared.say.{verdict}", net=net, net_low=low, net_high=high)
    return sentence + _ends(there, text) + _surer(there, sums["net_contribution"], text)


def _surer(there: _Rows, net: _Sum, text: Text) -> str:
    """That the sum is surer than one of its parts, where campaigns estimated together offset each other's errors."""
    _, low, high = net
    if low is None or high is None or _joint(there, "net_contribution") is None:
        return ""
    groups = [row["group"] for row in there]
    wide = {
        row["title"]: (number(row[_NET_ENDS[1]]) or 0) - (number(row[_NET_ENDS[0]]) or 0)
        for row in there
        if groups.count(row["group"]) > 1
    }
    title = max(wide, key=lambda one: wide[one], default="")
    return text("campaigns_compared.say.surer", title=title) if title and wide[title] > high - low else ""


def _ends(there: _Rows, text: Text) -> str:
    """The campaigns that left most and least; empty where fewer than two know it."""
    known = [row for row in there if not pd.isna(row["net_contribution"])]
    if len(known) < _LEAST_COMPARED:
        return ""
    best, *_, worst = sorted(known, key=lambda row: -row["net_contribution"])
    nets = {"best_net": best["net_contribution"], "worst_net": worst["net_contribution"]}
    return text("campaigns_compared.say.ends", best=best["title"], worst=worst["title"], **nets)


def _sum(rows: _Rows, name: str) -> _Sum:
    """A figure's sum over campaigns with its interval; None as soon as one campaign does not know it, or hides it.

    The interval comes from the campaigns' draws. Where one has none, distances to the ends add up as squares, as those
    of independent errors do: added plainly, three unclear losses would stay unclear however many there are.
    """
    columns = (name, f"{name}_low", f"{name}_high")
    values, lows, highs = ([number(row[column]) if column in row else None for row in rows] for column in columns)
    total = None if None in values else sum(filter(None, values), Decimal(0))
    if total is None or None in lows or None in highs:
        return total, None, None
    joint = _joint(rows, name)
    if joint is not None:
        return total, number(joint[0]), number(joint[1])
    below, above = (
        sum(((value or 0) - (end or 0)) ** 2 for value, end in zip(values, ends, strict=True)) for ends in (lows, highs)
    )
    return total, total - Decimal(below).sqrt(), total + Decimal(above).sqrt()


def _joint(rows: _Rows, name: str) -> tuple[float, float] | None:
    """The interval of a sum from draws; None where a campaign has none."""
    if f"{name}_draws" not in rows[0]:
        return None
    return joint_ends([row[f"{name}_draws"] or "" for row in rows], [int(row["group"]) for row in rows])


def _table(rows: _Rows, sums: Mapping[str, _Sum], counts: Mapping[str, int], text: Text) -> Table:
    key = "total" if counts["there"] == counts["all"] else "partial"
    labels = (*(row["title"] for row in rows), text(f"campaigns_compared.table.{key}", counts))
    lines = []
    for name in _ROWS:
        known = [(row[name], row.get(f"{name}_low"), row.get(f"{name}_high")) for row in rows]
        estimates = [*known, sums[name] if name in sums else (_ratio(name, rows, sums), None, None)]
        sizes = [abs(float(size)) for each in known for one in each if (size := number(one)) is not None]
        *cells, whole = (_cell(name, each, max(sizes, default=0.0), text) for each in estimates)
        label = Cell(text=column("campaigns_compared", name).label_of(name, text.lang, in_table=True))
        lines.append((label, *(Cell(text=words) for words in cells), Cell(text=whole, strong=True)))
    heads = [label.text for label, *_ in lines] if len(rows) > _MANY else labels
    if len(rows) > _MANY:
        columns = zip(*(cells for _, *cells in lines), strict=True)
        lines = [(Cell(text=label), *own) for label, own in zip(labels, columns, strict=True)]
    return Table(
        caption=text("campaigns_compared.table.caption", currency=text.currency_name),
        columns=(
            Column(label=text(f"campaigns_compared.table.{'campaign' if len(rows) > _MANY else 'figure'}")),
            *(Column(label=label, numeric=True) for label in heads),
        ),
        rows=tuple(lines),
    )


def _cell(name: str, estimate: Sequence[Any], size: float, text: Text) -> str:
    """A figure and its interval, at the scale of the largest campaign's of its line, so that the line compares."""
    shown, low, high = (_written(name, one, size, text) for one in estimate)
    if not shown or not low or not high:
        return shown
    interval = f"{low.split(' ')[0]}{text('unit.to') if estimate[1] < 0 else ' – '}{high}"
    return text("campaigns_compared.table.estimate", value=shown, interval=interval)


def _written(name: str, value: Any, size: float, text: Text) -> str:  # noqa: ANN401 - of frames and sums
    unit = column("campaigns_compared", name).unit
    if unit != "money" or value is FEW or pd.isna(value):
        return text.value(value, unit, size)
    return text.short(value, like=size)


def _ratio(name: str, rows: _Rows, sums: Mapping[str, _Sum]) -> Decimal | None:
    """A ratio over all campaigns, by the input that each of their own reports divides by."""
    cost, output, users = (sums[one][0] for one in ("campaign_cost", "net_revenue", "new_users"))
    if name == "cac":
        return cost / users if cost is not None and users else None
    inputs = [_input(row) for row in rows]
    if name not in {"output_input_ratio", "net_roi"} or None in inputs or output is None:
        return None
    put_in = sum(filter(None, inputs), Decimal(0))
    return output / put_in - (name == "net_roi") if put_in else None


def _input(row: Mapping[str, Any]) -> Decimal | None:
    """What a campaign's output is divided by: the cost that is not in the price, where its report tells the ratio."""
    ratio, output = row.get("output_input_ratio"), row["net_revenue"]
    if pd.isna(ratio) or not ratio or pd.isna(output):
        return number(row["campaign_cost"])
    return Decimal(output) / Decimal(repr(float(ratio)))


def _entries(there: _Rows, sums: Mapping[str, _Sum], counts: Mapping[str, int], context: Context) -> tuple[Entry, ...]:
    """The sums; under a name of their own where a campaign is missing, so that no target is held against a part."""
    entries = [context.entry("campaigns_recorded", counts, "there")]
    for name, summed in _RECORDED.items():
        value, low, high = sums[summed]
        method = _DRAWN if low is not None and _joint(there, summed) else _METHOD
        if value is not None:
            recorded = name if counts["there"] == counts["all"] else f"partial_{name}"
            facts = {"value": value, "low": low, "high": high}
            entries.append(context.entry(recorded, facts, "value", method=method if low is not None else ""))
    return tuple(entries)


def _draw_net(frame: pd.DataFrame, text: Text) -> Chart:
    """What each campaign earned or lost after all cost, with its interval, the best first."""
    frame = checked(frame, "campaigns_compared", ("title", "net_contribution"))
    shown = frame.assign(
        label=frame["title"],
        estimate=floats(frame["net_contribution"]),
        low=floats(frame["net_contribution_low"]),
        high=floats(frame["net_contribution_high"]),
    ).sort_values("estimate", ascending=False, na_position="last")
    ends = zip(shown["estimate"], shown["low"], shown["high"], strict=True)
    shown["words"] = [text("verdict.zero") if about_zero(*one) else "" for one in ends]
    return forest(shown, text, text("campaigns_compared.chart.net", currency=text.currency_name), "money")


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """The input-output matrix: what was stated and what was added of each campaign over its cost.

    Departments divide net revenue by cost. What lies between it and the contribution that a campaign added was no merit
    of the campaign.
    """
    frame = checked(frame, "campaigns_compared", ("title", "campaign_cost", "net_revenue", "incremental_contribution"))
    cost = floats(pd.Series([_input(row) for row in records(frame)], index=frame.index, dtype=object))
    output = floats(frame["net_revenue"])
    ratios = ["" if pd.isna(ratio) else text.exact(decimals(ratio), 1) for ratio in output / cost.where(cost != 0)]
    words = [
        text("campaigns_compared.chart.point", name=name, ratio=ratio)
        for name, ratio in zip(frame["title"], ratios, strict=True)
    ]
    shown = frame.assign(cost=cost, output=output, words=words)
    parts = [text("campaigns_compared.chart.alt_point", row) for row in records(shown[cost.notna()])]
    points = Points("cost", stated="output", true="incremental_contribution")
    return scatter(shown, text, "campaigns_compared.chart", points, facts={"parts": parts})


section = Section("campaigns_compared", say, people={"new_users": ("cac",)})
