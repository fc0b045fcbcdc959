"""Every plan of the funnel against a matcher that tries all paths."""

import datetime as dt
import itertools

import ibis
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from matcher import (
    ENTRIES_END,
    PATHS,
    SECONDS,
    WINDOW,
    ZERO,
    Users,
    differing,
    exact_plans,
    furthest,
    furthest_undisturbed,
    is_clean,
    kept_after_drop,
    marks_of,
    most_in_any_order,
    paths_of,
    reached,
    table_of,
)
from retro.metrics import Exclusion, FunnelPath, FunnelRules, funnel
from retro.metrics.funnel.entries import entries
from retro.metrics.funnel.plans import follow
from retro.metrics.funnel.unordered import unordered
from retro.periods import Window

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


@pytest.mark.parametrize("family", ["disjoint", "repeated"])
@given(users=users_strategy, span=st.sampled_from(list(itertools.combinations(range(1, 5), 2))))
@many
def test_exclusions_drop_users(engine: ibis.BaseBackend, family: str, users: Users, span: tuple[int, int]) -> None:
    rules = FunnelRules(exclusions=(Exclusion("X", *span),), on_exclusion="drop")
    steps = PATHS[family]
    assert not differing(
        users, reached(engine, users, steps, rules), [kept_after_drop(steps, events, rules) for events in users]
    )


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
        FunnelPath(steps, dt.timedelta(seconds=WINDOW)),
        Window(ZERO, ZERO + dt.timedelta(seconds=ENTRIES_END), ZERO + dt.timedelta(days=1)),
    )
    best = [furthest(steps, events, FunnelRules()) for events in users]
    assert frame["users"].tolist() == [sum(steps_taken > step for steps_taken in best) for step in range(len(steps))]
