"""What the section `tier_migration` says."""

from __future__ import annotations

import re
from decimal import Decimal

import pandas as pd

from retro.i18n import load_text
from retro.sections import SECTIONS
from telling import cells, finder, quarter, words_of

find = finder(quarter)

CHART_TEXT = re.compile(r"<text[^>]*>(.*?)</text>")


def migrated(reactivated: int = 5) -> pd.DataFrame:
    moves = [
        ("dormant", "active", reactivated),
        ("dormant", "dormant", 15),
        ("active", "dormant", 5),
        ("new", "high_value", 5),
    ]
    return pd.DataFrame(
        [*((*move, 0.1) for move in moves), ("not_member", "new", 9, 1.0)],
        columns=["before", "after", "members", "share"],
    )


def test_tiers_say_who_was_reactivated_and_who_fell_asleep() -> None:
    given = migrated()

    assert words_of(find, "tier_migration", given) == (
        (
            "Of 30 members at the start, **5 dormant ones were reactivated** (of 20, 25.0%), while **5 fell dormant** "
            "(of 10, "
            "50.0%); 10 rose to active or high value."
        ),
        (
            "期初的 30 位会员中，沉睡会员**唤醒 5 位**（5/20，25.0%），同时有 **5 位转为沉睡**（5/10，50.0%）；"
            "升入活跃或"
            "高价值的有 10 位。"
        ),
    )
    assert not find("tier_migration", given[given["before"] == "not_member"]).covered


def test_a_few_who_moved_are_in_every_total_and_cannot_be_worked_out() -> None:
    finding = find("tier_migration", migrated(reactivated=2))

    assert finding.sentence == (
        "Of 27 members at the start, **<5 dormant ones were reactivated** (of 17, not computable), while **5 fell "
        "dormant** (of 10, 50.0%); ≥5 rose to active or high value."
    )
    assert cells(finding)[:2] == [["Dormant", "Active", "<5", ""], ["Dormant", "Dormant", "≥5", ""]]
    assert [entry.value for entry in finding.entries] == [None, Decimal("0.5")]
    assert [entry.denominator for entry in finding.entries] == [17, 10]


def test_the_chart_shows_the_marks() -> None:
    (shown,) = SECTIONS["tier_migration"].masked([migrated(reactivated=2)])
    words = CHART_TEXT.findall(SECTIONS["tier_migration"].draw(shown, load_text("en")).svg())

    assert {"&lt;5", "≥5", "Dormant (17)"} <= set(words)
