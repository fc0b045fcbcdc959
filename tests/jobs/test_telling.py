from __future__ import annotations

import datetime as dt
import email
import email.policy
import http.server
import json
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from retro.errors import RetroError
from retro.jobs import Log
from retro.jobs.channels import Channel, Notify, read_notify
from retro.jobs.lineage import send_lineage
from retro.jobs.telling import Teller, by_apprise
from retro.run import Done

WEEK = "2025Q1/new_user_week"
AT = dt.datetime(2025, 2, 3)
PUBLISHED = Done(WEEK, AT, "published", f"reports/{WEEK}/latest")
FAILED = Done(WEEK, AT, "failed", "orders: amount must not be negative, got 3 rows, call 138-0013-8000", 2)


class Sent:
    """In place of Apprise: remembers what was sent."""

    def __init__(self, answer: bool = True) -> None:
        self.messages: list[tuple[str, str, str, list[str]]] = []
        self.answer = answer

    def __call__(self, url: str, title: str, body: str, files: list[Path]) -> bool:
        self.messages.append((url, title, body, [file.name for file in files]))
        return self.answer


def teller(project: Path, send: Any, **keys: Any) -> Teller:
    channel = Channel.model_validate({"url": "${RETRO_MAIL}", **keys})
    return Teller(Notify(channels={"ops": channel}), project / "reports", send)


@pytest.fixture(autouse=True)
def _address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRO_MAIL", "mailtos://ops:s3cretpass@mail.example/x@example.com")


def test_readers_get_the_verdict_in_their_language_with_brief_and_pdf(project: Path) -> None:
    sent = Sent()
    assert teller(project, sent, lang="en").tell(PUBLISHED) == []

    ((_, title, body, files),) = sent.messages
    assert title == "Published: New-user week"
    first, *rest = body.splitlines()
    assert first.startswith("Verdict: ")
    assert rest == ["Data until 3 Feb 2025", f"Report: reports/{WEEK}/latest"]
    assert files == ["brief.en.png", "en.pdf"]


def test_chats_get_no_files_and_a_link_where_reports_are_served(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRO_MAIL", "wecombot://0123456789")
    sent = Sent()
    Teller(
        Notify(channels={"ops": Channel(url="${RETRO_MAIL}")}, base="https://host/reports/"), project / "reports", sent
    ).tell(PUBLISHED)

    ((_, title, body, files),) = sent.messages
    assert title == "已发布：新人周"
    assert body.splitlines()[-1] == f"报告：https://host/reports/{WEEK}/latest/zh.html"
    assert files == []


def test_a_failure_is_told_once_without_people_and_its_end_as_recovered(project: Path) -> None:
    sent = Sent()
    one = teller(project, sent, lang="en")
    for done in (FAILED, FAILED, PUBLISHED, PUBLISHED):
        one.tell(done)

    assert [title for _, title, _, _ in sent.messages] == [
        "Failed: New-user week",
        "Recovered and published: New-user week",
        "Published: New-user week",
    ]
    assert sent.messages[0][2].splitlines() == [
        "orders: amount must not be negative, got 3 rows, call […]",
        "The last good report stays where it is.",
        f"To look into it: retro explain {WEEK}",
    ]
    assert sent.messages[0][3] == []


def test_who_follows_other_reports_or_events_hears_nothing(project: Path) -> None:
    sent = Sent()
    teller(project, sent, reports=["2024Q4/*"]).tell(PUBLISHED)
    teller(project, sent, events=["failed"]).tell(PUBLISHED)
    teller(project, sent).tell(Done(WEEK, AT, "waiting"))

    assert sent.messages == []


def test_what_cannot_be_sent_is_one_line_without_secrets(project: Path) -> None:
    def refuse(url: str, *_: object) -> bool:
        raise OSError(f"no route to {url}")

    (line,) = teller(project, refuse).tell(PUBLISHED)
    assert line.startswith("notify.yaml: channels.ops: OSError: no route to ")
    assert "s3cretpass" not in line
    assert teller(project, Sent(answer=False)).tell(PUBLISHED) == [
        "notify.yaml: channels.ops: message must arrive, but did not"
    ]


def test_an_address_in_the_file_is_refused(project: Path) -> None:
    path = project / "params" / "notify.yaml"
    assert read_notify() == Notify()
    path.write_text("channels:\n  ops: {url: mailto://ops:pw@host}\n")

    with pytest.raises(RetroError, match=r"^params/notify.yaml, line 2: channels.ops.url must come from the envir"):
        read_notify()


def test_a_log_holds_no_secret_and_no_phone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "s3cretpass")
    log = Log("log")
    log.write("done", report=WEEK, message="no s3cretpass, call 138-0013-8000")

    (line,) = log.path.read_text().splitlines()
    assert json.loads(line)["message"] == "no ${SHOP_PASSWORD}, call […]"
    assert log.path.stat().st_mode & 0o077 == 0 or log.path.parent.stat().st_mode & 0o077 == 0
    assert project in log.path.parents


