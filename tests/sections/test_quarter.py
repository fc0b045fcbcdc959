"""The quarter's sections in words, in both languages, on frames of a few rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from retro.campaigns.quarter import PlannedRisk
from retro.i18n import LANGS, Lang
from retro.sections import SECTIONS
from retro.sections.finding import Finding
from sections.test_campaigns_compared import context

NAN = float("nan")


def said(section: str, *frames: Any, lang: Lang = "en") -> Finding:
    return SECTIONS[section](*frames, context(lang))


def words(section: str, *frames: Any) -> tuple[str, str]:
    english, chinese = (said(section, *frames, lang=lang).sentence.strip() for lang in ("en", "zh"))  # type: ignore[arg-type]  # languages
    return english, chinese


def frame(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})


def rates(**rows: tuple[int, int]) -> pd.DataFrame:
    known = [(name, hits, units, hits / units, 0.1, 0.9) for name, (hits, units) in rows.items()]
    return pd.DataFrame(known, columns=["definition", "active", "members", "rate", "low", "high"])


def test_activity_says_of_whom() -> None:
    daily = pd.DataFrame({"on": [dt.date(2025, 3, 1), dt.date(2025, 3, 2)], "dau": [10, 30]})
    found = rates(period=(40, 160), month=(20, 160), recent=(5, 10), buyers=(10, 40))

    assert words("activity", daily, found) == (
        (
            "**20 users a day** on average, most on 2 Mar (30). 40 of 160 members were active in the period, "
            "**25.0%**; in the last 30 days 12.5%. Of those active, 10 bought (**25.0%**)."
        ),
        (
            "日活平均 **20 人**，3月2日最高（30 人）。本期有过活动的会员 40 位，占全部 160 位会员的 **25.0%**；"
            "最近 30 天为 12.5%。有过活动的人中 10 位下过单（**25.0%**）。"
        ),
    )
    entries = {entry.name: entry.value for entry in said("activity", daily, found).entries}
    assert (entries["dau_mean"], entries["dau_peak"], entries["active_buyer_rate"]) == (20, 30, Decimal("0.25"))


def test_activity_without_members_is_not_covered() -> None:
    daily = pd.DataFrame({"on": [dt.date(2025, 3, 1)], "dau": [0]})
    found = rates(period=(0, 1)).assign(rate=NAN)

    assert said("activity", daily, found).sentence == "There are no members, so activity cannot be told."


def money(*amounts: str | None) -> list[Decimal | None]:
    return [None if one is None else Decimal(one) for one in amounts]


def budgeted(used: str | None, planned: str | None = "100.00", booked: str | None = None) -> pd.DataFrame:
    left = None if used is None or planned is None else Decimal(planned) - Decimal(used)
    rate = NAN if left is None else float(Decimal(used or 0) / Decimal(planned or 1))
    return frame(
        row=["q/week", "outside", "total"],
        title=["Week", None, None],
        planned=money("90.00", None, planned),
        used=money(used, None, used),
        booked=money(booked or used or "7.00", "0.00", booked or used or "7.00"),
        left=[left, None, left],
        used_rate=[rate, NAN, rate],
    )


@pytest.mark.parametrize(
    ("given", "english", "chinese"),
    [
        (
            budgeted("60.00"),
            (
                "Planned **100.00 CNY**, used **60.00 CNY**, 40.00 CNY left. The campaigns' own budgets add up to "
                "90.00 CNY, not to the quarter's 100.00 CNY. The costs in the campaigns' reports equal those "
                "booked, to the cent."
            ),
            (
                "计划 **100.00 元**，已用 **60.00 元**，结余 40.00 元。各场预算合计 90.00 元，与全季预算 100.00 "
                "元不一致。"
                "各活动复盘中的费用与费用表分文不差。"
            ),
        ),
        (
            budgeted("120.00"),
            "Planned **100.00 CNY**, used **120.00 CNY**: **20.00 CNY over**.",
            "计划 **100.00 元**，已用 **120.00 元**，**超支 20.00 元**。",
        ),
        (
            budgeted(None),
            "Week has no usable report, so what was used and is left cannot be added up; 7.00 CNY is booked.",
            "“Week”没有可用的复盘，已用与结余无法合计；费用表中已登记 7.00 元。",
        ),
        (
            budgeted("60.00", planned=None),
            "Used **60.00 CNY**; the params hold no budget for the quarter to compare with.",
            "已用 **60.00 元**；参数中没有全季预算，无从比较。",
        ),
    ],
)
def test_the_budget_is_kept_exceeded_or_cannot_be_told(given: pd.DataFrame, english: str, chinese: str) -> None:
    found = words("budget", given)

    assert found[0].startswith(english)
    assert found[1].startswith(chinese)


def test_costs_that_were_booked_later_are_warned_of() -> None:
    finding = said("budget", budgeted("60.00", booked="61.00"))

    assert "to the cent" not in finding.sentence
    assert finding.warnings[0].startswith("The costs in the campaigns' reports differ from those booked now")


def test_costs_are_set_beside_the_plans_bands() -> None:
    given = frame(
        group=["marketing", "rest"], amount=money("3.00", "1.00"), gmv=money("100.00", "100.00"), share=[0.03, 0.01],
        low=[0.08, NAN], high=[0.12, NAN], place=["below", None],
    )  # fmt: skip

    assert words("period_costs", given) == (
        (
            "Costs of 4.00 CNY are **4.0%** of sales of 100.00 CNY; 0 of 1 groups lie in their planned band. "
            "Marketing at 3.00% is **below** the planned 8% – 12%."
        ),
        (
            "期内费用 4.00 元，占成交额 100.00 元的 **4.0%**；1 类中有 0 类落在计划区间。"
            "营销占 3.00%，**低于**计划的 8% – 12%。"
        ),
    )
    assert said("period_costs", given.iloc[:0]).sentence == ""


def test_labour_names_where_it_brought_most() -> None:
    given = frame(
        report=["q/week", "q/night"], title=["Week", "Night"], labour=money("10.00", "20.00"), cost_share=[0.1, 0.2],
        new_users_per_thousand=[1.0, 2.0], revenue_per_unit=money("5.00", "9.00"),
    )  # fmt: skip
    team = frame(members=[300], operators=[3], members_per_operator=money("100.00"))

    assert words("labour", given, team) == (
        (
            "Labour of 2 campaigns cost **30.00 CNY**. Each unit of labour brought most net revenue in Night "
            "(9.00 CNY), "
            "least in Week (5.00 CNY). 3 operators look after 300 members, **100 each**."
        ),
        (
            "2 场活动的人力费用共 **30.00 元**。每 1 元人力带来的净收入，Night最高（9.00 元），Week最低（5.00 元）。"
            "3 位运营服务 300 位会员，人均 **100 位**。"
        ),
    )
    assert not said("labour", given.assign(labour=None), team).covered


def pair(**keys: Any) -> pd.DataFrame:
    row = {"first": "Week", "then": "Night", "first_report": "q/week", "then_report": "q/night", "participants": 100}
    return pd.DataFrame([row | keys])


def test_overlap_tells_no_small_groups_apart() -> None:
    rest = {"low": 0.1, "high": 0.3, "then_participants": 50, "then_rate": 0.4}

    assert words("overlap", pair(both=20, rate=0.2, **rest)) == (
        "Of the 100 participants of Week, **20 (20.0%) took part in Night too**.",
        "Week的 100 位参与者中，**20 位（20.0%）也参加了Night**。",
    )
    few = said("overlap", pair(both=4, rate=0.04, **rest))
    assert few.sentence == "No group of 5 or more took part in two campaigns."
    assert few.table is not None
    assert few.table.rows[0][3].text == "<5"
    assert not said("overlap", pair(both=0, rate=NAN, **rest).assign(participants=0)).covered


@pytest.mark.parametrize(
    ("each", "english", "chinese"),
    [
        (5.0, ("bought **5.00 CNY more a head** in Night than people like them (95% interval 3.00 CNY – 7.00 "
        "CNY; 80 of "
              "100 have peers), 400.00 CNY in all."), "比同类用户**人均多买 5.00 元**"),
        (-5.0, "bought **5.00 CNY less a head**", "比同类用户**人均少买 5.00 元**"),
        (1.0, "**cannot be told** from people like them in Night", "与同类用户**看不出差别**"),
    ],
)  # fmt: skip
def test_synergy_is_more_less_or_cannot_be_told(each: float, english: str, chinese: str) -> None:
    ends = {"effect_per_user": each, "low": each - 2, "high": each + 2}
    given = pair(matched=80, **ends, **{f"effect{key}": each * 80 for key in ("", "_low", "_high")})

    found = words("synergy", given)

    assert english in found[0]
    assert chinese in found[1]


def test_synergy_that_cannot_be_matched_says_why() -> None:
    empty = dict.fromkeys(("effect_per_user", "low", "high", "effect", "effect_low", "effect_high"), NAN)

    assert "began within 28 days of Week" in words("synergy", pair(matched=0, **empty))[0]
    assert "没有可以与Night配对的参与者" in words("synergy", pair(matched=0, **empty).assign(participants=0))[1]
    assert said("synergy", pair(matched=0, **empty)).exhibits == ()
    assert not said("synergy", pair(matched=0, **empty).iloc[:0]).covered


def path(*steps: tuple[str, int], immature: int = 0) -> pd.DataFrame:
    first = steps[0][1]
    before = [None, *(users for _, users in steps[:-1])]
    rows = [
        (step, users, users / known if known else NAN, users / first if first else NAN, 0.1, 0.3, immature)
        for (step, users), known in zip(steps, before, strict=True)
    ]
    return pd.DataFrame(rows, columns=["step", "users", "step_rate", "total_rate", "low", "high", "immature"])


def test_paths_name_the_step_that_loses_most() -> None:
    newcomers = path(("register", 100), ("first_order", 40), ("retained", 30), ("second_order", 20), immature=7)

    english, chinese = words("newcomer_path", newcomers)
    assert english.startswith(
        "Of 100 who registered, **20 came to a second order, 20.0%** (95% interval 10.0% – 30.0%); most are lost from "
        "register to First order, where only 40.0% go on. 7 more",
    )
    assert chinese.startswith(
        "注册的 100 人中有 **20 人走到复购，20.0%**（95% 区间 10.0% – 30.0%）；流失最多的一步是“注册→首单”"
    )
    points = words("points_path", path(("earn", 50), ("redeem", 20), ("buy_again", 5)))
    assert points[0].startswith("Of 50 who earned points, **5 redeemed and bought again, 10.0%**")
    assert "“兑换→兑换后下单”，只有 25.0% 继续" in points[1]
    assert not said("newcomer_path", path(("register", 0), ("first_order", 0))).covered


def brought(group: str, cut: str, gmv: str, orders: int, **keys: Any) -> dict[str, Any]:
    row = {"cut": cut, "group": group, "buyers": orders, "orders": orders, "gmv": Decimal(gmv), "gmv_share": 0.6}
    row |= {"aov": Decimal(gmv) / orders if orders else None, "subsidy": Decimal(1), "subsidy_rate": 0.1}
    return row | {"margin": Decimal(1), "margin_rate": 0.2} | keys


def test_customers_are_told_apart_by_what_they_brought() -> None:
    given = pd.DataFrame(
        [
            brought("first_time", "newness", "60.00", 6),
            brought("returning", "newness", "40.00", 2, margin_rate=0.3),
            brought("active", "tier", "60.00", 6),
            brought("dormant", "tier", "40.00", 2, subsidy_rate=0.25, gmv_share=0.4),
        ]
    )

    assert words("customer_contribution", given) == (
        (
            "**New customers brought 60.0% of sales** (60.00 CNY, 6 buyers) at 10.00 CNY an order, against "
            "20.00 CNY of "
            "old ones. Margin is 20.0% for new and 30.0% for old customers. Most subsidised are Dormant: 25.0% "
            "off list price, "
            "for 40.0% of sales."
        ),
        (
            "**新客贡献了成交的 60.0%**（60.00 元，6 位），客单价 10.00 元，老客 20.00 元。毛利率新客 "
            "20.0%、老客 30.0%。"
            "补贴率最高的是沉睡会员：让利占吊牌价的 25.0%，成交占 40.0%。"
        ),
    )
    assert not said("customer_contribution", given.assign(orders=0)).covered


def test_tiers_say_who_was_reactivated_and_who_fell_asleep() -> None:
    moves = [("dormant", "active", 2), ("dormant", "dormant", 18), ("active", "dormant", 5), ("new", "high_value", 5)]
    given = pd.DataFrame(
        [*((*move, 0.1) for move in moves), ("not_member", "new", 9, 1.0)],
        columns=["before", "after", "members", "share"],
    )

    assert words("tier_migration", given) == (
        (
            "Of 30 members at the start, **2 dormant ones were reactivated** (of 20, 10.0%), while **5 fell dormant** "
            "(of 10, "
            "50.0%); 7 rose to active or high value."
        ),
        (
            "期初的 30 位会员中，沉睡会员**唤回 2 位**（2/20，10.0%），同时有 **5 位转为沉睡**（5/10，50.0%）；"
            "升入活跃或"
            "高价值的有 7 位。"
        ),
    )
    assert not said("tier_migration", given[given["before"] == "not_member"]).covered


PLAN = {
    "payment": PlannedRisk.model_validate({"title": "Congested", "systems": ["payment"], "measure": "Second channel"})
}


def test_risks_say_what_came_and_what_nobody_planned_for() -> None:
    given = pd.DataFrame(
        [("payment", 2, 1, 90.0, 100.0, 20.0, 0.2), ("unplanned", 1, 0, 30.0, NAN, NAN, NAN)],
        columns=["risk", "incidents", "major", "minutes", "requests", "failed", "failure_rate"],
    )
    incidents = pd.DataFrame(
        [("login", "minor", "Slow codes", dt.datetime(2025, 1, 12, 10), 30.0, NAN, NAN)],
        columns=["system", "severity", "title", "started_at", "minutes", "requests", "failed"],
    )

    assert words("risks", given, incidents, PLAN) == (
        (
            "The plan named 1 risks; **1 came true**. Congested: 2 incidents, 1.5 hours in all, **20 of 100 requests "
            "failed (20.0%)**. **1 incidents were in no plan**."
        ),
        (
            "预案列了 1 项风险，**1 项发生**。“Congested”发生 2 起，共 1.5 小时，**100 次请求失败 20 次（20.0%）**。"
            "另有 **1 起不在预案之内**。"
        ),
    )
    quiet = said("risks", given.iloc[:1].assign(incidents=0), incidents.iloc[:0], PLAN)
    assert quiet.sentence == "The plan named 1 risks; **0 came true**."
    assert [entry.value for entry in quiet.entries] == [0, 0]


@pytest.mark.parametrize("lang", LANGS)
def test_every_section_here_has_its_table_in_both_languages(lang: Lang) -> None:
    finding = said("budget", budgeted("60.00"), lang=lang)

    assert finding.table is not None
    assert [len(row) for row in finding.table.rows] == [len(finding.table.columns)] * 3
