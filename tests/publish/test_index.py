"""The index of reports: rebuilt from records, whatever state they are in."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html
from lxml.html import HtmlElement

from retro.campaigns import CAMPAIGN_TYPES
from retro.figures import families
from retro.files import write_json
from retro.i18n import LANGS, load_text
from retro.ledger import Ledger, entry, write_ledger
from retro.publish import Failure, Manifest, PublishedFile, read_manifest, write_failure, write_index, write_manifest
from retro.publish.cockpit import DOMAINS, OTHER

START = dt.datetime.fromisoformat("2025-01-10T00:00")  # local, without a zone, as manifests hold it
NOON = dt.datetime(2025, 4, 8, 12, tzinfo=dt.UTC)


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., Path]:
    """Write one report's last good edition and give its folder."""

    def write(name: str, *, folder: str = "2025Q1", start: dt.datetime = START, **fields: object) -> Path:
        place = tmp_path / folder / name
        files = tuple(
            PublishedFile(path=f"{lang}.{form}", sha256="0", bytes=1, lang=lang, format=form)
            for lang in ("en", "zh")
            for form in ("html", "pdf")
        )
        known: dict[str, Any] = {
            "kind": "week",
            "title": {"zh": f"复盘 {name}", "en": f"Review {name}"},
            "badge": "passed",
            "headline": {"zh": "好。", "en": "Good."},
            "period_end": start + dt.timedelta(days=7),
            "files": files,
            "langs": ("zh", "en"),
            "formats": ("html", "pdf"),
            **dict.fromkeys(("input_hash", "code_version", "source_fingerprint", "contracts_hash", "params_hash"), "0"),
        }
        manifest = Manifest(
            folder=folder, name=name, run_id="r1", period_start=start, created_at=NOON, **(known | fields)
        )
        write_manifest(manifest, place / "runs" / "r1")
        (place / "latest").symlink_to("runs/r1")
        return place

    return write


def failed(at: dt.datetime) -> Failure:
    return Failure(run_id="r2", at=at, step="check", exit_code=2, message=("orders: order_id unique — 3 rows",))


def read(reports: Path) -> HtmlElement:
    return lxml_html.document_fromstring(write_index(reports).read_bytes())


def test_an_index_that_says_what_the_records_say_is_left_alone(tmp_path: Path, report: Callable[..., Path]) -> None:
    report("a")
    index = write_index(tmp_path)
    written = index.stat().st_mtime_ns
    assert write_index(tmp_path).stat().st_mtime_ns == written
    report("b")
    assert "2025Q1/b/latest" in write_index(tmp_path).read_text()


def texts(nodes: list[HtmlElement]) -> list[str]:
    return [" ".join(node.text_content().split()) for node in nodes]


def test_index_links_every_page_through_the_stable_address(tmp_path: Path, report: Callable[..., Path]) -> None:
    report("周 1")
    page = read(tmp_path)
    assert texts(page.xpath("//h3")) == ["复盘 周 1"]
    links = {link.text: link.get("href") for link in page.xpath("//p[@class='pages']/a")}
    base = "2025Q1/%E5%91%A8%201/latest"
    assert links == {"打开报告": f"{base}/zh.html", "PDF": f"{base}/zh.pdf"}
    assert texts(page.xpath("//span[@class='status good']")) == ["● 数据已通过校验"]
    assert "2025年1月10日 – 2025年1月16日" in page.text_content()
    assert texts(page.xpath("//p[@class='headline']")) == ["好。"]


def test_index_groups_by_folder_newest_first(tmp_path: Path, report: Callable[..., Path]) -> None:
    report("a")
    report("b", start=START + dt.timedelta(days=22))
    report("c", folder="2024Q4", start=START - dt.timedelta(days=70))
    page = read(tmp_path)
    assert texts(page.xpath("//h2")) == ["2025Q1", "2024Q4"]
    assert texts(page.xpath("//h3")) == ["复盘 b", "复盘 a", "复盘 c"]


def test_index_shows_a_quarter_before_the_campaigns_that_ended_with_it(
    tmp_path: Path, report: Callable[..., Path]
) -> None:
    report("a")
    report("quarter", start=START - dt.timedelta(days=9), period_end=START + dt.timedelta(days=7))

    assert texts(read(tmp_path).xpath("//h3")) == ["复盘 quarter", "复盘 a"]


