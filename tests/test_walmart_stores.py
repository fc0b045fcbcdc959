"""The public shops of a chain, end to end: weeks in place of orders, and the figures that are published of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import html as lxml_html

from browsing import faults_of
from papers import sheets_at_fault
from retro.ledger import read_ledger
from retro.run import Outcome, Request, run_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PARAMS = ROOT / "params" / "walmart_stores"
YEARS = ("+1.17%", "−4.86%", "+13.87%", "121,363,934.60", "123,040,702.35", "+1.38%")
"""Weeks and pairs of weeks of 2011 beside 2010."""

WINTERS = ("christmas_2010", "christmas_2011")


@pytest.fixture(scope="module")
def winters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    if not (ROOT.parent / "shared" / "data" / "walmart_stores" / "store_weeks.parquet").is_file():
        pytest.skip("needs the public data set 'Walmart Store Sales' as ../shared/data/walmart_stores")
    reports = tmp_path_factory.mktemp("reports")
    return {name: run_report(Request(PARAMS / f"{name}.yaml", reports=reports)) for name in WINTERS}


def words(outcome: Outcome, lang: str) -> str:
    page = lxml_html.fromstring((outcome.latest / f"{lang}.html").read_text())
    return " ".join(page.find("body").text_content().split())


@pytest.mark.parametrize("winter", WINTERS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_holds_for_all_weeks(winters: dict[str, Outcome], winter: str, lang: str) -> None:
    said = words(winters[winter], lang)

    for figure in (
        *("6,435", "6,737,218,987.11", "46,243,899.58", "39,599,852.99"),
        *("65,821,003.24", "66,593,605.26", "80,931,415.60", "76,998,241.31", "40,432,519.00", "46,042,461.04"),
        *("+42.33%", "+44.01%", "+75.01%", "+66.50%", "−12.57%", "−0.44%"),
        *("50,529,955.16", "46,856,537.11", "47,833,126.05", "46,128,514.25", "+7.84%", "231,219,497.90"),
        *("2,288,886,120.41", "2,448,200,007.35", "2,000,132,859.35", "1,949,959,550.00"),
        *("301,397,792.46", "299,543,953.38", "288,999,911.34", "37,160,221.96", "3,818,686.45"),
    ):
        assert figure in said, figure
    assert {"zh": "最高的两周都没标", "en": "the two highest weeks are not marked"}[lang] in said


@pytest.mark.parametrize(
    ("winter", "lang", "told"),
    [
        ("christmas_2010", "zh", ("44,352,902.59", "314,149,016.96", "204,136,485.83", "45 家店里 42 家")),
        ("christmas_2010", "en", ("44,352,902.59", "314,149,016.96", "Not above: store 33, store 38, store 42.")),
        ("christmas_2011", "zh", ("46,147,400.8", "308,629,246.70", "214,936,932.70", "要合起来看", *YEARS)),
        ("christmas_2011", "en", ("46,147,400.8", "308,629,246.70", "214,936,932.70", "judge both together", *YEARS)),
    ],
)
def test_each_winter(winters: dict[str, Outcome], winter: str, lang: str, told: tuple[str, ...]) -> None:
    said = words(winters[winter], lang)

    assert [one for one in told if one not in said] == []


@pytest.mark.parametrize(("week", "shops"), [("2010-11-26", 41), ("2010-12-24", 42), ("2010-12-31", 2)])
def test_shops_above_their_own_median_week(winters: dict[str, Outcome], week: str, shops: int) -> None:
    year, month, day = map(int, week.split("-"))
    for winter, outcome in winters.items():
        page = lxml_html.fromstring((outcome.latest / "zh.html").read_text())
        cells = [[" ".join(cell.text_content().split()) for cell in row] for row in page.iter("tr")]
        (row,) = [one for one in cells if one[0].endswith(f"{year}年{month}月{day}日") and len(one) == 6]
        assert row[4].endswith(str(shops)), winter


def test_what_weeks_of_shops_cannot_tell(winters: dict[str, Outcome]) -> None:
    outcome = winters["christmas_2011"]
    names = {entry.name for entry in read_ledger(outcome.latest / "ledger.json").entries}

    assert {"node_burst_change", "burst_phase_gmv"} <= names
    assert not {"orders", "burst_phase_orders", "incremental_gmv", "units_per_order"} & names
    assert "There is no table orders" in words(outcome, "en")


def test_its_pages_hold_in_a_browser_at_every_width_and_on_paper(winters: dict[str, Outcome], browser: Browser) -> None:
    for outcome in winters.values():
        assert faults_of(browser, outcome.latest) == {}
        assert sheets_at_fault(outcome.latest) == {}
