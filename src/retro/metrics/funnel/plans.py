"""Plans: choose the fastest exact way of following a path on an engine."""

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import ibis

from retro.errors import MetricError
from retro.metrics.funnel.cascade import ENGINES, cascade
from retro.metrics.funnel.collapse import collapse
from retro.metrics.funnel.marks import Marks
from retro.metrics.funnel.reach import Reach, keep
from retro.metrics.funnel.rules import Plan
from retro.metrics.funnel.running import running


@contextmanager
def follow(marks: Marks) -> Iterator[Reach]:
    """Follow the path of `marks` by the best plan; what it keeps is let go when the context closes.

    Raises:
        MetricError: The plan that was asked for would not be exact, or the engine cannot run it.
    """
    with ExitStack() as kept:
        if marks.rules.exclusions and marks.rules.on_exclusion == "drop":
            yield _without_spoilt(marks, kept)
        else:
            yield _follow(marks, kept)


def choose_plan(marks: Marks) -> Plan:
    """The plan that `rules` name, or the fastest exact one."""
    rules = marks.rules
    needs_instants = (
        rules.mode == "strict" or bool(rules.exclusions) or (rules.ties == "allow" and not marks.path.disjoint)
    )
    if rules.plan == "auto":
        return "collapse" if needs_instants else "asof" if marks.engine in ENGINES else "running"
    if rules.plan != "collapse" and needs_instants:
        raise MetricError(
            f"funnel: plan must be 'collapse' where steps share events or an event is excluded, got {rules.plan!r}."
        )
    if rules.plan == "asof" and marks.engine not in ENGINES:
        raise MetricError(f"funnel: plan 'asof' needs one of the engines {', '.join(ENGINES)}, got {marks.engine!r}.")
    return rules.plan


def _follow(marks: Marks, kept: ExitStack) -> Reach:
    plan = choose_plan(marks)
    if plan == "asof":
        return cascade(marks, kept)
    wide = collapse(marks) if plan == "collapse" else running(marks)
    return Reach(marks, wide=keep(wide, marks, kept))


def _without_spoilt(marks: Marks, kept: ExitStack) -> Reach:
    """Leave out the units whose every furthest path is touched by an excluded event.

    A path that ends between the steps of an exclusion is touched by an excluded event until its window closes, since
    nobody knows that the next step would have come before it.
    """
    free = dataclasses.replace(marks, rules=dataclasses.replace(marks.rules, exclusions=()))
    furthest = _follow(free, kept).furthest()
    clean = keep(_with_next_excluded(marks, collapse(marks)), marks, kept)
    lengths = range(1, len(marks.path) + 1)
    ends = clean.group_by("unit").aggregate(
        **{f"ends_{steps}": ibis.ifelse(_ends_untouched(marks, clean, steps), 1, 0).max() for steps in lengths}
    )
    both = furthest.join(ends, "unit")
    unspoilt = both.filter(ibis.or_(*[(both.steps == steps) & (both[f"ends_{steps}"] == 1) for steps in lengths]))
    return Reach(marks, wide=clean.semi_join(unspoilt, "unit"))


def _ends_untouched(marks: Marks, moment: ibis.Table, steps: int) -> ibis.Value:
    """Whether a path ends at a moment, without an excluded event before its window closes."""
    start = moment[f"start_{steps - 1}"]
    untouched = start.notnull()
    for column, exclusion in zip(marks.excluded, marks.rules.exclusions, strict=True):
        if exclusion.from_step <= steps < exclusion.to_step:
            following = moment[f"next_{column}"]
            untouched &= following.isnull() | ~marks.period.in_time(following, start)
    return untouched


def _with_next_excluded(marks: Marks, moments: ibis.Table) -> ibis.Table:
    """The moments with that of the next excluded event of each sort."""
    later = ibis.window(group_by=list(marks.keys), order_by="at", rows=(1, None))
    following = {
        f"next_{column}": ibis.ifelse(moments[column] > 0, moments.at, ibis.null("timestamp")).min().over(later)
        for column in marks.excluded
    }
    return moments.mutate(**following)
