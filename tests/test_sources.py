from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import nbclient
import nbformat
import pandas as pd
import pytest

from retro.errors import SourceError
from retro.sources import (
    NotCovered,
    Source,
    Tables,
    expand,
    find_source,
    hide_secrets,
    load_source,
    open_tables,
    secrets,
)
from retro.sources.fingerprint import fingerprint

Write = Callable[[str, str], Path]

HEAD = "timezone: Asia/Shanghai\ncurrency: CNY\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Three orders of two users: one at 04:00 in Shanghai, which is still the day before in UTC."""
    folder = tmp_path / "shop"
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table orders as select * from (values
                ('o1', 'u1', timestamptz '2025-01-01 20:00:00+00', 10.10::decimal(18, 2), 'app'),
                ('o2', 'u1', timestamptz '2025-01-02 03:00:00+00', 20.20::decimal(18, 2), 'web'),
                ('o3', 'u2', timestamptz '2025-01-03 03:00:00+00', 30.30::decimal(18, 2), 'web')
            ) t(order_id, user_id, ordered_at, amount, channel)
            """
        )
        connection.execute(f"copy orders to '{folder}/orders.parquet'")
        connection.execute(f"copy orders to '{folder}/orders.csv'")
    return folder


def opened(shop: Path, tables: dict[str, dict[str, str]], **keys: object) -> Tables:
    data = {"folder": str(shop), "timezone": "Asia/Shanghai", "currency": "CNY", "tables": tables, **keys}
    return open_tables(Source.model_validate(data), "source.yaml")


def test_times_with_a_zone_become_local_wall_clock(shop: Path) -> None:
    orders = opened(shop, {"orders": {"path": "orders.parquet"}}).orders

    first = orders.order_by("order_id").limit(1).execute()["ordered_at"][0]
    assert first == pd.Timestamp("2025-01-02 04:00")


@pytest.mark.parametrize(("clock", "hour"), [("local", 20), ("utc", 4)])
def test_times_without_a_zone_follow_the_clock(shop: Path, clock: str, hour: int) -> None:
    sql = f"select timestamp '2025-01-01 20:00' as ordered_at from read_parquet('{shop}/orders.parquet') limit 1"
    orders = opened(shop, {"orders": {"sql": sql, "clock": clock}}).orders

    assert orders.execute()["ordered_at"][0].hour == hour


def test_sql_maps_raw_tables(shop: Path) -> None:
    tables = opened(
        shop,
        {"orders": {"sql": "select order_id as order_id, user_id from lines"}},
        raw={"lines": {"path": "orders.parquet"}},
    )

    assert tables.orders.count().execute() == 3
    assert tables.raw("lines").count().execute() == 3
    assert tables.raw_names == ("lines",)


def test_csv_and_excel_are_read(shop: Path) -> None:
    pd.DataFrame({"order_id": ["o1", "o2"]}).to_excel(shop / "orders.xlsx", index=False)

    assert opened(shop, {"orders": {"path": "orders.csv"}}).orders.count().execute() == 3
    assert opened(shop, {"orders": {"path": "orders.xlsx"}}).orders.count().execute() == 2


def test_a_duckdb_file_is_opened_read_only(tmp_path: Path) -> None:
    path = tmp_path / "shop.ddb"
    with duckdb.connect(path) as connection:
        connection.execute("create table orders as select 'o1' as order_id")

    tables = opened(tmp_path, {"orders": {"table": "orders"}}, url=f"duckdb://{path}")

    assert tables.orders.count().execute() == 1
    with pytest.raises(duckdb.Error, match="read-only"):
        tables.connection.raw_sql("insert into shop.orders values ('o2')")


def test_a_table_that_the_shop_lacks_is_not_covered(shop: Path) -> None:
    tables = opened(shop, {"orders": {"path": "orders.parquet"}})

    assert tables.events == NotCovered("events")
    assert "events" not in tables
    assert tables.names == ("orders",)


@pytest.fixture
def members(tmp_path: Path) -> Source:
    """Six users of the app, five of the web and one of a kiosk; each has an order on another channel."""
    numbers = pd.Series(range(12))
    users = pd.DataFrame({"user_id": "u" + numbers.astype(str), "channel": ["app"] * 6 + ["web"] * 5 + ["kiosk"]})
    users.to_parquet(tmp_path / "users.parquet")
    users.assign(order_id="o" + numbers.astype(str), channel="mini").to_parquet(tmp_path / "orders.parquet")
    tables = {"users": {"path": "users.parquet"}, "orders": {"path": "orders.parquet"}}
    keys = {"folder": str(tmp_path), "timezone": "UTC", "currency": "CNY"}
    return Source.model_validate({**keys, "tables": tables})


def test_a_segment_keeps_all_that_its_users_did_on_whatever_channel(members: Source) -> None:
    tables = open_tables(members, "source.yaml", {"channel": ("web",)})

    assert set(tables.orders.execute()["order_id"]) == {"o6", "o7", "o8", "o9", "o10"}
    assert tables.whole("orders").count().execute() == 12


@pytest.mark.parametrize(
    ("segment", "words"),
    [
        ({"channel": ("nosuch",)}, r"some user must match .*, got nobody\. Known values: channel: app, web\."),
        ({"channel": ("kiosk",)}, r"at least 5 users must match .*, got fewer\. Widen it\."),
        ({"user_id": ("u1",)}, "column must hold groups of people, got 'user_id', which points at single ones"),
    ],
)
def test_a_segment_of_single_people_is_refused(members: Source, segment: dict[str, tuple[str]], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        open_tables(members, "source.yaml", segment, personal={"user_id"})


def test_a_segment_names_the_closest_column(shop: Path) -> None:
    source = Source.model_validate(
        {"folder": str(shop), "timezone": "UTC", "currency": "CNY", "tables": {"orders": {"path": "orders.parquet"}}}
    )

    with pytest.raises(SourceError, match=r"segment: column 'chanel' must be in a table\. Did you mean 'channel'\?"):
        open_tables(source, "source.yaml", {"chanel": ("app",)})


def test_the_last_day_counts_as_unfinished_unless_the_source_says_so(shop: Path) -> None:
    tables = {"orders": {"path": "orders.parquet"}}

    assert opened(shop, tables).observed_until("orders") == dt.datetime(2025, 1, 3)
    until = dt.datetime(2025, 1, 4)
    assert opened(shop, tables, observed_until=until).observed_until("orders") == until


DAYS = "select timestamp '2025-01-01' + to_hours(h::int) as ordered_at from range(0, {hours}) r(h), range(0, {each})"


@pytest.mark.parametrize(
    ("hours", "each", "until"),
    [
        (10 * 24, 2, dt.datetime(2025, 1, 11)),  # ten whole days
        (10 * 24 - 1, 2, dt.datetime(2025, 1, 10)),  # the last one ends an hour before all others
        (5 * 24, 2, dt.datetime(2025, 1, 5)),  # too few days to compare it with
        (10 * 24, 0, None),
    ],
)
def test_the_newest_day_counts_where_it_looks_like_those_before_it(
    shop: Path, hours: int, each: int, until: dt.datetime | None
) -> None:
    tables = opened(shop, {"orders": {"sql": DAYS.format(hours=hours, each=each)}})

    if until is None:
        with pytest.raises(SourceError, match="table 'orders' must have rows, got none"):
            tables.observed_until("orders")
    else:
        assert tables.observed_until("orders") == until


def test_days_without_clock_times_are_compared_by_their_rows(shop: Path) -> None:
    day = "select timestamp '2025-01-01' + to_days(d::int) as ordered_at from range(0, {}) r(d), range(0, 40) n(i)"
    sql = day.format(10)
    few = f"{day.format(9)} union all select timestamp '2025-01-10' as ordered_at from range(0, 15)"

    assert opened(shop, {"orders": {"sql": sql}}).observed_until("orders") == dt.datetime(2025, 1, 11)
    assert opened(shop, {"orders": {"sql": few}}).observed_until("orders") == dt.datetime(2025, 1, 10)


def test_a_segment_of_users_restricts_the_units_of_experiments(shop: Path) -> None:
    tables = {
        "users": {"sql": "select 'u' || i as user_id, if(i < 6, 'app', 'web') as channel from range(0, 20) r(i)"},
        "exposures": {"sql": "select 'u' || i as unit_id, 'new' as arm from range(0, 20) r(i)"},
    }
    source = Source.model_validate({"folder": str(shop), "timezone": "UTC", "currency": "CNY", "tables": tables})

    opened_ = open_tables(source, "source.yaml", {"channel": ("app",)})

    assert opened_.exposures.count().execute() == 6
    opened_.refuse_unrestricted("exposures", "user")
    with pytest.raises(SourceError, match="segment: column 'channel' must be in exposures to restrict "):
        opened_.refuse_unrestricted("exposures", "cookie")


def test_an_empty_table_has_no_observed_until(shop: Path) -> None:
    sql = f"select * from read_parquet('{shop}/orders.parquet') where false"

    with pytest.raises(SourceError, match="table 'orders' must have rows, got none"):
        opened(shop, {"orders": {"sql": sql}}).observed_until("orders")


def test_fingerprint_follows_data_and_mapping(shop: Path) -> None:
    tables = {"orders": {"path": "orders.parquet"}}
    first = opened(shop, tables).fingerprint()

    assert opened(shop, tables).fingerprint() == first
    assert opened(shop, {"orders": {"path": "orders.csv"}}).fingerprint() != first

    pd.DataFrame({"order_id": ["o9"]}).to_parquet(shop / "orders.parquet")

    assert opened(shop, tables).fingerprint() != first


def test_files_are_told_without_opening_them_and_a_server_is_not(shop: Path) -> None:
    files = opened(shop, {"orders": {"path": "orders.parquet"}})
    server = opened(shop, {"orders": {"path": "orders.parquet"}}, version="select 1")

    assert fingerprint(files.source, "source.yaml") == files.fingerprint()
    assert fingerprint(server.source, "source.yaml") is None
    assert server.fingerprint()


@pytest.mark.parametrize("reader", ["read_parquet('{}/orders.parquet')", "'{}/orders.parquet'"])
def test_sql_that_reads_a_file_itself_is_asked_what_is_in_it(shop: Path, reader: str) -> None:
    """Else a report would be told as unchanged whatever became of the file."""
    raw = {"lines": {"path": "orders.parquet"}}
    of_tables = opened(shop, {"orders": {"sql": "with own as (select * from lines) select * from own"}}, raw=raw)
    of_file = {"orders": {"sql": f"select * from {reader.format(shop)}"}}
    first = opened(shop, of_file)

    assert fingerprint(of_tables.source, "source.yaml") == of_tables.fingerprint()
    assert fingerprint(first.source, "source.yaml") is None
    assert opened(shop, of_file).fingerprint() == first.fingerprint()
    before = first.fingerprint()
    pd.DataFrame({"order_id": ["o9"]}).to_parquet(shop / "orders.parquet")
    assert opened(shop, of_file).fingerprint() != before


def test_rows_that_a_database_has_not_folded_in_are_other_contents(shop: Path) -> None:
    """A writer that was killed leaves them in a file of their own."""
    path = shop / "shop.duckdb"
    with duckdb.connect(str(path)) as session:
        session.execute("create table orders as select 'o1' as order_id")
    tables = {"orders": {"table": "orders"}}
    before = opened(shop, tables, url=f"duckdb:///{path}").contents.of("orders")
    code = f"""
