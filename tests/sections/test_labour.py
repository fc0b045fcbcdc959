"""What the section `labour` says."""

from __future__ import annotations

from telling import finder, money, objects, quarter, words_of

find = finder(quarter)


def test_labour_names_where_it_brought_most() -> None:
    given = objects(
        report=["q/week", "q/night"], title=["Week", "Night"], labour=money("10.00", "20.00"), cost_share=[0.1, 0.2],
        new_users_per_thousand=[1.0, 2.0], revenue_per_unit=money("5.00", "9.00"),
    )  # fmt: skip
    team = objects(members=[300], operators=[3], members_per_operator=money("100.00"))

    assert words_of(find, "labour", given, team) == (
        (
            "Labour of 2 campaigns cost **30 CNY**. For each 1 spent on labour, Night "
            "brought most net revenue (9 CNY), "
            "Week least (5 CNY). 3 operators look after 300 members, **100 each**."
        ),
        (
            "2 场活动的人力费用共 **30 元**。每 1 元人力带来的净收入，Night最高（9 元），Week最低（5 元）。"
            "3 位运营服务 300 位会员，人均 **100 位**。"
        ),
    )
    assert not find("labour", given.assign(labour=None), team).covered
    few = objects(members=[4], operators=[2], members_per_operator=money("2.00"))
    assert "operators" not in find("labour", given, few).sentence
