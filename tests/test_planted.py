"""What was planted in the demo shop of a hundredth lies in what its reports say, and `docs/planted.md` says so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from retro import open_report
from retro.i18n import load_text
from retro.ledger import Entry
from retro.sections.scorecard import figure_label
from retro_demo import make_demo
from retro_demo.levels import load_levels
from shops import ROOT

pytestmark = pytest.mark.slow

LEVELS = load_levels()
BEFORE, AFTER = LEVELS.brand_waves.waves[1:3]
RIVAL = LEVELS.brand_waves.rivals[0]

Truth = Mapping[str, Any]
Planted = Callable[[Truth], Any]


def node(campaign: str) -> dict[str, Planted]:
    return {"incremental_gmv": lambda truth: Decimal(truth["campaigns"][campaign]["in_all"]["net_gmv_cny"])}


def woken(name: str) -> dict[str, Planted]:
    moved = {"win_back_extra": "moved_to_order", "win_back_extra_came": "moved_to_come"}
    return {figure: lambda truth, key=key: truth["wake_ups"][name][key] for figure, key in moved.items()}  # type: ignore[misc]


PLANTED: dict[str, dict[str, Planted]] = {
    "2025/mid_year": node("2025Q2-618"),
    "2025/back_to_school": node("2025Q3-back-to-school"),
    "2025/ninety_nine": node("2025Q3-99"),
    "2025/double_11": node("2025Q4-double-11"),
    "2025/double_12": node("2025Q4-double-12"),
    "2025/cold_winter": node("2025Q4-cold-winter"),
    "2024Q4/live_programme": {
        "lin_live_viewer_rate": lambda _: LEVELS.live_programme.hosts["lin"].conversion_rate,
        "zhao_live_viewer_rate": lambda _: LEVELS.live_programme.hosts["zhao"].conversion_rate,
        "live_follow_rate": lambda _: LEVELS.live_programme.follow_rate,
        "live_came_rate": lambda _: LEVELS.live_programme.booked_came_rate,
    },
    "2024Q4/reactivation": woken("wake_up_sms"),
    "2024Q4/reactivation_push": woken("wake_up_push"),
    "2024Q4/referral": {"referral_registered_rate": lambda _: LEVELS.referral.follow_rate},
    "2024Q4/community": {
        "community_accepted_rate": lambda _: LEVELS.community.follow_rate,
        "community_speaker_rate": lambda _: LEVELS.community.speaker_rate,
        "matched_effect": lambda truth: Decimal(truth["community"]["moved_cents_of_old_users"]) / 100,
    },
    "2024Q4/content": {
        "koc_content_buyer_rate": lambda _: LEVELS.content.conversion["koc"],
        "kol_content_buyer_rate": lambda _: LEVELS.content.conversion["kol"],
        "brand_searches_extra": lambda truth: truth["content"]["searches"],
    },
    "new_goods/product_launch": {
        "neighbour_change_rate": lambda truth: -truth["new_goods"]["autumn"]["taken_rate"],
        "sampling_days": lambda truth: truth["new_goods"]["autumn"]["sampling_days"],
        "reorder_on_time_rate": lambda _: LEVELS.new_goods.on_time_rate,
    },
    "new_goods/product_launch_summer": {
        "neighbour_change_rate": lambda truth: -truth["new_goods"]["summer"]["taken_rate"],
        "sampling_days": lambda truth: truth["new_goods"]["summer"]["sampling_days"],
    },
    "2024Q4/scene": {
        "landing_converted_change": lambda _: "more",
        "landing_bounced_change": lambda _: "less",
        "landing_views_change": lambda _: "more",
    },
    "2024Q4/brand_wave": {
        "brand_aided_rate": lambda _: AFTER.aided,
        "brand_aided_change": lambda _: AFTER.aided - BEFORE.aided,
        "brand_unaided_rate": lambda _: AFTER.unaided,
        "brand_consider_rate": lambda _: AFTER.considers,
        "brand_csat": lambda _: AFTER.csat,
        "brand_nps": lambda _: 100 * (AFTER.promoters - AFTER.detractors),
        "brand_mention_gap": lambda _: AFTER.mentions / RIVAL.mentions - 1,
    },
}
"""What was planted, by report and figure; of scenes only which way, since pulled visits come and go as others do."""


@pytest.fixture(scope="module")
def demo(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    def make(folder: Path) -> None:
        folder.mkdir()
        (folder / "pyproject.toml").write_text("")
        for name in ("data_contracts", "notebooks", "params"):
            shutil.copytree(ROOT / name, folder / name)
        make_demo(folder / "data" / "demo", year=True)

    return once("percent_year", make)


def row(report: str, kind: str, entry: Entry, planted: object) -> str:
    """A figure as the page has it: what was planted, what was found, and its interval."""
    text = load_text("en")

    def told(value: Decimal) -> str:
        return text.value(value, entry.unit)

    assert entry.value is not None
    assert entry.low is not None
    assert entry.high is not None
    aimed = planted if isinstance(planted, str) else told(Decimal(str(planted)))
    ends = f"{told(entry.low)} to {told(entry.high)}"
    return f"| `{kind}` | `{report}` | {figure_label(entry.name, text)} | {aimed} | {told(entry.value)} | {ends} |"


@pytest.mark.parametrize("report", PLANTED)
def test_what_was_planted_lies_in_the_interval_that_the_documentation_tells(
    report: str, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo)
    truth: dict[str, Any] = {}
    for name in ("truth.json", "truth-2025.json"):
        held = json.loads((demo / "data" / "demo" / name).read_text(encoding="utf-8"))
        truth |= held | {"campaigns": {**truth.get("campaigns", {}), **held["campaigns"]}}
    told = (ROOT / "docs" / "planted.md").read_text(encoding="utf-8")
    opened = open_report(f"params/{report}.yaml", lang="en").with_()

    for name, planted_in in PLANTED[report].items():
        entry, planted = opened.ledger.get(name), planted_in(truth)
        assert entry is not None, name
        assert entry.low is not None
        assert entry.high is not None
        if isinstance(planted, str):
            assert entry.low > 0 if planted == "more" else entry.high < 0, name
        else:
            assert entry.low <= Decimal(str(planted)) <= entry.high, name
        line = row(report, opened.params.kind, entry, planted)
        assert line in told, f"docs/planted.md must have the line\n{line}"
