"""The verdict: three to five sentences that a manager reads first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from retro.blocks import gist
from retro.campaigns import Goal
from retro.judgement.outcomes import Outcome, outcomes
from retro.ledger import Entry, Ledger
from retro.sections.scorecard import aim, goal_label, told_value
from retro.sections.section import Context, Decision, Finding

_MOST_FINDINGS = 3
"""Findings in the verdict; with targets and advice it stays at five sentences."""


@dataclass(frozen=True)
class Told:
    """What the verdict tells.

    Attributes:
        first: Money and advice where money is judged, else the first finding; empty where nothing was found.
        step: The next step.
        found: What the findings propose of it, where the rest only repeats an action of the params; else empty.
        why: What the first lines rest on, and what became of the targets.
        judged: Whether the first lines judge money.
        decision: What the first lines decide, as the first of the actions.
        planned: Whether the step is the action that is worth most, as the params have it.
    """

    first: tuple[str, ...]
    step: str
    why: tuple[str, ...]
    judged: bool = False
    planned: bool = False
    decision: Decision | None = None
    found: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it in reading order: a judged campaign's step stands before the reasons."""
        return (*self.first, self.step, *self.why) if self.judged else (*self.first, *self.why, self.step)


def verdict(findings: Mapping[str, Finding], ledger: Ledger, context: Context) -> Told:
    """Write the verdict: money, advice and next step; then why, and the targets.

    A campaign whose money is judged says so first, then what to do about it and the next step. Its return is not told
    a second time below.

    Args:
        findings: The report's findings by section, in its order. The kind's `headlines` come first.
        ledger: The report's figures.
        context: Params and texts.
    """
    heard = _heard(findings, context)
    judged_targets = outcomes(ledger, context)
    if context.params.found_in_data:  # days that were chosen for their sales say nothing of an effect
        judged: tuple[str, ...] = (context.text("verdict.found_in_data"),)
        decision = None
    else:
        shown = any(one.shown for one in findings.values())
        judging = next((one for one in findings.values() if one.judged), Finding(""))
        judged, decision = (shown and judging.judged_beside) or judging.judged, judging.decision
    telling = [finding for finding in heard if not finding.judged]
    headlines = [sentence for finding in telling for sentence in _words(finding) if sentence]
    decisions = [sentence for finding in findings.values() for sentence in finding.decisions]
    left = max(0, _MOST_FINDINGS - len(decisions)) if heard and heard[0].decisions else _MOST_FINDINGS
    why = (*decisions, *headlines[:left], *_targets(judged_targets, context))
    planned = bool(judged and context.params.actions)
    found, further = ("", "") if planned else _next(heard, findings, judged_targets, context)
    step = _action(context, proved=_proved(findings)) if planned else found + further
    if planned and decision is not None and decision.stops:
        step = context.text("advice.again", what=step.removeprefix(context.text("advice.next")))
    if judged:
        return Told(tuple(filter(None, judged)), step, why, judged=True, planned=planned, decision=decision)
    acting = _action(context) if context.params.actions else ""
    again = acting and acting.removeprefix(context.text("advice.next")) in further
    return Told(why[:1], step, why[1:], planned=step == acting, found=found if again else "")


def _heard(findings: Mapping[str, Finding], context: Context) -> list[Finding]:
    """The findings that the verdict tells: of the kind's headlines; where the data covers none, what it does cover."""
    own = [findings[name] for name in context.params.headlines if name in findings]
    telling = [finding for finding in own if finding.has_figures or finding.headline or finding.decisions]
    others = [finding for finding in findings.values() if finding.covered and finding.has_figures]
    return telling or [finding for finding in own if finding.covered] or others[:1] or own


def _words(finding: Finding) -> tuple[str, ...]:
    """What a finding adds to the grounds: the gist of its headlines, else of its sentence."""
    said = finding.headline or (() if finding.decisions else (finding.sentence,))
    return tuple(map(gist, said))


def _next(
    heard: Sequence[Finding],
    findings: Mapping[str, Finding],
    judged: Sequence[Outcome],
    context: Context,
) -> tuple[str, str]:
    """The next steps proposed by the verdict's findings, and by the sections of missed targets or the params."""
    missed = [name for _, name, _, _, outcome in judged if outcome == "missed"]
    steps = [one.next_step for name in missed for one in findings.values() if one.next_step and _records(one, name)]
    mending = steps[:1]
    proposed = [finding.next_step for finding in heard if finding.next_step and finding.next_step not in mending][:1]
    if not mending and (judged or not proposed):
        mending = [_advice(judged, context, proved=_proved(findings))]
    text = context.text
    also = (
        [text("advice.also", step=step.removeprefix(text("advice.next"))) for step in mending] if proposed else mending
    )
    return "".join(proposed), "".join(also)


def _records(finding: Finding, name: str) -> bool:
    return any(entry.name == name for part in (finding, *finding.parts) for entry in part.entries)


def _targets(judged: Sequence[Outcome], context: Context) -> list[str]:
    if not judged:
        return []
    text = context.text
    met = sum(outcome == "met" for *_, outcome in judged)
    sentence = text("verdict.targets", met=met, all=len(judged))
    found = [(row, "lacking" if _lacks(row, context) else row[4]) for row in judged]
    for outcome in ("missed", "unsure", "unobserved", "lacking"):
        names = [_beside_target(*row[:4], context) for row, own in found if own == outcome]
        if names:
            sentence += text(f"verdict.{outcome}", figures=text.join(names))
    return [sentence + text("verdict.stop")]


def _lacks(row: Outcome, context: Context) -> str:
    """What the shop lacks for a figure that has no value."""
    return context.lacking.get(row[0].family, "") if row[4] == "unobserved" else ""


def _beside_target(goal: Goal, name: str, entry: Entry | None, target: Decimal, context: Context) -> str:
    text, label = context.text, goal_label(name, context)
    aimed = aim(target, goal.unit, text, beside=entry)
    if entry is None or entry.value is None:
        lacks = context.lacking.get(goal.family, "")
        return text(f"verdict.figure_{'lacking' if lacks else 'unobserved'}", label=label, target=aimed, what=lacks)
    return text("verdict.figure", label=label, value=told_value(entry, text), target=aimed)


def _action(context: Context, *, proved: bool = True) -> str:
    """The action that is worth most, or the first where none says its worth, with owner, date and worth.

    Where whether money was made cannot be told, the worth is its owner's word.
    """
    text, actions = context.text, context.params.actions
    action = max(actions, key=lambda one: one.worth or 0)
    key = "no_worth" if action.worth is None else "worth" if proved else "worth_open"
    worth = text(f"advice.{key}", amount=action.worth)
    facts = {"what": text.pick(action.what), "owner": text.pick(action.owner), "due": text.day(action.due)}
    kind = "actions_first" if action.worth is None else "actions"
    return text(f"advice.{kind}", count=len(actions), worth=worth, **facts)


def _proved(findings: Mapping[str, Finding]) -> bool:
    """Whether no section judged money and left it open."""
    return not any(finding.state == "open" for finding in findings.values())


def _advice(judged: Sequence[Outcome], context: Context, *, proved: bool) -> str:
    """The next step: the action that is worth most, else the first missed target, else keep what worked."""
    text = context.text
    if judged and context.params.actions:
        return _action(context)
    for outcome in ("missed", "unsure"):
        for _, name, _, _, found in judged:
            if found == outcome:
                return text(f"advice.{outcome}", label=goal_label(name, context))
    return text(f"advice.met{'' if proved else '_open'}" if judged else "advice.no_targets")
