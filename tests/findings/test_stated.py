from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from retro.campaigns import load_params
from retro.campaigns.new_user_week import NewUserWeek
from retro.errors import ParamsError
from retro.findings import SECTIONS, Context, Finding
from retro.i18n import Lang, load_text

FIGURES = pd.DataFrame(
    {"name": ["cac_all_cost", "new_users", "day_1_retention_rate"], "value": [Decimal("8.77"), Decimal(2997), None]}
)
WINDOW = {"kind": "new_user_week", "campaign_id": "c", "title": "t", "start": "2025-01-10", "end": "2025-01-17"}


def audit(stated: dict[str, Any], lang: Lang = "en", **keys: Any) -> Finding:
    params = NewUserWeek.model_validate(WINDOW | {"stated": stated} | keys, context={"zone": ZoneInfo("Asia/Shanghai")})
    return SECTIONS["stated"](FIGURES, Context(params, load_text(lang), None))


def rows(finding: Finding) -> list[list[str]]:
    assert finding.table is not None
    return [[cell.text for cell in row] for row in finding.table.rows]


def test_a_stated_figure_is_held_against_the_measured_one() -> None:
    finding = audit({"figures": {"new_users": 3000, "cac": "5.1"}, "measured_as": {"cac": "cac_all_cost"}})

    assert rows(finding) == [
        ["× contradicted", "CAC (all campaign cost)", "5.1", "8.77"],
        ["✓ confirmed", "New registrations", "3,000", "2,997"],
    ]
    assert finding.sentence.startswith("Of 2 statements **1 are contradicted**, 1 confirmed, and 0 cannot be checked.")


def test_a_tolerance_decides_what_is_equal() -> None:
    finding = audit({"figures": {"new_users": 3000}, "tolerance": "0.0001"})

    assert rows(finding)[0][0] == "× contradicted"


def test_relations_take_stated_measured_and_target_figures() -> None:
    finding = audit(
        {
            "figures": {"cac": "5.1"},
            "claims": [
                {"claim": "cac < target.cac_all_cost", "says": "below target"},
                {"claim": "measured.cac_all_cost > cac", "says": "worse than stated"},
            ],
        },
        targets={"cac_all_cost": 5},
    )

    assert rows(finding) == [
        ["× contradicted", "below target", "5.1", "< 5"],
        ["✓ confirmed", "worse than stated", "8.77", "> 5.1"],
    ]


def test_what_nobody_measured_is_said_not_to_be_checkable() -> None:
    claims = [{"claim": "dau >= 2", "says": {"zh": "日活达标", "en": "DAU reached its goal"}}]
    finding = audit({"figures": {"activity": "0.9"}, "claims": claims}, lang="zh")

    assert rows(finding) == [
        ["○ 无法核对", "activity", "0.9", "没有对应的实测"],
        ["○ 无法核对", "日活达标", "dau >= 2", "缺少 dau"],
    ]


def test_nothing_stated_is_said_in_a_sentence() -> None:
    finding = audit({})

    assert "nothing to be checked" in finding.sentence
    assert finding.table is None


def test_a_claim_that_cannot_be_read_stops_before_the_run(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    claim = "stated: {claims: [{claim: cac is low, says: t}]}"
    path.write_text("\n".join([*(f"{key}: {value}" for key, value in WINDOW.items()), claim]), encoding="utf-8")

    with pytest.raises(ParamsError, match="a comparison such as <= must follow the left side, got 'is'"):
        load_params(path, zone=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("name", "contradicted", "not_checkable"),
    [("new_user_week", 12, 5), ("points_contest", 4, 6), ("flash_sale_night", 11, 0)],
)
def test_every_contradiction_of_the_quarters_documents_is_found(
    name: str, contradicted: int, not_checkable: int
) -> None:
    params = load_params(Path(f"params/2025Q1/{name}.yaml"), zone=ZoneInfo("Asia/Shanghai"))
    finding = SECTIONS["stated"](FIGURES.iloc[:0], Context(params, load_text("en"), None))

    counts = {entry.name: entry.value for entry in finding.entries}
    assert counts["claims_contradicted"] == contradicted
    assert counts["claims_not_checkable"] == not_checkable
