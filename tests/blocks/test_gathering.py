from __future__ import annotations

import pytest

from retro.blocks import Block, Callout, Heading, Paragraph, Preformatted, spans
from retro.blocks.gathering import gather
from retro.i18n import load_text

TEXT = load_text("en")


def section(name: str, level: int = 1, reason: str = "") -> list[Block]:
    said: Block = Preformatted(text="figures")
    if reason:
        said = Callout(tone="not_covered", blocks=(Paragraph(spans=spans(reason)),))
    return [Heading(level=level, spans=spans(name)), Paragraph(spans=spans("Why?")), said]


def words(blocks: tuple[Block, ...]) -> list[str]:
    return ["".join(span.text for span in block.spans) for block in blocks if isinstance(block, Heading)]


def test_several_sections_without_data_are_told_in_one() -> None:
    blocks = [*section("Sales"), *section("Funnel", reason="no events."), *section("Payments", 2, "no events.")]
    blocks += [*section("Goods", reason="no products."), *section("ROI")]
    found = gather(blocks, TEXT)

    assert words(found) == ["Sales", TEXT("report.left_out"), "ROI"]
    (callout,) = [block for block in found if isinstance(block, Callout)]
    lines = ["".join(span.text for span in line.spans) for line in callout.blocks if isinstance(line, Paragraph)]
    assert lines == ["Funnel, Payments: no events.", "Goods: no products."]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_stay_where_they_are(count: int) -> None:
    blocks = [*section("Sales"), *(block for place in range(count) for block in section(f"S{place}", reason="none."))]

    assert gather(blocks, TEXT) == tuple(blocks)


def test_a_section_stays_above_one_that_is_covered() -> None:
    blocks = [*section("Goods", reason="none."), *section("Basket", 2), *section("A", reason="none.")]
    blocks += [*section("B", reason="none."), *section("C", reason="none.")]

    assert words(gather(blocks, TEXT)) == ["Goods", "Basket", TEXT("report.left_out")]
