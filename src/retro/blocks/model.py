"""The models of blocks: frozen, sent as JSON from the kernel to the renderers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from retro.blocks.pictures import picture
from retro.errors import PublishError
from retro.i18n import Lang
from retro.signs import harmless

BLOCKS_MIME = "application/vnd.retro.blocks+json"
"""The MIME type under which a cell's output carries its blocks."""

ANALYST_MIME = "application/vnd.retro.analyst+json"
"""The MIME type of an output that is an analyst's alone: publishing refuses it."""

PENDING_MIME = "application/vnd.retro.pending+json"
"""The MIME type of a place that a later cell must fill: a verdict that was opened and is not concluded yet."""

Tone = Literal["", "good", "watch", "bad"]
"""What a value means to its reader; always said by a sign or a word as well, never by colour alone."""

MoneyState = Literal["", "made", "lost", "open"]
"""Whether a campaign made or lost money, or whether that is open; empty where nobody judges it."""

DEEPEST = 20
"""Levels of blocks in blocks; no reader follows more, and renderers call themselves for each."""

ADDRESS = re.compile(r"#.+|(?:https?://|mailto:)[^\s<>\"\\]+|(?:quality\.)?(?:zh|en)\.html", re.IGNORECASE | re.DOTALL)
"""The only addresses that a published page may lead to."""

_BEGINNINGS = {"image/png": "iVBORw0KGgo", "image/jpeg": "/9j/"}
"""How the base64 of each kind of picture begins."""

Words = Annotated[str, BeforeValidator(lambda value: harmless(value) if isinstance(value, str) else value)]
"""Text that a reader sees; the one door through which a shop's names and a notebook's words become a block."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cover(_Model):
    """The cover of a report, emitted by the cell that opens it; fixes the document's language.

    Attributes:
        title: The report's name.
        subtitle: One line that says more.
        period: The window that was looked at, ready to be read.
        shop: Whose figures these are.
        lang: The language of the report; Markdown cells of the other are left out.
        dated_on: The day that the document carries; a fixed one, so that equal input makes equal files.
        pages: The most printed pages before the appendix, the first one included; None for as many as it takes.
        details: Further lines, such as until when data was observed.
    """

    kind: Literal["cover"] = "cover"
    title: Words = Field(min_length=1)
    subtitle: Words = ""
    period: Words = ""
    shop: Words = ""
    lang: Lang = "zh"
    dated_on: dt.date | None = None
    pages: int | None = Field(None, ge=3)
    details: tuple[Words, ...] = ()


class Span(_Model):
    """A run of text in one style; a newline is a line break.

    `href` is an address outside, or `#` and the text of a heading of the same document (spaces may be hyphens).
    """

    text: Words
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: Words | None = None

    @field_validator("href")
    @classmethod
    def _opens_anywhere(cls, href: str | None) -> str | None:
        if href is not None and not ADDRESS.fullmatch(href):
            raise ValueError(f"must be an address that opens anywhere, or # and a heading, got {href!r}")
        return href


class Heading(_Model):
    """A heading. Level 1 opens a section of the report; the title stands above all of them.

    `anchor` is the name that links point to; publishing gives it. `worth` says what is printed first where a report is
    longer than its body may be: 3 opens the verdict, 2 answers a target, 1 is the rest, 0 belongs into the appendix; a
    heading without one is worth what the heading above it is. `quiet` is a section that found no difference.
    """

    kind: Literal["heading"] = "heading"
    level: int = Field(ge=1, le=4)
    spans: tuple[Span, ...]
    anchor: str = Field("", pattern=r"^[a-z0-9-]*$")
    worth: int | None = Field(None, ge=0, le=3)
    quiet: bool = False

    @field_validator("spans")
    @classmethod
    def _has_words(cls, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        if not any(span.text.strip() for span in spans):
            raise ValueError("must have words")
        return spans


class Paragraph(_Model):
    """A paragraph of text."""

    kind: Literal["paragraph"] = "paragraph"
    spans: tuple[Span, ...]


class Note(_Model):
    """Small print under a figure or table: definition, denominator, method.

    `figures` names the recorded figures that it defines; a page opens with it where they come from.
    """

    kind: Literal["note"] = "note"
    spans: tuple[Span, ...]
    figures: tuple[str, ...] = ()


class _Holder(_Model):
    """A block of blocks."""

    @field_validator("blocks", "items", check_fields=False)
    @classmethod
    def _holds_no_cover(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        inner = [block for one in value for block in (one if isinstance(one, tuple) else (one,))]
        if any(isinstance(block, Cover) for block in inner):
            raise ValueError("must hold no cover, which stands alone")
        return value


class List(_Holder):
    """A list; each item is a sequence of blocks, so that lists nest."""

    kind: Literal["list"] = "list"
    ordered: bool = False
    items: tuple[tuple[Block, ...], ...]


class Callout(_Holder):
    """A box that stands out: a section's finding, a warning, or the line that a section is not covered."""

    kind: Literal["callout"] = "callout"
    tone: Literal["finding", "note", "warning", "not_covered"] = "note"
    title: Words = ""
    blocks: tuple[Block, ...]


