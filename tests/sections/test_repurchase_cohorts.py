"""What the section `repurchase_cohorts` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Lang, Text, load_text
from retro.sections.repurchase_cohorts import draw as repurchase_cohorts
from telling import context_of, figures, finder

find = finder(partial(context_of, "new_user_week", start="2025-01-10", end="2025-01-17T00:00"))


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


NAN = float("nan")


def drawn_triangle(months: int) -> pd.DataFrame:
    cells = []
    for cohort in range(months):
        month = dt.date(2010 + (11 + cohort) // 12, (11 + cohort) % 12 + 1, 1)
        for after in range(months):
            last = months - 1 - cohort
            state = "unobserved" if after > last else "partial" if after == last else "observed"
            rate = NAN if after > last else 0.3 - 0.1 * after / months
            cells.append((month, after, 358, pd.NA if after > last else 86, rate, rate, rate, state))
    return pd.DataFrame(
        cells,
        columns=["cohort_month", "months_after", "buyers", "repurchasers", "rate", "low", "high", "state"],
    )


def test_cells_hold_percent_and_blank_where_unobserved(text: Text) -> None:
    ax = repurchase_cohorts(drawn_triangle(3), text).figure.axes[0]
    values = ax.collections[0].get_array()
    assert values.mask.tolist() == [[False, False, False], [False, False, True], [False, True, True]]
    assert values.compressed().round(3).tolist() == [0.3, 0.267, 0.233, 0.3, 0.267, 0.3]
    assert [words.get_text() for words in ax.texts] == ["30", "27", "23*", "30", "27*", "30*"]


def test_rows_are_months_with_their_buyers(said: Callable[[Chart], list[str]]) -> None:
    words = [one.replace("\n", "") for one in said(repurchase_cohorts(drawn_triangle(2), load_text("zh")))]
    assert {"2010年12月（358 人）", "2011年1月（358 人）", "首购后第几个月，复购率（%）", "0", "1"} <= set(words)
    assert "Dec 2010\n(358)" in said(repurchase_cohorts(drawn_triangle(2), load_text("en")))


def test_alt_leaves_out_the_first_month_itself() -> None:
    assert repurchase_cohorts(drawn_triangle(3), load_text("zh")).alt == (
        "三角热力图：3 个首购月份其后各月的复购率，在 23.3% 与 26.7% 之间；最高为 2010年12月首购者的第 1 个月。"
    )


def test_unobserved_triangle_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match=r"^charts.repurchase_cohorts: column 'rate' must hold a value"):
        repurchase_cohorts(drawn_triangle(2).assign(rate=NAN), text)


@pytest.mark.parametrize("months", [1, 2, 6, 13, 24])
def test_triangle_readable_on_page_and_phone(months: int, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(repurchase_cohorts(drawn_triangle(months), text))


def test_crowded_cells_show_colour_alone(said: Callable[[Chart], list[str]]) -> None:
    from retro.charts.chart import make_room
    from retro.charts.theme import NARROW, styled

    chart = repurchase_cohorts(drawn_triangle(24), load_text("zh"))
    assert "30" in said(chart)
    with styled():
        chart.figure.set_size_inches(NARROW, chart.figure.get_size_inches()[1])
        make_room(chart.figure)
    assert not any(words.get_visible() for words in chart.figure.axes[0].texts)


@pytest.mark.parametrize(
    ("state", "lang", "words"),
    [
        ("early", "en", "Fewer than 28 days of orders are known before any month that has a whole following month"),
        ("early", "zh", "有完整次月的月份，此前的订单历史都不足 28 天，老客也像首购，复购率留空。"),
        ("unobserved", "en", "No month's first-time buyers have a whole following month to look at yet."),
        ("unobserved", "zh", "各月的首购客户都还没有完整的次月可看。"),
    ],
)
def test_no_rate_says_whether_history_or_the_months_after_lack(state: str, lang: Lang, words: str) -> None:
    frame = triangle().assign(repurchasers=pd.NA, rate=NAN, low=NAN, high=NAN, state=state)

    finding = find("repurchase_cohorts", frame, lang=lang)

    assert finding.sentence.startswith(words)
    assert figures(finding) == {}
    assert finding.table is not None
    assert {cell.text for row in finding.table.rows for cell in row[2:]} == {""}
