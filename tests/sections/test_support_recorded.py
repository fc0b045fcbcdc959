"""What the section `support_recorded` says."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from telling import finder, quarter

find = finder(quarter)


def test_support_answers_are_pooled_and_the_slowest_campaign_named() -> None:
    columns = ["report", "title", "tickets", "within", "rate", "low", "high", "median_seconds", "p90_seconds"]
    rows = [
        ("q/week", "Week", 60, 30, 0.5, 0.4, 0.6, 20.0, 50.0),
        ("q/night", "Night", 40, 30, 0.75, 0.6, 0.9, 9.0, 30.0),
    ]
    frame, campaigns = pd.DataFrame(rows, columns=columns), pd.DataFrame({"report": ["q/week", "q/night", "q/contest"]})

    finding = find("support_recorded", frame, campaigns)

    assert finding.sentence == (
        "2 of 3 campaigns recorded how fast support answered: of 100 enquiries **60.0% were answered in time** "
        "(60/100, "
        "95% interval 50.2% – 69.1%). Slowest in Week (50.0% in time): half within 20 seconds, nine in ten within 50. "
    )
    assert "共 100 件咨询，**60.0% 按时得到首次响应**（60/100" in (
        find("support_recorded", frame, campaigns, lang="zh").sentence
    )
    assert finding.entries[0].value == Decimal("0.6")
    assert not find("support_recorded", frame.iloc[:0], campaigns).covered
