"""KPIs of all reports by domain: target, owner, frequency, last value and trend, from params and ledgers alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from retro.campaigns import CAMPAIGN_TYPES, Goal
from retro.errors import RetroError
from retro.figures import figure
from retro.files import read_json, read_yaml
from retro.i18n import Text, load_text
from retro.ledger import Entry as Recorded
from retro.ledger import Ledger, read_ledger
from retro.publish.entries import Entry, line_points
from retro.sections.scorecard import Status, aim, figure_label, status, told_value

DOMAINS: Mapping[str, Sequence[str]] = read_yaml(Path(__file__).parent / "domains.yaml").data
"""The families of figures of each domain, in the order of the page."""

OTHER = "other"
"""The domain of a family that the file does not name."""

_PERIODS = ("month", "quarter", "year")
"""Kinds that are reviewed as often as their period comes; others when they are held."""


@dataclass(frozen=True)
class Reading:
    """A KPI as one report recorded it.

    Attributes:
        entry: The report.
        target: What was aimed at.
        found: What was recorded; None where nothing was.
        status: What its scorecard says of it.
        owner: Who answers for it, or for the action on its miss; empty where the params do not say.
        every: How often it is looked at; empty where the params do not say.
    """

    entry: Entry
    target: Decimal
    found: Recorded | None
    status: Status
    owner: str | Mapping[str, str] = ""
    every: str = ""


@dataclass(frozen=True)
class Kpi:
    """A figure that reports of one kind have a target for.

    Attributes:
        name: The figure.
        kind: The campaign type.
        goal: The figure as the registry has it.
        readings: What its reports recorded, oldest first.
    """

    name: str
    kind: str
    goal: Goal
    readings: Sequence[Reading]

    @property
    def last(self) -> Reading:
        """Its newest reading."""
        return self.readings[-1]

    @property
    def domain(self) -> str:
        """The domain that it belongs to."""
        return next((name for name, families in DOMAINS.items() if self.goal.family in families), OTHER)

    @property
    def _known(self) -> list[Decimal]:
        values = (one.found.value for one in self.readings if one.found is not None)
        return [value for value in values if value is not None]

    @property
    def points(self) -> Sequence[tuple[float, float]]:
        """Where its values stand in a box of 96 by 24, oldest first; none of fewer than two."""
        return line_points([float(value) for value in self._known])

    def said(self, text: Text) -> list[str]:
        """What a row of the page says: KPI, last value, target, status, kind, trend, owner, frequency."""
        last, edition = self.last, self.last.entry.edition
        text = load_text(text.lang, edition.currency) if edition is not None else text
        every = self.last.every or (self.kind if self.kind in _PERIODS else "")
        return [
            figure_label(self.name, text),
            told_value(last.found, text) if last.found is not None else "",
            aim(last.target, self.goal.unit, text, beside=last.found),
            text(f"status.{last.status}"),
            text.label("index.kind", self.kind),
            self._trend(text),
            text.pick(last.owner) if last.owner else "",
            text(f"every.{every}") if every else text("index.kpis.each"),
        ]

    def _trend(self, text: Text) -> str:
        """Whether it rose since the reading before, and whether that is better; a single one has no trend."""
        known = self._known
        if len(known) < 2:  # noqa: PLR2004 - one value is no trend
            return text("index.kpis.first")
        if known[-1] == known[-2]:
            return text("index.kpis.same")
        rises = known[-1] > known[-2]
        words = text(f"index.kpis.{'up' if rises else 'down'}")
        if self.goal.better is None:
            return words
        better = rises == (self.goal.better == "higher")
        return text(f"index.kpis.{'better' if better else 'worse'}", trend=words)


def kpis(entries: Sequence[Entry], reports: Path) -> list[Kpi]:
    """The KPIs of all reports: every target, by figure and kind; those of variants are none.

    Args:
        entries: The reports.
        reports: Where they lie.
    """
    found: dict[tuple[str, str], list[Reading]] = {}
    goals: dict[tuple[str, str], Goal] = {}
    made = [entry for entry in entries if entry.edition is not None and not entry.is_variant]
    made.sort(key=lambda entry: (entry.edition.period_end, entry.place) if entry.edition else ())
    for entry in made:
        for name, goal, reading in _readings(entry, reports):
            found.setdefault((name, entry.kind), []).append(reading)
            goals[name, entry.kind] = goal
    return [Kpi(name, kind, goals[name, kind], readings) for (name, kind), readings in found.items()]


def by_domain(found: Sequence[Kpi]) -> list[tuple[str, list[Kpi]]]:
    """KPIs by domain, in the order of the file; domains without any are left out."""
    groups = ((name, [one for one in found if one.domain == name]) for name in (*DOMAINS, OTHER))
    return [(name, own) for name, own in groups if own]


def _readings(entry: Entry, reports: Path) -> Iterator[tuple[str, Goal, Reading]]:
    """The targets of a report; none where its records are of another version."""
    latest = reports / entry.place / "latest"
    kind = CAMPAIGN_TYPES.get(entry.kind)
    if kind is None:
        return
    try:
        params = read_json(latest / "params.json")
        ledger = read_ledger(latest / "ledger.json") if (latest / "ledger.json").is_file() else Ledger()
    except RetroError:
        return
    goals = [figure(name) for name in kind.judged_by]
    answers: dict[str, str | Mapping[str, str]] = {one.target: one.owner for one in entry.actions if one.target}
    for name, target in _targets(params).items():
        goal = next((one for one in goals if one.matches(name)), None)
        if goal is not None:
            one, owned = ledger.get(name), (params.get("kpis") or {}).get(name) or {}
            judged = status(one, target, goal)
            owner = owned.get("owner") or answers.get(name, "")
            yield name, goal, Reading(entry, target, one, judged, owner, owned.get("every", ""))


def _targets(params: Any) -> dict[str, Decimal]:  # noqa: ANN401 - whatever the file holds
    """Targets as numbers; what is no number was never one."""
    targets: dict[str, Decimal] = {}
    given = params.get("targets") if isinstance(params, dict) else None
    for name, value in (given or {}).items() if isinstance(given, dict) else ():
        try:
            targets[name] = Decimal(str(value))
        except InvalidOperation:
            continue
    return targets
