"""A shop with people in every text and secrets of all shapes: nothing that is published holds one, whole or in part."""

from __future__ import annotations

import base64
import functools
import html
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import nbformat
import pandas as pd
import pytest
import yaml
from pypdf import PdfReader

from conftest import Once
from shops import make_quarter

pytestmark = pytest.mark.slow

REPORTS = ["new_user_week", "flash_sale_night", "points_contest", "member_day", "2025-03", "experiment", "quarter"]
"""One of every kind; each in one language, as both say the same of the same frames."""

FREE = {"body", "comment", "title", "reason", "topic", "detail", "note"}
"""Columns in which customers and staff write sentences."""

ENUMERATED = {"status", "event", "category", "kind", "tier", "severity", "arm", "experiment_id", "page_group", "answer"}
"""Columns whose words a contract lists or a report is cut by: a person in one would be a breach."""

SECRETS = {
    "SHOP_PASSWORD": "hunter2%21p%40ssw0rd",
    "SHOP_PW": "pw-9Fq2Lx7Tz0",
    "SHOP_TOKEN": "tok_live_8f3kQz71mN",
    "SHOP_AUTH": "Bearer-71kdLLq0aaPz",
    "GCP_CREDENTIALS": "cred_5Qm1xW88Zr2y",
    "SHOP_SIG": "sv%2Bq9Lk2Xw%3D",
    "SHOP_URL": "postgres://ann:Vx81%23kLm0q@127.0.0.1:1/shop?sig=Zt55kWq0pLm1&credentials=c0ffee77aa12",
}
WRITTEN = {"default": "dflt-Kq81Lm20Zx", "literal": "lit-Pw0Qm4xTz81"}
"""Secrets that somebody wrote into the source file itself."""

REFUSED = "== attempts that must fail ==\n"
"""What stands in `said.txt` between the reports and the attempts."""


@dataclass(frozen=True)
class Person:
    """Somebody whose addresses stand in the shop's data, and in no other text of the world."""

    number: int

    @property
    def phone(self) -> str:
        return f"139{7_310_466 + 10_007 * self.number:08d}"

    @property
    def card(self) -> str:
        return f"11010519{49 + self.number:02d}1231{2_000 + self.number:04d}X"

    @property
    def mail(self) -> str:
        return f"q.ashgrove{self.number}x@mail.example"

    @property
    def chat(self) -> str:
        return f"wxid_k7q{self.number}m9zz"

    def ways(self) -> list[str]:
        """As shops write people into their fields."""
        first, middle, last = self.phone[:3], self.phone[3:7], self.phone[7:]
        return [
            self.phone,
            f"Ann <{self.mail}>",
            f"tel:+86{self.phone}",
            f"{first}-{middle}-{last}, 3 Elm Road",
            f"请联系我,电话{first} {middle} {last}。",
            f"0086 {self.phone}.",
            f"身份证{self.card}",
            f"加微信{self.chat}",
            f"{self.mail},急",
        ]

    def addresses(self) -> dict[str, str]:
        """What must be found nowhere, by what it is."""
        return {"phone": self.phone, "card": self.card, "mail": self.mail, "chat": self.chat}


PEOPLE = [Person(number) for number in range(30)]
WAYS = [way for person in PEOPLE for way in person.ways()]


