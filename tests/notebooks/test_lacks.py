"""A shop that has less: every kind of report without each optional table and column, one at a time and all at once.

What is optional is what the contracts do not need, and the tables that the kind does not require.
"""

from __future__ import annotations

import itertools
import random
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from notebooks.lacking import Lacking, page, source_without
from notebooks.remembering import forget, remember
from retro.campaigns import CAMPAIGN_TYPES
from retro.contracts.odcs import load_contract
from retro.sources.spec import find_source
from shops import DEMO_REPORTS, EVERY_TIME, ROOT, make_quarter

_DEMO = {name: yaml.safe_load((ROOT / path).read_text(encoding="utf-8")) for name, path in sorted(DEMO_REPORTS.items())}
REPORTS = {name: CAMPAIGN_TYPES[params["kind"]] for name, params in _DEMO.items()}
REPORTS["trials"] = CAMPAIGN_TYPES["experiment"]
KINDS = {name: next(kind for kind, model in CAMPAIGN_TYPES.items() if model is own) for name, own in REPORTS.items()}
PATHS = DEMO_REPORTS | {"trials": Path("params/2025Q1/trials.yaml")}
TRIALS = {
    "kind": "experiment",
    "campaign_id": "trials",
    "title": "Trials",
    "start": "2025-01-10T00:00",
    "end": "2025-02-10T00:00",
    "experiments": [one for params in _DEMO.values() for one in params.get("experiments", ())],
}
"""A report on the demo's experiments, which has none of that kind."""
HAVE: Mapping[str, tuple[str, ...]] = {
    name: tuple(yaml.safe_load(find_source(ROOT / path).read_text(encoding="utf-8"))["tables"])
    for name, path in PATHS.items()
}
"""The tables of the shop of each report."""
OPTIONAL: Mapping[str, tuple[str, ...]] = {
    table: tuple(column.name for column in load_contract(ROOT / "data_contracts" / f"{table}.yaml").columns
                 if not column.needed)
    for table in sorted(set(itertools.chain(*HAVE.values())))
}  # fmt: skip

NOTHING = re.compile(r"\bNaN?\b|\bnan|(?<!\w)None(?!\w)(?! of| before)|\binf\b|∞|\bNaT\b|<NA>")
"""How a missing value reads where nobody took care of it."""

_MONEY = re.compile("amount|price|cost")
"""Columns that hold money."""

MONEY = re.compile(r"\d (?:CNY|元|万元)|(?<![\w‘“])ROI (?:is|was) [−+\d]")
GIVEN = re.compile(
    r"[(（](?:target|目标) |expected |预计|worth: |worth stated|actions? (?:together are|is) worth|行动的收益|"
    r"owner's estimate|liability|负债|yuan"
)
"""Money that params say: targets, what actions are worth, what a point costs; and names of coupons."""
ORDERS = r"\d (?:valid |more |fewer )?orders\b|bought again within|\d 单|天内 [\d.]+% 再次购买"
EVENTS = r"Day-\d+ retention was|第 \d+ 日留存 \d|took up a task|领了任务|went all the way|走完，"
FIGURES_OF_PEOPLE = re.compile(r"\d (?:buyers|first-time buyers)\b|\d+ of .* bought again")


_CELL = 60
"""Letters above which a text is no cell of a table."""


def combinations(name: str) -> Iterator[tuple[str, Lacking]]:
    """What a report goes without, in words and by table: all at once, then each table and column alone."""
    model = REPORTS[name]
    named = (*model.required_tables, *itertools.chain(*model.main_tables), *model.optional_tables)
    used = [table for table in dict.fromkeys(named) if table in HAVE[name]]
    columns = {table: OPTIONAL[table] for table in used if OPTIONAL[table]}
    yield "all columns", columns
    valued = {table: found for table, names in columns.items() if (found := tuple(filter(_MONEY.search, names)))}
    yield "all money", valued | ({"campaign_costs": ()} if "campaign_costs" in used else {})
    main = model.main_tables[0][0]
    optional = [table for table in used if table not in (*model.required_tables, main)]
    yield "all tables", dict.fromkeys(optional, ())
    kept = {table: names for table, names in columns.items() if table not in optional}
    yield "all", {**kept, **dict.fromkeys(optional, ())}
    for table in (*optional, *((main,) if main not in model.required_tables else ())):
        yield table, {table: ()}
    for table, names in columns.items():
        for column in names:
            yield f"{table}.{column}", {table: (column,)}


def _cases() -> list[object]:
    """All at once, and the two columns that decide most."""
    chosen = {"all columns", "all money", "all tables", "all", "orders.user_id", "orders.amount"}
    return [
        pytest.param(
            name, lacking, id=f"{name}-{words.replace(' ', '-')}", marks=() if name in EVERY_TIME else pytest.mark.slow
        )
        for name in REPORTS
        for words, lacking in combinations(name)
        if words in chosen
    ]


