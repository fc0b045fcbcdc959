"""End with the run: a kernel in a native loop answers no signal, and has a session of its own."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys

_PR_SET_PDEATHSIG = 1
"""Linux: the signal that a process gets when its parent ends, from `sys/prctl.h`."""

_INIT = 1
"""The process that orphans belong to."""

_WATCH = """
import os, sys, time
parent, process = map(int, sys.argv[1:])
while True:
    time.sleep(0.5)
    try:
        os.kill(process, 0)
        os.kill(parent, 0)
    except ProcessLookupError:
        break
try:
    os.killpg(process, 9)
except ProcessLookupError:
    pass
"""
"""What a watching process does: it needs nothing of the process that it watches."""


def end_with_parent() -> None:
    """End this process, and all that it started in its group, when its parent ends, however that went.

    Another process watches, as no thread of this one would run in a native loop; Linux also has a signal for it, which
    needs no time.
    """
    parent = os.getppid()
    command = [sys.executable, "-I", "-S", "-c", _WATCH, str(parent), str(os.getpid())]
    subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)  # noqa: S603 - our own words
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent == _INIT or os.getppid() != parent:  # it ended before anybody watched
        end_group(os.getpid())
        os.kill(os.getpid(), signal.SIGKILL)


def end_group(process: int) -> None:
    """End a process with all that it started in its group; nothing where it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)
