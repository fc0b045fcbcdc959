"""What the section `taken` says."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from telling import finder, quarter

find = finder(quarter)


def test_taken_figures_answer_goals_of_the_quarter() -> None:
    row = {"goal": "night_gmv", "report": "q/night", "name": "gmv", "value": Decimal("9.00"), "unit": "money"}
    missing = {"goal": "day_1_retention_rate", "report": "q/week", "name": "day_1_retention_rate"}
    frame = pd.DataFrame([row, missing], columns=[*row, "numerator", "denominator", "low", "high"], dtype=object)
    titles = pd.DataFrame({"report": ["q/week", "q/night"], "title": ["Week", "Night"]})

    finding = find("taken", frame, titles)

    (entry,) = finding.entries
    assert (entry.name, entry.value, entry.method) == ("night_gmv", Decimal("9.00"), "taken from q/night: gmv")
    assert finding.table is not None
    assert [[cell.text for cell in cells] for cells in finding.table.rows] == [
        ["GMV of the night", "9 CNY", "Night"],
        ["Day-1 retention", "○ no data yet", "Week"],
    ]
