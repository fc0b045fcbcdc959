from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from retro.campaigns import CAMPAIGN_TYPES, CampaignParams, describe_params, load_params, parse_settings
from retro.campaigns.new_user_week import NewUserWeek
from retro.errors import ParamsError
from retro.figures import figure
from retro.periods import Window
from shops import ROOT

ZONE = ZoneInfo("Asia/Shanghai")

PARAMS = """\
kind: new_user_week
campaign_id: 00123
title: {zh: 新人周, en: New-user week}
start: 2025-01-10T00:00
end: 2025-01-17T00:00
targets: {new_users: 3000}
"""


@pytest.fixture
def params_file(write: Callable[[str, str], Path]) -> Path:
    return write("new_user_week.yaml", PARAMS)


def test_campaign_codes_stay_text(params_file: Path) -> None:
    assert load_params(params_file, zone=ZONE).campaign_id == "00123"


def test_moments_are_in_the_sources_zone(params_file: Path) -> None:
    params = load_params(params_file, zone=ZONE, overrides={"end": "2025-01-16T16:00+00:00"})

    assert params.start == dt.datetime(2025, 1, 10, tzinfo=ZONE)
    assert params.window == Window(
        dt.datetime(2025, 1, 10), dt.datetime(2025, 1, 17), baseline_weeks=params.baseline_weeks
    )


