"""What stands on the first page, in the body and in the appendix, whatever a shop calls its things."""

from __future__ import annotations

import io
import itertools

import pytest
from pypdf import PdfReader

from retro.blocks import (
    Block,
    Brief,
    Callout,
    Cell,
    Column,
    Cover,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Planned,
    ScoreRow,
    Table,
    Verdict,
    spans,
)
from retro.i18n import Lang
from retro.publish.arrangement import leaving, parts, printed
from retro.publish.html import RetroHTMLExporter
from retro.publish.outline import outlined
from retro.publish.pdf import RetroPDFExporter

CHART = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 518 {height}"><rect width="9" height="9"/></svg>'


def figure(height: int = 240) -> Figure:
    return Figure(svg=CHART.format(height=height), alt="A chart")


def verdict(name: str = "Stock", count: int = 2) -> Verdict:
    row = ScoreRow(
        label=name, value="3.9% (11/291)", interval="1% – 5%", target="35%", status="bad", status_text="× missed"
    )
    action = Planned(what=name, owner=name, due="15 May 2025")
    return Verdict(
        sentences=(spans("**It lost money**: −160K."),),
        badge="✓ passed",
        badge_tone="good",
        observed_until="Observed until 1 April",
        brief=Brief(
            state="lost",
            first=(spans("**It lost money**: −160K."), spans("Stop it.")),
            why=(spans("Because of returns."),),
            tiles=(row,) * count,
            chart=figure(),
            actions=(action,) * min(count, 3),
            reservation=spans(f"Nobody was held out: {name}."),
        ),
    )


def section(name: str, *, worth: int = 1, level: int = 1, quiet: bool = False, height: int = 240) -> list[Block]:
    data = Table(
        caption=f"{name} by day", columns=(Column(label="Day"),), rows=((Cell(text=f"{name} cell"),),), folded=True
    )
    return [
        Heading(level=level, spans=spans(name), worth=worth, quiet=quiet),
        Callout(tone="finding", blocks=(Paragraph(spans=spans(f"{name} found.")),)),
        figure(height),
        data,
        Note(spans=spans(f"{name} defined.")),
    ]


def document(*sections: list[Block], pages: int | None = 12, lang: Lang = "en", title: str = "A week") -> Document:
    head = Heading(level=1, spans=spans("Verdict"))
    cover = Cover(title=title, lang=lang, shop="Shop", period="January", pages=pages)
    return outlined(Document(cover, (head, verdict(), *itertools.chain(*sections))))


def titles(blocks: tuple[Block, ...]) -> list[str]:
    return [part.title for part in parts(blocks) if part.title]


