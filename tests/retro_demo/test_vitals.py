"""The shop's vital figures lie in their ranges, and the ranges are what their sources give."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from retro.errors import SourceError
from retro.files import project_root
from retro_demo import profile

REAL = project_root() / ".." / "shared" / "data"

needs_real_sets = pytest.mark.skipif(not REAL.is_dir(), reason="the public data sets are not at hand")


@pytest.mark.slow
def test_vital_figures_are_believable(percent_demo: Path) -> None:
    off = [figure for figure in profile(percent_demo) if not figure.believable]
    assert off == []


def test_a_small_shop_has_all_figures(whole_shop: Path) -> None:
    figures = profile(whole_shop)
    assert [figure.name for figure in figures if figure.value is None] == []
    assert len({figure.name for figure in figures}) == len(figures) >= 30


def test_an_empty_folder_is_no_shop(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"folder must hold a demo shop\. Make one with `retro demo`\.$"):
        profile(tmp_path)


def real(sql: str) -> float:
    row = duckdb.sql(sql.replace("REAL", str(REAL))).fetchone()
    assert row is not None
    return float(row[0])


GINI = """with spent as (select sum({}) as m, row_number() over (order by sum({})) as i from {} group by {})
    select 2 * sum(i * m) / (count(*) * sum(m)) - (count(*) + 1) / count(*) from spent"""
CDNOW = "'REAL/cdnow/master.parquet'"
RETAIL = "(from 'REAL/online_retail/lines.parquet' where CustomerID is not null and Quantity > 0 and UnitPrice > 0)"


@needs_real_sets
@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (GINI.format("usd", "usd", CDNOW, "customer_id"), 0.63),
        (GINI.format("Quantity * UnitPrice", "Quantity * UnitPrice", RETAIL, "CustomerID"), 0.72),
        (f"select avg((n > 1)::int) from (select count(*) as n from {CDNOW} group by customer_id)", 0.49),
        (f"select avg((n > 1)::int) from (select count(distinct InvoiceNo) n from {RETAIL} group by CustomerID)", 0.66),
        (f"select avg(usd) / median(usd) from {CDNOW} where usd > 0", 1.38),
        ("""select max(n) / sum(n) from (select count(*) as n from 'REAL/afisha/orders.parquet'
            where cast(buy_ts as date) = date '2017-11-24' group by hour(buy_ts))""", 0.17),
        ("""select arg_max(h, n) from (select hour(ts_utc + interval 8 hour) as h, count(*) as n
            from 'REAL/taobao_userbehavior/events.parquet' group by 1)""", 21),
    ],
)  # fmt: skip
def test_ranges_come_from_the_real_sets(sql: str, expected: float) -> None:
    assert real(sql) == pytest.approx(expected, abs=0.01)
