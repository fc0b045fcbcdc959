from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from retro.campaigns import load_params
from retro.campaigns.new_user_week import NewUserWeek
from retro.errors import ParamsError
from retro.i18n import Lang, load_text
from retro.sections import SECTIONS, Context, Finding

FIGURES = pd.DataFrame(
    {
        "name": ["cac_all_cost", "new_users", "reach_rate", "day_1_retention_rate"],
        "value": [Decimal("8.77"), Decimal(2997), Decimal("0.8236"), None],
        "unit": ["money", "users", "rate", "rate"],
    }
)
WINDOW = {"kind": "new_user_week", "campaign_id": "c", "title": "t", "start": "2025-01-10", "end": "2025-01-17T00:00"}


def audit(stated: dict[str, Any], lang: Lang = "en", figures: pd.DataFrame = FIGURES, **keys: Any) -> Finding:
    params = NewUserWeek.model_validate(WINDOW | {"stated": stated} | keys, context={"zone": ZoneInfo("Asia/Shanghai")})
    return SECTIONS["stated"](figures, Context(params, load_text(lang), None))


def rows(finding: Finding) -> list[list[str]]:
    assert finding.table is not None
    return [[cell.text for cell in row] for row in finding.table.rows]


def test_a_stated_figure_is_held_against_the_measured_one() -> None:
    finding = audit({"figures": {"new_users": 3000, "cac": "5.1"}, "measured_as": {"cac": "cac_all_cost"}})

    assert rows(finding) == [
        ["× contradicted", "CAC (all campaign cost)", "5.10 CNY", "8.77 CNY"],
        ["✓ confirmed", "New registrations", "3,000", "2,997"],
    ]
    assert finding.sentence.startswith(
        "Of 2 statements (tolerance 2.0%) **1 is contradicted**, 1 confirmed, and 0 cannot be checked."
    )


def test_stated_and_measured_rates_read_alike_and_never_the_same_where_they_differ() -> None:
    assert rows(audit({"figures": {"reach_rate": "0.9"}}))[0][2:] == ["90.0%", "82.4%"]
    assert rows(audit({"figures": {"reach_rate": "0.8238"}, "tolerance": "0"}))[0][2:] == ["0.8238", "0.8236"]


def test_a_tolerance_decides_what_is_equal() -> None:
    finding = audit({"figures": {"new_users": 3000}, "tolerance": "0.0001"})

    assert rows(finding)[0][0] == "× contradicted"


REACH = pd.DataFrame(
    {
        "name": ["reach_rate"],
        "value": [Decimal("0.5")],
        "unit": ["rate"],
        "low": [Decimal("0.4")],
        "high": [Decimal("0.6")],
    }
)


@pytest.mark.parametrize(
    ("stated", "answer"), [("0.505", "✓ confirmed"), ("0.58", "△ cannot be told"), ("0.7", "× contradicted")]
)
def test_a_stated_figure_inside_the_measured_interval_cannot_be_told(stated: str, answer: str) -> None:
    finding = audit({"figures": {"reach_rate": stated}}, figures=REACH)

    assert rows(finding)[0][0] == answer
    assert ("1 lies inside a measured interval" in finding.sentence) == (answer == "△ cannot be told")


@pytest.mark.parametrize(
    ("claim", "answer"),
    [
        ("measured.reach_rate >= 0.55", "△ cannot be told"),  # 0.4 to 0.6
        ("measured.reach_rate >= 0.61", "× contradicted"),
        ("measured.reach_rate < 0.61", "✓ confirmed"),
        ("1 - measured.reach_rate < 0.45", "△ cannot be told"),
        ("measured.reach_rate == 0.5", "✓ confirmed"),
        ("measured.reach_rate == 0.58", "△ cannot be told"),
        ("measured.reach_rate == 0.61", "× contradicted"),
        ("measured.reach_rate != 0.58", "△ cannot be told"),
        ("measured.reach_rate != 0.61", "✓ confirmed"),
    ],
)
def test_a_claim_that_the_interval_answers_both_ways_cannot_be_told(claim: str, answer: str) -> None:
    assert rows(audit({"claims": [{"claim": claim, "says": "so"}]}, figures=REACH))[0][0] == answer