def texts(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_folded_tables_and_definitions_stand_in_the_appendix_under_their_heading() -> None:
    told = printed(document(section("Sales")))

    assert [[block.kind for block in blocks] for _, blocks in told.body] == [["heading", "callout", "figure"]]
    assert [block.kind for block in told.appendix] == ["heading", "table", "note"]
    assert titles(told.appendix) == ["Sales"]


def test_what_is_worth_nothing_in_a_meeting_stands_in_the_appendix_whole() -> None:
    told = printed(document(section("Sales"), section("Method", worth=0), section("Versions", worth=0, level=2)))

    assert [titles(blocks) for _, blocks in told.body] == [["Sales"]]
    assert titles(told.appendix) == ["Sales", "Method", "Versions"]
    assert [block.level for block in told.appendix if isinstance(block, Heading)] == [2, 2, 3]


def test_a_section_without_a_difference_is_one_line() -> None:
    told = printed(document(section("Devices", quiet=True)))

    (blocks,) = [blocks for _, blocks in told.body]
    assert [block.kind for block in blocks] == ["paragraph"]
    assert "Devices  Devices found." in "".join(span.text for span in blocks[0].spans)  # type: ignore[union-attr]
    assert titles(told.appendix) == ["Devices"]


def test_a_heading_below_which_everything_is_moved_goes_with_it() -> None:
    question = [Heading(level=1, spans=spans("Paths"), worth=1), Paragraph(spans=spans("Where do they go?"))]
    told = printed(document(question, section("One", level=2), section("Two", level=2)), frozenset({1, 2}))

    assert told.body == ()
    assert titles(told.appendix) == ["Paths", "One", "Two"]
    assert told.moved == ("One", "Two")


def test_what_stood_below_the_heading_of_the_verdict_moves_up_with_it_gone() -> None:
    headings = [Heading(level=level, spans=spans(name)) for level, name in ((1, "Verdict"), (2, "Before"), (1, "Rest"))]
    text = Paragraph(spans=spans("Two actions of last time were done."))
    document = Document(
        blocks=(headings[0], verdict(), headings[1], text, headings[2], text, headings[1], text),
        cover=Cover(title="Report", pages=12),
    )
    found = [block for _, blocks in printed(outlined(document)).body for block in blocks if isinstance(block, Heading)]
    assert [(one.level, one.spans[0].text) for one in found] == [(1, "Before"), (1, "Rest"), (2, "Before")]


def test_a_document_without_a_limit_has_no_appendix() -> None:
    told = printed(document(section("Sales"), pages=None))

    assert told.appendix == ()
    assert [block.kind for _, blocks in told.body for block in blocks] == [
        "heading",
        "callout",
        "figure",
        "table",
        "note",
    ]


def test_sections_leave_by_worth_with_all_below_them() -> None:
    asked = document(
        section("A", worth=3), section("B"), section("B1", worth=2, level=2), section("C"), section("D", worth=2)
    )

    assert [[part.title for part in family] for family in leaving(asked)] == [["C"], ["D"], ["B1"], ["B", "B1"], ["A"]]


@pytest.mark.parametrize("pages", [3, 5, 12, 16])
def test_the_body_keeps_to_its_pages_and_says_what_it_left_out(pages: int) -> None:
    sections = [section(f"Number {n}", worth=1 + (n < 2), height=500) for n in range(14)]
    said = texts(RetroPDFExporter().from_document(document(*sections, pages=pages))[0])

    assert next(n for n, page in enumerate(said) if "cell" in page) <= pages
    assert ("The body keeps to" in said[1]) == (pages < 16)
    assert all(f"Number {n} found." in "".join(said) for n in range(14))


@pytest.mark.parametrize("height", range(60, 660, 100))
def test_pages_are_numbered_on_wherever_the_body_ends(height: int) -> None:
    sections = [section("One", height=height), *(section(f"Number {n}", worth=0) for n in range(6))]
    said = texts(RetroPDFExporter().from_document(document(*sections))[0])

    assert all(f"Page {number} of {len(said)}" in page for number, page in enumerate(said, 1))


LONG = "W" * 128
CHINESE = "名" * 128


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["Stock", LONG, CHINESE, "two words " * 40])
@pytest.mark.parametrize("count", [0, 5])
def test_the_brief_fits_one_page_whatever_the_shop(lang: Lang, name: str, count: int) -> None:
    cover = Cover(title=name, lang=lang, shop=name[:64], period="2025", pages=12, details=(name,))
    exporter = RetroPDFExporter()
    asked = Document(cover, (verdict(name, count), *section("Sales")))

    pdf, picture = exporter.brief(asked), exporter.brief(asked, picture=True)
    whole = texts(exporter.from_document(asked)[0])

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert picture.startswith(b"\x89PNG")
    assert ("主要保留意见" if lang == "zh" else "Biggest reservation") in whole[0]
    assert "Sales found." in whole[1]


def test_the_brief_says_what_is_absent() -> None:
    bare = verdict(count=0).model_copy(update={"brief": Brief(first=(spans("Sold 5."),))})
    pdf = RetroPDFExporter().brief(Document(Cover(title="A month", lang="en"), (bare,)))

    (said,) = texts(pdf)
    assert "The params name no action" in said
    assert "No figure was recorded." in said


def test_the_brief_is_the_same_every_time() -> None:
    asked = document(section("Sales"))

    for picture in (False, True):
        assert RetroPDFExporter().brief(asked, picture=picture) == RetroPDFExporter().brief(asked, picture=picture)


def test_the_page_opens_with_the_brief_and_folds_what_found_no_difference() -> None:
    page = RetroHTMLExporter().from_document(document(section("Devices", quiet=True)))

    assert page.index("▼ Lost money") < page.index("Biggest reservation") < page.index("Because of returns.")
    assert "No last edition" not in page, "it is said where another figure has one"
    assert page.index('<details class="data quiet">') < page.index("<summary>Devices found.</summary>")
