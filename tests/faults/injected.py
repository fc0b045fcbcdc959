"""Inject faults into runs of the small shop, and count what survives: `python tests/faults/injected.py [NAME ...]`.

After each fault the report and its editions must stand as they were published, what was said must be sentences and no
traceback, and once the fault is mended the next run must end well and leave nothing behind.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from trials import (
    IN_ENGLISH,
    MARK,
    PATIENCE,
    REPORT,
    all_gone,
    ended,
    left_over,
    lost,
    make_reported,
    pages,
    processes,
    retro,
    within,
)

from retro.jobs.due import manifests

RUN = ("run", *IN_ENGLISH, "--force")
DUE = ("due", "--run", "--lang", "en", "--on", "2025-02-12")
LATE = ("due", "--run", "--lang", "en", "--on", "2025-03-10")
"""A pass that finds data late, and tells it."""

Said = tuple[int, str]


@dataclass(frozen=True)
class Fault:
    """A fault.

    Attributes:
        name: What goes wrong.
        do: Makes it go wrong, and answers exit code and words of the command that met it.
        codes: What the command may answer.
        words: A pattern of what it must say.
        mend: Mends it, where that does not happen by itself.
    """

    name: str
    do: Callable[[Path], Said]
    codes: tuple[int, ...] = (0,)
    words: str = ""
    mend: Callable[[Path], object] = lambda _: None


def mounted(project: Path, mounts: str, *arguments: str) -> Said:
    """Run where a folder lies on another disk."""
    command = f'{mounts} && exec "$0" -m retro "$@"'
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", command, sys.executable, *(arguments or RUN)],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout


def disk(folder: str, size: str) -> Callable[[Path], Said]:
    return lambda project: mounted(project, f"mount -t tmpfs -o size={size} tmpfs {folder}")


def read_only(folder: str) -> Callable[[Path], Said]:
    bind = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder}"
    return lambda project: mounted(project, bind)


def limited(limit: str) -> Callable[[Path], Said]:
    """Run under a limit of the shell."""

    def do(project: Path) -> Said:
        command = ["bash", "-c", f'ulimit {limit} && exec "$0" -m retro "$@"', sys.executable, *RUN]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=PATIENCE, check=False)
        return done.returncode, done.stdout + done.stderr

    return do


def around(**environment: str | None) -> Callable[[Path], Said]:
    """Run with other variables; None takes one away."""

    def do(project: Path) -> Said:
        kept = {name: value for name, value in os.environ.items() if environment.get(name, "") is not None}
        given = {name: value for name, value in environment.items() if value is not None}
        done = subprocess.run(
            [sys.executable, "-m", "retro", *RUN],
            cwd=project,
            env=kept | given,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return done.returncode, (done.stdout + done.stderr).decode(errors="replace")

    return do


def changed(*changes: Callable[[Path], object]) -> Callable[[Path], Said]:
    """Run after something was changed in the project."""

    def do(project: Path) -> Said:
        for change in changes:
            change(project)
        return ended(project, *RUN)

    return do


def midway(step: str, harm: Callable[[Path, str], object]) -> Callable[[Path], Said]:
    """Run, and do harm as soon as a step has begun."""

    def do(project: Path) -> Said:
        mark = f"midway-{os.getpid()}-{time.monotonic_ns()}"
        process = retro(project, *RUN, mark=mark)
        said: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if line.strip().endswith(f": {step}"):
                threading.Thread(target=harm, args=(project, mark), daemon=True).start()
        code = process.wait(PATIENCE)
        process.stdout.close()
        return (code, "".join(said)) if all_gone(mark) else (99, "processes were left")

    return do


def kill_children(kernels: str) -> Callable[[Path, str], None]:
    """Kill the processes of a run whose command holds a word, once there are some."""

    def harm(_project: Path, mark: str) -> None:
        for _ in range(300):
            found = [one for one in processes(mark) if kernels in command(one) and not is_run(one)]
            if found:
                time.sleep(0.5)
                for one in found:
                    os.kill(one, signal.SIGKILL)
                return
            time.sleep(0.1)

    return harm


def command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def is_run(process: int) -> bool:
    return "-m retro run" in command(process)


def at(project: Path) -> Path:
    return project / "reports" / REPORT


def garbage(pattern: str) -> Callable[[Path], None]:
    """Overwrite all files of a pattern below `.retro`."""

    def change(project: Path) -> None:
        files = [path for path in (project / ".retro").glob(pattern) if path.is_file()]
        assert files, pattern
        for path in files:
            path.write_bytes(b'{"half": [1, \xff\x00')

    return change


def cut(path: str) -> Callable[[Path], None]:
    """Cut a file in half, as a copy that was broken off."""

    def change(project: Path) -> None:
        file = project / path
        shutil.copy(file, project / "kept")
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    return change


def whole_manifest(project: Path) -> None:
    """Put the manifest back that was cut: its edition no longer stands at the address."""
    for path in (at(project) / "runs").glob("*/manifest.json"):
        try:
            json.loads(path.read_text())
        except ValueError:
            shutil.move(project / "kept", path)


def put_back(path: str) -> Callable[[Path], None]:
    return lambda project: shutil.move(project / "kept", project / path)


def more_orders(project: Path, _mark: str = "") -> None:
    """Replace the orders while they are read, as an export that is written anew."""
    orders = project / "data" / "orders.parquet"
    time.sleep(1)
    frame = pd.read_parquet(orders)
    frame.iloc[:-2].to_parquet(project / "new", index=False)
    (project / "new").replace(orders)


def no_orders(project: Path, _mark: str = "") -> None:
    shutil.move(project / "data" / "orders.parquet", project / "kept")


def jumping(folder: Path, seconds: int, after: int = 0) -> dict[str, str]:
    """Variables with which a clock jumps by some seconds, at once or after a while."""
    source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <stdlib.h>
        #include <sys/time.h>
        #include <time.h>
        static time_t jump(time_t now) {
            const char *by = getenv("JUMP_BY"), *from = getenv("JUMP_FROM");
            return by && from && now >= atol(from) ? now + atol(by) : now;
        }
        int clock_gettime(clockid_t which, struct timespec *at) {
            static int (*real)(clockid_t, struct timespec *);
            if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
            int code = real(which, at);
            if (code == 0 && which == CLOCK_REALTIME) at->tv_sec = jump(at->tv_sec);
            return code;
        }
        time_t time(time_t *at) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (at) *at = now.tv_sec;
            return now.tv_sec;
        }
    """

    library = folder / "clock.so"
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(library), "-ldl"], input=source, text=True, check=True
    )
    return {"LD_PRELOAD": str(library), "JUMP_BY": str(seconds), "JUMP_FROM": str(int(time.time()) + after)}


