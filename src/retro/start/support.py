"""Which kinds of report and which of their sections tables support, as the notebooks say."""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from retro.campaigns import CAMPAIGN_TYPES
from retro.files import project_root
from retro.i18n import load_text
from retro.sections import SECTIONS

_MONEY: Mapping[str, frozenset[str]] = {
    "campaign_cost": frozenset({"campaign_costs"}),
    "cost_shares": frozenset({"campaign_costs"}),
    "ads": frozenset({"ads"}),
    "coupons": frozenset({"coupons"}),
    "channels": frozenset({"campaign_costs"}),
    "roi": frozenset({"campaign_costs"}),
    "payback": frozenset({"campaign_costs", "users"}),
}
"""Tables that sections of `report.money()` need beside orders."""


@dataclass(frozen=True)
class Support:
    """What a kind of report can show.

    Attributes:
        kind: The kind.
        lacking: Tables without which it cannot be made.
        sections: For each section, the tables that it needs and that are not there.
    """

    kind: str
    lacking: tuple[str, ...]
    sections: Mapping[str, frozenset[str]]

    @property
    def shown(self) -> list[str]:
        """Sections that the tables support."""
        return [name for name, lacks in self.sections.items() if not lacks]

    def gained(self, table: str) -> list[str]:
        """Sections that this one table would add."""
        return [name for name, lacks in self.sections.items() if lacks == {table}]


def supported(tables: Collection[str]) -> list[Support]:
    """What each kind of report can show of these tables; kinds that are made from other reports are passed over."""
    found = []
    for kind, model in CAMPAIGN_TYPES.items():
        if model.from_reports:
            continue
        needs = section_needs(project_root() / "notebooks" / f"{kind}.ipynb")
        lacking = tuple(name for name in model.needed_tables(tables) if name not in tables)
        found.append(Support(kind, lacking, {name: frozenset(need - set(tables)) for name, need in needs.items()}))
    return found


def one_more(found: Collection[Support], have: Collection[str]) -> dict[str, list[str]]:
    """What each missing table would add to the kinds that can be made, the most first."""
    made = [one for one in found if not one.lacking]
    missing = {table for one in made for lacks in one.sections.values() for table in lacks} - set(have)
    gains = {table: sorted({name for one in made for name in one.gained(table)}) for table in missing}
    return dict(
        sorted(((table, names) for table, names in gains.items() if names), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def title_of(section: str) -> str:
    """A section's heading, in English."""
    text = load_text("en")
    return text(f"{section}.heading") if text.has(f"{section}.heading") else section.replace("_", " ")


def section_needs(notebook: Path) -> dict[str, set[str]]:
    """The tables that each section of a notebook reads as `tables.<name>`, followed through its variables.

    What a cell takes by `report.shop(...)` it can do without.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    known: dict[str, set[str]] = {}
    needs: dict[str, set[str]] = {}
    for statement in ast.parse(source).body:
        read = _tables(statement, known)
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                known |= {node.id: read for node in ast.walk(target) if isinstance(node, ast.Name)}
        for call in (node for node in ast.walk(statement) if isinstance(node, ast.Call)):
            needs |= dict(_shown(call, read))
    return needs


def _tables(node: ast.AST, known: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "tables":
            found.add(part.attr)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            found |= known.get(part.id, set())
    return found


def _shown(call: ast.Call, read: set[str]) -> list[tuple[str, set[str]]]:
    """The sections that a call shows, with the tables that they read."""
    named = call.func
    if not (isinstance(named, ast.Attribute) and named.attr == "show" and isinstance(named.value, ast.Name)):
        return []
    names = [one.value for one in call.args if isinstance(one, ast.Constant) and one.value in SECTIONS]
    if named.value.id == "money":
        return [(str(name), {"orders", *_MONEY.get(str(name), ())}) for name in names]
    return [(str(name), set(read)) for name in names[:1]]
