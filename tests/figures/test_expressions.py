"""Every expression gives what reports record: on a tiny quarter, or beside it for what no report of that records."""

from __future__ import annotations

import datetime as dt
import json
import runpy
import shutil
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pytest
from ibis.backends.duckdb import Backend

from retro import metrics
from retro.campaigns import CampaignParams
from retro.figures import VIEWS, Figure, families, figure, figures, known
from retro.figures.queries import query_of
from retro.ledger import Entry
from retro.periods import Window
from retro_demo import make_demo
from shops import DEMO_REPORTS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NAMES = (
    "2025-03", "flash_sale_night", "live_programme", "member_day", "new_user_week", "points_contest", "quarter",
)  # fmt: skip
OFFERS = {"offers_viewed": "viewed", "offers_completed": "completed", "offers_viewed_first": "viewed_first"}
OFFERS |= {f"offers_{name}": name for name in ("received", "unviewed", "views", "completions")}
BESIDE = {*OFFERS, "offer_*_rate", "signed_gmv", "bonus_hunter_rate", "members_per_operator"}
"""What the tiny quarter does not record: it has no offers, no signatures, few coupons and no other reports."""

FEW = {"peak_minute_registrations", "stopped_orders"}
"""What the tiny quarter masks, as it counts fewer than five."""

Values = Mapping[str, Any]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("expressions")
    (folder / "pyproject.toml").write_text("")
    for name in ("data_contracts", "params"):
        shutil.copytree(ROOT / name, folder / name)
    make_demo(folder / "data" / "demo", scale=0.001)
    return folder


@pytest.fixture(scope="module")
def shop(project: Path) -> Backend:
    """The tables, by name."""
    connection = ibis.duckdb.connect()
    for path in (project / "data" / "demo").glob("*.parquet"):
        connection.read_parquet(path, table_name=path.stem)
    return connection


def test_every_report_records_what_the_expressions_give(
    project: Path, shop: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setattr("retro.report.report.section_blocks", lambda *_: ())  # nobody looks at tables and charts
    held: set[str] = set()
    for name in NAMES:
        report = executed(name)
        for entry, one in expressed(report._ledger.entries):
            found = result(shop, one, entry.name, values_of(report.params, report.observed_until))
            assert agrees(found, entry), f"{name}: {entry.name} is {found}, recorded {entry.value}"
            held.add(one.name)

    assert held == {one.name for one in figures().values() if not one.unexpressed} - BESIDE - FEW


WINDOW = Window(dt.datetime(2025, 1, 1), dt.datetime(2025, 3, 1), dt.datetime(2025, 3, 10))


@pytest.fixture
def beside(project: Path) -> Backend:
    """Of the same shop, orders that were signed for when they were paid, and its coupons as offers too."""
    connection, data = ibis.duckdb.connect(), project / "data" / "demo"
    for name in ("users", "orders", "coupons"):
        table = connection.read_parquet(data / f"{name}.parquet", table_name=f"{name}_kept")
        connection.create_view(name, table.mutate(signed_at=table.paid_at) if name == "orders" else table)
    coupons = connection.table("coupons")
    sent = {"offer_id": "template", "kind": "template", "received_at": "issued_at", "expires_at": "expires_at"}
    connection.create_view("offers", coupons.select(user_id="user_id", **sent))
    half = coupons.filter(coupons.coupon_id.right(1) < "5")
    seen = half.select(
        user_id="user_id", event=ibis.literal("offer_viewed"), occurred_at="claimed_at", detail="template"
    )
    used = coupons.filter(coupons.used_at.notnull())
    used = used.select(
        user_id="user_id", event=ibis.literal("offer_completed"), occurred_at="used_at", detail="template"
    )
    connection.create_view("events", ibis.union(seen, used))
    return connection


def test_what_the_quarter_does_not_record_is_what_metrics_count(beside: Backend) -> None:
    users, orders, coupons = (beside.table(name) for name in ("users", "orders", "coupons"))
    kinds = metrics.gmv_kinds(orders, {}, WINDOW).set_index("step")
    hunters = metrics.coupon_hunters(orders, coupons, WINDOW).iloc[0]
    operators = metrics.per_operator(users, 30, WINDOW).iloc[0]
    sent = metrics.offers({"offers": beside.table("offers"), "events": beside.table("events")}, WINDOW).set_index(
        "kind"
    )
    kind = sent.drop("all")["received"].idxmax()
    expected = {
        "signed_gmv": (kinds.loc["signed", "amount"],),
        "bonus_hunter_rate": (hunters["hunters"], hunters["coupon_buyers"]),
        "members_per_operator": (operators["members"], operators["operators"]),
        **{name: (sent.loc["all", column],) for name, column in OFFERS.items()},
        f"offer_{kind}_rate": (sent.loc[kind, "mature_viewed_first"], sent.loc[kind, "mature"]),
    }

    assert {figure(name).name for name in expected} == BESIDE
    for name, wanted in expected.items():
        assert min(wanted) > 0, name
        assert result(beside, figure(name), name, {**vars(WINDOW), "operators": 30}) == wanted, name


def executed(name: str) -> Any:
    """The report that the code cells of a notebook make."""
    params = DEMO_REPORTS[name]
    kind = "month" if name == "2025-03" else name
    cells = json.loads((ROOT / "notebooks" / f"{kind}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code" and "parameters" not in str(cell["metadata"])]
    script = Path(f"{name}.py")
    script.write_text("\n".join("".join(cell["source"]) for cell in code), encoding="utf-8")
    given = {"params_file": params.as_posix(), "lang": "en", "overrides": {}}
    return runpy.run_path(str(script), init_globals=given)["report"]


def expressed(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Figure]]:
    """The entries that have a value of their own, and a figure that says how it is computed."""
    for entry in entries:
        one = known(entry.name)
        if one is not None and not one.unexpressed and entry.value is not None and entry.definition != "taken":
            yield entry, one


def values_of(params: CampaignParams, observed_until: object) -> Values:
    """What expressions can have in braces."""
    return {**dict(params.voice), **dict(params), **vars(params.window), "observed_until": observed_until}


def result(shop: Backend, one: Figure, name: str, values: Values) -> tuple[Any, ...]:
    """What the figure's expression gives; of a rate without one, what those of its parts give."""
    if not one.expression:
        own = families()[one.family].figures
        parts = [known(part) or own[part] for part in (one.numerator, one.denominator)]
        return tuple(result(shop, part, part.name, values)[0] for part in parts)
    found = shop.raw_sql(query_of(one, name, VIEWS, values))
    rows, columns = found.fetchall(), tuple(column[0] for column in found.description)
    assert len(rows) == 1
    assert columns == (one.numerator, one.denominator) or len(columns) == 1
    return tuple(rows[0])


def agrees(found: tuple[Any, ...], entry: Entry) -> bool:
    """Counts, money and both parts of a rate to the last digit; means as ledgers round them."""
    exact = [None if value is None else Decimal(str(value)) for value in found]
    if len(exact) == 1:
        return exact[0] == entry.value or float(found[0]) == pytest.approx(float(entry.value or 0), rel=1e-9)
    if entry.numerator is not None:
        return exact == [entry.numerator, entry.denominator]
    return float(found[0]) / float(found[1]) == pytest.approx(float(entry.value or 0), rel=1e-9)
