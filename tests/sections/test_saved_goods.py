"""What the section `saved_goods` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.saved_goods import draw
from telling import context_of, entries, finder, words_of

find = finder(partial(context_of, "promotion_node", start="2024-10-31", end="2024-11-12T00:00", preheat_days=21))

FRAME = pd.DataFrame(
    {
        "what": ["add_to_cart", "any", "none"],
        "since": [dt.datetime(2024, 10, 10)] * 3,
        "users": [400, 400, 1000],
        "buyers": [80, 80, 50],
        "rate": [0.2, 0.2, 0.05],
        "low": [0.164, 0.164, 0.038],
        "high": [0.242, 0.242, 0.065],
        "buyer_share": [0.4, 0.4, 0.25],
    }
)


def test_those_who_saved_goods_stand_beside_those_who_only_looked() -> None:
    english, chinese = words_of(find, "saved_goods", FRAME)

    assert "400 people saved goods in the pre-heat; **20.0% of them bought in the burst** (80, 95% interval" in english
    assert "Of 1,000 who only looked, 5.0% did. They are 40.0% of the burst's buyers." in english
    assert "预热期 400 人加购或收藏，**其中 20.0% 在爆发期成交**" in chinese
    assert "log begins" not in english
    assert entries(find("saved_goods", FRAME))["saved_bought_rate"].denominator == 400


def test_a_log_that_begins_late_is_told() -> None:
    late = find("saved_goods", FRAME.assign(since=dt.datetime(2024, 10, 15)))

    assert "The log begins at 15 Oct" in late.sentence


@pytest.mark.parametrize(
    ("users", "words"),
    [(0, "the log holds no carts or favourites."), (4, "Fewer than five people")],
)
def test_nobody_and_a_few_are_told_apart(users: int, words: str) -> None:
    frame = FRAME.iloc[1:].assign(users=[users, 1000], buyers=[min(users, 3), 50])

    finding = find("saved_goods", frame)

    assert words in finding.sentence
    assert not finding.covered


def test_where_nobody_came_it_is_not_covered() -> None:
    assert not find("saved_goods", FRAME.iloc[:0]).covered


def test_the_chart_is_readable(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(FRAME, text))
