"""What the section `period_costs` says."""

from __future__ import annotations

from telling import finder, money, objects, quarter, words_of

find = finder(quarter)


def test_costs_are_set_beside_the_plans_bands() -> None:
    given = objects(
        group=["marketing", "rest"], amount=money("3.00", "1.00"), gmv=money("100.00", "100.00"), share=[0.03, 0.01],
        low=[0.08, float("nan")], high=[0.12, float("nan")], place=["below", None],
    )  # fmt: skip

    assert words_of(find, "period_costs", given) == (
        (
            "Costs of 4.00 CNY are **4.0%** of sales of 100 CNY; none of 1 group lies in its planned band. "
            "Marketing at 3.00% is **below** the planned 8% – 12%. "
            "Only what is booked is in here; everyday marketing that is not booked is missing, "
            "so that below a band is no saving."
        ),
        (
            "期内费用 4.00 元，占成交额 100 元的 **4.0%**；1 类都不在计划区间内。"
            "营销占 3.00%，**低于**计划的 8% – 12%。"
            "这里只有已登记的费用；日常投放若没有登记便不在内，低于区间不等于省钱。"
        ),
    )
    assert find("period_costs", given.iloc[:0]).sentence == ""
