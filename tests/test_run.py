from __future__ import annotations

import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from retro.errors import ContractBreach, ExecutionError, ParamsError, RetroError, SourceError
from retro.files import locked
from retro.ledger import read_ledger
from retro.publish import read_failure, read_manifest
from retro.run import Request, find_params, known_targets, prepare, run_report
from retro.run.checking import _earlier_verdicts
from retro.run.failing import failure_on_record
from shops import FIGURES, tables

WEEK = Path("reports") / "2025Q1" / "new_user_week"


@pytest.fixture
def latest(project: Path) -> Path:
    """The address of the week's report."""
    return project / WEEK / "latest"


def request(project: Path, **options: object) -> Request:
    path = project / "params" / "2025Q1" / "new_user_week.yaml"
    return Request(path, reports=project / "reports", **options)  # type: ignore[arg-type]  # the tests' own options


def contents(latest: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in latest.iterdir() if path.suffix in {".html", ".pdf"}}


def test_figures_are_those_worked_by_hand(latest: Path) -> None:
    ledger = read_ledger(latest / "ledger.json")

    for name, expected in FIGURES.items():
        entry = ledger.get(name)
        assert entry is not None, name
        assert entry.value is not None, name
        assert round(entry.value, 9) == round(expected, 9), name
    not_yet = ledger.get("day_60_retention_rate")
    assert not_yet is not None
    assert not_yet.value is None


def test_both_languages_are_published_as_page_and_pdf(latest: Path, project: Path) -> None:
    pages = {"zh.html", "zh.pdf", "en.html", "en.pdf", "brief.zh.pdf", "brief.en.pdf"}
    assert set(contents(latest)) == pages | {"quality.zh.html", "quality.en.html"}
    assert latest.readlink() == Path("runs") / read_manifest(latest / "manifest.json").run_id
    assert "new_user_week/latest/zh.html" in (project / "reports" / "index.html").read_text()


def test_the_badge_leads_to_the_quality_page_and_back(latest: Path) -> None:
    for lang in ("zh", "en"):
        assert f'<a href="quality.{lang}.html"><span class="status' in (latest / f"{lang}.html").read_text()
        assert f'href="{lang}.html"' in (latest / f"quality.{lang}.html").read_text()


def test_pages_hold_their_own_language_only(latest: Path) -> None:
    english, chinese = ((latest / f"{lang}.html").read_text() for lang in ("en", "zh"))

    assert "Do the campaign's users come back" in english.replace("&#39;", "'").replace("&#x27;", "'")
    assert "活动带来的用户" not in english
    assert "活动带来的用户" in chinese


def test_no_user_and_no_folder_of_this_machine_is_published(latest: Path, reported_shop: Path) -> None:
    for path in latest.iterdir():
        text = path.read_text(errors="replace")
        assert "user-0" not in text, path.name
        assert str(reported_shop) not in text, path.name


def test_a_target_that_was_missed_is_said(latest: Path) -> None:
    page = (latest / "en.html").read_text().replace("\N{NO-BREAK SPACE}", " ")

    assert "1 of 2 targets met; missed: CAC (all campaign cost) 1.50 CNY (target 1 CNY)" in page
    assert "× missed" in page


def test_an_unchanged_report_is_skipped_and_forced_to_the_same_bytes(latest: Path, project: Path) -> None:
    before = contents(latest)

    assert run_report(request(project)).skipped

    forced = run_report(request(project, langs=("zh",), force=True))
    assert not forced.skipped
    assert forced.manifest.langs == ("zh", "en"), "the other language is true still, and stays"
    assert contents(forced.latest) == before


