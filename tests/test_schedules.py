"""The examples of `docs/schedules` are read by the tools that they are for, as far as those can be had."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from shops import make_project

SCHEDULES = Path(__file__).parents[1] / "docs" / "schedules"

FIELD = r"(\*|\d+)(-\d+)?(/\d+)?(,\d+)*"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze (Debian's systemd)")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in ("retro.service", "retro.timer"):
        shutil.copy(SCHEDULES / name, tmp_path)
    units = [str(tmp_path / "retro.service"), str(tmp_path / "retro.timer")]
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )

    assert [line for line in said.stderr.splitlines() if "retro." in line] == []
    assert said.returncode == 0
    when = re.search(r"OnCalendar=(.*)", (SCHEDULES / "retro.timer").read_text())
    assert when is not None
    said = subprocess.run(["systemd-analyze", "calendar", when[1]], capture_output=True, text=True, check=False)
    assert "Normalized form: *-*-* 06:30:00 Asia/Shanghai" in said.stdout


def test_cron_has_five_fields_a_user_and_a_command() -> None:
    lines = (SCHEDULES / "retro.cron").read_text().splitlines()
    jobs = [line for line in lines if line and not line.startswith("#") and not re.match(r"\w+=", line)]

    assert [bool(re.fullmatch(rf"({FIELD} ){{5}}retro .*retro due --run.*", job)) for job in jobs] == [True]


def test_the_workflow_keeps_what_was_made_and_lets_one_pass_run_at_a_time() -> None:
    flow = yaml.safe_load((SCHEDULES / "github.yaml").read_text())
    steps = flow["jobs"]["due"]["steps"]

    assert flow["concurrency"] == "retrospectives"
    (when,) = flow[True]["schedule"]  # what YAML 1.1 makes of the key `on`
    assert re.fullmatch(rf"({FIELD} ?){{5}}", when["cron"])
    assert [step["run"] for step in steps if "run" in step] == ["make setup", ".venv/bin/retro due --run"]
    assert {".retro", "reports"} == set(
        next(step for step in steps if "cache" in step.get("uses", ""))["with"]["path"].split()
    )


def test_the_cron_job_is_one_at_a_time_and_runs_without_rights() -> None:
    job: dict[str, Any] = yaml.safe_load((SCHEDULES / "cronjob.yaml").read_text())
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    assert container["args"] == ["due", "--run"]


def test_the_dag_is_python_and_leaves_catching_up_to_retro() -> None:
    tree = ast.parse((SCHEDULES / "airflow.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    dag = next(call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "DAG")

    assert {key.arg: ast.unparse(key.value) for key in dag.keywords}["catchup"] == "False"


def test_the_container_runs_what_is_due_and_not_as_root() -> None:
    text = (SCHEDULES / "Containerfile").read_text()
    steps = [line.split(maxsplit=1) for line in text.splitlines() if re.match(r"[A-Z]+ ", line)]

    assert steps[0][0] == "FROM"
    assert ["USER", "10001"] in steps
    assert steps[-2:] == [["ENTRYPOINT", '["retro"]'], ["CMD", '["due", "--run"]']]


def test_the_containers_steps_use_what_is_here() -> None:
    text = (SCHEDULES / "Containerfile").read_text().replace("\\\n", " ")
    steps = [line.split(maxsplit=1)[1] for line in text.splitlines() if line.startswith("RUN ")]
    makefile = (SCHEDULES.parents[1] / "Makefile").read_text()
    job = yaml.safe_load((SCHEDULES / "cronjob.yaml").read_text())

    assert "apt-get install --yes --no-install-recommends python3 python3-venv make" in steps[0]
    assert "useradd --uid 10001" in steps[0]
    assert steps[1] == "cd /opt/retro && make setup"
    assert re.search(r"^setup: ", makefile, re.MULTILINE)
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsUser"] == 10001
    assert (re.findall(r"^VOLUME (.*)", text, re.MULTILINE), re.findall(r"^WORKDIR (.*)", text, re.MULTILINE)) == (
        ["/project"],
        ["/project"],
    )


@pytest.mark.slow
def test_the_containers_command_needs_one_volume_and_a_temporary_folder(tmp_path: Path) -> None:
    """As `podman run --read-only --tmpfs /tmp -v ./project:/project`: all else is read-only, and nobody is at home."""
    project, temporary = make_project(tmp_path / "project"), "/var/tmp"  # noqa: S108 - a disk of its own lies there
    (command,) = re.findall(r"^CMD (.*)", (SCHEDULES / "Containerfile").read_text(), re.MULTILINE)
    mounts = (
        f"mount --bind {project} {project} && mount -t tmpfs tmpfs {temporary} && mount -o remount,ro,bind / "
        f'&& ! touch {tmp_path}/x 2>/dev/null && cd {project} && exec "$0" -m retro "$@"'
    )
    alone = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    if not shutil.which("unshare") or subprocess.run([*alone, "mount -o remount,ro,bind /"], check=False).returncode:
        pytest.skip("needs a system that lets a process have mounts of its own")
    done = subprocess.run(
        [*alone, mounts, sys.executable, *json.loads(command), "--on", "2025-02-04", "--lang", "en"],
        env=os.environ | {"HOME": temporary, "TMPDIR": temporary},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert (done.returncode, "1 published" in done.stdout) == (0, True), done
    assert (project / "reports" / "2025Q1" / "new_user_week" / "latest" / "en.html").is_file()
