"""Figures that other reports recorded; a quarter is made from those of its campaigns."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from retro.campaigns import CampaignParams, load_params
from retro.errors import RetroError
from retro.files import project_root, read_json, read_yaml, shown
from retro.ledger import Ledger, read_ledger
from retro.report.reaching import as_read
from retro.sources import find_source, load_source
from retro.sources.seen_now import seen_in_files

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
        current: Whether its own source still holds that data; False where only a server can tell.
    """

    name: str
    state: State
    params: Mapping[str, Any] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    fingerprint: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    later: Ledger = field(default_factory=Ledger)
    current: bool = False

    @property
    def content(self) -> dict[str, Any]:
        """Everything that a page can show of it, for the hash of a run's input."""
        entries, later = ([one.model_dump(mode="json") for one in of.entries] for of in (self.ledger, self.later))
        return {"name": self.name, "state": self.state, "params": dict(self.params), "entries": entries, "later": later,
                "fingerprint": self.fingerprint, "title": dict(self.title), "current": self.current}  # fmt: skip


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
    """What the reports that this one is made from have recorded, in the order of its params.

    The campaigns of a year's quarters come after them, as each quarter was asked.
    """
    own = {name: read_recorded(name, reports) for name in params.reports}
    listed = [name for review in params.reviews for name in own[review].params.get("campaigns", ())]
    further = {name: read_recorded(name, reports) for name in listed if name not in own}
    held: _Held = {}
    return tuple(replace(one, current=_current(one, held)) for one in (*own.values(), *further.values()))


def previous_ledger(params: CampaignParams, reports: Path) -> Ledger:
    """The figures of the last comparable campaign; empty where none is named or it has no report yet."""
    if params.previous is None:
        return Ledger()
    path = reports / params.previous / "latest" / "ledger.json"
    return read_ledger(path) if path.is_file() else Ledger()


_Held: TypeAlias = dict[tuple[Path, dt.datetime | None], str | None]
"""What each source holds, from a moment on."""


def _current(one: Recorded, held: _Held) -> bool:
    """Whether a report's own source still holds the data of its figures; `held` keeps what each source holds."""
    if one.state != "recorded":
        return False
    try:
        path = project_root() / "params" / f"{one.name}.yaml"
        source = load_source(file := find_source(path))
        if source.by_days:
            source = as_read(source, load_params(path, zone=source.zone))
        if (key := (file, source.since)) not in held:
            held[key] = seen_in_files(source, shown(file))
    except RetroError:  # its params or data are gone, or cannot be read
        return False
    return held[key] == one.fingerprint


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
