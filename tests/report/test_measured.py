"""Measured: the gate says how finely moments are known, and asks about data that looks sampled."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from retro.contracts.verdict import describe, result_sentence
from retro.i18n import load_text
from retro.report.measured import measured
from retro.sources import Tables
from shops import Rows, opened

DAYS = [(f"o{n}", dt.datetime(2025, 1, 1) + dt.timedelta(days=n % 60)) for n in range(200)]
MINUTES = [(f"o{n}", dt.datetime(2025, 1, 1) + dt.timedelta(minutes=7 * n)) for n in range(200)]


def shop(folder: Path, rows: Rows) -> Tables:
    return opened(folder, rows, dt.datetime(2025, 4, 1))


def test_days_are_a_warning_that_says_what_follows(tmp_path: Path) -> None:
    (found,) = measured(shop(tmp_path, {"orders": ("order_id ordered_at", DAYS)}), ["orders"])

    assert (found.is_warning, found.is_breach) == (True, False)
    assert describe(found) == (
        "orders: ordered_at should be known to the minute; this data knows only days, so nothing is said of hours and "
        "minutes, got day."
    )
    assert "数据只到天" in result_sentence(found, load_text("zh"))


@pytest.mark.parametrize(("known", "asked"), [(200, False), (101, False), (99, True)])
def test_orders_that_mostly_have_no_lines_are_asked_about(tmp_path: Path, known: int, asked: bool) -> None:
    lines = [(f"o{n}",) for n in range(known)]
    tables = shop(tmp_path, {"orders": ("order_id ordered_at", MINUTES), "order_items": ("order_id", lines)})

    found = list(measured(tables, ["orders", "order_items"]))

    assert [one.detail for one in found] == (["99 / 200"] if asked else [])
    if asked:
        assert "if this data is a sample, say so with sample in source.yaml" in describe(found[0])
        assert "请确认是否为抽样数据" in result_sentence(found[0], load_text("zh"))


@pytest.mark.parametrize(("bought", "asked"), [(100, True), (101, False)])
def test_an_outcome_that_is_true_for_exactly_half_is_asked_about(tmp_path: Path, bought: int, asked: bool) -> None:
    rows = [(f"u{n}", int(n < bought)) for n in range(200)]

    found = list(measured(shop(tmp_path, {"outcomes": ("unit_id bought", rows)}), ["outcomes"]))

    assert [one.rule for one in found] == (["bought.sample"] if asked else [])