def clock(seconds: int, after: int = 0) -> Callable[[Path], Said]:
    """Run with a clock that jumps."""
    return lambda project: ended(project, *RUN, **jumping(project.parent, seconds, after))


def from_the_future(project: Path) -> None:
    """An edition that was made while the clock stood wrong, years ahead."""
    run = (at(project) / "latest").resolve()
    ahead = run.with_name(f"2099{run.name[4:]}")
    run.rename(ahead)
    manifest = json.loads((ahead / "manifest.json").read_text())
    manifest |= {"run_id": ahead.name, "created_at": "2099" + manifest["created_at"][4:]}
    (ahead / "manifest.json").write_text(json.dumps(manifest))
    (at(project) / "latest").unlink()
    (at(project) / "latest").symlink_to(f"runs/{ahead.name}")


def two_at_once(project: Path) -> Said:
    """Two schedulers begin the same pass: what is due is made once."""
    shutil.rmtree(project / "reports" / REPORT)
    both = [retro(project, *DUE) for _ in range(2)]
    said = [one.communicate(timeout=PATIENCE)[0] for one in both]
    untils = [str(manifest["observed_until"]) for manifest in manifests(at(project))]
    twice = [until for until in set(untils) if untils.count(until) > 1]
    return (max(one.returncode for one in both), "\n".join(said)) if not twice else (98, f"made twice: {twice}")


def dst(project: Path) -> Said:
    """A pass in the hour that there is not, and in the one that there is twice."""
    source = project / "params" / "source.yaml"
    source.write_text(source.read_text().replace("Asia/Shanghai", "America/New_York"))
    moments = ("2025-03-09T02:30", "2025-11-02T01:30")
    said = [ended(project, "due", "--on", moment, TZ="America/New_York") for moment in moments]
    source.write_text(source.read_text().replace("America/New_York", "Asia/Shanghai"))
    return max(code for code, _ in said), "\n".join(words for _, words in said)


