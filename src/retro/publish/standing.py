"""The page of what is due, being made, and failed: drawn for whoever asks, and never written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from retro.i18n import Lang, load_text
from retro.publish.around import CATALOGUES
from retro.publish.index import templates
from retro.publish.style import style_sheet

STANDING: Final[dict[Lang, str]] = {"zh": "standing.html", "en": "standing.en.html"}
"""The page's address by language, below the reports; there is no such file."""


@dataclass(frozen=True)
class Row:
    """A report on the page.

    Attributes:
        report: Its address, such as 2025Q1/member_day.
        title: Its title, or its address.
        facts: What to know, in a few words.
        status: What it is, in a word or two; empty for none.
        tone: How the status is coloured: `good`, `watch`, `bad` or empty.
        lines: Further words, such as what went wrong.
        link: Where more stands; empty for nowhere.
    """

    report: str
    title: str
    facts: str
    status: str = ""
    tone: str = ""
    lines: tuple[str, ...] = ()
    link: str = ""


def standing_page(
    lang: Lang, lead: Sequence[str], due: Sequence[Row], running: Sequence[Row], failed: Sequence[Row]
) -> str:
    """Draw the page in one language.

    Args:
        lang: The language.
        lead: What stands on top, line by line.
        due: The reports that are due.
        running: Those that are being made.
        failed: Those whose last attempt failed.
    """
    text, parts = load_text(lang), (("due", due), ("running", running), ("failed", failed))
    words = [value for key, value in text.entries.items() if key.startswith(("standing.", "index."))]
    for _, rows in parts:
        words += [word for row in rows for word in (row.report, row.title, row.facts, *row.lines)]
    style, policy = style_sheet(("base.css", "index.css"), {*"".join([*words, *lead]), *"中文English"})
    return (
        templates()
        .get_template("standing.html.j2")
        .render(
            text=text,
            lead=lead,
            parts=parts,
            style=style,
            policy=policy,
            catalogue=CATALOGUES[lang],
            other=STANDING["en" if lang == "zh" else "zh"],
        )
    )
