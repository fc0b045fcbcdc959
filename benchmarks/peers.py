"""The same figures of events by other engines, each written as its own users would write it."""

# ruff: noqa: ANN401, PLC0415 - each route imports its own, and Spark has no types

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from events import BEGIN, DAYS, ENTRIES_END, LAST, STEPS, THREADS, UNTIL, WINDOW, timed, users_of

MICROS = int(WINDOW.total_seconds()) * 1_000_000
EVENTS_END = ENTRIES_END + WINDOW


def clickhouse(folder: Path, query: str) -> None:
    """A query to ClickHouse in process; `{events}` and so on stand for the files."""
    from chdb import session

    engine = session.Session()
    engine.query("select 1")
    names = {name: f"file('{folder}/{name}*.parquet')" for name in ("events", "users", "orders")}
    text = query.format(**names) + f" settings max_threads = {THREADS}"
    timed(lambda: str(engine.query(text, "TSV")).split())


def clickhouse_funnel(folder: Path) -> None:
    """`windowFunnel` as it comes: exact for these steps, which share no events."""
    conditions = ", ".join(f"event = '{step}'" for step in STEPS[1:])
    clickhouse(
        folder,
        f"""
        select countIf(level >= 1), countIf(level >= 2), countIf(level >= 3), countIf(level >= 4) from (
            select windowFunnel({MICROS})(toUInt64(toUnixTimestamp64Micro(assumeNotNull(occurred_at))),
                event = 'view' and occurred_at < '{ENTRIES_END}', {conditions}) as level
            from {{events}} where event in {tuple(STEPS)} and occurred_at < '{EVENTS_END}' group by user_id
        )""",
    )


def clickhouse_retention(folder: Path) -> None:
    clickhouse(
        folder,
        f"""
        select countIf(has(days, 1)), countIf(has(days, 7)), countIf(has(days, 30)) from (
            select groupUniqArray(dateDiff('day', registered_at, occurred_at)) as days
            from {{events}} as events inner join {{users}} as users using (user_id)
            where dateDiff('day', registered_at, occurred_at) in {DAYS} group by user_id
        )""",
    )


def clickhouse_traffic(folder: Path) -> None:
    clickhouse(
        folder,
        f"""
        select max(views) from (
            select count() as views from {{events}} where event = 'view' and occurred_at < '{LAST}'
            group by toStartOfMinute(assumeNotNull(occurred_at))
        )""",
    )


def clickhouse_sales(folder: Path) -> None:
    clickhouse(
        folder,
        f"""
        select sum(gmv) from (
            select channel, toDate(assumeNotNull(ordered_at)) as day, sum(amount) as gmv from {{orders}}
            where status = 'paid' and ordered_at < '{LAST}' group by channel, day
        ) group by channel order by channel""",
    )


def polars_funnel(folder: Path) -> None:
    import polars as pl

    def run() -> list[int]:
        events = pl.scan_parquet(f"{folder}/events*.parquet")
        ranked = events.select("user_id", "event", at="occurred_at")
        views = ranked.filter(pl.col("event") == "view", pl.col("at") < ENTRIES_END)
        level = views.select("user_id", "at", start="at").sort("at").collect()
        counts = [level["user_id"].n_unique()]
        for step in STEPS[1:]:
            hits = ranked.filter(pl.col("event") == step, pl.col("at") < EVENTS_END).drop("event").sort("at").collect()
            level = hits.join_asof(level, on="at", by="user_id", check_sortedness=False)
            level = level.filter(pl.col("at") <= pl.col("start") + WINDOW)
            counts.append(level["user_id"].n_unique())
        return counts

    timed(run)


def polars_retention(folder: Path) -> None:
    import polars as pl

    def run() -> list[int]:
        events = pl.scan_parquet(f"{folder}/events*.parquet").select("user_id", "occurred_at")
        joined = events.join(pl.scan_parquet(f"{folder}/users.parquet"), on="user_id")
        after = (pl.col("occurred_at").dt.date() - pl.col("registered_at").dt.date()).dt.total_days()
        found = joined.select("user_id", after=after).filter(pl.col("after").is_in(DAYS)).unique()
        sizes = dict(found.group_by("after").len().collect(engine="streaming").iter_rows())
        return [sizes[day] for day in DAYS]

    timed(run)


def polars_traffic(folder: Path) -> None:
    import polars as pl

    views = pl.scan_parquet(f"{folder}/events*.parquet").filter(pl.col("event") == "view", pl.col("occurred_at") < LAST)
    minutes = views.group_by(pl.col("occurred_at").dt.truncate("1m")).len()
    timed(lambda: minutes.select(pl.col("len").max()).collect(engine="streaming").item())


