"""What the section `funnel_segments` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro import charts
from telling import context_of, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


def segments(rate: float) -> pd.DataFrame:
    rows = [
        ("channel", "app", "register", 900, 900, 1.0, 0.99, 1.0),
        ("channel", "app", "order", 450, 900, 0.5, 0.45, 0.55),
        ("channel", "sms", "register", 100, 100, 1.0, 0.95, 1.0),
        ("channel", "sms", "order", round(100 * rate), 100, rate, rate - 0.1, rate + 0.1),
    ]
    return pd.DataFrame(rows, columns=["attribute", "group", "step", "users", "before", "rate", "low", "high"])


def test_the_group_that_loses_most_is_named_with_its_step() -> None:
    sentence = find("funnel_segments", segments(0.2)).sentence

    assert "“order” by channel SMS: **20.0%** (20/100, 95% interval 10.0% – 30.0%), all users 47.0%" in sentence


def test_groups_that_do_not_differ_point_to_the_step_itself() -> None:
    finding = find("funnel_segments", segments(0.45))

    assert "no step converts clearly worse" in finding.sentence
    assert [exhibit.chart for exhibit in finding.exhibits] == [charts.panels]


def test_a_masked_group_is_left_out_of_the_rate_of_all() -> None:
    web = segments(0.5).iloc[:2].assign(group="web")
    few = pd.concat([segments(0.2), web]).assign(users=[900, 450, 100, 2, 90, 45], before=[900, 900, 100, 100, 90, 90])
    finding = find("funnel_segments", few)

    assert "no step converts clearly worse" in finding.sentence
    frame = finding.exhibits[0].frame
    assert frame is not None
    assert frame["reference"].tolist() == [0.5] * 3
    assert not find("funnel_segments", few.assign(users=2)).covered
