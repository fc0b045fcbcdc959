from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from retro.campaigns import load_params
from retro.campaigns.year import Year
from retro.errors import ParamsError

YEAR = """\
kind: year
campaign_id: "2025"
title: {zh: 年度, en: Year}
start: 2025-01-01T00:00
end: 2026-01-01T00:00
quarters: [2025Q1/quarter, 2025Q2/quarter, 2025Q3/quarter, 2025Q4/quarter]
months: [2025Q1/2025-03]
plan: {year: 1000, quarters: [0.2, 0.3, 0.2, 0.3], months: [0.3, 0.3, 0.4]}
targets: {gmv: 1000, gmv_change_year_ago: 0.30, campaigns_net_contribution: 0}
"""


def load(write: Callable[[str, str], Path], text: str = YEAR) -> Year:
    params = load_params(write("year.yaml", text), zone=ZoneInfo("Asia/Shanghai"))
    assert isinstance(params, Year)
    return params


def test_a_year_is_made_from_its_quarters_and_months(write: Callable[[str, str], Path]) -> None:
    params = load(write)

    assert params.reports == (*params.quarters, "2025Q1/2025-03")
    assert params.reviews == params.reports
    assert params.shares["2025Q2/quarter"] == Decimal(300)
    assert [params.quarter_end(one).month for one in params.quarters] == [4, 7, 10, 1]


def test_a_year_that_is_not_over_ends_with_its_last_whole_month(write: Callable[[str, str], Path]) -> None:
    params = load(write)
    so_far = params.to_date(dt.datetime(2025, 5, 20))

    assert (so_far.window.start, so_far.window.end) == (dt.datetime(2025, 1, 1), dt.datetime(2025, 5, 1))
    assert set(so_far.targets) == {"gmv_change_year_ago", "campaigns_net_contribution"}, "a sum waits for its year"
    assert params.to_date(dt.datetime(2026, 1, 1)) is params
    assert params.to_date(dt.datetime(2025, 1, 31)) is params, "not one month is whole"
    assert params.to_date(None) is params


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[0.2, 0.3, 0.2, 0.3]", "[0.20, 0.35, 0.25, 0.30]", "plan.quarters must add up to 1, got 1.10"),
        ("end: 2026-01-01T00:00", "end: 2025-12-01T00:00", "start and end must be those of twelve calendar months"),
        ("2025Q2/quarter", "2025Q1/quarter", "quarters must be different ones, got '2025Q1/quarter' twice"),
        (", 2025Q4/quarter]", "]", "quarters"),
        ("campaign_id:", "segment: {channel: [app]}\ncampaign_id:", "segment must be empty for a year"),
        ("gmv: 1000,", "gvm: 1000,", "targets has no figure 'gvm'. Did you mean 'gmv'?"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(
    old: str, new: str, words: str, write: Callable[[str, str], Path]
) -> None:
    with pytest.raises(ParamsError) as caught:
        load(write, YEAR.replace(old, new))

    assert words in str(caught.value)
