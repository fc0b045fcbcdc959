"""Blocks around the figures: last actions, moved targets, comments, signatures."""

from collections.abc import Sequence

from retro.blocks import Block, Callout, Cell, Column, Heading, Paragraph, Table, spans
from retro.campaigns import CampaignParams
from retro.i18n import Text
from retro.judgement import Conflict, followed_up, goals
from retro.ledger import Ledger
from retro.ledger.reported import Reported
from retro.report.locked import Review
from retro.sections import Context
from retro.sections.scorecard import goal_label
from retro.sections.section import Finding


def opening(review: Review, before: Ledger, after: Ledger, context: Context) -> tuple[Block, ...]:
    """Blocks on the last report's actions, which open a report; none without actions."""
    found = followed_up(review.actions, before, after, context)
    if not found.sentence:
        return ()
    return (Heading(level=2, spans=spans(context.text("review.follow.title"))), *_shown(found))


def moved_targets(review: Review, context: Context) -> tuple[Block, ...]:
    """Blocks on targets that changed after the start; none without changes."""
    text, params = context.text, context.params
    if not review.changes:
        return ()
    parts = [
        text(
            "review.moved.one",
            goal=goal_label(change.name, context),
            before=_aim(change.before, change.name, params, text),
            after=_aim(change.after, change.name, params, text),
        )
        for change in review.changes
    ]
    day = text.day(params.targets_set_on) if params.targets_set_on else ""
    return (_callout(text("review.moved.summary", day=day, parts=text("chart.clause").join(parts))),)


def goal_blocks(ledger: Ledger, context: Context, findings: Sequence[Finding]) -> tuple[Block, ...]:
    """Goal, result, cause, action; the causes as the report's sections located them."""
    located = {name: where for finding in findings for name, where in finding.located.items()}
    found = goals(ledger, context, located)
    if not found.sentence:
        return (Paragraph(spans=spans(context.text("review.goals.none"))),)
    return tuple(_shown(found))


def conflict_blocks(conflicts: Sequence[Conflict], reports: Sequence[Reported], text: Text) -> tuple[Block, ...]:
    """Blocks on what the reports of a period say against each other."""
    unmade = sum(not one.ledger.entries for one in reports)
    left = text("review.lint.unmade", count=unmade) if unmade else ""
    if not conflicts:
        return (Paragraph(spans=spans(text("review.lint.none", count=len(reports)) + left)),)
    columns = tuple(Column(label=text(f"review.lint.{name}")) for name in ("kind", "where", "against"))
    rows = []
    for one in conflicts:
        here, there = one.here, one.there
        if one.kind == "claim":
            here, there = (text(f"review.lint.outcomes.{outcome}") for outcome in (here, there))
        places = (f"{one.where} ({here})", f"{one.against} ({there})") if there else (one.where, one.against)
        rows.append(tuple(Cell(text=words) for words in (text(f"review.lint.kinds.{one.kind}"), *places)))
    said = Paragraph(spans=spans(text("review.lint.found", count=len(conflicts), reports=len(reports)) + left))
    table = Table(caption=text("review.lint.caption"), columns=columns, rows=tuple(rows))
    return (Callout(tone="warning", blocks=(said,)), table)


def comment(section: str, params: CampaignParams, text: Text) -> tuple[Block, ...]:
    """The owner's comment on a section; nothing where there is none."""
    if section not in params.comments:
        return ()
    words = Paragraph(spans=spans(text.pick(params.comments[section])))
    return (Callout(tone="note", title=text("review.comment"), blocks=(words,)),)


def signatures(params: CampaignParams, text: Text) -> tuple[str, ...]:
    """Who stands for the report, one line; nothing where nobody has signed."""
    if not params.signed_off:
        return ()
    names = [
        text("review.signature", role=text.pick(one.role), name=text.pick(one.name), day=text.day(one.on))
        for one in params.signed_off
    ]
    return (text("review.signed", names=text.join(names)),)


def _aim(value: object, name: str, params: CampaignParams, text: Text) -> str:
    unit = next((goal.unit for goal in params.goals if goal.matches(name)), "ratio")
    return text.value(value, unit) if value is not None else text("review.moved.no_target")


def _callout(sentence: str) -> Block:
    return Callout(tone="warning", blocks=(Paragraph(spans=spans(sentence)),))


def _shown(found: Finding) -> Sequence[Block]:
    said = Callout(tone="finding", blocks=(Paragraph(spans=spans(found.sentence.strip())),))
    tables = (found.table, *(exhibit.table for exhibit in found.exhibits))
    warned = (_callout(warning) for warning in found.warnings)
    return (said, *warned, *(table for table in tables if table is not None))
