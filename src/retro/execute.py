"""Execute a notebook with papermill, in a process of its own, and tell the truth about how it ended.

Papermill's own status cannot be trusted: a timeout or a dead kernel leaves cells marked completed, `sys.exit(0)` leaves
the rest undone without an error, and an unknown parameter is only logged. So the parent checks what was really done.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from retro.blocks import BLOCKS_MIME, PAPERMILL_TAGS, PENDING_MIME, nameless
from retro.errors import ExecutionError, did_you_mean
from retro.files import read_json, shown, unplaced, write_atomic, write_json

CELL_TIMEOUT = 600
"""Seconds that one cell may take."""

NOTEBOOK_TIMEOUT = 1800
"""Seconds that a notebook may take; papermill itself knows no such limit."""

_KERNEL = "python3"

_LONGEST_SOCKET_FOLDER = 90
"""Bytes: a socket's whole name may have 104 on some systems."""

_RUNNING: set[int] = set()
"""Process groups of the notebooks that run now."""


def execute_notebook(
    notebook: Path,
    out: Path,
    *,
    parameters: Mapping[str, Any],
    environment: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    cell_timeout: int = CELL_TIMEOUT,
    timeout: int = NOTEBOOK_TIMEOUT,
) -> Path:
    """Execute a notebook and write the executed copy.

    Args:
        notebook: The notebook; it must have a cell tagged `parameters`.
        out: Where the executed copy goes; it is written on failure too, for whoever looks into it.
        parameters: Values of the parameters cell; JSON values only, and only names that the cell defines.
        environment: Variables for the kernel, on top of this process's own.
        secrets: Values by variable that must not stand in the executed copy.
        cell_timeout: Seconds that one cell may take.
        timeout: Seconds that the whole notebook may take.

    Raises:
        ExecutionError: The notebook is not fit to be executed, or did not run to its end.
    """
    _check_parameters(notebook, parameters)
    with tempfile.TemporaryDirectory(prefix="retro-") as folder, _socket_folder(folder) as sockets:
        request, answer = Path(folder) / "request.json", Path(folder) / "answer.json"
        raw = Path(folder) / "executed.ipynb"
        write_json(
            request,
            {
                "notebook": str(notebook.resolve()),
                "out": str(raw),
                "answer": str(answer),
                "parameters": dict(parameters),
                "cell_timeout": cell_timeout,
                "socket": str(Path(sockets) / "k"),
            },
        )
        ending = _run_child(request, _environment(folder, environment or {}), timeout)
        problem = ending or read_json(answer)["problem"]
        executed = _read_executed(raw)
        if executed is not None:
            write_atomic(out, _cleaned(executed, notebook, secrets or {}))
        problem = problem or _incomplete(executed)
    if problem:
        copy = f" Executed copy: {shown(out)}." if out.is_file() else ""
        raise ExecutionError(f"{shown(notebook)}: {_hidden(problem, secrets or {}).removesuffix('.')}.{copy}")
    return out


@contextlib.contextmanager
def _socket_folder(folder: str) -> Iterator[str]:
    """Where the kernel's sockets lie: in the folder, or where its name is too long for the system, in a short one."""
    if len(folder.encode()) <= _LONGEST_SOCKET_FOLDER:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="retro-", dir="/tmp") as short:  # the shortest there is
        yield short


def stop_notebooks() -> None:
    """End every notebook that runs now, with its kernel; whoever waits for one is told that it died."""
    for group in tuple(_RUNNING):
        _end(group)


def _end(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


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


def _run_child(request: Path, environment: Mapping[str, str], timeout: int) -> str:
    """Run the child to its end, or end it with its kernel when the time is up. Empty when it ended by itself."""
    command = [sys.executable, "-m", "retro.execute", str(request)]
    log = request.with_name("stderr.txt")
    with log.open("wb") as stderr:
        child = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs us
            command, env=dict(environment), start_new_session=True, stdout=subprocess.DEVNULL, stderr=stderr
        )
    _RUNNING.add(child.pid)
    try:
        code = child.wait(timeout)
    except subprocess.TimeoutExpired:
        return f"notebook must end within {timeout} s, and was stopped"
    finally:
        # The kernel is in the child's process group; neither may outlive this call.
        _RUNNING.discard(child.pid)
        _end(child.pid)
        child.wait()
    last_words = log.read_text(errors="replace").strip().splitlines()
    return f"the process that ran it died: {last_words[-1] if last_words else code}" if code else ""


def _read_executed(path: Path) -> dict[str, Any] | None:
    return read_json(path) if path.is_file() else None


def _incomplete(executed: Mapping[str, Any] | None) -> str:
    """The first code cell that did not complete, as a problem; empty when all did."""
    if executed is None:
        return "the process that ran it wrote nothing"
    for cell in executed["cells"]:
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        status = cell["metadata"].get("papermill", {}).get("status")
        failed = any(output["output_type"] == "error" for output in cell["outputs"])
        if failed or status != "completed" or cell["execution_count"] is None:
            return f"{_named(executed, executed['cells'].index(cell))} must complete, but ended early"
    return ""


