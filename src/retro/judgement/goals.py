"""Goals: result, cause and action of every target, and what the last report's actions achieved."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from retro.blocks import Cell, Column, Table
from retro.blocks.model import Tone
from retro.campaigns import Goal
from retro.campaigns.review import Action
from retro.figures import known
from retro.i18n import Text
from retro.judgement.outcomes import outcomes
from retro.ledger import Entry, Ledger
from retro.sections.scorecard import Status, aim, figure_label, goal_label, status_words, told_value
from retro.sections.section import Context, Exhibit, Finding, Located

_SIGNS: Mapping[str, Tone] = {"met": "good", "missed": "bad", "unsure": "watch"}


def goals(ledger: Ledger, context: Context, located: Mapping[str, Located] = MappingProxyType({})) -> Finding:
    """Write each target with result, status, cause and action; name missed ones without an action.

    Args:
        ledger: The report's figures.
        context: Params and texts.
        located: The causes of missed targets, where sections located them.
    """
    text, params, rows = context.text, context.params, outcomes(ledger, context)
    if not rows:
        return Finding("")
    missed = [row for row in rows if row[4] == "missed"]
    answered = {action.target for action in params.actions}
    open_ = [goal_label(name, context) for _, name, _, _, found in rows if found == "missed" and name not in answered]
    undecided = sum(row[4] not in {"met", "missed"} for row in rows)
    summary = (
        "all_undecided" if undecided == len(rows)
        else "none_missed" if not missed
        else "unanswered" if len(open_) == len(missed)
        else "summary"
    )  # fmt: skip
    sentence = text(f"review.goals.{summary}", all=len(rows), missed=len(missed), answered=len(missed) - len(open_))
    if 0 < undecided < len(rows):
        sentence += text("review.goals.undecided", undecided=undecided)
    worth = [action.worth for action in params.actions if action.worth is not None]
    if worth:
        sentence += text(
            f"review.goals.{'worth' if len(worth) < len(params.actions) else 'worth_all'}",
            count=len(worth),
            actions=len(params.actions),
            worth=text.told_money(sum(worth, Decimal(0))),
        )
    warnings = (text("review.goals.open", names=text.join(open_)),) if open_ else ()
    results = _table("results", ("goal", "result", "status"), [_result(*row, context) for row in rows], text)
    told = answered | set(located)
    plans = [_answer(name, located.get(name), context) for _, name, *_ in rows if name in told]
    columns = ("goal", "cause", *(("check",) if located else ()), "action")
    cells = [tuple(one for one, column in zip(row, _ANSWER, strict=True) if column in columns) for row in plans]
    exhibits = (Exhibit(table=_table("answers", columns, cells, text)),) if plans else ()
    return Finding(sentence, (), results, warnings=warnings, exhibits=exhibits)


def followed_up(actions: Sequence[Action], before: Ledger, after: Ledger, context: Context) -> Finding:
    """Compare the proof figure of each of the last report's actions, then and now.

    Args:
        actions: The last report's actions.
        before: Its figures.
        after: This report's figures.
        context: Params and texts.
    """
    text = context.text
    if not actions:
        return Finding("")
    rows = [(action, action_outcome(action, before.get(action.proof), after.get(action.proof))) for action in actions]
    worked = sum(outcome == "reached" for _, outcome in rows)
    sentence = text("review.follow.summary", all=len(rows), reached=worked)
    cells = tuple(
        (
            Cell(text=text.pick(action.what)),
            Cell(text=text("review.follow.by", owner=text.pick(action.owner), due=text.day(action.due))),
            Cell(text=_label(action.proof, context)),
            Cell(text=_then(before.get(action.proof), text)),
            Cell(text=_then(after.get(action.proof), text)),
            Cell(text=text.value(action.aim, _unit(action, before, after)) if action.aim is not None else ""),
            Cell(text=text(f"review.follow.{outcome}"), tone=_TONES[outcome]),
        )
        for action, outcome in rows
    )
    names = ("action", "owner", "proof", "before", "after", "aim", "outcome")
    columns = tuple(Column(label=text(f"review.follow.{name}")) for name in names)
    return Finding(sentence, (), Table(caption=text("review.follow.caption"), columns=columns, rows=cells))


_TONES: Mapping[str, Tone] = {"reached": "good", "moved": "watch", "alike": "watch", "worse": "bad", "unknown": ""}


def action_outcome(action: Action, before: Entry | None, after: Entry | None) -> str:
    """Whether the proof figure of an action reached its aim, moved towards it beyond chance, or did not.

    Args:
        action: The action.
        before: Its proof figure when it was decided.
        after: The figure now.

    Returns:
        `reached`, `moved`, `alike`, `worse`; `unknown` where one of the figures is missing.
    """
    if before is None or after is None or before.value is None or after.value is None:
        return "unknown"
    aim = action.aim if action.aim is not None else before.value
    one = known(action.proof)
    # An aim that was passed already says nothing of the way: it would call a collapse down to it a success.
    rising = aim >= before.value if one is None or one.better is None else one.better == "higher"
    if action.aim is not None and (after.value >= aim if rising else after.value <= aim):
        return "reached"
    from retro.metrics.intervals import difference_ends  # noqa: PLC0415 - scipy, which a run that is skipped need not load

    low, high = difference_ends(_estimate(after, after.value), _estimate(before, before.value))
    if low <= 0 <= high:
        return "alike"
    return "moved" if (low > 0) == rising else "worse"


def _estimate(entry: Entry, value: Decimal) -> tuple[float, float, float]:
    """A value with its interval; a figure that was counted is its own."""
    if entry.low is None or entry.high is None:
        return float(value), float(value), float(value)
    return float(value), float(entry.low), float(entry.high)


def _table(name: str, columns: Sequence[str], rows: Sequence[tuple[Cell, ...]], text: Text) -> Table:
    labels = tuple(Column(label=text(f"review.goals.{column}")) for column in columns)
    return Table(caption=text(f"review.goals.{name}"), columns=labels, rows=tuple(rows))


def _result(
    goal: Goal, name: str, entry: Entry | None, target: Decimal, found: Status, context: Context
) -> tuple[Cell, ...]:
    text = context.text
    lacks = context.lacking.get(goal.family, "")
    none = "review.goals.none_lacking" if lacks else "review.goals.none_of"
    result = text(none, target=aim(target, goal.unit, text), what=lacks)
    if entry is not None and entry.value is not None:
        aimed = aim(target, goal.unit, text, beside=entry)
        result = text("review.goals.of", value=told_value(entry, text), target=aimed)
    outcome = Cell(text=status_words(found, goal, context), tone=_SIGNS.get(found, ""))
    return Cell(text=goal_label(name, context)), Cell(text=result), outcome


_ANSWER = ("goal", "cause", "check", "action")


def _answer(name: str, located: Located | None, context: Context) -> tuple[Cell, ...]:
    """A goal's cause, as located and as its owner sees it, what to look at, and what will be done."""
    text, actions = context.text, [action for action in context.params.actions if action.target == name]
    clauses = text("chart.clause").join
    seen = clauses([text.pick(action.cause) for action in actions if action.cause is not None])
    if located is not None:
        found = text.join(list(located.causes)) or text("review.goals.spread")
        seen = text("review.goals.seen", found=found, seen=seen) if seen else found
    checks = clauses(list(located.checks)) if located is not None else ""
    plans = clauses([_plan(action, context) for action in actions])
    cells = (goal_label(name, context), seen, checks, plans)
    return tuple(Cell(text=one if text.lang == "zh" else one[:1].upper() + one[1:]) for one in cells)


def _plan(action: Action, context: Context) -> str:
    text = context.text
    words = text(
        "review.goals.plan", what=text.pick(action.what), owner=text.pick(action.owner), due=text.day(action.due)
    )
    if action.worth is not None:
        words += text("review.goals.plan_worth", worth=text.told_money(action.worth))
    return words + text("review.goals.plan_proof", proof=_label(action.proof, context))


def _label(name: str, context: Context) -> str:
    known = any(goal.matches(name) for goal in context.params.goals)
    return goal_label(name, context) if known else figure_label(name, context.text)


def _then(entry: Entry | None, text: Text) -> str:
    if entry is None or entry.value is None:
        return ""
    interval = text.interval(entry.low, entry.high, entry.unit)
    value = text.value(entry.value, entry.unit)
    return text("review.follow.estimate", value=value, interval=interval) if interval else value


def _unit(action: Action, before: Ledger, after: Ledger) -> str:
    entry = after.get(action.proof) or before.get(action.proof)
    return entry.unit if entry is not None else "ratio"
