"""Find a figure by its name or by what a page calls it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from retro.errors import RetroError, did_you_mean
from retro.figures import families, figure, figures, known
from retro.i18n import LANGS


def named_figure(name: str, recorded: Iterable[str], where: str) -> str:
    """The name of a figure that is asked for by its name, or by its label on the page in either language.

    Args:
        name: Name or label; letters may be small or capital.
        recorded: The figures that the report has recorded; of several of one label they are meant.
        where: The call, for messages.

    Raises:
        RetroError: No figure is called so, or several are.

    Examples:
        >>> named_figure("售罄率", (), "report.why"), named_figure("Day-7 retention", ["day_7_retention_rate"], "")
        ('sell_through_rate', 'day_7_retention_rate')
    """
    if known(name) is not None:
        return name
    own = [one for one in recorded if known(one) is not None]  # older code published others
    asked = " ".join(name.split()).casefold()
    for names in (own, [one for one in figures() if not figures()[one].is_pattern]):
        found = [one for one in names if asked in _labels(one)]
        if len(found) == 1:
            return found[0]
        if found:
            raise RetroError(f"{where}: label must mean one figure, got {name!r}, which {', '.join(found)} have.")
    hint = did_you_mean(name, [*own, *figures(), *(label for one in own for label in _labels(one))])
    raise RetroError(f"{where}: figure must be a name or a label of the page, got {name!r}. {hint}")


def label_of(name: str, family: str, lang: str) -> str:
    """What readers call a figure, or a part of one; its name where nobody says."""
    home = families().get(family)
    own = {**home.columns, **home.figures}.get(name) if home else None
    if home is not None and name in home.terms:
        return home.terms[name][lang]
    found = own if own is not None and own.label is not None else known(name)
    return name if found is None else found.label_of(name, lang)


def _labels(name: str) -> Iterator[str]:
    found = figure(name)
    for lang in LANGS:
        for in_table in (False, True):
            yield " ".join(found.label_of(name, lang, in_table=in_table).split()).casefold()
