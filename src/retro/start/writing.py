"""Write the proposed source and params as files that an analyst reads and changes."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from retro.errors import RetroError
from retro.files import project_root, shown, write_atomic
from retro.start.proposal import Proposal, columns_used
from retro.start.windows import Found

_PLAIN = re.compile(r"[A-Za-z_][\w./*-]*( [\w./-]+)*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def refuse_existing(shop: str) -> Path:
    """The folder below params/ that will be made.

    Raises:
        RetroError: It is there already, or its name is none.
    """
    if not re.fullmatch(r"\w[\w-]*", shop):
        raise RetroError(f"--shop: name must hold letters, digits, - and _ alone, got {shop!r}. Choose another.")
    folder = project_root() / "params" / shop
    if folder.exists():
        raise RetroError(
            f"{shown(folder)}: folder must not exist yet, got one. Choose another name with --shop, "
            f"or make the reports that are there: retro run {shop}"
        )
    return folder


def source_text(proposal: Proposal, dropped: Mapping[str, str], assumed: Sequence[str]) -> str:
    """The source file."""
    keys = proposal.source()
    used = columns_used(proposal)
    lines = [
        f"# Proposed by `retro start {proposal.place}`. Read it, and change what is wrong: it is yours.",
        *_comments("Assumed", [*proposal.general.lines, *assumed]),
        *_comments("Not mapped", [f"{name}: {why}" for name, why in {**proposal.unmapped, **proposal.unread}.items()]),
        *_comments(
            "Left out, since the contract of the house was broken", [f"{n}: {why}" for n, why in dropped.items()]
        ),
        *(f"{key}: {scalar(keys[key])}" for key in ("shop", "folder", "timezone", "currency", "new_user")),
        "raw:",
    ]
    for name, spec in keys["raw"].items():
        _, rest = used[name]
        typed = "types" in spec or not rest
        lines += [f"  {name}:", *([] if typed else [f"    # not mapped: {', '.join(rest)}"]), *_spec(spec, rest)]
    lines.append("tables:")
    for name, spec in keys["tables"].items():
        notes = proposal.tables[name].notes.lines
        lines += [f"  {name}:", *(f"    # {note}" for note in notes)]
        lines += [f"    note: {flow(spec['note'])}"] if "note" in spec else []
        lines += ["    sql: |-", *(f"      {line}" for line in spec["sql"].splitlines())]
    return "\n".join(lines) + "\n"


def window_text(shop: str, kind: str, found: Found, others: Sequence[Found], weeks: int) -> str:
    """The params of a window that was found in the data."""
    title = {
        "zh": f"{found.start} 高峰复盘（从数据中发现）",
        "en": f"Peak of {found.start}, found in the data: retrospective",
    }
    lines = [
        "# Found in the data, not planned: these days were chosen because their orders lie far above their baseline",
        f"# ({found.orders:,} orders, {found.expected:,} expected), so the effect measured on them is no evidence.",
        "# Put the campaign's own dates here, and take found_in_data away, once you know them.",
        f"kind: {kind}",
        f"campaign_id: {scalar(campaign_id(shop, found))}",
        f"title: {flow(title)}",
        f"start: {found.start}T00:00",
        f"end: {found.end}T00:00",
        "found_in_data: true",
        f"baseline_weeks: {weeks}",
    ]
    if others:
        lines += ["roi:", "  unusual:  # other days far above their baseline, found likewise: they are no baseline"]
        lines += [f"    - {{start: {one.start}T00:00, end: {one.end}T00:00}}" for one in others]
    return "\n".join(lines) + "\n"


def month_text(shop: str, start: dt.date, end: dt.date) -> str:
    """The params of a month."""
    title = {"zh": f"{start.year} 年 {start.month} 月月度复盘", "en": f"{start:%B %Y}: monthly review"}
    return (
        f"# The last month that the data covers whole. `retro params month` lists what else can stand here.\n"
        f"kind: month\ncampaign_id: {scalar(f'{shop}-{start:%Y-%m}')}\ntitle: {flow(title)}\n"
        f"start: {start}T00:00\nend: {end}T00:00\n"
    )


def week_text(shop: str, start: dt.date, end: dt.date, weeks: int) -> str:
    """The params of the last whole week, where no whole month is there."""
    title = {"zh": f"{start} 起一周复盘", "en": f"Week from {start}: retrospective"}
    return (
        "# The last seven days that the data covers whole: put a campaign's own dates here.\n"
        f"kind: flash_sale_night\ncampaign_id: {scalar(f'{shop}-{start}')}\ntitle: {flow(title)}\n"
        f"start: {start}T00:00\nend: {end}T00:00\nbaseline_weeks: {weeks}\n"
    )


def campaign_id(shop: str, found: Found) -> str:
    """The id of a window that was found."""
    return f"{shop}-{found.start}"


def write_shop(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write a shop's files all at once: a start that is stopped leaves none.

    Raises:
        RetroError: The folder is there by now.
    """
    part = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        for name, text in texts.items():
            write_atomic(part / name, text)
        refuse_existing(folder.name)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return [folder / name for name in texts]


def scalar(text: str) -> str:
    """A text as YAML, in quotes where a plain word could be read as anything else.

    Examples:
        >>> scalar("orders_file"), scalar("decimal(18, 2)"), scalar("no"), scalar("../data/my shop")
        ('orders_file', '"decimal(18, 2)"', '"no"', '"../data/my shop"')
    """
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else json.dumps(text, ensure_ascii=False)


def flow(value: Any) -> str:  # noqa: ANN401 - what YAML holds
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    return scalar(str(value))


def _spec(spec: Mapping[str, Any], rest: Sequence[str]) -> list[str]:
    """The keys of a raw table; types one on each line, since there may be many, those of unmapped columns last."""
    lines = [f"    {key}: {flow(value)}" for key, value in spec.items() if key != "types"]
    if types := spec.get("types"):
        said = {column: f"      {scalar(column)}: {scalar(kind)}" for column, kind in types.items()}
        lines += ["    types:", *(line for column, line in said.items() if column not in rest)]
        lines += ["      # not mapped:", *(said[column] for column in rest)] if rest else []
    return lines


def _comments(title: str, lines: Sequence[str]) -> list[str]:
    return [f"# {title}:", *(f"# - {line}" for line in lines)] if lines else []
