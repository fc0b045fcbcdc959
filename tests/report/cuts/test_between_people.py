"""Ratios of sums over people, by a shop whose amounts are set so that each interval can be worked by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import ibis
import pandas as pd
import pytest

from retro.report import open_report
from retro.report.cuts.apart import differences
from retro.report.report import Report
from shops import make_project

PARAMS = "params/2025Q1/new_user_week.yaml"


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Report:
    """The small shop: of each day's users the second is of web and pays 10, 20 ... 70; who buys twice pays 40 each."""
    folder = make_project(tmp_path / "shop")
    for name in ("users", "orders"):
        path = folder / "data" / f"{name}.parquet"
        frame = pd.read_parquet(path)
        frame["channel"] = ["web" if user.endswith("-1") else "app" for user in frame["user_id"]]
        if name == "orders":
            days = frame["user_id"].str.extract(r"user-(-?\d+)-")[0].astype(int)
            in_week = (frame["ordered_at"] >= "2025-01-27") & (frame["ordered_at"] < "2025-02-03")
            twice = in_week & frame["user_id"].where(in_week).duplicated(keep=False)
            amount = days.add(1).mul(10).where(frame["channel"] == "web", twice.map({True: 40, False: 10}))
            frame["amount"] = [Decimal(int(one)) for one in amount]
        frame.to_parquet(path, index=False)
    monkeypatch.chdir(folder)
    opened = open_report(PARAMS, lang="en")
    capsys.readouterr()
    return opened


def test_money_per_order_varies_between_people_and_not_between_orders(report: Report) -> None:
    """App: four people with two orders of 40 and thirteen with one of 10, so 450 / 21.

    Squares of what each leaves: 4 * (80 - 2 * 21.4286)^2 + 13 * (10 - 21.4286)^2 = 7216.33; the error
    sqrt(7216.33 * 17 / 16) / 21 = 4.1697, times t(16) = 2.1199. Web: 10 to 70, mean 40, error 21.602 / sqrt(7), t(6).
    """
    found = report.cut("order_value", by="channel").frame.set_index("channel")

    assert found.loc["app", ["numerator", "denominator", "people"]].tolist() == [Decimal(450), 21, 17]
    assert found.loc["app", ["low", "high"]].astype(float).round(3).tolist() == [12.589, 30.268]
    assert found.loc["web", ["low", "high"]].astype(float).round(3).tolist() == [20.021, 59.979]


def test_beside_a_base_its_ratio_and_the_change_have_ends(report: Report) -> None:
    """Every order of the base is of 10, so that only the value varies, and nothing tells how the base would.

    730 / 28 of 24 people, of whom squares leave 10619.86; the error of its logarithm is that of the ratio over it,
    sqrt(10619.86 * 24 / 23) / 730 = 0.14420, times t(23) = 2.0687.
    """
    (row,) = report.cut("order_value", against="baseline").frame.to_dict("records")

    assert (row["numerator"], row["denominator"], row["people"]) == (Decimal(730), 28, 24)
    assert row["base"] == 10
    assert pd.isna(row["base_low"])
    assert pd.isna(row["base_high"])
    assert row["change"] == pytest.approx(730 / 280 - 1)
    assert (round(row["change_low"], 3), round(row["change_high"], 3)) == (0.935, 2.513)


def test_a_sum_whose_rows_name_nobody_has_no_ends(report: Report) -> None:
    (row,) = report.cut("cac_all_cost").frame.to_dict("records")

    assert row["value"] == 1.5
    assert pd.isna(row["low"])
    said = report.cut("cac_all_cost").blocks[-1]
    assert "It has no interval: a part of it, such as cost, is not made by people" in said.spans[0].text  # type: ignore[union-attr]
    assert "no interval" not in report.cut("order_value").blocks[-1].spans[0].text  # type: ignore[union-attr]


def test_where_nobody_has_any_nothing_tells_how_it_varies(report: Report) -> None:
    """All of web's orders are of nothing: 0 for each, and no interval from 0 to 0."""
    orders = report.tables.whole("orders")
    nothing = ibis.ifelse(orders.channel == "web", 0, orders.amount).cast("decimal(18, 2)")
    report.tables.replace("orders", orders.mutate(amount=nothing))
    found = report.cut("order_value", by="channel").frame.set_index("channel")

    assert (found.loc["web", "value"], found.loc["app", "low"] > 0) == (0, True)
    assert found.loc["web", ["low", "high"]].isna().all()


