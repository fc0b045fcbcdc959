"""Actions of all reports, and what became of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retro.campaigns.review import Action
from retro.errors import RetroError
from retro.i18n import Text, load_text
from retro.judgement.goals import action_outcome
from retro.ledger import Entry as Figure
from retro.ledger import Ledger, read_ledger
from retro.publish.entries import Entry
from retro.sections.scorecard import figure_label


@dataclass(frozen=True)
class Decided:
    """An action of a report.

    Attributes:
        entry: The report that decided it.
        action: The action.
        then: Its proof figure when it was decided; None where it was not recorded.
        follower: The report that looked at it again; None where none has.
        now: Its proof figure there.
        outcome: `open` where nobody has looked again; else what `retro.judgement` says: `reached`, `moved`, `alike`,
            `worse` or `unknown`.
    """

    entry: Entry
    action: Action
    then: Figure | None
    follower: Entry | None
    now: Figure | None
    outcome: str

    @property
    def done(self) -> bool:
        """Whether its proof figure reached its aim."""
        return self.outcome == "reached"

    @property
    def due(self) -> dt.date:
        """Until when it is to be done."""
        return self.action.due

    def said(self, text: Text) -> list[str]:
        """What a row of the page says: action, owner, due, worth, proof, then, aim, now, outcome."""
        action, edition = self.action, self.entry.edition
        text = load_text(text.lang, edition.currency) if edition is not None else text
        unit = next((one.unit for one in (self.then, self.now) if one is not None), "ratio")
        return [
            text.pick(action.what),
            text.pick(action.owner),
            text.day(action.due),
            text.value(action.worth, "money") if action.worth is not None else "",
            figure_label(action.proof, text),
            text.value(self.then.value, unit) if self.then else "",
            text.value(action.aim, unit) if action.aim is not None else "",
            text.value(self.now.value, unit) if self.now else "",
            text("index.actions.open") if self.outcome == "open" else text(f"review.follow.{self.outcome}"),
        ]


def decided(entries: Sequence[Entry], reports: Path) -> list[Decided]:
    """The actions of all reports, by the day on which they are due; those of variants are no decisions.

    Args:
        entries: The reports.
        reports: Where they lie.
    """
    followers = {one.previous: one for one in reversed(entries) if one.previous and not one.is_variant}
    found = []
    for entry in entries:
        if not entry.actions or entry.is_variant:
            continue
        follower, before = followers.get(entry.place), _figures(entry, reports)
        after: Mapping[str, Figure] = _figures(follower, reports) if follower else {}
        for action in entry.actions:
            then, now = before.get(action.proof), after.get(action.proof)
            outcome = action_outcome(action, then, now) if follower else "open"
            found.append(Decided(entry, action, then, follower, now, outcome))
    return sorted(found, key=lambda one: one.due)


def _figures(entry: Entry, reports: Path) -> Mapping[str, Figure]:
    """What a report recorded; nothing where that cannot be read."""
    path = reports / entry.place / "latest" / "ledger.json"
    try:
        ledger = read_ledger(path) if path.is_file() else Ledger()
    except RetroError:
        return {}
    return {one.name: one for one in ledger.entries}