def test_params_cannot_be_changed(params_file: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_params(params_file, zone=ZONE).baseline_weeks = 3  # type: ignore[misc]  # that is the point


def test_a_dotted_override_replaces_one_entry(params_file: Path) -> None:
    params = load_params(params_file, zone=ZONE, overrides={"targets.cac_all_cost": 10})

    assert params.targets == {"new_users": Decimal(3000), "cac_all_cost": Decimal(10)}


def test_one_value_stands_for_a_list(params_file: Path) -> None:
    params = load_params(params_file, zone=ZONE, overrides={"segment": {"channel": "app"}})

    assert params.segment == {"channel": ("app",)}


SHARED = """\
extra:
  by_channel: {figure: gmv, by: [channel], title: GMV by channel}
  by_day: {figure: orders, over: day, title: Orders by day}
"""


def test_reports_of_a_folder_share_the_cuts_of_its_extra_file(params_file: Path) -> None:
    params_file.with_name("extra.yaml").write_text(SHARED, encoding="utf-8")
    assert [*load_params(params_file, zone=ZONE).extra] == ["by_channel", "by_day"]

    own = "extra:\n  by_channel: {figure: buyers, by: channel, title: Buyers}\n  by_day:\n"  # its own, and none
    params_file.write_text(params_file.read_text(encoding="utf-8") + own, encoding="utf-8")
    assert {name: cut.figure for name, cut in load_params(params_file, zone=ZONE).extra.items()} == {
        "by_channel": "buyers"
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("extra:\n  by_day: {figure: gvm, title: X}\n", "extra.yaml, line 2: extra.by_day.figure"),
        ("by_day: {figure: gmv, title: X}\n", "extra.yaml, line 1: unknown key 'by_day'"),
    ],
)
def test_a_shared_cut_is_checked_where_it_stands(params_file: Path, text: str, words: str) -> None:
    params_file.with_name("extra.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ParamsError, match=words):
        load_params(params_file, zone=ZONE)


READERS = {
    "compare": "report.bases",
    "offer": "report.bases",
    "budget_lines": "budget_variance",
    "experiments": "metrics.experiments(tables, params.experiments",
    "extra": "report.extras()",
    "stated": "report.figures",
    "voice": "params.voice",
}
"""What in a notebook reads a key."""


@pytest.mark.parametrize("key", READERS)
@pytest.mark.parametrize("kind", CAMPAIGN_TYPES)
def test_a_kind_refuses_a_key_that_its_notebook_does_not_read(kind: str, key: str) -> None:
    notebook = (ROOT / "notebooks" / f"{kind}.ipynb").read_text()

    assert (key in CAMPAIGN_TYPES[kind].ignored) is (READERS[key] not in notebook)


IGNORED: Mapping[str, tuple[str, str]] = {
    "compare": ("[previous]", "['previous']. `previous` names the campaign that its scorecard stands beside."),
    "offer": ("10 off", "'10 off'. Take it out."),
    "budget": ("0", "'0'. Take it out."),
    "budget_lines": ("{sales: []}", "{'sales': []}. Take it out."),
    "cost_per_point": ("0.01", "'0.01'. Take it out."),
    "baseline_weeks": ("4", "'4'. Take it out."),
    "roi": ("{settling_days: 7}", "{'settling_days': '7'}. Take it out."),
    "stated": ("{figures: {gmv: 1}}", "{'figures': {'gmv': '1'}}. Take it out."),
    "voice": ("{answer_minutes: 5}", "{'answer_minutes': '5'}. Take it out."),
    "experiments": (
        "[{id: a}]",
        "[{'id': 'a'}]. Name them in the report of their campaign, or in one of kind experiment.",
    ),
}
"""What a file gives for each key that some kind ignores, and how the refusal ends."""


@pytest.mark.parametrize("kind", CAMPAIGN_TYPES)
def test_every_ignored_key_is_refused_by_name_and_line_all_at_once(
    kind: str, write: Callable[[str, str], Path]
) -> None:
    given = CAMPAIGN_TYPES[kind].ignored
    lines = [f"kind: {kind}", *(f"{key}: {IGNORED[key][0]}" for key in given)]

    with pytest.raises(ParamsError) as caught:
        load_params(write("a.yaml", "\n".join(lines) + "\n"), zone=ZONE)

    rule = "must be left out: nothing in this kind's report reads it, got"
    refused = [said.partition("a.yaml, ")[2] for said in str(caught.value).splitlines() if rule in said]
    assert set(refused) == {f"line {line}: {key} {rule} {IGNORED[key][1]}" for line, key in enumerate(given, 2)}


@pytest.mark.parametrize("empty", ["", "[]", "{}"])
def test_an_ignored_key_that_says_nothing_is_no_error(empty: str, write: Callable[[str, str], Path]) -> None:
    with pytest.raises(ParamsError) as caught:
        load_params(write("a.yaml", f"kind: experiment\nroi: {empty}\nbudget: {empty}\n"), zone=ZONE)

    assert "must be left out" not in str(caught.value)


@pytest.mark.parametrize("kind", CAMPAIGN_TYPES)
def test_every_key_of_a_kind_is_read(kind: str) -> None:
    code = "".join(path.read_text() for path in sorted((ROOT / "src" / "retro").rglob("*.py")))
    code += (ROOT / "notebooks" / f"{kind}.ipynb").read_text()
    own = CAMPAIGN_TYPES[kind].model_fields.keys() - CampaignParams.model_fields.keys()

    assert [name for name in own if not re.search(rf'\.{name}\b|asked\("{name}"\)', code)] == []


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"baselin_weeks": 3}, "override 'baselin_weeks': unknown key 'baselin_weeks'. Did you mean 'baseline_weeks'?"),
        ({"baseline_weeks": "eight"}, "baseline_weeks must be a whole number, got 'eight'."),
        ({"baseline_weeks": 0}, "baseline_weeks must be at least 1, got 0."),
        ({"start": "nope"}, "start must be a date and time to the minute such as 2025-01-10T00:00, got 'nope'."),
        ({"start": "20250110"}, "start must be a date and time to the minute such as 2025-01-10T00:00"),
        ({"start": "2025-01-10T00:00:00.5"}, "start must be a date and time to the minute"),
        ({"start": "0001-01-10"}, "start must lie in the years 1970 to 2100, got 1."),
        ({"title": ""}, "title must not be empty."),
        ({"targets.day_1_retention_rate": 78}, "day_1_retention_rate must be a rate from 0 to 1, got 78."),
        ({"budget": "1e300"}, "budget must be a number of sensible size, got 1E+300."),
        ({"targets.new_users": "1e999999999"}, "new_users must be a number of sensible size, got 1E+999999999."),
        ({"previous": "../x"}, "previous must be folder and name of a report"),
        ({"targets.new_users": "1e400"}, "new_users must be a number of sensible size, got 1E+400."),
        ({"retention_days": [0, 1]}, "retention_days.0 must be at least 1, got 0."),
        (
            {"end": "2025-01-01T00:00"},
            "end must be after start (2025-01-10T00:00:00+08:00), got 2025-01-01T00:00:00+08:00.",
        ),
        (
            {"end": "2025-01-16"},
            "that day is the last one, 2025-01-16T00:00 where it is the first after the window.",
        ),
        ({"end": dt.date(2025, 1, 16)}, "end must say its time, got 2025-01-16: 2025-01-17T00:00 where"),
        (
            {"compare": ["previous"]},
            "compare must be left out: nothing in this kind's report reads it, got ['previous']. `previous` names the",
        ),
        ({"targets.new_user": 1}, "targets has no figure 'new_user'. Did you mean 'new_users'?"),
        ({"targets.new_users": "many"}, "targets.new_users must be a number, got 'many'."),
        ({"campaign_id": 123}, "campaign_id must be text (put quotes round a number that is a name), got 123."),
        ({"segment": {"channel": 3}}, "segment.channel must be a list such as [a, b], got 3."),
        ({"retention_days": []}, "retention_days must hold at least 1 item(s), got []."),
        ({"title": {"zh": "新人周"}}, "title must be given in zh and en."),
        ({"kind": "newuserweek"}, "kind must be a campaign type, got 'newuserweek'. Did you mean 'new_user_week'?"),
        ({"baseline_weeks.x": 1}, "override 'baseline_weeks.x': 'baseline_weeks' must hold 'key: value' lines"),
    ],
)
def test_load_params_says_what_is_wrong(
    write: Callable[[str, str], Path], overrides: dict[str, Any], words: str
) -> None:
    path = write("a.yaml", PARAMS + "baseline_weeks: 8\n")

    with pytest.raises(ParamsError) as caught:
        load_params(path, zone=ZONE, overrides=overrides)

    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_problems_of_the_file_name_file_and_line(write: Callable[[str, str], Path]) -> None:
    path = write("a.yaml", PARAMS + "baseline_weeks: eight\nrepurchase_day: 3\n")

    with pytest.raises(ParamsError) as caught:
        load_params(path, zone=ZONE)

    lines = str(caught.value).splitlines()
    assert "a.yaml, line 7: baseline_weeks must be a whole number, got 'eight'." in lines[0]
    assert "a.yaml, line 8: unknown key 'repurchase_day'. Did you mean 'repurchase_days'?" in lines[1]


