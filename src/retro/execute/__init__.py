"""Execute a notebook with papermill, in a process of its own, and report reliably how it ended.

Papermill's own status cannot be trusted: a timeout or a dead kernel leaves cells marked completed, `sys.exit(0)` leaves
the rest undone without an error, and an unknown parameter is only logged. So the parent checks what was really done.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retro.errors import ExecutionError, RetroError, did_you_mean
from retro.execute.ends import end_group, end_with_parent
from retro.execute.executed import cleaned, incomplete
from retro.execute.fork_server import ForkServer
from retro.files import read_json, shown, write_atomic, write_json
from retro.places import scratch_folder, short_folder
from retro.sources import hidden, secrets_around

CELL_TIMEOUT = 600
"""Seconds that one cell may take."""

NOTEBOOK_TIMEOUT = 1800
"""Seconds that a notebook may take; papermill itself knows no such limit."""

_LONGEST_SOCKET_FOLDER = 60
"""Bytes: a socket's whole name may have 104 on some systems, its own folder's included."""

_PAUSES = (1, 4)
"""Seconds before a kernel that did not start is tried again; a cell that failed never is."""

_LEAST_ROOM = 1 << 20
"""Bytes on the disk below which a process that died is said to have found no room."""

__all__ = ["SERVER", "Executed", "Together", "end_with_parent", "execute_notebook"]

SERVER = ForkServer()
"""What forks the processes of notebooks that this process executes."""


@dataclass(frozen=True)
class Executed:
    """A notebook that ran to its end.

    Attributes:
        copy: The executed copy.
        peak_memory_mb: The larger of its two processes at its largest, in MiB.
    """

    copy: Path
    peak_memory_mb: int


class Together:
    """Notebooks that run at once and are ended at once."""

    def __init__(self) -> None:
        """Start with none."""
        self._groups: set[int] = set()
        self._stopped = False

    def stop(self) -> None:
        """End all of them, those too that are about to start; `execute_notebook` then raises."""
        self._stopped = True
        for group in tuple(self._groups):
            end_group(group)

    @contextlib.contextmanager
    def holding(self, group: int) -> Iterator[None]:
        """Count a notebook's process group in while it runs."""
        self._groups.add(group)
        if self._stopped:  # since the process was started
            end_group(group)
        try:
            yield
        finally:
            self._groups.discard(group)


def execute_notebook(
    notebook: Path,
    out: Path,
    *,
    parameters: Mapping[str, Any],
    environment: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    cell_timeout: int = CELL_TIMEOUT,
    timeout: int = NOTEBOOK_TIMEOUT,
    together: Together | None = None,
) -> Executed:
    """Execute a notebook and write the executed copy.

    Args:
        notebook: The notebook; it must have a cell tagged `parameters`.
        out: Where the executed copy goes; it is written on failure too, for debugging.
        parameters: Values of the parameters cell; JSON values only, and only names that the cell defines.
        environment: Variables for the kernel, on top of this process's own.
        secrets: Values by variable that must not stand in the executed copy.
        cell_timeout: Seconds that one cell may take.
        timeout: Seconds that the whole notebook may take.
        together: The notebooks that another thread may stop, with this one.

    Raises:
        ExecutionError: The notebook is not fit to be executed, or did not run to its end.
    """
    _check_parameters(notebook, parameters)
    asked = {"notebook": str(notebook.resolve()), "parameters": dict(parameters), "cell_timeout": cell_timeout}
    for pause in (*_PAUSES, None):
        problem, answered, executed = _attempt(asked, environment or {}, timeout, together or Together())
        if not problem or pause is None or answered.get("began", True):
            break
        time.sleep(pause)
    if executed is not None:
        write_atomic(out, cleaned(executed, notebook, secrets or {}))
    problem = problem or incomplete(executed)
    if problem:
        copy = f" Executed copy: {shown(out)}." if out.is_file() else ""
        raise ExecutionError(
            f"{shown(notebook)}: {hidden(problem, secrets_around() | dict(secrets or {})).removesuffix('.')}.{copy}"
        )
    return Executed(out, answered["peak_memory_mb"])


def _attempt(
    asked: Mapping[str, Any], environment: Mapping[str, str], timeout: int, together: Together
) -> tuple[str, dict[str, Any], dict[str, Any] | None]:
    """Execute once: the problem, the child's answer and the executed notebook, where there are any."""
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder, short_folder(_LONGEST_SOCKET_FOLDER) as sockets:
        request, answer = Path(folder) / "request.json", Path(folder) / "answer.json"
        raw = Path(folder) / "executed.ipynb"
        own = {"out": str(raw), "answer": str(answer), "socket": str(Path(sockets) / "k"), "cwd": str(Path.cwd())}
        write_json(request, {**asked, **own, "environment": _environment(folder, environment)})
        ending = _run_forked(request, answer, timeout, together)
        answered = {} if ending else read_json(answer)
        return ending or answered["problem"], answered, None if ending else _copy(raw)


def _copy(raw: Path) -> dict[str, Any] | None:
    """The executed notebook; None where it was not written, or not whole, as on a full disk."""
    try:
        copy: dict[str, Any] = read_json(raw)
    except RetroError:
        return None
    return copy


def _check_parameters(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Refuse what papermill would accept in silence."""
    where = shown(notebook)
    if not notebook.is_file():
        raise ExecutionError(f"{where}: notebook must exist. Each kind needs notebooks/<kind>.ipynb.")
    cells = [cell for cell in read_json(notebook)["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    if len(cells) != 1:
        raise ExecutionError(f"{where}: exactly one cell must be tagged 'parameters', got {len(cells)}.")
    source = "".join(cells[0]["source"])
    known = {line.split("=")[0].split(":")[0].strip() for line in source.splitlines() if "=" in line}
    for name in parameters:
        if name not in known:
            raise ExecutionError(f"{where}: unknown parameter {name!r}. {did_you_mean(name, known)}")


def _environment(folder: str, extra: Mapping[str, str]) -> dict[str, str]:
    """The kernel's environment: this one's, less what a user's own Jupyter set-up could change."""
    return {
        **os.environ,
        "IPYTHONDIR": str(Path(folder) / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONIOENCODING": "utf-8",
        **extra,
    }


def _run_forked(request: Path, answer: Path, timeout: int, together: Together) -> str:
    """Run the process to its end, or end it with its kernel when the time is up. Empty when it ended by itself."""
    log = request.with_name("stderr.txt")
    with log.open("wb") as stderr, SERVER.forked(request, stderr.fileno()) as process:
        if process is not None:
            try:
                with together.holding(process.pid):
                    process.wait(timeout)
            except TimeoutError:
                return f"notebook must end within {timeout} s, and was stopped"
            finally:
                # Neither the process nor its kernel, which is in a group of its own, may outlive this call.
                end_group(process.pid)
                end_group(process.kernel)
    if answer.is_file():
        return ""
    if shutil.disk_usage(log.parent).free < _LEAST_ROOM:
        return f"the process that ran it found no room on the disk of {shown(log.parents[2])}"
    last_words = log.read_text(errors="replace").strip().splitlines()
    return f"the process that ran it died{f': {last_words[-1]}' if last_words else ''}"
