"""What the section `kpis_followed` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd

from telling import cells, entries, finder, objects, year

find = finder(year)


def kpis(*rows: tuple[str, str]) -> pd.DataFrame:
    shared = {"report": "q/1", "title": "Q1", "figure": "gmv", "owner": "", "every": "", "unit": "money"}
    amounts = {"target": Decimal(100), "value": Decimal(90)}
    told = [{**shared, **amounts, "label": "GMV", "status": status, "action": action} for status, action in rows]
    return pd.DataFrame(told, dtype=object)


def decided(*outcomes: str) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {
        "title": ["Q1"], "what": ["Sell more"], "owner": ["Sales"], "proof": ["GMV"], "due": [dt.date(2025, 5, 1)],
        "then": [Decimal(90)], "aim": [Decimal(100)], "now": [None], "unit": ["money"], "seen_in": [""],
    }  # fmt: skip
    return objects(**{name: values * len(outcomes) for name, values in columns.items()}, outcome=list(outcomes))


def test_misses_and_actions_are_counted_and_a_miss_without_action_is_a_warning() -> None:
    targets = kpis(("met", ""), ("missed", "Sell more"), ("missed", ""), ("unsure", ""))
    finding = find("kpis_followed", targets, decided("reached", "open", "open"))

    assert "Of 4 targets in 1 report, 1 were met and **2 missed**; 1 is too close" in finding.sentence
    assert "Of 3 actions that were decided: 1 reached what they aimed at, 2 had no later report" in finding.sentence
    assert "**1 missed target has no action**: GMV (Q1)." in finding.warnings[0]
    values = {name: entry.value for name, entry in entries(finding).items()}
    assert values == {
        "targets_of_year_missed": 2, "misses_without_action": 1, "actions_reached": 1, "actions_decided": 3,
    }  # fmt: skip
    assert [row[-1] for row in cells(finding)] == ["Sell more", "no action"]
    assert [len(one.table.rows) for one in finding.exhibits if one.table is not None] == [4, 3]


def test_a_year_without_targets_or_actions_says_so() -> None:
    assert "No action was decided" in find("kpis_followed", kpis(("met", "")), decided()).sentence
    assert not find("kpis_followed", kpis(), decided()).covered
