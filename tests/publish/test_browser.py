"""Pages in a real browser: whole at every width, silent, offline, operable by keyboard, free of barriers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat import NotebookNode

from browsing import WIDTHS, axe, barriers, unfold
from retro.blocks import Callout, Cell, Column, Heading, Note, Paragraph, Scorecard, ScoreRow, Table, spans
from retro.files import write_json
from retro.ledger import Ledger, entry
from retro.publish import Around, Manifest, PublishedFile, Related, publish, write_index, write_manifest
from retro.publish.around import NAMES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LONG = "超长名称" * 16 + "x" * 64
"""128 characters without a blank."""

RARE = "𠮷野家 䶮 體驗 🎉"
TOOLS = ("zh.html", "index.html", "actions.html")
PAGES = (*TOOLS, "en.html", "index.en.html", "actions.en.html")


def more_blocks() -> list[Any]:
    """Blocks that try a page: a wide table, long words, rare signs, figures that open."""
    labels = ("指标", "本期", "区间", "目标", "上期", "状态")
    rows = (
        ScoreRow(
            label="成交额", value="24.9 万元", target="30 万元", status="bad", status_text="■ 未达成", figure="gmv"
        ),
        ScoreRow(label=LONG, value="1", target="2", status="good", status_text="✓ 达成"),
    )
    wide = Table(
        caption=f"宽表 {RARE}",
        columns=(Column(label="渠道"), *(Column(label=f"第 {at} 列", numeric=True) for at in range(1, 9))),
        rows=(
            *(
                (Cell(text=name), *(Cell(text=f"{value * at:,}") for at in range(1, 9)))
                for name, value in zip("丙甲丁乙戊己", (30, 2, 400, 1, 5, 6), strict=True)
            ),
            (Cell(text="合计", strong=True), *(Cell(text="9", strong=True) for _ in range(7)), Cell(text="")),
        ),
    )
    hostile = Table(
        caption=LONG,
        columns=(Column(label="=1+1"), Column(label=LONG)),
        rows=tuple((Cell(text=text), Cell(text=text)) for text in ("=HYPERLINK(1)", "−4.7 pp", LONG)),
    )
    return [
        Heading(level=1, spans=spans(LONG)),
        Callout(tone="finding", blocks=(Paragraph(spans=spans(LONG + RARE)),)),
        Scorecard(caption="记分卡", columns=labels, rows=rows),
        wide,
        hostile,
        Note(spans=spans("有效订单的金额"), figures=("gmv",)),
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sample: Callable[..., NotebookNode]) -> Path:
    """A catalogue with one report in both languages; its quarter is named but not there."""
    reports = tmp_path_factory.mktemp("reports")
    run = reports / "2025Q1" / "night" / "runs" / "r1"
    run.mkdir(parents=True)
    ledger = Ledger([entry("gmv", Decimal(249_000))])
    around = Around("2025Q1/night", ("zh", "en"), part_of=(Related("2025Q1/quarter", "季度"),), ledger=ledger)
    files: list[PublishedFile] = []
    for lang in ("zh", "en"):
        nbformat.write(sample(lang, more_blocks()), run / f"{lang}.ipynb")
        files += publish(run / f"{lang}.ipynb", run, formats=("html",), around=around).files
    action = {"what": {"zh": LONG, "en": LONG}, "owner": "商品组", "due": "2025-05-31", "proof": "gmv", "aim": "300000"}
    write_json(run / "params.json", {"actions": [action, {**action, "what": "短"}]})
    start = dt.datetime(2025, 1, 10)
    facts = dict.fromkeys(("input_hash", "code_version", "source_fingerprint", "contracts_hash", "params_hash"), "0")
    manifest = Manifest(
        folder="2025Q1", name="night", kind="flash_sale_night", run_id="r1", title={"zh": LONG, "en": "Night"},
        period_start=start, period_end=start + dt.timedelta(days=1), created_at=dt.datetime(2025, 4, 8, tzinfo=dt.UTC),
        langs=("zh", "en"), formats=("html",), badge="passed", headline={"zh": f"亏钱 {RARE}", "en": "Lost"},
        state="lost", files=tuple(files), **facts,
    )  # fmt: skip
    write_manifest(manifest, run)
    (reports / "2025Q1" / "night" / "latest").symlink_to("runs/r1")
    write_index(reports)
    return reports


def address(site: Path, name: str) -> str:
    place = site if name.startswith(("index", "actions")) else site / "2025Q1" / "night" / "latest"
    return (place / name).as_uri()


@pytest.fixture
def opened(browser: Browser, site: Path) -> Iterator[Callable[..., Page]]:
    """Open a page of the site; what it says to the console or asks of anybody else fails the test."""
    contexts, said = [], []

    def visit(name: str, *, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        own = address(site, name)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith((own, "data:")) else said.append(asked.url))
        page.goto(own)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways_or_says_anything(opened: Callable[..., Page], name: str, scheme: str) -> None:
    page = opened(name, color_scheme=scheme)
    unfold(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


def test_a_wide_table_is_whole_on_a_desk_and_keeps_its_key_column_on_a_phone(opened: Callable[..., Page]) -> None:
    page = opened("zh.html")
    wide = page.locator(".scroll[aria-label^=宽表]")
    assert wide.evaluate("(box) => box.scrollWidth - box.clientWidth") <= 0
    page.set_viewport_size({"width": 360, "height": 900})
    assert wide.evaluate("(box) => { box.scrollLeft = 9999; return box.scrollLeft; }") > 0
    key, last = (wide.locator(f"tbody tr:first-child > {cell}").bounding_box() for cell in ("th", "td:last-child"))
    assert key is not None
    assert last is not None
    assert 0 <= key["x"] < 40
    assert last["x"] + last["width"] <= 360


@pytest.mark.parametrize(("name", "scheme"), [(name, scheme) for name in TOOLS for scheme in ("light", "dark")])
def test_axe_finds_no_barrier_and_leaves_no_contrast_undecided(
    opened: Callable[..., Page], name: str, scheme: str
) -> None:
    page = opened(name, color_scheme=scheme)
    unfold(page)

    assert list(barriers(page)) == []


@pytest.mark.parametrize("name", TOOLS)
def test_axe_finds_no_barrier_on_a_phone(opened: Callable[..., Page], name: str) -> None:
    """Colours are those of the wide page; what lies to the side of a table is out of axe's sight here."""
    page = opened(name, width=390)
    page.evaluate(axe())
    found = page.evaluate("() => axe.run({exclude: [['svg']]}, {resultTypes: ['violations']})")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


