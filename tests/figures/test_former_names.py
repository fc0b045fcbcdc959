"""Params and ledgers of before open, although figures and sections had other names."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from retro.campaigns import load_params
from retro.campaigns.new_user_week import NewUserWeek
from retro.figures import families, family_of, figure, figures, renamed, renamed_family
from retro.files import write_json
from retro.i18n import load_text
from retro.ledger import read_ledger
from retro.report.locked import target_changes
from retro.sections import SECTIONS, Context

WINDOW = {"kind": "new_user_week", "campaign_id": "c", "title": "t", "start": "2025-01-10", "end": "2025-01-17T00:00"}


@pytest.fixture
def named_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if these figures and this section had had other names."""
    figures()  # read before the families are replaced
    names = {"registered": "new_users", "day_#_return_rate": "day_#_retention_rate"}
    monkeypatch.setattr("retro.figures._formerly", lambda: names)
    today = families()["registrations"].model_copy(update={"formerly": ("sign_ups",)})
    monkeypatch.setattr("retro.figures.families", lambda: {"registrations": today})


@pytest.mark.usefixtures("named_otherwise")
def test_a_number_in_a_name_stays() -> None:
    assert renamed("day_7_return_rate") == "day_7_retention_rate"
    assert renamed("day_x_return_rate") == "day_x_return_rate"


def test_a_family_says_its_former_names(tmp_path: Path) -> None:
    path = tmp_path / "registrations.yaml"
    path.write_text("title: {zh: 新增, en: New users}\nformerly: [sign_ups]\n", encoding="utf-8")

    assert family_of(path).formerly == ("sign_ups",)


@pytest.mark.usefixtures("named_otherwise")
def test_a_ledger_names_figure_family_and_located_goal_as_today(tmp_path: Path) -> None:
    facts = {"value": "5", "unit": "users", "tables": ["users"], "definition": "sign_ups"}
    path = tmp_path / "ledger.json"
    entry = facts | {"name": "registered", "about": {"figure": "registered", "segment": "app"}}
    path.write_text(json.dumps({"entries": [entry]}), encoding="utf-8")

    (found,) = read_ledger(path).entries

    assert (found.name, found.definition) == ("new_users", "registrations")
    assert found.about == {"figure": "new_users", "segment": "app"}


@pytest.mark.usefixtures("named_otherwise")
def test_claims_and_comments_of_params_mean_todays_names() -> None:
    stated = {
        "figures": {"registered": 100},
        "claims": [{"claim": "measured.registered >= target.registered", "says": "Enough came"}],
    }
    given: dict[str, Any] = WINDOW | {"stated": stated, "targets": {"registered": 90}, "comments": {"sign_ups": "Good"}}
    params = NewUserWeek.model_validate(given, context={"zone": ZoneInfo("Asia/Shanghai")})
    figures = pd.DataFrame({"name": ["new_users"], "value": [Decimal(100)], "unit": ["users"]})

    table = SECTIONS["stated"](figures, Context(params, load_text("en"), None)).table

    assert list(params.comments) == ["registrations"]
    assert table is not None
    assert [row[0].text for row in table.rows] == ["✓ confirmed", "✓ confirmed"]


@pytest.mark.usefixtures("named_otherwise")
def test_a_locked_target_of_another_name_has_not_moved(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "20250101T000000000000Z-1"
    write_json(run / "params.json", {"targets": {"registered": "5"}, "targets_set_on": "2025-01-01"})
    path = tmp_path / "week.yaml"
    keys = "".join(f"{key}: {value}\n" for key, value in WINDOW.items())
    path.write_text(f"{keys}targets: {{new_users: 5}}\ntargets_set_on: 2025-01-01\n", encoding="utf-8")

    assert target_changes(path, load_params(path, zone=ZoneInfo("Asia/Shanghai")), tmp_path / "runs") == ()


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("day_7_retention_rate_usual", "day_7_retention_rate_baseline"),
        ("repurchase_rate_usual", "repurchase_rate_baseline"),
        ("value_per_new_user_usual", "value_per_new_user_baseline"),
        ("negative_review_rate_usual", "negative_review_rate_baseline"),
        ("woken_members", "reactivated_members"),
        ("woken_rate", "reactivated_rate"),
        ("woken_extra", "reactivated_extra"),
        ("woken_still_active_rate", "reactivated_still_active_rate"),
    ],
)
def test_usual_is_baseline_and_woken_is_reactivated(old: str, today: str) -> None:
    assert renamed(old) == today
    assert figure(today).recorded
    assert renamed_family("woken_members") == "reactivated_members"
