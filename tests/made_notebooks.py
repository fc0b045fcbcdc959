"""Cells of notebooks as nobody would write them, for hypothesis: blocks, charts and pictures that are half right."""

from __future__ import annotations

import base64
from typing import Any

from hypothesis import strategies as st

Any_ = st.SearchStrategy[Any]

BLOCKS = "application/vnd.retro.blocks+json"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TONES = st.sampled_from(["", "good", "watch", "bad"])
LINKS = [
    "#x",
    "#",
    "https://a.example",
    "mailto:a@b",
    "javascript:x",
    "https://a.example/é",
    "http://\u202e",
    "HTTPS://A",
]
CSS = [
    "fill",
    "red",
    "url(#a)",
    ";",
    ":",
    "}",
    "{",
    "</style>",
    "'",
    '"',
    "\\",
    "/*",
    "rgb(1,2,3)",
    "!important",
    "stroke",
]
CSS += ["#fff", "url(http://x)", "\n", "é", "%", "expression(1)"]
ATTRIBUTES = ['id="a"', 'id="b"', 'href="#a"', 'xlink:href="#b"', 'onload="x"', 'clip-path="url(#a)"', 'fill="url(#b)"']
ATTRIBUTES += [
    'd="M 0 0 L 1 1"',
    'd="M 1e999 nan"',
    'width="-1"',
    'width="1e38"',
    'transform="scale(0)"',
    'transform="x("',
]
ATTRIBUTES += [
    'points="1,2,"',
    'xml:space="preserve"',
    'href="data:image/png;base64,AAAA"',
    'x="1.23456789"',
    'r="1e30"',
]
ELEMENTS = (
    "svg g defs path use text tspan rect circle line polygon clipPath pattern image style linearGradient stop title"
)
ELEMENTS += " desc metadata a script foreignObject set"
INNER = ["", "x", "&lt;", "&a;", "<![CDATA[</style>]]>", "<!--x-->", "<?x?>", "*{fill:red}", "a{b:c}"]
VIEWS = ["0 0 9 9", "0 0 0 0", "x", "0 0 1e9 1e9", "-1 -1 -1 -1", "0 0 1e-9 1e9", ""]
MARKDOWN = [
    "# ",
    "> ",
    "- ",
    "1. ",
    "|a|b|\n|-|-:|\n|x|y|\n",
    "```\n",
    "![a](attachment:x)",
    "[a](https://x)",
    "[a](#x)",
]
MARKDOWN += ["![a](data:image/png;base64,AAAA)", "[a]: x\n", "**", "_", "`", "\n", "\n\n", "    ", "> [!NOTE]\n", "<b>"]
MARKDOWN += ["&#x202e;", "&#0;", "***\n", "$x$", "~~", "\\"]
XML = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def charts() -> st.SearchStrategy[str]:
    """SVG of elements and attributes in any order."""
    css = st.lists(st.sampled_from(CSS), max_size=6).map("".join)
    attribute = st.one_of(css.map(lambda words: f'style="{_escaped(words)}"'), st.sampled_from(ATTRIBUTES))
    inner = st.recursive(
        st.sampled_from(INNER),
        lambda parts: st.tuples(
            st.sampled_from(ELEMENTS.split()),
            st.lists(attribute, max_size=3, unique=True),
            st.lists(parts, max_size=3),
        ).map(lambda made: f"<{made[0]} {' '.join(made[1])}>{''.join(made[2])}</{made[0]}>"),
        max_leaves=8,
    )
    return st.tuples(st.sampled_from(VIEWS), inner).map(lambda made: f'<svg {XML} viewBox="{made[0]}">{made[1]}</svg>')


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def pictures() -> st.SearchStrategy[str]:
    """PNG and JPEG as base64, of which a byte is wrong or the end is missing."""
    place = st.integers(0, len(PICTURE) - 1)
    wrong = st.tuples(place, st.integers(0, 255)).map(
        lambda at: PICTURE[: at[0]] + bytes([at[1]]) + PICTURE[at[0] + 1 :]
    )
    jpeg = st.binary(max_size=40).map(lambda data: b"\xff\xd8\xff\xe0" + data)
    data = st.one_of(st.just(PICTURE), wrong, place.map(lambda at: PICTURE[:at]), jpeg)
    return data.map(lambda data: base64.b64encode(data).decode())


