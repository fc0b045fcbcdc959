"""What the section `review_themes` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def test_counts_of_few_people_are_not_told() -> None:
    frame = pd.DataFrame(
        {
            "theme": ["price"],
            "reviews": [30],
            "praised": pd.array([28], dtype="Int64"),
            "criticised": pd.array([None], dtype="Int64"),
            "praise": [("折扣力度大",)],
            "criticism": [()],
        }
    )
    frame.attrs = {"reviews": 40, "unthemed": 10}
    finding = find("review_themes", frame)

    assert "No theme is criticised by 5 people or more" in finding.sentence
    assert finding.table is not None
    assert [cell.text for cell in finding.table.rows[0]][4] == "fewer than 5 people"
