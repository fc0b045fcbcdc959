"""Lint: what the reports of a period say against each other, in their params and in what they recorded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations, product

from retro.campaigns import CampaignParams
from retro.campaigns.quarter import Quarter, Taken
from retro.campaigns.review import Action
from retro.campaigns.stated import StatedClaim
from retro.ledger import Entry
from retro.ledger.reported import Reported
from retro.sections.scorecard import status
from retro.sections.stated import Measured, claim_outcome
from retro.statements import names_of


@dataclass(frozen=True)
class Conflict:
    """Two places of a period's params or figures that do not fit together.

    Attributes:
        kind: `target`, `figure`, `stated`, `claim`, `twice` (an action), `worth`, `lever`, `days` (of a
            neighbouring campaign), or `unlisted` (a campaign).
        where: File and key.
        against: The other file and key; for a campaign that is not listed, its name.
        here: What stands there; empty where that says nothing more.
        there: What stands in the other place.
    """

    kind: str
    where: str
    against: str
    here: str = ""
    there: str = ""

    def __str__(self) -> str:
        """One line: where, what, rule, what was found, what to do."""
        return _LINES[self.kind].format(self)


_VALUES = "{0.where} must have one value, got {0.here} here and {0.there} in {0.against}."
_AGAIN = "{0.where} must be another action than {0.against}, got the same {0.here}: "

_LINES = {
    **dict.fromkeys(("target", "figure", "stated"), _VALUES),
    "claim": "{0.where} must be answered as {0.against} is, got {0.here} here and {0.there} there. "
    "Say it once, or of the same days and figures.",
    "twice": f"{_AGAIN}it is said twice. Leave it in one.",
    "worth": f"{_AGAIN}its worth of {{0.there}} is counted twice. Leave it in one.",
    "lever": "{0.where}.direction must agree with {0.against}, got {0.here} here and {0.there} there. Decide on one.",
    "days": "{0.where} must say the same as {0.against}, got {0.here} here and {0.there} there. "
    "Campaigns that share days are estimated together, by both.",
    "unlisted": "{0.where} must list every campaign of the period, got no {0.against}. "
    "Its cost and contribution are missing from the sums.",
}


def lint(reports: Sequence[Reported]) -> list[Conflict]:
    """Find what does not fit together.

    - Targets of one figure that differ, also of a quarter's goal and the report that answers it.
    - Actions that are the same in two files, whose worth would be counted twice, and actions that pull one lever both
      ways.
    - Campaigns of a quarter that it does not list.
    - Campaigns whose days, anticipation or settling are others in a neighbour's file than in their own.
    - Figures of one name and window with two values, also of a quarter and the report that it took them over from, and
      stated figures of one name with two values.
    - Claims that are confirmed in one report and contradicted in another, or reach a target here that another report of
      the same days, or the quarter that takes the figure over, has as missed.
    """
    found: list[Conflict] = []
    for one, other in combinations(reports, 2):
        found += _targets(one, other)
        found += _actions(one, other)
        found += _values(one, other)
        found += _claims(one, other)
    for one, other in permutations(reports, 2):
        found += _days(one, other)
        found += _reached(one, other)
    for quarter in reports:
        if isinstance(quarter.params, Quarter):
            found += _answers(quarter, quarter.params, reports)
            found += _unlisted(quarter, quarter.params, reports)
    return found


def _targets(one: Reported, other: Reported) -> Iterator[Conflict]:
    """Targets of one figure that differ, where both files judge the same days by it."""
    for name, target in one.params.targets.items():
        rival = other.params.targets.get(name)
        if rival is not None and rival != target and _same_days(one, other):
            yield _clash("target", (one, f"targets.{name}", target), (other, f"targets.{name}", rival))


def _answers(quarter: Reported, params: Quarter, reports: Sequence[Reported]) -> Iterator[Conflict]:
    """Goals of a quarter whose target, or whose figure, is another one in the report that answers them."""
    by_name = {report.name: report for report in reports}
    for goal, taken in params.taken.items():
        report, target = by_name.get(taken.report), params.targets.get(goal)
        rival = None if report is None else report.params.targets.get(taken.figure)
        if report is not None and target is not None and rival is not None and rival != target:
            yield _clash("target", (quarter, f"targets.{goal}", target), (report, f"targets.{taken.figure}", rival))
        here, there = quarter.ledger.get(goal), None if report is None else report.ledger.get(taken.figure)
        if report is not None and here is not None and there is not None and _differ(here, there):
            yield _clash("figure", (quarter, goal, here.value), (report, taken.figure, there.value))


def _actions(one: Reported, other: Reported) -> Iterator[Conflict]:
    for (place, action), (rival_place, rival) in product(
        enumerate(one.params.actions), enumerate(other.params.actions)
    ):
        here, there = f"{one.file}: actions.{place}", f"{other.file}: actions.{rival_place}"
        if likeness := _likeness(action, rival):
            worth = f"{action.worth:,}" if action.worth else ""
            yield Conflict("worth" if worth else "twice", here, there, likeness, worth)
        if action.lever and action.lever == rival.lever and action.direction != rival.direction:
            yield Conflict("lever", here, there, f"{action.lever}: {action.direction}", rival.direction)


def _likeness(action: Action, rival: Action) -> str:
    """In what two actions are the same one; empty where they differ."""
    if action.what == rival.what:
        return "wording"
    told = (action.owner, action.due, action.worth) == (rival.owner, rival.due, rival.worth)
    return "owner, day and worth" if told and action.worth is not None else ""


def _values(one: Reported, other: Reported) -> Iterator[Conflict]:
    """Figures of one name with two values: recorded over the same days, or stated."""
    if _same_days(one, other):
        for entry in one.ledger.entries:
            rival = other.ledger.get(entry.name)
            if rival is not None and _differ(entry, rival):
                yield _clash("figure", (one, entry.name, entry.value), (other, entry.name, rival.value))
    stated, rivals = one.params.stated.figures, other.params.stated.figures
    for name in stated.keys() & rivals.keys():
        if stated[name] != rivals[name]:
            key = f"stated.figures.{name}"
            yield _clash("stated", (one, key, stated[name]), (other, key, rivals[name]))


def _claims(one: Reported, other: Reported) -> Iterator[Conflict]:
    """Claims of the same words, or the same relation of the same days, that one confirms and the other contradicts.

    One relation of other days is another claim: that each campaign kept to its own budget.
    """
    pairs = product(enumerate(one.params.stated.claims), enumerate(other.params.stated.claims))
    for (place, claim), (rival_place, rival) in pairs:
        same = claim.claim == rival.claim
        if _same_days(one, other) if same else claim.says == rival.says:
            here, there = _outcome(claim, one), _outcome(rival, other)
            if {here, there} == {"confirmed", "contradicted"}:
                places = f"{one.file}: stated.claims.{place}", f"{other.file}: stated.claims.{rival_place}"
                yield Conflict("claim", *places, here, there)


def _reached(one: Reported, other: Reported) -> Iterator[Conflict]:
    """Claims that a target was reached or not, where the other report's own scorecard says the opposite."""
    taken = {goal.figure: name for name, goal in _taken(other.params).items() if goal.report == one.name}
    for place, claim in enumerate(one.params.stated.claims):
        names = set(names_of(claim.relation))
        figures = {name.removeprefix("measured.") for name in names if name.startswith("measured.")}
        if len(figures) != 1 or names != {f"{family}.{name}" for family in ("measured", "target") for name in figures}:
            continue
        (figure,) = figures
        name = taken.get(figure, figure if _same_days(one, other) else "")
        goal = next((goal for goal in other.params.goals if name in other.params.targets and goal.matches(name)), None)
        if goal is None:
            continue
        here, there = _outcome(claim, one), status(other.ledger.get(name), other.params.targets[name], goal)
        if (here, there) in {("confirmed", "missed"), ("contradicted", "met")}:
            yield Conflict("claim", f"{one.file}: stated.claims.{place}", f"{other.file}: targets.{name}", here, there)


