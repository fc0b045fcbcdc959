"""What the section `repurchase_cohorts` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, figures, finder

find = finder(partial(context_of, "new_user_week", start="2025-01-10", end="2025-01-17"))


def triangle(newest: int = 30) -> pd.DataFrame:
    months = [dt.date(2024, 11, 1), dt.date(2024, 12, 1)]
    rows = [
        (months[0], 0, 200, 20, 0.1, 0.07, 0.15, "observed"),
        (months[0], 1, 200, 50, 0.25, 0.2, 0.31, "observed"),
        (months[1], 0, 100, 12, 0.12, 0.07, 0.2, "partial"),
        (months[1], 1, 100, newest, newest / 100, 0.2, 0.4, "observed"),
    ]
    columns = ["cohort_month", "months_after", "buyers", "repurchasers", "rate", "low", "high", "state"]
    return pd.DataFrame(rows, columns=columns)


def test_the_newest_whole_month_is_told_beside_the_earlier_ones() -> None:
    finding = find("repurchase_cohorts", triangle())

    assert "who first bought in Dec 2024, **30 were back the month after, 30.0%**" in finding.sentence
    assert "Earlier months range from 25.0% to 25.0%" in finding.sentence
    assert figures(finding) == {"month_1_repurchase_rate": Decimal("0.3")}
    assert finding.table is not None
    assert [cell.text for cell in finding.table.rows[1]] == ["Dec 2024", "100", "12 (12.0%)*", "30 (30.0%)"]


def test_no_whole_month_is_said() -> None:
    unseen = triangle().assign(state="unobserved")

    assert "No month's first-time buyers" in find("repurchase_cohorts", unseen).sentence


def test_few_who_were_back_have_no_rate() -> None:
    finding = find("repurchase_cohorts", triangle(2))

    assert "<5 were back the month after, too few for a rate" in finding.sentence
    assert figures(finding) == {"month_1_repurchase_rate": None}
    assert finding.table is not None
    assert finding.table.rows[1][-1].text == "<5"
