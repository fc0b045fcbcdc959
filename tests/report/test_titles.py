"""What stands above charts."""

from __future__ import annotations

import pandas as pd
import pytest

from retro import charts
from retro.blocks import Figure, Heading, Paragraph, spans
from retro.charts import Chart
from retro.i18n import Lang, Text, load_text
from retro.report.sections import section_blocks, weighed
from retro.sections import Finding, Section
from retro.sections.section import Exhibit
from telling import context_of

RATES = pd.DataFrame({"label": ["A"], "estimate": [0.5], "low": [0.4], "high": [0.6]})


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    return charts.forest(frame, text, value="Rate", unit="rate")


@pytest.mark.parametrize(
    ("lang", "sentence", "own", "expected"),
    [
        (
            "en",
            "**Half of them came** (95% interval 40.0% – 60.0%), 5 more; the rest stayed. 9 did not.",
            "A came most, 50.0% (95% interval 40.0% – 60.0%). It rained.",
            (["Half of them came, 5 more", "A came most, 50.0%", ""], ["It rained."]),
        ),
        (
            "zh",
            "**来了一半**（95% 区间 40.0% – 60.0%），5 人（平常 3 人；去年 2 人）；其余没来。",
            "A 来得最多，50.0%。下雨了。",
            (["来了一半，5 人（平常 3 人；去年 2 人）", "A 来得最多，50.0%", ""], ["下雨了。"]),
        ),
    ],
)
def test_a_chart_has_the_finding_that_it_shows_as_its_title(
    lang: Lang, sentence: str, own: str, expected: tuple[list[str], list[str]]
) -> None:
    exhibits = (Exhibit(draw, RATES), Exhibit(draw, RATES, sentence=own), Exhibit(draw, RATES))
    section = Section("funnel", lambda *_: Finding(""))
    blocks = section_blocks(section, Finding(sentence, exhibits=exhibits), None, load_text(lang), {})

    titles = [block.title for block in blocks if isinstance(block, Figure)]
    said = ["".join(span.text for span in block.spans) for block in blocks if isinstance(block, Paragraph)]
    assert (titles, said) == expected


def test_a_finding_says_once_what_its_charts_show() -> None:
    finding = Finding("Sold 5.", exhibits=(Exhibit(draw, RATES),), shows="Half came.")

    assert [
        block.title
        for block in section_blocks(Section("funnel", lambda *_: finding), finding, None, load_text("en"), {})
        if isinstance(block, Figure)
    ] == ["Half came"]


@pytest.mark.parametrize(
    ("finding", "quiet"),
    [
        (Finding("The cost is not known."), True),
        (Finding("The cost is not known.", warnings=("Two days are lost.",)), False),
        (Finding("The cost is not known.", exhibits=(Exhibit(sentence="But half of it is."),)), False),
        (Finding("No table `ads`.", covered=False), False),
    ],
)
def test_a_section_that_is_one_sentence_leaves_one_line(finding: Finding, quiet: bool) -> None:
    """What is not covered is gathered with its neighbours instead."""
    params = context_of("content", start="2024-11-25", end="2024-12-23T00:00").params
    (heading,) = weighed((Heading(level=2, spans=spans("Payback")),), "payback", finding, params)

    assert isinstance(heading, Heading)
    assert heading.quiet == quiet
