"""The documentation as a site: `make site`. Two pages are made from the code: the commands and the sections."""

import importlib.metadata
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project, author = "retro", "retro"
release = importlib.metadata.version("retro")
extensions = ["myst_parser"]
exclude_patterns = ["schedules/*", "site/*", "made/shop"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
html_theme = "furo"
html_title = "retro · 活动复盘"
html_show_copyright = html_show_sphinx = False
suppress_warnings = [
    "myst.xref_missing",  # anchors that pages write as HTML are links all the same
    "misc.highlighting_failure",  # the figures' SQL has parameters in braces
]


def setup(app: Sphinx) -> None:
    """Write the pages that are made from the code before any page is read, and run the gallery's code."""
    from examples import CODE, run, with_outputs  # noqa: PLC0415 - beside this file, which Sphinx runs from elsewhere
    from made_pages import reported, write_pages  # noqa: PLC0415 - same

    outputs: list[str] = []

    def make(_: Sphinx) -> None:
        (made := HERE / "made").mkdir(exist_ok=True)
        books = reported(HERE.parent / "reports")
        kinds = sorted(path.stem for path in (HERE.parent / "notebooks").glob("*.ipynb"))
        told, others = run(made, [kind for kind in kinds if kind not in books])
        blocks = CODE.findall((HERE / "gallery.md").read_text(encoding="utf-8"))
        if bare := write_pages(made, books | others, list(zip(blocks, told, strict=True))):
            raise ExtensionError(f"docs: every section must show something, got nothing of {', '.join(bare)}.")
        outputs[:] = told

    def add(_: Sphinx, name: str, source: list[str]) -> None:
        if name == "gallery":
            source[0] = with_outputs(source[0], outputs)

    app.connect("builder-inited", make)
    app.connect("source-read", add)
    app.connect("env-get-outdated", lambda *_: ["gallery"])
