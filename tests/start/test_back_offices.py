"""Three made-up exports: what arrives in the canonical tables is what was exported, and nobody is asked anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from exports import BEGIN, PEAK, Truth, douyin, jd, taobao
from retro.campaigns import load_params
from retro.sources import load_source, open_tables
from retro.start import Asker, Start, start

OFFICES = {"taobao": taobao, "jd": jd, "douyin": douyin}


@pytest.fixture(params=OFFICES)
def begun(request: pytest.FixtureRequest, project: Path) -> tuple[str, Truth, Start, Asker]:
    make: Callable[[Path], Truth] = OFFICES[request.param]
    folder = project / "exports"
    folder.mkdir()
    truth = make(folder)
    # nobody can be asked, and nothing may be assumed; Douyin alone tells no user
    asker = Asker({"orders.user": "order"} if request.param == "douyin" else {})
    return request.param, truth, start(folder, request.param, asker), asker


def test_back_office_is_mapped_without_a_question(begun: tuple[str, Truth, Start, Asker]) -> None:
    name, truth, result, asker = begun
    source = load_source(Path("params") / name / "source.yaml")
    tables = open_tables(source, "source.yaml")
    orders = tables.orders.execute()

    assert asker.asked == []
    assert (source.timezone, source.currency) == ("Asia/Shanghai", "CNY")
    assert orders["status"].value_counts().to_dict() == truth.statuses
    assert sum(orders["amount"]) == truth.amount
    assert orders["ordered_at"].min() == dt.datetime.combine(BEGIN, dt.time(8))
    assert (orders["paid_at"].isna() == (orders["status"] == "cancelled")).all()
    assert tables.order_items.count().execute() == truth.items
    assert set(tables.order_items.product_id.execute().str.len()) == {5}  # leading zeros are kept
    for raw in source.raw:  # unmapped columns are left as text, since finding a type for them takes time
        assert set(source.raw[raw].types) == set(tables.raw(raw).columns)
    assert not result.broken
    assert result.dropped == {}
    assert tables.users.count().execute() == (
        truth.statuses["paid"] + truth.statuses["refunded"] if name == "douyin" else 97
    )
    if name == "taobao":
        assert tables.refunds.count().execute() == truth.refunds
        assert all(orders["order_id"].str.fullmatch(r"23\d{17}"))
    if name == "jd":
        assert source.raw[tables.raw_names[0]].path == "jd_orders_*.csv"


def test_peak_is_found_and_marked_as_found(begun: tuple[str, Truth, Start, Asker]) -> None:
    name, _, result, _ = begun
    zone = load_source(Path("params") / name / "source.yaml").zone
    params = load_params(result.first or Path(), zone=zone)

    assert params.found_in_data
    assert params.window.start.date() == BEGIN + dt.timedelta(days=PEAK[0])
    assert params.window.end.date() == BEGIN + dt.timedelta(days=PEAK[1] + 1)


def test_shop_that_is_there_is_not_overwritten(begun: tuple[str, Truth, Start, Asker], project: Path) -> None:
    from retro.errors import RetroError

    written = Path("params") / begun[0] / "source.yaml"
    before = written.read_text(encoding="utf-8")

    with pytest.raises(RetroError, match=r"folder must not exist yet, got one\. Choose another name with --shop, or"):
        start(project / "exports", begun[0], Asker(assume=True))
    assert written.read_text(encoding="utf-8") == before
