"""What a points contest's sections say, on small frames."""

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pytest

from retro.metrics.tier_moves import NEW
from retro.sections import SECTIONS, Finding
from telling import context_of, figures

NAN = float("nan")


context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24")


def cells(finding: Finding) -> list[list[str]]:
    assert finding.table is not None
    return [[cell.text for cell in row] for row in finding.table.rows]


def participation(*rows: tuple[Any, ...]) -> pd.DataFrame:
    names = ["group", "day", "on", "joined", "participants", "eligible", "rate", "low", "high"]
    return pd.DataFrame(rows, columns=names)


def test_participation_says_who_took_part_and_leads_the_verdict() -> None:
    day = dt.date(2025, 1, 17)
    frame = participation(
        ("all", 1, day, 10, 10, 100, 0.1, 0.05, 0.2),
        ("all", 2, day, 10, 20, 100, 0.2, 0.13, 0.29),
        ("seen", 2, day, 10, 18, 40, 0.45, 0.3, 0.6),
        ("silent", 2, day, 0, 2, 60, 0.0333, 0.01, 0.1),
    )

    finding = SECTIONS["participation"](frame, context())

    assert finding.sentence == (
        "Of 100 members invited, **20 took part, 20.0%** (95% interval 13.0% – 29.0%); 10.0% on the first of 2 days. "
        "Of members seen in the 30 days before, 45.0% (18/40); of silent ones, 3.3% (2/60). "
    )
    assert finding.headline[0].startswith("Of 100 members invited, **20 took part, 20.0%**. Of members seen")
    assert figures(finding)["active_participation_rate"] == Decimal("0.45")


def test_nobody_eligible_is_not_covered() -> None:
    frame = participation(("all", 1, dt.date(2025, 1, 17), 0, 0, 0, NAN, NAN, NAN))

    assert not SECTIONS["participation"](frame, context()).covered


def balance(**changes: Any) -> pd.DataFrame:
    lines = {
        "opening": [0, 120, 60],
        "issued": [140, 50, 0],
        "redeemed": [0, 100, 0],
        "expired": [20, 0, 0],
        "clawed_back": [0, 0, 20],
        "reversed": [0, 10, 0],
        "outstanding": [120, 60, 40],
        "difference": [0, 0, 0],
    }
    return pd.DataFrame({"period": ["before", "during", "after"], **lines, **changes})


def test_a_ledger_that_ties_out_says_so_to_the_point() -> None:
    finding = SECTIONS["points_balance"](balance(), context("zh"))

    assert "分毫不差" in finding.sentence
    assert "活动期发放 50 分，兑换 100 分。刷分所得追回 20 分。" in finding.sentence
    assert figures(finding)["points_redemption_rate"] == Decimal(2)
    assert cells(finding)[0] == ["期初结存", "0", "120", "60"]


def test_a_ledger_that_does_not_tie_out_comes_before_everything_else() -> None:
    finding = SECTIONS["points_balance"](balance(difference=[0, -7, 2]), context())

    assert finding.sentence.startswith(
        "The ledger **does not tie out**: periods and members' balances are 9 points apart"
    )
    assert figures(finding)["points_difference"] == 9


def test_nothing_redeemed_has_no_redemption_rate() -> None:
    finding = SECTIONS["points_balance"](balance(redeemed=[0, 0, 0], clawed_back=[0, 0, 0]), context())

    assert "points_redemption_rate" not in figures(finding)
    assert "clawed back from abuse" not in finding.sentence


BOARD = {"snapshot_at": dt.datetime(2025, 1, 24), "members": 100, "shown": 53, "booked": 50_000, "mismatched": 1}


