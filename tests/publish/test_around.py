"""Around a page: links, and where a figure comes from."""

from __future__ import annotations

from decimal import Decimal

from retro.contracts import GateVerdict
from retro.contracts.verdict import RuleResult
from retro.i18n import load_text
from retro.ledger import Ledger, entry
from retro.publish import Around, Related
from retro.publish.around import files, languages, origins


def rule(name: str, outcome: str) -> RuleResult:
    said = {"zh": name, "en": name}
    return RuleResult(table="orders", rule=name, kind="unique", severity="warning", outcome=outcome, said=said)  # type: ignore[arg-type]


def test_a_rate_says_what_it_divides_its_interval_its_tables_and_their_rules() -> None:
    rate = entry(
        "new_customer_gmv_rate", Decimal("0.6"), numerator=Decimal(60), denominator=Decimal(100),
        low=Decimal("0.5"), high=Decimal("0.7"), method="bootstrap",
    )  # fmt: skip
    results = (rule("a", "passed"), rule("b", "failed"))
    verdict = GateVerdict(results=results, contracts_hash="0", fingerprint="0", row_counts={})
    around = Around("2025Q1/a", ("zh",), ledger=Ledger([rate]), verdict=verdict)
    found = origins(around, load_text("en"))["new_customer_gmv_rate"]
    assert found.value == "60.0%"
    assert found.interval == "50.0% – 70.0% · bootstrap"
    above, below = found.made_of.split(" ÷ ")
    assert above.endswith(" 60")
    assert below.endswith(" 100")
    assert "orders (1 of 2 rules hold)" in found.tables
    assert "`" not in found.definition


def test_a_figure_without_value_or_parts_says_so_by_saying_nothing() -> None:
    around = Around("a", ("zh",), ledger=Ledger([entry("gmv", None)]))
    found = origins(around, load_text("zh"))["gmv"]
    assert (found.value, found.made_of, found.interval, found.tables) == ("", "", "", ("orders",))


def test_links_fit_the_folder_however_deep_it_lies() -> None:
    text = load_text("zh")
    related = Related("b/c", "另一份")
    for address, top in (("a", "../../"), ("2025Q1/a", "../../../"), ("x/2025Q1/a", "../../../../")):
        around = Around(address, ("zh", "en"))
        assert around.catalogue("en") == f"{top}index.en.html"
        assert around.related(related, "zh", text).href == f"{top}b/c/latest/zh.html"


def test_links_lead_only_to_what_was_published() -> None:
    text = load_text("en")
    assert [link.href for link in files("en", ("html", "slides", "picture"), text)] == ["report.en.pptx"]
    assert languages(Around("a", ("en",)), "en") == ()
    assert [link.href for link in languages(Around("a", ("zh", "en")), "zh", "quality")] == ["quality.en.html"]
