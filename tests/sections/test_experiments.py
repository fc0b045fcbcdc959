from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from retro.campaigns.experiment import Experiment as Params
from retro.charts.forest import forest
from retro.designs import Experiment
from retro.errors import MetricError
from retro.i18n import Lang, load_text
from retro.judgement import verdict
from retro.ledger import Ledger
from retro.metrics.experiments import ExperimentResult, Unmeasured
from retro.metrics.experiments.decisions import Decision
from retro.metrics.experiments.effects import COLUMNS, PAIRED
from retro.metrics.experiments.worths import COLUMNS as WORTHS
from retro.sections import SECTIONS, Context, Finding
from retro.sections.experiments.evidence import draw_days, draw_looks
from retro.sources import NotCovered

DESIGN: dict[str, Any] = {
    "id": "hint",
    "title": {"zh": "提示", "en": "Hint"},
    "arms": ["control", "new"],
    "primary": [{"name": "day_1_retention", "kind": "conversion", "retention": {"day": 1}}],
    "guardrails": [
        {"name": "revenue", "kind": "mean", "orders": {"within_days": 7, "value": "amount"}, "margin": 0.02}
    ],
}
READY = dt.datetime(2025, 1, 25)


def effect(metric: str, role: str, outcome: str, **values: Any) -> dict[str, Any]:
    kind = "conversion" if role == "primary" else "mean"
    base = dict.fromkeys(COLUMNS, math.nan) | {
        "metric": metric, "role": role, "kind": kind, "arm": "new", "control_units": 500, "units": 500,
        "control": 0.72, "treatment": 0.78, "effect": 0.06, "low": 0.02, "high": 0.1, "lift": 0.0833, "lift_low": 0.03,
        "lift_high": 0.14, "p_value": 0.0012, "adjusted_p": 0.0012, "outcome": outcome, "detectable": 0.05,
        "method": "newcombe", "refusal": "",
    }  # fmt: skip
    return base | values


BETTER = effect("day_1_retention", "primary", "better")
HELD = effect("revenue", "guardrail", "held", control=10.0, treatment=10.5, effect=0.5, low=-0.1, high=1.1, margin=0.02)


def result(
    state: str,
    reason: str,
    *,
    metrics: tuple[str, ...] = ("day_1_retention",),
    effects: tuple[dict[str, Any], ...] = (BETTER, HELD),
    checks: tuple[tuple[Any, ...], ...] = (("split", "", "ok", 1000, None, 0.5),),
    amounts: tuple[Decimal, Decimal, Decimal] | None = None,
    **design: Any,
) -> ExperimentResult:
    empty = pd.DataFrame(columns=["arm"])
    return ExperimentResult(
        design=Experiment.model_validate(DESIGN | design),
        decision=Decision(state, reason, "new", metrics, amounts),  # type: ignore[arg-type]  # cases name them as text
        arms=pd.DataFrame({"arm": ["control", "new"], "planned_share": [0.5, 0.5], "units": [500, 500], "share": 0.5}),
        checks=pd.DataFrame(list(checks), columns=["check", "scope", "state", "units", "share", "p_value"]),
        effects=pd.DataFrame(list(effects)),
        pairs=pd.DataFrame(columns=list(PAIRED)),
        worths=pd.DataFrame(columns=list(WORTHS)),
        segments=empty,
        looks=empty,
        since_exposure=empty,
        by_day=False,
        first=None,
        ready_on=READY,
    )


def context(lang: Lang = "en", designs: int = 1) -> Context:
    keys = {"kind": "experiment", "campaign_id": "c", "title": "t", "start": "2025-01-10", "end": "2025-01-24T00:00"}
    experiments = [DESIGN | {"id": f"hint{number}"} for number in range(designs)]
    params = Params.model_validate(keys | {"experiments": experiments}, context={"zone": ZoneInfo("UTC")})
    return Context(params, load_text(lang), None)


def find(*results: ExperimentResult | NotCovered, lang: Lang = "en") -> Finding:
    return SECTIONS["experiments"](results, context(lang, len(results)))


