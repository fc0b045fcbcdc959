"""Import once what notebooks need, and fork a process for each: the imports take longer than many a notebook.

The server runs no notebook and starts no thread of its own, so that each fork is as fresh as a new process. It ends
with the process that started it, as the socket between them closes then.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retro.execute.starts import nobodys_settings

_IMPORTED = (
    "retro.execute.child",
    "papermill",
    "nbclient",
    "nbformat",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "matplotlib_inline.backend_inline",
    "ibis.backends.duckdb",
    "pyarrow.pandas_compat",
    "retro.report.opening",
    "retro.report.report",
    "retro.sections.every",
    "seaborn",
)
"""What a notebook's process and its kernel import; by name, as this package lies below some of them."""

_WARMING = "retro.report.warming"
"""Reads what every report reads of the package; by name, as above."""

_BRANCH = b"branch"
"""The request for another server, on the first descriptor; all others name a file."""

_LONGEST_REQUEST = 4096
"""Bytes of a request, which is a file's name."""


@dataclass(frozen=True)
class Forked:
    """A process that the server forked, and the kernel that this one forked.

    Attributes:
        pid: The process's id, which is its group's too.
        kernel: The kernel's.
        end: A file descriptor that reads as ended once the process is gone.
    """

    pid: int
    kernel: int
    end: int

    def wait(self, timeout: float) -> None:
        """Wait for its end.

        Raises:
            TimeoutError: It lasts longer.
        """
        if not select.select([self.end], [], [], timeout)[0]:
            raise TimeoutError


class ForkServer:
    """The server of this process; it starts when it is first needed, and again where it died."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._turn = threading.Lock()
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Let it import in the background."""
        with self._turn:
            self._connection()

    def branch(self) -> None:
        """In a fork of the process that started it: have one of its own, forked from it with all that it imported.

        So each process's notebooks end with that process.
        """
        self._turn, self._process = threading.Lock(), None
        parents, self._socket = self._socket, None
        if parents is None:
            return
        own, there = socket.socketpair()
        with parents, there, contextlib.suppress(OSError):  # where it died, another one starts when it is needed
            socket.send_fds(parents, [_BRANCH], [there.fileno(), there.fileno()])
            self._socket = own

    def stop(self) -> None:
        """End it, with all that it forked."""
        with self._turn:
            self._end()

    @contextlib.contextmanager
    def forked(self, request: Path, log: int) -> Iterator[Forked | None]:
        """Fork a process that does what a request file says; None where it died before it could say its id.

        Args:
            request: The file.
            log: The file descriptor that the process writes its errors to.
        """
        end, held = os.pipe()
        try:
            with self._turn:
                self._ask(str(request).encode(), [held, log])
                os.close(held)
                told = os.read(end, 64).split()
            yield Forked(int(told[0]), int(told[1]), end) if told else None
        finally:
            os.close(end)

    def _ask(self, request: bytes, descriptors: list[int]) -> None:
        try:
            socket.send_fds(self._connection(), [request], descriptors)
        except OSError:  # it was killed meanwhile
            self._end()
            socket.send_fds(self._connection(), [request], descriptors)

    def _connection(self) -> socket.socket:
        if self._socket is None:
            self._socket, there = socket.socketpair()
            with there:
                self._process = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs us
                    [sys.executable, "-P", "-m", "retro.execute.fork_server", str(there.fileno())],
                    pass_fds=[there.fileno()],
                    start_new_session=True,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            atexit.register(self.stop)
        return self._socket

    def _end(self) -> None:
        if self._socket is not None:
            self._socket.close()  # which ends a branch
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._socket = self._process = None
        atexit.unregister(self.stop)


def _serve(connection: socket.socket) -> None:
    """Fork a process for each request, until nobody can ask any more."""
    problem = _import(connection)
    gc.freeze()  # objects of the imports are never collected, so that their memory stays shared
    while True:
        request, descriptors, *_ = socket.recv_fds(connection, _LONGEST_REQUEST, 2)
        if not request:
            return
        held, log = descriptors
        if request == _BRANCH:
            os.close(log)
            if os.fork() == 0:
                connection.close()
                connection = socket.socket(fileno=held)
            else:
                os.close(held)
            continue
        if problem:
            os.write(log, problem.encode())
        elif os.fork() == 0:
            connection.close()
            _become(log)
            from retro.execute.child import run  # noqa: PLC0415 - it lies above the client's half of this module

            run(Path(request.decode()), held)
            os._exit(0)
        os.close(held)
        os.close(log)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _import(connection: socket.socket) -> str:
    """Import what all forks need; the problem, empty where there is none. It ends where nobody is left to ask."""
    # The jsonschema extra that this belongs to builds a grammar for 1.5 s, and does without it when it is missing.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # None is how Python marks a module as missing
    # As in every kernel, whose own setting comes too late here.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    try:
        with nobodys_settings():
            for name in _IMPORTED:
                if select.select([connection], [], [], 0)[0] and not connection.recv(1, socket.MSG_PEEK):
                    os._exit(0)  # whoever started it was killed: on a busy machine the imports take half a minute
                importlib.import_module(name)
            importlib.import_module(_WARMING).warm()
    except BaseException as reason:  # noqa: BLE001 - such as no memory: whoever asks is told
        return f"{type(reason).__name__}: {reason}"
    return ""


def _become(log: int) -> None:
    """Make a fork a process of its own: its group, its signals, its files."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(log, 2)
    os.close(log)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
