"""What docs/analyst.md shows runs as it stands, on a thousandth of the demo shop."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from retro.report import open_report
from shops import ROOT, make_quarter

pytestmark = pytest.mark.slow


def test_the_analysts_guide_runs(
    tmp_path: Path, tiny_demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make_quarter(tmp_path / "shop", tiny_demo)
    monkeypatch.chdir(project)
    names: dict[str, Any] = {"report": open_report("params/2025Q1/member_day.yaml", lang="en")}
    guide = (ROOT / "docs" / "analyst.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 5
    for block in blocks:
        exec(block, names)  # noqa: S102 - the guide's own code

    assert {"channel", "new_or_old", "on", "value", "people", "base", "change"} <= set(names["cut"].frame.columns)
    assert "Kept as extra.by_channel" in capsys.readouterr().out
    assert "extra:\n  by_channel:\n    figure: gmv\n" in (project / "params/2025Q1/member_day.yaml").read_text("utf-8")
    found = names["compare"](names["report"], names["other"])
    assert isinstance(found, pd.DataFrame)
    assert names["other"].params.baseline_weeks == 4
    assert "valid" in list(names["shop"].metrics.gmv_kinds(names["shop"].tables.orders, {}, names["week"])["step"])
