"""Phrases that several charts say."""

from retro.i18n import Number, Text


def people(value: Number, text: Text, noun: str = "") -> str:
    """A number of people; in Chinese `120 人` but `12 万人`, as it is written. Tickets are counted in `件`.

    Examples:
        >>> from retro.i18n import load_text
        >>> people(120, load_text("zh")), people(1_200_000, load_text("zh")), people(120, load_text("en"))
        ('120 人', '120 万人', '120')
    """
    words = text("chart.tickets" if noun == "ticket" else "chart.people", count=text.count(value))
    return words.replace("万 ", "万").replace("亿 ", "亿")


def written(value: Number, unit: str, text: Text) -> str:
    """A figure by its unit: `change` and `percentage_points` carry their sign, others are as `text.value` writes them.

    Examples:
        >>> from retro.i18n import load_text
        >>> written(0.065, "percentage_points", load_text("en")), written(0.5, "rate", load_text("en"))
        ('+6.5 pp', '50.0%')
    """
    if unit == "change":
        return text.change(float(value))
    if unit == "percentage_points":
        return text.percentage_points(float(value))
    return text.value(value, unit)


def signed(value: Number, unit: str, text: Text) -> str:
    """A difference in a unit, with its sign before it.

    Examples:
        >>> from retro.i18n import load_text
        >>> signed(-12, "count", load_text("en")), signed(12, "count", load_text("en"))
        ('−12', '+12')
    """
    sign = "+" if value > 0 else "−" if value < 0 else ""
    size = value if value > 0 else -value
    return f"{sign}{written(size, unit, text)}"
