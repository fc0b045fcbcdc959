"""The process that executes a notebook: a fork of the server's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

from retro.errors import first_line
from retro.execute.ends import end_with_parent
from retro.execute.executed import named, told
from retro.execute.forked_kernel import ForkedKernel, manager_of
from retro.files import read_json, write_json
from retro.memory import peak_memory_mb

_KERNEL, _ENGINE = "python3", "retro"


def run(request_file: Path, held: int) -> None:
    """Execute as asked, and answer with the problem or nothing.

    Args:
        request_file: The request.
        held: A file descriptor that takes the ids of this process and its kernel.
    """
    request = read_json(request_file)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    end_with_parent()
    kernel = ForkedKernel()
    os.write(held, f"{os.getpid()} {kernel.pid}".encode())
    started: list[Any] = []
    _register_engine(request["socket"], kernel, started)
    problem = ""
    try:
        papermill.execute_notebook(
            _literal(request["notebook"]),
            _literal(request["out"]),
            parameters=request["parameters"],
            engine_name=_ENGINE,
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
    began = bool(started and _running(started[0]))
    write_json(Path(request["answer"]), {"problem": problem, "began": began, "peak_memory_mb": peak_memory_mb()})


def _literal(path: str) -> str:
    """A path in which papermill takes no braces for parameters."""
    return path.replace("{", "{{").replace("}", "}}")


def _register_engine(socket: str, kernel: ForkedKernel, started: list[Any]) -> None:
    """Tell papermill of an engine that needs no ports and keeps hold of the notebook it starts."""

    class Engine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
        """Papermill's engine, keeping hold of the notebook so that a timeout leaves a copy too."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:  # noqa: ANN401
            """Execute with a socket file instead of ports, which other kernels could take in the same moment."""
            started.append(nb_man.nb)
            super().execute_managed_notebook(
                nb_man,
                kernel_name,
                config=Config({"KernelManager": {"transport": "ipc", "ip": socket}}),
                kernel_manager_class=manager_of(kernel),
                shutdown_kernel="immediate",
                iopub_timeout=60,
                **options,
            )

    papermill_engines.register(_ENGINE, Engine)


def _problem(reason: Exception, notebook: Any) -> str:  # noqa: ANN401 - a notebook node
    """What ended a notebook, in one line that names the cell."""
    if notebook is None:
        return f"kernel must start, got {type(reason).__name__}: {first_line(str(reason))}"
    running = _running(notebook)
    place = named(notebook, running[-1]) if running else "the kernel"
    if hasattr(reason, "ename"):
        return f"{place}: {told(str(reason.ename), str(getattr(reason, 'evalue', '')))}"
    if type(reason).__name__ == "CellTimeoutError":
        return f"{place} must end in time, and was stopped"
    if type(reason).__name__ == "DeadKernelError":
        return f"{place}: the kernel died, perhaps for lack of memory"
    return f"{place}: {told(type(reason).__name__, str(reason))}"


def _running(notebook: Any) -> list[int]:  # noqa: ANN401 - as above
    """The cells that were begun, by their place."""
    return [
        index
        for index, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code" and cell["metadata"].get("papermill", {}).get("start_time")
    ]
