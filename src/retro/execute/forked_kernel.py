"""Let a notebook's kernel be a fork too: Jupyter's manager starts it as if it were a new process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from typing import Any
from uuid import uuid4

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from retro.execute.ends import end_with_parent

_ARGUMENTS = "ipykernel_launcher"
"""The module after which a kernel's own arguments stand in Jupyter's command."""

_MOST_OPEN = 1024
"""File descriptors below which all lie that a fresh process has."""


class ForkedKernel:
    """A fork that waits to become a kernel; fork it before anything starts a thread.

    It has what Jupyter's provisioner uses of a `subprocess.Popen`.
    """

    stdin = stdout = stderr = None

    def __init__(self) -> None:
        """Fork."""
        wait, self._begin = os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._begin)
            _wait_and_run(wait)
            os._exit(0)
        os.close(wait)

    def begin(self, command: list[str], cwd: str | None, env: dict[str, str]) -> None:
        """Make it the kernel of Jupyter's command."""
        arguments = command[command.index(_ARGUMENTS) + 1 :]
        with os.fdopen(self._begin, "w", encoding="utf-8") as told:
            json.dump({"arguments": arguments, "cwd": cwd, "env": env}, told)

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self._waited(os.WNOHANG)

    def wait(self) -> int | None:
        """Wait for its end."""
        return self._waited(0)

    def send_signal(self, signum: int) -> None:
        """Send it a signal."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def _waited(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def manager_of(kernel: ForkedKernel) -> type[AsyncKernelManager]:
    """The class of Jupyter's managers that start this kernel."""

    class Provisioner(LocalProvisioner):  # type: ignore[misc]  # Jupyter's client has no types
        """Starts the fork in place of a new process."""

        async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:  # noqa: ANN401 - as Jupyter's
            kernel.begin(cmd, kwargs.get("cwd"), kwargs["env"])
            self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
            return self.connection_info

    class Manager(AsyncKernelManager):  # type: ignore[misc]  # as above
        """Jupyter's manager of that provisioner."""

        def __init__(self, **options: Any) -> None:  # noqa: ANN401 - as Jupyter's
            super().__init__(**options)
            self.kernel_id = str(uuid4())
            self.provisioner = Provisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)

    return Manager


def _wait_and_run(wait: int) -> None:
    """Become the kernel that is told through a pipe; end where nobody tells."""
    os.setsid()
    os.closerange(3, wait)  # nobody waits for the end of what a kernel holds
    os.closerange(wait + 1, _MOST_OPEN)
    with os.fdopen(wait, encoding="utf-8") as telling:
        text = telling.read()
    if not text:
        return
    told = json.loads(text)
    os.environ.clear()
    os.environ.update(told["env"])
    if told["cwd"]:
        os.chdir(told["cwd"])
    end_with_parent()
    sys.argv = [_ARGUMENTS, *told["arguments"]]
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415 - imported by now

    with contextlib.suppress(SystemExit):
        IPKernelApp.launch_instance(argv=told["arguments"])
