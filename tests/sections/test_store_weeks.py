"""What the section `store_weeks` says and draws."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pandas as pd

from retro.i18n import load_text
from retro.metrics.store_weeks import store_node, store_years
from retro.sections.store_weeks import draw
from telling import context_of, entries, figures, finder, money, words_of

find = finder(partial(context_of, "promotion_node", start="2024-12-07", end="2024-12-21T00:00"))

UNTIL = [dt.date(2024, 12, 6) + dt.timedelta(weeks=week) for week in range(5)]
RANKS = pd.DataFrame(
    {
        "shop": ["large", "small"], "weeks": 5, "gmv": money("3000", "450"), "share": [0.87, 0.13],
        "best_until": UNTIL[:2], "best_gmv": money("900.50", "99"),
    }
)  # fmt: skip


def weeks(**columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "week": range(-1, 4), "since": UNTIL, "until": UNTIL,
            "phase": ["preheat", "burst", "burst", "return", None],
            "gmv": money("500", "900", "1000", "450", "600"), "median": money(*["600"] * 5),
            "rate": [-1 / 6, 0.5, 2 / 3, -0.25, 0.0], "year_ago": money("500", "800", "1100", "350", "600"),
            "change": [0, 0.125, -0.0909, 0.2857, 0], "pair": money("1400", "1900", "1450", "1050", None),
            "pair_year_ago": money("1300", "1900", "1400", "950", None),
            "pair_change": [0.0769, 0.0, 0.0357, 0.105, None], "shops": 2, "above": [0, 2, 1, 0, 1],
            "others": [["large", "small"], [], ["small"], ["large", "small"], ["small"]],
            "marked": [False, False, False, True, False],
        }
    )  # fmt: skip
    return frame.assign(**columns)


def frames(**columns: Any) -> tuple[pd.DataFrame, ...]:
    own = weeks(**columns)
    return own, store_node(own, baseline_weeks=1), store_years(own), RANKS


def test_the_node_its_highest_week_and_what_marks_miss() -> None:
    english, chinese = words_of(find, "store_weeks", *frames())

    assert "**The burst brought 1,900 CNY in 2 weeks, +58.3% on as many median weeks**" in english
    assert "1 weeks" not in english
    assert "the burst changed by 0%" in english
    assert "ended on 20 Dec: 1,000 CNY, +66.67%" in english
    assert "Of 2 shops 1 was above its own median week. Not above: small." in english
    assert "The week to 20 Dec changed by −9.09% on the year before, with the next week by +3.57%" in english
    assert "**The mark misses the peak**" in english
    assert "**爆发 2 周成交 1,900 元，与同样多个中位周比 +58.3%**" in chinese
    assert "到 12月20日的一周同比 −9.09%，连同下一周却是 +3.57%" in chinese
    assert "**标记没标到高峰**：最高的两周都没标，标了的有 1 周低于中位" in chinese


def test_what_is_not_known_is_not_told() -> None:
    nobody = money(*[None] * 5)
    english, _ = words_of(find, "store_weeks", *frames(year_ago=nobody, change=None, pair_change=None, marked=None))

    assert "a year before" not in english
    assert "marked" not in english
    assert "judge both together" not in english
    assert find("store_weeks", weeks().iloc[:0], store_node(weeks().iloc[:0]), pd.DataFrame(), RANKS).sentence == ""


def test_a_mark_that_holds_the_peak() -> None:
    english, _ = words_of(find, "store_weeks", *frames(marked=[False, True, True, False, False]))

    assert "2 weeks marked as holidays brought 950 CNY on average, the others 517 CNY (+83.87%)" in english
    assert "misses" not in english


def test_figures_tables_and_chart() -> None:
    found = find("store_weeks", *frames())

    assert round(float(figures(found)["node_highest_week_change"] or 0), 4) == 0.6667
    assert set(entries(found)) == {
        "node_burst_change", "node_return_change", "node_burst_year_change", "node_highest_week_change",
    }  # fmt: skip
    _, facts, pairs, years, ranks = (exhibit.table for exhibit in found.exhibits)
    assert facts
    assert pairs
    assert years
    assert ranks
    told = {row[0].text: row[1].text for row in facts.rows}
    assert told["Median week"] == "600.00 CNY"
    assert told["Burst, the same weeks a year before"] == "1,900.00 CNY"
    assert [row[0].text for row in years.rows] == ["2024", "2025"]
    assert [cell.text for cell in pairs.rows[2]][1:3] == ["1,100.00", "−9.09%"]
    assert ranks.rows[0][-1].text == "900.50"
    assert "4 weeks" in draw(weeks().dropna(subset="phase"), load_text("en")).alt