def untold(url: str) -> Callable[[Path], Said]:
    """A pass whose news reach nobody."""

    def do(project: Path) -> Said:
        (project / "params" / "notify.yaml").write_text('channels: {owners: {url: "${RETRO_NEWS}"}}\n')
        return ended(project, *LATE, RETRO_NEWS=url)

    return do


def elsewhere(project: Path) -> Said:
    """The same shop below a path of blanks, quotes and Chinese."""
    place = project.with_name(STRANGE)
    shutil.copytree(project, place, symlinks=True)
    code, said = ended(place, *RUN)
    bad = lost(place, 2) or ", ".join(left_over(place))
    return (code, said) if code or not bad else (97, bad)


def strange_place(project: Path) -> Said:
    """Nothing around is as it should be, all at once: clock, home, temporary folder, locale, encoding, path."""
    place = project.with_name(STRANGE)
    shutil.copytree(project, place, symlinks=True)
    surroundings = {**ASCII, "HOME": "/nowhere/at/all", "TMPDIR": "/nowhere/at/all", "PYTHONIOENCODING": "latin-1"}
    clock = jumping(project.parent, -172_800) if shutil.which("gcc") else {}
    code, said = around(**surroundings, **clock)(place)
    bad = lost(place, 2) or ", ".join(left_over(place))
    return (code, said) if code or not bad else (97, bad)


def no_reader(project: Path) -> Said:
    """Whoever reads what it says goes away."""
    process = retro(project, *RUN)
    assert process.stdout is not None
    process.stdout.close()
    return process.wait(PATIENCE), ""


def a_stale_lock(project: Path) -> None:
    for path in (project / ".retro" / "held").iterdir():
        path.write_text(json.dumps({"process": os.getpid(), "began": "1", "since": "2020-01-01T00:00:00+00:00"}))


def a_copy_without_links(project: Path) -> None:
    latest = at(project) / "latest"
    run = latest.resolve()
    latest.unlink()
    shutil.copytree(run, latest)


def without_own_folder(project: Path, _mark: str) -> None:
    shutil.rmtree(project / ".retro", ignore_errors=True)


def link_again(project: Path) -> None:
    latest, (run, *_) = at(project) / "latest", sorted((at(project) / "runs").iterdir())
    shutil.rmtree(latest)
    latest.symlink_to(f"runs/{run.name}")


MAIL = "mailto://a:b@127.0.0.1:9?from=a@example.org&to=b@example.org"
STRANGE = """店 '双 11' "x" $HOME `a` [1] {b} #%41"""
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

FULL = "No space left on device|found no room on the disk"
USABLE = "file or folder must be usable"

GARBAGE = tuple(map(garbage, ("memo/**/*", "fingerprints.json", "verdicts/**/*", "inputs/runs/*")))

