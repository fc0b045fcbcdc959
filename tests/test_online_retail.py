"""The real shop end to end: one table of invoice lines, mapped by SQL, with sections that it cannot answer."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import html as lxml_html
from pypdf import PdfReader

from browsing import faults_of
from papers import sheets_at_fault
from retro.ledger import Entry, read_ledger
from retro.run import Outcome, Request, run_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

PARAMS = Path(__file__).parents[1] / "params" / "online_retail" / "new_user_week.yaml"


@pytest.fixture(scope="module")
def outcome(online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run_report(Request(PARAMS, reports=tmp_path_factory.mktemp("reports"), source_file=online_retail))


def figure(outcome: Outcome, name: str) -> Entry:
    entry = read_ledger(outcome.latest / "ledger.json").get(name)
    assert entry is not None
    return entry


def test_the_known_figures_of_the_week(outcome: Outcome) -> None:
    assert figure(outcome, "new_users").value == 100
    assert figure(outcome, "first_day_value").value == Decimal("44121.39")

    repurchase = figure(outcome, "repurchase_rate")
    assert (repurchase.numerator, repurchase.denominator) == (14, 100)

    cohort = figure(outcome, "month_1_repurchase_rate")
    assert (cohort.numerator, cohort.denominator) == (86, 358)


@pytest.mark.parametrize(("lang", "not_covered"), [("zh", "该店没有数据表 events"), ("en", "There is no table events")])
def test_the_page_shows_them_and_names_what_it_cannot_answer(outcome: Outcome, lang: str, not_covered: str) -> None:
    page = (outcome.latest / f"{lang}.html").read_text()
    words = " ".join(lxml_html.fromstring(page).find("body").text_content().split())

    assert {"zh": "4.41 万 GBP", "en": "44.1K GBP"}[lang] in words
    assert "14/100" in words
    assert "358" in words
    assert "86 (24.0%)" in words
    assert not_covered in words
    assert "CNY" not in words
    assert not re.search(r"[\d万亿] ?元", words)
    # New customers by day, repurchase, second orders, cohorts, and what the week added with its P&L: no empty chart for
    # what is not covered, and none by the minute, as its minutes are of fewer than five.
    assert "<5" in words
    assert page.count("<figure") == 7


def test_cancelled_invoices_below_nothing_are_deducted(outcome: Outcome) -> None:
    """27 invoices that begin with C lie in the week; they take back what other weeks' invoices sold."""
    page = (outcome.latest / "en.html").read_text()
    (row,) = lxml_html.fromstring(page).xpath("//tr[*[1][normalize-space()='Cancelled or unpaid']]")

    assert row.text_content().split("unpaid")[1].strip().startswith("−")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_shows_them_too(outcome: Outcome, lang: str) -> None:
    text = "".join(page.extract_text() for page in PdfReader(outcome.latest / f"{lang}.pdf").pages)

    assert {"zh": "4.41 万 GBP", "en": "44.1K GBP"}[lang] in " ".join(text.split())
    assert "14/100" in text


@pytest.fixture(scope="module")
def came_back(online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    params = PARAMS.with_name("reactivation.yaml")
    return run_report(Request(params, reports=tmp_path_factory.mktemp("back"), source_file=online_retail))


def test_no_order_is_counted_as_that_of_a_campaign_that_told_nobody(came_back: Outcome) -> None:
    known = {entry.name for entry in read_ledger(came_back.latest / "ledger.json").entries if entry.value}

    assert figure(came_back, "win_back_rate").numerator == 59
    assert figure(came_back, "silent_buyers").value == 545
    assert not {"incremental_gmv", "attributed_gmv", "net_revenue", "contribution", "incremental_roi"} & known


@pytest.mark.parametrize(
    ("lang", "told", "untold"),
    [
        ("zh", "不计增量", "没人知道活动触达了谁，所以一单也不算它带来的"),
        ("en", "nothing is counted as incremental", "so no order is counted as its own"),
    ],
)
def test_its_page_says_so_at_the_top_and_where_money_would_stand(
    came_back: Outcome, lang: str, told: str, untold: str
) -> None:
    page = (came_back.latest / f"{lang}.html").read_text()
    words = " ".join(lxml_html.fromstring(page).find("body").text_content().split())

    assert words.index(told) < words.index(untold)
    assert "1,994" not in words


def test_warnings_of_the_contracts_stand_on_the_badge(outcome: Outcome) -> None:
    assert outcome.manifest.badge == "warning"
    assert "数据校验有 8 项提醒" in (outcome.latest / "zh.html").read_text()


def test_its_pages_hold_in_a_browser_at_every_width_and_on_paper(outcome: Outcome, browser: Browser) -> None:
    assert faults_of(browser, outcome.latest) == {}
    assert sheets_at_fault(outcome.latest) == {}
