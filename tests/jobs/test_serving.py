from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from retro.errors import RetroError
from retro.jobs.serving import Server, serve
from shops import make_project

PAGE = """<!doctype html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src 'sha256-abc='">
</head><body>the night</body></html>
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    """A reports folder beside a file that is nobody's business, served on a free port."""
    reports = tmp_path / "reports"
    run = reports / "2025Q1" / "night" / "runs" / "20250401"
    run.mkdir(parents=True)
    (run / "zh.html").write_text(PAGE)
    (run / "bare.html").write_text("<html>kept by hand</html>")
    (run / "report.zh.xlsx").write_bytes(b"PK sheets")
    (run / "中 文.pdf").write_bytes(b"%PDF")
    (run / "zh.ipynb").write_text("{}")
    (run / "ledger.json").write_text("{}")
    (run / ".secret.html").write_text("half written")
    (reports / "2025Q1" / "night" / "latest").symlink_to("runs/20250401")
    (reports / "index.html").write_text(PAGE.replace("the night", "all reports"))
    (tmp_path / "secret.html").write_text("rows of customers")
    (reports / "out.html").symlink_to(tmp_path / "secret.html")
    (reports / "out").symlink_to(tmp_path)
    os.mkfifo(reports / "pipe.html")
    drawn: list[str] = []

    def now(_reports: Path, lang: str) -> str:
        drawn.append(lang)
        return f"<html>{lang} {len(drawn)}</html>"

    server = Server(reports, 0, now)
    thread = threading.Thread(target=serve, args=(server,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()


def ask(
    server: Server, path: str, method: str = "GET", host: str = "", body: bytes | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"localhost:{server.server_port}")
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    found = answer.status, dict(answer.headers), answer.read()
    connection.close()
    return found


def test_what_was_published_is_served_with_its_own_policy(served: Server) -> None:
    code, headers, content = ask(served, "/2025Q1/night/latest/zh.html?from=mail")

    assert (code, b"the night" in content, headers["Content-Type"]) == (200, True, "text/html; charset=utf-8")
    assert headers["Content-Security-Policy"] == ("default-src 'none'; style-src 'sha256-abc='; frame-ancestors 'none'")
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert (headers["Cross-Origin-Resource-Policy"], headers["Cache-Control"]) == ("same-origin", "no-store")
    assert headers["Server"].strip() == "retro"  # no version of Python
    assert b"all reports" in ask(served, "/")[2]
    bare = ask(served, "/2025Q1/night/latest/bare.html")
    assert bare[1]["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    sheets = ask(served, "/2025Q1/night/latest/report.zh.xlsx")
    assert (sheets[0], sheets[1]["Content-Disposition"], sheets[2]) == (200, "attachment", b"PK sheets")
    assert ask(served, "/2025Q1/night/latest/%E4%B8%AD%20%E6%96%87.pdf")[2] == b"%PDF"


def test_a_head_is_a_get_without_its_body(served: Server) -> None:
    code, headers, content = ask(served, "/index.html", "HEAD")
    assert (code, content, headers["Content-Length"]) == (200, b"", str(len(ask(served, "/index.html")[2])))


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/2025Q1/../../secret.html",
        "//secret.html",
        "/..\\secret.html",
        "/out.html",
        "/out/secret.html",
        "/pipe.html",
        "/2025Q1",
        "/2025Q1/",
        "/2025Q1/night/latest/",
        "/2025Q1/night/latest/zh.ipynb",
        "/2025Q1/night/latest/ledger.json",
        "/2025Q1/night/latest/.secret.html",
        "/2025Q1/night/latest/zh.html%00.pdf",
        "/2025Q1/night/latest/zh.html/",
        "/%ff%fe.html",
        "/http://localhost/secret.html",
        "/none.html",
        f"/{'a' * 5000}.html",
    ],
)
def test_nothing_else_is(path: str, served: Server) -> None:
    if path == "/2025Q1/night/latest/zh.html/":
        assert ask(served, path)[0] == 200  # a slash more, the same page
        return
    code, headers, content = ask(served, path)
    assert (code, content, headers["Content-Type"]) == (404, b"404 Not Found\n", "text/plain; charset=utf-8")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_nobody_writes(method: str, served: Server) -> None:
    code, headers, _ = ask(served, "/index.html", method, body=b"rows=1")

    assert code == (501 if method == "PROPFIND" else 405)
    assert method == "PROPFIND" or headers["Allow"] == "GET, HEAD"


def test_a_page_elsewhere_that_points_its_name_here_is_refused(served: Server) -> None:
    port = served.server_port

    for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", "localhost", "localhost:1"):
        assert ask(served, "/index.html", host=host)[::2] == (421, b"421 Misdirected Request\n")
    assert ask(served, "/index.html", host=f"127.0.0.1:{port}")[0] == 200
    with socket.create_connection(("127.0.0.1", port)) as bare:
        bare.sendall(b"GET /index.html HTTP/1.0\r\n\r\n")
        assert bare.recv(64).startswith(b"HTTP/1.1 421")


def test_the_page_of_what_is_due_is_drawn_for_many_readers_at_once(served: Server) -> None:
    assert [ask(served, "/standing.html")[2] for _ in range(3)] == [b"<html>zh 1</html>"] * 3
    assert ask(served, "/standing.en.html")[2] == b"<html>en 2</html>"


def test_only_this_machine_is_listened_to(served: Server) -> None:
    assert served.server_address[0] == "127.0.0.1"
    with pytest.raises(RetroError, match=rf"retro serve: port must be free, got {served.server_port}: .* --port 0"):
        Server(served.reports, served.server_port)
    with pytest.raises(RetroError, match=r"nowhere: reports folder must exist. `retro run` makes it"):
        Server(served.reports / "nowhere")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_is_asked_to(end: signal.Signals, tmp_path: Path) -> None:
    project = make_project(tmp_path / "shop")
    (project / "reports").mkdir()
    before = sorted(path for path in project.rglob("*") if ".retro" not in path.parts)
    command = [sys.executable, "-m", "retro", "serve", "--port", "0"]
    pipe = subprocess.PIPE
    server = subprocess.Popen(command, cwd=project, stdout=pipe, stderr=pipe, text=True, preexec_fn=default_signals)  # noqa: PLW1509 - one thread
    with server:
        assert server.stdout is not None
        first, second = server.stdout.readline(), server.stdout.readline()
        port = int(re.findall(r"http://localhost:(\d+)/", first)[0])
        with contextlib.closing(http.client.HTTPConnection("localhost", port, timeout=60)) as reader:
            reader.request("GET", "/standing.en.html")
            page = reader.getresponse().read().decode()
        server.send_signal(end)
        out, err = server.communicate(timeout=20)

    assert (server.returncode, out, err) == (0, "", "")
    assert first == f"Due, running and failed: http://localhost:{port}/standing.html\n"
    assert second == f"Reports: http://localhost:{port}/ (Ctrl-C ends it)\n"
    assert "First report" in page
    assert sorted(path for path in project.rglob("*") if ".retro" not in path.parts) == before


def default_signals() -> None:
    """Undo what whoever runs the tests in the background has ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
