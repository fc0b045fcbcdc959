"""What the section `portfolio` says."""

from __future__ import annotations

import pandas as pd
import pytest

from retro.i18n import Lang
from retro.metrics.experiments import Portfolio
from retro.sections import SECTIONS
from telling import quarter

NAN = float("nan")
ROWS = pd.DataFrame(
    [
        ("price", "low", "spend", "mean", "higher", "do_not_ship", "worse", -2.5, -4.0, -1.0, -3.3, -2.0, False),
        ("page", "new", "bought", "conversion", "higher", "ship", "better", 0.03, 0.01, 0.05, 2.9, 0.02, True),
        ("mail", "b", "bought", "conversion", "higher", "invalid", "unsound", NAN, NAN, NAN, NAN, NAN, False),
    ],
    columns=[
        "experiment", "arm", "metric", "kind", "better", "state", "reason", "effect", "low", "high", "z", "corrected",
        "shipped",
    ],
)  # fmt: skip
SUMS = pd.DataFrame(
    [("bought", "conversion", 1, 0.03, 0.02, 0.005, 0.035)],
    columns=["metric", "kind", "arms", "total", "corrected", "low", "high"],
)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            (
                "**3 experiments in the period, 1 fit to ship**. "
                "bought (arms fit to ship: 1): +3.0 pp as read, **+2.0 pp** without the winners' luck "
                "(95% interval +0.5 – +3.5 pp). "
                "news: a table is missing"
            ),
        ),
        ("zh", "本期 **3 个实验，1 个可以上线**。bought：1 组可以上线，读数合计 +3.0"),
    ],
)
def test_every_experiment_stands_with_its_decision_and_the_sum_without_luck(lang: Lang, words: str) -> None:
    finding = SECTIONS["portfolio"](ROWS, Portfolio(ROWS, 0.66, SUMS, ("news",)), quarter(lang=lang))

    assert words in finding.sentence
    assert finding.table is not None
    rows = [[cell.text for cell in row] for row in finding.table.rows]
    assert [row[0] for row in rows] == ["price", "page", "mail"]
    assert rows[0][4:] == ["−2.50", "−4.00 – −1.00", "−3.30", "−2.00"]
    assert rows[2][4:] == ["", "", "", ""]


def test_a_period_without_experiments_says_nothing() -> None:
    assert SECTIONS["portfolio"](ROWS[:0], Portfolio(ROWS[:0], NAN, SUMS[:0]), quarter()).sentence == ""