class Quote(_Holder):
    """A quotation, such as a customer's words."""

    kind: Literal["quote"] = "quote"
    blocks: tuple[Block, ...]


class Bars(_Model):
    """The bars of a chart that has one in every row: what their lengths are, and the words behind each."""

    title: Words
    names: tuple[Words, ...]
    values: tuple[float, ...]
    words: tuple[Words, ...]

    @model_validator(mode="after")
    def _has_even_rows(self) -> Self:
        if not len(self.names) == len(self.values) == len(self.words):
            raise ValueError("must have as many values and words as names")
        return self


class Figure(_Model):
    """A chart as SVG, once for wide pages and paper, once for phones.

    `alt` says in words what the chart shows; a figure without it is refused. `title` is the finding that it shows.
    `bars` are its numbers where it is a chart that slides can draw themselves.
    """

    kind: Literal["figure"] = "figure"
    svg: str
    narrow_svg: str | None = None
    alt: Words = Field(min_length=1)
    title: Words = ""
    caption: Words = ""
    bars: Bars | None = None


class Image(_Model):
    """A picture that an analyst put into the text: PNG or JPEG, base64."""

    kind: Literal["image"] = "image"
    mime: Literal["image/png", "image/jpeg"]
    data: Annotated[str, AfterValidator(picture)]
    alt: Words = Field(min_length=1)
    caption: Words = ""

    @model_validator(mode="after")
    def _is_what_it_says(self) -> Self:
        if not self.data.startswith(_BEGINNINGS[self.mime]):
            raise ValueError(f"must hold a picture of type {self.mime}")
        return self


class Column(_Model):
    """A column of a table. `numeric` columns are set flush right."""

    label: Words
    numeric: bool = False


class Cell(_Model):
    """A cell of a table, ready to be read. Empty text means missing, and is shown as a dash. Totals are `strong`."""

    text: Words
    tone: Tone = ""
    strong: bool = False


class Table(_Model):
    """A table. The first column names the row. `folded` tables open on demand on the page and are printed in full.

    Only tables written in Markdown have no caption.
    """

    kind: Literal["table"] = "table"
    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: bool = False

    @model_validator(mode="after")
    def _has_even_rows(self) -> Self:
        widths = {len(self.columns), *map(len, self.rows)}
        if not self.columns or len(widths) > 1:
            raise ValueError(f"must have columns, and as many cells in each row, got {sorted(widths)}")
        return self


class ScoreRow(_Model):
    """One line of the scorecard, ready to be read; empty text where there is nothing to say.

    Attributes:
        label: What is measured.
        value: The figure, with its denominator where it is a rate.
        interval: The interval of an estimate.
        target: What was aimed at.
        previous: The last comparable campaign's figure.
        status: Tone of the outcome.
        status_text: The sign and the word that say the same.
        figure: The figure's name in the ledger; empty for a line that is no single figure.
    """

    label: Words
    value: Words
    interval: Words = ""
    target: Words = ""
    previous: Words = ""
    status: Tone = ""
    status_text: Words = ""
    figure: str = ""


class Scorecard(_Model):
    """The figures that the campaign is judged by. `columns` names label, value, interval, target, previous, status."""

    kind: Literal["scorecard"] = "scorecard"
    caption: Words = Field(min_length=1)
    columns: tuple[Words, Words, Words, Words, Words, Words]
    rows: tuple[ScoreRow, ...]


class Planned(_Model):
    """An action on the first page, ready to be read; `worth` is empty where nobody stated it."""

    what: Words
    owner: Words
    due: Words
    worth: Words = ""