class _Web(http.server.BaseHTTPRequestHandler):
    got: list[dict[str, Any]]

    def do_POST(self) -> None:
        self.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """A web server on loopback: its port, and what was posted to it."""
    got: list[dict[str, Any]] = []
    handler = type("Web", (_Web,), {"got": got})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], got
        server.shutdown()


class _Mail(socketserver.StreamRequestHandler):
    got: list[bytes]

    def handle(self) -> None:
        """As much of SMTP as a sender needs."""
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.got.append(b"".join(lines))
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")


@pytest.fixture
def mail() -> Iterator[tuple[int, list[bytes]]]:
    """A mail server on loopback: its port, and what arrived."""
    got: list[bytes] = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("Mail", (_Mail,), {"got": got})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], got
        server.shutdown()


def test_a_webhook_gets_the_message(
    project: Path, web: tuple[int, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, got = web
    monkeypatch.setenv("RETRO_MAIL", f"json://127.0.0.1:{port}/hook")

    assert teller(project, by_apprise, lang="en").tell(FAILED) == []
    (one,) = got
    assert one["title"] == "Failed: New-user week"
    assert one["message"].startswith("orders: amount must not be negative")


def test_a_mail_carries_picture_and_pdf(
    project: Path, mail: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, got = mail
    monkeypatch.setenv("RETRO_MAIL", f"mailto://127.0.0.1:{port}?from=retro@example.com&to=boss@example.com")

    assert teller(project, by_apprise).tell(PUBLISHED) == []
    (one,) = [email.message_from_bytes(data, policy=email.policy.default) for data in got]
    assert one["Subject"] == "已发布：新人周"
    attached = {part.get_filename(): part.get_payload(decode=True) for part in one.iter_attachments()}
    assert sorted(attached) == ["brief.zh.png", "zh.pdf"]
    assert attached["zh.pdf"].startswith(b"%PDF")


def test_a_mail_server_that_is_down_is_told_and_nothing_else(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), _Mail) as server:
        port = server.server_address[1]
    monkeypatch.setenv("RETRO_MAIL", f"mailto://127.0.0.1:{port}?from=retro@example.com&to=boss@example.com")

    assert teller(project, by_apprise).tell(PUBLISHED) == [
        "notify.yaml: channels.ops: message must arrive, but did not"
    ]


def test_lineage_goes_to_a_file_or_an_address(project: Path, web: tuple[int, list[dict[str, Any]]]) -> None:
    run_id = (project / "reports" / WEEK / "latest").resolve().name
    done = Done(WEEK, AT, "published", run_id=run_id)
    port, got = web

    assert send_lineage("lineage/events.jsonl", done, project / "reports") == []
    assert send_lineage(f"http://127.0.0.1:{port}/api/v1/lineage", FAILED, project / "reports") == []

    (event,) = map(json.loads, (project / "lineage" / "events.jsonl").read_text().splitlines())
    assert (event["eventType"], event["job"]) == ("COMPLETE", {"namespace": "retro", "name": WEEK})
    assert {"namespace": "retro", "name": "orders"} in event["inputs"]
    assert got[0]["eventType"] == "FAIL"
    assert send_lineage("ftp://host/x", done, project / "reports") == [
        "notify.yaml: lineage: event must arrive, got ValueError"
    ]
    assert send_lineage("x.jsonl", Done(WEEK, AT, "waiting"), project / "reports") == []
