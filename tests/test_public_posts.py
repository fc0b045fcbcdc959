"""The public posts of a brand and of nine sellers, end to end: what is published of them stands on the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import html as lxml_html

from browsing import faults_of
from papers import sheets_at_fault
from retro.run import Outcome, Request, run_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
NAMES = ("brand_posts", "live_sellers")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    for name in NAMES:
        if not (ROOT.parent / "shared" / "data" / name / "posts.parquet").is_file():
            pytest.skip(f"the public data set {name} is not here")
    folder = tmp_path_factory.mktemp("reports")
    return {name: run_report(Request(ROOT / "params" / name / "content.yaml", reports=folder)) for name in NAMES}


def words(outcome: Outcome, lang: str) -> str:
    page = lxml_html.fromstring((outcome.latest / f"{lang}.html").read_text())
    return " ".join(page.find("body").text_content().split())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_brands_posts(reports: dict[str, Outcome], lang: str) -> None:
    said = words(reports["brand_posts"], lang)

    for figure in (
        *("6,951,680", "14,792,974", "460,172", "399,386", "707,565", "3,741", "88,795", "13,524", "106,060"),
        *("46,080", "43.45%", "61,776", "58.25%", "216.5798", "217.0444", "89.0455", "295.8571"),
        *("4,675", "11,096", "7,422", "30,624", "5,880", "5,244", "4,800", "7,132", "4,903"),
    ):
        assert figure in said, figure


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sellers_posts(reports: dict[str, Outcome], lang: str) -> None:
    said = words(reports["live_sellers"], lang)

    for figure in (
        *("6,999", "172.3308", "15.4755", "2.4915", "283.3699", "642.7450", "115.7282"),
        *("442.7409", "36.4290", "2.5766", "370.1429", "5.6984", "4.3968", "1,499,524"),
        *("920,104", "61.36%", "1,209,260", "80.64%", "20,990", "175.72", "1,133.72", "4,068.45", "2,328.81", "10.38"),
        *("1,574,737", "1,469,417", "89,248", "8,769", "4,885", "1,628", "771"),  # reactions by kind, of distinct rows
        *{"zh": ("共 7,050 行，其中 51 行",), "en": ("holds 7,050 rows, of which 51 are equal",)}[lang],
        *{"zh": ("9 位里有 8 位的视频平均评论多于图文", "不是实验"), "en": ("for 8 of 9", "no experiment")}[lang],
    ):
        assert figure in said, figure


def test_their_pages_hold_in_a_browser_at_every_width_and_on_paper(
    reports: dict[str, Outcome], browser: Browser
) -> None:
    for outcome in reports.values():
        assert faults_of(browser, outcome.latest) == {}
        assert sheets_at_fault(outcome.latest) == {}
