"""Attacks through text: names of a shop steer no terminal, turn no sentence and become no markup."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from retro.blocks import Cell, Cover, Preformatted, Span, readable, spans
from retro.charts import Chart
from retro.cli.main import Harmless
from retro.cli.terminal import echo
from retro.errors import ContractBreach, PublishError, RetroError
from retro.execute.executed import _cleaned_output, told
from retro.figures import named
from retro.files import parse_yaml_value, read_yaml, unplaced, write_atomic
from retro.i18n import Said, Text, load_text
from retro.ledger import entry
from retro.publish import Failure, write_failure, write_index
from retro.signs import harmless

NAMES = {
    "app\x1b[31m": "app[31m",
    "a\u202egnp.exe": "agnp.exe",
    "\u2066a\u2069\u200b\ufeff\u00ad": "a",
    "a\u0085b\u2028c": "a\nb\nc",
    "\x9b31m\x07\0": "31m",
    "\ud800": "\ufffd",
    "\U000e0041a": "a",
    "👩\u200d💻 a\u200db": "👩\u200d💻 ab",
    "春节 大促\tA": "春节 大促\tA",
}


@pytest.mark.parametrize(("name", "shown"), NAMES.items())
def test_text_becomes_a_block_a_line_or_output_harmless(
    name: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [Span(text=name).text, Cell(text=name).text, Preformatted(text=name).text] == [shown] * 3
    assert Cover(title=f"x{name}").title == f"x{shown}"
    assert str(RetroError(name)) == shown
    assert str(ContractBreach("x", [name])) == f"{shown}\nx"
    assert harmless(shown) == shown
    echo(name)
    assert capsys.readouterr().out == f"{shown}\n"
    record = logging.LogRecord("retro.engine", logging.DEBUG, "", 1, "got %s", (name,), None)
    assert Harmless("%(message)s").format(record) == f"got {shown}"


@pytest.mark.parametrize("name", ["a**b", "**", "*", "***", "a*", "*a", "*a*", "**a**", "a\n**b"])
def test_a_name_is_never_markup(name: str) -> None:
    text = Text(
        "en", "CNY", {"said": "**{name}** sold {names:list}, {other:label.channel}. **End**", "all": "[{said}]"}
    )
    said = text("said", name=name, names=[name, "x"], other=name)
    found = spans(text("all", said=said))
    plain = name.replace("\n", " ")
    assert "".join(span.text for span in found) == f"[{plain} sold {plain}, x, {plain}. End]"
    assert [span.text for span in found if span.strong] == [plain, "End"]


def test_markup_of_our_own_sentences_survives_being_put_together() -> None:
    text = Text("en", "CNY", {"part": "**{n}**", "all": "{parts}; {list:list}; {after}", "and": " and "})
    one = text("part", n=1)
    said = text("all", parts=text("and").join([one, one]), list=[one], after=(one + one).strip().removeprefix("x"))
    assert isinstance(said, Said)
    assert [span.text for span in spans(said) if span.strong] == ["1", "1", "1", "1", "1"]


@pytest.mark.parametrize("name", ["app\x1b[31m", "a\u202eb", "a\0b\x08"])
def test_a_chart_draws_a_hostile_name(name: str) -> None:
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().set_title(load_text("en").label("channel", name))
    assert f">{harmless(name)}</text>" in Chart(figure, "a", "").svg()


@pytest.mark.parametrize("name", ["app\x1b[31m**", "App Store", "微信", "a\u202eb", " ", "金卡"])
def test_a_name_of_the_shop_ends_no_figure(name: str) -> None:
    one, other = named(f"{name}_order_channel_rate"), named(f"{name}'_order_channel_rate")
    assert entry(one, None).name == one
    assert one != other


def test_half_a_character_in_a_file_gets_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text('kind: x\ntitle: "\\ud83d\\ude00"\nname: "a\\ud800"\n')
    with pytest.raises(
        RetroError, match=r"line 3: text must be whole characters, got 'a\\ud800'\. Remove half"
    ) as caught:
        read_yaml(path)
    assert len(str(caught.value).splitlines()) == 1
    path.write_text('title: "\\ud83d\\ude00"\n')
    assert read_yaml(path).data == {"title": "😀"}
    with pytest.raises(RetroError, match="text must be whole characters"):
        parse_yaml_value('"\\ud800"')


def test_half_a_character_can_be_written_and_read_again(tmp_path: Path) -> None:
    path = write_atomic(tmp_path / "a.json", json.dumps(["\ud800"], ensure_ascii=False))
    assert json.loads(path.read_text(encoding="utf-8")) == ["\ud800"]


COLOURED = [
    "\x1b[32m/home/ann/shop/a.py\x1b[39m:3",
    "\x1b]8;;file:///home/ann/shop/a.py\x1b\\a.py\x1b]8;;\x1b\\",
    "\x1b[0;36mFile \x1b[38;5;28m'/home/ann lee/shop/a.py'\x1b[0m",
    "\x1b[38:5:28mC:\\Users\\ann\\a.py\x1b[m",
]


@pytest.mark.parametrize("line", COLOURED)
def test_colours_hide_no_path(line: str) -> None:
    stream = {"output_type": "stream", "name": "stderr", "text": [line]}
    shown = {"output_type": "display_data", "data": {"text/plain": line}, "metadata": {}}
    error = {"output_type": "error", "ename": "KeyError", "evalue": line, "traceback": [line, ""]}
    kept = [_cleaned_output(stream)["text"], _cleaned_output(shown)["data"]["text/plain"], told("ValueError", line)]
    kept += _cleaned_output(error)["traceback"]
    for text in kept:
        assert "ann" not in text
        assert "\x1b" not in text
        assert "a.py" in text


def test_readable_leaves_no_escape() -> None:
    assert readable("\x1b[1mred\x1b[0m \x1b]0;title\x07\x9bx\u202e10%\r100%") == "100%"
    assert unplaced("see https://host/a/b and '/home/ann lee/b c.csv'") == "see https://host/a/b and '.../b c.csv'"


def test_the_index_says_no_path_and_turns_no_line(tmp_path: Path) -> None:
    reports = tmp_path / "anneliese" / "reports"
    (reports / "2025Q1" / "x" / "latest").mkdir(parents=True)
    (reports / "2025Q1" / "y").mkdir()
    (reports / "2025Q1" / "y" / "failure.json").write_text("{")
    failure = Failure(run_id="r", at="2025-01-01T00:00:00Z", step="execute", exit_code=1, message=("a\u202eb\x1b[31m",))
    write_failure(failure, reports / "2025Q1" / "z")
    page = write_index(reports).read_text(encoding="utf-8")
    assert "anneliese" not in page
    assert str(tmp_path) not in page
    assert ">2025Q1/x/latest/manifest.json: file must exist" in page
    assert ">2025Q1/y/failure.json: file must be JSON" in page
    assert "ab[31m" in page
    assert not set("\u202e\x1b") & set(page)


def test_a_message_of_publishing_is_one_line_for_a_terminal() -> None:
    assert str(PublishError("a: b\x1b]0;x\x07")) == "a: b]0;x"
