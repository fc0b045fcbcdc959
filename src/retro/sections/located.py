"""Located: months, campaigns and segments in which each missed target of a period was lost."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro.blocks import Table
from retro.i18n import Text
from retro.metrics.moved import ALPHA, WHOLE
from retro.sections import losses
from retro.sections.bases import segment_name
from retro.sections.losses import figure_name, judged, level, levels, missed_targets
from retro.sections.scorecard import goal_label
from retro.sections.section import Context, Finding, Located, Section, frame_table, number, records

_FIGURES: Mapping[str, tuple[str, ...]] = {
    "gmv_change_year_ago": ("gmv",),
    "dau_mean": ("activity_rate",),
    "active_buyer_rate": ("active_buyer_rate", "gmv"),
}
"""The figures whose losses are those of a target; of a target that is not here, its own."""

_NOT_BUYING = ("order_value",)
"""Steps that bring less money, but not fewer buyers."""

_SOLD_OUT = ("stock_out", "stock_out_at_a_loss")
"""What sold out; the second where its missed pieces would have lost money at the campaign's prices."""

_MOST, _ROWS = 3, 4
"""Losses of a target that a sentence names, and that the table shows."""


def say(frame: pd.DataFrame, figures: pd.DataFrame, reviews: pd.DataFrame, context: Context) -> Finding:
    """For each missed target, the losses that chance does not explain; what its months located comes first.

    `frame` is the frame of `metrics.located`; `figures` the report's figures so far, as `report.figures`; `reviews` the
    months, as `report.reviews` has them.
    """
    text, rows = context.text, records(frame)
    titles = {row["report"]: row["title"] for row in records(reviews) if row["state"] == "recorded"}
    sales = [row for row in rows if row["report"] in titles and row["is_cause"]]
    missed = missed_targets(figures, context)
    own = {name: _of_target(name, rows) for name in missed}
    unbased = {name for name, found in own.items() if found is not None and _unbased(name, found, rows)}
    answers = {name: _answer(found, text) for name, found in own.items() if found is not None and name not in unbased}
    alike = _alike(missed, answers)
    lines = [_opening(sales, titles, text)]
    lines += [_line(names, answers.get(names[0]), context, based=not unbased & set(names)) for names in alike]
    if not missed:
        lines.append(text("located.say.nothing_missed"))
    causes = {name: context.entry(name, row, "cost") for row in sales if (name := figure_name(row, row["report"]))}
    return Finding(
        "\n".join(line for line in lines if line),
        (context.entry("targets_missed", {"targets_missed": len(missed)}), *causes.values()),
        _table({names: own[names[0]] or () for names in alike}, context),
        warnings=_warnings(records(reviews), text),
        next_step=losses.next_step(sales[0], _check(sales[0], text), text) if sales else "",
        located=answers,
    )


def _of_target(name: str, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]] | None:
    """The losses behind a target, causes first, by what they cost; None where the figure is not taken apart.

    A tier is made of who came and bought: that the dormant do so less is their definition, and no finding.
    """
    wanted = _FIGURES.get(name, (name,))
    own = [row for row in rows if row["figure"] in wanted and row["cost"] < 0]
    own = [row for row in own if not (row["dimension"] == "tier" and pd.isna(row["before"]))]
    if name == "active_buyer_rate":
        own = [row for row in own if row["factor"] not in _NOT_BUYING]
    taken_apart = any(row["figure"] in wanted for row in rows)
    return sorted(own, key=lambda row: not row["is_cause"]) if taken_apart else None


