"""What the section `brand_wave` says and draws."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from retro.i18n import load_text
from retro.sections import SECTIONS
from retro.sections.brand_wave import draw
from telling import cells, context_of, entries, finder, words_of

find = finder(partial(context_of, "brand_wave", start="2024-11-25", end="2024-12-23T00:00", brand="Us"))


def measure(name: str, value: float, was: float, half: float, **given: Any) -> dict[str, Any]:
    change = value - was
    row = {
        "measure": name, "wave": "w2", "earlier": "w1", "answers": 2000, "yes": 1100, "effective": 1490.3,
        "design_effect": 1.342, "value": value, "low": value - half, "high": value + half, "earlier_answers": 1900,
        "earlier_yes": 900, "earlier_value": was, "earlier_low": was - half, "earlier_high": was + half,
        "change": change, "change_low": change - 1.4 * half, "change_high": change + 1.4 * half,
        "clear": abs(change) > 1.9 * half, "beyond": change > 1.9 * half,
        "rivals_change": 0.01 if half < 0.03 else None,
    }  # fmt: skip
    return row | given


FRAME = pd.DataFrame(
    [measure("aided", 0.55, 0.45, 0.025), measure("considers", 0.44, 0.43, 0.03), measure("csat", 4.2, 4.5, 0.05)]
)
COURSE = pd.DataFrame(
    {
        "wave": ["w1", "w2"], "answers": [1900, 2000], "aided": [0.45, 0.55], "unaided": [0.2, 0.3],
        "considers": [0.43, 0.44], "csat": [4.5, 4.2], "nps": [22.0, 36.0], "aided_yes": [3, 1100],
        "unaided_yes": [380, 600], "considers_yes": [400, 480],
    }
)  # fmt: skip


def test_what_rose_fell_and_stayed() -> None:
    english, chinese = words_of(find, "brand_wave", FRAME, COURSE)

    assert "2,000 people answered wave w2, which tell as much as 1,490 of equal weight." in english
    assert "**Awareness rose to 55.0%** (from 45.0% in wave w1: +10.0 pp, 95% interval +6.5 to +13.5 pp;" in english
    assert "; rivals on average +1.0 pp)." in english
    assert "Consideration is 44.0%, without a clear change from wave w1 (43.0%; −3.2 to +5.2 pp)." in english
    assert "**Satisfaction fell to 4.20** (from 4.50 in wave w1: −0.30, 95% interval −0.37 to −0.23)." in english
    assert "**品牌认知升到 55.0%**" in chinese
    rose = pd.DataFrame([measure("nps", 37.0, 23.0, 4.0)])
    english, chinese = words_of(find, "brand_wave", rose, COURSE)
    assert "**NPS rose to 37.0** (from 23.0 in wave w1: +14.0, 95% interval +8.4 to +19.6)." in english
    assert "**净推荐值（NPS）升到 37.0**（w1 波 23.0，变化 +14.0，" in chinese
    finding = find("brand_wave", FRAME, COURSE)
    assert finding.shown
    assert len(finding.headline) == 2
    told = entries(finding)
    assert told["brand_csat_change"].low < 0
    assert told["brand_aided_rate"].denominator == 2000


def test_few_who_knew_the_brand_are_masked_with_their_share() -> None:
    frame = FRAME.assign(yes=[3, 1100, None])
    finding = find("brand_wave", frame, COURSE)

    assert "55.0%" not in finding.sentence
    assert entries(finding)["brand_aided_rate"].value is None
    assert cells(finding)[0][4:7] == ["", "", ""]
    waves = finding.exhibits[-1].table
    assert waves is not None
    assert [cell.text for cell in waves.rows[0]][:3] == ["w1", "1,900", ""]
    nobody = find("brand_wave", FRAME.assign(answers=3), COURSE)
    assert (nobody.covered, nobody.sentence) == (False, load_text("en")("privacy.few"))


def test_a_quiet_wave_is_told_in_one_line_of_the_verdict() -> None:
    finding = find("brand_wave", FRAME.assign(clear=False), COURSE)

    assert finding.headline == ("No measure of the brand clearly changed from wave w1. ",)
    assert not finding.shown


def test_what_rises_with_all_rivals_is_no_effect() -> None:
    assert not find("brand_wave", FRAME.assign(beyond=False), COURSE).shown


def test_a_first_wave_has_nothing_beside_it() -> None:
    alone = FRAME.assign(earlier=None, earlier_value=float("nan"), change=float("nan"), change_low=float("nan"))
    english, _ = words_of(find, "brand_wave", alone, COURSE)

    assert "Awareness is **55.0%** (95% interval 52.5% to 57.5%)." in english
    assert english.endswith("There is no earlier wave to compare with.")


def test_no_wave_or_no_brand() -> None:
    nothing = find("brand_wave", FRAME.iloc[:0], COURSE.iloc[:0])
    assert (nothing.covered, nothing.entries) == (False, ())
    assert nothing.sentence == "No wave that begins in the campaign asks about “Us”."
    assert "name no" not in nothing.sentence
    assert "do not name the own brand" in find("brand_wave", FRAME, COURSE, brand="").sentence


def test_the_chart_has_two_rows_a_share() -> None:
    masked = SECTIONS["brand_wave"].masked([FRAME])[0]
    alt = draw(masked[masked["measure"] == "aided"], load_text("en")).alt

    assert "Awareness, w2" in alt
    assert "Awareness, w1" in alt
