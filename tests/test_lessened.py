"""A real shop that has less: eight reductions of a public data set, each told rightly in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from lessened import write_lessened
from notebooks.lacking import page
from retro.sources.currencies import CurrencyError
from shops import ROOT, make_project

pytestmark = pytest.mark.slow

NEVER = r"\bNaN?\b|\bnan|−100(?:\.0)?%|\bNone\b(?! of)"
"""How a missing value reads where nobody took care of it, and a return of nothing known."""

_SENTENCE = 25
"""Letters above which a text is no cell or label."""

OPEN = ("Whether it made money cannot be told", "赚亏")

SAID: Mapping[str, tuple[str, str, str]] = {
    "without_buyers": (
        "No valid order names its buyer: sales are told, figures of people are missing.",
        "订单都没有买家：成交照算，人数类指标都没有。",
        r"\d buyers\b|\d 位买家|first-time buyers over|of buyers are new|新客占",
    ),
    "without_amounts": (
        "Orders have no amounts, so whether it made money cannot be told.",
        "订单没有金额，算不出赚亏。",
        r"GMV is \d|revenue of \d|成交 [\d,]+ 单位|净收入 \d|ROI (?:is|was) [−+\d]|净投产比 [−+\d]",
    ),
    "by_days": (
        "The table orders of this shop's data knows only days, so nothing is said of what happens within one.",
        "数据表 orders 的时间只到天，不作天以内的分析。",
        r"busiest hour was|busiest hour$|By the hour|最忙.*\d+时|a minute",
    ),
    "of_one_month": (
        "The history holds fewer than 3 placebo windows, so chance is untested and the interval stands alone.",
        "可用的安慰剂窗口不足 3 个，没法检验是不是偶然",
        r"of 24 windows|24 个没有活动的同长窗口|is 3\.7% of the quarter",
    ),
    "sampled": (
        "The data is a random sample of 5.0% of users: totals are scaled to the shop with an interval",
        "5.0% 随机样本：总量按样本放大并附区间",
        r"\d+ orders worth|It made money|It lost money|^赚钱|^亏钱",
    ),
    "without_costs": (
        "No cost of campaign black-friday-2017 is known, so there is no return on investment; cost is not taken as 0.",
        "没有活动 black-friday-2017 的费用记录，算不出投入产出，不按 0 处理。",
        r"The campaign cost \d|活动费用 \d|over input is \d|投入为 \d",
    ),
    "without_channels": (
        "Neither costs nor orders are known by channel, so there is nothing to say of channels.",
        "费用和订单都不带渠道，算不出渠道损益。",
        r"source \d",
    ),
    "of_two_currencies": (
        "Orders and costs in other currencies are converted at the rate of their day (exchange_rates)",
        "其他币种的订单和费用按当天汇率（exchange_rates）换算",
        r"\bEUR\b",
    ),
}
"""What each page says in English and in Chinese, and what it never does."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = ROOT.parent / "shared" / "data"
    if not (data / "afisha" / "orders.parquet").is_file():
        pytest.skip("needs the public data set 'Yandex.Afisha' as ../shared/data/afisha/*.parquet")
    monkeypatch.setenv("RETRO_DATA", str(data))
    folder = make_project(tmp_path / "shop")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("name", SAID)
def test_a_shop_that_has_less_is_told_rightly_in_both_languages(
    name: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = write_lessened(project, "afisha/flash_sale_night", name).as_posix()
    never = re.compile(f"{NEVER}|{SAID[name][2]}")

    for lang, words, of_money in zip(("en", "zh"), SAID[name][:2], OPEN, strict=True):
        told = [text.replace("**", "") for text in page(monkeypatch, "flash_sale_night", params, lang, {})]

        assert any(words in text for text in told), [text for text in told if len(text) > _SENTENCE]
        assert any(of_money in text for text in told)
        assert [text for text in told if len(text) > _SENTENCE and never.search(text)] == []


def test_two_currencies_without_rates_are_refused_in_one_line(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    params = write_lessened(project, "afisha/flash_sale_night", "of_two_currencies_without_rates").as_posix()

    with pytest.raises(CurrencyError) as caught:
        page(monkeypatch, "flash_sale_night", params, "en", {})

    assert str(caught.value).endswith(
        "orders.currency must be XXX, the source's currency, got 'EUR'. "
        "Give a table exchange_rates with currency, on and rate."
    )