import duckdb, os
session = duckdb.connect({str(path)!r})
session.execute("set checkpoint_threshold = '1GB'; insert into orders values ('o2')")
os._exit(0)
"""
    stood = path.read_bytes()
    subprocess.run([sys.executable, "-c", code], check=True)
    assert path.read_bytes() == stood

    after = opened(shop, tables, url=f"duckdb:///{path}")

    assert (after.row_count("orders"), after.contents.of("orders") == before) == (2, False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "tables:\n  orders: {path: a.parquet, sql: select 1}\n", "exactly one of path, table and sql must be"),
        (
            HEAD + "tables:\n  orders: {pth: a.parquet}\n",
            "line 4: unknown key 'tables.orders.pth'. Did you mean 'path'?",
        ),
        (HEAD + "tabels: {}\n", "line 3: unknown key 'tabels'. Did you mean 'tables'?"),
        ("timezone: Asia/Shanghi\ncurrency: CNY\ntables: {o: {path: a}}\n", "Did you mean 'Asia/Shanghai'?"),
        (
            HEAD + "url: postgres://u:secret@h/d\ntables: {o: {path: a}}\n",
            "url must hold no password: it must come from the environment",
        ),
        (
            HEAD + "observed_until: 2025-04-01T00:00+08:00\ntables: {o: {path: a}}\n",
            "must be a local time without a zone",
        ),
        (
            HEAD + "observed_until: 2999-01-01T00:00\ntables: {o: {path: a}}\n",
            "observed_until must not lie in the future, got 2999-01-01 00:00:00",
        ),
    ],
)
def test_load_source_says_what_is_wrong(write: Write, text: str, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        load_source(write("source.yaml", text))

    assert words in str(caught.value)


def test_a_missing_file_says_how_to_get_it(shop: Path) -> None:
    with pytest.raises(SourceError) as caught:
        opened(shop, {"orders": {"path": "nowhere.parquet", "obtain": "Get the public data set X."}})

    assert "source.yaml: tables.orders: file must exist" in str(caught.value)
    assert str(caught.value).endswith("Get the public data set X.")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("orders.parquet", b"not parquet", "source.yaml: tables.orders must be readable, got"),
        ("orders.doc", b"", "file must be .parquet, .csv, .tsv, .txt or .xlsx"),
    ],
)
def test_an_unreadable_file_is_said_in_one_line(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(SourceError) as caught:
        opened(tmp_path, {"orders": {"path": name}})

    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_unknown_columns_in_sql_are_said_in_one_line(shop: Path) -> None:
    with pytest.raises(SourceError) as caught:
        opened(shop, {"orders": {"sql": f"select colour from read_parquet('{shop}/orders.parquet')"}})

    assert 'Referenced column "colour" not found' in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_find_source_takes_the_nearest_above(write: Write) -> None:
    write("pyproject.toml", "")
    above = write("params/source.yaml", "")
    params = write("params/2025Q1/a.yaml", "")

    assert find_source(params) == above

    beside = write("params/2025Q1/source.yaml", "")

    assert find_source(params) == beside


def test_find_source_stops_at_the_project(write: Write) -> None:
    write("pyproject.toml", "")

    with pytest.raises(SourceError, match=r"a source\.yaml must lie in its folder or above it"):
        find_source(write("params/a.yaml", ""))


def test_expand_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRO_DATA", "there")

    assert expand("${RETRO_DATA}/x", "here") == "there/x"
    assert expand("${RETRO_UNSET:-default}/x", "here") == "default/x"
    with pytest.raises(SourceError, match="here: environment variable RETRO_UNSET must be set"):
        expand("${RETRO_UNSET}/x", "here")


def reached(url: str, **keys: object) -> Source:
    data = {"url": url, "timezone": "UTC", "currency": "CNY", "tables": {"orders": {"table": "orders"}}, **keys}
    return Source.model_validate(data)


def test_secrets_are_passwords_not_names(monkeypatch: pytest.MonkeyPatch) -> None:
    source = reached("postgres://${SHOP_USER}:${SHOP_PW}@${SHOP_HOST}/shop?sslkey=${SHOP_SSL}")
    for name, value in {"SHOP_USER": "retro", "SHOP_PW": "s3cret", "SHOP_HOST": "db", "SHOP_SSL": "k3y"}.items():
        monkeypatch.setenv(name, value)

    assert secrets(source) == {"SHOP_PW": "s3cret", "SHOP_SSL": "k3y"}
    assert hide_secrets("login s3cret failed for retro", source) == "login ${SHOP_PW} failed for retro"


def test_a_url_that_a_variable_holds_is_secret_with_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:s3cret@db/shop")

    hidden = hide_secrets("cannot reach postgres://user:s3cret@db/shop, s3cret refused", reached("${DATABASE_URL}"))

    assert "s3cret" not in hidden


def test_a_password_in_a_query_is_refused(write: Write) -> None:
    text = HEAD + "url: postgres://u@h/d?password=s3cret\ntables: {o: {path: a}}\n"

    with pytest.raises(SourceError, match="url must hold no password"):
        load_source(write("source.yaml", text))


def test_a_failed_connection_never_shows_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PW", "s3cret")
    source = Source.model_validate(
        {
            "url": "nosuchengine://user:${SHOP_PW}@127.0.0.1:1/shop",
            "timezone": "UTC",
            "currency": "CNY",
            "tables": {"orders": {"table": "orders"}},
        }
    )

    with pytest.raises(SourceError) as caught:
        open_tables(source, "source.yaml")

    assert "url must name a source that can be opened" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_secret_outside_the_url_is_not_shown_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "s3cret")

    with pytest.raises(SourceError, match="file must exist, got") as caught:
        opened(Path("/nowhere/${SHOP_TOKEN}"), {"orders": {"path": "orders.csv"}})

    assert "s3cret" not in str(caught.value)
    assert "/nowhere/${SHOP_TOKEN}/orders.csv" in str(caught.value)


def test_a_row_of_the_future_does_not_say_until_when_the_data_was_observed(shop: Path) -> None:
    one = "select 'o1' as order_id, timestamp '{} 10:00' as ordered_at"
    sql = f"{one.format('2025-01-03')} union all {one.format('2099-01-01')}"

    assert opened(shop, {"orders": {"sql": sql}}).observed_until("orders") == dt.datetime(2025, 1, 3)
    with pytest.raises(SourceError, match="table 'orders' must have rows, got none"):
        opened(shop, {"orders": {"sql": one.format("2099-01-01")}}).observed_until("orders")


def test_every_sheet_of_a_glob_is_read(shop: Path) -> None:
    for number in (1, 2):
        pd.DataFrame({"order_id": [f"o{number}"]}).to_excel(shop / f"day{number}.xlsx", index=False)

    orders = opened(shop, {"orders": {"path": "day*.xlsx"}}).orders

    assert sorted(orders.execute()["order_id"]) == ["o1", "o2"]


def test_files_of_a_glob_are_put_together_by_name(shop: Path) -> None:
    (shop / "day1.csv").write_text("order_id,amount\no1,5\n")
    (shop / "day2.csv").write_text("amount,order_id\n7,o2\n")

    found = opened(shop, {"orders": {"path": "day*.csv"}}).orders.order_by("order_id").execute()

    assert found["order_id"].tolist() == ["o1", "o2"]
    assert found["amount"].tolist() == [5, 7]


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_a_column_that_one_of_several_files_lacks_is_refused_or_empty_on_request(shop: Path, kind: str) -> None:
    """The renamed amount of the second month would be half empty in both columns."""
    months = [{"order_id": ["o1"], "amount": ["5"]}, {"order_id": ["o2"], "paid": ["7"]}]
    for number, month in enumerate(months, 1):
        path, frame = shop / f"month{number}.{kind}", pd.DataFrame(month)
        {"csv": frame.to_csv, "parquet": frame.to_parquet, "xlsx": frame.to_excel}[kind](path, index=False)
    spec = {"path": f"month*.{kind}", "types": {"amount": "string", "paid": "string"}}

    with pytest.raises(SourceError) as refused:
        opened(shop, {"orders": spec})
    found = opened(shop, {"orders": {**spec, "lacking_columns": "leave_empty"}}).orders.order_by("order_id").execute()

    told = str(refused.value)
    assert "tables.orders: files must have the same columns, got no 'paid' in" in told
    assert "month1" in told.partition("unlike")[0]
    assert "month2" in told.partition("unlike")[2]
    assert told.endswith("Rename what is called otherwise, or say lacking_columns: leave_empty.")
    assert [found[name].fillna("-").tolist() for name in ("amount", "paid")] == [["5", "-"], ["-", "7"]]


def test_a_parquet_column_that_changed_its_type_loses_nothing(shop: Path) -> None:
    pd.DataFrame({"order_id": ["o1"], "amount": [5]}).to_parquet(shop / "part1.parquet")
    pd.DataFrame({"order_id": ["o2"], "amount": ["7.50"]}).to_parquet(shop / "part2.parquet")

    orders = opened(shop, {"orders": {"path": "part*.parquet"}}).orders

    assert orders.schema()["amount"].is_string(), "which the contract then refuses as money"
    assert sorted(orders.execute()["amount"]) == ["5", "7.50"]


def test_files_of_several_kinds_are_refused(shop: Path) -> None:
    with pytest.raises(SourceError, match=r"tables\.orders: files must be of one kind, got \.csv, \.parquet"):
        opened(shop, {"orders": {"path": "orders.*"}})


@pytest.mark.parametrize("folder", ["p[a]", "what?", "it's"])
def test_a_folder_may_have_any_name(shop: Path, tmp_path: Path, folder: str) -> None:
    odd = tmp_path / folder
    shop.rename(odd)

    assert opened(odd, {"orders": {"path": "orders.parquet"}}).orders.count().execute() == 3
    assert opened(odd, {"orders": {"path": "*.csv"}}).orders.count().execute() == 3


def test_types_make_money_of_text_without_a_detour(shop: Path) -> None:
    (shop / "big.csv").write_text("order_id,amount\no1,123456789012345.67\n")
    pd.DataFrame({"order_id": ["o1"], "amount": [90.1]}).to_excel(shop / "orders.xlsx", index=False)
    types: dict[str, object] = {"amount": "decimal(18, 2)"}

    for name, expected in (("big.csv", "123456789012345.67"), ("orders.xlsx", "90.10")):
        orders = opened(shop, {"orders": {"path": name, "types": types}}).orders  # type: ignore[dict-item]  # a mapping
        assert str(orders.execute()["amount"][0]) == expected


@pytest.mark.parametrize(
    ("types", "words"),
    [
        ("{amount: money}", "types of amount must be a type such as decimal(18, 2), got 'money'"),
        ("{amont: int64}", "tables.orders: types must name columns, got 'amont'. Did you mean 'amount'?"),
    ],
)
def test_types_that_do_not_fit_are_one_line(shop: Path, write: Write, types: str, words: str) -> None:
    text = f"{HEAD}folder: {shop}\ntables:\n  orders: {{path: orders.csv, types: {types}}}\n"

    with pytest.raises(SourceError) as caught:
        open_tables(load_source(write("source.yaml", text)), "source.yaml")

    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_version_that_the_engine_does_not_answer_is_one_line(shop: Path) -> None:
    tables = opened(shop, {"orders": {"path": "orders.parquet"}}, version="select nothing from nowhere")

    with pytest.raises(SourceError, match=r"source\.yaml: version must be SQL that the engine answers, got") as caught:
        tables.fingerprint()

    assert len(str(caught.value).splitlines()) == 1


def test_a_long_query_draws_no_progress_where_somebody_works_by_hand() -> None:
    """DuckDB tells a session by its lack of a file, and would draw into the cell, and so onto the page."""
    code = """
