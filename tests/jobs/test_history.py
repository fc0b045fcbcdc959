from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from retro.errors import RetroError
from retro.jobs import damage, editions_of, report_folder, roll_back
from retro.run import Request, run_report

WEEK = "2025Q1/new_user_week"


def test_an_edition_says_what_it_is(project: Path) -> None:
    (edition,) = editions_of(report_folder(project / "reports", WEEK))

    assert (edition.place, edition.observed_until, edition.badge) == ("latest", "2025-02-20T00:00", "passed")
    assert edition.headline
    assert edition.signed == ""


def test_a_report_that_is_not_there_is_answered_with_the_closest(project: Path) -> None:
    with pytest.raises(RetroError, match=r"^2025Q1/new_week: must be a report of reports\. Did you mean '2025Q1/new_u"):
        report_folder(project / "reports", "2025Q1/new_week")


def test_every_file_is_held_against_its_manifest(project: Path) -> None:
    assert list(damage(project / "reports")) == []
    latest = project / "reports" / WEEK / "latest"
    run = f"reports/{WEEK}/runs/{latest.resolve().name}"
    (latest / "en.html").write_text("changed")
    (latest / "zh.pdf").unlink()

    assert sorted(damage(project / "reports")) == [
        f"{run}/en.html: file must be as it was published, but was changed. Run its report with --force.",
        f"{run}/zh.pdf: file must exist as it was published. Run its report with --force.",
    ]
    shutil.rmtree(latest.resolve())
    (line,) = damage(project / "reports")
    assert line.startswith(f"reports/{WEEK}/latest: address must lead to a whole edition, got runs/20")


def test_half_a_manifest_is_damage(project: Path) -> None:
    path = project / "reports" / WEEK / "latest" / "manifest.json"
    path.write_text(path.read_text()[:100])

    (line,) = damage(project / "reports")
    assert "manifest.json: manifest must be whole, got RetroError. Run its report with --force." in line


def test_a_report_can_be_rolled_back_to_a_whole_edition_alone(project: Path) -> None:
    address = project / "reports" / WEEK
    first = (address / "latest").resolve()
    second = shutil.copytree(first, first.with_name("20990101T000000000000Z-00000000"))
    manifest = json.loads((second / "manifest.json").read_text())
    (second / "manifest.json").write_text(json.dumps({**manifest, "run_id": second.name}))

    assert roll_back(project / "reports", address, "2099") == second.name
    assert (address / "latest").resolve() == second
    assert roll_back(project / "reports", address, first.name) == first.name
    (second / "en.html").write_text("changed")
    with pytest.raises(RetroError, match=r"en\.html: file must be as it was published, but was changed"):
        roll_back(project / "reports", address, "2099")
    with pytest.raises(RetroError, match=rf"^reports/{WEEK}: run must be a published one, got '1999'\."):
        roll_back(project / "reports", address, "1999")
    with pytest.raises(RetroError, match=r"run must be one, got '20', which begins 2\. Give more of it\."):
        roll_back(project / "reports", address, "20")
    assert (address / "latest").resolve() == first


@pytest.mark.slow
def test_a_signed_report_stays_and_a_later_run_lies_beside_it(project: Path) -> None:
    file = project / "params" / "2025Q1" / "new_user_week.yaml"
    address = project / "reports" / WEEK
    file.write_text(f"{file.read_text()}signed_off: [{{role: finance, name: Li, on: 2025-02-21}}]\n")
    request = Request(file, ("en",), project / "reports")
    run_report(request)
    signed = (address / "latest").resolve()
    again = run_report(request)
    assert (again.skipped, again.latest) == (True, address / "latest")
    assert not (address / "restated").exists()

    file.write_text(file.read_text().replace("new_users: 20", "new_users: 30"))
    outcome = run_report(request)

    assert outcome.latest == address / "restated"
    assert (address / "latest").resolve() == signed
    assert (address / "restated").resolve() != signed
    assert run_report(request).skipped
    assert [(one.place, one.signed) for one in editions_of(address)][-2:] == [
        ("latest", "Li 2025-02-21"),
        ("restated", "Li 2025-02-21"),
    ]

    file.write_text(file.read_text().replace("on: 2025-02-21", "on: 2025-03-01"))  # signed anew
    assert run_report(request).latest == address / "latest"
    assert not (address / "restated").exists()