@pytest.mark.parametrize(
    ("off", "words"),
    [(0, "are **exactly those booked**"), (4, "within the 0.01% tolerated"), (40, "**more than the 0.01% tolerated**")],
)
def test_the_board_is_judged_by_what_is_tolerated(off: int, words: str) -> None:
    frame = pd.DataFrame([BOARD | {"off": off, "error_rate": off / 50_000}])

    finding = SECTIONS["leaderboard"](frame, context(targets={"leaderboard_error_rate": "0.0001"}))

    assert words in finding.sentence
    assert figures(finding)["leaderboard_error_rate"] == Decimal(str(off / 50_000))


def test_no_board_is_not_covered() -> None:
    assert not SECTIONS["leaderboard"](pd.DataFrame([BOARD]).iloc[:0], context()).covered


DAYS = pd.DataFrame(
    {
        "on": [dt.date(2025, 1, 22), dt.date(2025, 1, 23)],
        "weekday": [3, 4],
        "redemptions": [3, 1],
        "points": [300, 100],
        "share": [0.75, 0.25],
    }
)
HOURS = pd.DataFrame({"weekday": [3, 4], "hour": [20, 9], "events": [3, 1]})
REWARDS = pd.DataFrame({"reward": ["umbrella"], "redemptions": [4], "points": [400], "share": [1.0]})


def test_redemptions_say_how_often_their_weekday_came() -> None:
    finding = SECTIONS["redemptions"](HOURS, DAYS, REWARDS, context())

    assert finding.sentence == (
        "4 redemptions took 400 points, **75.0% of them on Wed** (300 points; the campaign had 1 such days); "
        "the busiest hour was Wed 20:00 with 3. "
    )
    assert figures(finding) == {"redemptions": 4, "top_weekday_points_share": Decimal("0.75")}


def test_no_redemption_is_said() -> None:
    finding = SECTIONS["redemptions"](HOURS, DAYS.assign(points=0), REWARDS, context())

    assert (finding.sentence.strip(), finding.entries) == ("Nothing was redeemed in the campaign.", ())


def test_hoarders_are_warned_of_when_they_hold_most() -> None:
    spread = pd.DataFrame([{"people": 10, "total": 1000.0, "top_share": 0.2, "top_rate": 0.62, "gini": 0.54}])
    kept = {"participants": 20, "hoarders": 14, "points": 100, "hoarded": 61}

    most = SECTIONS["concentration"](pd.DataFrame(), spread, pd.DataFrame([kept]), context())
    few = SECTIONS["concentration"](pd.DataFrame(), spread, pd.DataFrame([kept | {"hoarded": 49}]), context())

    assert "**the 20% who redeemed most took 62.0%** (Gini 0.54)" in most.sentence
    assert "they may all come at once" in most.sentence
    assert "they may all come at once" not in few.sentence
    assert figures(most)["hoarder_rate"] == Decimal("0.7")


@pytest.mark.parametrize(
    ("most", "liability", "words"),
    [
        (Decimal("4.20"), Decimal("4.04"), "**a liability of about 4.04 CNY**; 4.20 CNY at most"),
        (Decimal("4.20"), None, "4.20 CNY if all are redeemed; none have been redeemed"),
        (None, None, "the liability cannot be valued and is not taken for 0"),
    ],
)
def test_the_liability_says_what_it_rests_on(most: Decimal | None, liability: Decimal | None, words: str) -> None:
    row = {"outstanding": 140, "redeemed": 500, "expired": 20, "breakage_rate": 20 / 520}

    finding = SECTIONS["points_liability"](pd.DataFrame([row | {"most": most, "liability": liability}]), context())

    assert words in finding.sentence


MOVES = pd.DataFrame(
    [
        (NEW, "member", 9, 9, 1.0),
        (NEW, "silver", 0, 9, 0.0),
        ("member", "member", 90, 97, 90 / 97),
        ("member", "silver", 7, 97, 7 / 97),
        ("silver", "member", 3, 20, 0.15),
        ("silver", "silver", 17, 20, 0.85),
    ],
    columns=["before", "after", "members", "total", "rate"],
)


