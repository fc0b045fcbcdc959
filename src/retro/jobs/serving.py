"""Serve the reports folder to this machine alone: what was published, and what is due, being made and failed.

It reads and never writes. Behind a proxy that lets others in, the proxy says who may.
"""

from __future__ import annotations

import html
import os
import re
import stat
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import unquote

from retro.errors import RetroError
from retro.i18n import Lang
from retro.jobs.standing import standing
from retro.publish.around import CATALOGUES
from retro.publish.standing import STANDING

_LOOPBACK = "127.0.0.1"

_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
"""What is published, by ending; executed notebooks, records and logs are not."""

_SAVED = {".xlsx", ".pptx"}

_NOW: Final[dict[str, Lang]] = {f"/{name}": lang for lang, name in STANDING.items()}

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"<>]*)">')
_HEAD = 4096
"""Bytes of a page within which its own policy stands."""

_ONE_LINE = {10: None, 13: None, 44: None}
"""What would begin another header, or another policy."""

_SECONDS = 5.0
"""How long the page of what is due is kept: many readers ask no more of the machine than one."""

_SLOWEST = 30
"""Seconds after which a reader who says nothing is hung up on."""


class Server(ThreadingHTTPServer):
    """Serves a reports folder on the loopback address.

    Args:
        reports: The reports folder.
        port: The port; 0 for any that is free.
        now: What draws the page of what is due, in a language.

    Raises:
        RetroError: There is no such folder, or the port is taken.
    """

    daemon_threads = True

    def __init__(self, reports: Path, port: int = 8765, now: Callable[[Path, Lang], str] = standing) -> None:
        """Bind the port; `serve_forever` begins to answer."""
        if not reports.is_dir():
            raise RetroError(f"{reports.name}: reports folder must exist. `retro run` makes it.")
        self.reports = reports.resolve()
        self._now, self._turn = now, threading.Lock()
        self._drawn: dict[Lang, tuple[float, str]] = {}
        try:
            super().__init__((_LOOPBACK, port), _Handler)
        except (OSError, OverflowError) as reason:
            said = getattr(reason, "strerror", None) or reason
            raise RetroError(f"retro serve: port must be free, got {port}: {said}. Give another: --port 0.") from None

    @property
    def address(self) -> str:
        """The address to open."""
        return f"http://localhost:{self.server_port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """What a browser calls this server. Any other name leads here by a trick: DNS rebinding."""
        return frozenset(f"{name}:{self.server_port}" for name in (_LOOPBACK, "localhost"))

    def standing(self, lang: Lang) -> str:
        """The page of what is due, drawn a few seconds ago at most."""
        with self._turn:
            at, page = self._drawn.get(lang, (-_SECONDS, ""))
            if time.monotonic() - at >= _SECONDS:
                page = self._now(self.reports, lang)
                self._drawn[lang] = (time.monotonic(), page)
            return page

    def published(self, path: str) -> tuple[BinaryIO, str] | None:
        """Open what an address leads to, with its ending; None where that is nothing published within the folder."""
        parts = [part for part in unquote(path, errors="surrogateescape").split("/") if part] or [CATALOGUES["zh"]]
        if any(part.startswith(".") or set(part) & {"\\", "\0"} for part in parts):
            return None
        try:
            place = self.reports.joinpath(*parts).resolve(strict=True)
            inside = place.relative_to(self.reports)
            if any(part.startswith(".") for part in inside.parts) or place.suffix not in _TYPES:
                return None
            # it is resolved: a link that stands there now was put there meanwhile; and no pipe is waited for
            handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError, RuntimeError):
            return None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            return None
        return os.fdopen(handle, "rb"), place.suffix


class _Handler(BaseHTTPRequestHandler):
    """Answers one reader."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "retro", ""
    timeout = _SLOWEST

    def do_GET(self) -> None:
        """Answer with a page."""
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        path = self.path.partition("?")[0]
        if (lang := _NOW.get(path)) is not None:
            self._answer(self.server.standing(lang).encode(), ".html")
        elif (found := self.server.published(path)) is None:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            with found[0] as file:
                self._answer(file.read(), found[1])

    do_HEAD = do_GET  # noqa: N815 - as above

    def _refuse(self) -> None:
        self.close_connection = True  # what it sends is not read
        self.send_error(HTTPStatus.METHOD_NOT_ALLOWED)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_CONNECT = do_TRACE = _refuse  # noqa: N815 - as above

    def _answer(self, content: bytes, suffix: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", _TYPES[suffix])
        if suffix == ".html":
            self.send_header("Content-Security-Policy", _policy(content))
        if suffix in _SAVED:
            self.send_header("Content-Disposition", "attachment")
        self._send(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - the base class's own
        """Answer with a line that repeats nothing of what was asked."""
        status = HTTPStatus(code)
        self.send_response(status, status.phrase)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        if self.close_connection:
            self.send_header("Connection", "close")
        self._send(f"{status.value} {status.phrase}\n".encode())

    def _send(self, content: bytes) -> None:
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Say nothing: what readers look at is theirs."""


def _policy(page: bytes) -> str:
    """A page's own policy, which lets its own style and script run; of a page without one, that nothing does."""
    found = _POLICY.search(page[:_HEAD])
    own = html.unescape(found[1].decode("ascii", "replace")) if found else "default-src 'none'"
    return f"{own.translate(_ONE_LINE)}; frame-ancestors 'none'"


def serve(server: Server) -> None:
    """Answer until a signal asks for an end."""
    with server:
        try:
            server.serve_forever()
        except (KeyboardInterrupt, SystemExit):
            return
