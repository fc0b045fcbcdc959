"""Write the page of all definitions, `docs/metrics.md`, from the registry."""

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from retro.figures import VIEWS, families, figures
from retro.figures.figure import Family, Figure

_PREAMBLE = Path(__file__).parent / "preamble.md"
_HEAD = "| figure | 中文 | definition | unit | made of | missing where |\n| --- | --- | --- | --- | --- | --- |"


def metrics_page() -> str:
    """The page as Markdown: rules, contents, an index of recorded figures, and a heading for each family."""
    contents = "\n".join(
        f"- [{name}](#{name}): {one.title['en']}, {one.title['zh']}" for name, one in families().items()
    )
    index = " · ".join(f"[{name.replace('*', '…')}](#{one.family})" for name, one in sorted(figures().items()))
    parts = [
        _PREAMBLE.read_text(encoding="utf-8").strip(),
        f"## Contents\n\n{contents}",
        f"## Index of recorded figures\n\n{index}",
        f"## Shared views\n\n{_folded(VIEWS, 'Cuts of canonical tables that the expressions below use')}",
        *(_section(family) for family in families().values()),
    ]
    return "\n\n".join(parts) + "\n"


def _section(family: Family) -> str:
    rows = "\n".join([_HEAD, *(_row(one) for one in family.figures.values())]) if family.figures else ""
    blocks = (
        _sources(family),
        family.intro.strip(),
        rows,
        _terms(family),
        _expressions(family),
        family.notes.strip(),
        _columns(family),
    )
    return "\n\n".join([f"## {family.name}", *(block for block in blocks if block)])


def _sources(family: Family) -> str:
    line = f"{family.title['zh']}."
    if family.source:
        line += f" Source{'s' if len(family.source) > 1 else ''}: {', '.join(f'`{one}`' for one in family.source)}."
    if family.functions:
        line += f" From {', '.join(_function(one) for one in family.functions)}."
    return line


def _function(said: str) -> str:
    name, _, what_for = said.partition(" ")
    return f"`metrics.{name}` {what_for}".rstrip()


def _row(one: Figure) -> str:
    label, definition = one.label or {}, one.definition or {}
    name = f"**`{one.name}`**" if one.recorded else f"`{one.name}`"
    zh = f"{label['zh']}：{definition['zh']}" if definition else label.get("zh", "")
    missing = (one.missing or {"en": "never"})["en"]
    cells = (name, zh, definition.get("en", ""), one.unit, _made_of(one), missing)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _made_of(one: Figure) -> str:
    """Its numerator and denominator, and why it has no expression or that it has one."""
    parts = f"`{one.numerator}` / `{one.denominator}`" if one.numerator else ""
    return "; ".join(filter(None, (parts, one.unexpressed or ("SQL" if one.expression else ""))))


def _terms(family: Family) -> str:
    terms = "; ".join(f"`{name}`, {said['zh']}, {said['en']}" for name, said in family.terms.items())
    return f"Of these: {terms}." if terms else ""


def _expressions(family: Family) -> str:
    found = {one.name: one.expression for one in family.figures.values() if one.expression}
    return _folded(found, "Computed from canonical tables") if found else ""


def _folded(queries: Mapping[str, str], title: str) -> str:
    sql = "\n\n".join(f"-- {name}\n{query.strip()};" for name, query in queries.items())
    return f"<details><summary>{title}</summary>\n\n```sql\n{sql}\n```\n\n</details>"


def _columns(family: Family) -> str:
    by_unit = groupby(sorted(family.columns.values(), key=lambda one: one.unit), key=lambda one: one.unit)
    parts = [f"{', '.join(f'`{one.name}`' for one in listed)} ({unit})" for unit, listed in by_unit]
    return f"Other columns of its tables: {'; '.join(parts)}." if parts else ""