def test_missing_keys_are_named(write: Callable[[str, str], Path]) -> None:
    with pytest.raises(ParamsError) as caught:
        load_params(write("a.yaml", "kind: new_user_week\ncampaign_id: x\n"), zone=ZONE)

    for key in ("title", "start", "end"):
        assert f"'{key}' must be given" in str(caught.value)


def test_parse_settings_keeps_text_and_reads_lists() -> None:
    assert parse_settings(["a=00123", "b=[1, 2]", "c=x=y"]) == {"a": "00123", "b": ["1", "2"], "c": "x=y"}


def test_parse_settings_refuses_what_is_no_setting() -> None:
    with pytest.raises(ParamsError, match="--set: setting must look like key=value, got 'start'"):
        parse_settings(["start"])


@pytest.mark.parametrize("kind", CAMPAIGN_TYPES)
def test_every_key_says_what_it_means(kind: str) -> None:
    assert [row.name for row in describe_params(CAMPAIGN_TYPES[kind]) if not row.meaning] == []


def test_keys_say_what_they_are_counted_in() -> None:
    units = {row.name: (row.type, row.unit) for row in describe_params(CAMPAIGN_TYPES["new_user_week"])}

    assert units["start"] == ("date and time", "local time")
    assert units["budget"] == ("number", "the source's currency")
    assert units["retention_days"] == ("list of whole number", "days")
    assert units["campaign_id"] == ("text", "")


def test_goals_match_numbered_figures_only() -> None:
    goal = figure("day_#_retention_rate")

    assert goal.matches("day_14_retention_rate")
    assert not goal.matches("day_14_retention_rate_baseline")
    assert not goal.matches("day_x_retention_rate")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (
            "2025-03-30T01:30",
            "must be a time that clocks show, got 2025-03-30T01:30:00, which Europe/London",
        ),
        (
            "2025-10-26T01:30",
            "must be a time that clocks show once, got 2025-10-26T01:30:00, which",
        ),
        (
            "2025-10-26T01:30+01:00",
            "must be a time that clocks show once, got 2025-10-26T01:30:00, which",
        ),
    ],
)
def test_a_moment_that_the_clock_skips_or_shows_twice_is_refused(params_file: Path, moment: str, words: str) -> None:
    with pytest.raises(ParamsError) as caught:
        load_params(params_file, zone=ZoneInfo("Europe/London"), overrides={"end": moment})

    assert words in str(caught.value)


def test_the_funnel_ends_with_those_who_come_back(params_file: Path) -> None:
    params = load_params(params_file, zone=ZONE)
    short = load_params(params_file, zone=ZONE, overrides={"funnel_return": None})

    assert list(params.funnel_path) == [*params.funnel_steps, "retained"]
    assert params.funnel_path["retained"] == "log_in"
    assert list(short.funnel_path) == list(short.funnel_steps)


def test_params_of_before_name_figures_as_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retro.figures._formerly", lambda: {"registered": "new_users"})
    action = {"what": "more", "owner": "growth", "due": "2025-05-01", "proof": "registered", "target": "registered"}
    data = {
        "kind": "new_user_week",
        "campaign_id": "a",
        "title": "A",
        "start": "2025-01-10T00:00",
        "end": "2025-01-17T00:00",
    }
    params = NewUserWeek.model_validate({**data, "targets": {"registered": 5}, "actions": [action]})

    assert params.targets == {"new_users": 5}
    assert (params.actions[0].proof, params.actions[0].target) == ("new_users", "new_users")
