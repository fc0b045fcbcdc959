"""Coverage: days that a table lacks since the baseline began are warned about and never stop a report."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from retro.contracts import GateVerdict
from retro.contracts.verdict import describe, result_sentence
from retro.i18n import load_text
from retro.metrics import cohorts, history
from retro.periods import Window
from retro.report.coverage import with_coverage
from retro.report.remembered import remembering
from shops import Rows, opened

WINDOW = Window(dt.datetime(2025, 3, 3), dt.datetime(2025, 3, 10), baseline_weeks=8)
"""Its baseline begins on 2025-01-06: 63 days."""
CLEAN = GateVerdict(results=(), contracts_hash="", fingerprint="", row_counts={})


def rows(*per_day: int, weekday_off: int | None = None) -> list[tuple[dt.datetime]]:
    """So many rows on each day since the baseline began; on no Sunday where that is off."""
    first = WINDOW.baseline_start
    return [
        (first + dt.timedelta(days=day, hours=9, minutes=number),)
        for day, count in enumerate(per_day)
        if day % 7 != weekday_off
        for number in range(count)
    ]


def covered(folder: Path, **tables: tuple[str, list[tuple[dt.datetime]]]) -> GateVerdict:
    shop: Rows = dict(tables)
    return with_coverage(CLEAN, opened(folder, shop, dt.datetime(2025, 4, 1)), [*shop, "surveys"], WINDOW)


def test_lost_days_are_warned_about_and_stop_nothing(tmp_path: Path) -> None:
    twenty = [20] * 63
    twenty[30] = twenty[31] = 0

    verdict = covered(tmp_path, orders=("ordered_at", rows(*twenty)), users=("registered_at", rows(*[20] * 63)))

    whole, lost = verdict.results
    assert (lost.table, lost.outcome, lost.detail) == ("orders", "failed", "61 / 63")
    assert (whole.table, whole.outcome, whole.detail) == ("users", "passed", "63 / 63")
    assert (verdict.badge, verdict.breaches) == ("warning", ())
    assert describe(lost) == "orders: ordered_at must lack no day since the baseline began (6 Jan 2025), got 61 / 63."
    assert "不应缺少 ordered_at 的日期" in result_sentence(lost, load_text("zh"))


def test_equal_data_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the next report nor by its notebooks: what was found of it is recalled."""
    monkeypatch.setattr("retro.report.remembered.own_folder", lambda name: tmp_path / name)
    shop: Rows = {"orders": ("ordered_at", rows(*[20] * 63)), "users": ("registered_at", rows(*[2] * 63))}
    verdicts: list[GateVerdict] = []
    read: list[set[str | None]] = []
    for _ in range(2):
        tables = opened(tmp_path, shop, dt.datetime(2025, 4, 1))
        remembering(tables)
        with tables.reads.watched() as names:
            verdicts.append(with_coverage(CLEAN, tables, [*shop], WINDOW))
        read.append(names)

    assert read == [{"orders", "users"}, set()]
    assert verdicts[0] == verdicts[1]


def test_a_day_without_rows_in_any_table_is_lost_in_each(tmp_path: Path) -> None:
    """Three orders and visits a day, one refund a week: none of them can tell alone."""
    three, refunds = [3] * 63, [0, 0, 0, 1, 0, 0, 0] * 9
    three[30] = 0

    verdict = covered(
        tmp_path,
        orders=("ordered_at", rows(*three)),
        events=("occurred_at", rows(*three)),
        refunds=("refunded_at", rows(*refunds)),
        campaign_costs=("incurred_on", rows(*[1] * 63)),
    )

    assert [(found.table, found.detail) for found in verdict.results] == [
        ("orders", "62 / 63"), ("refunds", "62 / 63"), ("events", "62 / 63"), ("campaign_costs", "63 / 63"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "column", "data", "known"),
    [
        ("orders", "ordered_at", rows(*[0] * 20, *[20] * 43), "43 / 63"),
        ("orders", "ordered_at", rows(*[20] * 63, weekday_off=6), "63 / 63"),
        ("refunds", "refunded_at", rows(*[0, 0, 1, 0, 0, 0, 0] * 9), "63 / 63"),
        ("refunds", "refunded_at", rows(*[0] * 12, *[0, 1, 0] * 17), "63 / 63"),
        ("support_tickets", "opened_at", rows(*[30, *[0] * 30, 30, *[0] * 27, 30]), "63 / 63"),
        ("campaign_costs", "incurred_on", rows(*[0] * 56, *[1] * 7), "63 / 63"),
        ("campaign_costs", "incurred_on", rows(*[20] * 7, *[0] * 40, *[20] * 7), "63 / 63"),
        ("campaign_costs", "incurred_on", rows(*[0] * 40, *[20] * 3, 0, *[20] * 4), "62 / 63"),
        ("campaign_costs", "incurred_on", rows(*[20] * 63, weekday_off=6), "63 / 63"),
        ("exposures", "exposed_at", rows(*[0] * 56, *[50] * 3, 0, 0, 50, 50), "61 / 63"),
        ("coupons", "issued_at", rows(*[0] * 30, 500, *[0] * 9, 500), "63 / 63"),
        ("orders", "order_id", rows(20), None),
    ],
    ids=[
        "begins late",
        "closed on Sundays",
        "one a week",
        "begins late but sparse",
        "by months",
        "costs",
        "costs of two campaigns",
        "costs with a gap",
        "costs on workdays",
        "exposures with a gap",
        "coupons at once",
        "no date",
    ],
)
def test_a_table_is_judged_at_its_own_rate(
    tmp_path: Path, name: str, column: str, data: list[tuple[dt.datetime]], known: str | None
) -> None:
    verdict = covered(tmp_path, **{name: (column, data)})

    assert [result.detail for result in verdict.results] == ([] if known is None else [known])


def test_metrics_share_the_rows_by_day_and_each_has_read_their_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    by_day = history._rows_by_day

    @functools.wraps(by_day)
    def counted(several: Sequence[Any]) -> list[dict[int, int]]:
        asked.append(several)
        return by_day(several)

    monkeypatch.setattr(history, "_rows_by_day", counted)

    monkeypatch.setattr("retro.report.remembered.own_folder", lambda name: tmp_path / name)

    def firsts(*per_day: int) -> tuple[object, object]:
        tables = opened(tmp_path, {"orders": ("ordered_at", rows(*per_day))}, dt.datetime(2025, 4, 1))
        once = remembering(tables)
        lost = once(cohorts.lost_since, (tables.orders, WINDOW.start, WINDOW.end), {})
        return lost, once(cohorts.new_since, (tables.orders, WINDOW), {})

    whole = firsts(*[20] * 63)
    assert (whole, len(asked)) == (((), dt.datetime(2025, 2, 3)), 1)
    assert (firsts(*[20] * 63), len(asked)) == (whole, 1)
    assert firsts(*[0] * 7, *[20] * 49) == (tuple(range(20150, 20157)), dt.datetime(2025, 2, 10))
    assert len(asked) == 2
