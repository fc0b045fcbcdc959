"""What `make report` has published of the demo shop names nobody, and asks nothing of the network."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pypdf import PdfReader

from browsing import faults
from retro.figures import figure
from retro.ledger import read_ledger

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "reports" / "2025Q1"
DEMO = ROOT / "data" / "demo"

PHONE = re.compile(r"(?<![\d.])1[3-9]\d{9}(?![\d.])")
OUTSIDE = re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import""")
IDS = {"users": "user_id", "orders": "order_id", "coupons": "coupon_id", "events": "device_id"}


@pytest.fixture(scope="module")
def published() -> dict[str, str]:
    """Everything at stable addresses, as text, by its address."""
    if not (REPORTS.is_dir() and DEMO.is_dir()):
        pytest.skip("needs the demo reports: run `make report` first")
    files = sorted(path for path in REPORTS.glob("*/latest/**/*") if path.is_file())
    return {path.relative_to(REPORTS).as_posix(): text_of(path) for path in files}


def text_of(path: Path) -> str:
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    return path.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("table", IDS)
def test_no_id_of_the_shop_is_published(table: str, published: dict[str, str]) -> None:
    ids = set(pc.unique(pq.read_table(DEMO / f"{table}.parquet", columns=[IDS[table]])[0]).drop_null().to_pylist())
    for address, text in published.items():
        assert not ids & set(re.findall(r"\w+", text)), address


def test_no_phone_number_is_published(published: dict[str, str]) -> None:
    for address, text in published.items():
        if address.endswith((".html", ".pdf")):
            assert PHONE.findall(text) == [], address


def test_no_folder_of_this_machine_is_published(published: dict[str, str]) -> None:
    for address, text in published.items():
        assert str(ROOT) not in text, address
        assert str(Path.home()) + "/" not in text, address


def test_pages_ask_nothing_of_the_network(published: dict[str, str]) -> None:
    for address, text in published.items():
        if address.endswith(".html"):
            assert OUTSIDE.findall(text) == [], address


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_hold_in_a_browser_at_every_width(
    lang: str, scheme: Literal["light", "dark"], published: dict[str, str], browser: Browser
) -> None:
    pages = [REPORTS / address for address in published if address.endswith(f"latest/{lang}.html")]

    assert pages
    assert {page: found for page in pages if (found := faults(browser, page, scheme=scheme))} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_catalogue_and_pages_of_quality_hold_in_a_browser_at_every_width(
    scheme: Literal["light", "dark"], browser: Browser
) -> None:
    pages = [*REPORTS.parent.glob("*.html"), *REPORTS.glob("quarter/latest/quality.*.html")]

    assert {page.name for page in pages} >= {"index.html", "actions.en.html", "kpis.html", "quality.zh.html"}
    assert {page: found for page in pages if (found := faults(browser, page, scheme=scheme))} == {}


def test_every_figure_is_defined_and_has_a_source(published: dict[str, str]) -> None:
    headings = set(re.findall(r"^## (\w+)$", (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8"), re.MULTILINE))
    ledgers = [address for address in published if address.endswith("ledger.json")]
    assert ledgers
    for address in ledgers:
        for entry in read_ledger(REPORTS / address).entries:
            assert entry.definition in headings, f"{address}: {entry.name}"
            assert figure(entry.name).unit in {entry.unit, "number"}, f"{address}: {entry.name}"
            assert entry.tables or entry.definition in {"stated", "taken"}, f"{address}: {entry.name}"


def test_the_quarter_takes_its_dearest_cause_from_march_and_the_planted_payment_failure_stands_below_it(
    published: dict[str, str],
) -> None:
    if not {"quarter/latest/ledger.json", "2025-03/latest/ledger.json"} <= set(published):
        pytest.skip("needs the quarter and March: run `make report` first")
    truth = json.loads((DEMO / "truth.json").read_text(encoding="utf-8"))
    march = dt.datetime(2025, 3, 1).isoformat()
    (planted,) = [one for one in truth["incidents"] if one["start"] >= march and one["system"] == "payment"]

    march_said = read_ledger(REPORTS / "2025-03" / "latest" / "ledger.json")
    first = march_said.get("order_rate_of_all_lost")
    second = march_said.get(f"payment_rate_of_channel_{planted['channel']}_lost")
    taken = read_ledger(REPORTS / "quarter" / "latest" / "ledger.json").get("order_rate_of_all_lost_in_2025_03")

    assert first is not None
    assert second is not None
    assert taken is not None
    assert taken.value == first.value
    assert first.value < second.value, "the dearest loss is the lowest"
    assert (first.about["segment"], first.about["factor"]) == ("all", "order_rate"), "what cost most"
    assert (second.about["dimension"], second.about["segment"]) == ("channel", planted["channel"])
    assert (second.about["factor"], second.about["incident"]) == ("payment_rate", planted["system"])
    for name, moment in {"incident_from": "start", "incident_until": "end"}.items():
        assert dt.datetime.fromisoformat(second.about[name]) == dt.datetime.fromisoformat(planted[moment])
