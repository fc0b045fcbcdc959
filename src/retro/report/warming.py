"""Read beforehand what every report reads, so that processes forked afterwards have it."""

import sys

import nbformat

from retro.figures import figures
from retro.i18n import LANGS, load_text
from retro.memo import code_hash
from retro.report.drawn import surroundings

_HASHED = ("retro.metrics.", "retro.charts.", "retro.sections.")


def warm() -> None:
    """Read figures, texts and fonts, the code that metrics and charts depend on, and the schema of notebooks.

    Examples:
        >>> warm()
    """
    figures()
    for lang in LANGS:
        load_text(lang)
    for module in [name for name in sys.modules if name.startswith(_HASHED)]:
        code_hash([module])
    surroundings()
    nbformat.validate(nbformat.v4.new_notebook())
