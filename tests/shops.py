"""A shop small enough to check by hand: four baseline weeks of one new user a day, then a campaign week of three."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from retro.sources import Source, Tables, open_tables

ROOT = Path(__file__).parents[1]
START = dt.datetime(2025, 1, 27)
"""First moment of the campaign week, a Monday; the baseline weeks end here."""

FIGURES = {
    "new_users": Decimal(21),
    "first_day_value": Decimal("210.00"),
    "day_1_retention_rate": Decimal(14) / 21,
    "repurchase_rate": Decimal(7) / 21,
    "campaign_cost": Decimal("31.50"),
    "cac_acquisition_only": Decimal("1.00"),
    "cac_all_cost": Decimal("1.50"),
}
"""The campaign's figures: of each day's three users, two are back the day after and one buys again on day 3."""

_QUARTER = Path("params") / "2025Q1"
DEMO_REPORTS = {path.stem: _QUARTER / path.name for path in (ROOT / _QUARTER).iterdir()}
_EARLIER = (
    "promotion_node",
    "reactivation",
    "live_programme",
    "referral",
    "community",
    "content",
    "scene",
    "brand_wave",
)
DEMO_REPORTS |= {kind: Path("params") / "2024Q4" / f"{kind}.yaml" for kind in _EARLIER}
DEMO_REPORTS |= {"ads": Path("params") / "ads" / "2025Q1.yaml"}
DEMO_REPORTS |= {"year": Path("params") / "2025" / "year.yaml"}
DEMO_REPORTS |= {"product_launch": Path("params") / "new_goods" / "product_launch.yaml"}
"""The reports of the demo shop by name, one at least of each of its kinds: their params, relative to the project."""

EVERY_TIME = frozenset({"2025-03", "member_day", "quarter"})
"""Reports whose notebooks are executed whenever tests run: one of a period, one of a campaign, one made from others.

Those of all other kinds are executed with the slow tests: each takes as long as hundreds of small ones.
"""

PARAMS = """\
kind: new_user_week
campaign_id: "0042"
title: {zh: 新人周, en: New-user week}
start: 2025-01-27T00:00
end: 2025-02-03T00:00
baseline_weeks: 4
retention_days: [1, 3, 60]
repurchase_days: 7
targets: {new_users: 20, cac_all_cost: 1}
"""

SOURCE = """\
folder: data
timezone: Asia/Shanghai
currency: CNY
observed_until: 2025-02-20T00:00
tables:
  users: {path: users.parquet}
  orders: {path: orders.parquet}
  events: {path: events.parquet}
  campaign_costs: {path: campaign_costs.parquet}
"""


def make_project(folder: Path) -> Path:
    """A project of its own: this one's notebooks and contracts, and the small shop's params and data."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text("")
    for name in ("notebooks", "data_contracts"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "params" / "2025Q1").mkdir(parents=True)
    (folder / "params" / "source.yaml").write_text(SOURCE, encoding="utf-8")
    (folder / "params" / "2025Q1" / "new_user_week.yaml").write_text(PARAMS, encoding="utf-8")
    (folder / "data").mkdir()
    for name, frame in tables().items():
        frame.to_parquet(folder / "data" / f"{name}.parquet", index=False)
    return folder


def make_short(folder: Path) -> Path:
    """The small shop whose week has a few sections: for tests of what happens around a report."""
    path = make_project(folder) / "notebooks" / "new_user_week.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] = [*notebook["cells"][:6], *notebook["cells"][-4:]]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return folder


def make_quarter(folder: Path, data: Path) -> Path:
    """A project with what is shipped for the demo quarter, and a demo shop's data that lies elsewhere."""
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text("")
    for name in ("data_contracts", "notebooks", "params"):
        shutil.copytree(ROOT / name, folder / name)
    # Of the year the first quarter alone is there, and the newest day of so small a shop does not look whole.
    year = folder / "params" / "2025" / "source.yaml"
    only = year.read_text(encoding="utf-8").replace("*", "") + "observed_until: 2025-04-01T00:00\n"
    year.write_text(only, encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "demo").symlink_to(data)
    return folder


def tables() -> dict[str, pd.DataFrame]:
    """The shop's tables."""
    users = [
        (f"user-{day:02d}-{number}", START + dt.timedelta(days=day, hours=9 + number))
        for day in range(-28, 7)
        for number in range(3 if day >= 0 else 1)
    ]
    orders, events = [], []
    for user, at in users:
        number = int(user[-1])
        minute = dt.timedelta(minutes=1)
        events += [(user, name, at + place * minute) for place, name in enumerate(("register", "log_in"))]
        events += [(user, "task_complete", at + 5 * minute), (user, "order", at + 9 * minute)]
        orders.append((f"{user}-a", user, at + 9 * minute))
        if number < 2:
            events.append((user, "log_in", at + dt.timedelta(days=1)))
        if number == 0:
            orders.append((f"{user}-b", user, at + dt.timedelta(days=3)))
    # One customer buys every day after the week: days without a row would be lost days.
    for day in range(7, 24):
        noon = START + dt.timedelta(days=day, hours=12)
        events.append((users[0][0], "log_in", noon))
        orders.append((f"later-{day}", users[0][0], noon))
    frame = pd.DataFrame(orders, columns=["order_id", "user_id", "ordered_at"])
    frame["status"], frame["amount"] = "paid", [Decimal("10.00")] * len(frame)
    costs = [("k1", "0042", "media", dt.date(2025, 1, 27), Decimal("21.00"))]
    costs += [("k2", "0042", "labour", dt.date(2025, 1, 27), Decimal("10.50"))]
    return {
        "users": pd.DataFrame(users, columns=["user_id", "registered_at"]),
        "orders": frame,
        "events": pd.DataFrame(events, columns=["user_id", "event", "occurred_at"]),
        "campaign_costs": pd.DataFrame(costs, columns=["cost_id", "campaign_id", "category", "incurred_on", "amount"]),
    }


Rows = dict[str, tuple[str, list[tuple[Any, ...]]]]
"""Tables by name: their columns, parted by blanks, and their rows."""


def opened(folder: Path, rows: Rows, until: dt.datetime | None) -> Tables:
    """A shop of some tables, each with its columns and rows, observed until a moment."""
    for name, (columns, data) in rows.items():
        pd.DataFrame(data, columns=columns.split()).to_parquet(folder / f"{name}.parquet", index=False)
    tables = {name: {"path": f"{name}.parquet"} for name in rows}
    keys = {"folder": str(folder), "timezone": "Asia/Shanghai", "currency": "CNY", "observed_until": until}
    return open_tables(Source.model_validate({**keys, "tables": tables}), "source.yaml")


def cells(tables: Tables, name: str, *columns: str) -> list[tuple[object, ...]]:
    """Columns of a table as reports see it, in the order of its first column."""
    frame = getattr(tables, name).execute()
    frame = frame.astype(object).where(frame.notna(), None).sort_values(frame.columns[0])
    return [tuple(row) for row in frame[list(columns)].itertuples(index=False)]


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder and of those in it, by their path from it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
