"""Do reports say of campaigns what was planted? Estimate, interval and truth over demo shops, by phase.

`python benchmarks/calibration_campaigns.py FOLDER...`: shops that `retro demo --seed N --out FOLDER` made. Effects
are those of the demo's params: campaigns that share days together, people held out where there are some. Beside each
estimate stands the difference between the demo's worlds with and without the campaign (`truth.json`), day by day.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import ibis
import numpy as np

from retro.campaigns import load_params
from retro.metrics import claims, impacts, invitation_groups, phases_of, pnl, roi
from retro.report.money import neighbours
from retro.sources import load_source

NAMES = ("new_user_week", "points_contest", "flash_sale_night", "member_day")
UNTIL = datetime(2025, 4, 1)  # noqa: DTZ001 - local, as every column
TABLES = ("orders", "order_items", "products", "refunds", "coupons", "campaign_costs", "users", "exposures")


def read(folder: Path) -> SimpleNamespace:
    """The tables of a shop, and its truth."""
    connection = ibis.duckdb.connect()
    tables = {name: connection.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    return SimpleNamespace(tables=tables, truth=json.loads((folder / "truth.json").read_text())["campaigns"])


def estimated(name: str, shop: SimpleNamespace) -> list[tuple[str, float, float, float, float]]:
    """Phase or figure, estimate, interval and planted truth of one campaign."""
    params = load_params(Path(f"params/2025Q1/{name}.yaml"), zone=load_source(Path("params/source.yaml")).zone)
    asked, tables, window = params.roi, shop.tables, replace(params.window, observed_until=UNTIL)
    phases = phases_of(
        window,
        anticipation_days=asked.anticipation_days,
        settling_days=asked.settling_days,
        others=[one.window for one in asked.unusual],
        name=params.campaign_id,
        campaigns=neighbours(asked.campaigns),
    )

    def held(told: object, start: datetime, end: datetime) -> dict[str, ibis.Table] | None:
        if told is None:
            return None
        arms = {"invitation": told.experiment, "arm": told.invited, "held_out_arm": told.held_out}
        return invitation_groups(tables["users"], tables, replace(window, start=start, end=end), **arms)

    beside = {key: held(one.hold_out, one.start, one.end) for key, one in asked.campaigns.items() if one.hold_out}
    found = impacts(
        tables["orders"], tables, phases, economics=asked.economics, observed_until=UNTIL, holidays=asked.holidays,
        groups=held(params.hold_out, window.start, window.end), beside=beside,
    )  # fmt: skip
    statement = pnl(
        tables["orders"], tables, claims=claims(params.claims), campaign_id=params.campaign_id,
        economics=asked.economics, observed_until=UNTIL,
    )  # fmt: skip
    figures = roi(statement, found.gmv, found.contribution, found.newcomers).set_index("figure")
    planted = shop.truth[params.campaign_id]
    sides = {"anticipation": "before", "campaign": "during", "settling": "after", "total": "in_all"}
    rows = [
        (row.phase, row.effect, row.low, row.high, float(planted[sides[row.phase]]["net_gmv_cny"]))
        for row in found.gmv.effects.itertuples()
    ]
    added = figures.loc["incremental_contribution"]
    return [
        *rows,
        ("margin", added["value"], added["low"], added["high"], float(planted["in_all"]["goods_margin_cny"])),
    ]


def main(*folders: str) -> None:
    shops = {folder: read(Path(folder)) for folder in folders}
    inside, misses = [], []
    print(f"{'campaign':<18}{'phase':<14}{'shop':>5}{'estimate':>11}{'low':>11}{'high':>11}{'planted':>11}")
    for name in NAMES:
        for number, shop in enumerate(shops.values(), 1):
            for phase, estimate, low, high, planted in estimated(name, shop):
                held = low <= planted <= high
                inside.append(held)
                misses.append((estimate - planted) / max(high - low, 1))
                mark = "" if held else "  outside"
                print(
                    f"{name:<18}{phase:<14}{number:>5}{estimate:>11,.0f}{low:>11,.0f}{high:>11,.0f}{planted:>11,.0f}{mark}"
                )
    print(f"{sum(inside)} of {len(inside)} intervals hold what was planted ({np.mean(inside):.1%}).")


if __name__ == "__main__":
    main(*sys.argv[1:])
