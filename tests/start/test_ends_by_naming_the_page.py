"""`retro start` ends with the page to open."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from retro.cli import app, data
from start.test_questions import put


def test_it_ends_by_naming_the_page(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = [dt.date(2025, 3, 1) + dt.timedelta(days=day) for day in range(90)]
    orders = "".join(f"a{n},u{n % 7},{day} 10:00:00,5.00\n" for n, day in enumerate(days))
    folder = put(project, f"order_id,user_id,order_date,amount\n{orders},,,450.00\n")

    def run(target: str, **_: object) -> None:
        page = project / "reports" / target / "latest" / "en.html"
        page.parent.mkdir(parents=True)
        page.touch()

    monkeypatch.setattr(data, "run", run)
    done = CliRunner().invoke(app, ["start", str(folder), "--shop", "mine", "--yes"])

    name = next(path.stem for path in (project / "params" / "mine").glob("*.yaml") if path.stem != "source")
    assert done.output.splitlines()[-1] == f"Open: reports/mine/{name}/latest/en.html"
    source = (project / "params" / "mine" / "source.yaml").read_text(encoding="utf-8")
    assert re.search("skip_footer: [\"']?1", source)  # the total without a name is left out
