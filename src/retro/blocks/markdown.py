"""Parse an author's Markdown into blocks."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

import mistune
from pydantic import BaseModel, ValidationError

from retro.blocks.model import (
    ADDRESS,
    Block,
    Callout,
    Cell,
    Column,
    Divider,
    Heading,
    Image,
    List,
    Paragraph,
    Preformatted,
    Quote,
    Span,
    Table,
)
from retro.errors import PublishError, did_you_mean
from retro.privacy import addressed
from retro.signs import harmless

_Part = TypeVar("_Part", bound=BaseModel)

Attachments = Mapping[str, Mapping[str, str]]
"""The pictures that a cell carries: base64 data by MIME type by name."""

_CALLOUTS: dict[str, Literal["finding", "note", "warning"]] = {
    "NOTE": "note",
    "TIP": "note",
    "IMPORTANT": "finding",
    "WARNING": "warning",
    "CAUTION": "warning",
}
"""The words of GitHub's `> [!WARNING]` and what they mean here."""

_CALLOUT = re.compile(r"\[!(\w+)\][ \t]*\n?")
_DATA_URI = re.compile(r"data:(image/[a-z+]+);base64,(.+)", re.DOTALL)
_DEEPEST_HEADING = 4
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]")
"""Characters that are written without spaces between them."""


def parse_markdown(source: str, where: str, attachments: Attachments | None = None) -> tuple[Block, ...]:
    """Parse Markdown into blocks.

    Headings, paragraphs, emphasis, links, nested lists, tables, quotes, `> [!WARNING]` boxes, code, rules and
    pictures that the cell itself carries. Nothing vanishes: what a page cannot show is refused.

    Args:
        source: The text.
        where: Which cell it stands in; opens every message.
        attachments: The pictures of the cell.

    Raises:
        PublishError: The text holds HTML, a picture that lies elsewhere or has no description, a link that a
            reader could not follow, a heading inside a list or quote, or a quote that names people.

    Examples:
        >>> parse_markdown("Up **12 %**", "cell 1")[0].spans[1]
        Span(text='12 %', strong=True, emphasis=False, code=False, href=None)
    """
    return tuple(_Parser(where, attachments or {}).blocks(_markdown()(harmless(source))))


@functools.cache
def _markdown() -> mistune.Markdown:
    return mistune.create_markdown(renderer=None, plugins=["table"])