class Brief(_Model):
    """The first page: what decides, on one sheet.

    Attributes:
        state: Whether it made or lost money, or whether that is open; empty where a report judges no money.
        first: The first lines: money and what to do, or the first finding.
        step: The next step, where the actions do not say it.
        why: What the first lines rest on, and what became of the targets.
        tiles: Three to five figures beside their target and the last comparable campaign; fewer where fewer are known.
        chart: The chart that shows the verdict; None where none was drawn.
        actions: Those worth most.
        more_actions: How many further ones there are.
        reservation: What speaks most against the first lines.
    """

    state: MoneyState = ""
    first: tuple[tuple[Span, ...], ...]
    step: tuple[Span, ...] = ()
    why: tuple[tuple[Span, ...], ...] = ()
    tiles: tuple[ScoreRow, ...] = ()
    chart: Figure | None = None
    actions: tuple[Planned, ...] = ()
    more_actions: int = Field(0, ge=0)
    reservation: tuple[Span, ...] = ()


class Verdict(_Model):
    """The verdict: three to five sentences, the data-quality badge, and until when data was observed.

    `quality` is the data-quality page beside the report's own, where there is one. `brief` arranges the sentences on a
    sheet of their own, with figures, a chart and actions; a report that has none shows the sentences alone.
    """

    kind: Literal["verdict"] = "verdict"
    sentences: tuple[tuple[Span, ...], ...]
    badge: Words
    badge_tone: Tone
    observed_until: Words
    quality: str = Field("", pattern=r"^(quality\.(zh|en)\.html)?$")
    brief: Brief | None = None


class Preformatted(_Model):
    """Text whose line breaks and spaces count, such as what a cell printed."""

    kind: Literal["preformatted"] = "preformatted"
    text: Words


class Divider(_Model):
    """A rule between two parts."""

    kind: Literal["divider"] = "divider"


Block = Annotated[
    Cover
    | Heading
    | Paragraph
    | Note
    | List
    | Callout
    | Quote
    | Figure
    | Image
    | Table
    | Scorecard
    | Verdict
    | Preformatted
    | Divider,
    Field(discriminator="kind"),
]

_BLOCKS: TypeAdapter[tuple[Block, ...]] = TypeAdapter(tuple[Block, ...])
List.model_rebuild()
Callout.model_rebuild()
Quote.model_rebuild()


def spans(text: str) -> tuple[Span, ...]:
    """Plain text as spans; `**words**` become strong, but not those of a name that `Text` put into the text.

    Examples:
        >>> [(span.text, span.strong) for span in spans("up **12 %** today")]
        [('up ', False), ('12 %', True), (' today', False)]
    """
    parts = text.split("**")
    return tuple(Span(text=part, strong=index % 2 == 1) for index, part in enumerate(parts) if part)


def dump_blocks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Blocks as JSON data, for a cell's output."""
    return _BLOCKS.dump_python(tuple(blocks), mode="json")  # type: ignore[no-any-return]  # pydantic says Any


def parse_blocks(data: Any, where: str) -> tuple[Block, ...]:  # noqa: ANN401 - whatever the notebook holds
    """Blocks from JSON data.

    Raises:
        PublishError: The data is not a list of blocks, or they nest deeper than `DEEPEST`; `where` opens the message.
    """
    if _deeper(data, DEEPEST):
        raise PublishError(f"{where}: blocks must nest at most {DEEPEST} deep. Write less in lists, quotes and boxes.")
    try:
        return _BLOCKS.validate_python(data)
    except ValidationError as reason:
        first = reason.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PublishError(f"{where}: output must be a list of blocks, got {first['msg']} at {place!r}.") from None


def _deeper(data: Any, most: int) -> bool:  # noqa: ANN401 - as above
    """Whether blocks nest deeper than so many levels; asked before anything calls itself for each."""
    level = [data]
    for _ in range(most + 1):
        level = [block for blocks in level for block in _flat(blocks) if isinstance(block, dict)]
        level = [block[name] for block in level for name in ("blocks", "items") if name in block]
    return bool(level)


def _flat(blocks: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    """The blocks of a list, or of the lists of a list's items."""
    for block in blocks if isinstance(blocks, list | tuple) else ():
        yield from block if isinstance(block, list | tuple) else (block,)
