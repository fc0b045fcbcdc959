"""Marks: what stands in place of a number that is not told."""

from __future__ import annotations

from typing import Any, Final

LEAST: Final = 5
"""The privacy threshold: the smallest group of people whose number is shown."""


class Hidden:
    """What stands in a frame in place of a masked number: it prints as its mark, and so does what is computed from it.

    As a float it is NaN, so that charts draw nothing for it; no comparison with it holds.

    Attributes:
        least: The smallest number that it can stand for.
        most: The largest one; None where there is no limit.

    Examples:
        >>> print(FEW, FEW + 3, sum([10, FEW]), f"{FEW:,}", FEW > 3, MORE)
        <5 <5 <5 <5 False ≥5
        >>> float(FEW)
        nan
    """

    def __init__(self, name: str, mark: str, least: int, most: int | None) -> None:
        """Only the two below exist."""
        self._name, self._mark = name, mark
        self.least, self.most = least, most

    def __str__(self) -> str:
        return self._mark

    __repr__ = __str__

    def __format__(self, _: str) -> str:
        return str(self)

    def __float__(self) -> float:
        return float("nan")

    def _masked(self, *_: object) -> Hidden:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _masked
    __neg__ = __abs__ = _masked

    def _never(self, _: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never

    def __reduce__(self) -> str:
        """There is one of each: copies and other processes hold the same."""
        return self._name


FEW: Final = Hidden("FEW", f"<{LEAST}", 1, LEAST - 1)
"""The mark of a small group."""

MORE: Final = Hidden("MORE", f"≥{LEAST}", LEAST, None)
"""The mark of a number that is large enough, but would give away a small one: a total less this one is that."""


def few(count: Any) -> bool:  # noqa: ANN401 - a cell holds whatever it holds
    """Whether a number of people is too small to be shown; nobody at all points at nobody.

    Examples:
        >>> few(0), few(4), few(5), few(None), few(float("nan")), few(FEW)
        (False, True, False, False, False, True)
    """
    return count is FEW or (known(count) and 0 < count < LEAST)


def known(count: object) -> bool:
    """Whether a cell holds a number or a mark; pandas, which could tell, is not on this floor.

    Examples:
        >>> known(0), known(FEW), known(None), known(float("nan"))
        (True, True, False, False)
    """
    return str(count) not in {"None", "<NA>", "nan"}


def hidden(value: object) -> bool:
    """Whether a mark stands in place of a number.

    Examples:
        >>> hidden(FEW), hidden(MORE), hidden(4)
        (True, True, False)
    """
    return isinstance(value, Hidden)


def masked_count(count: Any) -> Any:  # noqa: ANN401 - as above
    """A number of people that stands in no frame, such as a sum: `FEW` where it is too small to be shown.

    Examples:
        >>> masked_count(4), masked_count(5), masked_count(0)
        (<5, 5, 0)
    """
    return FEW if few(count) else count
