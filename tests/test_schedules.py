"""The examples of `docs/schedules` are read by the tools that they are for, as far as those can be had."""

from __future__ import annotations

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
from jsonschema.validators import validator_for

from shops import make_project

SCHEDULES = Path(__file__).parents[1] / "docs" / "schedules"
CONTAINER = (SCHEDULES / "Containerfile").read_text()


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


@pytest.mark.skipif(not shutil.which("crontab"), reason="needs crontab (Debian's cron)")
def test_cron_takes_the_table(tmp_path: Path) -> None:
    """`crontab -n` reads tables of users, in which the column of the user is missing, and installs nothing."""
    table = (SCHEDULES / "retro.cron").read_text()
    (job,) = [line for line in table.splitlines() if " retro due --run" in line.replace("/retro ", " retro ")]
    *times, user, command = job.split(maxsplit=6)

    assert (len(times), user) == (5, "retro")
    for own, taken in ((job.replace(" retro ", " ", 1), True), (f"61{job[2:]}".replace(" retro ", " ", 1), False)):
        (tmp_path / "table").write_text(table.replace(job, own))
        said = subprocess.run(["crontab", "-n", tmp_path / "table"], capture_output=True, text=True, check=False)
        assert (said.returncode == 0) is taken, said.stderr
    shell = subprocess.run(["sh", "-n", "-c", command], capture_output=True, text=True, check=False)
    assert (shell.returncode, "%" in command) == (0, False)  # cron makes a line's end of it


@pytest.mark.parametrize(
    ("name", "schema"), [("github.yaml", "github_workflow"), ("cronjob.yaml", "kubernetes_cronjob")]
)
def test_its_schema_takes_the_example_and_no_key_that_nobody_knows(name: str, schema: str) -> None:
    rules = json.loads((Path(__file__).parent / "schemas" / f"{schema}.json").read_text())
    example = yaml.load((SCHEDULES / name).read_text(), _Words)  # noqa: S506 - a safe one
    rule = validator_for(rules)(rules)
    part = example["jobs"]["due"] if name == "github.yaml" else example["spec"]["jobTemplate"]

    assert [error.message for error in rule.iter_errors(example)] == []
    part["nobody-knows"] = 1
    assert not rule.is_valid(example)


class _Words(yaml.SafeLoader):
    """YAML in which `on` is a word, as GitHub and Kubernetes read it."""


_Words.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in several if not (tag.endswith(":bool") and key in "oOyYnN")]
    for key, several in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_the_workflow_keeps_what_was_made_and_lets_one_pass_run_at_a_time() -> None:
    flow = yaml.safe_load((SCHEDULES / "github.yaml").read_text())
    steps = flow["jobs"]["due"]["steps"]

    assert flow["concurrency"] == "retrospectives"
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


def test_the_dag_is_for_airflow_3_and_leaves_catching_up_to_retro() -> None:
    """Ruff has Airflow's own rules of what version 3 removed or moved; Airflow itself takes 225 MB."""
    ruff = [str(Path(sys.executable).with_name("ruff")), "check", "--isolated", "--select", "AIR,F,E9", "-"]
    dag = (SCHEDULES / "airflow.py").read_text()
    said = [
        subprocess.run(ruff, input=text, capture_output=True, text=True, check=False).returncode
        for text in (dag, dag.replace("schedule=", "schedule_interval="))
    ]

    assert said == [0, 1]
    assert "catchup=False" in dag


def test_the_container_runs_what_is_due_and_not_as_root() -> None:
    steps = [line.split(maxsplit=1) for line in CONTAINER.splitlines() if re.match(r"[A-Z]+ ", line)]

    assert steps[0][0] == "FROM"
    assert ["USER", "10001"] in steps
    assert steps[-2:] == [["ENTRYPOINT", '["retro"]'], ["CMD", '["due", "--run"]']]


def test_the_containers_steps_use_what_is_here() -> None:
    text = CONTAINER.replace("\\\n", " ")
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
    """As `podman run --read-only --tmpfs /tmp -v ./project:/project --user 10001`, with nobody at home."""
    project, temporary = make_project(tmp_path / "project"), "/var/tmp"  # noqa: S108 - a disk of its own lies there
    (command,) = re.findall(r"^CMD (.*)", CONTAINER, re.MULTILINE)
    rights = "+dac_read_search"  # that the container need not have: here our own environment may lie in root's home
    user = (
        f"setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --bounding-set=-all,{rights} "
        f"--inh-caps=-all,{rights} --ambient-caps={rights}"
    )
    user = "" if os.geteuid() else user
    for path in (project, *project.rglob("*")) if user else ():
        os.chown(path, 10001, 10001)
    place = f"{temporary}/project"
    mounts = (
        f"mount -t tmpfs -o mode=1777 tmpfs {temporary} && mkdir {place} && mount --bind {project} {place} "
        f'&& mount -o remount,ro,bind / && ! touch {tmp_path}/x && cd {place} && exec {user} "$0" -m retro "$@"'
    )
    alone = ["unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",)), "sh", "-c"]
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
    page = project / "reports" / "2025Q1" / "new_user_week" / "latest" / "en.html"
    assert page.stat().st_uid == (10001 if user else os.geteuid())


@pytest.mark.slow
def test_a_builder_that_reaches_the_base_builds_the_container() -> None:
    """Most machines of CI have none; what the steps do is tested above, and `make setup` by all that runs."""
    (base,) = re.findall(r"^FROM (.*)", CONTAINER, re.MULTILINE)
    for builder in filter(shutil.which, ("podman", "buildah", "docker")):
        pull = ["timeout", "60", builder, "pull", "--quiet", base]
        if subprocess.run(pull, capture_output=True, check=False).returncode:
            continue
        file = str(SCHEDULES / "Containerfile")
        subprocess.run([builder, "build", "-f", file, "-t", "retro:test", SCHEDULES.parents[1]], check=True)


def test_the_container_is_made_of_what_is_in_the_repository() -> None:
    """An environment that is copied would be taken for one that `make setup` has made there."""
    root = SCHEDULES.parents[1]
    made = {line.strip("/") for line in (root / ".gitignore").read_text().splitlines() if not line.startswith("!")}
    left = {line.removeprefix("**/") for line in (root / ".dockerignore").read_text().splitlines()}

    assert made <= left
