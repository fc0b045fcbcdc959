"""What `retro plan` proposes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from retro.campaigns.plan import Plan
from retro.errors import RetroError
from retro.run import Asked, propose_plan
from shops import make_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_project(tmp_path / "shop")
    monkeypatch.chdir(folder)
    return folder


START, END = dt.datetime(2025, 5, 10), dt.datetime(2025, 5, 17)
TODAY = dt.date(2025, 4, 20)


def proposed(asked: Asked, source: Path) -> str:
    return "\n".join(propose_plan(asked, source, TODAY))


def test_the_proposal_is_an_evaluation_of_the_params_and_says_what_each_hold_out_finds(project: Path) -> None:
    said = proposed(Asked("points_contest", START, END, 2, 7), project / "params" / "source.yaml")
    plan = Plan.model_validate(yaml.safe_load(said)["evaluation"])

    assert (plan.estimator, plan.start, plan.end) == ("hold_out", START, END)
    assert (plan.registered_on, plan.anticipation_days, plan.settling_days) == (TODAY, 2, 7)
    assert plan.hold_out_share is not None
    assert "of what members buy in 16 days) in 8 of 10 campaigns." in said
    assert "switchback" in said  # the small shop's members are too few for a tenth of sales


def test_kinds_without_an_effect_on_sales_and_windows_that_are_none_are_refused(project: Path) -> None:
    source = project / "params" / "source.yaml"

    with pytest.raises(RetroError, match=r"retro plan: kind must be one of .*, got 'month'\."):
        proposed(Asked("month", START, END), source)
    with pytest.raises(RetroError, match=r"end must be after start \(2025-05-17T00:00:00\), got 2025-05-10T00:00:00\."):
        proposed(Asked("points_contest", END, START), source)
