"""The web page: whole, self-contained, accessible, and the same every time."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from fontTools.ttLib import TTFont
from lxml import html as lxml_html
from lxml.html import HtmlElement
from nbformat import NotebookNode

from retro.blocks import Cell, Column, Figure, Note, Paragraph, Scorecard, ScoreRow, Table, read_document, spans
from retro.errors import PublishError
from retro.ledger import Ledger, entry
from retro.publish import Around, Related
from retro.publish.html import RetroHTMLExporter


@pytest.fixture(scope="module")
def exporter() -> RetroHTMLExporter:
    return RetroHTMLExporter()


@pytest.fixture
def page(exporter: RetroHTMLExporter, notebook: Callable[..., NotebookNode]) -> HtmlElement:
    return lxml_html.document_fromstring(exporter.from_document(read_document(notebook("zh"), "zh")).encode())


def texts(nodes: list[HtmlElement]) -> list[str]:
    return [" ".join(node.text_content().split()) for node in nodes]


def test_page_says_what_it_is(page: HtmlElement) -> None:
    assert page.get("lang") == "zh-CN"
    assert page.findtext(".//title") == "新人周复盘"
    assert texts(page.xpath("//h1")) == ["新人周复盘"]
    assert texts(page.xpath("//h2 | //h3")) == ["转化漏斗", "每一步", "每一步", "口径 与 定义"]
    assert texts(page.xpath("//header//dd")) == ["2025年1月", "2025年4月8日"]


def test_page_loads_nothing_and_runs_its_own_script_alone(
    exporter: RetroHTMLExporter, notebook: Callable[..., NotebookNode]
) -> None:
    source = exporter.from_document(read_document(notebook("zh"), "zh"))
    page = lxml_html.document_fromstring(source.encode())
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    style = page.findtext(".//style")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:;")
    assert "unsafe" not in policy
    (script,) = page.xpath("//script")
    code = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    assert policy.endswith(f"; script-src 'sha256-{code}'")
    assert not script.attrib
    assert not re.findall(r"https?:|fetch\(|XMLHttpRequest|import\(|eval\(|innerHTML", script.text)
    assert not page.xpath("//link | //iframe | //object | //*[@style] | //svg//style | //@onload")
    assert all(src.startswith("data:") for src in page.xpath("//@src"))
    assert not re.findall(r"url\((?!data:)(?!#)", style)
    assert page.xpath("//a[starts-with(@href, 'http')]/@href") == ["https://a.example"]


def test_page_shows_no_code_and_no_other_language(page: HtmlElement) -> None:
    said = page.xpath("//body")[0].text_content()
    for absent in ("secret_code", "shown in Jupyter only", "beware", "Definitions"):
        assert absent not in said
    assert "printed  code" in said


def test_ids_are_unique_ascii_and_links_lead_somewhere(page: HtmlElement) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(name.isascii() for name in ids)
    targets = {href[1:] for href in page.xpath("//a/@href | //*[local-name()='use']/@href") if href.startswith("#")}
    assert targets <= set(ids)
    assert page.xpath("//main//a[text()='定义']/@href") == ["#s3"]
    assert texts(page.xpath("//nav[@class='contents']//a")) == ["转化漏斗", "每一步", "每一步", "口径 与 定义"]


def test_verdict_opens_with_badge_and_moment(page: HtmlElement) -> None:
    (verdict,) = page.xpath("//section[@class='verdict']")
    assert texts(verdict.xpath("./p")) == ["▲ 有提醒数据截至 2025年3月31日", "注册 超过 目标。", "第二句 <b>&"]
    assert not verdict.xpath(".//b")


def test_scorecard_leaves_out_empty_columns_and_keeps_its_roles(page: HtmlElement) -> None:
    (card,) = page.xpath("//table[@class='scorecard']")
    assert texts(card.xpath(".//thead//th")) == ["指标", "本期", "目标", "状态"]
    assert texts(card.xpath(".//tbody//th")) == ["留存", "复购"]
    assert card.xpath("string(.//span[contains(@class, 'bad')])") == "■ 未达成"
    assert card.get("role") == "table"
    assert "暂无数据" in card.xpath(".//tbody/tr[2]")[0].text_content()


def test_tables_are_captioned_scoped_and_scroll_by_keyboard(page: HtmlElement) -> None:
    (details,) = page.xpath("//details[@class='data']")
    assert texts(details.xpath("./summary")) == ["展开数据表每日明细2 行"]
    assert details.get("open") is None
    (region,) = details.xpath(".//div[@class='scroll']")
    assert (region.get("role"), region.get("tabindex"), region.get("aria-label")) == ("region", "0", "每日明细")
    assert region.xpath(".//thead//th/@scope") == ["col", "col"]
    assert region.xpath(".//tbody//th/@scope") == ["row", "row"]
    assert region.xpath(".//td[contains(@class, 'good')]/@class") == ["number good"]


def test_a_row_that_no_page_holds_is_read_from_top_to_bottom(
    exporter: RetroHTMLExporter, notebook: Callable[..., NotebookNode]
) -> None:
    def heads(count: int) -> list[str]:
        columns = tuple(Column(label=f"c{n}", numeric=n > 0) for n in range(count))
        row = tuple(Cell(text=f"v{n}") for n in range(count))
        document = read_document(notebook("zh", [Table(caption="宽表", columns=columns, rows=(row,))]), "zh")
        page = lxml_html.document_fromstring(exporter.from_document(document).encode())
        return texts(page.xpath("//table[.//caption[contains(., '宽表')]]//thead//th"))

    assert heads(12) == ["c0", "v0"]
    assert heads(11) == [f"c{n}" for n in range(11)]


def test_a_caption_that_repeats_a_heading_is_only_read_out(
    exporter: RetroHTMLExporter, notebook: Callable[..., NotebookNode]
) -> None:
    twin, other = (Table(caption=caption, columns=(Column(label="a"),), rows=()) for caption in ("每一步", "别的"))
    source = exporter.from_document(read_document(notebook("zh", [twin, other]), "zh"))
    captions = lxml_html.document_fromstring(source.encode()).xpath("//div[@class='scroll']//caption")
    assert [(caption.text_content(), caption.get("class")) for caption in captions] == [
        ("每一步", "spoken"),
        ("别的", None),
    ]


def test_charts_are_described_and_have_a_narrow_twin(page: HtmlElement) -> None:
    wide, narrow = page.xpath("//figure//*[local-name()='svg']")
    for svg in (wide, narrow):
        (title,) = svg.xpath("./*[local-name()='title']")
        assert (svg.get("role"), title.text, svg.get("aria-labelledby")) == ("img", "柱状图：三天", title.get("id"))
        assert svg.get("width") is None
    assert wide.getparent().get("class") == "chart wide"
    assert narrow.getparent().get("class") == "chart narrow"


def test_page_is_the_same_every_time(notebook: Callable[..., NotebookNode]) -> None:
    first, second = (RetroHTMLExporter().from_document(read_document(notebook("zh"), "zh")) for _ in range(2))
    assert first == second


def test_fonts_hold_every_character_and_no_others(page: HtmlElement) -> None:
    embedded = re.findall(r"font/woff2;base64,([^)]+)\)", page.findtext(".//style"))
    assert len(embedded) == 2
    for data in embedded:
        characters = {chr(code) for code in TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()}
        assert {*"".join(page.xpath("//body//text()[not(parent::script)]"))} - characters <= {"\n"}
        assert len(characters) < 400


def test_english_page_speaks_english(exporter: RetroHTMLExporter, notebook: Callable[..., NotebookNode]) -> None:
    page = lxml_html.document_fromstring(exporter.from_document(read_document(notebook("en"), "en")).encode())
    assert page.get("lang") == "en"
    assert texts(page.xpath("//h2")) == ["Funnel", "Definitions"]
    assert texts(page.xpath("//aside/p[@class='eyebrow']")) == ["Key finding", "Not covered"]


def test_exporter_serves_nbconvert(exporter: RetroHTMLExporter, notebook: Callable[..., NotebookNode]) -> None:
    content, resources = exporter.from_notebook_node(notebook("zh"))
    assert content.startswith("<!doctype html>")
    assert resources["output_extension"] == ".html"


def test_broken_links_and_hostile_charts_are_refused(
    exporter: RetroHTMLExporter, notebook: Callable[..., NotebookNode], chart: str
) -> None:
    link = Paragraph(spans=(spans("x")[0].model_copy(update={"href": "#nowhere"}),))
    with pytest.raises(PublishError, match="report: link must name a heading, got '#nowhere'"):
        exporter.from_document(read_document(notebook("zh", [link]), "zh"))
    hostile = Figure(svg=chart.replace("<metadata>", "<script>").replace("</metadata>", "</script>"), alt="图")
    with pytest.raises(PublishError, match="chart must hold no scripts and nothing from outside, got 'script'"):
        exporter.from_document(read_document(notebook("zh", [hostile]), "zh"))


def test_a_page_with_surroundings_leads_to_them_and_opens_its_figures(
    exporter: RetroHTMLExporter, notebook: Callable[..., NotebookNode]
) -> None:
    card = Scorecard(caption="c", columns=("a",) * 6, rows=(ScoreRow(label="l", value="1", figure="gmv"),))
    note = Note(spans=spans("d"), figures=("gmv", "not_recorded"))
    around = Around(
        "2025Q1/week 1", ("zh", "en"), made_from=(Related("2025Q1/夜", {"zh": "夜", "en": "Night"}),),
        ledger=Ledger([entry("gmv", Decimal(249_000))]), input_hash="abc123",
    )  # fmt: skip
    document = read_document(notebook("zh", [card, note]), "zh")
    page = lxml_html.document_fromstring(exporter.from_document(document, around, ("html", "pdf")).encode())
    links = {link.text: link.get("href") for link in page.xpath("//nav[@class='site']//a")}
    assert links == {
        "全部报告": "../../../index.html",
        "夜": "../../../2025Q1/%E5%A4%9C/latest/zh.html",
        "PDF": "zh.pdf",
        "数据质量": "quality.zh.html",
        "English": "en.html",
    }
    (button,) = page.xpath("//table[@class='scorecard']//button")
    (card_of,) = page.xpath(f"//*[@id='{button.get('popovertarget')}']")
    said = card_of.text_content()
    for words in ("成交额", "24.9 万元", "orders", "由输入 abc123 算出并记录。"):
        assert words in said
    (table,) = page.xpath("//table[contains(@class, 'origins')]")
    assert texts(table.xpath("./tbody/tr/th")) == ["成交额"]


def test_a_figure_named_by_a_word_of_the_shop_opens(
    exporter: RetroHTMLExporter, notebook: Callable[..., NotebookNode]
) -> None:
    name = 'App "Store"_scene_gmv'
    card = Scorecard(caption="c", columns=("a",) * 6, rows=(ScoreRow(label="l", value="1", figure=name),))
    around = Around("2025Q1/week 1", ("zh",), ledger=Ledger([entry(name, Decimal(9))]))
    content = exporter.from_document(read_document(notebook("zh", [card]), "zh"), around)
    page = lxml_html.document_fromstring(content.encode())
    (button,) = page.xpath("//table[@class='scorecard']//button")
    (opened,) = page.xpath(f"//*[@id='{button.get('popovertarget')}']")
    assert opened.get("id").split() == [opened.get("id")]
    assert 'App "Store"场景成交额' in opened.text_content()


def test_a_page_that_stands_alone_leads_nowhere(page: HtmlElement) -> None:
    assert not page.xpath("//nav[@class='site'] | //button")