FAULTS = [
    Fault("disk of `.retro` full", disk(".retro", "64k"), (1, 3), FULL),
    Fault("disk of the runs full before the pages", disk(f"reports/{REPORT}/runs", "64k"), (1,), FULL),
    Fault("disk of the runs full at the pages", disk(f"reports/{REPORT}/runs", "600k"), (1,), FULL),
    Fault("a file may not grow (RLIMIT_FSIZE)", limited("-f 200"), (1, 3, 4), "File too large|room|usable"),
    Fault("reports read-only", read_only("reports"), (1,), USABLE),
    Fault("`.retro` read-only", read_only(".retro"), (1,), USABLE),
    Fault(
        "source gone before the run",
        changed(no_orders),
        (1,),
        "orders: file must exist",
        put_back("data/orders.parquet"),
    ),
    Fault("source gone midway", midway("execute", no_orders), (0, 1, 3), "", put_back("data/orders.parquet")),
    Fault(
        "source replaced midway", midway("execute", more_orders), (1, 3), "changed during the run|must stay as|moved"
    ),
    Fault("source cut in half", changed(cut("data/orders.parquet")), (1, 2), "orders", put_back("data/orders.parquet")),
    Fault("too little memory for a run (ulimit -v)", limited("-v 2000000"), (1,), "memory must be at least"),
    Fault("engine out of memory (ulimit -v)", limited("-v 3400000"), (0, 1, 3, 4), ""),
    Fault("few files may be open (ulimit -n)", limited("-n 24"), (1, 3, 4), ""),
    Fault("kernel killed", midway("execute", kill_children("fork_server")), (3,), "kernel|notebook"),
    Fault("fork server killed at the check", midway("check", kill_children("fork_server")), (0, 3), ""),
    Fault("clock two days back", clock(-172_800)),
    Fault("clock a day back midway", clock(-86_400, after=6)),
    Fault("an edition from the future", changed(from_the_future)),
    Fault("clock changes (DST)", dst),
    Fault("two schedulers at once", two_at_once),
    Fault("manifest half written", changed(cut(f"reports/{REPORT}/latest/manifest.json")), mend=whole_manifest),
    Fault("memo corrupted", changed(garbage("memo/**/*"))),
    Fault("fingerprints and verdicts corrupted", changed(garbage("fingerprints.json"), garbage("verdicts/**/*"))),
    Fault("stored inputs corrupted", changed(garbage("inputs/runs/*"))),
    Fault("SMTP server down", untold(MAIL), (1,), "notify.yaml: channels.owners"),
    Fault("webhook refuses", untold("json://127.0.0.1:9/"), (1,), "notify.yaml: channels.owners"),
    Fault("webhook unknown", untold("nonsense"), (1,), "url must be one that Apprise knows"),
    Fault("no HOME", around(HOME=None)),
    Fault("HOME is nowhere", around(HOME="/nowhere/at/all")),
    Fault("locale C without UTF-8", around(**ASCII)),
    Fault("output in latin-1", around(PYTHONIOENCODING="latin-1")),
    Fault("path of blanks, quotes and Chinese", elsewhere),
    Fault("nobody reads the output", no_reader, (0, 1, 120)),
    Fault("TMPDIR is nowhere", around(TMPDIR="/nowhere/at/all")),
    Fault("a lock of a process that is gone", changed(a_stale_lock)),
    Fault("address is a folder", changed(a_copy_without_links), (1,), "address must be a link to a run", link_again),
    Fault("all of the surroundings at once", strange_place),
    Fault("all that is kept corrupted at once", changed(*GARBAGE, a_stale_lock, from_the_future)),
    Fault("`.retro` gone midway", midway("execute", without_own_folder), (0, 1, 3, 4)),
]


def tried(fault: Fault, base: Path, place: Path) -> list[str]:
    """What a fault broke; empty where nothing."""
    project = shutil.copytree(base, place / "shop", symlinks=True)
    editions = len(manifests(at(project)))
    os.environ[MARK] = mark = f"{os.getpid()}-{time.monotonic_ns()}"
    code, said = fault.do(project)
    found = []
    if code not in fault.codes:
        found.append(f"exit code {code}: {said[-600:]}")
    if "Traceback" in said:
        found.append(f"a traceback: {said[-1200:]}")
    if fault.words and not re.search(fault.words, said):
        found.append(f"not said: {fault.words}: {said[-600:]}")
    fault.mend(project)
    if problem := lost(project, editions):
        found.append(f"lost: {problem}")
    code, said = ended(project, *RUN)
    if code:
        found.append(f"once mended: exit code {code}: {said[-600:]}")
    elif problem := lost(project, editions):
        found.append(f"lost once mended: {problem}")
    found += [f"left over: {path}" for path in left_over(project)]
    found += [] if all_gone(mark) else ["processes left"]
    with within(project):
        if not pages(project):
            found.append("no pages")
    return found


def main(names: list[str]) -> int:
    chosen = [fault for fault in FAULTS if not names or any(name in fault.name for name in names)]
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        base = make_reported(Path(folder) / "base")
        for number, fault in enumerate(chosen):
            began = dt.datetime.now(dt.UTC)
            place = Path(folder) / str(number)
            place.mkdir()
            try:
                found = tried(fault, base, place)
            except Exception as reason:  # noqa: BLE001 - one broken trial must not stop the others
                found = [f"{type(reason).__name__}: {reason}"]
            broken += bool(found)
            seconds = (dt.datetime.now(dt.UTC) - began).total_seconds()
            sys.stdout.write(f"| {fault.name} | {'survived' if not found else 'BROKEN'} | {seconds:.0f} s |\n")
            sys.stdout.write("".join(f"    {line}\n" for line in found))
            sys.stdout.flush()
            shutil.rmtree(place, ignore_errors=True)
    sys.stdout.write(f"tried {len(chosen)}, survived {len(chosen) - broken}\n")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
