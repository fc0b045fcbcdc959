"""What the campaign cost, and what a new user cost by two definitions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.chart import Chart
from retro.charts.frames import checked, decimals, drawn, floats, known
from retro.charts.theme import ACCENT, MUTED, USUAL, WARM, label, row_canvas, styled, value_title
from retro.charts.words import people
from retro.i18n import Text

_BAR = 0.55


@styled()
def campaign_cost(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per category with its amount and its share of all cost.

    Args:
        frame: One row per category, as `metrics.campaign_cost` returns it: `category` (str), `amount` (Decimal),
            `share` (float, 0 to 1, NaN where the total is 0).
        text: Language of the words, and currency; categories are named by `cost.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "campaign_cost", ("category", "amount", "share"))
    names = [text.label("cost", str(name)) for name in frame["category"]]
    amounts = floats(frame["amount"])

    figure, ax = row_canvas(names)
    ax.barh(frame.index, amounts, height=_BAR, color=[ACCENT if amount >= 0 else WARM for amount in amounts])
    ax.set_xlim(min(0, amounts.min()), max(0, amounts.max()) or 1)
    for row, (amount, share) in enumerate(zip(frame["amount"], frame["share"], strict=True)):
        end = (max(float(amount), 0), row)
        label(ax, text.value(amount, "money"), end, offset=(5, 1), va="bottom", weight="bold")
        label(ax, text.value(share, "rate") or "–", end, offset=(5, -1), va="top", color=MUTED)
    value_title(ax, text("campaign_cost.chart.value", currency=text.currency_name))
    total = sum(frame["amount"], Decimal(0))
    parts = [
        text("chart.named", name=name, value=text.value(amount, "money"))
        for name, amount in zip(names, frame["amount"], strict=True)
    ]
    alt = text("campaign_cost.chart.alt", parts=text.join(parts), total=text.value(total, "money"))
    return Chart(figure, alt, text("campaign_cost.chart.caption", total=text.value(total, "money")))


@styled()
def acquisition_cost(frame: pd.DataFrame, text: Text, target: Decimal | None = None) -> Chart:
    """Cost per new user by both definitions, one bar each, against the target.

    Args:
        frame: One row per definition, as `metrics.acquisition_cost` returns it: `definition` (`acquisition_only`
            or `all_cost`), `cost` (Decimal), `new_users` (int), `cac` (Decimal, None where it cannot be known).
        text: Language of the words, and currency; definitions are named by `cac.<name>`.
        target: Cost per new user that was aimed at.

    Raises:
        MetricError: The frame has no rows, lacks a column, or no cost per user is known.
    """
    frame = checked(frame, "acquisition_cost", ("definition", "cost", "new_users", "cac"))
    seen = drawn(frame, "acquisition_cost", "cac")
    names = [text.label("cac", str(name)) for name in frame["definition"]]

    figure, ax = row_canvas(names, row=0.55, extra=0.5)
    colours = [ACCENT if name == "acquisition_only" else USUAL for name in frame["definition"]]
    ax.barh(frame.index, floats(frame["cac"]).fillna(0), height=0.5, color=colours)
    ax.set_xlim(0, max(floats(seen["cac"]).max(), float(target or 0)) or 1)
    for row in frame.itertuples():
        _label_cost(ax, row, text, target)
    if target is not None:
        _draw_target(ax, target, text)
    value_title(ax, text("acquisition_cost.chart.value", currency=text.currency_name))
    parts = [
        text("chart.named", name=name, value=text.value(cac, "money") if known(cac) else text("chart.unknown"))
        for name, cac in zip(names, frame["cac"], strict=True)
    ]
    alt = text("acquisition_cost.chart.alt", parts=text.join(parts))
    if target is not None:
        goal = text("acquisition_cost.chart.alt_target", target=text.money(target))
        alt = text("chart.sentences", first=alt, second=goal)
    return Chart(figure, alt, text("acquisition_cost.chart.caption"))


def _label_cost(ax: Axes, row: Any, text: Text, target: Decimal | None) -> None:  # noqa: ANN401 - a tuple of pandas
    if not known(row.cac):
        label(ax, text("chart.unknown"), (0, row.Index), offset=(5, 0), va="center", color=MUTED)
        return
    # A label beside a short bar must clear the target's line; behind the longest mark there is always room.
    end = (max(float(row.cac), float(target or 0)), row.Index)
    label(ax, text.money(decimals(row.cac)), end, offset=(6, 1), va="bottom", weight="bold")
    of = text("acquisition_cost.chart.of", cost=text.value(row.cost, "money"), users=people(row.new_users, text))
    label(ax, of, end, offset=(6, -1), va="top", color=MUTED)


def _draw_target(ax: Axes, target: Decimal, text: Text) -> None:
    ax.axvline(float(target), color=WARM, linewidth=1.6, linestyle=(0, (4, 2)))
    words = text("chart.target", value=text.money(target))
    low, _ = ax.get_ylim()
    label(ax, words, (float(target), low), offset=(0, -3), ha="center", va="top", color=WARM, weight="bold")
