"""What the fault scripts share: a shop with a report, commands run as a person runs them, and what must hold after."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from retro.jobs import damage
from retro.jobs.due import manifests
from shops import make_short

REPORT = "2025Q1/new_user_week"
IN_ENGLISH = (REPORT, "--lang", "en")
PATIENCE = 1800
"""Seconds after which a command is taken to hang, also on a machine that does much else."""

MARK = "RETRO_TRIAL"
"""A variable by which the processes of a trial are found, whatever became of their parents."""


def retro(project: Path, *arguments: str, mark: str = "", **environment: str) -> subprocess.Popen[str]:
    """Start `retro` in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "retro", *arguments],
        cwd=project,
        env=os.environ | {MARK: mark, "PYTHONUNBUFFERED": "1"} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )


def ended(project: Path, *arguments: str, timeout: float = PATIENCE, **environment: str) -> tuple[int, str]:
    """Run `retro` to its end: exit code and all that it said."""
    process = retro(project, *arguments, **environment)
    said, _ = process.communicate(timeout=timeout)
    return process.returncode, said


def make_reported(folder: Path) -> Path:
    """The small shop with its report in one language and a few sections: faults are those of the machinery."""
    shutil.rmtree(folder, ignore_errors=True)
    make_short(folder)
    code, said = ended(folder, "run", *IN_ENGLISH)
    assert code == 0, said
    return folder


def processes(mark: str) -> list[int]:
    """The living processes of a trial."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                if state != "Z" and f"{MARK}={mark}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def all_gone(mark: str, within: float = 120) -> bool:
    """Whether no process of a trial is left."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not processes(mark):
            return True
        time.sleep(0.2)
    return False


@contextlib.contextmanager
def within(project: Path) -> Iterator[None]:
    with contextlib.chdir(project):
        yield


def lost(project: Path, editions: int) -> str:
    """What of the published reports is lost or broken; empty where nothing is."""
    address = project / "reports" / REPORT
    with within(project):
        broken = list(damage(project / "reports"))
    if broken:
        return broken[0]
    if not (address / "latest" / "en.html").is_file():
        return "no report at its address"
    if len(manifests(address)) < editions:
        return f"{editions - len(manifests(address))} editions"
    if not (project / "reports" / "index.html").is_file():
        return "no catalogue"
    return ""


def left_over(project: Path) -> list[str]:
    """What a run that ended well leaves behind and should not."""
    own, address = project / ".retro", project / "reports" / REPORT
    left = [path for name in ("scratch", "spill", "replay") for path in sorted((own / name).glob("*"))]
    left += [run for run in (address / "runs").iterdir() if not (run / "manifest.json").is_file()]
    left += [path for path in project.rglob(".*.*") if path.is_file() and path.name not in {".lock", ".index.lock"}]
    stored = {path.stem for path in (own / "inputs" / "runs").glob("*")}
    left += [own / "inputs" / "runs" / name for name in stored - {run.name for run in (address / "runs").iterdir()}]
    return [path.relative_to(project).as_posix() for path in left]


def pages(project: Path) -> Mapping[str, str]:
    """The published pages by name, each with its hash: equal inputs give equal bytes."""
    latest = project / "reports" / REPORT / "latest"
    found = sorted(path for path in latest.iterdir() if path.suffix in {".html", ".pdf", ".xlsx", ".pptx", ".png"})
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