def test_relations_take_stated_measured_and_target_figures() -> None:
    finding = audit(
        {
            "figures": {"cac": "5.1"},
            "claims": [
                {"claim": "cac < target.cac_all_cost", "says": "below target"},
                {"claim": "measured.cac_all_cost > cac", "says": "worse than stated"},
            ],
        },
        targets={"cac_all_cost": 5},
    )

    assert rows(finding) == [
        ["× contradicts the stated figures", "below target", "5.1", "< 5"],
        ["✓ confirmed", "worse than stated", "8.77", "> 5.1"],
    ]


def test_what_nobody_measured_is_said_not_to_be_checkable() -> None:
    claims = [{"claim": "dau >= 2", "says": {"zh": "日活达标", "en": "DAU reached its goal"}}]
    finding = audit({"figures": {"activity": "0.9"}, "claims": claims}, lang="zh")

    assert rows(finding) == [
        ["○ 无法核对", "activity", "0.9", "没有对应的实测"],
        ["○ 无法核对", "日活达标", "", "dau 既没有陈述，也没有实测"],
    ]


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("dau >= 2", "dau is neither stated nor measured"),
        ("measured.dau_mean >= 2", "not measured by this report: Users a day, mean"),
        ("measured.labour_saved >= 2", "not measured by this report: labour_saved"),
        ("measured.cac_all_cost / 0 >= 2", "it would divide by 0"),
    ],
)
def test_a_claim_that_cannot_be_checked_says_what_it_lacks(claim: str, why: str) -> None:
    assert rows(audit({"claims": [{"claim": claim, "says": "so"}]}))[0][-1] == why


def test_nothing_stated_is_said_in_a_sentence() -> None:
    finding = audit({})

    assert "nothing to be checked" in finding.sentence
    assert finding.table is None


