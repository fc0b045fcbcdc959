"""What is installed to run `retro`: the bill of materials names it, and its licences are free of conditions on ours."""

from __future__ import annotations

import importlib.metadata
import json
import re
from pathlib import Path

from packaging.requirements import Requirement

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
PINS = [
    Requirement(line.removesuffix("\\"))
    for line in (REQUIREMENTS / "run.txt").read_text().splitlines()
    if re.match(r"[\w.-]+==", line)
]
HERE = sorted({pin.name for pin in PINS if pin.marker is None or pin.marker.evaluate()})
BILL = json.loads((REQUIREMENTS / "sbom.cdx.json").read_text())

KNOWN = {
    *("0BSD", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "Zlib"),
    *("Apache 2.0", "Apache License 2.0", "Apache License, Version 2.0", "Apache Software License", "Apache-2.0"),
    *("ISC", "ISC License (ISCL)", "MIT", "MIT License", "MIT-0", "MIT-CMU"),
    *("MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)", "PSF-2.0", "Python Software Foundation License"),
}
"""Licences that ask nothing of a program that uses the package. MPL asks it of changes to its own files."""


def licences(name: str) -> list[str]:
    """What a package says of its licence: an expression, else its classifiers, else a name."""
    said = importlib.metadata.metadata(name)
    if expression := said.get("License-Expression"):
        return re.split(r" (?:AND|OR) ", expression.replace("(", "").replace(")", ""))
    classified = [one.split(" :: ")[-1] for one in said.get_all("Classifier", []) if one.startswith("License :: OSI")]
    return classified or said.get("License", "").split(" AND ")


def test_the_bill_of_materials_names_what_the_lock_pins() -> None:
    named = {one["purl"] for one in BILL["components"]}
    pinned = {f"pkg:pypi/{pin.name}@{str(pin.specifier).removeprefix('==')}" for pin in PINS}

    assert (BILL["bomFormat"], BILL["specVersion"]) == ("CycloneDX", "1.5")
    assert named == pinned
    assert BILL["metadata"]["component"]["name"] == "retro"


def test_the_bill_of_materials_says_what_needs_what() -> None:
    known = {one["bom-ref"] for one in BILL["components"]} | {BILL["metadata"]["component"]["bom-ref"]}
    asked = {ref for one in BILL["dependencies"] for ref in one.get("dependsOn", [])}

    assert {one["ref"] for one in BILL["dependencies"]} == known
    assert asked | {BILL["metadata"]["component"]["bom-ref"]} == known, "everything is there because something needs it"


def test_the_bill_of_materials_holds_no_address_and_no_moment() -> None:
    text = (REQUIREMENTS / "sbom.cdx.json").read_text()
    assert not re.search(r"https?:|timestamp|serialNumber", text)


def test_no_package_that_runs_has_a_licence_that_nobody_looked_at() -> None:
    said = {name: licences(name) for name in HERE}

    assert len(said) > 100
    assert {name: found for name, found in said.items() if not found or not set(found) <= KNOWN} == {}
    assert not [one for one in KNOWN if re.search("GPL|Affero", one)]
