from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Lang, Text, load_text
from retro.metrics.pnl import Caveat
from retro.sections.pnl import draw
from telling import context_of, finder, statement

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02T00:00"))


def test_the_statement_says_what_it_left_out() -> None:
    finding = find(
        "pnl", statement().lines, statement(Caveat("no_fulfilment"), Caveat("margin_from_params", Decimal("0.4")))
    )

    assert "**a loss: attributed contribution −50 " in finding.sentence
    assert "what the campaign added stands under return on investment" in finding.sentence
    assert "Fulfilment cost is not given, so none is deducted." in finding.footnote
    assert "taken from the params: 40.0%" in finding.sentence
    assert [entry.name for entry in finding.entries] == ["net_revenue", "contribution"]


def test_a_statement_without_cost_of_goods_has_no_contribution() -> None:
    finding = find("pnl", statement().lines, statement(Caveat("no_cost_of_goods", Decimal(9)), left=None))
    assert finding.shows.endswith("the cost of goods is not known")

    assert "there is no contribution" in finding.sentence
    assert [entry.name for entry in finding.entries] == ["net_revenue"]


@pytest.mark.parametrize(
    ("economics", "vat"), [({}, "The VAT rate is not given"), ({"vat_rate": "0.13"}, "= Net without VAT")]
)
def test_finance_is_led_from_orders_to_what_is_booked(economics: dict[str, str], vat: str) -> None:
    whole = replace(statement(), settled=Decimal("500.00"))
    (exhibit,) = find("pnl", whole.lines, whole, roi={"economics": economics}).exhibits

    assert "900 CNY paid for orders" in exhibit.sentence
    assert exhibit.table is not None
    told = exhibit.sentence + "".join(cell.text for row in exhibit.table.rows for cell in row)
    assert vat in told
    assert "of which settled" in told


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "after goods **120 CNY is left before campaign cost**, which is not known, so the contribution is not",
        ),
        ("zh", "扣除商品成本后剩 **120 元，未扣活动费用**：费用不详，算不出贡献。"),
    ],
)
def test_a_statement_without_campaign_cost_has_no_contribution(lang: Lang, words: str) -> None:
    told = statement(Caveat("no_costs"), left=None, cost=None)
    lines = pd.concat(
        [
            told.lines,
            pd.DataFrame([("contribution_before_cost", Decimal("120.00"), "total")], columns=told.lines.columns),
        ]
    )

    finding = find("pnl", lines, replace(told, lines=lines), lang=lang)

    assert words in finding.sentence
    assert [entry.name for entry in finding.entries] == ["net_revenue"]


DRAWN = pd.DataFrame(
    {
        "line": ["list_sales", "discounts", "returns", "net_revenue", "goods", "media", "contribution"],
        "amount": [Decimal(amount) for amount in ("1000", "-300", "0", "700", "-600", "-150", "-50")],
        "kind": ["total", "change", "change", "total", "change", "change", "total"],
    }
)


def test_pnl_leaves_out_lines_of_nothing_and_names_the_others() -> None:
    alt = draw(DRAWN, load_text("zh")).alt

    assert "吊牌价销售" in alt
    assert "媒体投放" in alt
    assert "退款" not in alt


def test_an_empty_frame_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        draw(pd.DataFrame(), text)


def test_the_chart_is_readable(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
