"""The brief: what decides, arranged for one sheet."""

from collections.abc import Mapping, Sequence

from retro.blocks import Brief, Figure, MoneyState, Planned, ScoreRow, Span, spans
from retro.campaigns.review import Action
from retro.i18n import Text
from retro.judgement.verdict import Told
from retro.sections.section import Context, Decision, Finding

_MOST_TILES, _LEAST_TILES, _MOST_ACTIONS = 5, 3, 3

_LONGEST_LINE, _LONGEST_ACTION, _LONGEST_NAME = 320, 120, 48
"""Characters of a line, an action and a name that the sheet holds beside everything else; the report has them whole."""


def brief(
    told: Told,
    rows: Sequence[ScoreRow],
    findings: Mapping[str, Finding],
    charts: Mapping[str, Figure],
    context: Context,
) -> Brief:
    """Arrange the first page.

    Args:
        told: What the verdict says.
        rows: The scorecard's lines, those with a target first.
        findings: The report's findings by section, in its order.
        charts: The first chart of each section that drew one, in order.
        context: Params and texts.
    """
    actions = _actions(told.decision, context)
    return Brief(
        state=_state(findings, context),
        first=tuple(_line(sentence) for sentence in told.first or (told.step,)),
        step=() if told.planned or not told.first else _line(told.found or told.step),
        why=tuple(spans(sentence.strip()) for sentence in told.why),
        tiles=_tiles(rows),
        chart=_chart(charts, findings, context),
        actions=tuple(actions[:_MOST_ACTIONS]),
        more_actions=max(len(actions) - _MOST_ACTIONS, 0),
        reservation=_line(_reservation(findings, context)),
    )


def _state(findings: Mapping[str, Finding], context: Context) -> MoneyState:
    """Whether money was made; open on days that were chosen for their sales, which prove no effect."""
    for finding in findings.values():
        if finding.state:
            return "open" if context.params.found_in_data else finding.state
    return ""


def _tiles(rows: Sequence[ScoreRow]) -> tuple[ScoreRow, ...]:
    """Figures with a target, filled up with others where they are few; a figure without a value is no tile."""
    known = [row for row in rows if row.value]
    aimed = [row for row in known if row.target][:_MOST_TILES]
    others = [row for row in known if not row.target][: max(_LEAST_TILES - len(aimed), 0)]
    return tuple(row.model_copy(update={"label": _short(row.label, _LONGEST_NAME)}) for row in (*aimed, *others))


def _chart(charts: Mapping[str, Figure], findings: Mapping[str, Finding], context: Context) -> Figure | None:
    """The chart that the kind opens with; else the first of the verdict's sections, else the first of all."""
    judging = [name for name, finding in findings.items() if finding.state]
    wanted = (*context.params.headline_charts, *context.params.headlines, *judging, *charts)
    return next((charts[name] for name in wanted if name in charts), None)


def _worth_most(actions: Sequence[Action]) -> list[Action]:
    """Actions by worth, those without one last, each in the order of the params."""
    return sorted(actions, key=lambda action: (action.worth is None, -(action.worth or 0)))


def _actions(decision: Decision | None, context: Context) -> list[Planned]:
    """What the verdict decides, then the actions of the params; after a stop these hold for another edition alone."""
    text, stops = context.text, decision is not None and decision.stops
    planned = [_planned(action, text, again=stops) for action in _worth_most(context.params.actions)]
    return planned if decision is None else [_decided(decision, context), *planned]


def _decided(decision: Decision, context: Context) -> Planned:
    text, by = context.text, context.params.decision
    return Planned(
        what=_short(decision.what, _LONGEST_ACTION),
        owner=_short(text.pick(by.owner), _LONGEST_NAME) if by.owner is not None else text("advice.no_owner"),
        due=text.day(by.due) if by.due is not None else text("advice.no_day"),
        worth=decision.worth,
    )


def _planned(action: Action, text: Text, *, again: bool) -> Planned:
    what = text.pick(action.what)
    return Planned(
        what=_short(text("advice.again", what=what) if again else what, _LONGEST_ACTION),
        owner=_short(text.pick(action.owner), _LONGEST_NAME),
        due=text.day(action.due),
        worth="" if action.worth is None else text.told_money(action.worth),
    )


def _reservation(findings: Mapping[str, Finding], context: Context) -> str:
    """What speaks most against the verdict: days found in the data, then the sections that it rests on, then others."""
    if context.params.found_in_data:
        return context.text("report.found_in_data_method")
    judging = [finding for finding in findings.values() if finding.state]
    opening = [findings[name] for name in context.params.headlines if name in findings]
    for finding in (*judging, *opening, *findings.values()):
        said = finding.warnings[0] if finding.warnings else finding.reservation
        if said:
            return said
    judged = {"impact", "roi"}.intersection((*context.params.headlines, *context.params.headline_charts))
    if judged and not judging and (lacks := context.lacking.get("impact", "")):
        return context.text("verdict.unjudged_reservation", what=lacks)
    uncovered = bool(context.params.headlines) and not opening
    return context.text("verdict.uncovered_reservation" if uncovered else "verdict.no_reservation")


def _line(sentence: str) -> tuple[Span, ...]:
    """A sentence as spans, cut where the sheet could not hold it."""
    left, kept = _LONGEST_LINE, []
    for span in spans(sentence.strip()):
        if left > 0:
            kept.append(span.model_copy(update={"text": _short(span.text, left)}))
        left -= len(span.text)
    return tuple(kept)


def _short(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"
