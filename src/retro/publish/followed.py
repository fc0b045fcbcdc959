"""Actions of all reports, and what became of each."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retro.campaigns.review import Action
from retro.errors import RetroError
from retro.i18n import Text, load_text
from retro.judgement import Edition, looking_again
from retro.judgement.goals import action_outcome
from retro.ledger import Entry as Figure
from retro.ledger import Ledger, Unit, read_ledger
from retro.publish.entries import Entry
from retro.sections.scorecard import aim, figure_label


@dataclass(frozen=True)
class Decided:
    """An action of a report.

    Attributes:
        entry: The report that decided it.
        action: The action.
        then: Its proof figure when it was decided; None where it was not recorded.
        follower: The report that looked at it again, as `retro.judgement.looking_again` orders them; None where none
            has.
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
        unit: Unit = next((one.unit for one in (self.then, self.now) if one is not None), "ratio")
        return [
            text.pick(action.what),
            text.pick(action.owner),
            text.day(action.due),
            text.value(action.worth, "money") if action.worth is not None else "",
            figure_label(action.proof, text),
            text.value(self.then.value, unit) if self.then else "",
            aim(action.aim, unit, text, beside=self.now or self.then),
            text.value(self.now.value, unit) if self.now else "",
            text("index.actions.open") if self.outcome == "open" else text(f"review.follow.{self.outcome}"),
        ]


def decided(entries: Sequence[Entry], reports: Path) -> list[Decided]:
    """The actions of all reports, by the day on which they are due; those of variants are no decisions.

    Args:
        entries: The reports.
        reports: Where they lie.
    """
    places = {entry.place: entry for entry in entries if not entry.is_variant}
    editions = {place: edition for place, one in places.items() if (edition := _edition(one)) is not None}
    figures = functools.cache(lambda place: _figures(places[place], reports))
    found = []
    for place, entry in places.items():
        own = editions.get(place)
        for action in entry.actions:
            again = looking_again(own, action.due, editions.values()) if own is not None else ()
            seen = next((one for one in again if _known(figures(one).get(action.proof))), None)
            then, now = figures(place).get(action.proof), figures(seen).get(action.proof) if seen else None
            outcome = action_outcome(action, then, now) if seen else "open"
            found.append(Decided(entry, action, then, places[seen] if seen else None, now, outcome))
    return sorted(found, key=lambda one: one.due)


def _edition(entry: Entry) -> Edition | None:
    """A report in the order of editions; None where it has none yet."""
    if entry.edition is None:
        return None
    return Edition(entry.place, entry.kind, entry.edition.period_start, entry.edition.period_end, entry.previous)


def _known(figure: Figure | None) -> bool:
    return figure is not None and figure.value is not None


def _figures(entry: Entry, reports: Path) -> Mapping[str, Figure]:
    """What a report recorded; nothing where that cannot be read."""
    path = reports / entry.place / "latest" / "ledger.json"
    try:
        ledger = read_ledger(path) if path.is_file() else Ledger()
    except RetroError:
        return {}
    return {one.name: one for one in ledger.entries}
