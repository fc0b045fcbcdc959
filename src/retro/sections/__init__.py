"""Sections: one module and one text file each; `retro.sections.every` names them all.

Names are imported when first used: a report that has not changed needs no section.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retro.lazy import lazily

if TYPE_CHECKING:
    from retro.sections.every import SECTIONS
    from retro.sections.section import Context, Finding, Section

__all__ = ["SECTIONS", "Context", "Finding", "Section"]

__getattr__ = lazily(
    __name__,
    {
        "SECTIONS": "retro.sections.every:SECTIONS",
        "Context": "retro.sections.section:Context",
        "Finding": "retro.sections.section:Finding",
        "Section": "retro.sections.section:Section",
    },
)