def test_the_history_of_the_data_is_the_same_when_a_run_is_forced(latest: Path, project: Path) -> None:
    run = latest.resolve()
    for name in ("20240101T000000000000Z-other000", "20240102T000000000000Z-other000"):  # the second was forced
        shutil.copytree(run, run.with_name(name))
    (run.with_name("20240103T000000000000Z-breach00")).mkdir()
    shutil.copy(run / "verdict.json", run.with_name("20240103T000000000000Z-breach00"))
    (run.with_name("20990101T000000000000Z-later000")).mkdir()
    job = prepare(request(project))
    job.run_id = f"20980101T000000000000Z-{run.name.partition('-')[2]}"
    shutil.copytree(run, job.folder)

    assert [f"{at:%Y-%m-%d}" for at, _ in _earlier_verdicts(job)] == ["2024-01-01"]


def test_overrides_lead_to_an_address_of_their_own(latest: Path, project: Path) -> None:
    varied = run_report(request(project, langs=("en",), overrides={"end": "2025-01-30T00:00"}))

    assert varied.latest.parent.name.startswith("new_user_week+")
    assert varied.manifest.overrides == {"end": "2025-01-30T00:00"}
    entry = read_ledger(varied.latest / "ledger.json").get("new_users")
    assert entry is not None
    assert entry.value == Decimal(9)
    assert (latest / "zh.html").is_file()


def test_a_breach_publishes_nothing_and_leaves_the_last_edition(latest: Path, project: Path) -> None:
    path, whole = project / "data" / "orders.parquet", tables()["orders"]
    edition = latest.readlink()
    pd.concat([whole, whole.iloc[[0]]]).to_parquet(path, index=False)
    with pytest.raises(ContractBreach) as caught:
        run_report(request(project))

    assert caught.value.failures == ("orders: order_id must be unique, got 1 row that breaks this (of 102).",)
    assert latest.readlink() == edition
    failure = read_failure(project / WEEK / "failure.json")
    assert (failure.step, failure.exit_code) == ("check", 2)
    assert "order_id must be unique" in (project / "reports" / "index.html").read_text()


def test_a_notebook_that_raises_leaves_the_last_edition(latest: Path, project: Path) -> None:
    path = project / "notebooks" / "new_user_week.ipynb"
    whole, edition = path.read_text(), latest.readlink()
    path.write_text(whole.replace("report.method()", "report.methods()"))
    with pytest.raises(ExecutionError) as caught:
        run_report(request(project, langs=("en",)))

    assert "('report.methods()'): AttributeError: 'Report' object has no attribute 'methods'" in str(caught.value)
    assert latest.readlink() == edition


@pytest.mark.slow
def test_a_notebook_that_does_not_conclude_is_a_failure(latest: Path, project: Path) -> None:
    path = project / "notebooks" / "new_user_week.ipynb"
    whole = path.read_text()
    path.write_text(whole.replace("report.conclude()", "report.figures"))
    with pytest.raises(ExecutionError, match=r"last cell must call report\.conclude\(\)"):
        run_report(request(project, langs=("en",)))

    assert latest.exists()


def test_a_table_that_the_shop_lacks_is_named_and_the_report_goes_on(latest: Path, project: Path) -> None:
    source = project / "params" / "source.yaml"
    smaller = project / "smaller.yaml"
    smaller.write_text("\n".join(line for line in source.read_text().splitlines() if "events" not in line))

    lacking = run_report(Request(request(project).params_file, ("en",), project / "elsewhere", source_file=smaller))

    page = (lacking.latest / "en.html").read_text()
    assert "There is no table events in this shop" in page
    assert read_ledger(lacking.latest / "ledger.json").get("funnel_total_rate") is None
    assert latest.exists()


@pytest.mark.slow
def test_plain_papermill_and_nbconvert_work_without_a_run(project: Path) -> None:
    out = project / "out.ipynb"
    binary = Path(sys.executable).parent

    parameters = ["-p", "params_file", "params/2025Q1/new_user_week.yaml", "-p", "lang", "en"]
    subprocess.run(
        [binary / "papermill", "notebooks/new_user_week.ipynb", out, *parameters, "--no-progress-bar"],
        cwd=project,
        check=True,
        capture_output=True,
    )
    subprocess.run(
        [binary / "jupyter", "nbconvert", "--to", "retro-html", out], cwd=project, check=True, capture_output=True
    )

    assert "New-user week" in (project / "out.html").read_text()
    assert json.loads(out.read_text())["cells"]