def _unbased(name: str, found: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether nothing of a target could have moved, because no earlier period is known, and nobody else located it."""
    own = [row for row in rows if row["figure"] in _FIGURES.get(name, (name,)) and _of_people(row)]
    return bool(own) and all(pd.isna(row["before"]) for row in own) and not any(row["is_cause"] for row in found)


def _answer(found: Sequence[Mapping[str, Any]], text: Text) -> Located:
    causes = [row for row in found if row["is_cause"]][:_MOST]
    shared = [row for row in found if row["dimension"] == WHOLE and row["adjusted_p"] < ALPHA and not row["is_cause"]]
    checks = dict.fromkeys(_check(row, text) for row in causes)
    return Located(tuple(_short(row, text) for row in (*causes, *shared)), tuple(checks))


def _opening(sales: Sequence[Mapping[str, Any]], titles: Mapping[str, str], text: Text) -> str:
    if not titles:
        return ""
    if not sales:
        return text("located.say.no_sales", months=list(titles.values()))
    return losses.first_cause(sales[0], text) + text("located.say.from_month", month=titles[sales[0]["report"]])


def _alike(missed: Sequence[str], answers: Mapping[str, Located]) -> list[tuple[str, ...]]:
    """Group targets that were lost in the same places."""
    groups: dict[object, list[str]] = {}
    for name in missed:
        groups.setdefault(answers[name] if name in answers and answers[name].causes else name, []).append(name)
    return [tuple(names) for names in groups.values()]


def _labels(names: Sequence[str], context: Context) -> str:
    return context.text.join([goal_label(name, context) for name in names])


def _line(names: Sequence[str], answer: Located | None, context: Context, *, based: bool) -> str:
    text, label = context.text, _labels(names, context)
    if answer is None:
        return text(f"located.say.{'not_apart' if based else 'no_base'}", goal=label)
    if not answer.causes:
        return text("located.say.spread", goal=label)
    return text("causes.say.located", goal=label, causes=text("chart.clause").join(answer.causes))


def _warnings(months: Sequence[Mapping[str, Any]], text: Text) -> tuple[str, ...]:
    """Months whose causes are not in here, or are of other data."""
    gone = [text("campaigns_compared.say.one_missing", row) for row in months if row["state"] != "recorded"]
    old = [row["title"] for row in months if row["state"] == "recorded" and not row["same_data"]]
    words = {"missing": gone, "old": old}
    return tuple(text(f"located.say.{key}", names=names) for key, names in words.items() if names)


def _short(row: Mapping[str, Any], text: Text) -> str:
    facts = {"segment": _segment(row, text), "cost": _cost(row, text)}
    if row["dimension"] == "campaign":
        return text("located.say.campaign", facts)
    if row["factor"] in _SOLD_OUT:
        return text(f"located.say.{row['factor']}", row, **facts)
    if _of_people(row):
        return text(f"located.say.{_kind(row)}", facts, **levels(row, text))
    return losses.short(row, text)


def _kind(row: Mapping[str, Any]) -> str:
    """The kind of loss: all alike, by mix, against its own past, or beside the others."""
    if row["dimension"] == WHOLE:
        return "together"
    if row["factor"] == "mix":
        return "share"
    return "beside" if pd.isna(row["before"]) else "stayed_behind"


def _segment(row: Mapping[str, Any], text: Text) -> str:
    name = segment_name(row["dimension"], row["segment"], text)
    return text("located.say.channel", channel=name) if _of_people(row) and row["dimension"] == "channel" else name


def _of_people(row: Mapping[str, Any]) -> bool:
    return bool(row["unit"] == "users" and row["dimension"] != "campaign")


def _cost(row: Mapping[str, Any], text: Text) -> str:
    return text.signed_money(row["cost"]) if row["unit"] == "money" else text("located.say.people", row)


def _check(row: Mapping[str, Any], text: Text) -> str:
    if not _of_people(row):
        return losses.check_of(row, text)
    kind = row["figure"] if text.has(f"check.{row['figure']}") else "newcomers"
    return text("check.people_mix" if row["factor"] == "mix" else f"check.{kind}", segment=_segment(row, text))


def _table(own: Mapping[tuple[str, ...], Sequence[Mapping[str, Any]]], context: Context) -> Table | None:
    text = context.text
    rows = [
        {
            "goal": _labels(names, context),
            "segment": _place(row, text),
            "expected": _level(row, "expected", text),
            "after": _level(row, "after", text),
            "cost": _cost(row, text),
            "judged": judged(row, text),
        }
        for names, found in own.items()
        for row in found[:_ROWS]
    ]
    columns = ("goal.", "segment.", "expected.figure", "after.figure", "cost.figure", "judged.")
    return frame_table("located", pd.DataFrame(rows), columns, text) if rows else None


def _place(row: Mapping[str, Any], text: Text) -> str:
    if row["factor"] in _SOLD_OUT:
        return text("located.say.sold_out", row)
    if row["factor"] == row["figure"]:
        return _segment(row, text)
    if not _of_people(row):
        return losses.place(row, text)
    return text("causes.say.place", segment=_segment(row, text), factor=text("located.say.people_mix"))


def _level(row: Mapping[str, Any], column: str, text: Text) -> str:
    """A level in its unit: a campaign's figures are amounts or people, all others rates."""
    if row["dimension"] != "campaign" or pd.isna(row[column]):
        return level(row, column, text)
    return text.value(number(row[column]), row["unit"])


section = Section("located", say)
