from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from retro.campaigns.month import Month
from retro.i18n import Lang, load_text
from retro.metrics.bridge import Bridge
from retro.metrics.causes import COLUMNS
from retro.periods import Period
from retro.sections import SECTIONS, Context

START, END = dt.datetime(2025, 3, 1), dt.datetime(2025, 4, 1)
FEBRUARY = dt.datetime(2025, 2, 1)


def context(lang: Lang = "en", **keys: Any) -> Context:
    given = {"kind": "month", "campaign_id": "m", "title": "t", "start": "2025-03-01T00:00", "end": "2025-04-01T00:00"}
    params = Month.model_validate(given | keys, context={"zone": ZoneInfo("Asia/Shanghai")})
    return Context(params, load_text(lang), END)


def figure(name: str, unit: str, value: str, **keys: Any) -> dict[str, Any]:
    row = {"figure": name, "unit": unit, "value": Decimal(value), "previous": None, "year_ago": None}
    row |= {"numerator": None, "denominator": None, "change": float("nan"), "year_change": float("nan")}
    return row | {"low": float("nan"), "high": float("nan")} | keys


def figures() -> pd.DataFrame:
    rate = {"numerator": Decimal(9), "denominator": Decimal(10), "low": 0.6, "high": 0.93}
    rows = [
        figure("gmv", "money", "900.00", previous=Decimal("1000.00"), change=-0.1),
        figure("orders", "orders", "9"),
        figure("order_value", "money", "100.00"),
        figure("payment_rate", "rate", "0.9", previous=Decimal("0.95"), change=-0.05, **rate),
    ]
    return pd.DataFrame(rows, dtype=object)


def test_a_kpi_has_its_owner_its_target_and_its_changes() -> None:
    kpis = {"gmv": {"owner": "Operations", "every": "day"}}

    finding = SECTIONS["month_figures"](figures(), context(kpis=kpis, targets={"gmv": 1000, "payment_rate": 0.95}))

    assert finding.sentence == (
        "The month sold **900.00 CNY** in 9 orders of 100.00 CNY each; −10.0% on the month before. "
    )
    assert finding.table is not None
    cells = [[cell.text for cell in row] for row in finding.table.rows]
    assert cells[0] == ["GMV", "Operations", "daily", "1,000.00 CNY", "900.00 CNY", "× missed",
                        "1,000.00 CNY (−10.0%)", ""]  # fmt: skip
    assert cells[3][3:7] == ["95.0%", "90.0%", "× missed", "95.0% (−5.0 pp)"]


def pace(actual: str, planned: str) -> pd.DataFrame:
    row = {"actual": Decimal(actual), "planned": Decimal(planned), "target": Decimal(planned) * 2}
    row |= {"pace_rate": float(Decimal(actual) / Decimal(planned)), "reached_rate": 0.5, "left": Decimal(120)}
    spans = [("month", dt.date(2025, 3, 1), 0), ("quarter", dt.date(2025, 1, 1), 0), ("year", dt.date(2025, 1, 1), 9)]
    return pd.DataFrame([{"span": span, "first": first, "left_months": left, **row} for span, first, left in spans])


def test_pace_says_the_gap_and_what_is_left() -> None:
    behind, ahead = (SECTIONS["pacing"](pace(actual, "100"), context()).sentence for actual in ("80", "125"))

    assert behind == (
        "Year to date: 80.00 CNY, **behind plan**, which has 100.00 CNY by now; 20.00 CNY short (80.0% of plan). "
        "120.00 CNY are left for 9 months, 13.33 CNY each. "
    )
    assert "**ahead of plan**" in ahead


def test_a_month_without_a_plan_says_so() -> None:
    finding = SECTIONS["pacing"](pd.DataFrame(columns=["span"]), context())

    assert not finding.covered
    assert "no plan for the year" in finding.sentence


def test_unusual_days_are_set_beside_the_calendar() -> None:
    days = [dt.date(2025, 3, day) for day in range(1, 6)]
    daily = pd.DataFrame({"on": days, "orders": [90, 10, 10, 1, 10]})
    columns = ["start_at", "end_at", "points", "value", "expected", "size", "size_rate", "score"]
    found = pd.DataFrame(
        [(days[0], days[0], 1, 90.0, 10.0, 80.0, 8.0, 9.0), (days[3], days[3], 1, 1.0, 10.0, -9.0, -0.9, -4.0)],
        columns=columns,
    )
    calendar = [{"title": "Flash-sale night", "start": "2025-02-28", "end": "2025-03-01"}]

    finding = SECTIONS["anomalies"](found, daily, context(calendar=calendar))

    assert "2 stretches of the month are unusual; the calendar explains 1, **1 it does not**" in finding.sentence
    assert "80 more than expected (+800.0%). Calendar: Flash-sale night." in finding.sentence
    assert "**Nothing in the calendar**" in finding.sentence
    (exhibit,) = finding.exhibits
    assert exhibit.frame is not None
    assert exhibit.frame["explained"].tolist() == [True, False, False, False, False]
    assert finding.entries[0].value == 1