@pytest.mark.parametrize(
    ("state", "reason", "metrics", "words", "chinese"),
    [
        (
            "ship", "better", ("day_1_retention",),
            "**Ship “new”**: “Day-1 retention” got clearly better, and the guardrail “Revenue per user” held.",
            "**可以上线“new”**：“次日留存”明显更好，护栏指标“人均成交额”守住。",
        ),
        (
            "do_not_ship", "worse", ("day_1_retention",),
            "**Do not ship “new”, keep “control”**: “Day-1 retention” got clearly worse.",
            "**不上线“new”，保留“对照组”**：“次日留存”明显变差。",
        ),
        (
            "do_not_ship", "money_worse", ("revenue",),
            "“Day-1 retention” got better, but “Revenue per user” got clearly worse: it loses money.",
            "“次日留存”更好，但“人均成交额”明显变差，是在亏钱。",
        ),
        (
            "do_not_ship", "unprofitable", ("day_1_retention",),
            "“Day-1 retention” got better, but it brought less than it cost.",
            "“次日留存”更好，但赚的抵不上花的。",
        ),
        (
            "do_not_ship", "guardrail_harmed", ("revenue",),
            "the guardrail “Revenue per user” lost more than its margin allows.",
            "护栏指标“人均成交额”的损失超出了允许的范围。",
        ),
        (
            "do_not_ship", "guardrail_unclear", ("revenue",),
            "the sample is too small to tell whether the guardrail “Revenue per user” held.",
            "样本还太少，不能断定护栏指标“人均成交额”是否守住。",
        ),
        (
            "do_not_ship", "guardrail_unmeasured", ("revenue",),
            "the guardrail “Revenue per user” could not be measured, so nobody knows whether it was harmed.",
            "护栏指标“人均成交额”没有数据，不知道有没有受损。",
        ),
        (
            "do_not_ship", "no_effect", ("day_1_retention",),
            "the experiment is over and shows no difference in “Day-1 retention”.",
            "期满仍看不出“次日留存”有差别。",
        ),
        (
            "keep_running", "too_early", (),
            "**Keep running, and read it on 25 Jan 2025**: the agreed time is not over",
            "**继续运行，2025年1月25日再读数**：还没到约定的期限，现在的差别不作数。",
        ),
        (
            "keep_running", "not_observed", (),
            "**Keep running**: the outcome has not been observed yet.",
            "**继续运行**：结果还没出来。",
        ),
        (
            "keep_running", "undecided", ("day_1_retention",),
            "**Keep running**: “Day-1 retention” is not decided yet.",
            "**继续运行**：“次日留存”还没分出高下。",
        ),
        (
            "keep_running", "guardrail_unclear", ("revenue",),
            "“Day-1 retention” did better, but it is open whether the guardrail “Revenue per user” held.",
            "“次日留存”更好，但还不能断定护栏指标“人均成交额”是否守住。",
        ),
        (
            "keep_running", "guardrail_unmeasured", ("revenue",),
            "**Keep running, and get the guardrail's data**: “Day-1 retention” did better",
            "**继续运行，先补齐护栏数据**：“次日留存”更好，但护栏指标“人均成交额”没有数据",
        ),
        (
            "invalid", "unsound", ("split", "split_by_device"),
            "it failed its validity checks (split not as planned, split by device not as planned)",
            "有效性检查未通过（分流比例不符、设备分流比例不符）",
        ),
        (
            "invalid", "not_comparable", ("day_1_retention",),
            "**No conclusion**: nothing can be compared for “Day-1 retention”.",
            "**无法下结论**：“次日留存”没有可比的数据。",
        ),
    ],
)  # fmt: skip
def test_every_decision_is_a_sentence_in_both_languages(
    state: str, reason: str, metrics: tuple[str, ...], words: str, chinese: str
) -> None:
    (part,) = find(result(state, reason, metrics=metrics)).parts

    assert words in part.sentence
    assert part.title == "Hint"
    assert chinese in find(result(state, reason, metrics=metrics), lang="zh").parts[0].sentence


