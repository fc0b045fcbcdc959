"""Funnel, retention, traffic and sales on events, each beside its floor and the ways that people take otherwise.

Every route runs in a process of its own, so that its peak memory is true, and prints what it found, so that a route
that is not exact is seen. Seconds leave out imports and connecting, but not reading the files.
"""

# ruff: noqa: ANN401, PLC0415 - each route imports its own, and frames are what they are

from __future__ import annotations

import datetime as dt
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = ["view", "cart", "order", "pay"]
BEGIN, ENTRIES_END = dt.datetime(2025, 1, 1), dt.datetime(2025, 2, 22)  # noqa: DTZ001 - local, as tables have it
LAST, UNTIL = dt.datetime(2025, 3, 1), dt.datetime(2025, 3, 2)  # noqa: DTZ001 - see above
NEW_UNTIL = dt.datetime(2025, 1, 31)  # noqa: DTZ001 - see above
WINDOW = dt.timedelta(days=7)
DAYS = (1, 7, 30)
CHANNELS = ["app", "mini", "web"]
MEMORY = "2GB"
THREADS = 2

Route = Callable[[Path], object]


def make(folder: Path, rows: int) -> None:
    """Events of 60 days in files by time, twenty for each user, the users, and an order for every twentieth event."""
    import duckdb

    users, files = rows // 20, max(1, rows // 10_000_000)
    connection = duckdb.connect(config={"threads": THREADS, "memory_limit": "4GB"})
    span = 60 * 86_400_000_000 // files
    for file in range(files):
        first, last = file * (rows // files), (file + 1) * (rows // files)
        connection.sql(f"""
            copy (
                select (hash(i * 7 + 1) % {users})::bigint as user_id,
                    case when draw < 650 then 'view' when draw < 788 then 'cart' when draw < 888 then 'order'
                        when draw < 963 then 'pay' else 'share' end as event,
                    timestamp '2025-01-01'
                        + to_microseconds((hash(i * 3 + 2) % 1000000000 / 1e9 * {span})::bigint + {file * span})
                        as occurred_at
                from (select i, hash(i * 11 + 5) % 1000 as draw from range({first}, {last}) r(i))
                order by occurred_at
            ) to '{folder}/events{file:03}.parquet' (format parquet)
        """)
    connection.sql(f"""
        copy (
            select i as user_id,
                timestamp '2025-01-01' + to_seconds((hash(i * 13) % (30 * 86400))::bigint) as registered_at
            from range({users}) r(i)
        ) to '{folder}/users.parquet' (format parquet)
    """)
    connection.sql(f"""
        copy (
            select i as order_id, (hash(i * 7) % {users})::bigint as user_id, 'paid' as status,
                ['app', 'mini', 'web'][(hash(i * 5) % 3)::int + 1] as channel,
                timestamp '2025-01-01' + to_seconds((hash(i * 3) % (60 * 86400))::bigint) as ordered_at,
                ((hash(i) % 50000 + 100) / 100)::decimal(18, 2) as amount
            from range({users}) r(i)
        ) to '{folder}/orders.parquet' (format parquet)
    """)


def timed(run: Callable[[], object]) -> None:
    """Run once; print wall and CPU seconds, the process's peak memory in MiB, and what was found."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = run()
    spent = time.perf_counter() - wall, time.process_time() - cpu
    print(*spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found, sep="\t")


def duckdb_sql(folder: Path, query: str, limit: str = MEMORY) -> None:
    """A query written by hand; `{events}` and so on stand for the files."""
    import duckdb

    connection = duckdb.connect(
        config={"threads": THREADS, "memory_limit": limit, "temp_directory": str(folder / "spill")}
    )
    connection.sql("set preserve_insertion_order = false")
    names = {name: f"'{folder}/{name}*.parquet'" for name in ("events", "users", "orders")}
    timed(lambda: connection.sql(query.format(**names)).fetchall()[:1] and "")


def scan(folder: Path) -> None:
    duckdb_sql(folder, "select sum(user_id), count(event), max(occurred_at) from {events}")


def group_by_user(folder: Path) -> None:
    duckdb_sql(
        folder,
        "select max(events), max(last) from (select count(event) as events, max(occurred_at) as last from {events} "
        "group by user_id)",
    )


def scan_minutes(folder: Path) -> None:
    duckdb_sql(folder, "select max(occurred_at) from {events} where event = 'view'")


def scan_orders(folder: Path) -> None:
    duckdb_sql(folder, "select sum(amount), max(ordered_at), count(channel), count(status) from {orders}")


def tables(folder: Path) -> dict[str, Any]:
    """The files as Ibis tables, in an engine that may not take more memory than it is told."""
    import ibis
    import pandas as pd  # noqa: F401 - what the first answer would import

    connection = ibis.duckdb.connect(threads=THREADS, memory_limit=MEMORY, temp_directory=str(folder / "spill"))
    connection.raw_sql("set preserve_insertion_order = false")
    connection.sql("select 1 as one").execute()
    return {name: connection.read_parquet(f"{folder}/{name}*.parquet") for name in ("events", "users", "orders")}


def users_of(funnel: Any) -> list[int]:
    """The users at each step of a funnel's frame."""
    return [int(users) for users in funnel["users"]]


def retro_funnel(folder: Path) -> None:
    from retro import metrics
    from retro.periods import Window

    events = tables(folder)["events"]
    path, window = metrics.FunnelPath(STEPS, WINDOW), Window(BEGIN, ENTRIES_END, UNTIL)
    timed(lambda: users_of(metrics.funnel(events, path, window)))


def retro_retention(folder: Path) -> None:
    from retro import metrics
    from retro.periods import Window

    shop = tables(folder)
    window = Window(BEGIN, NEW_UNTIL, UNTIL, baseline_weeks=1)

    def run() -> list[int]:
        frame = metrics.retention(shop["users"], shop["events"], window, days=DAYS)
        return [int(users) for users in frame.loc[frame["cohort"] == "campaign", "retained"]]

    timed(run)


def retro_traffic(folder: Path) -> None:
    from retro import metrics
    from retro.periods import Window

    events = tables(folder)["events"]
    views = events.filter(events.event == "view")
    window = Window(BEGIN, LAST, UNTIL)
    timed(lambda: int(metrics.traffic(views, window, at="occurred_at")["events"].max()))


def retro_sales(folder: Path) -> None:
    from retro import metrics

    orders = tables(folder)["orders"]
    timed(
        lambda: [
            str(metrics.daily_sales(orders.filter(orders.channel == channel), end=LAST)["gmv"].sum())
            for channel in CHANNELS
        ]
    )


def newcomer_funnel(folder: Path) -> None:
    """Each user's first event of each kind, joined one after the other: what most tutorials show. Not exact."""
    events = tables(folder)["events"]
    reached = events.filter(events.event == "view", events.occurred_at < ENTRIES_END)
    reached = reached.group_by("user_id").aggregate(begun=reached.occurred_at.min(), last=reached.occurred_at.min())

    def run() -> list[int]:
        level, counts = reached, [reached.count().execute()]
        for step in STEPS[1:]:
            hits = (
                events.filter(events.event == step).group_by("user_id").aggregate(at=lambda row: row.occurred_at.min())
            )
            level = level.join(hits, "user_id")
            level = level.filter(level["at"] >= level.last, level["at"] <= level.begun + WINDOW)
            level = level.select("user_id", "begun", last="at")
            counts.append(int(level.count().execute()))
        return counts

    timed(run)


def newcomer_retention(folder: Path) -> None:
    shop = tables(folder)
    joined = shop["events"].join(shop["users"], "user_id")
    after = joined.occurred_at.date().delta(joined.registered_at.date(), unit="day")

    def run() -> list[int]:
        return [int(joined.filter(after == day).user_id.nunique().execute()) for day in DAYS]

    timed(run)


def newcomer_traffic(folder: Path) -> None:
    events = tables(folder)["events"]
    views = events.filter(events.event == "view", events.occurred_at < LAST)
    minutes = views.group_by(minute=views.occurred_at.truncate("m")).aggregate(events=views.count())
    timed(lambda: int(minutes.execute()["events"].max()))


def newcomer_sales(folder: Path) -> None:
    orders = tables(folder)["orders"]
    paid = orders.filter(orders.status == "paid", orders.ordered_at < LAST)
    daily = paid.group_by(on=paid.ordered_at.date(), channel=paid.channel).aggregate(gmv=paid.amount.sum())
    timed(lambda: [str(sum(own["gmv"])) for _channel, own in daily.execute().groupby("channel")])