def test_what_a_base_never_had_has_no_ordinary_range(report: Report) -> None:
    orders = report.tables.whole("orders")
    report.tables.replace("orders", orders.filter((orders.channel == "app") | (orders.ordered_at >= "2025-01-27")))
    found = report.cut("gmv", by="channel", against="baseline").frame.set_index("channel")

    assert found.loc["web", "base"] == 0
    assert found.loc["web", ["base_low", "base_high", "change"]].isna().all()
    assert found.loc["app", "base_low"] < found.loc["app", "base"] < found.loc["app", "base_high"]


def test_two_tables_in_two_windows_are_asked_once(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders of the week over visits of the week, and the same of the weeks before, by person: one query."""
    asked: list[object] = []
    query = report.tables.query
    monkeypatch.setattr(report.tables, "query", lambda one: asked.append(one) or query(one))
    cut = report.cut("conversion_rate", by="users.channel", against="baseline")

    assert len(asked) == 1
    alone = {
        part: report.cut(part, by="users.channel").frame.set_index("users.channel") for part in ("orders", "visits")
    }
    for row in cut.frame.to_dict("records"):
        of = row["users.channel"]
        assert (row["numerator"], row["denominator"]) == tuple(
            alone[part]["value"][of] for part in ("orders", "visits")
        )
        assert row["low"] < row["value"] < row["high"]


def test_a_page_says_the_ends(report: Report) -> None:
    _, _, table, _ = report.cut("order_value", by="channel").blocks

    assert [column.label for column in table.columns][-1] == "95% interval"  # type: ignore[union-attr]
    assert [row[-1].text for row in table.rows] == ["20.02 – 59.98 CNY", "12.59 – 30.27 CNY"]  # type: ignore[union-attr]


def test_groups_of_people_are_judged_by_their_difference(report: Report) -> None:
    """By the buyer's channel: 40 less 21.4286 is 18.5714; errors of 19.979 and 8.839 make hypot 21.847 each way."""
    said = report.cut("order_value", by="users.channel").sentence

    assert "web is 18.57 CNY above app, with a 95% interval of −3.28 to 40.42 CNY, which holds 0" in said
    assert "pairs" not in said
    assert "one person may be in several groups" in report.cut("order_value", by="channel").sentence


def test_the_difference_is_found_though_intervals_overlap_and_holds_for_all_pairs() -> None:
    """Errors of 3 and 4 make 5. Alone 11 +- 1.960 * 5 leaves out 0 where 30 - 5.9 and 19 + 7.8 overlap; of three pairs
    the factor is z(1 - 0.05 / 6) = 2.394: 11 +- 12.0. The third group is 20 lower and surely apart: 20 +- 2.394 * 5."""
    app, web, mini = (_row(value, error) for value, error in ((30, 3), (19, 4), (10, 4)))

    (alone,), pairs = differences([web, app], counts=False)
    assert (pairs, round(alone.low, 1), round(alone.high, 1)) == (1, 1.2, 20.8)

    (lowest, next_), pairs = differences([mini, web, app], counts=False)
    assert (pairs, round(next_.low, 1), round(next_.high, 1)) == (3, -1.0, 23.0)
    assert (round(lowest.low, 1), round(lowest.high, 1)) == (8.0, 32.0)


def test_rates_are_judged_by_wilson_at_that_confidence() -> None:
    """Newcombe's own example, 56 of 70 less 48 of 80: 0.0524 to 0.3339."""
    rows = [{"numerator": k, "denominator": n, "value": k / n, "low": 0, "high": 1, "people": n}
            for k, n in ((48, 80), (56, 70))]  # fmt: skip

    (found,), _ = differences(rows, counts=True)

    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_without_ends_nothing_is_compared() -> None:
    assert differences([_row(1, 1), _row(2, float("nan"))], counts=False) == ([], 0)


def _row(value: float, error: float) -> dict[str, float]:
    return {"value": value, "low": value - 1.96 * error, "high": value + 1.96 * error, "people": 1_000_000}