@pytest.mark.parametrize(
    ("lang", "caution", "step"),
    [
        (
            "en",
            "The guardrail “Revenue per user” could not be measured: the shop has no orders.amount.",
            "Next: get the guardrail's data and read the result again; until then keep “control”.",
        ),
        (
            "zh",
            "护栏指标“人均成交额”测不了：店铺没有 orders.amount。",
            "下一步：补齐护栏指标的数据，再读一次结果；在此之前保留“对照组”。",
        ),
    ],
)  # fmt: skip
def test_a_guardrail_that_was_not_measured_is_told_and_never_held(lang: Lang, caution: str, step: str) -> None:
    read = result("do_not_ship", "guardrail_unmeasured", metrics=("revenue",), effects=(BETTER,))
    lost = Unmeasured("guardrail", read.design.guardrails[0], "orders", "amount")

    (part,) = find(replace(read, design=read.design.only(["revenue"]), unmeasured=(lost,)), lang=lang).parts

    assert [one.strip() for one in part.warnings] == [caution]
    assert part.next_step.strip() == step
    assert "held" not in part.sentence
    assert "守住" not in part.sentence


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Nothing is told by channel: the shop has no users.channel."),
        ("zh", "没有按渠道分组看：店铺没有 users.channel。"),
    ],
)
def test_a_segment_that_the_shop_does_not_know_is_told(lang: Lang, words: str) -> None:
    (part,) = find(replace(result("ship", "better"), unsplit=("channel",)), lang=lang).parts

    assert words in "".join(part.warnings)


def test_the_evidence_holds_both_values_the_interval_and_p() -> None:
    (part,) = find(result("ship", "better")).parts

    assert (
        "Day-1 retention: “control” 72.00%, “new” 78.00%, a difference of **+6.00 pp** "
        "(95% interval +2.00 to +10.00 pp, p = 0.001)."
    ) in part.sentence
    entry = part.entries[0]
    assert (entry.name, entry.value) == ("hint_day_1_retention_effect", Decimal("0.06"))


def test_several_primary_metrics_say_holm() -> None:
    primary = [*DESIGN["primary"], {"name": "aov", "kind": "mean", "column": "aov"}]
    second = effect("aov", "primary", "alike", kind="mean", adjusted_p=0.2, p_value=0.2)

    (part,) = find(result("ship", "better", effects=(BETTER, second, HELD), primary=primary)).parts

    assert "p = 0.001, 0.001 after Holm" in part.sentence
    assert "80% of the time: Average order value 0.05" in part.sentence


def test_worth_is_said_with_its_interval() -> None:
    worth = {"per_unit": 1, "units": 10, "period": "year"}
    amounts = (Decimal(6000), Decimal(2000), Decimal(10000))

    (part,) = find(result("ship", "better", amounts=amounts, worth=worth)).parts

    assert "expected to bring **6,000 CNY** a year (95% interval 2K – 10K CNY)" in part.sentence


PROMO = {"arm": "new", "units": 42_364, "gained": Decimal(4020), "cost": Decimal("6354.60")} | {
    name: Decimal(value) for name, value in {"net": "-2334.60", "low": "-2962.20", "high": "-1707.00"}.items()
}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("“Day-1 retention” got better, but it brought less than it cost",
                "“new” brought 4,020 CNY more than “control” and cost 6,355 CNY",
                "a net worth of **−2,335 CNY** (95% interval −2,962 to −1,707 CNY)")),
        ("zh", ("“次日留存”更好，但赚的抵不上花的",
                "实验期间，“new”比“对照组”多带来 4,020 元，花费 6,355 元",
                "净值 **−2,335 元**（95% 区间 −2,962 至 −1,707 元）")),
    ],
)  # fmt: skip
def test_a_net_worth_is_said_after_its_cost(lang: Lang, words: tuple[str, ...]) -> None:
    lost = replace(
        result("do_not_ship", "unprofitable", effects=(BETTER,), guardrails=[]), worths=pd.DataFrame([PROMO])
    )

    (part,) = find(lost, lang=lang).parts

    for sentence in words:
        assert sentence in part.sentence


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("**One value, 19,920.00 CNY in “new”, decides the difference in Revenue per user**",
                "+99.45 CNY with it, −0.08 CNY without it (95% interval −2.30 CNY to +2.15 CNY)",
                "by ranks, which no single value decides, p = 0.97.")),
        ("zh", ("**“new”里的一个值 19,920.00 元左右了人均成交额的差别**",
                "算上它是 +99.45 元，去掉它是 −0.08 元（95% 区间 −2.30 元至 +2.15 元）",
                "秩检验（不看单个值大小）p = 0.97。")),
    ],
)  # fmt: skip
def test_a_value_that_decides_is_a_warning_in_the_verdict(lang: Lang, words: tuple[str, ...]) -> None:
    facts = {"outlier": 19_920.0, "outlier_arm": "new", "without": -0.08, "without_low": -2.3, "without_high": 2.15}
    row = HELD | {"effect": 99.45, "rank_p": 0.97} | facts

    found = find(result("ship", "better", effects=(BETTER, row)), lang=lang)

    for sentence in words:
        assert sentence in "".join(found.parts[0].warnings)
        assert sentence in "".join(found.headline)


