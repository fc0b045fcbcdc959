"""What the section `participation` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pytest

from retro.errors import MetricError
from retro.i18n import load_text
from retro.sections import SECTIONS
from retro.sections.participation import draw
from seen import words_in
from telling import cells, context_of, figures

NAN = float("nan")

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


def participation(*rows: tuple[Any, ...]) -> pd.DataFrame:
    names = ["group", "day", "on", "joined", "participants", "eligible", "rate", "low", "high"]
    return pd.DataFrame(rows, columns=names)


def test_participation_says_who_took_part_and_leads_the_verdict() -> None:
    day = dt.date(2025, 1, 17)
    frame = participation(
        ("all", 1, day, 10, 10, 100, 0.1, 0.05, 0.2),
        ("all", 2, day, 10, 20, 100, 0.2, 0.13, 0.29),
        ("seen", 2, day, 10, 14, 40, 0.35, 0.22, 0.5),
        ("silent", 2, day, 0, 6, 60, 0.1, 0.05, 0.2),
    )

    finding = SECTIONS["participation"](frame, context(invitation="mails"))

    assert finding.sentence == (
        "Of 100 members invited, **20 took part, 20.0%** (95% interval 13.0% – 29.0%); 10.0% on the first of 2 days. "
        "Of members seen in the 30 days before, 35.0% (14/40); of silent ones, 10.0% (6/60). "
    )
    assert finding.headline[0].startswith("Of 100 members invited, **20 took part, 20.0%**. Of members seen")
    assert figures(finding)["active_participation_rate"] == Decimal("0.35")


def test_nobody_eligible_is_not_covered() -> None:
    frame = participation(("all", 1, dt.date(2025, 1, 17), 0, 0, 0, NAN, NAN, NAN))

    assert not SECTIONS["participation"](frame, context()).covered


def test_a_few_of_one_group_are_not_given_away_by_the_other() -> None:
    day = dt.date(2025, 1, 17)
    frame = participation(
        ("all", 1, day, 20, 20, 100, 0.2, 0.13, 0.29),
        ("seen", 1, day, 18, 18, 40, 0.45, 0.3, 0.6),
        ("silent", 1, day, 2, 2, 60, 0.0333, 0.01, 0.1),
    )

    finding = SECTIONS["participation"](frame, context())

    assert "seen in" not in finding.sentence
    assert figures(finding) == {"participation_rate": Decimal("0.2")}
    assert [row[0] for row in cells(finding)] == ["All invited"]


def test_participation_has_a_line_for_each_group() -> None:
    frame = pd.DataFrame(
        [("all", 1, 0.1), ("all", 2, 0.2), ("seen", 1, 0.3), ("seen", 2, 0.4)], columns=["group", "day", "rate"]
    )

    chart = draw(frame, load_text("en"))

    assert words_in(chart) == ["All invited\n20.0%", "Seen lately\n40.0%"]
    assert chart.caption == "Members who had taken part by the end of the day, of those eligible."


def test_a_frame_without_its_columns_is_refused() -> None:
    with pytest.raises(MetricError, match=r"frame must have the columns"):
        draw(pd.DataFrame({"x": [1]}), load_text("en"))


def test_days_that_a_few_tell_apart_go_into_the_next_one() -> None:
    days = [dt.date(2025, 1, 17), dt.date(2025, 1, 18), dt.date(2025, 1, 19)]
    joined = {"all": [10, 12, 20], "seen": [10, 10, 10], "silent": [0, 2, 10]}
    rows = [
        (group, day + 1, days[day], count, sum(counts[: day + 1]), 100, sum(counts[: day + 1]) / 100, 0.0, 1.0)
        for group, counts in joined.items()
        for day, count in enumerate(counts)
    ]

    finding = SECTIONS["participation"](participation(*rows), context())

    assert [row[1:4] for row in cells(finding)] == [
        ["17 Jan", "10", "10"],
        ["19 Jan", "", "42"],
        ["17 Jan", "10", "10"],
        ["19 Jan", "", "30"],
        ["17 Jan", "0", "0"],
        ["19 Jan", "", "12"],
    ]
    assert "**42 took part, 42.0%**" in finding.sentence


@pytest.mark.parametrize(
    ("lang", "invitation", "words"),
    [
        ("en", "mails", "Of 100 members invited, **20 took part, 20.0%**"),
        ("en", "mails", "Another 7 took part without being invited: this rate leaves them out"),
        ("zh", "mails", "另有 7 位参与者不在受邀名单里：参与率不含他们"),
        ("en", None, "Of 100 members registered before the start, **20 took part, 20.0%**"),
        ("zh", None, "另有 7 位参与者在活动开始后才注册"),
    ],
)
def test_participants_whom_nobody_invited_are_told_apart(lang: Any, invitation: str | None, words: str) -> None:
    frame = participation(("all", 1, dt.date(2025, 1, 17), 20, 20, 100, 0.2, 0.13, 0.29)).assign(uninvited=7)

    finding = SECTIONS["participation"](frame, context(lang=lang, invitation=invitation))

    assert words in finding.sentence


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "None of 100 members who could take part is among the 688 participants: their ids probably differ"),
        ("zh", "100 位有资格的会员，没有一位在 688 位参与者里：两处的用户编号多半对不上，参与率未知，不是 0。"),
    ],
)
def test_invited_people_of_other_ids_have_an_unknown_rate(lang: Any, words: str) -> None:
    frame = participation(("all", 1, dt.date(2025, 1, 17), 0, 0, 100, 0.0, 0.0, 0.04)).assign(uninvited=688)

    finding = SECTIONS["participation"](frame, context(lang=lang, invitation="mails"))

    assert words in finding.sentence
    assert (finding.entries, finding.covered) == ((), False)
