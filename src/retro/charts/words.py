"""Phrases that several charts say."""

from __future__ import annotations

from retro.i18n import Number, Text


def people(value: Number, text: Text) -> str:
    """A number of people; in Chinese `120 人` but `12 万人`, as it is written.

    Examples:
        >>> from retro.i18n import load_text
        >>> people(120, load_text("zh")), people(1_200_000, load_text("zh")), people(120, load_text("en"))
        ('120 人', '120 万人', '120')
    """
    words = text("chart.people", count=text.count(value))
    return words.replace("万 ", "万").replace("亿 ", "亿")
