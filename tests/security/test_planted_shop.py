"""A shop with people in every field and secrets of all shapes: nothing that is published holds one, or a part."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from pypdf import PdfReader

from conftest import Once
from shops import make_quarter

REPORTS = ("new_user_week", "member_day", "points_contest", "flash_sale_night", "2025-03", "quarter")

ENUMERATED = {"status", "event", "category", "kind", "tier", "severity", "arm", "experiment_id", "page_group", "answer"}
"""Columns whose words a contract lists or a report is cut by: a person in one would be a breach."""

SECRETS = {
    "SHOP_PASSWORD": "hunter2!p@ss/w0rd",
    "SHOP_TOKEN": "tok_live_8f3kQz71mN",
    "SHOP_SIG": "sv%2Bq9Lk2Xw%3D",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMIK7MDENGbPxRfiCYzz9Q",
}


@dataclass(frozen=True)
class Person:
    """Somebody who stands in the shop's data, and in no other text of the world."""

    number: int

    @property
    def name(self) -> str:
        return f"Quillon Ashgrove{self.number}"

    @property
    def chinese(self) -> str:
        return f"欧阳翀{chr(0x9F00 + self.number)}"

    @property
    def local(self) -> str:
        return f"q.ashgrove{self.number}x"

    @property
    def phone(self) -> str:
        return f"139{7_310_466 + 10_007 * self.number:08d}"

    @property
    def card(self) -> str:
        return f"11010519{49 + self.number % 50:02d}1231{2_000 + self.number:04d}X"

    @property
    def address(self) -> str:
        return f"柳芳北里{self.number}号楼"

    @property
    def chat(self) -> str:
        return f"wxid_k7q{self.number}m9"

    def ways(self) -> list[str]:
        """The person as shops write people into their fields."""
        phone = self.phone
        dashed = f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
        return [
            f"{self.chinese} {phone}",
            f"{self.name} <{self.local}@mail.example>",
            f"tel:+86{phone}",
            f"{dashed}, {self.address}",
            f"请联系{self.chinese},电话{phone[:3]} {phone[3:7]} {phone[7:]}。",
            f"身份证{self.card}",
            f"加微信{self.chat}",
        ]

    def parts(self) -> dict[str, str]:
        """What must be found nowhere, by what it is."""
        return {
            "name": self.name,
            "family name": f"Ashgrove{self.number}",
            "Chinese name": self.chinese,
            "mail": self.local,
            "phone": self.phone,
            "phone's end": self.phone[-8:],
            "card": self.card,
            "card's end": self.card[-8:],
            "address": self.address,
            "chat": self.chat,
        }


PEOPLE = [Person(number) for number in range(40)]
WAYS = [way for person in PEOPLE for way in person.ways()]


def planted(table: pd.DataFrame) -> pd.DataFrame:
    """A table with people in every column of text: a few whole cells, and in free text, every second one's end."""
    for place, column in enumerate(table.columns):
        texts = table[column].dropna()
        if not len(texts) or not isinstance(texts.iloc[0], str) or column.endswith("_id") or column in ENUMERATED:
            continue
        table[column] = table[column].astype(object)
        free = column in {"body", "comment", "title", "reason", "topic", "detail"}
        for number, row in enumerate(texts.index[:: 2 if free else max(len(texts) // 3, 1)]):
            way = WAYS[(number + 17 * place) % len(WAYS)]
            table.loc[row, column] = f"{table.loc[row, column]} {way}" if free else way
    return table


def plant(data: Path, demo: Path) -> None:
    """Write the demo shop's tables with people in them."""
    data.mkdir(parents=True)
    for path in sorted(demo.glob("*.parquet")):
        planted(pd.read_parquet(path, dtype_backend="pyarrow")).to_parquet(data / path.name, index=False)


def chatty(project: Path) -> None:
    """Have every notebook print what it can get hold of."""
    for path in (project / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        for cell in (
            "import os; print(dict(os.environ))",
            "[print(report.tables.whole(name).limit(3).execute().to_string()) for name in ('users', 'reviews')];",
        ):
            notebook.cells.insert(-1, nbformat.v4.new_code_cell(cell))
        nbformat.write(notebook, path)


def retro(project: Path, *words: str) -> str:
    """What a command says; how it ends is not what is asked here."""
    done = subprocess.run(
        [sys.executable, "-m", "retro", *words],
        cwd=project,
        env={**os.environ, **SECRETS},
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def published(project: Path, said: str) -> Iterator[tuple[str, str]]:
    """Everything below the reports as text, and what the terminal said."""
    yield "terminal", said
    for path in sorted((project / "reports").rglob("*")):
        if path.is_file() and "latest" not in path.parts:
            yield path.relative_to(project / "reports").as_posix(), text_of(path)


def text_of(path: Path) -> str:
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    text = path.read_text(encoding="utf-8", errors="replace")
    return html.unescape(text) + (json.dumps(json.loads(text), ensure_ascii=False) if path.suffix == ".json" else "")


def hits(project: Path, said: str, sought: Iterable[tuple[str, str]]) -> list[str]:
    """Where something stands that was planted: as it is, or with what stands between its signs taken out."""
    wanted = [(what, value, re.sub(r"[\s\-]", "", value)) for what, value in sought]
    found = []
    for address, text in published(project, said):
        bare = re.sub(r"(?<=\d)[\s\-](?=\d)", "", text)
        found += [f"{address}: {what} {value}" for what, value, tight in wanted if value in text or tight in bare]
    return found


@pytest.fixture(scope="module")
def shop(once: Once, tiny_demo: Path) -> Path:
    """The planted shop's project with the reports of every kind, in both languages."""

    def make(folder: Path) -> None:
        plant(folder.parent / "planted_data", tiny_demo)
        project = make_quarter(folder, folder.parent / "planted_data")
        chatty(project)
        said = [retro(project, "run", f"2025Q1/{name}") for name in REPORTS]
        (project / "said.txt").write_text("".join(said))

    return once("planted_shop", make)


@pytest.mark.slow
def test_reports_of_every_kind_are_published(shop: Path) -> None:
    said = (shop / "said.txt").read_text()
    assert [name for name in REPORTS if f"params/2025Q1/{name}.yaml: done" not in said] == [], said


@pytest.mark.slow
def test_nobody_of_the_shop_is_published_whole_or_in_part(shop: Path) -> None:
    sought = [part for person in PEOPLE for part in person.parts().items()]
    assert hits(shop, (shop / "said.txt").read_text(), sought) == []


@pytest.mark.slow
def test_no_key_of_the_shop_is_published(shop: Path) -> None:
    keys = {"users": "user_id", "orders": "order_id", "coupons": "coupon_id", "reviews": "review_id"}
    data = shop / "data" / "demo"
    ids = {str(one) for table, key in keys.items() for one in pd.read_parquet(data / f"{table}.parquet")[key].dropna()}
    found = [
        f"{address}: {sorted(held)[:3]}"
        for address, text in published(shop, (shop / "said.txt").read_text())
        if (held := ids & set(re.findall(r"[\w-]+", text)))
    ]
    assert found == []


@pytest.mark.slow
def test_no_secret_of_the_surroundings_is_published(shop: Path) -> None:
    assert hits(shop, (shop / "said.txt").read_text(), SECRETS.items()) == []


@pytest.mark.slow
def test_what_lies_outside_the_reports_is_the_owners_alone(shop: Path) -> None:
    for folder in (shop / ".retro", shop / "quarantine"):
        open_to_others = [path for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077]
        assert open_to_others == []