def plant(data: Path, demo: Path) -> None:
    """Write the demo shop's tables with people in every column of text: of sentences in every second, else in three."""
    data.mkdir(parents=True)
    for path in sorted(demo.glob("*.parquet")):
        table = pd.read_parquet(path, dtype_backend="pyarrow")
        for place, column in enumerate(table.columns):
            texts = table[column].dropna()
            if not len(texts) or not isinstance(texts.iloc[0], str) or column.endswith("_id") or column in ENUMERATED:
                continue
            table[column] = table[column].astype(object)
            for number, row in enumerate(texts.index[:: 2 if column in FREE else max(len(texts) // 3, 1)]):
                way = WAYS[(number + 17 * place) % len(WAYS)]
                # the same words from many people are what a phrase needs to be quoted
                table.loc[row, column] = f"{table.loc[row, column]} {way}" if column in FREE else way
        table.to_parquet(data / path.name, index=False)


def add_cell(project: Path, source: str) -> None:
    """Add a cell to every notebook, before the one that concludes."""
    for path in (project / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(-1, nbformat.v4.new_code_cell(source))
        nbformat.write(notebook, path)


def add_experiment(project: Path) -> None:
    """Let the week's experiments be a report of their own kind."""
    folder = project / "params" / "2025Q1"
    week = yaml.safe_load((folder / "new_user_week.yaml").read_text(encoding="utf-8"))
    own = {key: week[key] for key in ("campaign_id", "start", "end", "experiments")}
    (folder / "experiment.yaml").write_text(yaml.safe_dump(own | {"kind": "experiment", "title": "Experiments"}))


def retro(project: Path, *words: str) -> str:
    """What a command says; how it ends is not what is asked here."""
    done = subprocess.run(
        [sys.executable, "-m", "retro", *words],
        cwd=project,
        env=os.environ | SECRETS,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def refusals(project: Path) -> Iterator[str]:
    """Fail in every step, with people and secrets in what goes wrong."""
    week = ("run", "2025Q1/new_user_week", "--lang", "en", "--force")
    for segment in ({"user_id": ["u1"]}, {"channel": [PEOPLE[0].phone]}):
        # a terminal may repeat what was typed there; the records may not
        yield retro(project, *week, "--set", f"segment={json.dumps(segment)}").replace(PEOPLE[0].phone, "...")
    source = yaml.safe_load((project / "params" / "source.yaml").read_text(encoding="utf-8"))
    bad = project / "params" / "bad.yaml"
    for url in (
        "postgres://ann:${SHOP_PASSWORD}@127.0.0.1:1/shop?sslpassword=${SHOP_SIG}",
        "postgres://ann:${SHOP_PW:-" + WRITTEN["default"] + "}@127.0.0.1:1/shop",
        f"postgres://ann:{WRITTEN['literal']}@127.0.0.1:1/shop",
        f"clickhouse://127.0.0.1:1/shop?sig={WRITTEN['literal']}",
        "clickhouse://${SHOP_TOKEN}@x",
        "${SHOP_URL}",
    ):
        bad.write_text(yaml.safe_dump(source | {"url": url}))
        yield retro(project, *week, "--source", "params/bad.yaml")
    lines = [f"o{n},u{n},{way},2025-01-01,1" for n, way in enumerate(WAYS)] + [f"o,u,{WAYS[1]},{WAYS[0]},{WAYS[2]}"]
    (project / "data" / "demo" / "orders.csv").write_text(
        "\n".join(["order_id,user_id,status,ordered_at,amount", *lines])
    )
    source["tables"]["orders"] = {"path": "orders.csv", "types": {"amount": "decimal(18, 2)"}}
    bad.write_text(yaml.safe_dump(source))
    yield retro(project, *week, "--source", "params/bad.yaml")
    yield retro(project, "check", "2025Q1/new_user_week", "--source", "params/bad.yaml")
    add_cell(project, "print(report.tables.whole('reviews').limit(3).execute().to_string())")
    add_cell(
        project, "import os; raise ValueError(os.environ['SHOP_TOKEN'] + report.tables.users.execute().to_string())"
    )
    yield retro(project, *week)


@pytest.fixture(scope="module")
def shop(once: Once, tiny_demo: Path) -> Path:
    """The planted shop's project with its reports in both languages, and the records of what failed."""

    def make(folder: Path) -> None:
        plant(folder.parent / "planted_data", tiny_demo)
        project = make_quarter(folder, folder.parent / "planted_data")
        # a whole URL with its user looks like a mail to the filter for people, which would refuse the page
        add_cell(project, "import os; print({name: one for name, one in os.environ.items() if '@' not in one})")
        add_experiment(project)
        said = [
            retro(project, "run", f"2025Q1/{name}", "--lang", ("zh", "en")[place % 2])
            for place, name in enumerate(REPORTS)
        ]
        said += [retro(project, "experiments", "2025Q1"), retro(project, "lint", "2025Q1")]
        (project / "said.txt").write_text("".join([*said, REFUSED, *refusals(project)]))

    return once("planted_shop", make)


@functools.cache
def published(project: Path) -> Mapping[str, str]:
    """Everything below the reports as text, and what the terminal said; read once, as papers take long to read."""
    paths = [path for path in sorted((project / "reports").rglob("*")) if path.is_file() and "latest" not in path.parts]
    texts = {path.relative_to(project / "reports").as_posix(): text_of(path) for path in paths}
    return {"terminal": (project / "said.txt").read_text(), **texts}


def text_of(path: Path) -> str:
    if path.suffix == ".pdf":
        reader = PdfReader(path)
        about = f"{reader.metadata} {reader.xmp_metadata and reader.xmp_metadata.stream.get_data().decode()}"
        return "\n".join([about, *(page.extract_text() for page in reader.pages)])
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            parts = "\n".join(book.read(name).decode(errors="replace") for name in book.namelist())
        return parts + html.unescape(parts)
    text = re.sub(r"data:font/[^)]+", "", path.read_text(encoding="utf-8", errors="replace"))
    return (
        text
        + html.unescape(text)
        + (json.dumps(json.loads(text), ensure_ascii=False) if path.suffix == ".json" else "")
    )


def shapes(value: str) -> set[str]:
    """A value whole, decoded, encoded as in addresses and as base64 wherever it begins, and its longer parts."""
    whole = {value, unquote(value)}
    halves = {half for one in whole for half in (one[: len(one) // 2], one[len(one) // 2 :]) if len(half) >= 8}
    coded = {base64.b64encode(bytes(pad) + one.encode())[4:-4].decode() for one in whole for pad in range(3)}
    ends = {one[-8:] for one in whole}
    return whole | halves | {code for code in coded if len(code) >= 8} | {quote(one, safe="") for one in whole} | ends


def hits(project: Path, sought: dict[str, str]) -> list[str]:
    """Where something stands that was planted: as it is, or with what stands between its digits taken out."""
    wanted = [(what, shape) for what, value in sought.items() for shape in sorted(shapes(value))]
    found = []
    for address, text in published(project).items():
        for told in {text, re.sub(r"(?<=\d)[\s\-](?=\d)", "", text)}:
            begins = {told[place : place + 8] for place in range(len(told) - 7)}  # one look at a text of megabytes
            found += [f"{address}: {what} {shape}" for what, shape in wanted if shape[:8] in begins and shape in told]
    return found


def test_reports_are_published_and_what_must_fail_fails(shop: Path) -> None:
    said, refused = (shop / "said.txt").read_text().split(REFUSED)
    assert [name for name in REPORTS if f"params/2025Q1/{name}.yaml: done" not in said] == [], said
    assert ": done" not in refused


def test_nobody_is_published_whole_or_in_part(shop: Path) -> None:
    sought = {f"{kind} of {person.number}": value for person in PEOPLE for kind, value in person.addresses().items()}
    assert hits(shop, sought) == []


def test_no_key_is_published(shop: Path) -> None:
    keys = {"users": "user_id", "orders": "order_id", "coupons": "coupon_id", "reviews": "review_id"}
    data = shop / "data" / "demo"
    ids = {str(one) for table, key in keys.items() for one in pd.read_parquet(data / f"{table}.parquet")[key].dropna()}
    found = {address: sorted(ids & set(re.findall(r"[\w-]+", text)))[:3] for address, text in published(shop).items()}
    assert {address: some for address, some in found.items() if some} == {}


def test_no_secret_is_published(shop: Path) -> None:
    inside = {"URL's password": "Vx81%23kLm0q", "URL's sig": "Zt55kWq0pLm1", "URL's credentials": "c0ffee77aa12"}
    assert hits(shop, {**SECRETS, **WRITTEN, **inside}) == []


def test_what_lies_outside_the_reports_is_the_owners_alone(shop: Path) -> None:
    for folder in (shop / ".retro", shop / "quarantine"):
        paths = [folder, *folder.rglob("*")] if folder.exists() else []
        assert [path for path in paths if path.stat().st_mode & 0o077] == []