def alone(name: str) -> dict[str, Lacking]:
    """Every table and column that a report can go without, each alone."""
    return {words: lacking for words, lacking in combinations(name) if not words.startswith("all")}


def _sampled() -> list[object]:
    """A few of these, drawn once over all kinds."""
    every = [
        pytest.param(name, lacking, id=f"{name}-{words}") for name in REPORTS for words, lacking in alone(name).items()
    ]
    return random.Random(18).sample(every, _SAMPLED)  # noqa: S311 - no secret


_SAMPLED = 4

_HASH = "Data fingerprint"
"""The hash of the files differs: one shop lacks what is written in the other's."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, tiny_demo: Path) -> Path:
    """A project whose source each test writes anew."""
    folder = tmp_path_factory.mktemp("lacks") / "shop"
    make_quarter(folder, tiny_demo)
    for source in {find_source(folder / path) for path in DEMO_REPORTS.values()}:
        shutil.copy(source, source.with_name("kept.yaml"))
    (folder / PATHS["trials"]).write_text(yaml.safe_dump(TRIALS, allow_unicode=True), encoding="utf-8")
    return folder


Says = Callable[..., list[str]]


@pytest.fixture
def says(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Says:
    """What the page of a report says, text by text, of a shop that lacks some tables and columns."""

    def said(name: str, lacking: Lacking, lang: str = "en", *, written: bool = False) -> list[str]:
        monkeypatch.chdir(shop)
        source_without(shop, lacking if written else {})
        with monkeypatch.context() as patched:  # of one shop alone: a sweep would patch what is patched
            remember(patched, {} if written else lacking)
            return page(patched, KINDS[name], PATHS[name].as_posix(), lang, {})

    return said


@pytest.mark.parametrize(("name", "lacking"), _cases())
def test_no_report_fails_or_says_what_its_data_cannot_give(name: str, lacking: Lacking, says: Says) -> None:
    told = says(name, lacking, written=True)

    assert [text for text in told if NOTHING.search(text)] == []
    if lacking.get("orders") and "amount" in lacking["orders"] and lacking.get("campaign_costs") == ():
        long = [text for text in told if len(text) > _CELL]
        assert [text for text in long if MONEY.search(text) and not GIVEN.search(text)] == []
    if lacking.get("orders") and "user_id" in lacking["orders"]:
        assert [text for text in told if FIGURES_OF_PEOPLE.search(text)] == []
    if "campaign_costs" in lacking and not lacking["campaign_costs"]:
        assert [text for text in told if re.search(r"−100(\.0)?%|ROI (is|was|of) [−+\d]", text)] == []


_ALONE = ("orders", "users")
OWN = {
    "promotion_node": "order_items",
    "live_programme": "live_sessions",
    "reactivation": "contacts",
    "referral": "invitations",
    "community": "community_members",
    "content": "content_pieces",
    "product_launch": "votes",
    "scene": "product_scenes",
    "brand_wave": "brand_waves",
    "member_day": "coupons",
    "flash_sale_night": "page_views",
    "new_user_week": "events",
    "points_contest": "points_ledger",
}
"""A table that the kind lives on, without which its page says that it is lacking."""


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind in OWN])
def test_every_kind_runs_on_orders_and_users_alone_and_says_what_more_would_show(
    name: str, lang: str, says: Says
) -> None:
    told = says(name, {table: () for table in HAVE[name] if table not in _ALONE}, lang, written=True)

    assert [text for text in told if NOTHING.search(text)] == []
    lacks = {"en": f"There is no table {OWN[KINDS[name]]} ", "zh": f"该店没有数据表 {OWN[KINDS[name]]}"}[lang]
    assert any(lacks in text for text in told)
    told_of_orders = rf"{ORDERS}|\d ordered again within|\d 位重新下单"
    assert any(re.search(told_of_orders, text) for text in told), "orders are told all the same"


UNSAID: Mapping[str, str] = {
    "orders": rf"{ORDERS}|net revenue of [\d.,]+|\d buyers\b|ROI (?:is|was) [−+\d]",
    "orders.user_id": FIGURES_OF_PEOPLE.pattern,
    "orders.amount": r"Sales of the month: [\d.,]+ ?[KM]? CNY|GMV (?:came to|is|was) [\d.,]+|net revenue of [\d.,]+",
    "events": rf"{EVENTS}|went all the way|active users|visits\b.* on the month before",
    "events.user_id": r"went all the way|active users",
    "users": r"\d new registrations|\d users registered",
    "refunds": r"net of returns so far|returns are settled|are still expected",
    "coupons": r"\d coupons|coupons were (?:issued|used)",
    "campaign_costs": r"−100(?:\.0)?%|ROI (?:is|was|of) [−+\d]|The campaign cost \d|Booked cost comes to|a CAC of \d",
    "campaign_costs.campaign_id": r"The campaign cost \d",
    "products": r"[Gg]ross margin (?:is|of|was) [−\d]",
    "products.unit_cost": r"[Gg]ross margin (?:is|of|was) [−\d]|contribution of [−\d]",
    "points_ledger": r"\d points\b.*(?:issued|redeemed)|liability of about \d",
    "page_views": r"page views a minute",
    "stock": r"sold out \d|\d items? (?:ran|sold) out|sell-through (?:is|was) \d",
    "exposures": r"held out.*\d% came|95% interval.*hold-out",
    "reviews": r"mean score \d|\d reviews\b",
    "surveys": r"NPS (?:is|was)? ?[−\d](?!00 times)",
    "support_tickets": r"\d tickets\b",
    "incidents": r"\d incidents?\b",
    "competitor_offers": r"competitor offered \d",
    "leaderboard": r"[Ll]eaderboard .*\d+ of \d",
    "member_tiers": r"members with a tier came",
    "offers": r"Of [\d,]+ offers",
}
"""What no text of any length says of a shop that lacks a table or column: figures that only it holds."""


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTS)
def test_no_report_fails_or_says_what_it_cannot_know_without_any_one_table_or_column(name: str, says: Says) -> None:
    wrong: dict[str, list[str]] = {}
    for words, lacking in alone(name).items():
        unsaid = re.compile(UNSAID.get(words, "(?!)"))
        told = [text for text in says(name, lacking) if not GIVEN.search(text)]
        wrong[words] = [text for text in told if NOTHING.search(text) or (len(text) > _CELL and unsaid.search(text))]

    assert {words: texts for words, texts in wrong.items() if texts} == {}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "lacking"), _sampled())
def test_what_is_remembered_says_what_is_computed_anew(name: str, lacking: Lacking, says: Says) -> None:
    remembered = says(name, lacking)
    forget()

    anew = says(name, lacking, written=True)
    assert [one for one in zip(remembered, anew, strict=True) if len(set(one)) > 1 and _HASH not in one[0]] == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", (r"The month had [\d,]+ orders; their amounts are not known", r"With [\d,]+ orders, the month is")),
        ("zh", (r"本月成交 [\d,]+ 单（没有金额数据）", r"本月成交 [\d,]+ 单，")),
    ],
)
def test_a_month_without_money_is_told_in_orders(lang: str, words: tuple[str, ...], says: Says) -> None:
    told = says("2025-03", {"orders": ("amount",)}, lang)

    assert all(any(re.search(pattern, text) for text in told) for pattern in words)


@pytest.mark.parametrize(
    "name", ["flash_sale_night", "member_day", "new_user_week", "points_contest", "promotion_node"]
)
def test_a_campaign_without_money_is_told_in_orders(name: str, says: Says) -> None:
    told = says(name, {"orders": ("amount",)})

    assert any("Orders have no amounts, so whether it made money cannot be told." in text for text in told)
    assert any(re.search(r"\d (more|fewer) orders|difference from what was expected is .* orders", one) for one in told)


WITHOUT_ORDERS = {
    "new_user_week": (r"[\d,]+ new registrations during the campaign", r"活动期新增注册用户 [\d,]+ 人"),
    "points_contest": (r"Of [\d,]+ members invited, [\d,]+ took part", r"[\d,]+ 位受邀会员中 [\d,]+ 人参与"),
    "flash_sale_night": (r"The peak was .* page views a minute", r"峰值在 .*每分钟 [\d,]+ 次浏览"),
    "member_day": (r"26 Mar had [\d,]+ active users", r"日活 [\d,]+ 人，"),
    "promotion_node": (r"From “view” to “pay”, [\d,]+ of [\d,]+ went all the way", r"从“浏览”到“支付”"),
    "2025-03": (r"The month had [\d,]+ visits", r"本月客流 [\d,]+ 人次"),
    "quarter": (r"active|a day", "日活|活跃"),
    "year": (r"No quarter of the year is recorded", "还没有一个季度有复盘"),
    "live_programme": (r"36 shows\.", r"共 36 场。"),
}
"""What each kind can still say of a shop that has no orders."""


@pytest.mark.parametrize(("name", "lang"), [(name, lang) for name in WITHOUT_ORDERS for lang in ("en", "zh")])
def test_a_shop_without_orders_is_told_in_people_and_events(name: str, lang: str, says: Says) -> None:
    told = says(name, {"orders": ()}, lang)

    line = {"en": "There is no table orders in this shop", "zh": "该店没有数据表 orders。"}[lang]
    words = WITHOUT_ORDERS[name][0 if lang == "en" else 1]
    assert any(re.search(words, text) for text in told)
    assert any(text.startswith(line) for text in told)
    assert [text for text in told if re.search(ORDERS, text) and len(text) > _CELL // 2] == []


ONE_TABLE = {
    "new_user_week": ("users",),
    "points_contest": ("events", "points_ledger", "orders"),
    "flash_sale_night": ("orders", "events", "page_views"),
    "member_day": ("orders", "events"),
    "promotion_node": ("orders", "events"),
    "2025-03": ("orders", "events", "users"),
    "quarter": ("orders", "events"),
    "live_programme": ("orders", "live_sessions"),
    "product_launch": ("orders",),
}
"""Single tables on which each kind says something."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "table"), [(name, table) for name, tables in ONE_TABLE.items() for table in tables])
def test_one_table_is_enough_for_a_report(name: str, table: str, says: Says) -> None:
    told = says(name, {other: () for other in HAVE[name] if other != table})

    assert REPORTS[name].needed_tables([table]) == (table,)
    assert [text for text in told if NOTHING.search(text)] == []
    assert [text for text in told if re.search(r"^(Booked cost|Cost) comes to", text)] == [], "no costs are known"


