from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from retro.errors import RetroError
from retro.run.job import Job, Request, prepare
from retro.run.storing import clear_stored, read_stored, restore, store_inputs
from retro.sources import load_source
from shops import make_project


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small shop, which nobody has run."""
    folder = make_project(tmp_path / "shop [1]")  # a name that looks like a glob
    monkeypatch.chdir(folder)
    return folder


def edition(shop: Path) -> Job:
    """A run whose inputs are stored, as it ends."""
    job = prepare(Request(shop / "params" / "2025Q1" / "new_user_week.yaml", reports=shop / "reports"))
    job.folder.mkdir(parents=True, exist_ok=True)
    store_inputs(job)
    return job


def files(shop: Path) -> list[Path]:
    return sorted((shop / ".retro" / "inputs" / "files").iterdir())


def test_equal_inputs_are_stored_once_and_are_their_owners_alone(shop: Path) -> None:
    first = edition(shop)
    kept = files(shop)
    week = shop / "params" / "2025Q1" / "new_user_week.yaml"
    week.write_text(week.read_text().replace("repurchase_days: 7", "repurchase_days: 14"))
    second = edition(shop)

    assert len(files(shop)) == len(kept) + 1  # the params
    assert read_stored(first.folder).tables == read_stored(second.folder).tables
    stored = [path for path in (shop / ".retro" / "inputs").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in stored} == {0o600}
    assert {
        path.stat().st_mode & 0o777
        for path in (shop / ".retro", *(shop / ".retro" / "inputs").iterdir())
        if path.is_dir()
    } == {0o700}
    assert not list((shop / "reports").rglob("*.parquet"))


def test_inputs_go_with_their_edition(shop: Path) -> None:
    first, orders = edition(shop), shop / "data" / "orders.parquet"
    pd.read_parquet(orders).iloc[:-1].to_parquet(orders, index=False)
    second = edition(shop)
    both = files(shop)
    (shop / ".retro" / "inputs" / "files" / ".0a1b.7").write_text("of a run that was killed")

    clear_stored()
    assert files(shop) == both
    shutil.rmtree(first.folder)  # as `--keep` does
    clear_stored()
    assert len(files(shop)) == len(both) - 1
    with pytest.raises(RetroError, match="edition must have its inputs stored"):
        read_stored(first.folder)
    assert restore(read_stored(second.folder), shop / ".retro" / "replay" / "x").is_file()
    shutil.rmtree(second.folder)
    clear_stored()
    assert files(shop) == []


def test_a_project_is_laid_out_as_it_was(shop: Path) -> None:
    job, place = edition(shop), shop / ".retro" / "replay" / "x"
    before = {name: pd.read_parquet(shop / "data" / f"{name}.parquet") for name in ("users", "orders")}
    shutil.rmtree(shop / "data")
    (shop / "params" / "2025Q1" / "new_user_week.yaml").write_text("kind: another\n")

    source = load_source(restore(read_stored(job.folder), place))
    assert {path.stat().st_mode & 0o777 for path in place.iterdir() if path.is_dir() and path.name != "notebooks"} == {
        0o700
    }
    assert "kind: new_user_week" in (place / "params" / "2025Q1" / "new_user_week.yaml").read_text()
    assert source.observed_until == job.source.observed_until
    request = Request(
        place / "params" / "2025Q1" / "new_user_week.yaml", reports=place / "reports", source_file=place / "source.yaml"
    )
    again = prepare(request)
    for name, frame in before.items():
        assert again.tables.whole(name).count().execute() == len(frame)


def test_a_large_table_is_known_by_its_hash_alone(shop: Path) -> None:
    source = shop / "params" / "source.yaml"
    source.write_text(source.read_text() + "store_mb: 0\n")
    job, place = edition(shop), shop / ".retro" / "replay"
    stored = read_stored(job.folder)

    assert {file.stored for files in stored.tables.values() for file in files} == {False}
    source = load_source(restore(stored, place / "1"))
    assert source.tables["orders"].path == str(shop / "data" / "orders.parquet")
    orders = shop / "data" / "orders.parquet"
    pd.read_parquet(orders).iloc[:-1].to_parquet(orders, index=False)
    (shop / "data" / "users.parquet").unlink()
    with pytest.raises(RetroError) as told:
        restore(stored, place / "2")
    assert str(told.value).splitlines() == [
        f"data/{name}.parquet: file must be as it was, since it was too large to be stored (store_mb)."
        for name in ("users", "orders")
    ]


def test_several_files_of_a_table_keep_their_order_and_new_ones_are_noticed(shop: Path) -> None:
    orders = pd.read_parquet(shop / "data" / "orders.parquet")
    for part, name in enumerate(("a", "b")):
        (shop / "data" / name).mkdir()
        orders.iloc[part::2].to_parquet(shop / "data" / name / "orders.parquet", index=False)
    source = shop / "params" / "source.yaml"
    source.write_text(source.read_text().replace("path: orders.parquet", 'path: "?/orders.parquet"'))
    place = shop / ".retro" / "replay"
    restore(read_stored(edition(shop).folder), place / "1")

    assert [path.name for path in sorted((place / "1" / "data" / "orders").iterdir())] == [
        "0000-orders.parquet",
        "0001-orders.parquet",
    ]
    source.write_text(source.read_text() + "store_mb: 0\n")
    stored = read_stored(edition(shop).folder)
    shutil.copytree(shop / "data" / "a", shop / "data" / "c")
    with pytest.raises(RetroError, match=r"data/c/orders.parquet: file must not be there, since a table that was too"):
        restore(stored, place / "2")


def test_a_stored_file_that_was_changed_is_refused(shop: Path) -> None:
    job = edition(shop)
    (name,) = [file.hash for file in read_stored(job.folder).tables["orders"]]
    (shop / ".retro" / "inputs" / "files" / name).write_bytes(b"PAR1")

    with pytest.raises(RetroError, match=r"data/orders.parquet: stored file must be whole, and is damaged or gone"):
        restore(read_stored(job.folder), shop / ".retro" / "replay" / "x")


def test_a_damaged_record_is_none(shop: Path) -> None:
    job = edition(shop)
    path = shop / ".retro" / "inputs" / "runs" / f"{job.run_id}.json"
    path.write_text(json.dumps({"run": 1}))

    with pytest.raises(RetroError, match="edition must have its inputs stored"):
        read_stored(job.folder)


def test_a_disk_without_room_costs_the_copy_alone(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("retro.run.storing.shutil.copyfile", full)
    job = edition(shop)
    assert files(shop) == []
    with pytest.raises(RetroError, match="edition must have its inputs stored"):
        read_stored(job.folder)