def test_no_guardrail_is_spoken_of_where_there_is_none() -> None:
    (bare,) = find(result("ship", "better", effects=(BETTER,), guardrails=[])).parts
    (guarded,) = find(result("ship", "better")).parts

    assert "guardrail" not in bare.sentence + bare.next_step
    assert "and the guardrail “Revenue per user” held" in guarded.sentence
    assert "keep watching the guardrails" in guarded.next_step


def test_no_end_is_spoken_of_where_the_data_has_no_times() -> None:
    (part,) = find(replace(result("do_not_ship", "no_effect"), ready_on=None)).parts

    assert "no difference shows in “Day-1 retention”" in part.sentence
    assert "is over" not in part.sentence


@pytest.mark.parametrize(("lang", "words"), [("en", "p < 0.001)"), ("zh", "p < 0.001）")])
def test_a_tiny_p_is_below_and_equal_to_nothing(lang: Lang, words: str) -> None:
    (part,) = find(result("ship", "better", effects=(BETTER | {"p_value": 3e-9}, HELD)), lang=lang).parts

    assert words in part.sentence
    assert "= <" not in part.sentence


@pytest.mark.parametrize(
    ("lang", "colon", "worse", "step"),
    [("en", ":", "got clearly worse", "Next: E3"), ("zh", "：", "明显变差", "下一步：E3")],
)
def test_every_experiment_is_decided_by_name_the_worst_first(lang: Lang, colon: str, worse: str, step: str) -> None:
    ctx = context(lang, designs=4)
    states = [("ship", "better"), ("do_not_ship", "no_effect"), ("do_not_ship", "worse"), ("invalid", "unsound")]
    results = [
        result(*state, metrics=("split",) if state[0] == "invalid" else ("day_1_retention",)) for state in states
    ]
    named = [replace(one, design=one.design.model_copy(update={"title": f"E{at}"})) for at, one in enumerate(results)]

    sentences = verdict({"experiments": SECTIONS["experiments"](tuple(named), ctx)}, Ledger(), ctx).sentences

    assert [sentence.split(colon)[0] for sentence in sentences[:4]] == ["E3", "E2", "E1", "E0"]
    assert worse in sentences[1]
    assert sentences[-1].startswith(step)


@pytest.mark.parametrize(
    ("lang", "words", "control"),
    [
        ("zh", ("次日留存：“B”明显好于“A”，相差 +8.00 个百分点",
                "（95% 区间 +3.00 至 +13.00 个百分点，Holm 校正后 p = 0.002）。"), "“对照组”"),
        ("en", ("Day-1 retention: “B” is clearly better than “A”, by +8.00",
                "(95% interval +3.00 to +13.00 pp, p = 0.002 after Holm)."), "“control”"),
    ],
)  # fmt: skip
def test_arms_are_named_in_words_and_compared_with_each_other(lang: Lang, words: tuple[str, str], control: str) -> None:
    pair = {"metric": "day_1_retention", "arm": "B", "against": "A", "base": 0.7, "treatment": 0.78, "effect": 0.08,
            "low": 0.03, "high": 0.13, "p_value": 0.002, "adjusted_p": 0.002, "outcome": "better"}  # fmt: skip
    arms = ["control", "A", "B"]
    found = replace(result("ship", "better", arms=arms), pairs=pd.DataFrame([pair]))

    (part,) = find(found, lang=lang).parts

    said = next(one.sentence for one in part.exhibits if one.sentence)
    assert said.startswith(words[0])
    assert said.strip().endswith(words[1])
    assert control in part.sentence


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("72.00% (360 / 500)", "78.00% (390 / 500)")), ("zh", ("72.00%（360 / 500）", "78.00%（390 / 500）"))],
)
def test_conversions_and_z_are_shown(lang: Lang, words: tuple[str, str]) -> None:
    row = BETTER | {"control_hits": 360.0, "hits": 390.0, "statistic": 2.19}

    (part,) = find(result("ship", "better", effects=(row, HELD)), lang=lang).parts

    table = part.exhibits[0].table
    assert table is not None
    assert {*words, "2.19"} <= {cell.text for cell in table.rows[0]}
    assert "z / t" in [column.label for column in table.columns]


