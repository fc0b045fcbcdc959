"""Kill runs at random moments over all their steps, and count what is lost: `python tests/faults/kills.py 56 [SEED]`.

A run of the small shop is killed (SIGKILL) in a step, its group or the parent alone. After each kill no process may be
left, the report and all its editions must stand as they were published; at the end one more run must give the same
bytes as the first and leave nothing behind.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from trials import (
    IN_ENGLISH,
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
)

from retro.jobs.due import manifests

STEPS = ("begin", "check", "execute", "publish", "end")
"""Before the first step, within each, and while the edition is swapped in and older ones are cleared."""


def seconds_of(project: Path) -> dict[str, float]:
    """How long each step takes here, now."""
    process, at, found = retro(project, "run", *IN_ENGLISH, "--force"), time.monotonic(), {}
    step = "begin"
    assert process.stdout is not None
    for line in process.stdout:
        word = line.strip().rpartition(": ")[2]
        if word in STEPS:
            found[step], step, at = time.monotonic() - at, word, time.monotonic()
    process.wait()
    found[step] = time.monotonic() - at
    found["end"] = found["publish"]
    return found


def kill(project: Path, step: str, after: float, *, group: bool, mark: str) -> str:  # noqa: C901 - one story
    """Run, kill some seconds into a step, and say in which step the run was by then; empty where it had ended."""
    process = retro(project, "run", *IN_ENGLISH, "--force", mark=mark)
    seen, reached = ["begin"], threading.Event()
    if step == "begin":
        reached.set()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            word = line.strip().rpartition(": ")[2]
            if word in STEPS:
                seen.append(word)
                if word == ("publish" if step == "end" else step):
                    reached.set()
        reached.set()

    reader = threading.Thread(target=read)
    reader.start()
    reached.wait(PATIENCE)
    runs = project / "reports" / REPORT / "runs"
    if step == "end":  # from the moment on that the manifest is there, or the last pages are
        end = time.monotonic() + 120
        newest = max(runs.iterdir())
        while process.poll() is None and time.monotonic() < end and not any(newest.glob("*.pptx")):
            time.sleep(0.005)
    time.sleep(after)
    was = seen[-1] if process.poll() is None else ""
    if was == "publish" and (max(runs.iterdir()) / "manifest.json").is_file():
        was = "end"
    if process.poll() is None:
        (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
    process.wait()
    gone = all_gone(mark)
    for one in [] if gone else processes(mark):
        os.kill(one, signal.SIGKILL)
    reader.join()
    assert process.stdout is not None
    process.stdout.close()
    if not gone:
        raise AssertionError(f"processes were left after a kill in {was}")
    return was


def main(tries: int, seed: int = 7) -> int:
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    with tempfile.TemporaryDirectory() as folder:
        project = make_reported(Path(folder) / "shop")
        first, lasts = pages(project), seconds_of(project)
        tried, whole, faults = Counter[tuple[str, str]](), Counter[tuple[str, str]](), []
        for number in range(tries):
            step, group = STEPS[number % len(STEPS)], number // len(STEPS) % 2 == 0
            after = chance.uniform(0, 1.5 if step == "end" else lasts[step])
            editions = min(len(manifests(project / "reports" / REPORT)), 12)
            try:
                was = kill(project, step, after, group=group, mark=f"{os.getpid()}-{number}")
                problem = lost(project, editions)
            except AssertionError as reason:
                was, problem = step, str(reason)
            case = (was or "had ended", "group" if group else "parent")
            tried[case] += 1
            whole[case] += not problem
            faults += [f"{case}: {problem}"] if problem else []
            sys.stderr.write(f"{number + 1} of {tries}: {case} {problem}\n")
        code, said = ended(project, "run", *IN_ENGLISH, "--force")
        faults += [] if code == 0 else [f"the run after them all failed: {said}"]
        faults += [] if pages(project) == first else ["the run after them all gave other bytes"]
        left = left_over(project)
    for case in sorted(tried):
        sys.stdout.write(f"| {case[0]} | {case[1]} | {tried[case]} | {whole[case]} |\n")
    sys.stdout.write(f"tried {tried.total()}, survived {whole.total()}, lost {len(faults)}, left over {len(left)}\n")
    sys.stdout.write("".join(f"{line}\n" for line in [*faults, *left]))
    return int(bool(faults or left))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3] or ["56"])))
