from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02T00:00"))


BANDS = {
    "marketing": {"categories": ["media"], "low": "0.08", "high": "0.12"},
    "technology": {"categories": ["technology"], "low": "0.03", "high": "0.05"},
}


def shares(*values: float, everyday: str | None = "0.00") -> pd.DataFrame:
    """Costs as shares of 1,000 sold; `everyday` is so much more of each group."""
    costs = [Decimal(str(value)) * 1000 for value in values]
    frame = pd.DataFrame({"group": ["marketing", "technology"], "cost": costs, "share": values})
    total = {"group": "total", "cost": sum(costs), "share": sum(values)}
    frame = pd.concat([frame, pd.DataFrame([total])], ignore_index=True).assign(gmv=Decimal(1000))
    if everyday is None:
        return frame.assign(everyday=pd.Series([None] * 3, dtype=object), whole_share=float("nan"))
    more = [Decimal(everyday), Decimal(everyday), 2 * Decimal(everyday)]
    whole = [share + float(one) / 1000 for share, one in zip(frame["share"], more, strict=True)]
    return frame.assign(everyday=pd.Series(more, dtype=object), whole_share=whole)


@pytest.mark.parametrize(
    ("values", "words", "states"),
    [
        ((0.10, 0.05), "Every part is within the plan", ["✓ within plan", "✓ within plan", ""]),
        ((0.20, 0.04), "**Above the plan: Marketing 20.0% (plan 8% – 12%)**", ["↑ above plan", "✓ within plan", ""]),
        (
            (0.10, 0.01),
            "Below the plan: Technology 1.0% (plan 3% – 5%).",
            ["✓ within plan", "↓ below plan", ""],
        ),
    ],
)
def test_shares_of_gmv_stand_beside_the_plan(values: tuple[float, float], words: str, states: list[str]) -> None:
    finding = find("cost_shares", shares(*values), roi={"cost_bands": BANDS})

    assert words in finding.sentence
    assert finding.table is not None
    assert [row[-1].text for row in finding.table.rows] == states
    assert finding.entries[0].denominator == 1000


def test_everyday_marketing_counts_towards_the_bands() -> None:
    finding = find("cost_shares", shares(0.10, 0.04, everyday="15.00"), roi={"cost_bands": BANDS})

    assert finding.sentence == (
        "All campaign cost is **14.0%** of the GMV of the campaign (140 CNY / 1,000 CNY). With 30 CNY of "
        "everyday cost on those days it is 17.0%. **Above the plan: Technology 5.5% (plan 3% – 5%)**. "
    )
    assert finding.entries[0].value == Decimal("0.14")


def test_without_everyday_marketing_the_page_says_that_the_bands_cannot_be_answered() -> None:
    finding = find("cost_shares", shares(0.20, 0.04, everyday=None), roi={"cost_bands": BANDS})

    assert "**Above the plan: Marketing 20.0% (plan 8% – 12%)**" in finding.sentence
    assert finding.sentence.endswith("so whether they are kept cannot be told. ")
    assert finding.table is not None
    assert [row[-1].text for row in finding.table.rows] == ["↑ above plan", "", ""]


def test_without_a_plan_nothing_is_said_and_without_figures_that_is() -> None:
    assert find("cost_shares", shares(0.1, 0.04)).sentence == ""
    assert (
        "there is no share to tell"
        in find("cost_shares", shares(0.1, 0.04).iloc[:0], roi={"cost_bands": BANDS}).sentence
    )


def test_a_band_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="high must not be below low"):
        find(
            "cost_shares",
            shares(0.1, 0.04),
            roi={"cost_bands": {"x": {"categories": ["sms"], "low": "0.2", "high": "0.1"}}},
        )
    twice = {"x": {"categories": ["sms"], "high": "0.1"}, "y": {"categories": ["sms"], "high": "0.1"}}
    with pytest.raises(ValueError, match="must hold each category once, got 'sms' twice"):
        find("cost_shares", shares(0.1, 0.04), roi={"cost_bands": twice})
