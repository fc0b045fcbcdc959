"""What the section `competitor` says."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def test_a_survey_that_nobody_answered_says_so() -> None:
    asked = pd.DataFrame(columns=["answer", "answers", "rate", "low", "high", "asked"])
    offers = pd.DataFrame(columns=["competitor", "offer", "channel", "starts_at", "ends_at"])

    assert find("competitor", asked, offers).sentence == "Nobody answered which offer they prefer."


@pytest.mark.parametrize(("answers", "words"), [(60, "**60.0% of those asked: prefer"), (4, "<5 of 100 asked: prefer")])
def test_our_offer_stands_with_those_asked(answers: int, words: str) -> None:
    row = {"answer": "early_bird", "answers": answers, "asked": 100, "rate": answers / 100, "low": 0.01, "high": 0.7}
    offers = pd.DataFrame(columns=["competitor", "offer", "channel", "starts_at", "ends_at"])
    finding = find("competitor", pd.DataFrame([row]), offers)

    assert words in finding.sentence
    assert [entry.name for entry in finding.entries] == ["own_offer_rate"]