def _outcome(claim: StatedClaim, report: Reported) -> str:
    measured = {
        entry.name: Measured(entry.value, entry.unit, entry.low, entry.high)
        for entry in report.ledger.entries
        if entry.value is not None
    }
    return claim_outcome(claim, report.params, measured)


def _taken(params: CampaignParams) -> Mapping[str, Taken]:
    return params.taken if isinstance(params, Quarter) else {}


def _days(one: Reported, other: Reported) -> Iterator[Conflict]:
    """What a file says of another campaign's days, where that campaign's own file says something else."""
    told, own = one.params.roi.campaigns.get(other.params.campaign_id), other.params
    if told is None or other.params.campaign_id == one.params.campaign_id:
        return
    key = f"roi.campaigns.{own.campaign_id}"
    facts = {
        "start": (told.start, own.window.start, "start"),
        "end": (told.end, own.window.end, "end"),
        "anticipation_days": (told.anticipation_days, own.roi.anticipation_days, "roi.anticipation_days"),
        "settling_days": (told.settling_days, own.roi.settling_days, "roi.settling_days"),
    }
    for name, (here, there, theirs) in facts.items():
        if here != there:
            yield _clash("days", (one, f"{key}.{name}", here), (other, theirs, there))


def _unlisted(quarter: Reported, params: Quarter, reports: Sequence[Reported]) -> Iterator[Conflict]:
    """Campaigns that lie in the quarter, and that its sums leave out."""
    for report in reports:
        inside = params.start <= report.params.start and report.params.end <= params.end
        campaign = bool(report.params.campaign_id) and "incremental_gmv" in report.params.judged_by
        if inside and campaign and report.name not in params.reports:
            yield Conflict("unlisted", f"{quarter.file}: campaigns", report.name)


def _differ(entry: Entry, rival: Entry) -> bool:
    """Whether two figures are known and not the same."""
    return None not in (entry.value, rival.value) and entry.value != rival.value


def _same_days(one: Reported, other: Reported) -> bool:
    return (one.params.start, one.params.end) == (other.params.start, other.params.end)


def _clash(kind: str, one: tuple[Reported, str, object], other: tuple[Reported, str, object]) -> Conflict:
    (here, key, value), (there, rival_key, rival) = one, other
    return Conflict(kind, f"{here.file}: {key}", f"{there.file}: {rival_key}", _said(value), _said(rival))


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
