"""What the section `budget` says."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from retro.i18n import LANGS, Lang
from telling import finder, money, objects, quarter, words_of

find = finder(quarter)


def budgeted(used: str | None, planned: str | None = "100.00", booked: str | None = None) -> pd.DataFrame:
    left = None if used is None or planned is None else Decimal(planned) - Decimal(used)
    rate = float("nan") if left is None else float(Decimal(used or 0) / Decimal(planned or 1))
    return objects(
        row=["q/week", "outside", "total"],
        title=["Week", None, None],
        planned=money("90.00", None, planned),
        used=money(used, None, used),
        booked=money(booked or used or "7.00", "0.00", booked or used or "7.00"),
        left=[left, None, left],
        used_rate=[rate, float("nan"), rate],
    )


@pytest.mark.parametrize(
    ("given", "english", "chinese"),
    [
        (
            budgeted("60.00"),
            (
                "Planned **100 CNY**, used **60 CNY**, 40 CNY left. The campaigns' own budgets add up to "
                "90 CNY, not to the period's 100 CNY. The costs in the campaigns' reports equal those "
                "booked, to the cent."
            ),
            (
                "计划 **100 元**，已用 **60 元**，结余 40 元。各场预算合计 90 元，与全期预算 100 "
                "元对不上。"
                "各活动复盘中的费用与费用表分文不差。"
            ),
        ),
        (
            budgeted("120.00"),
            "Planned **100 CNY**, used **120 CNY**: **20 CNY over**.",
            "计划 **100 元**，已用 **120 元**，**超支 20 元**。",
        ),
        (
            budgeted(None),
            "No usable report of Week: used and left cannot be added up; 7 CNY is booked.",
            "“Week”没有可用的复盘，已用与结余无法合计；费用表中已登记 7 元。",
        ),
        (
            budgeted("60.00", planned=None),
            "Used **60 CNY**; the params hold no budget for the period to compare with.",
            "已用 **60 元**；参数中没有全期预算，无从比较。",
        ),
    ],
)
def test_the_budget_is_kept_exceeded_or_cannot_be_told(given: pd.DataFrame, english: str, chinese: str) -> None:
    found = words_of(find, "budget", given)

    assert found[0].startswith(english)
    assert found[1].startswith(chinese)


def test_reports_that_are_not_made_yet_do_not_tie_out() -> None:
    assert "to the cent" not in find("budget", budgeted(None)).sentence
    nobody = budgeted("60.00").iloc[1:]
    assert "own budgets" not in find("budget", nobody).sentence, "of no campaign the budgets are not known, nor 0"


def test_costs_that_were_booked_later_are_warned_of() -> None:
    finding = find("budget", budgeted("60.00", booked="61.00"))

    assert "to the cent" not in finding.sentence
    assert finding.warnings[0].startswith("The costs in the campaigns' reports differ from those booked now")


@pytest.mark.parametrize("lang", LANGS)
def test_every_section_here_has_its_table_in_both_languages(lang: Lang) -> None:
    finding = find("budget", budgeted("60.00"), lang=lang)

    assert finding.table is not None
    assert [len(row) for row in finding.table.rows] == [len(finding.table.columns)] * 3