WARNED = (
    ("split", "", "warn", 1000, None, 0.0086),
    ("split_by_day", "20098", "stop", None, None, 0.0002),
    ("split_by_device", "ios", "warn", None, None, 0.004),
    ("arms", "new", "stop", 0, 0.0, None),
    ("ramp", "", "stop", None, None, 0.00001),
    ("several_arms", "", "warn", 30, 0.03, None),
    ("early", "", "stop", 40, 0.04, 0.0001),
    ("missing", "revenue", "stop", 50, 0.05, 0.0001),
    ("unobserved", "revenue", "warn", 50, 0.05, 0.008),
    ("placebo", "revenue", "stop", None, None, 0.0001),
    ("overlap", "popup", "stop", 900, None, 0.0001),
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_check_that_fails_is_a_warning(lang: Lang) -> None:
    (part,) = find(result("invalid", "unsound", metrics=("split",), checks=WARNED), lang=lang).parts

    assert len(part.warnings) == len(WARNED)
    assert all("{" not in warning and "nan" not in warning for warning in part.warnings)
    words = "".join(part.warnings)
    assert ("10 Jan 2025" if lang == "en" else "2025年1月10日") in words
    assert "0.009" in words


def test_a_few_units_are_not_counted_out() -> None:
    checks = (("several_arms", "", "warn", 3, 0.003, math.nan), ("early", "", "ok", pd.NA, math.nan, math.nan))
    (part,) = find(result("ship", "better", checks=checks)).parts

    assert "**<5 units (users) were in more than one arm**, <5 of all" in part.warnings[0]
    table = part.exhibits[2].table
    assert table is not None
    assert [row[2].text for row in table.rows] == ["<5", ""]


def test_a_sound_experiment_on_a_warned_split_says_to_look_into_it() -> None:
    (part,) = find(result("do_not_ship", "worse", checks=WARNED[:1])).parts

    assert part.next_step.endswith("And find out why the split is off. ")
    assert "**The split is not as planned**: control 500, new 500" in part.headline[-1]


def test_scores_carry_signs_and_the_margin() -> None:
    (part,) = find(result("ship", "better")).parts

    assert [(score.value, score.status, score.status_text, score.target) for score in part.scores] == [
        ("+6.00 pp", "good", "✓ better", ""),
        ("+0.50 CNY", "good", "✓ held", "no worse than −2.0%"),
    ]
    suspended = find(result("invalid", "unsound", metrics=("split",))).parts[0]
    assert {score.status_text for score in suspended.scores} == {"△ not to be believed yet"}


def test_a_metric_that_was_refused_is_named_without_numbers() -> None:
    refused = effect("day_1_retention", "primary", "refused", refusal="no_spread") | dict.fromkeys(
        ("control", "treatment", "effect", "low", "high", "p_value", "adjusted_p", "detectable"), math.nan
    )

    (part,) = find(result("invalid", "not_comparable", effects=(refused,), guardrails=[])).parts

    assert "Day-1 retention: cannot be compared (all outcomes equal)." in part.sentence
    assert "nan" not in part.sentence
    assert part.scores[0].value == ""


def test_a_table_that_is_missing_is_a_part_that_is_not_covered() -> None:
    (part,) = find(NotCovered("events")).parts

    assert not part.covered
    assert "There is no table events" in part.sentence


def test_no_experiments_make_no_section() -> None:
    found = SECTIONS["experiments"](
        (), Context(context().params.model_copy(update={"experiments": ()}), load_text("en"), None)
    )

    assert (found.sentence, found.parts) == ("", ())


def test_the_verdict_says_decision_evidence_and_what_to_do() -> None:
    ctx = context()
    finding = SECTIONS["experiments"]((result("ship", "better"),), ctx)

    sentences = verdict({"experiments": finding}, Ledger(), ctx).sentences

    assert [sentence.split()[0] for sentence in sentences] == ["Hint:", "Day-1", "Next:"]


EN = load_text("en")


EFFECTS = pd.DataFrame(
    {
        "label": ["Day-1 retention", "Conversion", "Revenue"],
        "estimate": [0.06, 0.01, float("nan")],
        "low": [0.02, -0.01, float("nan")],
        "high": [0.1, 0.03, float("nan")],
        "margin": [float("nan"), -0.05, float("nan")],
    }
)


DAYS = pd.DataFrame(
    {"day": [1, 2, 3], "effect": [0.06, 0.05, 0.0], "low": [0.02, 0.01, -0.04], "high": [0.1, 0.09, 0.04]}
)


def test_effects_stand_beside_the_margin_of_their_guardrail() -> None:
    chart = forest(EFFECTS, EN, "Difference")

    low, high = chart.figure.axes[0].get_xlim()
    assert low < -0.05 < 0.1 < high
    assert "Upright marks are the limits" in chart.caption
    assert "Day-1 retention +6.0 pp" in chart.alt
    assert "nan" not in chart.alt


def test_without_guardrails_no_limits_are_spoken_of() -> None:
    chart = forest(EFFECTS.assign(margin=float("nan")), EN, "Difference")

    assert "Upright" not in chart.caption


def test_days_since_exposure_say_first_and_last() -> None:
    chart = draw_days(DAYS, EN, "Retention")

    assert "+6.0 pp on day 1, 0.0 pp on day 3; 2 of 3 intervals leave out 0" in chart.alt.replace("+0.0", "0.0")
    assert "Days since exposure" in chart.svg()


@pytest.mark.parametrize("narrow", [False, True])
def test_looks_are_dated(narrow: bool) -> None:
    frame = DAYS.assign(on=[dt.date(2025, 1, 10 + day) for day in range(3)])

    chart = draw_looks(frame, load_text("zh"), "留存")

    assert "1月10日" in chart.svg(narrow=narrow)
    assert "3 个" in chart.alt


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(MetricError, match="must have rows"):
        draw_days(DAYS.iloc[:0], EN, "Retention")


def test_an_arm_of_few_is_not_compared_and_no_total_tells_its_size() -> None:
    tiny = [dict(row, arm="tiny", units=3, hits=2.0, treatment=0.6667) for row in (BETTER, HELD)]
    given = result("ship", "better", effects=(BETTER, HELD, *tiny), arms=["control", "new", "tiny"])
    arms = pd.DataFrame(
        {"arm": ["control", "new", "tiny"], "planned_share": 1 / 3, "units": [500, 500, 3], "share": 0.3}
    )
    checks = given.checks.assign(units=1003)
    worths = pd.DataFrame([["tiny", 3, 9, 1, 8, 7, 9]], columns=list(WORTHS))
    (part,) = find(replace(given, arms=arms, checks=checks, worths=worths)).parts

    told = repr(part)
    assert "Day-1 retention: cannot be compared (fewer than five on one side, so not shown)" in part.sentence
    assert "+6.00 pp" in part.sentence
    assert [one for one in ("66.67%", "1,003", "'3'", "500 / 3") if one in told] == []
    counted = [table for one in part.exhibits if (table := one.table) and table.columns[-1].label == "Share"]
    assert [(row[2].text, row[3].text) for row in counted[0].rows] == [("500", ""), ("500", ""), ("<5", "")]
    checked = next(table for one in part.exhibits if (table := one.table) and table.columns[1].label == "Result")
    assert [row[2].text for row in checked.rows] == ["≥5"]


@pytest.mark.parametrize("side", ["hits", "control_hits"])
def test_a_share_of_few_that_did_it_is_not_told(side: str) -> None:
    hits = {"control_hits": 360.0, "hits": 390.0} | {side: 4.0}
    (part,) = find(
        result("ship", "better", effects=(effect("day_1_retention", "primary", "better", **hits), HELD))
    ).parts

    assert "cannot be compared (fewer than five on one side, so not shown)" in part.sentence
    assert [one for one in ("72.00%", "78.00%", "+6.00 pp") if one in repr(part)] == []
    assert next(one.value for one in part.entries if one.name.startswith("hint_day_1")) is None


def test_days_on_which_few_did_it_are_not_rows() -> None:
    rows = [
        {
            "day": day,
            "arm": "new",
            "units": 1000,
            "control": rate,
            "treatment": 0.3,
            "effect": 0.1,
            "low": 0,
            "high": 0.2,
        }
        for day, rate in enumerate((0.2, 0.006, 0.2, 0.2), start=1)
    ]
    (part,) = find(replace(result("ship", "better"), since_exposure=pd.DataFrame(rows))).parts
    days = next(one.table for one in part.exhibits if one.table and one.table.columns[0].label == "Day since exposure")
    assert [row[0].text for row in days.rows] == ["1", "3", "4"]
