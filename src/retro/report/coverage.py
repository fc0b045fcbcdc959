"""Coverage: on how many days since the baseline began the tables of a report hold nothing that they should."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from retro.contracts import GateVerdict, RuleResult
from retro.i18n import LANGS, load_text
from retro.periods import Window
from retro.report.measured import measured
from retro.sources import Tables
from retro.sources.as_of import MOMENTS

_STEADY = (
    "users", "orders", "refunds", "events", "points_ledger", "member_tiers", "reviews", "support_tickets",
    "exchange_rates",
)  # fmt: skip
"""Tables that grow on every day of business; others, such as costs, coupons or exposures, while a campaign runs."""


def with_coverage(verdict: GateVerdict, tables: Tables, names: Collection[str], window: Window) -> GateVerdict:
    """A verdict with one more result for each dated table: whether it lacks days since the baseline began.

    Each table is judged at its own rate, and lacking days are a warning, never a breach. So is what `measured` finds.
    Where a table need not grow on every day, only gaps within its rows lack, shorter than the stretches beside them.

    Args:
        verdict: What the gate found.
        tables: The source.
        names: The tables that the report can use.
        window: The report's window, with its baseline weeks.
    """
    from retro.metrics.history import OF_CUSTOMERS, blank_days, keep_blank  # noqa: PLC0415 - as in `_covered`

    own = [name for name in MOMENTS if name in names and name in tables]
    dated = {name: tables.whole(name) for name in OF_CUSTOMERS if name in own}
    keep_blank(tables.connection, tables.once(blank_days, dated, until=tables.source.observed_until))
    known = [name for name in own if MOMENTS[name] in tables.whole(name).columns]
    results = (*_covered(tables, known, window), *measured(tables, names))
    return verdict.model_copy(update={"results": (*verdict.results, *results)})


def _covered(tables: Tables, names: Sequence[str], window: Window) -> tuple[RuleResult, ...]:
    from retro.metrics.history import missing_days_of  # noqa: PLC0415 - a second, which a skipped run need not pay
    from retro.metrics.windows import days_of  # noqa: PLC0415 - as above

    end = min(window.end, tables.source.observed_until or window.end)
    if end <= window.baseline_start:
        return ()
    span = replace(window, start=window.baseline_start, end=end)
    asked = [(tables.whole(name), MOMENTS[name], name in _STEADY) for name in names]
    days, missing = len(days_of(span)), tables.once(missing_days_of, asked, span)
    return tuple(_judged(name, lacking, days, window) for name, lacking in zip(names, missing, strict=True))


def _judged(name: str, missing: int, days: int, window: Window) -> RuleResult:
    values = {"column": MOMENTS[name], "since": window.baseline_start}
    return RuleResult(
        table=name,
        rule="history",
        kind="history",
        severity="warning",
        outcome="failed" if missing else "passed",
        said={lang: load_text(lang)("contract.rule.history", **values) for lang in LANGS},
        detail=f"{days - missing:,} / {days:,}",
    )
