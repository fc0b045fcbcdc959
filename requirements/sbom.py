"""Write the software bill of materials of `run.txt`, as CycloneDX: uv exports it, less addresses and moments.

uv exports only what it has locked itself, so this project is locked once more in a folder of its own, by the pins of
`run.txt`. The hashes of files stay in `run.txt`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
UV = Path(sys.executable).with_name("uv")


def bill() -> dict[str, object]:
    """What uv exports, the same each time."""
    lines = (HERE / "run.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.removesuffix(" \\") for line in lines if re.match(r"[\w.-]+==", line)]
    project = (HERE.parent / "pyproject.toml").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        limits = f"\n[tool.uv]\npackage = false\nconstraint-dependencies = {json.dumps(pins)}\n"
        (Path(folder) / "pyproject.toml").write_text(project + limits, encoding="utf-8")
        subprocess.run([UV, "lock", "--quiet"], cwd=folder, check=True)
        extras = ["--extra", "build", "--extra", "notify", "--extra", "lab"]
        words = [UV, "export", "--quiet", "--frozen", "--no-dev", *extras, "--format", "cyclonedx1.5"]
        said = subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True).stdout
    found: dict[str, object] = json.loads(said)
    del found["serialNumber"], found["metadata"]["timestamp"]  # type: ignore[attr-defined]  # JSON is what it is
    for component in found["components"]:  # type: ignore[attr-defined]  # same
        component.pop("externalReferences", None)
    return found


if __name__ == "__main__":
    (HERE / "sbom.cdx.json").write_text(json.dumps(bill(), indent=1) + "\n", encoding="utf-8")
