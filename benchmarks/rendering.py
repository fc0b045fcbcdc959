"""Time the rendering of executed reports in every format, in one process.

python benchmarks/rendering.py [REPORTS_FOLDER]

By default all that `make report` made. A row for each format: seconds of the processor over all reports and languages,
with the imports in the row that needs them first.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from retro.i18n import LANGS
from retro.publish import publish
from retro.publish.publishing import FORMATS

ROOT = Path(__file__).parents[1]


def main(folder: Path) -> None:
    """Print a row for each format, and their sum."""
    spent: Counter[str] = Counter()
    notebooks = [path for lang in LANGS for path in sorted(folder.glob(f"*/latest/{lang}.ipynb"))]
    if not notebooks:
        raise SystemExit(f"{folder}: no */latest/LANG.ipynb; run make report first")
    with tempfile.TemporaryDirectory() as out:
        for notebook in notebooks:
            for form in FORMATS:
                before = time.process_time()
                publish(notebook, Path(out), formats=[form])
                spent[form] += time.process_time() - before
    for form, seconds in spent.items():
        print(f"{form:12}{seconds:8.2f} CPU s")
    print(f"{'all':12}{spent.total():8.2f} CPU s for {len(notebooks)} notebooks")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "reports" / "2025Q1")
