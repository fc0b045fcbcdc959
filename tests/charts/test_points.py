"""Charts of a points contest: what they draw and what they say."""

from decimal import Decimal

import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

from retro.charts import dots, tier_moves, tier_penetration
from retro.charts.chart import Chart
from retro.errors import MetricError
from retro.i18n import load_text
from retro.privacy import masked
from retro.sections.concentration import draw as concentration
from retro.sections.offers import draw as offers
from retro.sections.participant_repurchase import draw as participant_repurchase
from retro.sections.participation import draw as participation
from retro.sections.points_balance import draw as points_balance
from retro.sections.redeem_to_purchase import draw as redeem_to_purchase
from retro.sections.redemptions import draw as redemptions
from retro.sections.woken_members import draw as woken_members

EN, ZH = load_text("en"), load_text("zh")


def words(chart: Chart) -> list[str]:
    (ax,) = chart.figure.axes
    return [text.get_text() for text in ax.texts]


def rows(chart: Chart) -> list[str]:
    (ax,) = chart.figure.axes
    return [label.get_text() for label in ax.get_yticklabels()]


BALANCE = pd.DataFrame(
    {
        "period": ["before", "during", "after"],
        "opening": [0, 120, 60],
        "issued": [140, 50, 0],
        "redeemed": [0, 100, 0],
        "expired": [20, 0, 0],
        "clawed_back": [0, 0, 20],
        "reversed": [0, 10, 0],
        "outstanding": [120, 60, 40],
        "difference": [0, 0, 0],
    }
)


def test_points_run_from_the_start_of_the_campaign_to_now() -> None:
    chart = points_balance(BALANCE, EN)

    assert rows(chart) == ["Opening", "Issued", "Redeemed", "Clawed back\n(abuse)", "Reversed (returns)", "Outstanding"]
    assert words(chart) == ["120", "+50", "−100", "−20", "−10", "40"]


def test_a_ledger_that_does_not_tie_out_shows_what_is_missing() -> None:
    chart = points_balance(BALANCE.assign(outstanding=[120, 60, 47], difference=[0, 0, -7]), EN)

    assert rows(chart)[-2:] == ["Difference", "Outstanding"]
    assert words(chart)[-2:] == ["+7", "47"]


def test_redemptions_are_a_week_of_hours() -> None:
    frame = pd.DataFrame({"weekday": [3, 3], "hour": [20, 21], "events": [70, 61]})

    chart = redemptions(frame, ZH)

    assert "周三 20 时，70" in chart.alt


def test_concentration_points_out_the_top_fifth() -> None:
    frame = pd.DataFrame({"people_share": [0.5, 0.8], "value_share": [0.1, 0.38]})

    assert "62.0%" in concentration(frame, EN).alt


def test_participation_has_a_line_for_each_group() -> None:
    frame = pd.DataFrame(
        [("all", 1, 0.1), ("all", 2, 0.2), ("seen", 1, 0.3), ("seen", 2, 0.4)], columns=["group", "day", "rate"]
    )

    chart = participation(frame, EN)

    assert words(chart) == ["All invited\n20.0%", "Seen lately\n40.0%"]
    assert chart.caption == "Members who had taken part by the end of the day, of those eligible."


MOVES = pd.DataFrame(
    [
        ("none", "member", 0, 0, float("nan")),
        ("none", "gold", 0, 0, float("nan")),
        ("member", "member", 96, 99, 96 / 99),
        ("member", "gold", 3, 99, 3 / 99),
        ("gold", "member", 0, 7, 0.0),
        ("gold", "gold", 7, 7, 1.0),
    ],
    columns=["before", "after", "members", "total", "rate"],
)


def test_a_few_who_moved_are_not_told_apart() -> None:
    chart = tier_moves(masked(MOVES, {"members": ["rate"]}), EN)

    assert rows(chart) == ["Member (99)", "Gold (7)"]
    assert words(chart) == ["97.0%", "<5", "", "100.0%"]
    assert "3.0%" not in chart.svg()
    (mesh,) = [one for one in chart.figure.axes[0].collections if isinstance(one, QuadMesh)]
    assert mesh.get_array().ravel().tolist() == pytest.approx([96 / 99, 0, 0, 1])  # type: ignore[union-attr]  # drawn


def test_penetration_stands_before_and_after_with_its_target() -> None:
    frame = pd.DataFrame(
        [("all", "before", 10, 100, 0.1), ("all", "after", 20, 100, 0.2)],
        columns=["group", "moment", "above", "members", "rate"],
    )

    chart = tier_penetration(frame, EN, target=Decimal("0.6"))

    assert words(chart) == ["10.0% of 100", "20.0% of 100", "target 60.0%"]
    assert chart.figure.axes[0].get_xlim()[1] > 0.6


WOKEN = pd.DataFrame(
    [
        ("invited", 1, 100, 20, 0.2, 0.13, 0.29),
        ("invited", 5, 10, 4, 0.4, 0.17, 0.69),
        ("invited", 0, 110, 24, 0.22, 0.15, 0.3),
        ("held_out", 5, 10, 9, 0.9, 0.6, 0.98),
        ("held_out", 0, 10, 9, 0.9, 0.6, 0.98),
    ],
    columns=["group", "stars", "members", "woken", "rate", "low", "high"],
)


def test_woken_members_stand_beside_those_held_out_and_few_are_left_out() -> None:
    chart = woken_members(WOKEN, EN)

    assert rows(chart) == ["Invited", "Held out at random", "Invited, ★"]


SIDES = pd.DataFrame(
    [
        ("treated", 10, 0.4, 0.2, 0.6),
        ("alike", 8, 0.2, 0.1, 0.3),
        ("others", 50, 0.1, 0.05, 0.2),
        ("difference", 8, 0.2, 0.1, 0.3),
    ],
    columns=["side", "people", "rate", "low", "high"],
)


@pytest.mark.parametrize(
    ("draw", "first"), [(redeem_to_purchase, "Redeemers"), (participant_repurchase, "Participants")]
)
def test_sides_are_dots_and_their_difference_is_left_to_words(draw: object, first: str) -> None:
    chart = draw(SIDES, EN)  # type: ignore[operator]  # one of the two charts

    assert rows(chart)[0] == first
    assert words(chart)[:2] == ["40.0%", "of 10"]
    assert len(rows(chart)) == 3


def test_a_group_without_people_has_no_dot() -> None:
    frame = pd.DataFrame(
        [("a", 0.4, 0.2, 0.6, 10, True), ("b", float("nan"), float("nan"), float("nan"), 0, False)],
        columns=["label", "rate", "low", "high", "people", "campaign"],
    )

    chart = dots(frame, EN, "Share")

    assert words(chart) == ["40.0%", "of 10", "not computable"]
    assert chart.alt == "Dot chart of Share with 95% intervals: a 40.0% (20.0% – 60.0%); b not computable."


def test_offers_of_each_kind_are_counted() -> None:
    frame = pd.DataFrame(
        [("bogo", 30, 20, 10, 5), ("all", 30, 20, 10, 5)],
        columns=["kind", "received", "viewed", "viewed_first", "unviewed"],
    )

    chart = offers(frame, EN)

    assert rows(chart) == ["Buy one get one"]
    assert words(chart) == ["20", "10", "5"]
    assert "Buy one get one 30 received" in chart.alt


@pytest.mark.parametrize("draw", [points_balance, tier_moves, participation])
def test_a_frame_without_its_columns_is_refused(draw: object) -> None:
    with pytest.raises(MetricError, match=r"frame must have the columns"):
        draw(pd.DataFrame({"x": [1]}), EN)  # type: ignore[operator]  # one of the charts