def test_reports_of_a_folder_come_after_those_that_they_read(project: Path) -> None:
    folder = project / "params" / "2025Q2"
    folder.mkdir()
    for name, text in {
        "anna": "kind: month\nprevious: 2025Q2/cora",
        "bert": "kind: month\nprevious: 2025Q2/bert",
        "cora": "kind: month\nprevious: 2025Q2/dora",
        "dora": "kind: month\nprevious: 2025Q2/anna",  # a ring
        "april": "kind: quarter\ncampaigns: [2025Q2/june]",
        "june": "kind: quarter\nmonths: [2025Q1/march]",
    }.items():
        (folder / f"{name}.yaml").write_text(text)

    assert [file.stem for file in find_params("2025Q2")] == ["dora", "cora", "anna", "bert", "june", "april"]


def test_find_params_takes_a_folder_a_file_or_a_path(project: Path) -> None:
    file = project / "params" / "2025Q1" / "new_user_week.yaml"

    assert find_params("2025Q1") == [file]
    assert find_params("2025Q1/new_user_week") == [file]
    assert find_params("params/2025Q1/new_user_week.yaml") == [Path("params/2025Q1/new_user_week.yaml")]
    assert known_targets() == ["2025Q1", "2025Q1/new_user_week"]
    with pytest.raises(ParamsError, match=r"must be a folder or file of params/\. Did you mean '2025Q1'\?"):
        find_params("2025Q2")


def test_a_missing_file_of_the_source_is_one_line(project: Path) -> None:
    source = project / "broken.yaml"
    source.write_text((project / "params" / "source.yaml").read_text().replace("users.parquet", "user.parquet"))

    with pytest.raises(RetroError) as caught:
        run_report(request(project, source_file=source))

    assert "tables.users: file must exist" in str(caught.value)


def test_a_campaign_that_the_data_does_not_reach_is_refused(latest: Path, project: Path) -> None:
    with pytest.raises(ParamsError) as caught:
        run_report(request(project, langs=("en",), overrides={"end": "2025-03-03T00:00"}))

    assert str(caught.value).endswith(
        ".yaml: end must not lie after the data, which was observed until 2025-02-20T00:00, got 2025-03-03T00:00. "
        "Run again when the data is there."
    )

    assert latest.exists()


@pytest.mark.slow
def test_a_changed_page_is_made_again(latest: Path, project: Path) -> None:
    (latest / "en.html").write_text("tampered")

    again = run_report(request(project))

    assert not again.skipped
    assert "tampered" not in (again.latest / "en.html").read_text()


def test_a_run_that_is_stopped_ends_its_kernels_and_says_so(latest: Path, project: Path) -> None:
    path = project / "notebooks" / "new_user_week.ipynb"
    whole = path.read_text()
    path.write_text(whole.replace("report.method()", "import time; time.sleep(300)"))
    command = [sys.executable, "-m", "retro", "run", "2025Q1", "--lang", "en"]
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "execute" not in process.stderr.readline():
            pass
        process.terminate()
        code = process.wait(timeout=30)

    assert code == 143
    failure = read_failure(project / WEEK / "failure.json")
    assert failure.message == ("The run was stopped before its end.",)
    assert latest.exists()


def test_a_stop_stays_one_when_a_library_raises_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retro.run.failing.stop_code", lambda: 143)
    stopped = Request(tmp_path / "params" / "2025Q1" / "week.yaml", reports=tmp_path / "reports")

    with pytest.raises(SystemExit, match="143"), failure_on_record(stopped):
        raise ValueError("Error calling function `ser_path`: SystemExit: 143")

    failure = read_failure(stopped.address / "failure.json")
    assert failure.message == ("The run was stopped before its end.",)


