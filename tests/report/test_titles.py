"""What stands above charts."""

from __future__ import annotations

import pandas as pd
import pytest

from retro import charts
from retro.blocks import Callout, Figure, Heading, List, Note, Paragraph, spans
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


def _callout(finding: Finding) -> Callout:
    blocks = section_blocks(Section("funnel", lambda *_: finding), finding, None, load_text("en"), {})
    return next(block for block in blocks if isinstance(block, Callout))


def words(*parts: Paragraph | Note) -> list[str]:
    return ["".join(span.text for span in part.spans) for part in parts]


def test_a_long_finding_opens_with_what_it_found_and_says_the_rest_point_by_point() -> None:
    """P&L and ROI were paragraphs of seven sentences, all in large type."""
    rest = [f"Sentence {place} of the finding has some fifty letters in all, no more." for place in range(4)]
    long = Finding(f"**It lost 3 K**: a net loss. It was warm. {' '.join(rest)}\nA second paragraph.")
    short = Finding("**It lost 3 K**: a net loss. It was warm.\nA second paragraph.")

    found, alike = (_callout(one) for one in (long, short))
    lead, points = found.blocks
    assert isinstance(lead, Paragraph)
    assert isinstance(points, List)
    assert words(lead) == [f"It lost 3 K: a net loss. It was warm. {rest[0]} {rest[1]}"]
    assert [words(*item)[0] for item in points.items] == [*rest[2:], "A second paragraph."]
    assert [block.kind for block in alike.blocks] == ["paragraph", "paragraph"]


def test_what_nobody_asks_for_in_a_meeting_stands_with_the_definition() -> None:
    one = Finding("Sold 5.", parts=(), footnote="Payment fees are not given. ")

    *_, note = section_blocks(Section("pnl", lambda *_: one), one, None, load_text("en"), {})

    assert isinstance(note, Note)
    assert words(note)[0].startswith("Payment fees are not given.\nDefinition: the orders attributed")