def notebook_cells(text: st.SearchStrategy[str]) -> Any_:
    """Lists of cells, whose words are those of `text`."""
    junk = st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(), text),
        lambda parts: st.one_of(st.lists(parts, max_size=3), st.dictionaries(text, parts, max_size=3)),
        max_leaves=5,
    )
    markdown = st.lists(st.one_of(st.sampled_from(MARKDOWN), text), max_size=12).map("".join)
    shown = st.one_of(
        st.lists(_blocks(text, junk), max_size=4).map(lambda blocks: {BLOCKS: blocks, "text/plain": "x"}),
        markdown.map(lambda words: {"text/markdown": words}),
        junk.map(lambda data: {BLOCKS: data}),
    ).map(lambda data: {"output_type": "display_data", "metadata": {}, "data": data})
    printed = text.map(lambda words: {"output_type": "stream", "name": "stdout", "text": words})
    error = {"output_type": "error", "ename": "\x1b[31m", "evalue": "", "traceback": []}
    outputs = st.lists(st.one_of(shown, printed, st.just(error), junk), max_size=3)
    code = outputs.map(
        lambda outputs: {"cell_type": "code", "metadata": {}, "source": "x", "execution_count": 1, "outputs": outputs}
    )
    attached = {"x": {"image/png": "AAAA"}}
    prose = markdown.map(
        lambda words: {"cell_type": "markdown", "metadata": {}, "source": words, "attachments": attached}
    )
    return st.lists(st.one_of(prose, code, code, prose, _rarely(junk, code)), max_size=4)


def _rarely(junk: Any_, strategy: Any_) -> Any_:
    return st.integers(0, 79).flatmap(lambda chance: strategy if chance else junk)


def _blocks(text: st.SearchStrategy[str], junk: Any_) -> Any_:
    """Blocks of every kind, also within each other."""

    def kind(name: str, **fields: Any_) -> Any_:
        parts = {field: _rarely(junk, strategy) for field, strategy in fields.items()}
        return st.fixed_dictionaries({"kind": st.just(name), **parts})

    href = st.one_of(st.none(), st.sampled_from(LINKS))
    marks = {"strong": st.booleans(), "emphasis": st.booleans(), "code": st.booleans(), "href": href}
    spans = st.lists(st.fixed_dictionaries({"text": _rarely(junk, text)}, optional=marks), max_size=3)
    some = st.lists(text, max_size=2)
    days = st.sampled_from([None, "2025-01-01", "0001-01-01", "9999-12-31"])
    judged = st.fixed_dictionaries({"label": text, "value": text, "status": TONES, "status_text": text})
    figure = {"svg": st.one_of(charts(), text), "alt": text, "caption": text}
    lines = st.lists(spans, max_size=3)
    planned = st.fixed_dictionaries({"what": text, "owner": text, "due": text, "worth": text})
    brief = st.fixed_dictionaries(
        {"first": lines},
        optional={
            "state": st.sampled_from(["", "made", "lost", "open", "x"]),
            "step": spans,
            "why": lines,
            "tiles": st.lists(judged, max_size=5),
            "chart": st.one_of(st.none(), st.fixed_dictionaries({"kind": st.just("figure"), **figure})),
            "actions": st.lists(planned, max_size=5),
            "more_actions": st.integers(-1, 10**20),
            "reservation": spans,
        },
    )
    base = st.one_of(
        kind(
            "cover",
            title=text,
            lang=st.sampled_from(["zh", "en"]),
            subtitle=text,
            shop=text,
            details=some,
            dated_on=days,
            period=text,
            pages=st.sampled_from([None, 3, 12, 2]),
        ),
        kind(
            "heading",
            level=st.integers(1, 4),
            spans=spans,
            anchor=st.sampled_from(["", "a", "A b"]),
            worth=st.sampled_from([None, 0, 1, 2, 3, 4]),
            quiet=st.booleans(),
        ),
        kind("paragraph", spans=spans),
        kind("note", spans=spans),
        kind("figure", **figure, narrow_svg=st.one_of(st.none(), charts())),
        kind("image", mime=st.sampled_from(["image/png", "image/jpeg"]), data=st.one_of(text, pictures()), alt=text),
        _tables(text, junk, kind),
        kind(
            "scorecard", caption=text, columns=st.lists(text, min_size=6, max_size=6), rows=st.lists(judged, max_size=2)
        ),
        kind(
            "verdict",
            sentences=lines,
            badge=text,
            badge_tone=TONES,
            observed_until=text,
            quality=st.sampled_from(["", "quality.en.html", "../x"]),
            brief=st.one_of(st.none(), brief),
        ),
        kind("preformatted", text=text),
        kind("divider"),
    )
    tone = st.sampled_from(["finding", "note", "warning", "not_covered"])
    return st.recursive(
        base,
        lambda parts: st.one_of(
            kind("callout", tone=tone, blocks=st.lists(parts, max_size=3)),
            kind("quote", blocks=st.lists(parts, max_size=3)),
            kind("list", ordered=st.booleans(), items=st.lists(st.lists(parts, max_size=2), max_size=3)),
        ),
        max_leaves=6,
    )


def _tables(text: st.SearchStrategy[str], junk: Any_, kind: Any) -> Any_:
    cell = st.fixed_dictionaries(
        {"text": _rarely(junk, text)}, optional={"tone": st.sampled_from(["", "good", "x"]), "strong": st.booleans()}
    )
    column = st.fixed_dictionaries({"label": text, "numeric": st.booleans()})

    def of(width: int) -> Any_:
        columns = st.lists(column, min_size=width, max_size=width)
        rows = st.lists(st.lists(cell, min_size=width, max_size=width), max_size=3)
        return kind("table", caption=text, columns=columns, rows=rows, folded=st.booleans())

    return st.integers(0, 4).flatmap(of)
