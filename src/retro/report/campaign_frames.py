"""What other reports recorded, as frames that metrics read."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
from pydantic import ValidationError

from retro.campaigns import CAMPAIGN_TYPES
from retro.campaigns.review import Action
from retro.figures import figure
from retro.i18n import Text
from retro.judgement import Edition, looking_again
from retro.judgement.goals import action_outcome
from retro.ledger import Entry
from retro.report.recorded import Recorded
from retro.sections.scorecard import figure_label, status


def campaign_frame(campaigns: Sequence[Recorded], fingerprint: str, text: Text) -> pd.DataFrame:
    """The reports that a report is made from, one row each.

    Returns:
        One row per report, in the order of the params.

        - `report` (str): Its name, such as `2025Q1/new_user_week`.
        - `title` (str): Its title in the reader's language.
        - `campaign_id` (str), `start`, `end` (datetime), `budget` (str), `targets` (mapping of str): As it was asked;
          None where it is missing.
        - `state` (str): `recorded`; `not_made`, `breached`, `failed`, `unreadable`: it is missing, and why.
        - `same_data` (bool): Whether its figures are of the data that this report sees, or, as a year's campaigns look
          less far, of what their own source still holds.
        - `group` (int): Campaigns whose days, anticipation and settling too, touch have the same one: their reports
          estimated them together.
    """
    groups = _groups([_touched(one.params) for one in campaigns])
    rows = [
        {
            "report": one.name,
            "title": text.pick(one.title) if one.title else one.name,
            "campaign_id": one.params.get("campaign_id"),
            "start": _local(one.params.get("start")),
            "end": _local(one.params.get("end")),
            "budget": one.params.get("budget"),
            "targets": one.params.get("targets"),
            "state": one.state,
            "same_data": one.current or one.fingerprint == fingerprint,
            "group": group,
        }
        for one, group in zip(campaigns, groups, strict=True)
    ]
    columns = ["report", "title", "campaign_id", "start", "end", "budget", "targets", "state", "same_data", "group"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def figure_frame(campaigns: Sequence[Recorded]) -> pd.DataFrame:
    """The figures that these reports recorded.

    Returns:
        One row per report and figure: `report` (str), and the fields of a ledger's entry (`name`, `value`, `unit`,
        `numerator`, `denominator`, `low`, `high`, ...; amounts and counts are Decimal, None where missing).
    """
    rows = [
        {"report": one.name, **entry.model_dump(exclude={"first", "moved_by"})}
        for one in campaigns
        for entry in one.ledger.entries
    ]
    columns = ["report", "name", "value", "unit", "numerator", "denominator", "low", "high", "about"]
    return pd.DataFrame(rows, columns=None if rows else columns, dtype=object)


def target_frame(reports: Sequence[Recorded], text: Text) -> pd.DataFrame:
    """The targets of these reports, each with its status, and the action that answers it.

    Returns:
        One row per recorded report and target, in the order of reports and params.

        - `report`, `title` (str): The report.
        - `figure`, `label` (str): The figure, and what readers call it.
        - `owner`, `every` (str): Who answers for it and how often it is reviewed; empty where its params do not say.
        - `target`, `value` (Decimal): What was aimed at, and what came of it; None where it was not observed.
        - `unit` (str): Of both.
        - `status` (str): `met`, `missed`, `unsure`, `unobserved`.
        - `action` (str): What its report decided to do about it; empty where nothing was.
    """
    columns = ["report", "title", "figure", "label", "owner", "every", "target", "value", "unit", "status", "action"]
    rows = [row for one in reports if one.state == "recorded" for row in _targets(one, text)]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def action_frame(reports: Sequence[Recorded], text: Text) -> pd.DataFrame:
    """The actions that these reports decided, and what became of each.

    The next edition that records the figure which was to prove it looks at it again, as `looking_again` orders them.

    Returns:
        One row per action, by the day on which it was due.

        - `title`, `what`, `owner`, `proof` (str), `due` (date): The report that decided it, and the action.
        - `then`, `aim`, `now` (Decimal): The figure when it was decided, what it should reach, and as it was seen
          last; None where it is not known.
        - `unit` (str): Of these.
        - `seen_in` (str): The report that looked again; empty where none has.
        - `outcome` (str): `open` where nobody has looked again; else as `action_outcome` has it.
    """
    made = [one for one in reports if one.state == "recorded"]
    rows = [row for one in made for row in _decided(one, made, text)]
    columns = ["title", "what", "owner", "proof", "due", "then", "aim", "now", "unit", "seen_in", "outcome"]
    return pd.DataFrame(rows, columns=columns, dtype=object).sort_values("due", kind="stable", ignore_index=True)


def _targets(one: Recorded, text: Text) -> Iterator[dict[str, Any]]:
    goals = CAMPAIGN_TYPES[one.params["kind"]].judged_by
    known = [figure(name) for name in goals]
    answers = {action.target: text.pick(action.what) for action in _actions(one)}
    for name, aim in one.params.get("targets", {}).items():
        goal = next((goal for goal in known if goal.matches(name)), None)
        if goal is None:  # a figure that the kind was judged by in an earlier version
            continue
        entry, kpi = one.ledger.get(name), one.params.get("kpis", {}).get(name, {})
        yield {
            "report": one.name,
            "title": text.pick(one.title),
            "figure": name,
            "label": figure_label(name, text),
            "owner": text.pick(kpi["owner"]) if kpi else "",
            "every": kpi.get("every", ""),
            "target": Decimal(aim),
            "value": entry.value if entry is not None else None,
            "unit": goal.unit,
            "status": status(entry, Decimal(aim), goal),
            "action": answers.get(name, ""),
        }


def _decided(one: Recorded, made: Sequence[Recorded], text: Text) -> Iterator[dict[str, Any]]:
    places = {other.name: other for other in made}
    editions = {name: _edition(other) for name, other in places.items()}
    for action in _actions(one):
        then = one.ledger.get(action.proof)
        again = [places[name] for name in looking_again(editions[one.name], action.due, editions.values())]
        seen = next((other for other in again if _known(other.ledger.get(action.proof))), None)
        now = seen.ledger.get(action.proof) if seen is not None else None
        yield {
            "title": text.pick(one.title),
            "what": text.pick(action.what),
            "owner": text.pick(action.owner),
            "proof": figure_label(action.proof, text),
            "due": action.due,
            "then": then.value if then is not None else None,
            "aim": action.aim,
            "now": now.value if now is not None else None,
            "unit": next((found.unit for found in (then, now) if found is not None), "ratio"),
            "seen_in": text.pick(seen.title) if seen is not None else "",
            "outcome": action_outcome(action, then, now) if seen is not None else "open",
        }


def _edition(one: Recorded) -> Edition:
    params = one.params
    start, end = (pd.Timestamp(params[name]).to_pydatetime().replace(tzinfo=None) for name in ("start", "end"))
    return Edition(one.name, params["kind"], start, end, params.get("previous") or "")


def _actions(one: Recorded) -> Sequence[Action]:
    """What a report decided; nothing where its params are of another version."""
    try:
        return [Action.model_validate(action) for action in one.params.get("actions", ())]
    except ValidationError:
        return []


def _known(entry: Entry | None) -> bool:
    return entry is not None and entry.value is not None


def _touched(params: Mapping[str, Any]) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """The days that a campaign touched, as its params were; None for one that is missing."""
    start, end = _local(params.get("start")), _local(params.get("end"))
    if start is None or end is None:
        return None
    roi = params.get("roi") or {}
    before, after = (pd.Timedelta(days=int(roi.get(f"{side}_days") or 0)) for side in ("anticipation", "settling"))
    return start.floor("D") - before, end.ceil("D") + after


def _groups(spans: Sequence[tuple[pd.Timestamp, pd.Timestamp] | None]) -> list[int]:
    """The group of each campaign: that of the earlier ones whose days it shares, else one of its own."""
    groups = list(range(len(spans)))
    for place, span in enumerate(spans):
        for other in spans[:place]:
            if span and other and span[0] < other[1] and other[0] < span[1]:
                old, new = groups[place], groups[spans.index(other)]
                groups = [new if group == old else group for group in groups]
    return groups


def _local(moment: str | None) -> pd.Timestamp | None:
    """A moment of the params as the tables' columns have it: local wall clock without a zone."""
    return None if moment is None else pd.Timestamp(moment).tz_localize(None)