from types import SimpleNamespace
import duckdb
from retro.sources.fingerprint import fingerprint
from retro.sources.connection import connect
asked = "select current_setting('enable_progress_bar')"
print(duckdb.connect().execute(asked).fetchone()[0])
limits = dict.fromkeys(("query_seconds", "query_rows"))
source = SimpleNamespace(url="duckdb://", timezone="Asia/Shanghai", **limits)
print(connect(source, "source.yaml").raw_sql(asked).fetchone()[0])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "False"]


def test_a_kernel_that_could_draw_no_progress_opens_a_source_too() -> None:
    """To set it there fails: ipywidgets are missing, with which DuckDB would draw it."""
    code = """
from types import SimpleNamespace
from retro.sources.connection import connect
limits = dict.fromkeys(("query_seconds", "query_rows"))
source = connect(SimpleNamespace(url="duckdb://", timezone="Asia/Shanghai", **limits), "source.yaml")
print(source.raw_sql("select current_setting('enable_progress_bar')").fetchone()[0])
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])

    nbclient.NotebookClient(notebook, kernel_name="python3").execute()

    assert notebook.cells[0].outputs[-1].text == "False\n"


def test_a_servers_overwritten_status_is_seen_although_rows_and_newest_time_stay(tmp_path: Path) -> None:
    """Without a `version` query, the aggregate of a table holds a sum over hashes of its rows."""
    found = []
    for number, status in enumerate(("paid", "held", "paid")):
        path = tmp_path / f"{number}.ddb"
        with duckdb.connect(path) as connection:
            connection.execute(
                "create table orders as select 'o1' as order_id, timestamp '2025-01-10' as ordered_at, "
                f"'{status}' as status, 9.00::decimal(18, 2) as amount, null::varchar as channel, ['a'] as tags"
            )
        tables = opened(tmp_path, {"orders": {"table": "orders"}}, url=f"duckdb://{path}")
        found.append(tables._aggregates(["orders"]))

    assert found[0] == found[2] != found[1]


@pytest.mark.parametrize(
    ("refund", "others"),
    [
        (("o1", "2025-03-02"), set()),
        (("o2", "2025-03-09"), {"orders"}),
    ],
)
def test_orders_are_other_contents_only_where_one_of_them_was_refunded_later(
    shop: Path, refund: tuple[str, str], others: set[str]
) -> None:
    """Before `observed_until` a refund changes nothing of them; from then on it is undone in their status."""
    moments = pd.to_datetime(["2025-03-01", "2025-03-02"])
    pd.DataFrame({"order_id": ["o1", "o2"], "ordered_at": moments, "status": "refunded"}).to_parquet(
        shop / "orders.parquet"
    )
    pd.DataFrame({"order_id": ["o1", "o2"], "amount": [1.0, 2.0]}).to_parquet(shop / "order_items.parquet")
    names = ("orders", "order_items", "refunds")

    def contents(*rows: tuple[str, str]) -> dict[str, str | None]:
        ids, days = zip(*rows, strict=True)
        pd.DataFrame({"order_id": ids, "refunded_at": pd.to_datetime(days)}).to_parquet(shop / "refunds.parquet")
        tables = opened(shop, {name: {"path": f"{name}.parquet"} for name in names}, observed_until="2025-03-05T00:00")
        return {name: tables.contents.of(name) for name in names}

    first = contents(("o1", "2025-03-02"))
    after = contents(("o1", "2025-03-02"), refund)

    assert None not in first.values()
    assert {name for name in names if after[name] != first[name]} == {"refunds", *others}
