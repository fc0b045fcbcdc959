"""Gather the sections that are not covered under one line for each reason, once there are several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retro.blocks.model import Block, Callout, Heading, Paragraph, Span
from retro.i18n import Text

_SEVERAL = 3
"""Fewer stay where they are, each with its one line."""


@dataclass
class _Part:
    """A heading with what stands below it, up to the next heading."""

    blocks: list[Block]
    gathered: bool = False

    @property
    def heading(self) -> Heading | None:
        first = self.blocks[0]
        return first if isinstance(first, Heading) else None

    @property
    def uncovered(self) -> bool:
        """Whether it only says that it is not covered."""
        lines = [block for block in self.blocks if isinstance(block, Callout)]
        rest = [block for block in self.blocks[1:] if not isinstance(block, Callout | Paragraph)]
        return self.heading is not None and bool(lines) and not rest and all(one.tone == "not_covered" for one in lines)


def gather(blocks: Sequence[Block], text: Text) -> tuple[Block, ...]:
    """Put the sections that are not covered under one line for each reason, at the place of the first.

    A section keeps its place where one below it is covered, and all do where there are fewer than three.

    Args:
        blocks: What a report says, in order.
        text: Texts of its language.
    """
    parts: list[_Part] = []
    for block in blocks:
        if not parts or isinstance(block, Heading):
            parts.append(_Part([]))
        parts[-1].blocks.append(block)
    for place, part in enumerate(parts):
        part.gathered = part.uncovered and all(below.uncovered for below in _below(parts, place))
    told = [part for part in parts if part.gathered]
    if len(told) < _SEVERAL:
        return tuple(blocks)
    kept: list[Block] = []
    for part in parts:
        if part is told[0]:
            kept += [Heading(level=1, spans=(Span(text=text("report.left_out")),)), _together(told, text)]
        if not part.gathered:
            kept += part.blocks
    return tuple(kept)


def _below(parts: Sequence[_Part], place: int) -> list[_Part]:
    """The parts that belong to the section at a place."""
    own = parts[place].heading
    below: list[_Part] = []
    for part in parts[place + 1 :]:
        if own is None or part.heading is None or part.heading.level <= own.level:
            break
        below.append(part)
    return below


def _together(told: Sequence[_Part], text: Text) -> Callout:
    """One line for each reason, with the sections that it holds for."""
    names: dict[tuple[Span, ...], list[str]] = {}
    for part in told:
        line = next(block for block in part.blocks if isinstance(block, Callout))
        reason = next(block.spans for block in line.blocks if isinstance(block, Paragraph))
        heading = part.heading
        names.setdefault(reason, []).append("".join(span.text for span in heading.spans) if heading else "")
    lines = [
        Paragraph(
            spans=(Span(text=text("report.left_out_sections", sections=text.join(sections)), strong=True), *reason)
        )
        for reason, sections in names.items()
    ]
    return Callout(tone="not_covered", blocks=tuple(lines))
