"""A notebook that holds one block of each kind, in both languages, with charts as matplotlib writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
import nbformat.v4 as nb
import pytest
from nbformat import NotebookNode

from retro.blocks import (
    BLOCKS_MIME,
    Block,
    Callout,
    Cell,
    Column,
    Cover,
    Figure,
    Image,
    Note,
    Paragraph,
    Quote,
    Scorecard,
    ScoreRow,
    Table,
    Verdict,
    dump_blocks,
    spans,
)

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

CHART = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="200pt" height="100pt" viewBox="0 0 200 100"
 xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata>made by nobody</metadata>
 <defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>
 <g id="figure_1"><path d="M 0.123456 0 L 10 -0.001" clip-path="url(#p1)" style="fill: #ffffff"/>
 <use xlink:href="#m1" x="5.55555" style="stroke: #0F5EA8; stroke-width: 0.8"/>
 <text style="font: 10px 'Noto Sans SC'; text-anchor: middle" x="50" y="50">%s</text></g>
 <defs><clipPath id="p1"><rect x="0" y="0" width="200" height="100"/></clipPath><path id="m1" d="M 0 0 L 0 3.5"/></defs>
</svg>"""


def sample_blocks(lang: str) -> list[Block]:
    zh = lang == "zh"
    return [
        Verdict(
            sentences=(
                spans("注册 **超过** 目标。" if zh else "Registrations **beat** the goal."),
                spans("第二句 <b>&"),
            ),
            badge="▲ 有提醒" if zh else "▲ warnings",
            badge_tone="watch",
            observed_until="数据截至 2025年3月31日" if zh else "Data until 31 Mar 2025",
        ),
        Scorecard(
            caption="目标与结果" if zh else "Goals",
            columns=("指标", "本期", "区间", "目标", "上期", "状态")
            if zh
            else ("Figure", "Now", "CI", "Goal", "Last", "State"),
            rows=(
                ScoreRow(
                    label="留存" if zh else "Retention",
                    value="72.1%",
                    target="85%",
                    status="bad",
                    status_text="■ 未达成",
                ),
                ScoreRow(label="复购", value="", status=""),
            ),
        ),
        Callout(tone="finding", blocks=(Paragraph(spans=spans("要点一句" if zh else "one finding")),)),
        Figure(
            svg=CHART % "宽图",
            narrow_svg=CHART % "窄图",
            alt="柱状图：三天" if zh else "Bars: three days",
            caption="图注",
        ),
        Table(
            caption="每日明细" if zh else "By day",
            folded=True,
            columns=(Column(label="日期"), Column(label="人数", numeric=True)),
            rows=(
                (Cell(text="1月10日"), Cell(text="12,345", tone="good")),
                (Cell(text="合计", strong=True), Cell(text="")),
            ),
        ),
        Callout(tone="not_covered", blocks=(Paragraph(spans=spans("没有表 reviews")),)),
        Quote(blocks=(Paragraph(spans=spans("任务很简单")),)),
        Image(mime="image/png", data=PIXEL, alt="一个像素"),
        Note(spans=spans("分母：已观察用户")),
    ]


def sample_notebook(lang: str, more: Sequence[Block] = ()) -> NotebookNode:
    """The notebook of one language; `more` blocks come last."""
    opening = Cover(
        title="新人周复盘" if lang == "zh" else "New-user week",
        subtitle="副标题" if lang == "zh" else "A subtitle",
        period="2025年1月",
        shop="示例店" if lang == "zh" else "Demo shop",
        lang=lang,  # type: ignore[arg-type]  # one of the two
        dated_on=dt.date(2025, 4, 8),
        details=("运营部",),
    )
    prose = {
        "zh": (
            "# 转化漏斗\n\n见[定义](#口径-与-定义)与 <https://a.example>。\n\n"
            "## 每一步\n\n- 甲\n  1. 乙\n\n# 每一步\n\n# 口径 与 定义"
        ),
        "en": (
            "# Funnel\n\nSee [definitions](#Definitions) and <https://a.example>.\n\n"
            "## Steps\n\n- a\n  1. b\n\n# Definitions"
        ),
    }

    def emits(blocks: Sequence[Block]) -> NotebookNode:
        data = {BLOCKS_MIME: dump_blocks(blocks), "text/plain": "shown in Jupyter only"}
        return nb.new_code_cell("secret_code()", outputs=[nb.new_output("display_data", data)], execution_count=1)

    cells = [
        emits([opening]),
        *(nb.new_markdown_cell(text, metadata={"tags": [f"lang:{of}"]}) for of, text in prose.items()),
        emits([*sample_blocks(lang), *more]),
        nb.new_markdown_cell("---\n\n```\nprinted  code\n```\n\n| a | b |\n|:--|--:|\n| **c** | 1 |"),
    ]
    cells[3].outputs.append(nb.new_output("stream", name="stderr", text="UserWarning: beware\n"))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return nb.new_notebook(cells=cells)


@pytest.fixture
def notebook() -> Callable[..., NotebookNode]:
    """Make the sample notebook: `notebook("zh")`."""
    return sample_notebook


@pytest.fixture(scope="session")
def sample() -> Callable[..., NotebookNode]:
    """Make the sample notebook with further blocks, for fixtures that live longer than a test."""
    return sample_notebook


@pytest.fixture
def notebook_file(tmp_path: Path) -> Callable[..., Path]:
    """Write the sample notebook of a language and give its path."""

    def write(lang: str, more: Sequence[Block] = ()) -> Path:
        path = tmp_path / f"{lang}.ipynb"
        nbformat.write(sample_notebook(lang, more), path)
        return path

    return write


@pytest.fixture
def chart() -> str:
    """A chart as matplotlib writes one."""
    return CHART % "图"
