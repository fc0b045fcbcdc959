"""Every plan of the funnel against a matcher that tries all paths."""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence

import ibis
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from retro.metrics import Exclusion, FunnelRules, funnel
from retro.metrics.funnel.entries import entries
from retro.metrics.funnel.marks import Marks, Period, mark
from retro.metrics.funnel.plans import follow
from retro.metrics.funnel.steps import read_steps
from retro.metrics.funnel.unordered import unordered

Event = tuple[str, int]
"""Name and second."""

Users = Sequence[Sequence[Event]]

ZERO = dt.datetime.fromisoformat("2025-01-10T00:00:00")
WINDOW = 5
ENTRIES_END = 10
SECONDS = 13

PATHS: dict[str, list[list[str]]] = {
    "disjoint": [["A"], ["B"], ["C"], ["D"]],
    "repeated": [["A"], ["B"], ["A"], ["B"]],
    "same": [["A"], ["A"], ["A"], ["A"]],
    "overlapping": [["A"], ["A", "B"], ["B", "C"], ["A", "C"]],
}

users_strategy = st.lists(
    st.lists(st.tuples(st.sampled_from("ABCDX"), st.integers(0, SECONDS - 1)), max_size=8), min_size=20, max_size=80
)
pytestmark = pytest.mark.slow

many = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # a failure names its user, who has few events; shrinking would take long
)


def differing(users: Users, found: Sequence[int], expected: Sequence[int]) -> list[tuple[Sequence[Event], int, int]]:
    return [case for case in zip(users, found, expected, strict=True) if case[1] != case[2]]


def paths_of(steps: Sequence[Sequence[str]], events: Sequence[Event], *, strict_ties: bool) -> Iterator[list[int]]:
    """Every path, as the places of its events in `events`; parts of longer paths come too."""

    def go_on(path: list[int]) -> Iterator[list[int]]:
        if path:
            yield path
        if len(path) == len(steps):
            return
        for place, (name, second) in enumerate(events):
            if place in path or name not in steps[len(path)]:
                continue
            if not path:
                if second < ENTRIES_END:
                    yield from go_on([place])
                continue
            before = events[path[-1]][1]
            follows = second > before if strict_ties else second >= before
            if follows and second - events[path[0]][1] <= WINDOW:
                yield from go_on([*path, place])

    yield from go_on([])


def is_clean(path: Sequence[int], events: Sequence[Event], exclusions: Sequence[Exclusion]) -> bool:
    """Whether no excluded event lies between the path's steps; at one moment with a step it comes first."""
    return not any(
        events[path[step - 1]][1] < second <= events[path[step]][1] and name == exclusion.event
        for exclusion in exclusions
        for step in range(exclusion.from_step, min(exclusion.to_step, len(path)))
        for name, second in events
    )


def furthest(steps: Sequence[Sequence[str]], events: Sequence[Event], rules: FunnelRules) -> int:
    found = paths_of(steps, events, strict_ties=rules.ties == "strict")
    return max((len(path) for path in found if is_clean(path, events, rules.exclusions)), default=0)


def table_of(engine: ibis.BaseBackend, users: Users) -> ibis.Table:
    rows = [
        {"user_id": str(user), "event": name, "occurred_at": ZERO + dt.timedelta(seconds=second)}
        for user, events in enumerate(users)
        for name, second in events
    ]
    schema = {"user_id": "string", "event": "string", "occurred_at": "timestamp"}
    return engine.create_table("walks", ibis.memtable(rows, schema=schema), temp=True, overwrite=True)


def marks_of(engine: ibis.BaseBackend, users: Users, steps: Sequence[object], rules: FunnelRules) -> Marks:
    period = Period(
        ZERO,
        ZERO + dt.timedelta(seconds=ENTRIES_END),
        ZERO + dt.timedelta(seconds=ENTRIES_END + WINDOW),
        dt.timedelta(seconds=WINDOW),
    )
    return mark(table_of(engine, users), read_steps(steps), period, rules)


def reached(engine: ibis.BaseBackend, users: Users, steps: Sequence[object], rules: FunnelRules) -> list[int]:
    with follow(marks_of(engine, users, steps, rules)) as reach:
        found = reach.furthest().execute().set_index("unit")["steps"]
    return [int(found.get(str(user), 0)) for user in range(len(users))]


def exact_plans(family: str, ties: str) -> list[str]:
    return ["asof", "running", "collapse"] if family == "disjoint" or ties == "strict" else ["collapse"]


CASES = [(family, ties, plan) for family in PATHS for ties in ("allow", "strict") for plan in exact_plans(family, ties)]


