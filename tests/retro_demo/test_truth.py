"""What `truth.json` says of the shop is what the tables hold, and what was planted can be seen in them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

Ask = Callable[[str], Any]

WEEK, CONTEST, NIGHT = "2025Q1-new-user-week", "2025Q1-points-contest", "2025Q1-flash-sale-night"


def test_the_actual_world_is_what_the_tables_hold(ask: Ask, truth: dict[str, Any]) -> None:
    daily = truth["daily"]
    valid = "from orders where status = 'paid'"
    assert sum(daily["orders"]["actual"]) == ask(f"select count(*) {valid}")
    assert sum(map(Decimal, daily["net_gmv_cny"]["actual"])) == ask(f"select sum(amount) {valid}")
    assert sum(daily["registrations"]["actual"]) == ask(
        "select count(*) from users where registered_at >= '2024-01-01'"
    )
    margin = """select sum(net) from (select orders.amount - sum(quantity * unit_cost) as net from orders
        join order_items using (order_id) join products using (product_id) where status = 'paid'
        group by order_id, orders.amount)"""
    assert sum(map(Decimal, daily["goods_margin_cny"]["actual"])) == ask(margin)


def test_a_campaign_brings_the_difference_to_the_world_without_it(truth: dict[str, Any]) -> None:
    for name, effect in truth["campaigns"].items():
        orders = truth["daily"]["orders"]
        assert effect["in_all"]["orders"] == sum(orders["actual"]) - sum(orders[f"without {name}"])
        assert effect["in_all"]["orders"] == sum(effect[phase]["orders"] for phase in ("before", "during", "after"))
        assert effect["during"]["orders"] > 0


def test_nothing_differs_before_a_campaign_is_known(truth: dict[str, Any]) -> None:
    assert truth["campaigns"][WEEK]["before"] == {
        "registrations": 0, "orders": 0, "net_gmv_cny": "0.00", "goods_margin_cny": "0.00"
    }  # fmt: skip
    assert truth["campaigns"][CONTEST]["before"]["orders"] == 0
    assert truth["campaigns"][NIGHT]["before"]["orders"] < 0  # people wait


def test_the_hint_brings_more_people_back(truth: dict[str, Any]) -> None:
    hint = truth["experiments"]["task_hint_v2"]
    assert hint["day_1_rate_all_control"] == pytest.approx(0.72, abs=0.05)
    assert hint["day_1_rate_all_improved"] - hint["day_1_rate_all_control"] == pytest.approx(0.06, abs=0.025)


def test_arms_of_the_sound_experiment_are_even_and_those_of_the_broken_one_are_not(ask: Ask) -> None:
    share = "select count(*) filter (arm = 'improved') / count(*) from exposures where experiment_id = '{}'"
    assert ask(share.format("task_hint_v2")) == pytest.approx(0.5, abs=0.07)
    lost = ask(
        """select count(*) filter (experiment_id = 'reward_popup_v1')
        / count(*) filter (experiment_id = 'task_hint_v2') from exposures"""
    )
    assert lost == pytest.approx(1 - 0.11 / 2, abs=0.03)


def test_abusers_and_fakes_are_in_the_tables(ask: Ask, truth: dict[str, Any]) -> None:
    abusers = [user for ring in truth["points_contest"]["abusers"].values() for user in ring]
    fakes = [order for kind in truth["flash_sale_night"]["fakes"].values() for order in kind]
    assert ask(f"select count(*) from users where user_id in {tuple(abusers)}") == len(abusers)
    assert ask(f"select count(*) from orders where order_id in {(*fakes, '')}") == len(fakes)
    assert set(truth["points_contest"]["clawed_back"]) < set(abusers)
    caught = ask("select count(distinct user_id) from points_ledger where kind = 'claw_back'")
    assert caught == len(truth["points_contest"]["clawed_back"])


def test_sold_out_items_are_those_of_the_stock_table(ask: Ask, truth: dict[str, Any]) -> None:
    sold_out = truth["flash_sale_night"]["sold_out"]
    assert ask("select count(sold_out_at) from stock") == len(sold_out)
    product, moment = min(sold_out.items(), key=lambda item: item[1])
    assert str(ask(f"select min(sold_out_at) from stock where product_id = '{product}'")) == moment


def test_the_mismatch_of_the_leaderboard_is_the_one_that_was_planted(ask: Ask, truth: dict[str, Any]) -> None:
    mismatch = truth["points_contest"]["leaderboard_mismatch"]
    wrong = """select {} from (select user_id, points, (select sum(points) from points_ledger as booked
        where booked.user_id = leaderboard.user_id and campaign_id = '2025Q1-points-contest' and booked.points > 0)
        as booked from leaderboard where snapshot_at = timestamp '2025-01-24') where points <> booked"""
    assert ask(wrong.format("count(*)")) == 1
    assert ask(wrong.format("min(user_id)")) == mismatch["user_id"]
    assert ask(wrong.format("sum(points - booked)")) == mismatch["points_too_many"]


def test_payments_fail_where_and_when_the_incident_says(ask: Ask) -> None:
    rate = """select count(distinct detail) filter (event = 'pay_failed') / count(distinct detail) from events
        join orders on detail = order_id where ordered_at >= '2025-03-11 09:00' and ordered_at < '2025-03-18 18:00'
        and orders.channel {} 'mini_program'"""
    assert ask(rate.format("=")) > 0.12
    assert ask(rate.format("<>")) < 0.04


ARMS = """select arm, count(*), avg(y), var_samp(y) from (select arm, unit_id, {} as y from exposures
    left join {} where experiment_id = '{}' group by arm, unit_id) group by arm order by arm"""


def arms(folder: Path, outcome: str, joined: str, experiment: str) -> tuple[float, float, int]:
    """The difference of two arms' means, its standard error, and the size of the second arm."""
    connection = duckdb.connect()
    for name in ("exposures", "events", "orders"):
        connection.execute(f"create view {name} as select * from '{folder / name}.parquet'")
    one, other = connection.execute(ARMS.format(outcome, joined, experiment)).fetchall()
    return other[2] - one[2], math.sqrt(one[3] / one[1] + other[3] / other[1]), other[1]


@pytest.mark.slow
def test_the_difference_of_arms_recovers_the_hint(percent_demo: Path) -> None:
    held = json.loads((percent_demo / "truth.json").read_text(encoding="utf-8"))["experiments"]["task_hint_v2"]
    came = "max((user_id is not null)::int)"
    next_day = "events on user_id = unit_id and cast(occurred_at as date) = cast(exposed_at as date) + 1"
    effect, error, _ = arms(percent_demo, came, next_day, "task_hint_v2")
    assert effect == pytest.approx(held["day_1_rate_all_improved"] - held["day_1_rate_all_control"], abs=1.96 * error)
    assert effect > 1.96 * error


@pytest.mark.slow
def test_members_who_were_held_out_show_what_the_contest_brought(percent_demo: Path) -> None:
    held = json.loads((percent_demo / "truth.json").read_text(encoding="utf-8"))["campaigns"][CONTEST]["during"]
    bought = """orders on user_id = unit_id and status = 'paid' and ordered_at >= '2025-01-17'
        and ordered_at < '2025-01-24'"""
    effect, error, invited = arms(percent_demo, "count(order_id)", bought, "contest_invitation")
    assert effect * invited == pytest.approx(held["orders"], abs=1.96 * error * invited)
    assert effect > 1.96 * error
