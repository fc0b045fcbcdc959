"""`retro start` at a terminal: a person answers, may err once, and may leave; what is stopped leaves nothing behind."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from retro.start.writing import write_shop

_PATIENCE = 120


class Terminal:
    """`retro start` at a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self._own, theirs = pty.openpty()
        command = [sys.executable, "-m", "retro", "start", *arguments]
        kinds = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        self._process = subprocess.Popen(command, start_new_session=True, preexec_fn=_take_terminal, **kinds)  # noqa: PLW1509 - one thread
        os.close(theirs)
        self.told, self._seen = "", 0

    def wait_for(self, text: str) -> None:
        """Read on until it says a text."""
        while text not in self.told[self._seen :]:
            assert self._read(), self.told
        self._seen = self.told.index(text, self._seen) + len(text)

    def write(self, text: str) -> None:
        os.write(self._own, text.encode())

    def leave(self) -> int:
        """Press Ctrl-C, and again where it came just before the terminal was read: then it interrupts nothing."""
        for _ in range(10):
            self.write("\x03")
            while select.select([self._own], [], [], _PATIENCE / 10)[0]:
                if not self._read():
                    return self.end()
        self._process.kill()
        self._process.wait()
        raise AssertionError(self.told)

    def end(self) -> int:
        while self._read():
            pass
        os.close(self._own)
        return self._process.wait(_PATIENCE)

    def _read(self) -> bool:
        if not select.select([self._own], [], [], _PATIENCE)[0]:
            self._process.kill()
            self._process.wait()
            pytest.fail(f"nothing more was told after: {self.told}")
        try:
            part = os.read(self._own, 4096)
        except OSError:  # the other end is closed
            return False
        self.told += part.decode(errors="replace")
        return bool(part)


def _take_terminal() -> None:
    import fcntl
    import signal
    import termios

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests in the background has it ignored

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def folder(project: Path) -> Path:
    """Exports of which nobody can tell day from month, zone or currency."""
    folder = project / "exports"
    folder.mkdir()
    lines = [f"a{n},u{n % 7},{1 + n % 9:02d}/05/2025 10:00,5.0{n % 9}" for n in range(40)]
    (folder / "sales.csv").write_text("order_id,user_id,order_date,amount\n" + "\n".join(lines) + "\n")
    return folder


def test_questions_are_answered_at_a_terminal(project: Path, folder: Path) -> None:
    terminal = Terminal(str(folder), "--no-run")
    terminal.wait_for("day or month first")
    terminal.write("dya\n")
    terminal.wait_for("Did you mean 'day'?")
    terminal.wait_for("day or month first")
    terminal.write("day\n")
    terminal.wait_for("In which time zone")
    terminal.write("Europe/Berlin\n")
    terminal.wait_for("In which currency")
    terminal.write("EUR\n")

    assert terminal.end() == 0, terminal.told
    source = (project / "params" / "exports" / "source.yaml").read_text(encoding="utf-8")
    assert "timezone: Europe/Berlin\ncurrency: EUR\n" in source
    assert "order_date is day/month/year" in source


def test_leaving_at_a_question_writes_nothing(project: Path, folder: Path) -> None:
    terminal = Terminal(str(folder))
    terminal.wait_for("day or month first")

    assert terminal.leave() == 130, terminal.told
    assert "Traceback" not in terminal.told
    assert list((project / "params").iterdir()) == []


def test_a_stop_while_files_are_written_leaves_none(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from retro.start import writing

    whole = writing.write_atomic

    def stopped(path: Path, text: str) -> Path:
        if path.name == "2025-05.yaml":
            raise KeyboardInterrupt
        return whole(path, text)

    monkeypatch.setattr(writing, "write_atomic", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_shop(project / "params" / "shop", {"source.yaml": "shop: a\n", "2025-05.yaml": "kind: month\n"})
    assert list((project / "params").iterdir()) == []