class _Parser:
    """One cell's tokens to blocks; holds what every step needs to say and to look up."""

    def __init__(self, where: str, attachments: Attachments) -> None:
        self._where = where
        self._attachments = attachments

    def blocks(self, tokens: Any, *, nested: bool = False) -> Iterator[Block]:  # noqa: ANN401 - mistune's tokens are untyped
        for token in tokens:
            match token["type"]:
                case "blank_line":
                    continue
                case "heading":
                    yield self._heading(token, nested=nested)
                case "paragraph" | "block_text":
                    yield from self._paragraphs(token["children"])
                case "list":
                    items = tuple(tuple(self.blocks(item["children"], nested=True)) for item in token["children"])
                    yield List(ordered=token["attrs"]["ordered"], items=items)
                case "block_quote":
                    yield self._quote(token["children"])
                case "block_code":
                    yield Preformatted(text=token["raw"].rstrip("\n"))
                case "table":
                    yield self._table(token["children"])
                case "thematic_break":
                    yield Divider()
                case _:
                    raise self._unknown(token)

    def _heading(self, token: Mapping[str, Any], *, nested: bool) -> Heading:
        if nested:
            raise self._refuse("heading must stand on its own, not in a list or quote", _words(token))
        level = min(token["attrs"]["level"], _DEEPEST_HEADING)
        return self._made(Heading, "heading", level=level, spans=self._spans(token["children"]))

    def _paragraphs(self, tokens: Sequence[dict[str, Any]]) -> Iterator[Block]:
        """A paragraph; a picture in it stands alone, between the text before and the text after."""
        text: list[dict[str, Any]] = []
        for token in tokens:
            if token["type"] != "image":
                text.append(token)
                continue
            yield from self._paragraph(text)
            yield self._image(token)
            text = []
        yield from self._paragraph(text)

    def _paragraph(self, tokens: Sequence[dict[str, Any]]) -> Iterator[Block]:
        spans = self._spans(tokens)
        if any(span.text.strip() for span in spans):
            yield Paragraph(spans=spans)

    def _quote(self, tokens: Sequence[dict[str, Any]]) -> Block:
        if kind := addressed(_words({"children": tokens})):
            raise self._refuse("quote must not name people", kind, "Leave it out.")
        blocks = tuple(self.blocks(tokens, nested=True))
        opening = blocks[0] if blocks else None
        if not isinstance(opening, Paragraph):
            return Quote(blocks=blocks)
        first, *others = opening.spans
        found = _CALLOUT.match(first.text)
        if not found:
            return Quote(blocks=blocks)
        word = found[1].upper()
        if word not in _CALLOUTS:
            raise self._refuse("box must be of a known kind", f"[!{found[1]}]", did_you_mean(word, _CALLOUTS))
        rest = first.text[found.end() :].lstrip()
        spans = (*((first.model_copy(update={"text": rest}),) if rest else ()), *others)
        text = (Paragraph(spans=spans),) if spans else ()
        return Callout(tone=_CALLOUTS[word], blocks=(*text, *blocks[1:]))

    def _table(self, tokens: Sequence[dict[str, Any]]) -> Table:
        head, *bodies = tokens
        columns = tuple(
            Column(label=_plain(self._spans(cell["children"])), numeric=cell["attrs"]["align"] == "right")
            for cell in head["children"]
        )
        rows = (row for body in bodies for row in body["children"])
        return self._made(
            Table,
            "table",
            caption="",
            columns=columns,
            rows=tuple(tuple(self._cell(cell["children"]) for cell in row["children"]) for row in rows),
        )

    def _cell(self, tokens: Sequence[dict[str, Any]]) -> Cell:
        spans = self._spans(tokens)
        if link := next((span for span in spans if span.href), None):
            raise self._refuse(
                "table must hold no links", link.href or "", "Put the link into the text below the table."
            )
        return Cell(text=_plain(spans), strong=bool(spans) and all(span.strong for span in spans))

    def _image(self, token: dict[str, Any]) -> Image:
        alt, url = _words(token), token["attrs"]["url"]
        if not alt:
            raise self._refuse("picture must be described", url, "Write ![what it shows](...).")
        if url.startswith("attachment:"):
            name = url.removeprefix("attachment:")
            if name not in self._attachments:
                raise self._refuse("picture must be attached to the cell", name, "Drag the file into the cell.")
            mime, data = next(iter(self._attachments[name].items()), ("", ""))
        elif found := _DATA_URI.fullmatch(url):
            mime, data = found[1], found[2]
        else:
            hint = "Drag the file into the cell, so that the page needs no other file."
            raise self._refuse("picture must be part of the cell", url, hint)
        if mime == "image/png" or mime == "image/jpeg":  # noqa: PLR1714 - narrows the type
            caption = html.unescape(token["attrs"].get("title") or "")
            return self._made(Image, f"picture {alt[:40]!r}", mime=mime, data=data, alt=alt, caption=caption)
        raise self._refuse("picture must be PNG or JPEG", mime)

    def _made(self, part: type[_Part], what: str, **fields: Any) -> _Part:  # noqa: ANN401 - as each block has them
        """A block, or one line that says what about it does not fit."""
        try:
            return part(**fields)
        except ValidationError as reason:
            rule = str(reason.errors()[0]["msg"]).removeprefix("Value error, ")
            raise PublishError(f"{self._where}: {what} {rule}.") from None

    def _spans(self, tokens: Sequence[dict[str, Any]]) -> tuple[Span, ...]:
        return _joined(self._walk(tokens, Span(text="")))

    def _walk(self, tokens: Sequence[dict[str, Any]], style: Span) -> Iterator[Span]:
        for token in tokens:
            match token["type"]:
                case "text":
                    yield style.model_copy(update={"text": harmless(html.unescape(token["raw"]))})
                case "softbreak" | "linebreak":
                    yield style.model_copy(update={"text": "\n" if token["type"] == "linebreak" else " \n"})
                case "codespan":
                    yield style.model_copy(update={"text": token["raw"], "code": True})
                case "strong" | "emphasis":
                    yield from self._walk(token["children"], style.model_copy(update={token["type"]: True}))
                case "link":
                    url = self._address(token["attrs"]["url"])
                    yield from self._walk(token["children"], style.model_copy(update={"href": url}))
                case _:
                    raise self._unknown(token)

    def _address(self, url: str) -> str:
        if ADDRESS.fullmatch(url):
            return url
        hint = "A published page travels alone; link to a heading (#...) or to an address that opens anywhere."
        raise self._refuse("link must open on its own", url, hint)

    def _unknown(self, token: Mapping[str, Any]) -> PublishError:
        got = str(token.get("raw", token["type"])).strip()[:60]
        if "html" in token["type"]:
            return self._refuse("Markdown must hold no HTML", got, "Write it as Markdown.")
        return self._refuse("Markdown must be text, lists, tables, quotes, code or pictures", got)

    def _refuse(self, rule: str, got: str, hint: str = "") -> PublishError:
        return PublishError(f"{self._where}: {rule}, got {got!r}. {hint}".rstrip())


def _joined(spans: Iterator[Span]) -> tuple[Span, ...]:
    """Neighbours of one style as one span, and lines that an author broke at will as one line."""
    joined: list[Span] = []
    for span in spans:
        before = joined[-1] if joined else None
        if before is not None and before.model_copy(update={"text": span.text}) == span:
            joined[-1] = span.model_copy(update={"text": before.text + span.text})
        elif span.text:
            joined.append(span)
    texts = _unbroken([span.text for span in joined]) if joined else []
    return tuple(span.model_copy(update={"text": text}) for span, text in zip(joined, texts, strict=True))


def _unbroken(texts: list[str]) -> list[str]:
    """Replace each soft break (a space and a newline) by a space, or by nothing between characters that need none."""
    whole = "\x00".join(texts)

    def gap(found: re.Match[str]) -> str:
        sides = whole[: found.start()].rstrip("\x00")[-1:], whole[found.end() :].lstrip("\x00")[:1]
        return "" if all(_WIDE.match(side) for side in sides) else " "

    return re.sub(r" \n", gap, whole).split("\x00")


def _plain(spans: Sequence[Span]) -> str:
    return "".join(span.text for span in spans)


def _words(token: Mapping[str, Any]) -> str:
    return "".join(html.unescape(child.get("raw", "")) or _words(child) for child in token.get("children", ()))
