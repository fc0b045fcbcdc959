"""Figures that other reports recorded; a quarter is made from those of its campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from retro.campaigns import CampaignParams
from retro.errors import RetroError
from retro.files import project_root, read_json, read_yaml
from retro.i18n import Text
from retro.ledger import Ledger, read_ledger

State = Literal["recorded", "not_made", "breached", "failed", "unreadable"]

_BREACH = 2
"""The exit code of a run whose data broke its contracts."""


@dataclass(frozen=True)
class Recorded:
    """The recorded result of another report.

    A report whose newest run failed counts as missing, although its last good edition is still published, since that is
    of other data. One with a restatement beside it does not: it was signed off, and is what its signatories stand for.

    Attributes:
        name: The report, such as `2025Q1/new_user_week`.
        state: Whether it holds figures, and if not, why.
        params: What it was asked, as JSON holds it; empty where it is missing.
        ledger: Its figures; empty where it is missing.
        fingerprint: The data that they were computed from.
        title: What it is called in other reports, by language.
        later: The figures of a later run, where the report was signed off before and so stays; empty otherwise.
    """

    name: str
    state: State
    params: Mapping[str, Any] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    fingerprint: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    later: Ledger = field(default_factory=Ledger)

    @property
    def content(self) -> dict[str, Any]:
        """Everything that a page can show of it, for the hash of a run's input."""
        entries, later = ([one.model_dump(mode="json") for one in of.entries] for of in (self.ledger, self.later))
        return {"name": self.name, "state": self.state, "params": dict(self.params), "entries": entries, "later": later,
                "fingerprint": self.fingerprint, "title": dict(self.title)}  # fmt: skip


def read_recorded(name: str, reports: Path) -> Recorded:
    """What a report recorded in its newest edition; runs with overrides have other addresses and are never read."""
    address = reports / name
    latest, later = address / "latest", address / "restated" / "ledger.json"
    state = None if later.is_file() else _failure(address)
    if state is None and not (latest / "ledger.json").is_file():
        state = "not_made"
    if state is not None:
        return Recorded(name, state, title=_planned_title(name))
    try:
        params, manifest = read_json(latest / "params.json"), read_json(latest / "manifest.json")
        title = params.get("short_title") or params["title"]
        ledger = read_ledger(latest / "ledger.json")
        beside = read_ledger(later) if later.is_file() else Ledger()
        return Recorded(name, "recorded", params, ledger, str(manifest["source_fingerprint"]), title, beside)
    except (RetroError, KeyError):  # an edition of another version of the program, or a damaged one
        return Recorded(name, "unreadable", title=_planned_title(name))


def read_campaigns(params: CampaignParams, reports: Path) -> tuple[Recorded, ...]:
    """What the reports that this one is made from have recorded, in the order of its params."""
    return tuple(read_recorded(name, reports) for name in params.reports)


def campaign_frame(campaigns: Sequence[Recorded], fingerprint: str, text: Text) -> pd.DataFrame:
    """The reports that a report is made from, one row each.

    Returns:
        One row per report, in the order of the params.

        - `report` (str): Its name, such as `2025Q1/new_user_week`.
        - `title` (str): Its title in the reader's language.
        - `campaign_id` (str), `start`, `end` (datetime), `budget` (str), `targets` (mapping of str): As it was asked;
          None where it is missing.
        - `state` (str): `recorded`; `not_made`, `breached`, `failed`, `unreadable`: it is missing, and why.
        - `same_data` (bool): Whether its figures are of the data that this report sees.
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
            "same_data": one.fingerprint == fingerprint,
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
    rows = [{"report": one.name, **entry.model_dump()} for one in campaigns for entry in one.ledger.entries]
    columns = ["report", "name", "value", "unit", "numerator", "denominator", "low", "high", "about"]
    return pd.DataFrame(rows, columns=None if rows else columns, dtype=object)


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


def _failure(address: Path) -> State | None:
    path = address / "failure.json"
    if not path.is_file():
        return None
    return "breached" if read_json(path).get("exit_code") == _BREACH else "failed"


def _planned_title(name: str) -> Mapping[str, str]:
    """A missing report's title, as its params file has it; empty where nothing readable is there."""
    try:
        data = read_yaml(project_root() / "params" / f"{name}.yaml").data
    except RetroError:
        return {}
    title = data.get("short_title") or data.get("title")
    return {"zh": title, "en": title} if isinstance(title, str) else title or {}


def _local(moment: str | None) -> pd.Timestamp | None:
    """A moment of the params as the tables' columns have it: local wall clock without a zone."""
    return None if moment is None else pd.Timestamp(moment).tz_localize(None)
