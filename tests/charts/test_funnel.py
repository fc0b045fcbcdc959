"""The funnel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import pytest

from retro.charts import Chart
from retro.i18n import Text, load_text
from retro.sections.paths import draw

NAN = float("nan")


def funnel(users: list[int], steps: Sequence[str] = ("register", "log_in", "order")) -> pd.DataFrame:
    frame = pd.DataFrame({"step": list(steps)[: len(users)], "users": users})
    frame["step_rate"] = frame["users"] / frame["users"].shift().where(lambda before: before > 0)
    frame["total_rate"] = frame["users"] / users[0] if users[0] else NAN
    return frame.assign(low=NAN, high=NAN, median_hours=NAN)


def test_bars_are_users_on_a_ground_of_the_first_step(text: Text) -> None:
    ax = draw(funnel([200, 150, 30]), text).figure.axes[0]
    bars = [bar.get_width() for bar in ax.patches]  # type: ignore[attr-defined]  # bars
    ground, reached = bars[:3], bars[3:]
    assert ground == [200, 200, 200]
    assert reached == [200, 150, 30]


def test_words_name_steps_counts_and_rates(said: Callable[[Chart], list[str]]) -> None:
    words = said(draw(funnel([200, 150, 30]), load_text("zh")))
    assert {"注册", "登录", "下单", "200", "150", "75.0%", "↓ 75.0%", "30", "15.0%", "↓ 20.0%"} <= set(words)
    assert "100.0%" not in words


def test_alt_and_caption_are_of_the_language() -> None:
    assert draw(funnel([200, 150]), load_text("zh")).alt == (
        "漏斗图，各步人数及占第一步的比例：注册 200 人（100.0%）、登录 150 人（75.0%）。"
    )
    assert "their share of “register”" in draw(funnel([200, 150]), load_text("en")).caption


def test_nobody_entered_shows_no_rate(said: Callable[[Chart], list[str]]) -> None:
    words = said(draw(funnel([0, 0]), load_text("en")))
    assert [word for word in words if "%" in word] == []


@pytest.mark.parametrize(
    "frame",
    [
        funnel([500_123, 450_111, 340_022]),
        funnel([0, 0, 0]),
        funnel([3]),
        funnel([987_654_321, 1, 0]),
        funnel([9, 8], ["从应用商店首页推荐位进入新人专享活动页面", "Came in through WeChat Mini Program, Shenzhen"]),
        funnel(list(range(12, 0, -1)), [f"step {number}" for number in range(12)]),
    ],
    ids=["baseline", "nobody", "one step", "very large", "long names", "many steps"],
)
def test_readable_on_page_and_phone(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(frame, text))
