"""The models of blocks: frozen, sent as JSON from the kernel to the renderers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from retro.errors import PublishError
from retro.i18n import Lang

BLOCKS_MIME = "application/vnd.retro.blocks+json"
"""The MIME type under which a cell's output carries its blocks."""

PENDING_MIME = "application/vnd.retro.pending+json"
"""The MIME type of a place that a later cell must fill: a verdict that was opened and is not concluded yet."""

Tone = Literal["", "good", "watch", "bad"]
"""What a value means to its reader; always said by a sign or a word as well, never by colour alone."""


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
        details: Further lines, such as until when data was observed.
    """

    kind: Literal["cover"] = "cover"
    title: str = Field(min_length=1)
    subtitle: str = ""
    period: str = ""
    shop: str = ""
    lang: Lang = "zh"
    dated_on: dt.date | None = None
    details: tuple[str, ...] = ()


class Span(_Model):
    """A run of text in one style; a newline is a line break.

    `href` is an address outside, or `#` and the text of a heading of the same document (spaces may be hyphens).
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str | None = None


class Heading(_Model):
    """A heading. Level 1 opens a section of the report; the title stands above all of them.

    `anchor` is the name that links point to; publishing gives it.
    """

    kind: Literal["heading"] = "heading"
    level: int = Field(ge=1, le=4)
    spans: tuple[Span, ...]
    anchor: str = ""


class Paragraph(_Model):
    """A paragraph of text."""

    kind: Literal["paragraph"] = "paragraph"
    spans: tuple[Span, ...]


class Note(_Model):
    """Small print under a figure or table: definition, denominator, method."""

    kind: Literal["note"] = "note"
    spans: tuple[Span, ...]


class List(_Model):
    """A list; each item is a sequence of blocks, so that lists nest."""

    kind: Literal["list"] = "list"
    ordered: bool = False
    items: tuple[tuple[Block, ...], ...]


class Callout(_Model):
    """A box that stands out: a section's finding, a warning, or the line that a section is not covered."""

    kind: Literal["callout"] = "callout"
    tone: Literal["finding", "note", "warning", "not_covered"] = "note"
    title: str = ""
    blocks: tuple[Block, ...]


class Quote(_Model):
    """A quotation, such as a customer's words."""

    kind: Literal["quote"] = "quote"
    blocks: tuple[Block, ...]


class Figure(_Model):
    """A chart as SVG, once for wide pages and paper, once for phones.

    `alt` says in words what the chart shows; a figure without it is refused.
    """

    kind: Literal["figure"] = "figure"
    svg: str
    narrow_svg: str | None = None
    alt: str = Field(min_length=1)
    caption: str = ""


class Image(_Model):
    """A picture that an analyst put into the text: PNG or JPEG, base64."""

    kind: Literal["image"] = "image"
    mime: Literal["image/png", "image/jpeg"]
    data: str
    alt: str = Field(min_length=1)
    caption: str = ""


class Column(_Model):
    """A column of a table. `numeric` columns are set flush right."""

    label: str
    numeric: bool = False


class Cell(_Model):
    """A cell of a table, ready to be read. Empty text means missing, and is shown as a dash. Totals are `strong`."""

    text: str
    tone: Tone = ""
    strong: bool = False


class Table(_Model):
    """A table. The first column names the row. `folded` tables open on demand on the page and are printed in full.

    Only tables written in Markdown have no caption.
    """

    kind: Literal["table"] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: bool = False


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
    """

    label: str
    value: str
    interval: str = ""
    target: str = ""
    previous: str = ""
    status: Tone = ""
    status_text: str = ""


class Scorecard(_Model):
    """The figures that the campaign is judged by. `columns` names label, value, interval, target, previous, status."""

    kind: Literal["scorecard"] = "scorecard"
    caption: str = Field(min_length=1)
    columns: tuple[str, str, str, str, str, str]
    rows: tuple[ScoreRow, ...]


class Verdict(_Model):
    """The verdict: three to five sentences, the data-quality badge, and until when data was observed.

    `quality` is the data-quality page beside the report's own, where there is one.
    """

    kind: Literal["verdict"] = "verdict"
    sentences: tuple[tuple[Span, ...], ...]
    badge: str
    badge_tone: Tone
    observed_until: str
    quality: str = Field("", pattern=r"^(quality\.(zh|en)\.html)?$")


class Preformatted(_Model):
    """Text whose line breaks and spaces count, such as what a cell printed."""

    kind: Literal["preformatted"] = "preformatted"
    text: str


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
    """Plain text as spans; `**words**` become strong.

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
        PublishError: The data is not a list of blocks; `where` opens the message.
    """
    try:
        return _BLOCKS.validate_python(data)
    except ValidationError as reason:
        first = reason.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PublishError(f"{where}: output must be a list of blocks, got {first['msg']} at {place!r}.") from None