def _named(executed: Mapping[str, Any], index: int) -> str:
    """A cell by its place in the notebook as its author sees it, and its first line."""
    cells = executed["cells"][: index + 1]
    before = [cell for cell in cells if not PAPERMILL_TAGS & set(cell["metadata"].get("tags", []))]
    first_line = next(iter("".join(executed["cells"][index]["source"]).strip().splitlines()), "")
    return f"cell {len(before)} ({first_line[:60]!r})"


def _cleaned(executed: dict[str, Any], notebook: Path, secrets: Mapping[str, str]) -> str:
    """The executed copy without secrets, and its outputs without paths of this machine and without people."""
    papermill = executed["metadata"].get("papermill", {})
    papermill.update(input_path=notebook.name, output_path=None)
    for cell in executed["cells"]:
        if "outputs" in cell:
            cell["outputs"] = [_cleaned_output(output) for output in cell["outputs"]]
    hidden = _in_every_text(executed, lambda text: _hidden(text, secrets)) if secrets else executed
    return json.dumps(hidden, ensure_ascii=False, indent=1) + "\n"


def _cleaned_output(output: dict[str, Any]) -> dict[str, Any]:
    """An output as it may be kept: what was printed and shown as text; blocks were made for publishing."""
    if output["output_type"] == "error":
        return {key: _in_every_text(value, unplaced) for key, value in output.items()}
    if output["output_type"] == "stream":
        return output | {"text": nameless(unplaced(_joined(output["text"])))}
    data = output["data"]
    if BLOCKS_MIME in data or PENDING_MIME in data:
        return output
    texts = {mime: nameless(unplaced(_joined(text))) for mime, text in data.items() if mime.startswith("text/")}
    return output | {"data": data | texts}


def _joined(text: str | list[str]) -> str:
    """A text that a notebook may hold line by line."""
    return text if isinstance(text, str) else "".join(text)


def _in_every_text(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_in_every_text(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _in_every_text(item, change) for key, item in value.items()}
    return value


def _hidden(text: str, secrets: Mapping[str, str]) -> str:
    for name, value in secrets.items():
        text = text.replace(value, f"${{{name}}}")
    return text


def _child(request_file: Path) -> None:
    """Execute as asked, and answer with the problem or nothing; runs in a process of its own."""
    # The jsonschema extra that this belongs to builds a grammar for 1.5 s, and does without it when it is missing.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # None is how Python marks a module as missing
    import nbformat  # noqa: PLC0415 - only the child pays for these
    import papermill  # noqa: PLC0415
    from papermill.engines import NBClientEngine, papermill_engines  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    request = read_json(request_file)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    started: list[Any] = []

    class Engine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
        """Papermill's engine, keeping hold of the notebook so that a timeout leaves a copy too."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:  # noqa: ANN401
            """Execute with a socket file instead of ports, which other kernels could take in the same moment."""
            started.append(nb_man.nb)
            sockets = Config({"KernelManager": {"transport": "ipc", "ip": request["socket"]}})
            super().execute_managed_notebook(
                nb_man, kernel_name, config=sockets, shutdown_kernel="immediate", iopub_timeout=60, **options
            )

    papermill_engines.register("retro", Engine)
    problem = ""
    try:
        papermill.execute_notebook(
            request["notebook"].replace("{", "{{").replace("}", "}}"),
            request["out"],
            parameters=request["parameters"],
            engine_name="retro",
            kernel_name=_KERNEL,
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=request["cell_timeout"],
            cwd=str(Path(request["notebook"]).parent),
        )
    except Exception as reason:  # noqa: BLE001 - whatever ended it is told to the parent
        problem = _problem(reason, started[0] if started else None)
        if started and not Path(request["out"]).is_file():
            nbformat.write(started[0], request["out"])
    write_json(Path(request["answer"]), {"problem": problem})


def _end_with_parent(parent: int) -> None:
    """End this process and its kernel when the run that started it is gone, however it went."""
    while os.getppid() == parent:
        time.sleep(1)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _problem(reason: Exception, notebook: Any) -> str:  # noqa: ANN401 - a notebook node
    """What ended a notebook, in one line that names the cell."""
    if notebook is None:
        return f"kernel must start, got {type(reason).__name__}: {_first_line(reason)}"
    running = [
        index
        for index, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code" and cell["metadata"].get("papermill", {}).get("start_time")
    ]
    place = _named(notebook, running[-1]) if running else "the kernel"
    if hasattr(reason, "ename"):
        return f"{place}: {reason.ename}: {_first_line(getattr(reason, 'evalue', ''))}"
    if type(reason).__name__ == "CellTimeoutError":
        return f"{place} must end in time, and was stopped"
    if type(reason).__name__ == "DeadKernelError":
        return f"{place}: the kernel died, perhaps for lack of memory"
    return f"{place}: {type(reason).__name__}: {_first_line(reason)}"


def _first_line(reason: object) -> str:
    return next(iter(str(reason).strip().splitlines()), "")


if __name__ == "__main__":
    _child(Path(sys.argv[1]))
