"""Three months of `retro due --run`: what is made, told and kept at each date, as docs/schedule.md shows it."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from retro.cli import app
from retro.jobs import editions_of
from shops import PARAMS, ROOT, make_short, tables

MONTHS = ("january", "february", "march")
_FOUR_WEEKS = dt.timedelta(days=28)

WHAT = {
    "2025-02-04": "January's week is over.",
    "2025-02-11": "An order of January's week came late.",
    "2025-03-04": "February's week is over, and its data ends two days before.",
    "2025-03-07": "It was waited for three days.",
    "2025-03-08": "The data is there.",
    "2025-04-01": "March's week is over, and an order stands twice in its data.",
    "2025-04-02": "The data is mended.",
    "2025-04-03": "Nothing is due.",
}


def put(project: Path, day: str) -> None:
    """The data as it lies there on a day: the small shop's, anew each four weeks with users of its own."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for number in range(len(MONTHS)):
        for name, frame in tables().items():
            for column in frame:
                if column.endswith(("_at", "_on")):
                    frame[column] = frame[column] + number * _FOUR_WEEKS
                elif column in {"user_id", "order_id", "cost_id"}:
                    frame[column] = f"{number}-" + frame[column]
            if name == "campaign_costs":
                frame["campaign_id"] = f"004{number}"
            frames.setdefault(name, []).append(frame)
    whole = {name: pd.concat(several, ignore_index=True) for name, several in frames.items()}
    orders = whole["orders"]
    if day > "2025-02-10":
        late = orders[orders.order_id == "0-user-00-0-a"].assign(order_id="late")
        whole["orders"] = pd.concat([orders, late], ignore_index=True)
    if day == "2025-04-01":
        twice = orders[orders.order_id == "2-user-00-0-a"]
        whole["orders"] = pd.concat([whole["orders"], twice], ignore_index=True)
    for name, frame in whole.items():
        frame.to_parquet(project / "data" / f"{name}.parquet", index=False)
    until = "2025-03-01" if "2025-03-04" <= day < "2025-03-08" else day
    source = project / "params" / "source.yaml"
    source.write_text(re.sub("observed_until: .*", f"observed_until: {until}T00:00", source.read_text()))


@pytest.mark.slow
def test_three_months_are_as_the_docs_show_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_short(tmp_path / "shop")
    monkeypatch.chdir(project)
    monkeypatch.setenv("RETRO_NEWS", "json://127.0.0.1:9/")
    (project / "params" / "notify.yaml").write_text('channels: {owners: {url: "${RETRO_NEWS}", lang: en}}\n')
    (project / "params" / "2025Q1" / "new_user_week.yaml").unlink()
    for number, month in enumerate(MONTHS):
        start = dt.datetime(2025, 1, 27) + number * _FOUR_WEEKS
        text = PARAMS.replace("0042", f"004{number}").replace("New-user week", f"New-user week of {month.title()}")
        text = text.replace("2025-01-27", f"{start:%Y-%m-%d}")
        text = text.replace("2025-02-03", f"{start + dt.timedelta(days=7):%Y-%m-%d}")
        text += f"schedule: {{restate_days: [{7 if number == 0 else ''}]}}\n"
        (project / "params" / "2025Q1" / f"{month}.yaml").write_text(text, encoding="utf-8")
    told: list[str] = []

    def send(_url: str, title: str, *_: Any) -> bool:
        told.append(title)
        return True

    monkeypatch.setattr("retro.jobs.telling.by_apprise", send)
    lines = []
    for day, what in WHAT.items():
        put(project, day)
        told.clear()
        done = CliRunner().invoke(app, ["due", "--run", "--on", day, "--lang", "en", "--jobs", "1", "--json"])
        lines += [f"{day}  {what}"]
        lines += [f"  made  {said(one)}" for one in json.loads(done.stdout)]
        lines += [f"  told  {title}" for title in told]
        kept = {month: len(list(editions_of(project / "reports" / "2025Q1" / month))) for month in MONTHS}
        lines += [f"  kept  {', '.join(f'{month} {count}' for month, count in kept.items() if count)}"]
        lines += [f"  exit  {done.exit_code}"]

    shown = (ROOT / "docs" / "schedule.md").read_text(encoding="utf-8")
    assert "\n".join(lines) in shown, "\n".join(lines)


def said(one: dict[str, Any]) -> str:
    reason = "" if one["state"] in {"published", "restated"} else f": {one['message'].splitlines()[0]}"
    return f"{one['report']} until {one['at'][:10]} {one['state']}{reason}"
