"""What the section `referral_generations` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import cells, context_of, figures, finder, words_of

find = finder(partial(context_of, "referral", start="2024-11-25", end="2024-12-23T00:00"))

FRAME = pd.DataFrame({"generation": [1, 2, 3], "inviters": [200, 60, 9], "registered": [360, 75, 10]})


def test_the_first_generation_and_the_next() -> None:
    english, chinese = words_of(find, "referral_generations", FRAME)

    assert english.startswith("**360 came in the first generation**, by 200 inviters; the chain reaches generation 3.")
    assert "75 came in generation 2." in english
    assert "**第 1 代 360 位**" in chinese
    assert figures(find("referral_generations", FRAME))["referral_generation_2"] == 75


def test_a_few_of_one_generation_give_nobody_away() -> None:
    finding = find("referral_generations", FRAME.assign(registered=[360, 75, 3]))

    assert [row[2] for row in cells(finding)] == ["360", "≥5", "<5"]


def test_nobody_is_not_covered() -> None:
    finding = find("referral_generations", FRAME.iloc[:0])

    assert (finding.sentence, finding.covered) == ("Nobody registered by an invitation.", False)
