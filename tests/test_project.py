"""What must agree with what: environment and locks, languages, kinds and their files, commands and README."""

from __future__ import annotations

import ast
import itertools
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from retro.campaigns import CAMPAIGN_TYPES, CampaignParams, load_params
from retro.cli import app
from retro.figures import figure
from retro.i18n import LANGS, load_text
from retro.sections import SECTIONS
from retro.sources import find_source, load_source

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PARAMS = sorted(path for path in (ROOT / "params").rglob("*.yaml") if path.name != "source.yaml")


def name_of(requirement: str) -> str:
    return Requirement(requirement).name.lower()


def locked(file: str, python: str = "3.11") -> dict[str, str]:
    """The pins of a lock that hold for a Python version."""
    lines = (ROOT / "requirements" / file).read_text().splitlines()
    requirements = [Requirement(line.removesuffix("\\")) for line in lines if re.match(r"[\w.-]+==", line)]
    environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    return {
        requirement.name.lower(): str(requirement.specifier).removeprefix("==")
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate(environment)
    }


def test_environment_yml_pins_what_the_project_needs_as_the_lock_does() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    pip = next(item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    pins = {name_of(line): line.split("==")[1] for line in pip if "==" in line}
    extras = PROJECT["optional-dependencies"]
    needed = [name_of(line) for line in (*PROJECT["dependencies"], *extras["test"], *extras["lab"], *extras["build"])]

    assert pins == {name: locked("test.txt")[name] for name in needed}


def test_environment_yml_offers_a_supported_python() -> None:
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]

    assert "python=3.11" in dependencies
    assert PROJECT["requires-python"] == ">=3.11,<3.14"


def test_locks_agree_and_hold_hashes_and_no_address() -> None:
    run, test = locked("run.txt"), locked("test.txt")

    assert {name: test.get(name) for name in run} == run
    for file in ("run.txt", "test.txt", "uv.txt"):
        text = (ROOT / "requirements" / file).read_text()
        assert text.count("--hash=sha256:") >= len(locked(file))
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)


def test_languages_have_equal_keys_and_placeholders() -> None:
    def shape(lang: str) -> dict[str, set[str | None]]:
        entries = load_text(lang).entries  # type: ignore[arg-type]  # LANGS are languages
        return {key: {field for _, field, _, _ in string.Formatter().parse(text)} for key, text in entries.items()}

    chinese, english = (shape(lang) for lang in LANGS)
    assert set(chinese) == set(english)
    for key, fields in chinese.items():
        assert fields - {None} == english[key] - {None}, key


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("lang", LANGS)
def test_every_section_has_its_texts(section: str, lang: str) -> None:
    text = load_text(lang)  # type: ignore[arg-type]  # LANGS are languages

    assert text.has(f"{section}.definition")
    assert text.has(f"{section}.table.caption")


def tables_of(model: type[CampaignParams]) -> tuple[str, ...]:
    return (*model.required_tables, *itertools.chain(*model.main_tables), *model.optional_tables)


@pytest.mark.parametrize("kind", CAMPAIGN_TYPES)
def test_every_kind_has_a_notebook_params_and_knows_which_way_its_goals_are_better(kind: str) -> None:
    assert (ROOT / "notebooks" / f"{kind}.ipynb").is_file()
    assert any(yaml.safe_load(path.read_text())["kind"] == kind for path in PARAMS)
    for name in CAMPAIGN_TYPES[kind].judged_by:
        assert figure(name).better, name
    for table in tables_of(CAMPAIGN_TYPES[kind]):
        assert (ROOT / "data_contracts" / f"{table}.yaml").is_file()


@pytest.mark.parametrize("path", PARAMS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_params_that_are_shipped_are_valid(path: Path) -> None:
    source = load_source(find_source(path))

    assert load_params(path, zone=source.zone).kind in CAMPAIGN_TYPES


def commands() -> list[str]:
    groups = [("", app), *((f"{group.name} ", group.typer_instance) for group in app.registered_groups)]
    return [
        prefix + (command.name or command.callback.__name__)  # type: ignore[union-attr]  # every command has one
        for prefix, group in groups
        for command in group.registered_commands  # type: ignore[union-attr]  # every group has an app
    ]


@pytest.mark.parametrize("command", commands())
def test_every_command_has_help_with_an_example_and_stands_in_the_readme(command: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "retro", *command.split(), "--help"], capture_output=True, text=True, check=True
    )

    assert f"Example: retro {command}" in result.stdout
    assert f"retro {command}" in (ROOT / "README.md").read_text()


def test_nothing_names_a_registry_or_a_folder_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    words = re.compile("|".join(["pypi" + r"\.org", "files." + "pythonhosted", "registry" + r"\.npmjs", "/ro" + "ot/"]))
    for name in listed.stdout.split("\0"):
        path = ROOT / name
        if path.is_file() and path.suffix not in {".ttf", ".png"}:
            assert not words.search(path.read_text(encoding="utf-8")), name


def test_the_demo_data_is_made_again_when_any_file_of_its_generator_changes() -> None:
    rules = subprocess.run(["make", "-pqn", "help"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    needed = next(line for line in rules.splitlines() if line.startswith("data/demo/truth.json:")).split()

    files = [path for path in (ROOT / "src" / "retro_demo").rglob("*.*") if path.suffix in {".py", ".yaml"}]
    assert {path.relative_to(ROOT).as_posix() for path in files} <= set(needed)


def modules() -> dict[str, Path]:
    """Each file of the source by the name that imports it; a package's name stands for its `__init__.py`."""
    files = [path for root in ("retro", "retro_demo") for path in (ROOT / "src" / root).rglob("*.py")]
    return {
        ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"): path for path in files
    }


def imported(code: str) -> Iterator[str]:
    """The modules and `module.name` pairs that a file imports, anywhere in it: for types and inside functions too."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports must be absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_files_import_each_other_in_a_circle() -> None:
    files = modules()
    graph = {
        name: {found if found in files else found.rpartition(".")[0] for found in imported(path.read_text())}
        & set(files)
        for name, path in files.items()
    }

    assert sum(map(len, graph.values())) > len(files)  # each file imports another one, more or less
    TopologicalSorter(graph).prepare()  # raises CycleError, which lists the circle


def test_the_tests_of_a_section_stand_in_one_file_of_its_name() -> None:
    files = {
        path.stem.removeprefix("test_"): path.read_text() for path in (ROOT / "tests" / "sections").glob("test_*.py")
    }

    assert set(files) == set(SECTIONS)
    named = re.compile(r"""(?:\bfind|\bsaid|words_of)\((?:find, )?["'](\w+)["']|SECTIONS\[["'](\w+)["']\]""")
    others = {
        (name, one)
        for name, code in files.items()
        for one in ("".join(found) for found in named.findall(code))
        if one in SECTIONS and one != name
    }
    assert not others, "sections that are tested in the file of another one"