def test_index_lists_variants_apart_with_their_overrides(tmp_path: Path, report: Callable[..., Path]) -> None:
    report("app", overrides={"segment": {"channel": ["app"]}, "start": "2025-01-12T00:00"})
    report("whole")
    page = read(tmp_path)
    apart = page.xpath("//p[@class='eyebrow']/following-sibling::article")
    assert texts(apart[0].xpath(".//h3")) == ["复盘 app"]
    assert texts(apart[0].xpath(".//code")) == ['segment = {"channel": ["app"]}', "start = 2025-01-12T00:00"]
    assert len(apart) == 1


def test_index_shows_a_failure_beside_the_last_good_edition(tmp_path: Path, report: Callable[..., Path]) -> None:
    write_failure(failed(NOON + dt.timedelta(hours=1)), report("a"))
    write_failure(failed(NOON - dt.timedelta(hours=1)), report("b"))  # the clock went back
    write_failure(failed(NOON), tmp_path / "2025Q1" / "never")
    page = read(tmp_path)
    a, b, never = page.xpath("//article")
    assert "最近一次运行失败（2025-04-08 13:00 UTC，步骤：数据校验）" in a.text_content()
    assert "orders: order_id unique — 3 rows" in a.text_content()
    assert "以下仍是上一次成功的版本。" in a.text_content()
    assert len(a.xpath(".//p[@class='pages']/a")) == 2
    assert "orders: order_id unique — 3 rows" in b.text_content()
    assert "还没有成功的版本。" in never.text_content()


def test_index_names_damaged_records_and_goes_on(tmp_path: Path, report: Callable[..., Path]) -> None:
    report("a")
    (report("b") / "latest" / "manifest.json").write_text("{}")
    dangling = report("c") / "latest"
    dangling.unlink()
    dangling.symlink_to("runs/gone")
    (report("d") / "failure.json").write_text("[")
    page = read(tmp_path)
    trouble = texts(page.xpath("//div[@class='trouble']"))
    assert len(page.xpath("//article")) == 4
    assert any("b/latest/manifest.json: folder must fit the format" in line for line in trouble)
    assert any("c/latest/manifest.json: file must exist" in line for line in trouble)
    assert any("d/failure.json: file must be JSON" in line for line in trouble)


def test_index_is_offline_and_the_same_every_time(tmp_path: Path, report: Callable[..., Path]) -> None:
    report("a")
    first = write_index(tmp_path).read_bytes()
    assert write_index(tmp_path).read_bytes() == first
    page = lxml_html.document_fromstring(first)
    assert not page.xpath("//link | //@src | //@style")
    policy, code = page.xpath("//meta[@http-equiv]/@content")[0], page.xpath("//script")[0].text
    assert policy.startswith("default-src 'none'")
    assert policy.endswith(f"script-src 'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'")


def test_index_of_nothing_says_so(tmp_path: Path) -> None:
    assert "还没有报告" in read(tmp_path).text_content()


@pytest.mark.parametrize(
    ("state", "words"), [("made", "▲ 赚钱"), ("lost", "▼ 亏钱"), ("open", "◆ 赚亏未定"), ("", "– 不判断赚亏")]
)
def test_index_says_whether_each_report_made_money(
    tmp_path: Path, report: Callable[..., Path], state: str, words: str
) -> None:
    report("night", state=state)

    assert words in read(tmp_path).text_content()


def english(reports: Path) -> HtmlElement:
    write_index(reports)
    return lxml_html.document_fromstring((reports / "index.en.html").read_bytes())


def test_each_language_has_a_catalogue_of_its_own(tmp_path: Path, report: Callable[..., Path]) -> None:
    report("a", headline={"zh": "好。"})
    page = english(tmp_path)
    assert page.get("lang") == "en"
    assert texts(page.xpath("//h3")) == ["Review a"]
    assert page.xpath("//nav/a[@lang='zh-CN']/@href") == ["index.html"]
    (headline,) = page.xpath("//p[@class='headline']")
    assert (headline.text, headline.get("lang")) == ("好。", "zh-CN")  # said in the language that has it


def test_a_report_of_one_language_is_linked_from_both(tmp_path: Path, report: Callable[..., Path]) -> None:
    file = PublishedFile(path="zh.html", sha256="0", bytes=1, lang="zh", format="html")
    report("a", files=(file,))
    links = english(tmp_path).xpath("//p[@class='pages']/a")
    assert [(link.text_content().strip(), link.get("href")) for link in links] == [
        ("Open the report (in Chinese)", "2025Q1/a/latest/zh.html")
    ]


