"""Blocks as text: what an author wrote comes out as it was written, and what cells emit can be read line by line."""

from __future__ import annotations

import pytest

from retro.blocks import (
    Block,
    Callout,
    Cell,
    Column,
    Cover,
    Document,
    Figure,
    Note,
    Paragraph,
    Preformatted,
    Scorecard,
    ScoreRow,
    Span,
    Table,
    Verdict,
    as_markdown,
    parse_markdown,
    spans,
)

COVER = Cover(title="T", lang="en")


def written(*blocks: Block) -> str:
    """What stands below the title."""
    return as_markdown(Document(COVER, blocks)).removeprefix("# T\n\n").removesuffix("\n")


def test_the_cover_opens_with_the_title_and_what_it_says_of_the_report() -> None:
    cover = Cover(title="Week *1*", shop="Shop", period="1 – 7 May", details=("Data until 8 May",))

    assert as_markdown(Document(cover, ())) == "# Week \\*1\\*\n\n- Shop\n- 1 – 7 May\n- Data until 8 May\n"


@pytest.mark.parametrize(
    "text",
    [
        "Up **12 %** and *more*, `by_day`, see [there](#costs).",
        "First.\nSecond.",
        "第一句。\n第二句，**很好**！\n第三句。",
        "- one\n- two\n  - deeper",
        "1. one\n2. two",
        "> Quoted.\n>\n> Twice.",
        "> [!WARNING]\n> Mind the gap.",
        "```\nkept   as\n\nprinted\n```",
        "| Day | Orders |\n| --- | ---: |\n| Mon | 7 |\n| Tue | **9** |",
        "a_figure_of_two * 3\\*x, \\_so\\_, a \\`tick\\`, 2 < 3, \\<b>, \\&amp;",
        "1\\. may",
        "---",
    ],
)
def test_what_an_author_wrote_comes_out_as_it_was_written(text: str) -> None:
    assert written(*parse_markdown(text, "cell 1")) == text


def test_headings_stand_below_the_title() -> None:
    assert written(*parse_markdown("# Costs", "cell 1")) == "## Costs"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("It sold. Of 24 windows, 0 reach. Fri 5. May", ["It sold.", "Of 24 windows, 0 reach.", "Fri 5.", "May"]),
        ("About 0.5 % vs. others, e.g. this", ["About 0.5 % vs. others, e.g. this"]),
        ("多卖了（**很多。**）下一句。", ["多卖了（**很多。**）", "下一句。"]),
        ("The first.\nA break that was meant", ["The first.\\", "A break that was meant"]),
    ],
)
def test_each_sentence_stands_on_a_line(text: str, lines: list[str]) -> None:
    assert written(Paragraph(spans=spans(text))).split("\n") == lines


def test_marks_touch_the_words_that_they_mark() -> None:
    assert written(Paragraph(spans=(Span(text="a"), Span(text=" b ", strong=True), Span(text="c")))) == "a **b** c"
    assert written(Paragraph(spans=(Span(text="a"), Span(text=" ", strong=True), Span(text="c")))) == "a c"


def test_a_chart_is_told_without_its_drawing() -> None:
    figure = Figure(
        svg="<svg>1</svg>", narrow_svg="<svg>2</svg>", alt="Bars [two]:\na 1, b 2. ", caption="By day. Grey."
    )

    assert written(figure) == "![Bars \\[two\\]: a 1, b 2.](chart)\n\n*By day.\nGrey.*"


def test_boxes_name_their_tone() -> None:
    missing = Callout(tone="not_covered", title="Costs", blocks=(Paragraph(spans=spans("No table.")),))

    assert written(missing) == "> [!NOT_COVERED]\n> **Costs**\n>\n> No table."


def test_a_folded_table_is_marked_and_a_missing_value_is_a_dash() -> None:
    columns = (Column(label="Day|Night"), Column(label="Orders", numeric=True))
    table = Table(caption="By day", columns=columns, rows=((Cell(text="Mon"), Cell(text="")),), folded=True)

    assert written(table) == "▸ **By day**\n\n| Day\\|Night | Orders |\n| --- | ---: |\n| Mon | – |"


def test_the_verdict_and_the_scorecard() -> None:
    verdict = Verdict(
        sentences=(spans("**It sold.** And well."), spans("Next: more.")),
        badge="✓ Data checks passed",
        badge_tone="good",
        observed_until="until 8 May",
    )
    row = ScoreRow(label="GMV", value="7", target="9", status="bad", status_text="× missed")
    card = Scorecard(caption="Results", columns=("Figure", "This", "95%", "Target", "Last", "Status"), rows=(row,))

    assert written(verdict) == ("**✓ Data checks passed** · until 8 May\n\n- **It sold.**\n  And well.\n- Next: more.")
    assert written(card).split("\n")[-1] == "| GMV | 7 | – | 9 | – | × missed |"


def test_small_print_is_set_apart_and_fences_outgrow_what_they_hold() -> None:
    assert written(Note(spans=spans("Definition: all."))) == "*Definition: all.*"
    assert written(Preformatted(text="```")) == "````\n```\n````"
