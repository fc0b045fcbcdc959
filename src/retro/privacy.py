"""Privacy: mask counts of fewer than five people, and the values that would reveal them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

LEAST: Final = 5
"""The privacy threshold: the smallest group of people whose number is shown."""


class TooFew:
    """A masked number in a frame: it prints as `<5`, and what is computed from it is masked.

    As a float it is NaN, so that charts draw nothing for it; no comparison with it holds.

    Examples:
        >>> print(FEW, FEW + 3, sum([10, FEW]), f"{FEW:,}", FEW > 3)
        <5 <5 <5 <5 False
        >>> float(FEW)
        nan
    """

    def __str__(self) -> str:
        return f"<{LEAST}"

    __repr__ = __str__

    def __format__(self, _: str) -> str:
        return str(self)

    def __float__(self) -> float:
        return float("nan")

    def _masked(self, *_: object) -> TooFew:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _masked
    __neg__ = __abs__ = _masked

    def _never(self, _: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never

    def __reduce__(self) -> str:
        """There is one: copies and other processes hold the same."""
        return "FEW"


FEW: Final = TooFew()
"""The mark of a masked number."""


def few(count: Any) -> bool:  # noqa: ANN401 - a cell holds whatever it holds
    """Whether a number of people is too small to be shown; 0 is not.

    Examples:
        >>> few(0), few(4), few(5), few(None), few(float("nan")), few(FEW)
        (False, True, False, False, False, True)
    """
    known = str(count) not in {"None", "<NA>"}  # pandas is not on this floor
    return count is FEW or (known and 0 < count < LEAST)


def masked_count(count: Any) -> Any:  # noqa: ANN401 - as above
    """Mask a count of people outside frames, such as a sum.

    Examples:
        >>> masked_count(4), masked_count(5), masked_count(0)
        (<5, 5, 0)
    """
    return FEW if few(count) else count


def masked(frame: Any, people: Mapping[str, Sequence[str]]) -> Any:  # noqa: ANN401 - pandas is not on this floor
    """Mask the small groups of a frame.

    Args:
        frame: A pandas frame.
        people: For each column that counts people, the columns that would give a small count away (rates, amounts);
            these become null where the count is masked. Columns that the frame lacks are passed over.

    Returns:
        A copy: small counts are `FEW`.

    Examples:
        >>> import pandas as pd
        >>> masked(pd.DataFrame({"buyers": [4, 5], "gmv": [9.5, 8.5]}), {"buyers": ["gmv"]})
          buyers  gmv
        0     <5  NaN
        1      5  8.5
    """
    hidden = frame
    for column, told in people.items():
        small = [few(count) for count in frame[column]] if column in frame.columns else []
        if not any(small):
            continue
        hidden = hidden.copy() if hidden is frame else hidden
        hidden[column] = hidden[column].astype(object).mask(small, FEW)
        for name in told:
            if name in frame.columns:
                hidden[name] = hidden[name].mask(small)
    return hidden