def polars_sales(folder: Path) -> None:
    import polars as pl

    orders = pl.scan_parquet(f"{folder}/orders.parquet")
    paid = orders.filter(pl.col("status") == "paid", pl.col("ordered_at") < LAST)
    daily = paid.group_by("channel", on=pl.col("ordered_at").dt.date()).agg(pl.col("amount").sum())
    by_channel = daily.group_by("channel").agg(pl.col("amount").sum()).sort("channel")
    timed(lambda: [str(amount) for amount in by_channel.collect()["amount"]])


def pandas_funnel(folder: Path) -> None:
    import pandas as pd

    def run() -> list[int]:
        events = pd.read_parquet(_events(folder), columns=["user_id", "event", "occurred_at"])
        events = events.rename(columns={"occurred_at": "at"}).sort_values("at")
        level = events[(events["event"] == "view") & (events["at"] < ENTRIES_END)][["user_id", "at"]]
        level = level.assign(start=level["at"])
        counts = [level["user_id"].nunique()]
        for step in STEPS[1:]:
            hits = events[(events["event"] == step) & (events["at"] < EVENTS_END)][["user_id", "at"]]
            level = pd.merge_asof(hits, level, on="at", by="user_id")
            level = level[level["at"] <= level["start"] + WINDOW]
            counts.append(level["user_id"].nunique())
        return counts

    timed(run)


def pandas_retention(folder: Path) -> None:
    import pandas as pd

    def run() -> list[int]:
        events = pd.read_parquet(_events(folder), columns=["user_id", "occurred_at"])
        joined = events.merge(pd.read_parquet(folder / "users.parquet"), on="user_id")
        after = (joined["occurred_at"].dt.normalize() - joined["registered_at"].dt.normalize()).dt.days
        return [int(joined.loc[after == day, "user_id"].nunique()) for day in DAYS]

    timed(run)


def pandas_traffic(folder: Path) -> None:
    import pandas as pd

    def run() -> int:
        events = pd.read_parquet(_events(folder), columns=["event", "occurred_at"])
        views = events[(events["event"] == "view") & (events["occurred_at"] < LAST)]
        return int(views.groupby(views["occurred_at"].dt.floor("min")).size().max())

    timed(run)


def pandas_sales(folder: Path) -> None:
    import pandas as pd

    def run() -> list[str]:
        orders = pd.read_parquet(folder / "orders.parquet")
        paid = orders[(orders["status"] == "paid") & (orders["ordered_at"] < LAST)]
        daily = paid.groupby(["channel", paid["ordered_at"].dt.date])["amount"].sum()
        return [str(amount) for amount in daily.groupby("channel").sum()]

    timed(run)


def _events(folder: Path) -> list[Path]:
    return sorted(folder.glob("events*.parquet"))


def spark(folder: Path) -> Any:
    """A session with processes of its own for the work, as on a cluster."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.memory": "4g",
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    builder = SparkSession.builder.master(f"local[{THREADS}]")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.read.parquet(*map(str, _events(folder))).createOrReplaceTempView("events")
    session.sql("select count(*) from events").collect()
    return session


def spark_funnel(folder: Path) -> None:
    """The running maximum, written by hand: one shuffle by user, one sort, and a window for each step."""
    session = spark(folder)
    before = "over (partition by user_id order by at, step rows between unbounded preceding and 1 preceding)"
    query = f"""
        select user_id, occurred_at as at, case event when 'view' then 0 when 'cart' then 1 when 'order' then 2
            else 3 end as step, if(event = 'view', occurred_at, null) as start_0
        from events where event in {tuple(STEPS)} and occurred_at >= '{BEGIN}' and occurred_at < '{EVENTS_END}'
            and (event <> 'view' or occurred_at < '{ENTRIES_END}')"""
    for step in (1, 2, 3):
        query = f"""
            select *, if(step = {step} and at <= before + interval 7 days, before, null) as start_{step}
            from (select * {"except (before)" if step > 1 else ""}, max(start_{step - 1}) {before} as before
            from ({query}))"""
    counts = ", ".join(
        f"count(at_{step}), median(unix_timestamp(at_{step}) - unix_timestamp(start_{step}))" for step in range(4)
    )
    firsts = ", ".join(
        f"min(if(start_{step} is not null, at, null)) as at_{step}, min(start_{step}) as start_{step}"
        for step in range(4)
    )
    query = f"select {counts} from (select user_id, {firsts} from ({query}) group by user_id)"
    timed(lambda: [int(count) for count in session.sql(query).collect()[0][::2]])


def spark_retro_funnel(folder: Path) -> None:
    import ibis

    from retro import metrics
    from retro.periods import Window

    events = ibis.pyspark.connect(spark(folder)).table("events")
    path, window = metrics.FunnelPath(STEPS, WINDOW), Window(BEGIN, ENTRIES_END, UNTIL)
    timed(lambda: users_of(metrics.funnel(events, path, window)))