def test_a_claim_that_cannot_be_read_stops_before_the_run(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    claim = "stated: {claims: [{claim: cac is low, says: t}]}"
    path.write_text("\n".join([*(f"{key}: {value}" for key, value in WINDOW.items()), claim]), encoding="utf-8")

    with pytest.raises(ParamsError, match="a comparison such as <= must follow the left side, got 'is'"):
        load_params(path, zone=ZoneInfo("Asia/Shanghai"))


def test_families_of_figures_and_the_budget_take_part_in_relations() -> None:
    figures = {"campaigns": {"cost": [5, 3, 4]}, "budget": {"year": 10}}
    claims = [
        {"claim": "sum(campaigns.cost) <= budget.total", "says": "within the budget"},
        {"claim": "sum(campaigns.cost) > budget.year", "says": "beyond the year's"},
        {"claim": "budget.month > 1", "says": "beyond the month's"},
    ]

    assert [row[:2] for row in rows(audit({"figures": figures, "claims": claims}, budget=11))] == [
        ["× contradicts the stated figures", "within the budget"],
        ["✓ fits the stated figures", "beyond the year's"],
        ["○ not checkable", "beyond the month's"],
    ]
    stated = {"figures": figures | {"budget": {"total": 12}}, "claims": claims[:1]}
    assert rows(audit(stated, budget=11))[0][0] == "✓ fits the stated figures"


def test_a_claim_of_stated_figures_alone_is_no_claim_of_what_was_measured() -> None:
    """A page whose measured cost is within the budget must not say that the claim of it is contradicted."""
    claims = [
        {"claim": "week_cost <= week_budget", "says": "as planned"},
        {"claim": "measured.new_users >= registrations", "says": "as measured"},
    ]
    finding = audit({"figures": {"week_cost": 5, "week_budget": 2, "registrations": 4000}, "claims": claims})

    assert [row[:2] for row in rows(finding)] == [
        ["× contradicts the stated figures", "as planned"],
        ["× contradicted", "as measured"],
    ]
    assert "Of these 1 contradict other stated figures, whatever was measured. " in finding.sentence


CONTRADICTIONS = {
    "CAC 5.1 below the goal of 5": "cac < cac_goal",
    "5.0M over 500,000 registrations is 10": "budget / registrations == cac",
    "12.0M against a budget of 5.0M": "sum(campaign_costs) <= budget",
    "campaign 1 used 5.0M of 2.0M": "week_cost <= week_budget",
    "first-order conversion 22 % and 73.8 %": "log_in_rate * funnel_first_order_rate == first_order_conversion",
    "one-night GMV 95M of 100M": "night_gmv >= night_gmv_goal",
    "day-1 retention 72 % of 85 %": "day_1_retention >= day_1_retention_goal",
    "an ordinary week above the campaign's": "registrations >= 7 * day_1_registrations / (1 + day_1_lift)",
    "five days below ordinary ones": (
        "(registrations - day_1_registrations - peak_day_registrations) / 5 >= day_1_registrations / (1 + day_1_lift)"
    ),
    "72 % as the funnel's last step": "log_in_rate * funnel_first_order_rate * retained_rate == day_1_retention",
    "72 % as one arm of an even split": "(control_retention + improved_retention) / 2 == day_1_retention",
    "40 % by the last day, 65 % in all": "participation == participation_by_day_7",
    "every Wednesday is one": "contest_wednesdays >= 2",
    "4.6 points for each participant": "points_consumed / (members * participation) >= 5",
    "a quarter of 413M, forecast at 120M": "night_gmv_stated / night_share_of_quarter <= quarter_forecast",
    "a quarter of 413M, outputs of 35.9M": "night_gmv_stated / night_share_of_quarter == sum(outputs)",
    "6 % of DAU, not 28 %": "night_orders / dau_goal == path_conversion",
    "an order of 6 yuan beside one of 792": "discount_cost_per_order / discount_rate == night_gmv / night_orders",
    "three times 150,000 are not 500,000": "campaigns * campaign_goal == quarter_registrations_goal",
    "600,000 users, not 4.0M": "operators * users_per_operator == members",
    "30 % negative, alarm at 5 %": "negative_feedback <= negative_alarm",
    "a year of 110 %": "sum(quarter_split) == 1",
    "two RFM tiers for one user": "tiers_of_recent_frequent == 1",
    "no RFM tier for another": "tiers_of_r30_89_once == 1",
    "+24 % and +18 % are +46 %": "(1 + plan_users) * (1 + plan_arpu) - 1 == plan_gmv",
}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    """What became of each claim of the quarter's params, without any data."""
    found = {}
    for path in sorted(Path("params/2025Q1").glob("*.yaml")):
        params = load_params(path, zone=ZoneInfo("Asia/Shanghai"))
        finding = SECTIONS["stated"](FIGURES.iloc[:0], Context(params, load_text("en"), None))
        said = {claim.says["en"]: claim.claim for claim in params.stated.claims}
        found |= {said[row[1]]: row[0] for row in (rows(finding) if finding.table else []) if row[1] in said}
    return found


@pytest.mark.parametrize("claim", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_each_contradiction_of_the_documents_is_found(claim: str, outcomes: dict[str, str]) -> None:
    assert outcomes[claim] == "× contradicts the stated figures"


@pytest.mark.parametrize(
    "claim", ["measured.activity_rate >= activity_goal", "measured.dau_peak_lift_rate >= dau_growth"]
)
def test_what_no_document_reports_takes_a_measured_figure(claim: str, outcomes: dict[str, str]) -> None:
    assert outcomes[claim] == "○ not checkable"
