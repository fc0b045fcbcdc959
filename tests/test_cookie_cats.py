"""A real A/B test end to end: two retention figures, a sample ratio that is off, and the verdict on both pages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import html as lxml_html
from pypdf import PdfReader

from browsing import faults_of
from papers import sheets_at_fault
from retro.ledger import read_ledger
from retro.run import Outcome, Request, run_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PARAMS = ROOT / "params" / "cookie_cats" / "experiment.yaml"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    if not (ROOT.parent / "shared" / "data" / "cookie_cats" / "cookie_cats.parquet").is_file():
        pytest.skip("needs the public data set 'Cookie Cats' as ../shared/data/cookie_cats/cookie_cats.parquet")
    return run_report(Request(PARAMS, reports=tmp_path_factory.mktemp("reports")))


WORDS = {
    "zh": [
        "不上线“gate_40”，保留“gate_30”",
        "−0.59 个百分点（95% 区间 −1.24 至 +0.06 个百分点，p = 0.074，Holm 校正后 0.074）",
        "−0.82 个百分点（95% 区间 −1.33 至 −0.31 个百分点，p = 0.002，Holm 校正后 0.003）",
        "分流比例偏离计划：gate_30 44,700、gate_40 45,489，计划 50.0% : 50.0%（p = 0.009）",
        "数据不含时间",
    ],
    "en": [
        "Do not ship “gate_40”, keep “gate_30”",
        "−0.59 pp (95% interval −1.24 to +0.06 pp, p = 0.074, 0.074 after Holm)",
        "−0.82 pp (95% interval −1.33 to −0.31 pp, p = 0.002, 0.003 after Holm)",
        "The split is not as planned: gate_30 44,700, gate_40 45,489, planned 50.0% : 50.0% (p = 0.009)",
        "The data holds no times",
    ],
}


@pytest.mark.parametrize("lang", WORDS)
def test_the_page_keeps_the_gate_and_flags_the_split(outcome: Outcome, lang: str) -> None:
    page = (outcome.latest / f"{lang}.html").read_text()
    words = " ".join(lxml_html.fromstring(page).find("body").text_content().split())

    for sentence in WORDS[lang]:
        assert sentence in words
    assert "2000" not in words.split("start")[0]


@pytest.mark.parametrize("lang", WORDS)
def test_the_pdf_shows_them_too(outcome: Outcome, lang: str) -> None:
    text = "".join(page.extract_text() for page in PdfReader(outcome.latest / f"{lang}.pdf").pages)

    assert "p = 0.002" in " ".join(text.split())  # 0.00155, as published


def test_the_known_differences_are_recorded(outcome: Outcome) -> None:
    ledger = read_ledger(outcome.latest / "ledger.json")
    known = {"day_1": ("-0.005905", "-0.012393", "0.000582"), "day_7": ("-0.008201", "-0.013282", "-0.003121")}

    for day, (value, low, high) in known.items():
        entry = ledger.get(f"first_gate_{day}_retention_effect")
        assert entry is not None
        for found, expected in ((entry.value, value), (entry.low, low), (entry.high, high)):
            assert found is not None
            assert abs(found - Decimal(expected)) < Decimal("0.000002")


def test_a_forced_run_gives_the_same_bytes(outcome: Outcome) -> None:
    names = ("zh.html", "zh.pdf", "en.html", "en.pdf", "ledger.json")
    before = {name: (outcome.latest / name).read_bytes() for name in names}

    forced = run_report(Request(PARAMS, reports=outcome.latest.parents[2], force=True))

    assert not forced.skipped
    assert {name: (forced.latest / name).read_bytes() for name in names} == before


def test_its_pages_hold_in_a_browser_at_every_width_and_on_paper(outcome: Outcome, browser: Browser) -> None:
    assert faults_of(browser, outcome.latest) == {}
    assert sheets_at_fault(outcome.latest) == {}
