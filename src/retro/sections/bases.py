"""Names of bases and segments, for all sections that compare."""

from retro.i18n import Text
from retro.periods import Period


def base_name(base: Period, text: Text) -> str:
    """A base in words: its title or what kind it is, with its dates or the amount aimed at."""
    detail = text.period(base.start, base.end) if base.amount is None else text.value(base.amount, "money")
    return text("basis.named", name=base_phrase(base, text), when=detail)


def base_short(base: Period, text: Text) -> str:
    """A base in a word or two, for lines and rows."""
    return text.pick(base.title) if base.title is not None else text(f"basis.{base.basis}")


def base_phrase(base: Period, text: Text) -> str:
    """A base within a sentence."""
    return text.pick(base.title) if base.title is not None else text(f"basis.phrase.{base.basis}")


def base_key(place: int, bases: tuple[Period, ...]) -> str:
    """A base's part in figure names: its basis, with its number among several of one kind."""
    own = bases[place].basis
    number = sum(base.basis == own for base in bases[: place + 1])
    return own if number == 1 else f"{own}_{number}"


def segment_name(dimension: str, segment: str, text: Text) -> str:
    """A segment in words."""
    keys = (f"segment_value.{dimension}_{segment}", f"{dimension}.{segment}", f"segment_value.{segment}")
    return next((text(key) for key in keys if text.has(key)), segment)
