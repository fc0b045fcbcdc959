"""Reduce an executed notebook to its words and figures, for regression tests."""

from __future__ import annotations

import copy
import re
from typing import Any

from retro.blocks.model import BLOCKS_MIME

_DRAWING = re.compile(r"<svg.*?</svg>", re.DOTALL)


def keep_wording(notebook: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:  # noqa: ANN401 - nbformat's node
    """Remove drawings, and blocks that repeat the preview.

    A post-processor of pytest-notebook, registered as `retro_wording`: with `nb_post_processors = retro_wording`
    a notebook is compared by its words and figures, in a file small enough to read in a diff.

    Args:
        notebook: An executed notebook.
        resources: What pytest-notebook hands from one post-processor to the next.

    Returns:
        A copy without drawings, and the resources as they were.
    """
    words = copy.deepcopy(notebook)
    for cell in words["cells"]:
        for moment in ("execution", "papermill"):  # when it ran
            cell["metadata"].pop(moment, None)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            data.pop(BLOCKS_MIME, None)
            if "text/html" in data:
                data["text/html"] = _DRAWING.sub("", data["text/html"])
    return words, resources