@pytest.mark.parametrize(
    ("lang", "line"),
    [("en", "There is no table events in this shop's data."), ("zh", "该店没有数据表 events。")],
)
def test_a_shop_without_events_is_told_in_orders(lang: str, line: str, says: Says) -> None:
    told = says("new_user_week", {"events": ()}, lang)

    assert any(text.startswith(line) for text in told)
    assert any(re.search(ORDERS, text) for text in told)
    assert [text for text in told if re.search(EVENTS, text)] == []


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "The table orders of this shop's data has no column amount."),
        ("zh", "该店的数据表 orders 没有 amount 列。"),
    ],
)
def test_a_section_names_the_column_that_it_lacks(lang: str, line: str, says: Says) -> None:
    assert line in says("flash_sale_night", {"orders": ("amount",)}, lang)


QUIET = {
    "new_user_week": ("2025-02-10T00:00", "2025-02-17T00:00"),
    "points_contest": ("2025-02-10T00:00", "2025-02-17T00:00"),
    "flash_sale_night": ("2025-02-12T20:00", "2025-02-13T20:00"),
    "member_day": ("2025-02-12T00:00", "2025-02-13T00:00"),
    "promotion_node": ("2025-02-10T00:00", "2025-02-17T00:00"),
    "reactivation": ("2024-09-09T00:00", "2024-09-16T00:00"),
    "live_programme": ("2024-09-09T00:00", "2024-09-16T00:00"),
    "referral": ("2024-09-09T00:00", "2024-09-16T00:00"),
    "community": ("2024-09-09T00:00", "2024-09-16T00:00"),
    "product_launch": ("2024-07-29T00:00", "2024-08-05T00:00"),
    "content": ("2024-09-09T00:00", "2024-09-16T00:00"),
    "scene": ("2024-09-09T00:00", "2024-09-16T00:00"),
    "brand_wave": ("2024-09-09T00:00", "2024-09-16T00:00"),
}