def tile(number: int) -> dict[str, object]:
    return {"figure": "gmv", "label": {"zh": "成交额"}, "value": {"zh": f"{number} 元"}, "number": str(number)}


def test_the_headline_figure_runs_over_the_editions_of_its_kind(tmp_path: Path, report: Callable[..., Path]) -> None:
    report("a", tile=tile(10), dated_on=dt.date(2025, 1, 18))
    report("b", tile=tile(30), start=START + dt.timedelta(days=30))
    report("c", tile=tile(20), start=START + dt.timedelta(days=60))
    report("other", tile=tile(99), kind="night")
    report("variant", tile=tile(99), overrides={"x": "1"})
    page = read(tmp_path)
    of = {article.get("id"): article for article in page.xpath("//article")}
    assert texts(of["2025Q1/a"].xpath(".//div[@class='tile']/p")) == ["成交额", "10 元", "历届 3 次"]
    (line,) = of["2025Q1/a"].xpath(".//polyline/@points")
    assert line.split() == ["4.0,20.0", "48.0,4.0", "92.0,12.0"]
    assert of["2025Q1/c"].xpath(".//circle/@cx") == ["92.0"]
    for alone in ("2025Q1/other", "2025Q1/variant"):
        assert not of[alone].xpath(".//polyline")
    assert "数据截至 2025年1月18日 · 生成于 2025-04-08 12:00 UTC" in of["2025Q1/a"].text_content()


def test_a_restated_headline_figure_stands_beside_what_was_told_first(
    tmp_path: Path, report: Callable[..., Path]
) -> None:
    place = report("a", tile=tile(10))
    assert texts(read(tmp_path).xpath("//div[@class='tile']/p")) == ["成交额", "10 元"]

    first = read_manifest(place / "runs" / "r1" / "manifest.json")
    (place / "latest").unlink()
    for number, run in ((10, "r2"), (12, "r3")):
        again = first.model_dump(mode="json") | {"run_id": run, "tile": tile(number)}
        write_manifest(Manifest.model_validate(again), place / "runs" / run)
    (place / "latest").symlink_to("runs/r2")
    assert texts(read(tmp_path).xpath("//div[@class='tile']/p")) == ["成交额", "10 元"]  # said again, the same
    (place / "latest").unlink()
    (place / "latest").symlink_to("runs/r3")
    assert texts(read(tmp_path).xpath("//div[@class='tile']/p")) == ["成交额", "12 元", "首次公布：10 元"]
    (place / "runs" / "r1" / "manifest.json").write_text("{")
    assert texts(read(tmp_path).xpath("//div[@class='tile']/p")) == ["成交额", "12 元"]


def test_reports_can_be_chosen_by_kind_period_verdict_and_owner(tmp_path: Path, report: Callable[..., Path]) -> None:
    decide(report("a", state="lost"), {"what": "甲"})
    report("b", folder="2024Q4", kind="night")
    page = read(tmp_path)
    options = {box.get("data-by"): box.xpath("./option/@value") for box in page.xpath("//select")}
    assert options == {
        "kind": ["", "week", "night"],
        "period": ["", "2025Q1", "2024Q4"],
        "state": ["", "lost", "none"],
        "owner": ["", "商品组"],
    }
    (a,) = page.xpath("//article[@id='2025Q1/a']")
    said = [a.get(f"data-{name}") for name in ("kind", "period", "state", "owner")]
    assert said == ["week", "2025Q1", "lost", "商品组"]


def decide(place: Path, *actions: dict[str, object], previous: str = "") -> None:
    known = {"owner": "商品组", "due": "2025-05-31", "proof": "gmv", "aim": "100"}
    asked = {"actions": [{**known, **action} for action in actions], "previous": previous or None}
    write_json(place / "latest" / "params.json", asked)


def recorded(place: Path, gmv: int) -> None:
    write_ledger(place / "latest" / "ledger.json", Ledger([entry("gmv", Decimal(gmv))]))


def test_every_action_is_listed_with_what_became_of_it(tmp_path: Path, report: Callable[..., Path]) -> None:
    first, second = report("a"), report("b", start=START + dt.timedelta(days=30))
    decide(first, {"what": "达到"}, {"what": "变差", "aim": "300"})
    decide(second, {"what": "新的", "due": "2025-04-30"}, previous="2025Q1/a")
    recorded(first, 90)
    recorded(second, 120)
    write_index(tmp_path)
    page = lxml_html.document_fromstring((tmp_path / "actions.html").read_bytes())
    opened, done = ([texts(row.xpath("./*")) for row in table.xpath(".//tbody/tr")] for table in page.xpath("//table"))
    assert [row[0] for row in opened] == ["新的", "变差"]  # by the day on which they are due
    assert [row[8] for row in opened] == ["○ 未复查", "△ 有改善，未达到 (复盘 b)"]
    assert done == [
        [
            "达到",
            "商品组",
            "2025年5月31日",
            "—",
            "成交额",
            "90 元",
            "100 元",
            "120 元",
            "✓ 达到 (复盘 b)",
            "复盘 a",
        ]
    ]
    assert page.xpath("//td/a/@href")[0] == "index.html#2025Q1/b"


