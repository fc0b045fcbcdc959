"""Servers that tests start on loopback, and stop by the process or thread that they started."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qs, unquote, urlsplit

import duckdb
import ibis
import pytest


def need(module: str, extra: str) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed; it comes with {extra}")


@contextmanager
def postgres_server(*options: str) -> Iterator[int]:
    """A PostgreSQL server of its own, with more options of its command line; yields its port."""
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
        server = [initdb.with_name("postgres"), "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1", *options]
        process = subprocess.Popen(server, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            ready = [initdb.with_name("pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
            while subprocess.run(ready, check=False, capture_output=True).returncode != 0:
                assert process.poll() is None, "PostgreSQL did not start"
            yield port
        finally:
            process.send_signal(signal.SIGINT)  # a fast shutdown; a plain one waits for clients to leave
            process.wait()


def serve(project: Path, data: Path, port: int) -> None:
    """Put a project's tables into the server, and let its source file name them there."""
    session = ibis.postgres.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")
    for file in data.glob("*.parquet"):
        rows = duckdb.read_parquet(str(file))
        session.create_table(
            file.stem, schema=ibis.Schema.from_pyarrow(rows.limit(1).to_arrow_table().schema), overwrite=True
        )
        text = project / f"{file.stem}.csv"
        rows.write_csv(str(text), header=False)
        with session.con.cursor() as cursor, cursor.copy(f'copy "{file.stem}" from stdin (format csv)') as into:
            into.write(text.read_bytes())
    session.disconnect()
    source = project / "params" / "source.yaml"
    mapped = re.sub(r"path: (\w+)\.parquet", r"table: \1", source.read_text(encoding="utf-8"))
    url = f"url: postgres://postgres@127.0.0.1:{port}/postgres\n"
    source.write_text(url + re.sub("folder: .*\n", "", mapped), encoding="utf-8")


@contextmanager
def spark_connect_server(more: Mapping[str, str] = MappingProxyType({})) -> Iterator[int]:
    """A server of Spark Connect on two threads of this machine, with more settings; yields its port."""
    need("grpc_status", "retro[spark]")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    home = Path(importlib.util.find_spec("pyspark").origin).parent  # type: ignore[union-attr,arg-type]  # it was found
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        settings = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": port,
            "spark.sql.warehouse.dir": folder,
            "spark.sql.shuffle.partitions": 2,
            "spark.sql.adaptive.enabled": "false",
            "spark.sql.codegen.wholeStage": "false",
            "spark.ui.enabled": "false",
            **more,
        }
        server = "org.apache.spark.sql.connect.service.SparkConnectServer"
        given = [part for key, value in settings.items() for part in ("--conf", f"{key}={value}")]
        submit = ["org.apache.spark.deploy.SparkSubmit", "--class", server, "--master", "local[2]"]
        process = subprocess.Popen(
            [home / "bin" / "spark-class", *submit, *given, "spark-internal"],
            env={**os.environ, "SPARK_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
                assert process.poll() is None, "Spark Connect did not start"
                time.sleep(0.5)
            yield port
        finally:
            process.terminate()
            process.wait()


BUCKET = "lake"


class _Objects(BaseHTTPRequestHandler):
    """Answers what S3 clients ask to read a bucket: lists, heads and ranges, of whoever signs what they ask."""

    protocol_version = "HTTP/1.1"
    folder: Path
    sent: Counter[str]

    def log_message(self, *_: object) -> None: ...

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        url = urlsplit(self.path)
        bucket, _, key = unquote(url.path).lstrip("/").partition("/")
        path = self.folder / key
        if "Authorization" not in self.headers:
            self._send(403, b"")
        elif bucket == BUCKET and not key:
            self._send(200, self._listing(parse_qs(url.query).get("prefix", [""])[0]) if body else b"")
        elif bucket != BUCKET or not path.is_file():
            self._send(404, b"")
        else:
            self._object(key, path, body=body)

    def _object(self, key: str, path: Path, *, body: bool) -> None:
        headers = {"Last-Modified": formatdate(path.stat().st_mtime, usegmt=True)}
        if not body:
            self._send(200, b"", headers | {"Content-Length": str(path.stat().st_size)})
            return
        span = re.match(r"bytes=(\d+)-(\d+)", self.headers.get("Range") or "")
        data = path.read_bytes()[slice(int(span[1]), int(span[2]) + 1) if span else slice(None)]
        self.sent[key] += len(data)
        self._send(206 if span else 200, data, headers)

    def _listing(self, prefix: str) -> bytes:
        keys = sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())
        rows = "".join(
            f"<Contents><Key>{key}</Key><Size>{(self.folder / key).stat().st_size}</Size>"
            "<LastModified>2025-01-01T00:00:00.000Z</LastModified></Contents>"
            for key in keys
            if key.startswith(prefix)
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()

    def _send(self, status: int, data: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def object_store(folder: Path) -> Iterator[tuple[str, Counter[str]]]:
    """A folder as the bucket of a store; yields the store's address, and the bytes that were sent of each object."""
    sent: Counter[str] = Counter()
    handler = type("Objects", (_Objects,), {"folder": folder, "sent": sent})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", sent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
