"""The registry of figures: whole, of one word with code, contracts and docs, and readable in ledgers of before."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from retro import metrics
from retro.errors import RetroError
from retro.figures import Family, Figure, column, families, family_of, figure, figures, known, renamed
from retro.figures.page import metrics_page
from retro.figures.queries import filled, meant

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "retro"
TABLES = {path.stem: path for path in (ROOT / "data_contracts").glob("*.yaml")}
RECORDED = "unit: {}\n    label: A\n    definition: what it is"
FAMILIES = pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)


def test_the_page_is_made_of_the_registry() -> None:
    committed = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")

    assert committed == metrics_page(), "`make docs` if this is meant"


def test_links_to_the_page_and_within_it_lead_to_a_heading() -> None:
    page = metrics_page()
    headings = set(re.findall(r"^## (\w+)$", page, re.MULTILINE))
    links = set(re.findall(r"\]\(#(\w+)\)", page))
    texts = [
        *SOURCE.rglob("*.py"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "params").rglob("*.yaml"),
        ROOT / "README.md",
    ]
    for path in texts:
        links |= set(re.findall(r"metrics\.md#(\w+)", path.read_text(encoding="utf-8")))

    assert {"experiments", "cost", "bridge"} <= links
    assert links <= headings


@FAMILIES
def test_a_family_is_computed_by_metrics_from_canonical_tables(family: Family) -> None:
    for said in family.functions:
        assert hasattr(metrics, said.split()[0]), said
    assert {*family.source, *(table for one in family.figures.values() for table in one.tables)} <= set(TABLES)


@FAMILIES
def test_numerators_and_denominators_are_figures_columns_or_terms(family: Family) -> None:
    parts = [part for one in family.figures.values() for part in (one.numerator, one.denominator) if part]
    for part in parts:
        assert part in family.terms or column(family.name, part)
    assert set(family.terms) <= set(parts) - {*family.figures, *family.columns}


@pytest.mark.parametrize("one", figures().values(), ids=lambda one: one.name)
def test_a_recorded_figure_is_computed_by_sql_or_says_why_not(one: Figure) -> None:
    if not (one.expression or one.unexpressed):
        own = families()[one.family].figures
        for part in (one.numerator, one.denominator):
            assert (known(part) or own[part]).expression, part


@pytest.mark.parametrize("one", figures().values(), ids=lambda one: one.name)
def test_a_recorded_figure_is_recorded_by_the_code(one: Figure) -> None:
    assert one.name in words() or filled_in(one)


@FAMILIES
def test_other_figures_are_columns_that_the_code_knows(family: Family) -> None:
    for one in {**family.figures, **family.columns}.values():
        assert one.name in words() or known(one.name) or filled_in(one), one.name


def filled_in(one: Figure) -> bool:
    """Whether a text of the code that is filled in, such as `points_{name}`, or words put together, can be the name."""
    if one.is_pattern and {part.strip("_") for part in re.split(r"[#*]", one.name)} <= words():
        return True
    return any(re.fullmatch(template.replace("[]", "[a-z0-9_#*]*"), one.name) for template in templates())


def nodes() -> Iterator[ast.AST]:
    for path in SOURCE.rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


@functools.cache
def words() -> set[str]:
    """All texts of the code, and the names of arguments, which become columns."""
    found = list(nodes())
    texts = {node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts | {node.arg for node in found if isinstance(node, ast.keyword) and node.arg}


@functools.cache
def templates() -> set[str]:
    """Texts of the code that are filled in and may become names, with `[]` for what fills them."""
    texts = (
        "".join(str(part.value) if isinstance(part, ast.Constant) else "[]" for part in node.values)
        for node in nodes()
        if isinstance(node, ast.JoinedStr)
    )
    return {text for text in texts if re.fullmatch(r"(\[\]|[a-z0-9_])+", text) and re.search(r"_[a-z]|[a-z]_", text)}


def test_a_name_with_a_number_or_a_word_of_the_shop_is_found() -> None:
    assert figure("day_7_retention_rate").label_of("day_7_retention_rate", "zh") == "7 日留存"
    assert figure("gold_turnout_rate").label_of("gold_turnout_rate", "en") == "Turnout of tier gold"
    assert figure("matched_effect").name == "matched_effect"
    assert figure("synergy_a_to_b_effect").name == "synergy_*_to_*_effect"
    assert known("day_x_retention_rate") is None


@pytest.mark.parametrize("word", ["露营", "App Store", "O'Neill", "抖音·达人"])
def test_a_word_of_the_shop_stands_in_names_and_labels_as_it_is_written(word: str) -> None:
    name = f"{word}_scene_gmv"
    assert figure(name).label_of(name, "zh") == f"{word}场景成交额"
    assert figure(name).label_of(name, "en") == f"GMV of scene {word}"
    quoted = word.replace("'", "''")
    assert filled("scene = {*}", meant(figure(name), name, {})) == f"scene = '{quoted}'"


def test_an_unknown_figure_is_answered_with_the_closest() -> None:
    with pytest.raises(RetroError, match="got 'new_user'"):
        figure("new_user")
    with pytest.raises(RetroError, match="Did you mean 'booked_members'"):
        column("booking", "booked_member")


def test_a_shop_of_first_orders_calls_its_new_users_customers() -> None:
    assert figure("new_users").label_of("new_users", "en", noun="first_order") == "New customers"


def test_a_column_is_looked_for_in_its_family_first() -> None:
    assert column("booking", "buyers").family == "booking"
    assert column("booking", "new_users").family == "registrations"


def test_a_figure_has_the_name_of_today() -> None:
    assert renamed("woken_rate", "tier_migration") == "left_dormant_rate"
    assert renamed("woken_rate", "woken_members") == "reactivated_rate"
    assert renamed("new_customer_share", "month_figures") == renamed("new_gmv_rate") == "new_customer_gmv_rate"
    assert (renamed("aov"), renamed("points_gini")) == ("order_value", "gini")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("unit: euros", "line 4: figures.a.unit must be one of 'users'"),
        ("unit: users", "line 3: figures.a must have a definition, as it is recorded."),
        (RECORDED.format("rate") + "\n    numerator: b", "line 3: figures.a must name numerator and denominator, or"),
        (RECORDED.format("rate") + "\n    of: b", "line 3: figures.a must be of a numerator / a denominator, got 'b'."),
        (RECORDED.format("rate"), "line 3: figures.a must name numerator and denominator, as it is a rate."),
        (RECORDED.format("users"), "line 3: figures.a must have an expression, or say with unexpressed why not."),
        (
            RECORDED.format("users") + "\n    expression: select 1\n    unexpressed: rules",
            "line 3: figures.a must have an expression or say why not, got both.",
        ),
        ("unit: users\n    better: more", "line 5: figures.a.better must be one of 'higher' or 'lower', got 'more'."),
        ("unit: users\n    colour: red", "line 5: unknown key 'figures.a.colour'."),
    ],
)
def test_a_file_is_refused_with_the_line_that_is_wrong(
    said: str, message: str, write: Callable[[str, str], Path]
) -> None:
    path = write("a.yaml", f"title: A\nfigures:\n  a:\n    {said}\n")

    with pytest.raises(RetroError, match=re.escape(message)):
        family_of(path)


def test_what_its_figures_share_is_said_once(write: Callable[[str, str], Path]) -> None:
    said = "label: A, definition: what it is"
    path = write(
        "a.yaml",
        "title: A\neach: {better: higher, unexpressed: rules}\nfigures:\n"
        f"  a: {{unit: users, {said}}}\n"
        f"  b: {{unit: users, {said}, better: lower, expression: select 1}}\n"
        f"  c: {{unit: users, recorded: false, {said}}}\n",
    )

    figures = family_of(path).figures

    assert [(one.better, one.unexpressed, one.recorded) for one in figures.values()] == [
        ("higher", "rules", True),
        ("lower", None, True),
        (None, None, False),
    ]


def test_what_figures_share_has_keys_that_figures_have(write: Callable[[str, str], Path]) -> None:
    path = write("a.yaml", "title: A\neach: {colour: red}\nfigures: {}\n")

    with pytest.raises(RetroError, match=re.escape("line 2: unknown key 'each.colour'")):
        family_of(path)
