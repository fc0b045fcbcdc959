"""The keys of a member day, and that what the guide prints of them is what is shipped."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from retro.campaigns import CAMPAIGN_TYPES, load_params
from retro.campaigns.member_day import MemberDay
from retro.errors import ParamsError
from retro.sections import SECTIONS

SHANGHAI = ZoneInfo("Asia/Shanghai")
GIVEN = """\
kind: member_day
campaign_id: day
title: {zh: 会员日, en: Member day}
start: 2025-03-26T00:00
end: 2025-03-27T00:00
"""

Write = Callable[[str, str], Path]


def given(write: Write, more: str = "") -> MemberDay:
    params = load_params(write("params/day.yaml", GIVEN + more), zone=SHANGHAI)
    assert isinstance(params, MemberDay)
    return params


def test_it_is_a_kind_with_headlines_that_are_sections() -> None:
    assert CAMPAIGN_TYPES["member_day"] is MemberDay
    assert set(MemberDay.headlines) <= set(SECTIONS)


def test_booking_opens_five_days_before_unless_said(write: Write) -> None:
    assert given(write).booking_opens == dt.datetime(2025, 3, 21)
    assert given(write, "booking_days: 7\n").booking_opens == dt.datetime(2025, 3, 19)
    assert given(write, "history_days: 30\n").seen.start == dt.datetime(2025, 2, 24)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("booking_days: 0\n", "line 6: booking_days must be at least 1, got '0'"),
        (
            "targets: {redemption_rate: 0.55}\n",
            "has no figure 'redemption_rate'. Did you mean 'expanding_redemption_rate'",
        ),
        ("targets: {expanding_redemption_rate: 55}\n", "must be a rate from 0 to 1, got 55"),
        ("tiers: [member]\n", "line 6: tiers"),
    ],
)
def test_what_does_not_fit_is_refused(more: str, words: str, write: Write) -> None:
    with pytest.raises(ParamsError, match=re.escape(words)):
        given(write, more)
