from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from retro.campaigns import load_params
from retro.errors import ParamsError

WRITE = """\
kind: quarter
campaign_id: 2025Q1
title: {zh: 季度, en: Quarter}
start: 2025-01-01T00:00
end: 2025-04-01T00:00
campaigns: [2025Q1/week, 2025Q1/night]
"""


def load(write: Callable[[str, str], Path], extra: str = "", text: str = WRITE) -> object:
    return load_params(write("quarter.yaml", text + extra), zone=ZoneInfo("Asia/Shanghai"))


def test_a_quarter_is_made_from_its_campaigns_reports(write: Callable[[str, str], Path]) -> None:
    params = load(write, "taken: {night_gmv: {report: 2025Q1/night, figure: gmv}}\n")

    assert params.reports == ("2025Q1/week", "2025Q1/night")  # type: ignore[attr-defined]  # a Quarter


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ("segment: {channel: [app]}\n", "line 7: segment must be empty for a quarter: its campaigns' figures are of"),
        (
            "taken: {night_gmv: {report: 2025Q1/nigth, figure: gmv}}\n",
            "taken.night_gmv: report must be one of campaigns",
        ),
        (
            "taken: {night_gmv: {report: 2025Q1/night, figure: G M V}}\n",
            "must be the name of a figure such as new_users",
        ),
        ("targets: {nigth_gmv: 1}\n", "targets has no figure 'nigth_gmv'. Did you mean 'night_gmv'?"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(write: Callable[[str, str], Path], extra: str, words: str) -> None:
    with pytest.raises(ParamsError) as caught:
        load(write, extra)

    assert words in str(caught.value)


def test_a_campaign_counts_once_and_runs_with_overrides_never(write: Callable[[str, str], Path]) -> None:
    twice = WRITE.replace("2025Q1/night]", "2025Q1/week]")
    with pytest.raises(ParamsError, match="campaigns must be different ones, got '2025Q1/week' twice"):
        load(write, text=twice)
    with pytest.raises(ParamsError, match=r"campaigns\.1 must be folder and name of a report"):
        load(write, text=WRITE.replace("2025Q1/night]", "2025Q1/night+1a2b3c4d]"))