def test_an_action_is_judged_by_the_next_edition_and_not_by_the_newest(
    tmp_path: Path, report: Callable[..., Path]
) -> None:
    """The second names no report as its previous, but is of the kind of the first; the third is later."""
    places = [report(name, start=START + dt.timedelta(days=150 * place)) for place, name in enumerate("abc")]
    other = report("d", kind="night", start=START + dt.timedelta(days=145))
    decide(places[0], {"what": "提价"})
    for place, gmv in ((places[0], 90), (places[1], 120), (places[2], 50), (other, 40)):
        recorded(place, gmv)
    write_index(tmp_path)
    page = lxml_html.document_fromstring((tmp_path / "actions.html").read_bytes())
    (row,) = [texts(row.xpath("./*")) for row in page.xpath("//tbody/tr")]
    assert row[7:9] == ["120 元", "✓ 达到 (复盘 b)"]


def test_actions_of_another_version_are_left_out(tmp_path: Path, report: Callable[..., Path]) -> None:
    for name, content in (("a", "["), ("b", "[1]"), ("c", '{"actions": [{"what": 1}]}'), ("d", '{"actions": 3}')):
        (report(name) / "latest" / "params.json").write_text(content)
    assert "全部行动" in read(tmp_path).text_content()
    assert "共 0 项" in (tmp_path / "actions.html").read_text()


def test_every_kind_has_a_name_in_the_catalogue() -> None:
    assert all({f"index.kind.{kind}" for kind in CAMPAIGN_TYPES} <= load_text(lang).entries.keys() for lang in LANGS)


MONTH = {"targets": {"gmv": "100", "payment_rate": "0.95", "gone": "x"}}
MONTH |= {"kpis": {"gmv": {"owner": {"zh": "运营部", "en": "Operations"}, "every": "day"}}}


def cockpit(reports: Path, path: str) -> list[list[str]]:
    write_index(reports)
    page = lxml_html.document_fromstring((reports / path).read_bytes())
    return [texts(row.xpath("./*")) for row in page.xpath("//tbody/tr")]


def test_every_kpi_is_shown_with_target_owner_last_value_and_trend(tmp_path: Path, report: Callable[..., Path]) -> None:
    for name, start, gmv in (("a", START, 90), ("b", START + dt.timedelta(days=30), 120)):
        place = report(name, kind="month", start=start)
        write_json(place / "latest" / "params.json", MONTH)
        recorded(place, gmv)
    report("variant", kind="month", overrides={"baseline_weeks": 4})

    (rate, gmv) = sorted(cockpit(tmp_path, "kpis.en.html"), reverse=True)
    kpi = ["GMV", "120 CNY", "100 CNY", "✓ met", "Month", "↑ up, better", "Operations", "daily", "Review b"]
    assert gmv == kpi
    assert rate[1:8] == ["—", "95%", "○ no data yet", "Month", "first reading", "—", "monthly"]
    page = (tmp_path / "kpis.html").read_text()
    assert "共 2 个指标，0 个最近一次未达成" in page
    assert "物流" in page.partition("还没有指标的领域：")[2]
    assert page.count("<polyline") == 1
    assert 'href="kpis.html"' in (tmp_path / "index.html").read_text()


def test_a_kpi_page_without_targets_says_so(tmp_path: Path, report: Callable[..., Path]) -> None:
    (report("a", kind="month") / "latest" / "params.json").write_text("[1]")

    assert cockpit(tmp_path, "kpis.html") == []
    assert "还没有报告设目标" in (tmp_path / "kpis.html").read_text()


def test_domains_name_families_that_there_are_once_each() -> None:
    named = [family for families_of in DOMAINS.values() for family in families_of]

    assert len(named) == len(set(named))
    assert set(named) <= set(families())
    told = load_text("zh").entries
    assert {f"index.kpis.domain.{name}" for name in (*DOMAINS, OTHER)} <= set(told)
