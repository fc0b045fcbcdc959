"""Points liability: the cost of points not yet redeemed."""

import pandas as pd

from retro.sections.section import Context, Finding, Section, frame_table, number, records

_COLUMNS = ("outstanding", "redeemed", "expired", "points_breakage_rate", "most", "liability")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """What the points that are still out may cost, with breakage and without."""
    text, (row,) = context.text, records(frame)
    row["known"] = row["redeemed"] + row["expired"]
    table = frame_table("points_liability", frame, _COLUMNS, text)
    breakage = context.entry("points_breakage_rate", row, of=("expired", "known"))
    if row["most"] is None:
        return Finding(text("points_liability.say.no_cost", row), (breakage,), table)
    if row["liability"] is None:
        return Finding(text("points_liability.say.no_breakage", row), (), table)
    method, most = "high: no breakage", number(row["most"])
    liability = context.entry("points_liability", row, "liability", method=method, low=None, high=most)
    return Finding(text("points_liability.say.summary", row), (breakage, liability), table)


section = Section("points_liability", say, level=2)
