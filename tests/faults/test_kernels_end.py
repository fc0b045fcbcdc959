"""Faults: a kernel in a native loop answers no signal; it ends with its run all the same."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from retro.errors import ExecutionError
from retro.execute import execute_notebook

NATIVE_LOOP = "import re; re.match('(a+)+$', 'a' * 64 + 'b')"
"""It holds the interpreter's lock: no thread runs and no Python handler of a signal."""


@pytest.fixture
def stuck(tmp_path: Path) -> Path:
    """A notebook that writes the ids of its kernel and of a process that this one started, then loops."""
    start = "import os, subprocess, sys; other = subprocess.Popen([sys.executable, '-c', 'while True: pass'])"
    tell = f"open({str(tmp_path / 'ids')!r}, 'w').write(f'{{os.getpid()}} {{other.pid}}')"
    cells = [nbformat.v4.new_code_cell(cell) for cell in ("a = 1", f"{start}\n{tell}", NATIVE_LOOP)]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "stuck.ipynb")
    return tmp_path / "stuck.ipynb"


def started(folder: Path, within: float = 60) -> list[int]:
    """The processes of the notebook, once they run."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if (folder / "ids").is_file() and (ids := (folder / "ids").read_text().split()):
            return [int(one) for one in ids]
        time.sleep(0.1)
    raise AssertionError("the notebook did not start")


def gone(process: int, within: float = 10) -> bool:
    """Whether a process is gone, or nothing but its entry is left."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
            os.kill(process, 0)
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.1)
    return False


def default_signals() -> None:
    """Undo what whoever runs the tests in the background has ignored."""
    for one in (signal.SIGINT, signal.SIGHUP):
        signal.signal(one, signal.SIG_DFL)


@pytest.mark.slow
@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_a_kernel_in_a_native_loop_ends_with_its_run(stuck: Path, way: signal.Signals) -> None:
    code = (
        "from pathlib import Path; from retro.execute import execute_notebook; "
        f"execute_notebook(Path({str(stuck)!r}), Path({str(stuck.with_name('out.ipynb'))!r}), parameters={{}})"
    )
    command = [sys.executable, "-c", code]
    run = subprocess.Popen(command, stderr=subprocess.DEVNULL, preexec_fn=default_signals)  # noqa: PLW1509 - one thread
    try:
        processes = started(stuck.parent)
        run.send_signal(way)
        run.wait(20)
        assert all(gone(process) for process in processes)
    finally:
        run.kill()


@pytest.mark.slow
def test_a_kernel_in_a_native_loop_ends_at_the_time_limit_with_what_it_started(stuck: Path) -> None:
    with pytest.raises(ExecutionError, match="notebook must end within 15 s, and was stopped"):
        execute_notebook(stuck, stuck.with_name("out.ipynb"), parameters={}, timeout=15)
    assert all(gone(process) for process in started(stuck.parent))


def test_where_the_system_has_no_signal_another_process_watches(tmp_path: Path) -> None:
    ready = f"open({str(tmp_path / 'ids')!r}, 'w').write(str(os.getpid()))"
    loop = (
        "import os; from retro.execute import ends; ends.sys.platform = 'darwin'; "
        f"ends.end_with_parent(); {ready}; {NATIVE_LOOP}"
    )
    start = (
        "import subprocess, sys, time; "
        f"subprocess.Popen([sys.executable, '-c', {loop!r}], start_new_session=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", start])
    (child,) = started(tmp_path)
    parent.kill()
    parent.wait()
    assert gone(child)


def test_a_server_whose_run_was_killed_imports_nothing_more() -> None:
    here, there = socket.socketpair()
    here.close()
    command = [sys.executable, "-X", "importtime", "-P", "-m", "retro.execute.fork_server", str(there.fileno())]
    done = subprocess.run(command, pass_fds=[there.fileno()], capture_output=True, text=True, timeout=120, check=False)
    there.close()

    assert done.returncode == 0
    assert "retro.execute.starts" in done.stderr
    assert "papermill" not in done.stderr