def test_moves_leave_out_who_is_new_and_do_not_tell_a_few_apart() -> None:
    finding = SECTIONS["tier_moves"](MOVES, context())

    assert finding.sentence == "Of 117 members with a tier before, **7 rose (6.0%)** and <5 fell (2.6%). "
    assert cells(finding) == [["None before", "9", "0"], ["Member", "90", "7"], ["Silver", "<5", "17"]]


def penetration(after: float) -> pd.DataFrame:
    rows = [("all", "before", 10, 100, 0.1), ("all", "after", int(after * 100), 100, after)]
    rows += [("participants", "before", 5, 20, 0.25), ("participants", "after", 10, 20, 0.5)]
    rows += [("others", "before", 5, 80, 0.0625), ("others", "after", 5, 80, 0.0626)]
    frame = pd.DataFrame(rows, columns=["group", "moment", "above", "members", "rate"])
    return frame.assign(low=frame["rate"] - 0.01, high=frame["rate"] + 0.01)


def test_penetration_is_held_against_its_goal() -> None:
    goal = {"tier_penetration_rate": "0.6"}
    short = SECTIONS["tier_penetration"](penetration(0.15), context(targets=goal))
    reached = SECTIONS["tier_penetration"](penetration(0.65), context(targets=goal))

    assert short.sentence == (
        "Silver and above are **15.0%** of members (15/100), after 10.0% before the campaign (+5.0 pp). "
        "45.0 pp short of the target of 60.0%. Participants +25.0 pp, the others +0.0 pp. "
    )
    assert "The target of 60.0% is reached." in reached.sentence


def woken(**changes: Any) -> pd.DataFrame:
    whole = {"group": "invited", "stars": 0, "members": 1000, "woken": 50, "rate": 0.05, "low": 0.04, "high": 0.07}
    whole |= {"buyers": 6, "active": 10, "active_rate": 0.2}
    rows = [whole | changes, whole | {"stars": 5, "members": 20, "woken": 4, "active": 1, "buyers": 0}]
    rows.append(whole | {"group": "held_out", "members": 100, "woken": 1, "rate": 0.01, "buyers": 0, "active": 0})
    return pd.DataFrame(rows)


LIFT = pd.DataFrame([{"difference": 0.04, "low": 0.02, "high": 0.06, "extra": 40.0}])


def test_those_held_out_say_how_many_were_woken_by_the_campaign() -> None:
    finding = SECTIONS["woken_members"](woken(), LIFT, context())

    assert "**50 woke, 5.0%**" in finding.sentence
    assert "**about 40 were woken by the campaign**" in finding.sentence
    assert "10 of the 50 woken were still active, 20.0%" in finding.sentence
    assert figures(finding)["woken_extra"] == 40


def test_a_lift_that_chance_could_bring_is_not_claimed() -> None:
    finding = SECTIONS["woken_members"](woken(), LIFT.assign(low=-0.01), context())

    assert "it is not established that the campaign woke anybody" in finding.sentence


def test_few_woken_members_are_not_counted_out() -> None:
    finding = SECTIONS["woken_members"](woken(), LIFT, context())

    assert cells(finding) == [
        ["Invited", "1,000", "50", "5.0%", "6", "10"],
        ["Held out at random", "100", "<5", "", "0", "0"],
        ["Invited, ★★★★★", "20", "<5", "", "0", "<5"],
    ]


def test_who_stayed_is_not_known_before_the_week_is_over() -> None:
    finding = SECTIONS["woken_members"](woken(active=pd.NA, active_rate=NAN), LIFT.iloc[:0], context("zh"))

    assert "尚未观测完" in finding.sentence
    assert figures(finding)["woken_still_active_rate"] is None


def test_data_without_a_past_is_not_covered() -> None:
    assert not SECTIONS["woken_members"](woken().iloc[:0], LIFT.iloc[:0], context()).covered


