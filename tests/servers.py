"""Servers that tests start on loopback, and stop by the process that they started."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def need(module: str, extra: str) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed; it comes with {extra}")


@contextmanager
def postgres_server() -> Iterator[int]:
    """A PostgreSQL server of its own; yields its port."""
    need("psycopg", "retro[postgres]")
    programs = [shutil.which("initdb"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    initdb = next((Path(program).resolve() for program in programs if program), None)
    if initdb is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        if user:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        subprocess.run(
            [initdb, "-D", data, "-A", "trust", "-U", "postgres"], user=user, check=True, capture_output=True
        )
        free.close()
        server = [initdb.with_name("postgres"), "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1"]
        process = subprocess.Popen(server, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            ready = [initdb.with_name("pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
            while subprocess.run(ready, check=False, capture_output=True).returncode != 0:
                assert process.poll() is None, "PostgreSQL did not start"
            yield port
        finally:
            process.send_signal(signal.SIGINT)  # a fast shutdown; a plain one waits for clients to leave
            process.wait()
