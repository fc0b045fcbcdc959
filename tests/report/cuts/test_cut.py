from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.blocks import BLOCKS_MIME, parse_blocks
from retro.errors import RetroError, SourceError
from retro.figures import figures
from retro.privacy import FEW, MORE
from retro.report import RunContext, open_report
from retro.report.cuts.numbers import hidden_small
from retro.report.report import Report
from shops import make_project, make_quarter

Once = Callable[[str, Callable[[Path], object]], Path]

PARAMS = "params/2025Q1/new_user_week.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop, the second of each day's users of the channel web, the others of app."""
    folder = make_project(tmp_path_factory.mktemp("cuts") / "shop")
    for name in ("users", "orders"):
        path = folder / "data" / f"{name}.parquet"
        frame = pd.read_parquet(path)
        channel = ["web" if user.endswith("-1") else "app" for user in frame["user_id"]]
        frame.assign(channel=channel).to_parquet(path, index=False)
    return folder


@pytest.fixture
def report(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Report:
    monkeypatch.chdir(folder)
    opened = open_report(PARAMS, lang="en")
    capsys.readouterr()
    return opened


def rows(report: Report, figure: str, *columns: str, **how: Any) -> list[tuple[Any, ...]]:
    return list(report.cut(figure, **how).frame[list(columns)].itertuples(index=False, name=None))


def test_a_sum_is_cut_and_adds_up(report: Report) -> None:
    cut = report.cut("gmv", by="channel")

    assert rows(report, "gmv", "channel", "value", "people", by="channel") == [
        ("app", Decimal(210), 17),  # 14 first orders, 4 second ones of the week's users, 3 of those before
        ("web", Decimal(70), 7),
    ]
    assert cut.sentence == "**GMV was highest for app: 210 CNY**, 75.0% of all, and lowest for web: 70 CNY. "


def test_a_label_names_the_figure_and_where_narrows_it(report: Report) -> None:
    assert rows(report, "成交额", "value", where={"channel": "web"}) == [(Decimal(70),)]
    assert "channel = web" in report.cut("gmv", where={"channel": ["web"]}).blocks[-1].spans[0].text


def test_a_rate_has_both_counts_and_its_interval(report: Report) -> None:
    found = report.cut("day_1_retention_rate", by="channel").frame

    assert found[["channel", "value", "numerator", "denominator", "people"]].to_numpy().tolist() == [
        ["web", 1.0, 7, 7, 7],
        ["app", 0.5, 7, 14, 14],
    ]
    assert found["low"].round(3).tolist() == [0.646, 0.268]  # Wilson of 7 of 7 and 7 of 14
    assert found["high"].round(3).tolist() == [1.0, 0.732]


def test_a_ratio_of_two_figures_is_cut_part_by_part(report: Report) -> None:
    assert rows(report, "order_value", "channel", "value", "numerator", "denominator", by="channel") == [
        ("app", 10.0, Decimal(210), 21),
        ("web", 10.0, Decimal(70), 7),
    ]


def test_small_groups_are_masked_with_what_would_give_them_away(report: Report) -> None:
    found = report.cut("gmv", by="new_or_old").frame.set_index("new_or_old")

    assert found["people"].to_dict() == {"new": MORE, "old": FEW}  # three old customers
    assert found["value"].isna().all()
    assert report.cut("gmv", over="day").sentence == "All groups are of fewer than 5 people and are not shown. "


def test_a_group_of_one_part_alone_has_nobody_in_the_other() -> None:
    """Such as a channel that cost money and won nobody: it names no person, so nothing of it is hidden."""
    found = hidden_small(
        pd.DataFrame(
            {
                "channel": ["app", "kol"],
                "value": [2.0, None],
                "numerator": [Decimal(40), Decimal(9)],
                "denominator": [20.0, None],
                "people": [20, None],
            }
        ),
        counted=False,
    )

    assert found[["numerator", "people"]].to_numpy().tolist() == [[Decimal(40), 20], [Decimal(9), 0]]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["member_day", "new_user_week"])
