"""Slides: what decides, one finding a slide, charts that can be edited, and the same bytes every time."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Inches

from retro.blocks import (
    Bars,
    Block,
    Brief,
    Callout,
    Cover,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Planned,
    ScoreRow,
    Verdict,
    spans,
)
from retro.errors import PublishError
from retro.publish.slides import slides

BARS = Bars(title="=人数", names=("=甲", "乙"), values=(9.0, 4.0), words=("9 人", "4 人"))
LONG = "长" * 200


def finding(at: int, chart: str, bars: Bars | None = None) -> list[Block]:
    return [
        Heading(level=1, spans=spans(f"第 {at} 节"), worth=1 if at else 3),
        Callout(tone="finding", blocks=(Paragraph(spans=spans(f"发现 {at}。后半句 {LONG}。")),)),
        Figure(svg=chart.replace("</svg>", f"<!-- {at} --></svg>"), alt=f"图 {at}", bars=bars),
        Note(spans=spans(f"定义 {at}")),
    ]


def document(chart: str, count: int = 2) -> Document:
    tiles = (
        ScoreRow(label="成交额", value="8 万元", target="10 万元", status="bad", status_text="■ 未达成", figure="gmv"),
        ScoreRow(label="留存", value="72.0% (72/100)", target="60%", status="good", status_text="✓ 达成"),
        ScoreRow(label="无目标", value="3"),
    )
    brief = Brief(
        state="lost", first=(spans("亏钱：净贡献 −10 万元。"), spans("停办。")), why=(spans("依据一"),), tiles=tiles,
        chart=Figure(svg=chart, alt="总图"), actions=(Planned(what=LONG, owner="商品组", due="2025年5月31日"),),
        reservation=spans("没有随机对照。"),
    )  # fmt: skip
    verdict = Verdict(sentences=(), badge="✓ 通过", badge_tone="good", observed_until="数据截至 4月1日", brief=brief)
    blocks = [verdict, *(block for at in range(count) for block in finding(at, chart, BARS if at == 1 else None))]
    cover = Cover(title="夜场复盘", shop="示例", period="2025年2月", dated_on=dt.date(2025, 4, 1))
    return Document(cover, tuple(blocks))


def deck(content: bytes) -> list[object]:
    return list(Presentation(io.BytesIO(content)).slides)


def words(slide: object) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)  # type: ignore[attr-defined]


def test_slides_say_what_decides_one_finding_each(chart: str) -> None:
    found = deck(slides(document(chart))[0])
    titles = [slide.shapes.title.text for slide in found]
    assert titles == [
        "夜场复盘", "关键指标：2 项目标达成 1 项", "目标完成了多少", "一图看结论",
        "发现 0。", "发现 1。", "行动", "主要保留意见",
    ]  # fmt: skip
    assert "▼ 亏钱" in words(found[0])
    assert "亏钱：净贡献 −10 万元。" in words(found[0])
    assert "定义 1" in found[5].notes_slide.notes_text_frame.text
    assert "成交额" in found[1].notes_slide.notes_text_frame.text


def test_a_slide_of_figures_has_no_column_in_which_nothing_stands(chart: str) -> None:
    (table,) = [shape.table for shape in deck(slides(document(chart))[0])[1].shapes if shape.has_table]
    assert [cell.text for cell in table.rows[0].cells] == ["指标", "本期", "目标", "结果"]


def test_ten_slides_hold_the_findings_that_are_worth_most(chart: str) -> None:
    found = deck(slides(document(chart, 12))[0])
    assert len(found) == 10
    assert found[4].shapes.title.text == "发现 0。"


def test_bars_are_charts_that_can_be_edited_and_hold_no_formula(chart: str) -> None:
    found = deck(slides(document(chart))[0])
    (frame,) = [shape for shape in found[5].shapes if shape.has_chart]
    assert list(frame.chart.plots[0].categories) == ["'=甲", "乙"]
    assert list(frame.chart.plots[0].series[0].values) == [9.0, 4.0]
    labels = [frame.chart.plots[0].series[0].points[at].data_label.text_frame.text for at in range(2)]
    assert labels == ["9 人", "4 人"]
    assert frame._element.nvGraphicFramePr.cNvPr.get("descr") == "图 1"
    book = openpyxl.load_workbook(io.BytesIO(frame.chart.part.chart_workbook.xlsx_part.blob))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n"}


def test_attainment_takes_figures_and_targets_that_are_numbers(chart: str) -> None:
    found = deck(slides(document(chart))[0])
    (frame,) = [shape for shape in found[2].shapes if shape.has_chart]
    assert list(frame.chart.plots[0].categories) == ["成交额", "留存"]
    assert [round(value, 6) for value in frame.chart.plots[0].series[0].values] == [0.8, 1.2]


def test_other_charts_are_pictures_with_words_for_those_who_cannot_see(chart: str) -> None:
    found = deck(slides(document(chart))[0])
    (picture,) = [shape for shape in found[4].shapes if not shape.has_text_frame]
    assert picture.image.content_type == "image/png"
    assert picture._element.nvPicPr.cNvPr.get("descr") == "图 0"


def test_everything_lies_on_its_slide(chart: str) -> None:
    file = Presentation(io.BytesIO(slides(document(chart))[0]))
    for slide in file.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= file.slide_width
            assert shape.top + shape.height <= file.slide_height


def test_the_same_document_gives_the_same_bytes_without_the_clock(chart: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = slides(document(chart))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert slides(document(chart))[0] == first
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2025-04-01T00:00:00Z" in file.read("docProps/core.xml")
        books = [name for name in file.namelist() if name.endswith(".xlsx")]
        for name in books:
            with zipfile.ZipFile(io.BytesIO(file.read(name))) as book:
                assert b"2025-04-01T00:00:00Z" in book.read("docProps/core.xml")
    assert len(books) == 2


def test_a_company_template_is_used_without_its_own_slides(chart: str, tmp_path: Path) -> None:
    template = tmp_path / "brand.pptx"
    brand = Presentation()
    brand.slide_width = Inches(12)
    brand.slides.add_slide(brand.slide_layouts[0]).shapes.title.text = "old"
    brand.save(str(template))
    file = Presentation(io.BytesIO(slides(document(chart), template)[0]))
    assert file.slide_width == Inches(12)
    assert "old" not in [slide.shapes.title.text for slide in file.slides]


def test_a_template_that_is_none_is_named(chart: str, tmp_path: Path) -> None:
    template = tmp_path / "brand.pptx"
    template.write_text("x")
    with pytest.raises(PublishError, match=r"brand.pptx: template must be a PowerPoint file \(.pptx\), got"):
        slides(document(chart), template)


def test_a_document_without_verdict_shows_its_findings(chart: str) -> None:
    whole = document(chart)
    found = deck(slides(Document(whole.cover, whole.blocks[1:]))[0])
    assert [slide.shapes.title.text for slide in found] == ["夜场复盘", "发现 0。", "发现 1。"]


def test_signs_that_the_typeface_lacks_are_told(chart: str) -> None:
    whole = document(chart)
    rare = whole.blocks[3].model_copy(update={"svg": chart.replace("图", "🎉")})  # type: ignore[union-attr]
    _, warnings = slides(Document(whole.cover, (*whole.blocks[:3], rare)))
    assert warnings == ("幻灯片：字体缺 🎉，印作方框。请改用文字。",)


def test_a_sentence_that_no_title_holds_stands_below_the_charts_own(chart: str) -> None:
    blocks = [
        Heading(level=1, spans=spans("一节"), worth=3),
        Callout(
            tone="finding",
            blocks=(Paragraph(spans=spans(f"先是{LONG}。")), Paragraph(spans=spans("后一句。"))),
        ),
        Figure(svg=chart, alt="图", title="成交创新高"),
    ]
    (slide,) = deck(slides(Document(document(chart).cover, tuple(blocks)))[0])[1:]

    assert slide.shapes.title.text == "成交创新高"  # type: ignore[attr-defined]
    assert "先是长" in words(slide)
