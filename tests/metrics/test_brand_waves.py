"""Tables worked by hand: weighted answers of a brand survey, and intervals of Kish's effective size."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.brand_waves import brand_course, brand_gap, brand_rivals, brand_wave
from retro.metrics.intervals import wilson
from retro.periods import Window

WINDOW = Window(dt.datetime(2024, 12, 1), dt.datetime(2025, 1, 1), dt.datetime(2025, 4, 1))
DAYS = {"w1": dt.date(2024, 9, 2), "w2": dt.date(2024, 12, 2), "w3": dt.date(2025, 3, 3)}
COLUMNS = "wave respondent brand weight unaided aided considers mentions csat nps"


def table(rows: list[tuple[Any, ...]]) -> ibis.Table:
    frame = pd.DataFrame(rows, columns=COLUMNS.split()).astype({"unaided": "boolean", "aided": "boolean"})
    frame = frame.astype({"considers": "boolean", "csat": "Int64", "nps": "Int64", "mentions": "Int64"})
    return ibis.memtable(frame.assign(surveyed_on=[DAYS[wave] for wave in frame["wave"]]))


ANSWERS = table([
    ("w2", "a", "us", 2.0, True, None, True, 3, 5, 10), ("w2", "b", "us", 1.0, False, True, False, 0, 4, 8),
    ("w2", "c", "us", 1.0, False, False, None, 1, None, 3), ("w2", "d", "us", 0.0, True, True, True, 9, 1, 0),
    ("w2", "a", "them", 2.0, False, True, True, 1, None, None),
    ("w2", "b", "them", 1.0, False, True, None, 2, None, None),
    ("w1", "e", "us", 1.0, False, False, False, 1, 3, 6), ("w1", "f", "us", 1.0, False, True, True, 1, 5, 9),
    ("w1", "e", "them", 1.0, True, True, None, 4, None, None), ("w3", "g", "us", 1.0, True, True, True, 1, 5, 10),
])  # fmt: skip


def test_shares_and_scores_are_weighted() -> None:
    frame = brand_wave(ANSWERS, WINDOW, brand="us").set_index("measure")

    assert frame["wave"].unique().tolist() == ["w2"]
    assert frame["earlier"].unique().tolist() == ["w1"]
    assert frame.loc["aided", ["answers", "yes", "value"]].tolist() == [3, 2, 0.75]  # a by naming it, b when shown
    assert frame.loc["unaided", ["answers", "yes", "value"]].tolist() == [3, 1, 0.5]
    assert frame.loc["considers", ["answers", "value"]].tolist() == [2, 2 / 3]  # c was not asked
    assert frame.loc["csat", "value"] == pytest.approx(14 / 3)
    assert frame.loc["nps", "value"] == pytest.approx(100 * (2 - 1) / 4)
    assert frame.loc["aided", ["earlier_answers", "earlier_value", "change"]].tolist() == [2, 0.5, 0.25]


def test_unequal_weights_make_a_sample_say_less() -> None:
    aided = brand_wave(ANSWERS, WINDOW, brand="us").set_index("measure").loc["aided"]

    assert aided["effective"] == pytest.approx((2 + 1 + 1) ** 2 / (4 + 1 + 1))
    variation = np.var([2, 1, 1]) / np.mean([2, 1, 1]) ** 2
    assert aided["design_effect"] == pytest.approx(1 + variation)  # Kish (1992): 1 + the squared variation of weights
    low, high = wilson([0.75 * 16 / 6], [16 / 6])
    assert (aided["low"], aided["high"]) == pytest.approx((low[0], high[0]))


def test_equal_weights_give_the_published_intervals() -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, and 873-890: 81 of 263; 56 of 70 against 48 of 80."""
    rows = [("w2", f"n{place}", "us", 7.0, place < 56, None, None, 0, None, None) for place in range(70)]
    rows += [("w1", f"o{place}", "us", 7.0, place < 48, None, None, 0, None, None) for place in range(80)]
    row = brand_wave(table(rows), WINDOW, brand="us").set_index("measure").loc["unaided"]
    assert (round(row["change_low"], 4), round(row["change_high"], 4)) == (0.0524, 0.3339)

    rows = [("w2", f"n{place}", "us", 1.0, place < 81, None, None, 0, None, None) for place in range(263)]
    row = brand_wave(table(rows), WINDOW, brand="us").set_index("measure").loc["unaided"]
    assert (round(row["low"], 4), round(row["high"], 4)) == (0.2553, 0.3662)
    assert np.isnan(row["change"])