def test_every_figure_is_cut_or_says_why_not(
    name: str, once: Once, tiny_demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(once("remembered", lambda folder: make_quarter(folder, tiny_demo)))
    report = open_report(f"params/2025Q1/{name}.yaml", lang="en")
    told: dict[str, str] = {}
    for figure in (one for one in figures() if not {"*", "#"} & {*one}):
        try:
            report.cut(figure, by="channel")
        except RetroError as reason:
            told[figure] = str(reason)
    capsys.readouterr()

    assert 20 < len(told) < len(figures())
    words = re.compile(r"report\.cut: |figures: expression needs a value")
    assert {one: why for one, why in told.items() if not words.match(why)} == {}


def test_the_baseline_is_the_mean_of_the_weeks_before(report: Report) -> None:
    cut = report.cut("gmv", against="baseline")
    (row,) = cut.frame.to_dict("records")

    assert row["base"] == 132.5  # 14, 14, 14 and 11 orders: the first week has no second orders yet
    assert row["change"] == pytest.approx(280 / 132.5 - 1)
    assert row["base_low"] < 132.5 < row["base_high"]
    assert cut.sentence == "**GMV: 280 CNY**. In the baseline it was 133 CNY: +111.3%. "


def test_rates_stand_beside_the_pooled_baseline(report: Report) -> None:
    (row,) = report.cut("new_buyer_rate", against="baseline").frame.to_dict("records")

    assert (row["numerator"], row["denominator"]) == (21, 24)
    assert row["base"] == pytest.approx(28 / 37)  # 7 of 10, 10, 10 and 7 buyers
    assert row["change"] == pytest.approx(21 / 24 - 28 / 37)
    assert row["change_low"] < row["change"] < row["change_high"]


def test_what_moved_most_is_told_for_either_way(report: Report) -> None:
    """Orders of even days are of web, and were ten times as dear before: app rises and web falls."""
    orders = report.tables.whole("orders")
    web = orders.ordered_at.day() % 2 == 0
    amount = ibis.ifelse(web & (orders.ordered_at < "2025-01-27"), 100, orders.amount).cast("decimal(18, 2)")
    report.tables.replace("orders", orders.mutate(channel=ibis.ifelse(web, "web", "app"), amount=amount))
    said = report.cut("gmv", by="channel", against="baseline").sentence

    assert "Against the baseline, app moved most: " in said
    assert "The other way, web moved most: " in said
    assert said.index("+") < said.index("The other way") < said.index("−")


def test_time_is_a_dimension(report: Report) -> None:
    assert rows(report, "gmv", "on", "value", over="week") == [(pd.Timestamp(2025, 1, 27), Decimal(280))]


def with_lines(folder: Path, orders: pd.DataFrame, lines: pd.DataFrame) -> None:
    """Give a shop order lines, of a product `p` of its own pool and `q` of the traffic pool."""
    pool = ["own", "traffic"]
    products = pd.DataFrame({"product_id": ["p", "q"], "category": "a", "pool": pool, "unit_cost": [Decimal(4)] * 2})
    for name, frame in {"orders": orders, "order_items": lines, "products": products}.items():
        frame.to_parquet(folder / "data" / f"{name}.parquet", index=False)
    source = folder / "params" / "source.yaml"
    added = "  order_items: {path: order_items.parquet}\n  products: {path: products.parquet}\n"
    source.write_text(source.read_text() + added)


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Report:
    """The small shop with one line of each order, of 4 where the order is of 10."""
    folder = make_project(tmp_path / "lines")
    orders = pd.read_parquet(folder / "data" / "orders.parquet").assign(campaign_id="0042")
    lines = orders[["order_id"]].assign(amount=Decimal(4), line_id=orders["order_id"], product_id="p", quantity=1)
    with_lines(folder, orders, lines)
    monkeypatch.chdir(folder)
    opened = open_report(PARAMS, lang="en")
    capsys.readouterr()
    return opened


@pytest.mark.parametrize(
    ("buyers", "people", "values"),
    [
        (4, {"own": MORE, "traffic": FEW}, [None, None]),  # 8 orders, 16 lines; the others would give them away
        (5, {"own": 19, "traffic": 5}, [1.0, 2.0]),  # of 24 buyers; 9 of the week's 28 orders with two lines each
    ],
)
def test_order_lines_are_of_the_buyers_of_their_orders(
    buyers: int,
    people: dict[str, object],
    values: list[float | None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Lines name no user: however many lines and orders there are, few buyers are masked."""
    folder = make_project(tmp_path / "lines")
    orders = pd.read_parquet(folder / "data" / "orders.parquet").assign(campaign_id="0042")
    some = orders["user_id"].isin([f"user-{day:02d}-0" for day in range(buyers)])  # all but the fifth order twice
    lines = pd.concat(
        [orders.assign(product_id=["q" if one else "p" for one in some], line="1"),
         orders[some].assign(product_id="q", line="2")]
    )  # fmt: skip
    lines = lines.assign(line_id=lines["order_id"] + lines["line"], quantity=1)
    lines = lines[["order_id", "line_id", "product_id", "quantity", "amount"]]
    with_lines(folder, orders, lines)
    monkeypatch.chdir(folder)
    found = open_report(PARAMS, lang="en").cut("units_per_order", by="pool").frame.set_index("pool").sort_index()
    capsys.readouterr()

    assert found["people"].to_dict() == people
    assert [None if pd.isna(one) else one for one in found["value"]] == values


def test_rows_keep_their_own_columns_beside_those_of_what_is_joined(lines: Report) -> None:
    """28 lines at 4 of orders at 10: the key stands once, and neither amount hides the other."""
    found = lines.rows("units_per_order", where={"pool": ["own", "traffic"]}).to_pandas()

    assert (found["amount"].sum(), found["orders_amount"].sum()) == (112, 280)
    assert [name for name in found.columns if "order_id" in name or name.startswith("by_")] == ["order_id"]


def test_what_is_not_observed_so_long_says_so(report: Report) -> None:
    """The week began on 27 January, and the data ends on 20 February."""
    said = "Not observed for 60 days yet: it began on 27 Jan 2025, and the data ends on 20 Feb 2025. "

    assert report.cut("day_60_retention_rate").sentence == said
    assert report.cut("day_60_retention_rate", where={"channel": "web"}).sentence == said


def test_a_group_that_is_not_known_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    opened = open_report(PARAMS, lang="en")
    opened.tables.replace("users", opened.tables.users.mutate(channel=ibis.null("string")))

    assert opened.cut("new_users", by="channel").frame["channel"].tolist() == ["unknown"]


@pytest.mark.parametrize(
    ("segment", "words"),
    [
        (
            {"pool": ["own"]},
            r"column 'pool' must be in users to restrict the report, got none there\. Choose of .*channel",
        ),
        ({"channel": ["app", "webb"]}, r"channel must be a value of users, got 'webb'\. Did you mean 'web'\?"),
    ],
)
def test_a_segment_that_restricts_nothing_is_refused(lines: Report, segment: dict[str, Any], words: str) -> None:
    assert lines.params.kind == "new_user_week"
    users = pd.read_parquet("data/users.parquet")
    users.assign(channel=["web" if user.endswith("-1") else "app" for user in users["user_id"]]).to_parquet(
        "data/users.parquet", index=False
    )
    with pytest.raises(SourceError, match=rf"^segment: {words}"):
        open_report(PARAMS, lang="en", overrides={"segment": segment})


def test_what_people_do_not_make_is_not_masked(report: Report) -> None:
    assert rows(report, "campaign_cost", "category", "value", by="category") == [
        ("media", Decimal(21)),
        ("labour", Decimal("10.50")),
    ]


@pytest.mark.parametrize(
    ("figure", "how", "words"),
    [
        ("gmv", {"by": "chanel"}, r"dimension must be one of the rows of gmv, got 'chanel'\. Did you mean 'channel'\?"),
        (
            "gmv",
            {"by": "category"},
            r"dimension must be one of the rows of gmv, got 'category' of campaign_costs\.",
        ),
        ("gmv", {"by": "user_id"}, "dimension must be one of the rows of gmv, got 'user_id'"),
        ("gmv", {"over": "year"}, "over must be one of '', 'hour', 'day', 'week' or 'month', got 'year'"),
        (
            "gmv",
            {"against": "basline"},
            "against must be baseline or a basis of compare, got 'basline'",
        ),
        (
            "gmv",
            {"where": {"channel": "ap"}},
            r"where\.channel must be a value of the data, got 'ap'\. Did you",
        ),
        ("gmv", {"by": ["channel", "channel"]}, "by must be different dimensions, got 'channel' twice"),
        ("dau_peak", {}, "dau_peak cannot be cut: it is the highest of several"),
        ("incremental_roi", {}, "incremental_roi cannot be cut: it is an estimate, not a sum of rows"),
        ("dau_mean", {"over": "day"}, "over must be left out, as dau_mean has no moment for each of its rows"),
        (
            "activity_rate",
            {"over": "day"},
            "over must be left out, as activity_rate has no moment for each of its rows",
        ),
        ("sell_through_rate", {}, "sell_through_rate needs a table stock, and this shop has none"),
        ("gvm", {}, r"figure must be a name or a label of the page, got 'gvm'\. Did you mean 'gmv'"),
    ],
)
def test_what_cannot_be_cut_says_why(report: Report, figure: str, how: dict[str, Any], words: str) -> None:
    with pytest.raises(RetroError, match=rf"^report\.cut: {words}"):
        report.cut(figure, **how)


def test_the_rows_are_lazy_and_no_run_shows_them(report: Report, folder: Path) -> None:
    found = report.rows("gmv", where={"channel": "web"})

    assert found.count().execute() == 7
    assert {"order_id", "user_id", "amount"} <= set(found.columns)
    report.run = RunContext(source=folder, folder=folder, reports=folder)
    with pytest.raises(RetroError, match=r"report\.rows must stay with the analyst, got a run that publishes"):
        report.rows("gmv")


def test_a_cut_goes_on_the_page_as_sections_do(report: Report) -> None:
    shown = report.cut("day_1_retention_rate", by="channel", against="baseline")._repr_mimebundle_()
    kinds = [block.kind for block in parse_blocks(shown[BLOCKS_MIME], "a")]

    assert kinds == ["callout", "figure", "table", "note"]
    assert shown["text/plain"].startswith("Day-1 retention was highest for web: 100.0%")


@pytest.mark.parametrize("how", [{"by": "channel", "over": "week"}, {"over": "week"}, {"by": "channel"}])
def test_both_languages_say_it(folder: Path, monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]) -> None:
    monkeypatch.chdir(folder)
    for lang in ("zh", "en"):
        assert open_report(PARAMS, lang=lang).cut("new_users", against="baseline", **how).blocks  # type: ignore[arg-type]
