from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

import pandas as pd
import pytest

from retro.metrics import Impact
from telling import context_of, finder, impact

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02"))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (impact(), "**300.00 元 more was sold**"),
        (impact(low=-20.0), "**which cannot be told from what happens anyway**"),
        (impact(chance=0.2), "**which cannot be told from what happens anyway**"),
        (impact(problem="few_days"), "Only 20 baseline days lie before the campaign, fewer than 28"),
        (impact(problem="no_variation"), "The 20 baseline days before the campaign are all alike"),
        (impact(problem="unseen"), "No whole day of the campaign was observed"),
        (impact(-300.0, low=-500.0, high=-100.0), "**300.00 元 less was sold**"),
    ],
)
def test_an_effect_is_told_from_chance_or_said_not_to_be(found: Impact, words: str) -> None:
    assert words.replace("元", "CNY") in find("impact", found.days, found).sentence.replace("元", "CNY")


def test_an_unknown_effect_records_nothing() -> None:
    found = impact(problem="few_days")

    assert find("impact", found.days, found).entries == ()


def test_what_weakens_the_effect_is_named() -> None:
    other = {"campaigns": {"week": {"start": "2025-02-28T00:00", "end": "2025-03-07T00:00"}}}
    few = pd.DataFrame({"on": [dt.date(2025, 1, 1)], "effect": [10.0]})
    found = replace(impact(), masked_days=7, unseen_days=1, dropped=("registrations",), placebos=few)

    finding = find("impact", found.days, found, roi=other)
    assert "7 days before the campaign belong to other campaigns" in finding.sentence
    assert "Covariates that the campaign touched, and that were dropped: registrations a day." in finding.sentence
    assert [warning.strip() for warning in finding.warnings] == [
        "The history holds 1 placebo windows, fewer than 20, so chance has not been fully tried.",
        "Other campaigns ran at the same time (week): the effect is of all of them, and cannot be separated.",
        "The last 1 days of the campaign are not wholly observed yet and are left out of the effect.",
    ]


def test_an_effect_without_placebos_does_not_speak_of_them() -> None:
    none = pd.DataFrame({"on": [], "effect": pd.Series([], dtype="float64")})
    found = replace(impact(), placebos=none, chance=float("nan"))

    assert "windows" not in find("impact", found.days, found).sentence