RULES = pd.DataFrame(
    [
        ("velocity", 9, 200, 8, 10, 8 / 9, 0.8, 30),
        ("shared_device", 3, 200, 2, 10, 2 / 3, 0.2, 0),
        ("sign_in_burst", 0, 200, 0, 10, NAN, 0.0, 0),
        ("any", 9, 200, 8, 10, 8 / 9, 0.8, 30),
    ],
    columns=[
        "rule", "flagged", "participants", "confirmed", "clawed_back", "precision", "recall", "points_kept",
    ],
)  # fmt: skip


def test_abuse_is_held_against_claw_backs_and_names_nobody() -> None:
    finding = SECTIONS["abuse"](RULES, context())

    assert finding.sentence == (
        "Rules flag **9 participants as probable abusers**, 4.5% of 200. Against the 10 whose points were clawed back: "
        "88.9% of those flagged lost points, 80.0% of those who lost points are flagged, <5 were missed. "
        "**<5 more are flagged and keep 30 points of the contest; look at them again.** "
    )
    assert cells(finding)[1] == ["Many members on one device", "<5", "<5", "", ""]
    assert figures(finding)["abuse_recall"] == Decimal("0.8")


def test_abuse_without_acts_to_look_at_is_not_covered() -> None:
    assert not SECTIONS["abuse"](RULES, context(abuse={"acts": []})).covered


def sides(gap: tuple[float, float, float], people: int = 50) -> pd.DataFrame:
    rows = [
        ("treated", people, 20, 0.4, 0.3, 0.5),
        ("alike", 40, pd.NA, 0.3, 0.2, 0.4),
        ("others", 80, 16, 0.2, 0.1, 0.3),
        ("difference", 40, pd.NA, *gap),
    ]
    return pd.DataFrame(rows, columns=["side", "people", "buyers", "rate", "low", "high"])


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        ((0.1, 0.05, 0.15), "that is **10.0 pp more** (95% interval +5.0 pp to +15.0 pp, 40 comparable)"),
        ((-0.1, -0.15, -0.05), "that is **10.0 pp less**"),
        ((0.1, -0.05, 0.25), "it is not established that redeeming brings orders"),
    ],
)
def test_redeeming_is_credited_with_orders_only_where_the_interval_leaves_zero(
    gap: tuple[float, float, float], words: str
) -> None:
    finding = SECTIONS["redeem_to_purchase"](sides(gap), context())

    assert finding.sentence.startswith(
        "Within 7 days of their first redemption **40.0%** of redeemers ordered (20/50)."
    )
    assert words in finding.sentence
    assert figures(finding)["redeem_to_purchase_gap"] == Decimal(str(gap[0]))


def test_repurchase_without_participants_stays_empty() -> None:
    finding = SECTIONS["participant_repurchase"](sides((NAN, NAN, NAN), people=0), context())

    assert (finding.covered, finding.entries) == (False, ())


def test_a_shop_that_sends_no_offers_says_nothing() -> None:
    columns = ["kind", "received", "viewed", "completed", "viewed_first", "unviewed", "views", "completions"]

    finding = SECTIONS["offers"](pd.DataFrame(columns=columns), context())

    assert (finding.sentence, finding.parts) == ("", ())


def test_offers_completed_without_a_view_are_told_apart() -> None:
    row = {"received": 100, "viewed": 70, "completed": 40, "viewed_first": 30, "unviewed": 10, "views": 75}
    row |= {"completions": 39, "mature": 80, "mature_viewed_first": 24, "rate": 0.3, "low": 0.2, "high": 0.4}
    frame = pd.DataFrame([{"kind": "bogo"} | row, {"kind": "all"} | row])

    finding = SECTIONS["offers"](frame, context("zh"))

    (part,) = finding.parts
    assert "**10 次完成前并未查看**，占有效期内完成 40 次的 25.0%" in part.sentence
    assert "买一送一 30.0%（24/80）" in part.sentence
    assert figures(finding)["offers_completions"] == 39
    assert "买一送一" not in finding.headline[0]
