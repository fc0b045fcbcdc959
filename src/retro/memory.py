"""Limits of memory: refuse what cannot fit, and say a lack in one sentence; and each run's share of the machine."""

from __future__ import annotations

import errno
import os
import re
import resource
import sys

from retro.errors import MemoryLackError, RetroError

LEAST_TO_LOAD = 1_024
"""Address space in MiB. Below it numeric libraries crash while they are loaded."""

LEAST_TO_RUN = 3_072
"""Address space in MiB. Below it those of a kernel cannot be loaded, and some wait for memory without end."""

AT_ONCE = "RETRO_AT_ONCE"
"""The variable that tells a run and its kernels how many runs share the machine."""

_NO_MEMORY = re.compile(
    r"failed to map segment|[Cc]annot allocate memory|can't start new thread|[Oo]ut of [Mm]emory"
    r"|error return without exception set|returned NULL without setting an exception"
)
"""What the loader, the system, Python's threads, engines and Python itself say when a limit is met."""


def refuse_little_memory(least: int) -> None:
    """Refuse to go on under a limit of address space (`ulimit -v`) that is surely too low.

    Args:
        least: How much it must be, in MiB.

    Raises:
        MemoryLackError: The limit is lower.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < least * 2**20:
        got = f"{limit // 2**20:,}"
        raise MemoryLackError(
            f"memory must be at least {least:,} MiB of address space, got {got}. Raise the limit (ulimit -v)."
        )


def share_of_memory(whole: str) -> str:
    """An engine's limit of memory, divided between the runs that share the machine.

    Examples:
        >>> share_of_memory("18.8 GiB")
        '18.8 GiB'
    """
    number, unit = whole.split()
    return f"{float(number) / _at_once():g} {unit}"


def share_of_threads(whole: int) -> int:
    """An engine's threads, divided between the runs that share the machine: more of them wait for each other.

    Examples:
        >>> share_of_threads(8)
        8
    """
    return max(1, whole // _at_once())


def peak_memory_mb() -> int:
    """The largest process so far, of this one and its children that have ended, in MiB."""
    sizes = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(sizes) // (1024 * 1024 if sys.platform == "darwin" else 1024)


def out_of_memory(reason: BaseException | None) -> MemoryLackError | None:
    """A lack of memory as one sentence; None where an error has no such cause.

    Examples:
        >>> str(out_of_memory(ImportError("core.so: failed to map segment from shared object")))
        'memory must suffice for the run, got too little. Raise the limit (ulimit -v), or run it on a larger machine.'
        >>> out_of_memory(KeyError("a"))
    """
    while reason is not None:
        lacks = isinstance(reason, MemoryError) or getattr(reason, "errno", None) == errno.ENOMEM
        if lacks or (not isinstance(reason, RetroError) and _NO_MEMORY.search(str(reason))):
            return MemoryLackError(
                "memory must suffice for the run, got too little. Raise the limit (ulimit -v), or run it on a larger "
                "machine."
            )
        reason = reason.__cause__ or reason.__context__
    return None


def _at_once() -> int:
    return int(os.environ.get(AT_ONCE) or 1)
