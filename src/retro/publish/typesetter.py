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
    return typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=_fonts())


def laid_out(template: str, **inputs: str) -> typst.Compiler:
    """A compiler that can be asked where things stand, without anything being drawn.

    Args:
        template: The template's file.
        inputs: What the template is given.
    """
    return typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=_fonts(), sys_inputs=inputs)


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def has_set_pages() -> bool:
    """Whether this process has set pages: Typst's threads end with a fork, and a child would wait for them forever."""
    return _fonts.cache_info().currsize > 0