@pytest.mark.slow
def test_old_runs_are_cleared_but_never_the_one_that_stands(latest: Path, project: Path) -> None:
    runs = latest.parent / "runs"
    for day in range(1, 4):
        (runs / f"202401{day:02d}T000000000000Z-failed").mkdir()
    aside = project / "quarantine" / "20240101T000000000000Z-failed"
    aside.mkdir(parents=True)
    (runs / "notes of ann").mkdir()
    (latest.parent / ".latest.1").symlink_to("runs/20240101T000000000000Z-failed")
    before = latest.resolve().name

    with locked(runs / "20240104T000000000000Z-alive" / ".running"):
        again = run_report(request(project, langs=("en",), force=True, keep=2))

    left = {path.name for path in runs.iterdir()}
    assert left == {before, again.manifest.run_id, "notes of ann", "20240104T000000000000Z-alive"}
    assert not aside.exists()
    assert not list(latest.parent.glob(".latest.*"))


@pytest.mark.slow
def test_data_that_changes_during_a_run_is_never_reported_as_checked(latest: Path, project: Path) -> None:
    before = latest.resolve()
    (orders,) = project.rglob("orders.parquet")

    def swap(step: str) -> None:
        if step == "execute":
            pd.read_parquet(orders).iloc[1:].to_parquet(orders)

    with pytest.raises(SourceError, match="data must stay as it was checked, but changed during the run"):
        run_report(request(project, langs=("en",), force=True), swap)

    assert latest.resolve() == before


@pytest.mark.slow
def test_a_page_of_other_input_goes_and_is_named(latest: Path, project: Path) -> None:
    assert latest.exists()
    path = request(project).params_file
    whole = path.read_text()
    path.write_text(whole.replace("new_users: 20", "new_users: 21"))
    changed = run_report(request(project, langs=("zh",)))

    assert (changed.manifest.langs, changed.gone) == (("zh",), ("en",))


@pytest.mark.slow
def test_params_from_elsewhere_are_published_without_their_folder(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "far" / "away"
    elsewhere.mkdir(parents=True)
    path = elsewhere / "new_user_week.yaml"
    path.write_text(request(project).params_file.read_text())

    made = run_report(Request(path, ("en",), project / "reports", source_file=project / "params" / "source.yaml"))

    for file in made.latest.iterdir():
        assert str(tmp_path) not in file.read_text(errors="replace"), file.name


@pytest.mark.slow
def test_an_order_of_nobody_is_left_out_and_told_while_such_orders_are_few(latest: Path, project: Path) -> None:
    assert latest.exists()
    whole, path, contract = (
        tables()["orders"],
        project / "data" / "orders.parquet",
        project / "data_contracts/orders.yaml",
    )
    text = contract.read_text()
    pd.concat([whole, whole.iloc[:1].assign(order_id="stray", user_id="ghost-77")]).to_parquet(path, index=False)
    try:
        with pytest.raises(ContractBreach, match="user_id of paid and refunded orders must be found in users"):
            run_report(request(project, langs=("en",)))
        contract.write_text(text.replace("{property: limit, value: 0.001}", "{property: limit, value: 0.02}"))
        made = run_report(Request(request(project).params_file, ("en",), project / "strays"))
    finally:
        contract.write_text(text)
        whole.to_parquet(path, index=False)

    page = (made.latest / "en.html").read_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "Rows of orders that break a contract and are left out: 1, worth 10 CNY" in page
    assert "ghost-77" not in page
    entry = read_ledger(made.latest / "ledger.json").get("first_day_value")
    assert entry is not None
    assert entry.value == FIGURES["first_day_value"]
    assert (project / "quarantine" / made.manifest.run_id / "orders.parquet").is_file()