@pytest.mark.parametrize(("family", "ties", "plan"), CASES)
@given(users=users_strategy, length=st.integers(1, 4))
@many
def test_every_plan_finds_what_trying_all_paths_finds(
    engine: ibis.BaseBackend, family: str, ties: str, plan: str, users: Users, length: int
) -> None:
    rules = FunnelRules(ties=ties, plan=plan)
    steps = PATHS[family][:length]
    assert not differing(
        users, reached(engine, users, steps, rules), [furthest(steps, events, rules) for events in users]
    )


@pytest.mark.parametrize("family", PATHS)
@given(users=users_strategy)
@many
def test_conditions_that_may_overlap_are_matched_exactly(engine: ibis.BaseBackend, family: str, users: Users) -> None:
    conditions = [lambda events, names=names: events.event.isin(names) for names in PATHS[family]]
    expected = [furthest(PATHS[family], events, FunnelRules()) for events in users]
    assert not differing(users, reached(engine, users, conditions, FunnelRules()), expected)


@pytest.mark.parametrize("family", ["disjoint", "repeated", "overlapping"])
@pytest.mark.parametrize("ties", ["allow", "strict"])
@given(
    users=users_strategy,
    spans=st.lists(st.sampled_from(list(itertools.combinations(range(1, 5), 2))), min_size=1, max_size=2),
)
@many
def test_exclusions_stop_paths(
    engine: ibis.BaseBackend, family: str, ties: str, users: Users, spans: list[tuple[int, int]]
) -> None:
    names = ["X", "D"] if family != "disjoint" else ["X", "X"]
    exclusions = tuple(Exclusion(name, *span) for name, span in zip(names, spans, strict=False))
    rules = FunnelRules(ties=ties, exclusions=exclusions)
    steps = PATHS[family]
    assert not differing(
        users, reached(engine, users, steps, rules), [furthest(steps, events, rules) for events in users]
    )


def kept_after_drop(steps: Sequence[Sequence[str]], events: Sequence[Event], rules: FunnelRules) -> int:
    """The furthest path, or 0 where none as long is clean; an unfinished one also until its window closes."""
    free = list(paths_of(steps, events, strict_ties=rules.ties == "strict"))
    longest = max(map(len, free), default=0)
    clean = [path for path in free if len(path) == longest and is_clean(path, events, rules.exclusions)]
    latest: dict[int, int] = {}
    for path in clean:
        end = events[path[-1]][1]
        latest[end] = max(latest.get(end, -1), events[path[0]][1])

    def untouched(end: int, start: int) -> bool:
        return not any(
            exclusion.from_step <= longest < exclusion.to_step
            and name == exclusion.event
            and end < second <= start + WINDOW
            for exclusion in rules.exclusions
            for name, second in events
        )

    return longest if any(untouched(end, start) for end, start in latest.items()) else 0


@pytest.mark.parametrize("family", ["disjoint", "repeated"])
@given(users=users_strategy, span=st.sampled_from(list(itertools.combinations(range(1, 5), 2))))
@many
def test_exclusions_drop_users(engine: ibis.BaseBackend, family: str, users: Users, span: tuple[int, int]) -> None:
    rules = FunnelRules(exclusions=(Exclusion("X", *span),), on_exclusion="drop")
    steps = PATHS[family]
    assert not differing(
        users, reached(engine, users, steps, rules), [kept_after_drop(steps, events, rules) for events in users]
    )


def furthest_undisturbed(steps: Sequence[Sequence[str]], events: Sequence[Event]) -> int:
    """Try every order of the events that their times allow, and every run of neighbours in it."""
    moments = [
        list(itertools.permutations([name for name, at in events if at == second]))
        for second in sorted({at for _, at in events})
    ]
    times = [second for second in sorted({at for _, at in events}) for _, at in events if at == second]
    best = 0
    for order in itertools.product(*moments):
        names = [name for moment in order for name in moment]
        for begin, entered in enumerate(times):
            length = 0
            while (
                length < len(steps)
                and begin + length < len(names)
                and names[begin + length] in steps[length]
                and times[begin + length] - entered <= WINDOW
                and entered < ENTRIES_END
            ):
                length += 1
            best = max(best, length)
    return best


@pytest.mark.parametrize("family", PATHS)
@given(
    users=st.lists(
        st.lists(st.tuples(st.sampled_from("ABX"), st.integers(0, SECONDS - 1)), max_size=6), min_size=10, max_size=60
    )
)
@many
def test_strict_paths_tolerate_no_event_between(engine: ibis.BaseBackend, family: str, users: Users) -> None:
    steps = PATHS[family]
    # Events after the last possible path end are outside the period and disturb nobody.
    expected = [
        furthest_undisturbed(steps, [event for event in events if event[1] < ENTRIES_END + WINDOW]) for events in users
    ]
    assert not differing(users, reached(engine, users, steps, FunnelRules(mode="strict")), expected)


