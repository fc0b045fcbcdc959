"""Money: exact decimals from engine to frame; floats are for ratios only."""

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

_CENT = Decimal("0.01")


def as_money(value: object) -> Decimal:
    """An engine's sum as a decimal; 0 where there was nothing to add up.

    Examples:
        >>> as_money(Decimal("9.50")), as_money(None), as_money(3)
        (Decimal('9.50'), Decimal('0.00'), Decimal('3.00'))
    """
    return Decimal("0.00") if pd.isna(value) else Decimal(str(value)).quantize(_CENT, ROUND_HALF_UP)  # type: ignore[call-overload]  # any scalar


def as_count(value: object) -> int:
    """An engine's count; 0 where there was nothing to count.

    Examples:
        >>> as_count(3.0), as_count(None)
        (3, 0)
    """
    return 0 if pd.isna(value) else int(value)  # type: ignore[call-overload]  # any scalar


def known_count(value: object) -> int | None:
    """An engine's count; None where it is not known.

    Examples:
        >>> known_count(3.0), known_count(None)
        (3, None)
    """
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]  # any scalar


def per_head(value: Decimal, heads: int) -> Decimal | None:
    """Divide an amount by a count, to the cent, half up; None where the count is 0.

    Examples:
        >>> per_head(Decimal("0.05"), 2), per_head(Decimal(1), 0)
        (Decimal('0.03'), None)
    """
    return (value / heads).quantize(_CENT, ROUND_HALF_UP) if heads else None