def test_scores_have_the_intervals_of_means() -> None:
    frame = brand_wave(ANSWERS.mutate(weight=1.0), WINDOW, brand="us").set_index("measure")

    scores = [5, 4, 1]  # a, b and d, of equal weight now; c gave none
    half = 4.302653 * np.std(scores, ddof=1) / 3**0.5
    assert frame.loc["csat", "value"] == pytest.approx(np.mean(scores))
    assert (frame.loc["csat", "low"], frame.loc["csat", "high"]) == (1.0, 5.0)
    assert half > 4, "so wide that the scale cuts it"
    half = 1.959964 * np.std([1, 0, -1, -1]) / 4**0.5 * 100  # promoter, passive, detractors
    assert frame.loc["nps", "high"] == pytest.approx(-25 + half)


def test_the_gap_to_the_best_rival() -> None:
    gaps = brand_gap(ANSWERS, WINDOW, brand="us").to_dict("records")

    assert [(row["wave"], row["rival"], row["gap"]) for row in gaps] == [("w2", "them", 0.75), ("w1", "them", -0.5)]
    parts = [2 * (3 / 7 - 1 / 4), 1 * (0 - 2 / 4), 1 * (1 / 7 - 0)]  # of a, b and c; they add up to 0
    half = 1.959964 * (sum(one**2 for one in parts) * 3 / 2) ** 0.5
    assert gaps[0]["low"] == pytest.approx(1.75 * np.exp(-half) - 1)
    assert gaps[0]["high"] == pytest.approx(1.75 * np.exp(half) - 1)
    assert gaps[0]["change"] == 1.25


def test_brands_by_mentions() -> None:
    us, them = brand_rivals(ANSWERS, WINDOW, brand="us").to_dict("records")

    assert (us["brand"], us["own"], us["mentioners"], us["mention_share"]) == ("us", True, 2, 7 / 11)
    assert (them["own"], them["answers"], them["aided"]) == (False, 2, 1)


def test_waves_before_and_none_of_later() -> None:
    assert brand_course(ANSWERS, WINDOW, brand="us")["wave"].tolist() == ["w1", "w2"]


def test_a_window_without_a_wave_or_a_brand_that_nobody_knows() -> None:
    quiet = Window(dt.datetime(2025, 1, 1), dt.datetime(2025, 2, 1), dt.datetime(2025, 4, 1))

    assert brand_wave(ANSWERS, quiet, brand="us").empty
    assert brand_rivals(ANSWERS, quiet, brand="us").empty
    assert brand_wave(ANSWERS, WINDOW, brand="nobody").empty
    assert brand_gap(ANSWERS, WINDOW, brand="nobody").empty


def test_a_survey_of_one_question_without_weights() -> None:
    bare = ANSWERS.select("wave", "respondent", "brand", "surveyed_on", "nps")
    frame = brand_wave(bare, WINDOW, brand="us")

    assert frame["measure"].tolist() == ["nps"]
    assert frame["design_effect"].tolist() == [1.0]
    assert brand_rivals(bare, WINDOW, brand="us")["mention_share"].isna().all()


def test_answers_without_a_brand_are_refused() -> None:
    with pytest.raises(MissingColumn, match="brand_waves: column 'brand' must be in the table"):
        brand_wave(ANSWERS.drop("brand"), WINDOW, brand="us")


def survey(own: tuple[int, int], rival: tuple[int, int]) -> ibis.Table:
    """400 respondents a wave, of whom so many know each brand, before and after."""
    rows = []
    for place, wave in enumerate(("w1", "w2")):
        for brand, known in (("us", own), ("them", rival)):
            rows += [(wave, f"{one}", brand, 1.0, None, one < known[place], None, 0, None, None) for one in range(400)]
    return table(rows)


def test_awareness_of_all_brands_that_rises_is_no_effect() -> None:
    alone = brand_wave(survey((180, 240), (200, 200)), WINDOW, brand="us").iloc[0]
    assert (alone["rivals_change"], alone["clear"], alone["beyond"]) == (0.0, True, True)

    alike = brand_wave(survey((180, 240), (140, 200)), WINDOW, brand="us").iloc[0]
    assert (round(alike["rivals_change"], 10), alike["clear"], alike["beyond"]) == (0.15, True, False)
