"""What the section `redeem_to_purchase` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from retro.i18n import load_text
from retro.sections import SECTIONS
from retro.sections.redeem_to_purchase import draw
from seen import row_names, words_in
from telling import context_of, figures, sides

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (
            (0.1, 0.05, 0.15),
            (
                "That is **10.0 pp more** than among those with similar past purchases (30.0%) "
                "(95% interval +5.0 to +15.0 pp, 40 comparable)"
            ),
        ),
        ((-0.1, -0.15, -0.05), "That is **10.0 pp less**"),
        ((0.1, -0.05, 0.25), "that redeeming brings orders is not established"),
    ],
)
def test_redeeming_is_credited_with_orders_only_where_the_interval_leaves_zero(
    gap: tuple[float, float, float], words: str
) -> None:
    finding = SECTIONS["redeem_to_purchase"](sides(gap), context())

    assert finding.sentence.startswith(
        "Within 7 days of their first redemption **40.0%** of redeemers ordered (20/50)."
    )
    assert words in finding.sentence
    assert figures(finding)["redeem_to_purchase_gap"] == Decimal(str(gap[0]))


def test_a_few_who_bought_are_not_shown() -> None:
    finding = SECTIONS["redeem_to_purchase"](sides((0.1, 0.05, 0.15), people=4), context())

    assert (finding.sentence[:22], finding.entries, finding.table) == ("Fewer than five people", (), None)


def test_sides_are_dots_and_their_difference_is_left_to_words() -> None:
    chart = draw(sides((0.2, 0.1, 0.3), people=10), load_text("en"))

    assert row_names(chart)[0] == "Redeemers"
    assert words_in(chart)[:2] == ["40.0%", "of 10"]
    assert len(row_names(chart)) == 3
