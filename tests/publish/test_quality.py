from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from retro.blocks import Callout, Heading, Table
from retro.contracts import GateVerdict, RuleResult
from retro.i18n import Lang
from retro.periods import Window
from retro.publish.quality import Checked, publish_quality, quality_document


def result(rule: str, outcome: str, severity: str = "error", failed_rows: int = 0) -> RuleResult:
    return RuleResult.model_validate(
        {
            "table": "orders",
            "rule": rule,
            "kind": "unique",
            "severity": severity,
            "outcome": outcome,
            "said": {"zh": f"{rule} 不能重复", "en": f"{rule} must be unique"},
            "checked_rows": 100,
            "failed_rows": failed_rows,
        }
    )


def checked(*results: RuleResult, history: tuple[tuple[dt.datetime, GateVerdict], ...] = ()) -> Checked:
    verdict = GateVerdict(results=results, contracts_hash="c", fingerprint="f", row_counts={"orders": 100})
    window = Window(dt.datetime(2025, 1, 10), dt.datetime(2025, 1, 17))
    return Checked({"zh": "新人周", "en": "New-user week"}, window, "Shop", "CNY", verdict, history)


HOLDS = result("order_no", "passed")
BREAKS = result("order_id", "failed", failed_rows=3)
WARNS = result("coupon_id", "failed", "warning", 5)


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ((HOLDS,), "Every rule holds (1)"),
        ((HOLDS, WARNS), "1 of 2 rules hold, with 1 warning"),
        ((HOLDS, WARNS, BREAKS), "1 of 3 rules hold, 1 that must hold do not"),
    ],
)
def test_the_page_opens_with_what_it_means(results: tuple[RuleResult, ...], words: str) -> None:
    first = quality_document(checked(*results), "en").blocks[0]

    assert isinstance(first, Callout)
    assert words in "".join(span.text for span in first.blocks[0].spans)  # type: ignore[union-attr]  # a paragraph


def test_the_page_leads_back_to_the_report_where_one_is_published(tmp_path: Path) -> None:
    pages = [
        (tmp_path / publish_quality(checked(*results), "en", tmp_path).path).read_text()
        for results in ((HOLDS, WARNS), (HOLDS, BREAKS))
    ]

    assert ['href="en.html"' in page for page in pages] == [True, False]
    assert "Back to the report</a>" in pages[0]


def test_what_does_not_hold_comes_first_and_says_how_much_it_matters() -> None:
    document = quality_document(checked(HOLDS, WARNS, BREAKS), "en")

    table = next(block for block in document.blocks if isinstance(block, Table))
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["order_id must be unique", "× does not hold", "stops the report", "3", "100"],
        ["coupon_id must be unique", "× does not hold", "is shown on the report", "5", "100"],
        ["order_no must be unique", "✓ holds", "stops the report", "0", "100"],
    ]
    assert [row[1].tone for row in table.rows] == ["bad", "watch", "good"]


def test_earlier_runs_stand_below_this_one() -> None:
    before = checked(HOLDS).verdict
    at = dt.datetime(2025, 2, 1, 3, tzinfo=dt.UTC)

    document = quality_document(checked(HOLDS, BREAKS, history=((at, before),)), "en")

    *_, heading, table = document.blocks
    assert isinstance(heading, Heading)
    assert isinstance(table, Table)
    assert [[cell.text for cell in row][:4] for row in table.rows] == [
        ["This run", "1/2", "0", "1"],
        ["2025-02-01 03:00 UTC", "1/1", "0", "0"],
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_one_offline_file(tmp_path: Path, lang: Lang) -> None:
    file = publish_quality(checked(HOLDS, BREAKS), lang, tmp_path)

    page = (tmp_path / file.path).read_text()
    assert file.path == f"quality.{lang}.html"
    assert "Content-Security-Policy" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_each_table_shows_its_rows_and_its_broken_rules_in_the_last_runs() -> None:
    at = dt.datetime(2025, 2, 1, 3, tzinfo=dt.UTC)
    before = checked(HOLDS, result("order_id", "passed"), WARNS).verdict

    document = quality_document(checked(HOLDS, BREAKS, history=((at, before),)), "en")

    _, past, _ = [block for block in document.blocks if isinstance(block, Table)]
    assert [column.label for column in past.columns] == ["What", "This run", "02-01 03:00"]
    assert [[cell.text for cell in row] for row in past.rows] == [
        ["Rows of the table", "100", "100"],
        ["Rules that hold", "1/2", "2/3"],
        ["order_id must be unique: rows that break it", "3", "0"],
        ["coupon_id must be unique: rows that break it", "", "5"],
    ]
