"""Figures of two campaigns, such as how many people they share."""

from collections.abc import Mapping
from typing import Any


def pair_figure(family: str, row: Mapping[str, Any], what: str) -> str:
    """A figure's name from the two reports: `overlap_new_user_week_to_flash_sale_night_rate`.

    Examples:
        >>> pair_figure("overlap", {"first_report": "2025Q1/week", "then_report": "2025Q1/night-2"}, "rate")
        'overlap_week_to_night_2_rate'
    """
    first, then = (str(row[key]).rpartition("/")[2].lower() for key in ("first_report", "then_report"))
    parts = "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in f"{first}_to_{then}")
    return f"{family}_{parts}_{what}"