def most_in_any_order(steps: Sequence[Sequence[str]], events: Sequence[Event], excluded: str | None) -> int:
    """The largest set of steps that different events within one window can take."""
    best = 0
    for entered in [second for name, second in events if second < ENTRIES_END and any(name in step for step in steps)]:
        stops = [second for name, second in events if name == excluded and second > entered]
        end = min([entered + WINDOW, *[stop - 1 for stop in stops]])
        inside = [name for name, second in events if entered <= second <= end and name != excluded]
        best = max(best, _matching(steps, inside))
    return best


def _matching(steps: Sequence[Sequence[str]], names: Sequence[str]) -> int:
    if not steps:
        return 0
    best = _matching(steps[1:], names)
    for place, name in enumerate(names):
        if name in steps[0]:
            best = max(best, 1 + _matching(steps[1:], [*names[:place], *names[place + 1 :]]))
    return best


@pytest.mark.parametrize("family", PATHS)
@pytest.mark.parametrize("excluded", [None, "X"])
@given(users=users_strategy)
@many
def test_unordered_counts_the_largest_matching(
    engine: ibis.BaseBackend, family: str, excluded: str | None, users: Users
) -> None:
    steps = PATHS[family]
    exclusions = (Exclusion(excluded, 1, len(steps)),) if excluded else ()
    opened = unordered(marks_of(engine, users, steps, FunnelRules(mode="unordered", exclusions=exclusions)))
    found = opened.group_by("unit").aggregate(steps=opened.steps.max()).execute().set_index("unit")["steps"]
    expected = [most_in_any_order(steps, events, excluded) for events in users]
    assert not differing(users, [int(found.get(str(user), 0)) for user in range(len(users))], expected)


@pytest.mark.parametrize("family", PATHS)
@pytest.mark.parametrize("ties", ["allow", "strict"])
@pytest.mark.parametrize("spans", [(), ((2, 3),), ((1, 2), (2, 4))])
@given(users=users_strategy)
@many
def test_entries_count_every_first_step(
    engine: ibis.BaseBackend, family: str, ties: str, spans: tuple[tuple[int, int], ...], users: Users
) -> None:
    steps = PATHS[family]
    exclusions = tuple(Exclusion("X", *span) for span in spans)
    rules = FunnelRules(ties=ties, count="entries", exclusions=exclusions)
    begun = entries(marks_of(engine, users, steps, rules)).execute()
    expected = [0] * len(steps)
    soonest = [0] * len(steps)
    for events in users:
        best: dict[int, dict[int, int]] = {}
        for path in paths_of(steps, events, strict_ties=ties == "strict"):
            if is_clean(path, events, exclusions):
                done = best.setdefault(path[0], {})
                done[len(path)] = min(done.get(len(path), SECONDS), events[path[-1]][1])
        for done in best.values():
            for length, second in done.items():
                expected[length - 1] += 1
                soonest[length - 1] += second
    counts = [int(begun.loc[begun[f"done_{step}"].notna(), "entries"].sum()) for step in range(len(steps))]
    assert counts == expected
    seconds = [
        int((((begun[f"done_{step}"] - ZERO).dt.total_seconds()) * begun["entries"]).sum())
        for step in range(len(steps))
    ]
    assert seconds == soonest


@given(users=users_strategy, family=st.sampled_from(list(PATHS)))
@many
def test_first_arrivals_are_the_soonest_and_start_the_latest(
    engine: ibis.BaseBackend, family: str, users: Users
) -> None:
    steps = PATHS[family]
    with follow(marks_of(engine, users, steps, FunnelRules())) as reach:
        arrivals = reach.arrivals().execute()
    found = {
        (row.unit, row.step + 1): ((row.at - ZERO).total_seconds(), (row.entered_at - ZERO).total_seconds())
        for row in arrivals.itertuples()
    }
    expected: dict[tuple[str, int], tuple[float, float]] = {}
    for user, events in enumerate(users):
        for path in paths_of(steps, events, strict_ties=False):
            key = (str(user), len(path))
            end, start = float(events[path[-1]][1]), float(events[path[0]][1])
            known = expected.get(key, (float("inf"), 0.0))
            if (end, -start) < (known[0], -known[1]):
                expected[key] = (end, start)
    assert found == expected


@given(users=users_strategy)
@many
def test_public_counts_add_up_the_users(engine: ibis.BaseBackend, users: Users) -> None:
    steps = PATHS["overlapping"]
    frame = funnel(
        table_of(engine, users),
        steps,
        start=ZERO,
        end=ZERO + dt.timedelta(seconds=ENTRIES_END),
        window=dt.timedelta(seconds=WINDOW),
        observed_until=ZERO + dt.timedelta(days=1),
    )
    best = [furthest(steps, events, FunnelRules()) for events in users]
    assert frame["users"].tolist() == [sum(steps_taken > step for steps_taken in best) for step in range(len(steps))]
