"""Time zone and currency of a shop: what the analyst, the data or the back office says, else a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import available_timezones

from retro.errors import SourceError
from retro.sources import Tables
from retro.sources.quoting import quoted
from retro.start.aliases import Aliases
from retro.start.asking import Asker, Question, checked
from retro.start.facts import SYMBOLS, ask
from retro.start.notes import LANGS, Notes, word
from retro.start.roles import Raw

UNKNOWN_ZONE, UNKNOWN_CURRENCY = "UTC", "XXX"
TOLD = frozenset({"timezone", "currency"})
"""Questions whose answer stands among what was assumed of the whole shop, with its reason."""

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
Reasons = Sequence[tuple[str, str]]


def check_given(given: Mapping[str, str]) -> None:
    """Refuse a zone or a currency that is none before any file is read.

    Raises:
        RetroError: A flag says one.
    """
    for key, rule in (("timezone", _no_zone), ("currency", _no_currency)):
        if key in given:
            checked(Question(key, key, rule=rule), given[key])


def settle_zone(used: Sequence[Raw], asker: Asker, says: Notes) -> str:
    """The time zone of the times."""
    exports = next((raw.export.zone for raw in used if raw.export is not None and raw.export.zone), "")
    default = ("Asia/Shanghai", "why_chinese") if _in_chinese(used) else (UNKNOWN_ZONE, "why_unknown")
    text = "In which time zone are the times, such as Asia/Shanghai?"
    question = Question("timezone", text, default=default[0], rule=_no_zone)
    return _settled(((exports, "why_export"),), question, default[1], asker, says)


def settle_currency(used: Sequence[Raw], asker: Asker, says: Notes, *, aliases: Aliases, looked: Tables) -> str:
    """The currency of the amounts.

    Raises:
        SourceError: The orders name several, which must not be added up.
    """
    exports = next((raw.export.currency for raw in used if raw.export is not None and raw.export.currency), "")
    default = ("CNY", "why_chinese") if _in_chinese(used) else (UNKNOWN_CURRENCY, "why_unknown")
    question = replace(_CURRENCY, default=default[0])
    said = _written(used, aliases, looked) or _signed(used)
    reasons = ((said, "why_symbol"), (exports, "why_export"))
    return _settled(reasons, question, default[1], asker, says)


def no_currency(asker: Asker, says: Notes) -> str:
    """The currency of a shop without amounts: nobody is asked for it, though a flag may say it."""
    given = _CURRENCY.key in asker.given
    value = asker.ask(_CURRENCY) if given else UNKNOWN_CURRENCY
    says("currency", value=value, why={lang: word("why_given" if given else "why_no_money", lang) for lang in LANGS})
    return value


def _settled(reasons: Reasons, question: Question, guess: str, asker: Asker, says: Notes) -> str:
    answered = asker.ask(question) if question.key in asker.given else ""
    found = next(((value, why) for value, why in ((answered, "why_given"), *reasons) if value), None)
    if found is None:
        value = asker.ask(question)
        found = value, "why_given" if asker.is_sure(question.key) else guess
    value, why = found
    key = "zone" if question.key == "timezone" else "currency"
    says(key, value=value, why={lang: word(why, lang) for lang in LANGS})
    return value


def _no_zone(answer: str) -> str:
    return "" if answer in available_timezones() else "an IANA name such as Asia/Shanghai or UTC"


def _no_currency(answer: str) -> str:
    return "" if re.fullmatch("[A-Z]{3}", answer) else "an ISO code such as CNY or EUR"


_CURRENCY = Question("currency", "In which currency are the amounts, such as CNY?", rule=_no_currency)


def _in_chinese(used: Sequence[Raw]) -> bool:
    return any(_CHINESE.search(header) for raw in used for header in raw.columns.values())


def _signed(used: Sequence[Raw]) -> str:
    """The currency of the signs beside amounts; empty where there are none, or several."""
    found = {SYMBOLS[sign] for raw in used for facts in raw.facts.values() for sign in facts.signs}
    return found.pop() if len(found) == 1 else ""


def _written(used: Sequence[Raw], aliases: Aliases, looked: Tables) -> str:
    """The currency that a column of the orders' file names."""
    for raw in used:
        header = aliases.helper("currency", raw.shape.headers)
        if raw.table != "orders" or header is None:
            continue
        name = quoted(header)
        sql = f"select distinct upper(trim({name})) as code from {quoted(raw.name)} where trim({name}) <> ''"
        codes = sorted(row["code"] for row in ask(looked, sql))
        if len(codes) > 1:
            raise SourceError(
                f"{raw.shape.shown}: column {header!r} must hold one currency, got {', '.join(codes)}. "
                "Amounts of several are never added: export each on its own."
            )
        return codes[0] if codes and re.fullmatch("[A-Z]{3}", codes[0]) else ""
    return ""
