"""Limits: what a shop's data cannot give is not told, and why is said in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import yaml

from retro.errors import ParamsError, SourceError
from retro.i18n import Lang
from retro.metrics.links import LINKS
from retro.report import open_report
from retro.report.limits import lost_links, refused, short_history
from retro.report.report import Report
from retro.sections import SECTIONS
from shops import make_project

PARAMS = "params/2025Q1/new_user_week.yaml"
Shown = Callable[..., str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_project(tmp_path / "shop")
    monkeypatch.chdir(folder)
    return folder


def say(project: Path, **keys: object) -> None:
    """Write keys into the source file."""
    path = project / "params" / "source.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text(encoding="utf-8")) | keys), encoding="utf-8")


def change(project: Path, table: str, to: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    path = project / "data" / f"{table}.parquet"
    to(pd.read_parquet(path)).to_parquet(path, index=False)


def more(frame: pd.DataFrame, column: str, at: Callable[[pd.Series], pd.Series]) -> pd.DataFrame:
    """Three times the rows, at other moments: enough to say how finely they are known."""
    copies = [frame.assign(**{name: frame[name] + f"-{n}" for name in ("order_id",) if name in frame}) for n in "abc"]
    return pd.concat(copies, ignore_index=True).assign(**{column: lambda rows: at(rows[column])})


@pytest.fixture
def shown(project: Path, capsys: pytest.CaptureFixture[str]) -> Shown:
    def show(section: str, lang: Lang, frames: Callable[[Report], tuple[object, ...]]) -> str:
        assert project.is_dir()
        report = open_report(PARAMS, lang=lang)
        report.show(section, *frames(report))
        return capsys.readouterr().out

    return show


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "The table users of this shop's data knows only days, so nothing is said of what happens within one."),
        ("zh", "数据表 users 的时间只到天，不作天以内的分析。"),
    ],
)
def test_days_get_no_minutes(project: Path, shown: Shown, lang: Lang, words: str) -> None:
    change(project, "users", lambda frame: more(frame, "registered_at", lambda at: at.dt.normalize()))

    out = shown("registration_minutes", lang, lambda report: (report.metrics.registration_minutes(
        report.tables.users, report.window),))  # fmt: skip

    assert words in out


@pytest.mark.parametrize(
    ("grain", "lang", "words"),
    [
        ("h", "en", "The table users of this shop's data knows only full hours, so nothing is said of minutes."),
        ("h", "zh", "数据表 users 的时间只到小时，不作分钟级分析。"),
        (
            "M",
            "en",
            "The table users of this shop's data knows only months, so nothing is said of days, weekdays and hours.",
        ),
        ("M", "zh", "数据表 users 的时间只到月，不作按日、星期和时刻的分析。"),
    ],
)
def test_hours_and_months_get_nothing_finer(project: Path, grain: str, lang: Lang, words: str) -> None:
    def full(at: pd.Series) -> pd.Series:
        return (at - pd.to_timedelta(at.index % 90, unit="D")).dt.to_period(grain).dt.start_time

    change(project, "users", lambda frame: more(frame, "registered_at", full))
    report = open_report(PARAMS, lang=lang)

    assert refused(SECTIONS["registration_minutes"], report).strip() == words


@pytest.mark.parametrize(
    ("section", "table", "at"),
    [
        ("offers", "events", "occurred_at"),
        ("funnel", "events", "occurred_at"),
        ("newcomer_path", "orders", "ordered_at"),
        ("points_path", "orders", "ordered_at"),
        ("live_items", "orders", "ordered_at"),
    ],
)
def test_what_came_first_on_a_day_is_not_told_of_data_that_knows_days(
    section: str, table: str, at: str, project: Path
) -> None:
    change(project, table, lambda frame: more(frame, at, lambda moments: moments.dt.normalize()))

    assert f"数据表 {table} 的时间只到天" in refused(SECTIONS[section], open_report(PARAMS, lang="zh"))


def test_a_window_that_cuts_what_the_data_knows_is_refused_by_its_key(project: Path) -> None:
    change(project, "orders", lambda frame: more(frame, "ordered_at", lambda at: at.dt.normalize()))

    with pytest.raises(ParamsError) as caught:
        open_report(PARAMS, lang="en", overrides={"end": "2025-02-02T12:00"})

    assert str(caught.value) == (
        "params/2025Q1/new_user_week.yaml: end must be a midnight, as orders knows only days, got 2025-02-02T12:00. "
        "Take whole days."
    )
    change(
        project, "orders", lambda frame: frame.assign(ordered_at=frame["ordered_at"].dt.to_period("M").dt.start_time)
    )
    with pytest.raises(ParamsError, match="start must be the first day of a month, as orders knows only months"):
        open_report(PARAMS, lang="en")


def test_words_for_the_period_are_refused_where_there_are_dates(project: Path) -> None:
    assert project.is_dir()
    with pytest.raises(ParamsError, match="period must be left out where the data holds times, got ordered_at in"):
        open_report(PARAMS, lang="en", overrides={"period": "the autumn test"})


def kinds(report: Report) -> tuple[object, ...]:
    return (report.metrics.gmv_kinds(report.tables.orders, {}, report.window),)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "From a sample of 10.0% of orders: Ordered GMV "),
        ("zh", "据订单的 10.0% 样本："),
    ],
)
def test_totals_of_a_sample_are_scaled_with_an_interval(project: Path, shown: Shown, lang: Lang, words: str) -> None:
    say(project, sample={"of": "orders", "share": 0.1, "how": "random"})

    out = shown("gmv_kinds", lang, kinds)

    assert words in out
    assert re.search(r"1,938 – 4,045 (CNY|元)", out)
    assert not re.search(r"(?<!\d,)280 (CNY|元)", out)
    assert "<svg" not in out


@pytest.mark.parametrize(
    ("lang", "words", "currency"),
    [("en", "none of its figures has an interval that holds.", "CNY"), ("zh", "各项数字都没有可靠的区间。", "元")],
)
def test_of_a_sample_that_was_not_random_no_total_is_told(
    project: Path, shown: Shown, lang: Lang, words: str, currency: str
) -> None:
    say(project, sample={"of": "orders", "share": 0.1, "how": "other"})

    out = shown("gmv_kinds", lang, kinds)

    assert words in out
    assert currency not in out


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "The data is a sample of orders, which holds only a part of what each person did"),
        ("zh", "数据是订单的样本，同一个人的记录不全，这一节算不出来。"),
    ],
)
def test_a_sample_of_orders_says_nothing_of_people(project: Path, shown: Shown, lang: Lang, words: str) -> None:
    say(project, sample={"of": "orders", "share": 0.1, "how": "random"})

    out = shown(
        "customer_mix", lang, lambda report: (report.metrics.customer_mix(report.tables.orders, report.window),)
    )

    assert words in out


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "The data is a sample of orders, which holds only a part of what each person did"),
        ("zh", "数据是订单的样本，同一个人的记录不全，这一节算不出来。"),
    ],
)
def test_a_sample_of_orders_does_not_know_whose_first_order_it_holds(project: Path, lang: Lang, words: str) -> None:
    say(project, sample={"of": "orders", "share": 0.05, "how": "random"}, new_user="first_order")
    section = SECTIONS["registrations"]

    assert refused(section, open_report(PARAMS, lang=lang)).startswith(words)
    assert open_report(PARAMS, lang=lang).unknown_days == 28
    say(project, new_user="registration")
    assert open_report(PARAMS, lang=lang).unknown_days == 0
    assert refused(section, open_report(PARAMS, lang=lang)) == ""


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "The data is a random sample of 5.0% of users"), ("zh", "数据为用户的 5.0% 随机样本")],
)
def test_the_cover_says_that_it_is_a_sample(
    project: Path, capsys: pytest.CaptureFixture[str], lang: Lang, words: str
) -> None:
    say(project, sample={"of": "users", "share": 0.05, "how": "random"})

    open_report(PARAMS, lang=lang)

    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Data observed until 20 Feb 2025 00:00"), ("zh", "数据截至 2025年2月20日 00:00")],
)
def test_the_cover_says_until_when_the_data_was_observed(
    capsys: pytest.CaptureFixture[str], project: Path, lang: Lang, words: str
) -> None:
    assert project.is_dir()
    open_report(PARAMS, lang=lang)

    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Only channel = app"), ("zh", "仅限：channel = app")],
)
def test_the_cover_says_what_a_segment_restricts(
    project: Path, capsys: pytest.CaptureFixture[str], lang: Lang, words: str
) -> None:
    change(project, "users", lambda frame: frame.assign(channel="app"))

    open_report(PARAMS, lang=lang, overrides={"segment": {"channel": ["app"]}})

    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "Orders are known since 30 Dec 2024, only 28 days before the period: customers who bought earlier count as",
        ),
        ("zh", "订单从 2024年12月30日才有，本期之前只有 28 天：更早买过的客户也算作新客，实际新客更少。"),
    ],
)
@pytest.mark.parametrize(("section", "noun"), [("repurchase", "registration"), ("registrations", "first_order")])
def test_new_customers_of_a_short_history_come_with_a_caution(
    project: Path, capsys: pytest.CaptureFixture[str], lang: Lang, words: str, section: str, noun: str
) -> None:
    say(project, new_user=noun)

    (caution,) = short_history(SECTIONS[section], open_report(PARAMS, lang=lang))

    assert caution.startswith(words)
    assert words.rstrip("。") in capsys.readouterr().out, "the cover says it too"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_where_no_order_names_its_buyer_nothing_is_said_of_new_customers(
    project: Path, capsys: pytest.CaptureFixture[str], lang: Lang
) -> None:
    change(project, "orders", lambda frame: frame.drop(columns="user_id"))

    assert list(short_history(SECTIONS["repurchase"], open_report(PARAMS, lang=lang))) == []
    assert {"en": "Orders are known since", "zh": "订单从"}[lang] not in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_of_experiments_that_nobody_named_nothing_is_said(project: Path, shown: Shown, lang: Lang) -> None:
    say(project, sample={"of": "orders", "share": 0.1, "how": "random"})

    assert {"en": "A/B", "zh": "实验"}[lang] not in shown("experiments", lang, lambda _: ((),))


def test_that_history_is_short_is_said_beside_the_first_section_alone(project: Path, shown: Shown) -> None:
    say(project, new_user="first_order")

    def twice(report: Report) -> tuple[object, ...]:
        daily = report.metrics.registrations(report.tables.users, report.window)
        lift = report.metrics.registration_lift(report.tables.users, report.window)
        for _ in range(2):
            report.show("registrations", daily, lift, noun=report.noun)
        return kinds(report)

    out = shown("gmv_kinds", "en", twice)

    assert out.count("Orders are known since 30 Dec 2024") == 4, (
        "the cover and one section, in blocks and in plain text"
    )


def test_sections_that_tell_no_new_customers_have_no_such_caution(project: Path) -> None:
    assert project.is_dir()
    report = open_report(PARAMS, lang="en")

    assert list(short_history(SECTIONS["hourly_sales"], report)) == []
    assert list(short_history(SECTIONS["registrations"], report)) == [], "registrations have their own moment"


def test_a_share_beyond_the_whole_is_refused(project: Path) -> None:
    say(project, sample={"of": "orders", "share": 5, "how": "random"})

    with pytest.raises(SourceError, match=r"sample\.share"):
        open_report(PARAMS, lang="en")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Of 20 refunds since the campaign began, 12 name no known order, so nothing is deducted for them."),
        ("zh", "活动开始以来的 20 笔退款中，12 笔查不到对应订单，未从销售额中扣除。"),
    ],
)
def test_refunds_of_unknown_orders_are_shown_apart(project: Path, shown: Shown, lang: Lang, words: str) -> None:
    orders = pd.read_parquet(project / "data" / "orders.parquet")["order_id"].tail(8)
    ids = [*orders, *(f"x{n}" for n in range(12))]
    refunds = pd.DataFrame({"refund_id": ids, "order_id": ids, "amount": [Decimal("1.00")] * 20})
    refunds.to_parquet(project / "data" / "refunds.parquet", index=False)
    tables = yaml.safe_load((project / "params" / "source.yaml").read_text(encoding="utf-8"))["tables"]
    say(project, tables=tables | {"refunds": {"path": "refunds.parquet"}})

    assert words in shown("gmv_kinds", lang, kinds)


UNLINKED = [
    (
        "coupons",
        "coupons.order_id",
        "en",
        "Of 20 coupons used in the campaign, 12 name no known order: they count as used",
    ),
    ("coupons", "coupons.order_id", "zh", "活动期用掉的 20 张券中，12 张查不到对应订单：计入核销数"),
    ("exposures", "exposures.unit_id", "en", "Of 20 exposures, 12 name no known user: they are counted"),
    ("exposures", "exposures.unit_id", "zh", "曝光名单 20 条中，12 条查不到对应用户：人数照计，其行为未知"),
    (
        "support_tickets",
        "support_tickets.user_id",
        "en",
        "Of 20 enquiries in the campaign, 12 name no known user; they",
    ),
    ("support_tickets", "support_tickets.user_id", "zh", "活动期 20 张工单中，12 张查不到对应用户，照常计数。"),
]


@pytest.mark.parametrize(("table", "link", "lang", "words"), UNLINKED)
def test_redemptions_exposures_and_tickets_of_nobody_known_are_shown_apart(
    project: Path, table: str, link: str, lang: Lang, words: str
) -> None:
    known = {one: pd.read_parquet(project / "data" / f"{one}s.parquet")[f"{one}_id"] for one in ("user", "order")}
    column = link.split(".")[1]
    ids = [*known["order" if column == "order_id" else "user"].tail(8), *(f"x{n}" for n in range(12))]
    at = pd.Timestamp("2025-01-28T08:00")
    rows = pd.DataFrame({"experiment_id": "mails", column: ids, "used_at": at, "opened_at": at, "exposed_at": at})
    rows.to_parquet(project / "data" / f"{table}.parquet", index=False)
    tables = yaml.safe_load((project / "params" / "source.yaml").read_text(encoding="utf-8"))["tables"]
    say(project, tables=tables | {table: {"path": f"{table}.parquet"}})
    report = open_report(PARAMS, lang=lang)
    params = SimpleNamespace(experiments=(), invitation="mails")
    asking = SimpleNamespace(params=params, tables=report.tables, text=report.text, window=report.window)

    (said,) = (one for name, one in lost(asking) if name == link)

    assert said.startswith(words)


def lost(asking: Any) -> list[tuple[str, str]]:
    """What is said of each link that loses rows, by the link."""
    return [(link, said) for link in LINKS for said in lost_links(replace(SECTIONS["support"], links=(link,)), asking)]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "7 rows of events are equal to another in every column. They are counted;"),
        ("zh", "数据表 events 有 7 行与其他行各列完全相同，照常计数；"),
    ],
)
def test_rows_that_are_there_twice_are_counted_and_told_or_left_out(
    project: Path, capsys: pytest.CaptureFixture[str], lang: Lang, words: str
) -> None:
    change(project, "events", lambda frame: pd.concat([frame, frame.head(7)]))

    report = open_report(PARAMS, lang=lang)
    report.method()

    assert words in capsys.readouterr().out
    whole = report.tables.row_count("events")
    path = project / "params" / "source.yaml"
    tables = yaml.safe_load(path.read_text(encoding="utf-8"))["tables"]
    say(project, tables=tables | {"events": {"path": "events.parquet", "duplicates": "leave_out"}})
    assert open_report(PARAMS, lang=lang).tables.row_count("events") == whole - 7
