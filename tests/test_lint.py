"""What `retro lint` finds between the reports of a period."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from retro.campaigns import CAMPAIGN_TYPES
from retro.judgement import lint as conflicts
from retro.ledger import Entry, Ledger
from retro.ledger.reported import Reported

WEEK = {"start": "2025-01-10T00:00", "end": "2025-01-17T00:00"}
QUARTER = {"start": "2025-01-01T00:00", "end": "2025-04-01T00:00", "campaigns": ["q/week"]}
TITLE = {"zh": "复盘", "en": "Retrospective"}


def report(name: str, kind: str, *entries: Entry, **keys: Any) -> Reported:
    given = {"kind": kind, "campaign_id": name, "title": TITLE, **(QUARTER if kind == "quarter" else WEEK), **keys}
    return Reported(f"q/{name}", f"params/q/{name}.yaml", CAMPAIGN_TYPES[kind].model_validate(given), Ledger(entries))


def lint(reports: list[Reported]) -> list[str]:
    return [str(conflict) for conflict in conflicts(reports)]


def action(what: str = "Send it", **keys: Any) -> dict[str, Any]:
    text = {"zh": what, "en": what}
    owner = {"zh": "增长组", "en": "Growth"}
    return {"what": text, "owner": owner, "due": dt.date(2025, 5, 1), "proof": "new_users", **keys}


def figure(name: str, value: str) -> Entry:
    return Entry(name=name, value=Decimal(value), unit="money", tables=("orders",), definition="gmv_kinds")


def test_reports_that_agree_have_no_line() -> None:
    week = report("week", "new_user_week", targets={"new_users": 3000}, actions=[action()])

    assert lint([week, report("quarter", "quarter", targets={"gmv": 100}, actions=[action("Another")])]) == []


def test_a_goal_of_the_quarter_has_the_target_of_the_report_that_answers_it() -> None:
    week = report("week", "new_user_week", targets={"day_1_retention_rate": "0.78"})
    taken = {"day_1_retention_rate": {"report": "q/week", "figure": "day_1_retention_rate"}}
    quarter = report("quarter", "quarter", taken=taken, targets={"day_1_retention_rate": "0.85"})

    assert lint([week, quarter]) == [
        (
            "params/q/quarter.yaml: targets.day_1_retention_rate must have one value, got 0.85 here and 0.78 in "
            "params/q/week.yaml: targets.day_1_retention_rate."
        )
    ]


def test_targets_of_the_same_days_agree() -> None:
    first, again = (report(name, "new_user_week", targets={"new_users": aim}) for name, aim in (("week", 3), ("wk", 4)))

    assert lint([first, again]) == [
        (
            "params/q/week.yaml: targets.new_users must have one value, got 3 here and 4 in params/q/wk.yaml: "
            "targets.new_users."
        )
    ]


def test_an_action_counts_once() -> None:
    week = report("week", "new_user_week", actions=[action(), action("Cap it", worth=150_000)])
    quarter = report("quarter", "quarter", actions=[action(), action("Set a cap", worth=150_000)])

    assert lint([week, quarter]) == [
        (
            "params/q/week.yaml: actions.0 must be another action than params/q/quarter.yaml: actions.0, got the same "
            "wording: it is said twice. Leave it in one."
        ),
        (
            "params/q/week.yaml: actions.1 must be another action than params/q/quarter.yaml: actions.1, got the same "
            "owner, day and worth: its worth of 150,000 is counted twice. Leave it in one."
        ),
    ]


def test_actions_do_not_pull_a_lever_both_ways() -> None:
    week = report("week", "new_user_week", actions=[action("A second wave of SMS", lever="sms")])
    quarter = report("quarter", "quarter", actions=[action("Move money away", lever="sms", direction="less")])

    assert lint([week, quarter]) == [
        (
            "params/q/week.yaml: actions.0.direction must agree with params/q/quarter.yaml: actions.0, got sms: more "
            "here and less there. Decide on one."
        )
    ]


def test_a_quarter_lists_every_campaign_in_it() -> None:
    reports = [report("week", "new_user_week"), report("day", "member_day"), report("quarter", "quarter")]

    assert lint(reports) == [
        (
            "params/q/quarter.yaml: campaigns must list every campaign of the period, got no q/day. Its cost and "
            "contribution are missing from the sums."
        )
    ]


def test_a_figure_of_the_same_days_has_one_value() -> None:
    stated = {"figures": {"members": 4_000_000}}
    week = report("week", "new_user_week", figure("gmv", "100.00"), stated=stated)
    night = report("night", "flash_sale_night", figure("gmv", "90.00"), stated={"figures": {"members": 3_900_000}})

    assert lint([week, night]) == [
        "params/q/week.yaml: gmv must have one value, got 100.00 here and 90.00 in params/q/night.yaml: gmv.",
        (
            "params/q/week.yaml: stated.figures.members must have one value, got 4000000 here and 3900000 in "
            "params/q/night.yaml: stated.figures.members."
        ),
    ]


def test_a_figure_that_a_quarter_took_over_is_the_one_of_the_report_today() -> None:
    """The night was made again after the quarter, when late refunds had come in."""
    night = report("night", "flash_sale_night", figure("gmv", "700.00"))
    taken = {"night_gmv": {"report": "q/night", "figure": "gmv"}}
    quarter = report("quarter", "quarter", figure("night_gmv", "707.00"), taken=taken, campaigns=["q/night"])

    assert lint([night, quarter]) == [
        "params/q/quarter.yaml: night_gmv must have one value, got 707.00 here and 700.00 in params/q/night.yaml: gmv."
    ]


def test_days_of_a_neighbour_are_those_of_its_own_file() -> None:
    told = {"contest": {"start": "2025-01-17T00:00", "end": "2025-01-24T00:00", "settling_days": 7}}
    week = report("week", "new_user_week", roi={"campaigns": told})
    contest = report(
        "contest", "flash_sale_night", start="2025-01-17T00:00", end="2025-01-24T00:00", roi={"settling_days": 14}
    )

    assert lint([week, contest]) == [
        (
            "params/q/week.yaml: roi.campaigns.contest.settling_days must say the same as params/q/contest.yaml: "
            "roi.settling_days, got 7 here and 14 there. Campaigns that share days are estimated together, by both."
        )
    ]


def claim(relation: str, says: str = "It did") -> dict[str, Any]:
    return {"claims": [{"claim": relation, "says": {"zh": says, "en": says}}]}


def test_a_claim_that_is_confirmed_here_and_contradicted_there_is_named() -> None:
    """The same words: the week measured 300 new users, of the same days the other file measured 200."""
    week = report("week", "new_user_week", figure("new_users", "300"), stated=claim("measured.new_users >= 250"))
    quarter = report("quarter", "quarter", figure("orders", "200"), stated=claim("measured.orders >= 250"))

    assert lint([week, quarter]) == [
        (
            "params/q/week.yaml: stated.claims.0 must be answered as params/q/quarter.yaml: stated.claims.0 is, got "
            "confirmed here and contradicted there. Say it once, or of the same days and figures."
        )
    ]
    other = report("quarter", "quarter", figure("orders", "200"), stated=claim("measured.orders >= 250", "Another"))
    assert lint([week, other]) == []


@pytest.mark.parametrize(("kind", "lines"), [("new_user_week", 1), ("quarter", 0)])
def test_the_same_relation_of_the_same_days_is_the_same_claim(kind: str, lines: int) -> None:
    """Of other days it is another one: that each kept to its own budget."""
    week, other = (
        report(name, kind, figure("new_users", value), stated=claim("measured.new_users >= 250", name))
        for name, kind, value in (("week", "new_user_week", "300"), ("quarter", kind, "200"))
    )

    assert len([line for line in lint([week, other]) if "claims" in line]) == lines


def test_a_claim_of_a_target_that_the_quarter_has_as_missed_is_named() -> None:
    """The week's retention of 80 % is above its own target; the quarter took 70 % over from an earlier edition."""
    name = "day_1_retention_rate"
    said = claim(f"measured.{name} >= target.{name}")
    week = report("week", "new_user_week", figure(name, "0.80"), targets={name: "0.78"}, stated=said)
    taken = {name: {"report": "q/week", "figure": name}}
    quarter = report("quarter", "quarter", figure(name, "0.70"), taken=taken, targets={name: "0.78"})

    assert [line for line in lint([week, quarter]) if "claims" in line] == [
        (
            "params/q/week.yaml: stated.claims.0 must be answered as params/q/quarter.yaml: "
            "targets.day_1_retention_rate is, got confirmed here and missed there. "
            "Say it once, or of the same days and figures."
        )
    ]
    assert lint([week, report("quarter", "quarter", taken=taken, targets={name: "0.78"})]) == []  # not yet made


def test_a_claim_of_a_target_of_the_same_days_agrees_with_their_scorecard() -> None:
    said = claim("measured.new_users >= target.new_users")
    week = report("week", "new_user_week", figure("new_users", "2"), targets={"new_users": 3}, stated=said)
    again = report("wk", "new_user_week", figure("new_users", "4"), targets={"new_users": 3})

    assert [line for line in lint([week, again]) if "claims" in line] == [
        (
            "params/q/week.yaml: stated.claims.0 must be answered as params/q/wk.yaml: targets.new_users is, got "
            "contradicted here and met there. Say it once, or of the same days and figures."
        )
    ]