def column(page: Page, at: int) -> list[str]:
    rows = page.locator(".scroll[aria-label^=宽表] tbody tr:not([hidden])")
    return [row.locator("> *").nth(at).inner_text() for row in rows.all()]


def test_a_table_sorts_by_keyboard_numbers_as_numbers_and_totals_last(opened: Callable[..., Page]) -> None:
    page = opened("zh.html")
    page.locator(".scroll[aria-label^=宽表] .sort").nth(1).focus()
    page.keyboard.press("Enter")
    assert column(page, 1) == ["1", "2", "5", "6", "30", "400", "9"]
    page.keyboard.press("Enter")
    assert column(page, 1) == ["400", "30", "6", "5", "2", "1", "9"]
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"


def test_a_table_filters_as_one_types_and_says_how_much_is_left(opened: Callable[..., Page]) -> None:
    page = opened("zh.html")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("甲")
    assert column(page, 0) == ["甲"]
    assert page.get_by_role("status").inner_text() == "显示 1/7 行"
    page.keyboard.press("Backspace")
    assert len(column(page, 0)) == 7


def test_a_table_downloads_as_csv_that_runs_no_formula(opened: Callable[..., Page]) -> None:
    page = opened("zh.html")
    page.get_by_role("button", name=f"下载 CSV {LONG}").focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows == [["'=1+1", LONG], ["'=HYPERLINK(1)"] * 2, ["-4.7 pp"] * 2, [LONG] * 2]
    assert waiting.value.suggested_filename == f"{LONG[:80]}.csv"


def test_a_figure_opens_where_it_comes_from_and_closes_by_keyboard(opened: Callable[..., Page]) -> None:
    page = opened("zh.html")
    page.locator("button.origin").focus()
    page.keyboard.press("Enter")
    card = page.locator("#o-gmv")
    assert card.is_visible()
    said = card.inner_text()
    assert "24.9 万元" in said
    assert "orders" in said
    page.keyboard.press("Escape")
    assert card.is_hidden()


def test_the_first_key_leads_to_the_report(opened: Callable[..., Page]) -> None:
    page = opened("zh.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "report"


def test_contents_follow_what_is_read(opened: Callable[..., Page]) -> None:
    page = opened("zh.html")
    page.evaluate("document.querySelector('#s4').scrollIntoView()")
    page.wait_for_selector(".contents a[aria-current]")
    assert page.locator(".contents a[aria-current]").get_attribute("href") == "#s4"


def test_without_scripts_the_page_is_whole(opened: Callable[..., Page]) -> None:
    page = opened("zh.html", java_script_enabled=False)
    assert page.locator(".tools").count() == 0
    page.locator("button.origin").click()
    assert page.locator("#o-gmv").is_visible()
    assert page.get_by_text("超长名称").first.is_visible()


def test_the_catalogue_finds_reports_by_word_and_choice(opened: Callable[..., Page]) -> None:
    page = opened("index.html")
    status = page.get_by_role("status")
    assert status.inner_text() == "1/1 份报告"
    page.get_by_label("结论").select_option("lost")
    assert status.inner_text() == "1/1 份报告"
    page.get_by_label("搜索").fill("没有这个词")
    assert status.inner_text() == "0/1 份报告"
    assert page.locator("main section").is_hidden()


def test_links_of_a_page_lead_to_the_catalogue_and_back(opened: Callable[..., Page], site: Path) -> None:
    page = opened("zh.html")
    hrefs = page.locator("nav.site a").evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    assert hrefs[0] == "../../../index.html"
    assert Path(os.path.normpath(site / "2025Q1" / "night" / "latest" / hrefs[0])) == site / "index.html"
    assert NAMES["html"].format(lang="en") in hrefs
    assert "../../../2025Q1/quarter/latest/zh.html" in hrefs
