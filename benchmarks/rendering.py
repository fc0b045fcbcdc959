"""Time the rendering of executed reports in every format, in one process.

python benchmarks/rendering.py [REPORTS_FOLDER]

By default all that `make report` made. Seconds of the processor over all reports and languages: first with all formats
at once, as a run renders them, imports included; then for each format alone, the reading of the notebooks in each.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from retro.i18n import LANGS
from retro.publish import publish
from retro.publish.publishing import FORMATS

ROOT = Path(__file__).parents[1]


def main(folder: Path) -> None:
    """Print a row for all formats at once, and one for each."""
    notebooks = [path for lang in LANGS for path in sorted(folder.glob(f"*/latest/{lang}.ipynb"))]
    if not notebooks:
        raise SystemExit(f"{folder}: no */latest/LANG.ipynb; run make report first")
    with tempfile.TemporaryDirectory() as out:
        for name, forms in (("at once", FORMATS), *((form, [form]) for form in FORMATS)):
            before = time.process_time()
            for notebook in notebooks:
                publish(notebook, Path(out), formats=forms)
            print(f"{name:12}{time.process_time() - before:8.2f} CPU s for {len(notebooks)} notebooks")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "reports" / "2025Q1")