def bridged(basis: Any, change: str, **keys: Any) -> Bridge:
    parts = [("traffic", "30.00"), ("conversion", str(Decimal(change) - 30)), ("pieces_per_order", "0"), ("price", "0")]
    frame = pd.DataFrame(
        [("all", name, Decimal(amount)) for name, amount in parts], columns=["segment", "factor", "amount"]
    )
    channel = pd.concat([frame.assign(segment="app", amount=Decimal(0)), frame.assign(segment="web")])
    after = Decimal(1000) + Decimal(change)
    return Bridge(Period(basis, FEBRUARY, START, **keys), Decimal(1000), after, frame, {"channel": channel})


def test_a_bridge_names_its_base_its_factors_and_the_worst_segment() -> None:
    bridges = (bridged("previous", "-100.00"), bridged("target", "-100.00", amount=Decimal(1000)))

    finding = SECTIONS["bridge"](bridges, context())

    previous, target = finding.parts
    assert previous.title == "Against the period before (1 Feb 2025 – 28 Feb 2025)"
    assert "**100.00 CNY less (−10.0%)** than the period before (1,000.00 CNY)" in previous.sentence
    assert "Conversion −130.00 CNY, Visits +30.00 CNY" in previous.sentence
    assert "by channel, web (Conversion, −130.00 CNY)" in previous.sentence
    assert "given the structure of 1 Feb 2025 – 28 Feb 2025" in target.sentence
    assert previous.entries[0].name == "gmv_change_previous"
    assert previous.entries[0].value == Decimal("-0.1")
    steps, table = previous.exhibits
    assert steps.frame is not None
    assert steps.frame["amount"].tolist() == [1000, 30, -130, 0, 0, 900]
    assert table.table is not None
    assert [cell.text for cell in table.table.rows[-1]][-1] == "−100.00"


def test_small_segments_of_a_bridge_are_put_together_and_still_tie_out() -> None:
    amounts = {"app": 50, "web": -40, "sms": 30, "live": -20, "mini": 3, "news": 2, "mail": -1}
    rows = [(name, "price", Decimal(amount)) for name, amount in amounts.items()]
    one = bridged("previous", "24.00")
    segments = pd.DataFrame(rows, columns=["segment", "factor", "amount"])
    many = Bridge(one.base, one.before, one.after, one.factors, {"channel": segments})

    table = SECTIONS["bridge"]((many,), context()).parts[0].exhibits[1].table

    assert table is not None
    assert [[cell.text for cell in row][::2] for row in table.rows] == [
        ["web", "−40.00"], ["live", "−20.00"], ["SMS", "30.00"], ["app", "50.00"], ["Other 3", "4.00"],
        ["Total", "24.00"],
    ]  # fmt: skip


def test_nothing_to_compare_with_is_said() -> None:
    assert not SECTIONS["bridge"]((), context()).covered


def compared(offer: dict[str, str] | None) -> str:
    columns = ["base", "start", "end", "days", "weekend_days", "visits", "orders", "gmv", "order_value", "conversion",
               "daily_gmv", "gmv_change", "daily_change"]  # fmt: skip
    rows = [
        (-1, START, END, 31.0, 10, 9.0, 3, Decimal(310), Decimal(100), 0.3, Decimal("10.00"), None, float("nan")),
        (0, FEBRUARY, START, 28.0, 8, 9.0, 3, Decimal(560), Decimal(100), 0.3, Decimal("20.00"), -0.4, -0.5),
    ]
    course = pd.DataFrame({"base": [-1, 0], "elapsed": [1, 1], "total": [Decimal(1), Decimal(2)]})
    base = Period("edition", FEBRUARY, START, {"zh": "双 11", "en": "Double 11"}, offer)
    finding = SECTIONS["comparison"](
        pd.DataFrame(rows, columns=columns), course, (base,), context(offer={"zh": "八折", "en": "20% off"})
    )
    assert finding.entries[0].name == "daily_gmv_change_edition"
    assert finding.exhibits[0].frame is not None
    assert finding.exhibits[0].frame["series"].tolist() == ["This period", "Double 11"]
    return finding.sentence


