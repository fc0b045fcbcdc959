"""What the section `period_costs` says."""

from __future__ import annotations

from telling import finder, money, objects, quarter, words_of

find = finder(quarter)


NO_BAND = float("nan")


def test_costs_are_set_beside_the_plans_bands() -> None:
    given = objects(
        group=["marketing", "rest"], amount=money("3.00", "1.00"), gmv=money("100.00", "100.00"), share=[0.03, 0.01],
        low=[0.08, NO_BAND], high=[0.12, NO_BAND], place=["below", None], everyday=money("2.00", "0.50"),
    )  # fmt: skip

    assert words_of(find, "period_costs", given) == (
        (
            "Costs of 4 CNY are **4.0%** of sales of 100 CNY. Of these 2.50 CNY belong to no campaign; none "
            "of 1 group lies in its planned band. Marketing at 3.00% is **below** the planned 8% – 12%."
        ),
        (
            "期内费用 4 元，占成交额 100 元的 **4.0%**。其中 2.50 元是日常费用，不属于任何活动；"
            "1 类都不在计划区间。营销占 3.00%，**低于**计划的 8% – 12%。"
        ),
    )
    assert find("period_costs", given.iloc[:0]).sentence == ""


def test_campaign_cost_alone_is_not_held_against_a_band_that_holds_everyday_marketing() -> None:
    given = objects(
        group=["marketing", "technology"], amount=money("30.00", "1.00"), gmv=money("100.00", "100.00"),
        share=[0.3, 0.01], low=[0.08, 0.03], high=[0.12, 0.05], place=["above", None], everyday=[None, None],
    )  # fmt: skip

    english, chinese = words_of(find, "period_costs", given)
    assert english == (
        "Costs of 31 CNY are **31.0%** of sales of 100 CNY. Marketing at 30.00% is **above** the planned "
        "8% – 12%. No everyday marketing is booked (campaign id everyday), so this is campaign cost alone; the "
        "planned bands cover both, so whether a group keeps to its band cannot be told."
    )
    assert "是否在计划区间内不能断定" in chinese
    table = find("period_costs", given).table
    assert table is not None
    assert [row[-1].text for row in table.rows] == ["↑ above plan", ""]
