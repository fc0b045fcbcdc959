"""What the section `enquiry_orders` says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.enquiry_orders import draw
from telling import cells, context_of, entries, finder, words_of

find = finder(partial(context_of, "promotion_node", start="2025-02-10", end="2025-02-17T00:00"))

FRAME = pd.DataFrame(
    {
        "topic": ["all", "stock", "points"],
        "asked": [400, 250, 150],
        "ordered": [100, 90, 10],
        "rate": [0.25, 0.36, 0.0667],
        "low": [0.21, 0.303, 0.0366],
        "high": [0.295, 0.421, 0.118],
        "baseline_asked": [800, 500, 300],
        "baseline_ordered": [160, 140, 20],
        "baseline_rate": [0.2, 0.28, 0.0667],
        "difference": [0.05, 0.08, 0.0],
        "difference_low": [0.001, 0.01, -0.05],
        "difference_high": [0.1, 0.15, 0.05],
    }
)


def test_the_share_that_ordered_is_told_and_no_cause_claimed() -> None:
    english, chinese = words_of(find, "enquiry_orders", FRAME)

    assert "**Of 400 who asked, 25.0% ordered within 24 hours** (100/400, 95% interval 21.0% – 29.5%)." in english
    assert "More than the baseline of 20.0%: +5.0 pp" in english
    assert "Most ordered who asked about “out of stock” (36.0%), fewest about “points” (6.7%)." in english
    assert english.endswith("Who asks is often about to buy, so this is no effect of support.")
    assert "**400 人次咨询中 25.0% 在 24 小时内下了单**" in chinese
    assert chinese.endswith("来咨询的人多半本来就想买，这不等于客服带来的增量。")


def test_the_difference_is_judged_by_its_interval() -> None:
    alike = find("enquiry_orders", FRAME.assign(difference_low=-0.01)).sentence
    assert "the difference is within chance" in alike
    less = find("enquiry_orders", FRAME.assign(difference_low=-0.1, difference_high=-0.01)).sentence
    assert "**Less than the baseline of 20.0%**" in less


def test_topics_whose_intervals_overlap_are_not_ranked() -> None:
    assert "Most ordered" not in find("enquiry_orders", FRAME.assign(low=0.01, high=0.9)).sentence


def test_figures_are_recorded_with_their_parts() -> None:
    told = entries(find("enquiry_orders", FRAME))

    assert (told["enquiry_order_rate"].numerator, told["enquiry_order_rate"].denominator) == (100, 400)
    assert told["enquiry_order_rate_change"].method == "Newcombe"


def test_few_are_masked_and_none_is_not_covered() -> None:
    few = find("enquiry_orders", FRAME.assign(asked=[254, 250, 4], ordered=[93, 90, 3]))
    assert [row[2] for row in cells(few)][2] == "<5"
    nobody = find("enquiry_orders", FRAME.assign(asked=[4, 2, 2], ordered=[1, 1, 0]))
    assert (nobody.covered, nobody.entries) == (False, ())
    none = find("enquiry_orders", FRAME.iloc[:0])
    assert (none.covered, none.sentence.strip()) == (False, "No enquiry was observed for long enough.")


def test_the_chart_is_readable(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(FRAME, text))
