"""What the section `live_course` says and draws."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections.live_course import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "live_programme", start="2024-11-18", end="2024-12-30T00:00"))

FRAME = pd.DataFrame({"minute": [0, 1, 2, 3], "sessions": [4, 4, 4, 2], "online": [10.0, 40.0, 30.5, 5.0]})


def test_the_minute_with_most_people() -> None:
    english, chinese = words_of(find, "live_course", FRAME)

    assert english == "On average **most watch in minute 1: 40.0**; 5.0 are left by minute 4."
    assert "**第 1 分钟在线最多，平均 40.0 人**" in chinese


def test_it_is_recorded() -> None:
    assert figures(find("live_course", FRAME)) == {"live_peak_minute": 1}


def test_shows_without_minutes_are_not_covered() -> None:
    for nothing in (FRAME.iloc[:0], FRAME.assign(online=0.0)):
        finding = find("live_course", nothing)

        assert (finding.sentence, finding.covered) == ("No minutes of these shows are on record.", False)


def test_the_curve_has_its_peak() -> None:
    assert "most in minute 1, 40.0" in draw(FRAME, load_text("en")).alt
