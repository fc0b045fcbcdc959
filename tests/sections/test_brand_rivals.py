"""What the section `brand_rivals` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import cells, context_of, figures, finder, words_of

find = finder(partial(context_of, "brand_wave", start="2024-11-25", end="2024-12-23T00:00", brand="Us"))

FRAME = pd.DataFrame(
    {
        "brand": ["Us", "Them"], "own": [True, False], "answers": [2000, 2000], "mentioners": [1400, 1300],
        "mention_share": [0.52, 0.48], "aided": [0.55, 0.5], "unaided": [0.25, 0.2], "considers": [0.4, 0.3],
        "aided_yes": [1100, 1000], "unaided_yes": [500, 400], "considers_yes": [440, 300],
    }
)  # fmt: skip
GAPS = pd.DataFrame(
    {
        "wave": ["w2", "w1"], "rival": ["Them", "Them"], "mentioners": [1400, 1200], "rival_mentioners": [1300, 1250],
        "gap": [0.10, -0.02], "low": [0.04, -0.08], "high": [0.17, 0.05], "change": [0.12, None],
        "change_low": [0.03, None], "change_high": [0.21, None],
    }
)  # fmt: skip


def test_share_gap_and_its_change() -> None:
    english, chinese = words_of(find, "brand_rivals", FRAME, GAPS)

    assert "Us has **52.0%** of all mentions of 2 brands." in english
    assert "**It is mentioned 10.0% more than its best rival Them** (95% interval +4.0% to +17.0%)." in english
    assert "In wave w1 it was −2.0% beside Them: clearly better now (+3.0 to +21.0 pp)." in english
    assert "**提及次数比最强竞品（Them）多 10.0%**" in chinese
    assert str(figures(find("brand_rivals", FRAME, GAPS))["brand_mention_gap"]) == "0.1"


def test_gaps_that_are_level_negative_or_alone() -> None:
    assert "do not clearly differ" in find("brand_rivals", FRAME, GAPS.assign(low=-0.01)).sentence
    behind = find("brand_rivals", FRAME, GAPS.assign(low=-0.2, gap=-0.1, high=-0.05).iloc[:1]).sentence
    assert "**It is mentioned 10.0% less than its best rival Them**" in behind
    assert "In wave" not in find("brand_rivals", FRAME, GAPS.assign(change=None).iloc[:1]).sentence


def test_few_who_mention_a_brand_are_masked() -> None:
    finding = find("brand_rivals", FRAME.assign(mentioners=[1400, 3]), GAPS.assign(rival_mentioners=[3, 1250]))

    assert cells(finding)[1][2:4] == ["<5", ""]
    assert figures(finding) == {}
    assert not finding.covered


def test_no_wave_no_brand_and_no_mentions() -> None:
    assert "asks about" in find("brand_rivals", FRAME.iloc[:0], GAPS.iloc[:0]).sentence
    assert "do not name" in find("brand_rivals", FRAME, GAPS, brand="").sentence
    assert find("brand_rivals", FRAME, GAPS.iloc[:0]).sentence == "There are too few mentions to compare."