def test_a_comparison_names_its_base_and_what_differs() -> None:
    assert compared({"zh": "五折", "en": "half price"}) == (
        "Against Double 11 (1 Feb 2025 – 28 Feb 2025): 10.00 CNY a day, **50.0% less** than 20.00 CNY. "
        "What differs: 31 days against 28, 10 weekend days against 8, offer “20% off” against “half price”. "
    )
    assert "what was offered then is not on record" in compared(None)


def cause(factor: str, segment: str, cost: str, *, is_cause: bool, dimension: str = "channel", **keys: Any) -> Any:
    row = dict.fromkeys(COLUMNS) | {"dimension": dimension, "segment": segment, "factor": factor, "units": 200}
    row |= {"before": 0.95, "expected": 0.95, "after": 0.8, "cost": Decimal(cost), "p_value": 0.001}
    return row | {"adjusted_p": 0.001 if is_cause else 0.6, "is_cause": is_cause} | keys


def ledger(**values: str) -> pd.DataFrame:
    shared = {"unit": "money", "tables": ("orders",), "definition": "month_figures"}
    return pd.DataFrame([{"name": name, "value": Decimal(value), **shared} for name, value in values.items()])


def test_each_missed_target_is_located() -> None:
    incident = {"incident": "payment", "incident_from": START, "incident_until": START + dt.timedelta(hours=5)}
    frame = pd.DataFrame(
        [
            cause("order_rate", "all", "-70.00", is_cause=False, dimension="all"),
            cause("payment_rate", "mini_program", "-50.00", is_cause=True, **incident),
            cause("order_value", "all", "-5.00", is_cause=False, dimension="all", expected=100.0, after=90.0),
        ]
    )
    targets = {"gmv": 1000, "order_value": 100, "new_users": 9, "orders": 1}

    finding = SECTIONS["causes"](
        frame, ledger(gmv="900", order_value="90", new_users="5", orders="3"), context(targets=targets)
    )

    lines = finding.sentence.splitlines()
    assert lines[0].startswith(
        "The first cause that chance does not explain is **Payment success of mini program** at 80.0%; moving as the "
        "others did, it would be 95.0% (base 200): **50.00 CNY** less sold. The incident log agrees: Payment, 1 "
    )
    assert lines[1] == "GMV missed: Payment success of mini program (−50.00 CNY). "
    assert lines[2].startswith("Order value missed; the gap is spread over segments without a single cause.")
    assert lines[3].startswith("New registrations missed; this figure is not taken apart by segment")
    assert lines[4].startswith("The causes located come to 50.00 CNY, 50.0% of the gap of 100.00 CNY in GMV")
    assert "check payment channel, certificates and error codes of mini program" in finding.next_step
    assert finding.entries[0].value == Decimal("-50.00")


def test_a_difference_is_a_cause_a_gain_the_whole_shops_too_small_or_chance() -> None:
    rows = [
        cause("payment_rate", "web", "-50.00", is_cause=True),
        cause("order_rate", "all", "-9.00", is_cause=False, dimension="all", adjusted_p=0.002),
        cause("order_rate", "web", "-1.00", is_cause=False, adjusted_p=0.0001),
        cause("keep_rate", "web", "-1.00", is_cause=False),
        cause("keep_rate", "app", "1.00", is_cause=False),
    ]

    table = SECTIONS["causes"](pd.DataFrame(rows), ledger(gmv="900"), context(targets={"gmv": 1000})).table

    assert table is not None
    assert [row[-1].text for row in table.rows] == [
        "Cause (p = 0.001)", "Whole shop (p = 0.002)", "Too small (p < 0.001)", "Chance not ruled out (p = 0.600)",
        "Gain (p = 0.600)",
    ]  # fmt: skip
    assert table.rows[0][0].text == "web: Payment success"


def test_a_gap_that_chance_may_explain_has_no_cause() -> None:
    frame = pd.DataFrame([cause("payment_rate", "web", "-50.00", is_cause=False)])

    finding = SECTIONS["causes"](frame, ledger(gmv="900"), context(targets={"gmv": 1000}))

    assert finding.sentence.startswith("Of the missed targets, no segment moved beyond chance")
    assert not finding.next_step
    assert not SECTIONS["causes"](pd.DataFrame(columns=list(COLUMNS)), ledger(gmv="900"), context()).covered
