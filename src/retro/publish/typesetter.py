"""Typst with the product's own fonts and no others, so that every machine sets the same pages."""

import functools

import typst

from retro.files import FONTS
from retro.publish.style import TEMPLATES


@functools.cache
def compiler(template: str) -> typst.Compiler:
    """The compiler of a template, made once.

    Args:
        template: The template's file.
    """
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=fonts)


def has_set_pages() -> bool:
    """Whether this process has set pages: Typst's threads end with a fork, and a child would wait for them forever."""
    return compiler.cache_info().currsize > 0
