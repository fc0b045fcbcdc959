"""The style sheet of a page, with its fonts and its content security policy."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

from retro.publish.typeface import font_faces

TEMPLATES = Path(__file__).parent / "templates"


def style_sheet(names: tuple[str, ...], characters: set[str], more: str = "") -> tuple[Markup, str]:
    """A style sheet with its fonts, and the content security policy of a page that has no other.

    Args:
        names: Files in `templates/retro`.
        characters: What the fonts must be able to write.
        more: Further rules.
    """
    folder = TEMPLATES / "retro"
    rules = [(folder / name).read_text(encoding="utf-8") for name in names]
    css = "\n".join([font_faces({*characters, *"".join(rules)}), *rules, more])
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return Markup(css), policy  # noqa: S704 - the project's own files, and styles of charts that were parsed


def script(name: str) -> tuple[Markup, str]:
    """A script of `templates/retro`, and what the policy must say so that it runs and no other.

    What it is told stands in the page's attributes, so that its hash is the same on every page.
    """
    code = (TEMPLATES / "retro" / name).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    return Markup(code), f"script-src 'sha256-{digest}'"  # noqa: S704 - the project's own file