@pytest.mark.parametrize(
    ("name", "lang", "words"),
    [
        pytest.param(name, lang, words, marks=() if name in EVERY_TIME and lang == "en" else pytest.mark.slow)
        for name in QUIET
        for lang, words in (("en", "No effect can be seen"), ("zh", "看不出效果"))
    ],
)
def test_a_quiet_campaign_has_no_effect_to_be_seen(
    name: str, lang: str, words: str, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days of an ordinary week under the id of a campaign that never was: no tasks, no costs, no orders of its own."""
    monkeypatch.chdir(shop)
    remember(monkeypatch)
    source_without(shop, {})
    asked = {"campaign_id": "quiet", **dict(zip(("start", "end"), QUIET[name], strict=True))}
    told = page(monkeypatch, KINDS[name], DEMO_REPORTS[name].as_posix(), lang, asked)

    assert [text for text in told if NOTHING.search(text)] == []
    assert any(words in text for text in told), [text for text in told if "**" in text or "cannot" in text][:20]


def test_every_kind_goes_without_everything_optional() -> None:
    assert set(KINDS.values()) == set(CAMPAIGN_TYPES)


def test_contracts_let_a_shop_go_without_buyers_amounts_and_dates_of_refunds() -> None:
    assert {"user_id", "amount"} <= set(OPTIONAL["orders"])
    assert "refunded_at" in OPTIONAL["refunds"]
    assert {"face_amount", "expires_at"} <= set(OPTIONAL["coupons"])
