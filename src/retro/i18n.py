"""Texts by key in Chinese and English, and how each language writes numbers, money, rates and dates."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from retro.errors import RetroError, did_you_mean
from retro.files import read_yaml
from retro.privacy import Hidden, hidden
from retro.signs import harmless, quoted

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)

Number = int | float | Decimal

_EXACT_BELOW = 100_000
"""Counts under this are written out; readers compare them digit by digit."""

_SCALES: dict[Lang, tuple[tuple[int, str], ...]] = {
    "zh": ((10**8, " 亿"), (10**4, " 万")),
    "en": ((10**9, "B"), (10**6, "M"), (10**3, "K")),
}

_CENTS_BELOW, _WHOLE_BELOW = 100, 10_000
"""Amounts in sentences: their cents, if any, below the one, whole below the other, three digits above."""

_THOUSANDTHS_BELOW = 0.05
"""Ratios nearer to 0 say something only with a third decimal."""

_TENTHS_BELOW = 100
"""Times and means are told to a tenth below it: 16.8 days."""

_MULTIPLES_FROM = 3
"""Changes from here on read as multiples: +580.1% is +5.8 times."""

_RAREST, _RARE = 0.001, 0.1
"""Probabilities below the one are not told, below the other (or as near to 1) to a tenth of a percent."""

_P_ALIKE = 0.1
"""From here on a third decimal of a p-value says nothing."""

_GAP_AFTER_UNIT = re.compile("(?<=[元点万亿]) (?=[一-鿿])")
"""Texts part a unit such as USD from the words that follow; after a Chinese one nobody writes a space."""


class Said(str):
    """Words of our own, whose `**` are markup; any other text is quoted where it is put into them."""

    __slots__ = ()

    def __add__(self, other: str) -> str:
        words = super().__add__(other)
        return Said(words) if isinstance(other, Said) or not other else words

    def join(self, parts: Iterable[str], /) -> Said:
        """Its parts, with these words between them."""
        return Said(super().join(map(_quoted, parts)))

    def strip(self, chars: str | None = None, /) -> Said:
        """The words without spaces around them."""
        return Said(super().strip(chars))

    def removeprefix(self, prefix: str, /) -> Said:
        """The words without those that they may begin with."""
        return Said(super().removeprefix(prefix))


@dataclass(frozen=True)
class Text:
    """The texts and number formats of one language.

    Call it with a key to get a text: `text("section.funnel.title")`.

    Attributes:
        lang: `zh` or `en`.
        currency: ISO code of the source's currency, such as `CNY`.
        entries: Texts by dotted key.
    """

    lang: Lang
    currency: str
    entries: Mapping[str, str] = field(repr=False)

    def __call__(self, key: str, row: Any = None, /, **values: object) -> str:  # noqa: ANN401 - see below
        """The text of a key with its placeholders filled; each says how its value is written.

        A placeholder is `{name}` for words that are ready (where they are not `Said`, they are quoted), or
        `{name:form}`, where a form is a unit (`count`, `rate`,
        `money`, `change`, ...: see `written`), or one of

        - `interval.UNIT`: from `name_low` to `name_high`, or from `low` to `high` where the row has no such names;
        - `label.FAMILY`: a name that has a text of its own, such as `{channel:label.channel}`;
        - `list`: several words as a phrase;
        - `plural.ONE|MORE`: no value but the word that goes with it, such as `{count:plural.is|are}`.

        Args:
            key: The text.
            row: Where values are looked up by name: a mapping, a row of `itertuples`, a dataclass.
            values: Further values; they go before those of the row.

        Raises:
            RetroError: The key is unknown, or a placeholder got no value.
        """
        if key not in self.entries:
            raise RetroError(f"text {key!r} must exist in {self.lang}. {did_you_mean(key, self.entries)}")
        found = _Values(row, values)
        parts: list[str] = []
        try:
            for literal, name, form, _ in string.Formatter().parse(self.entries[key]):
                parts += [literal, "" if name is None else self._filled(name, form or "", found)]
        except KeyError as missing:
            raise RetroError(f"text {key!r} needs a value for {missing}.") from None
        filled = "".join(parts)
        return Said(_GAP_AFTER_UNIT.sub("", filled) if self.lang == "zh" else filled)

    def told(self, key: str, row: Any, without: str = "") -> str:  # noqa: ANN401 - as above
        """The text of a key filled by a row, if the row has a value for each of its placeholders.

        Else the text `<key>_else`, if there is one and it can be filled; else `without`. A masked number is a value.

        Examples:
            >>> words = {"sold": "{rate:rate}", "sold_else": "{orders:count} sold"}
            >>> text = Text("en", "CNY", words)
            >>> [text.told("sold", {"rate": rate, "orders": 3}) for rate in (0.5, None)]
            ['50.0%', '3 sold']
        """
        found = _Values(row, {})
        for name in (key, f"{key}_else"):
            if self.has(name) and all(
                _filled_by(found, field, form or "")
                for _, field, form, _ in string.Formatter().parse(self.entries[name])
                if field is not None
            ):
                return self(name, row)
        return without

    def _filled(self, name: str, form: str, found: _Values) -> str:
        kind, _, detail = form.partition(".")
        if kind == "interval":
            low, high = interval_ends(name, found)
            return self.interval(low, high, detail)
        value = found[name]
        if kind == "aim":
            return self.aim(value, detail)
        if kind == "label":
            return _quoted(self.label(detail, str(value)))
        if kind == "plural":
            one, _, more = detail.partition("|")
            return one if not hidden(value) and value == 1 else more
        if kind == "list":
            return self.join([part if isinstance(part, str) else str(part) for part in value])
        return self.written(value, form) if form else _quoted(value)

    def written(self, value: Any, form: str) -> str:  # noqa: ANN401 - numbers and dates of any library
        """A value in a form: any unit that `value` knows, or one of `_FORMS`; `<5` where it is masked.

        Missing values read as such (`chart.unknown`).

        Examples:
            >>> from retro.privacy import FEW
            >>> text = load_text("en")
            >>> text.written(0.065, "points"), text.written(12.34, "exact.1"), text.written(FEW, "count")
            ('+6.5 pp', '12.3', '<5')
        """
        if hidden(value):
            return str(value)
        if _missing(value):
            return self("chart.unknown")
        kind, _, digits = form.partition(".")
        if digits and kind in _ROUNDED:
            return _ROUNDED[kind](self, value, int(digits))
        if kind in _FORMS:
            return _FORMS[kind](self, value, *((int(digits),) if digits else ()))
        return self.value(value, form)

    def labels(self, family: str, names: Iterable[Any]) -> list[str]:
        """The text of each name, as `label` has it."""
        return [self.label(family, str(name)) for name in names]

    def has(self, key: str) -> bool:
        """Whether a text exists under this key."""
        return key in self.entries

    def label(self, family: str, name: str) -> str:
        """The text of `family.name`, or the name itself, for names that a shop invents (channels, events)."""
        return self.entries.get(f"{family}.{name}") or harmless(name)

    def pick(self, both: Mapping[str, str] | str) -> str:
        """This language's text of a params entry given in both languages, or in one word for both."""
        return both if isinstance(both, str) else both[self.lang]

    def join(self, parts: Iterable[str]) -> str:
        """A list of words as a phrase: `a、b` or `a, b`."""
        return Said("、" if self.lang == "zh" else ", ").join(parts)

    def count(self, value: Number | Hidden) -> str:
        """A whole number: written out below 100,000, in 万 / 亿 or K / M above; `<5` where it is masked.

        Examples:
            >>> load_text("zh").count(12_345), load_text("zh").count(1_234_567)
            ('12,345', '123.5 万')
            >>> load_text("en").count(1_234_567)
            '1.23M'
        """
        if isinstance(value, Hidden):
            return str(value)
        return _signed(f"{_rounded(value, 0):,}") if abs(float(value)) < _EXACT_BELOW else self.short(value)

    def short(self, value: Number, like: Number | None = None, *, own: bool = False) -> str:
        """A number in about three digits, for axes and sentences; at the scale of another one, beside which it is read.

        Of that one it has the decimals too, unless it keeps its `own`.

        Examples:
            >>> load_text("zh").short(95_000_000), load_text("en").short(95_000_000), load_text("en").short(12)
            ('9,500 万', '95M', '12')
            >>> load_text("en").short(42_300, like=163_000), load_text("en").short(42_300, like=163_000, own=True)
            ('42K', '42.3K')
        """
        basis = value if like is None else like
        for size, sign in _SCALES[self.lang]:
            if abs(float(basis)) >= size:
                scale = Decimal(str(value if own else basis)) / size
                digits = max(0, 2 - max(0, scale.copy_abs().adjusted())) if self.lang == "en" else _zh_digits(scale)
                return f"{_trim(_rounded(Decimal(str(value)) / size, digits))}{sign}"
        return _trim(_rounded(value, 0 if float(value).is_integer() else 2 if abs(float(basis)) < 10 else 1))  # noqa: PLR2004

    def exact(self, value: Number, digits: int = 2) -> str:
        """A number with thousands separators and a fixed number of decimals.

        Examples:
            >>> load_text("en").exact(Decimal("44121.39"))
            '44,121.39'
        """
        return _signed(f"{_rounded(value, digits):,}")

    def money(self, value: Number) -> str:
        """An amount to the cent with its currency.

        Examples:
            >>> load_text("en", "GBP").money(Decimal("44121.39")), load_text("zh", "CNY").money(Decimal("9.5"))
            ('44,121.39 GBP', '9.50 元')
        """
        return f"{self.exact(value)} {self.currency_name}"

    def short_money(self, value: Number, like: Number | None = None, *, own: bool = False) -> str:
        """An amount in about three digits with its currency, as `short` has it.

        Examples:
            >>> load_text("zh", "CNY").short_money(Decimal(95_000_000))
            '9,500 万元'
        """
        shown, name = self.short(value, like, own=own), self.currency_name
        joint = "" if self.lang == "zh" and shown.endswith(("万", "亿")) else " "
        return f"{shown}{joint if name == '元' else ' '}{name}"

    def told_money(self, value: Number, like: Number | None = None) -> str:
        """An amount as a sentence or a tile says it: its cents, if any, below 100, else about three digits.

        At the scale of another one where it is read beside it.

        Examples:
            >>> text = load_text("zh", "CNY")
            >>> (
            ...     text.told_money(Decimal("5.1")),
            ...     text.told_money(Decimal("60")),
            ...     text.told_money(Decimal("572.91")),
            ...     text.told_money(Decimal("-61701.63")),
            ...     text.told_money(Decimal("572.91"), like=42_300),
            ... )
            ('5.10 元', '60 元', '573 元', '−6.17 万元', '0.06 万元')
        """
        beside = value if like is None else like
        if abs(float(beside)) >= _WHOLE_BELOW:
            return self.short_money(value, beside, own=True)
        return f"{self.exact(value, _cents(value, beside))} {self.currency_name}"

    def gain(self, value: Number) -> str:
        """A net amount in words: what was gained, or lost.

        Examples:
            >>> load_text("zh", "CNY").gain(Decimal("-163000")), load_text("en", "CNY").gain(Decimal("572.91"))
            ('亏 16.3 万元', 'gain of 573 CNY')
        """
        return self("unit.loss" if value < 0 else "unit.gain", amount=self.told_money(_size(value)))

    def _one_scale(self, low: Number, high: Number) -> tuple[str, str]:
        """Two amounts as `told_money`, at the scale of the larger."""
        like = max((low, high), key=lambda end: abs(float(end)))
        if abs(float(like)) >= _WHOLE_BELOW:
            return self.short_money(low, like), self.short_money(high, like)
        digits, name = _cents(low, high), self.currency_name
        return f"{self.exact(low, digits)} {name}", f"{self.exact(high, digits)} {name}"

    def signed_money(self, value: Number) -> str:
        """An amount as a sentence writes it, with its sign.

        Examples:
            >>> load_text("en", "GBP").signed_money(Decimal(50)), load_text("zh", "CNY").signed_money(Decimal(-120_000))
            ('+50 GBP', '−12 万元')
        """
        return f"{'+' if value > 0 else '−' if value < 0 else ''}{self.told_money(_size(value))}"

    @property
    def currency_name(self) -> str:
        """The currency as readers write it: 元 in Chinese, else its ISO code."""
        return self.label("currency", self.currency)

    def rate(self, value: float, digits: int = 1) -> str:
        """A rate, 0 to 1 inside, as percent.

        Examples:
            >>> load_text("en").rate(0.7204)
            '72.0%'
        """
        return _signed(f"{_rounded(value * 100, digits):,}%")

    def probability(self, value: float) -> str:
        """A share of draws as percent, which never says that anything is impossible or certain.

        Examples:
            >>> [load_text("en").probability(value) for value in (0.371, 0.084, 0.996, 0, 1)]
            ['37%', '8.4%', '99.6%', '<0.1%', '>99.9%']
        """
        if not _RAREST <= value <= 1 - _RAREST:
            return f"<{_RAREST:.1%}" if value < _RAREST else f">{1 - _RAREST:.1%}"
        return self.rate(value, 0 if _RARE <= value <= 1 - _RARE else 1)

    def p_value(self, value: float, *, sign: bool = False) -> str:
        """How often chance alone makes such a difference, in two or three decimals; empty where it is not known.

        Args:
            value: The p-value.
            sign: Whether it stands after a `p`, in a sentence.

        Examples:
            >>> text = load_text("en")
            >>> [text.p_value(value) for value in (0.3812, 0.00762, 0.0000381)]
            ['0.38', '0.008', '<0.001']
            >>> [text.p_value(value, sign=True) for value in (0.3812, 0.0000381)]
            ['= 0.38', '< 0.001']
        """
        if _missing(value):
            return ""
        if value < _RAREST:
            return f"< {_RAREST}" if sign else f"<{_RAREST}"
        told = _rounded(value, 2 if value >= _P_ALIKE else 3)
        return f"= {told}" if sign else str(told)

    def multiple(self, value: float, like: float | None = None) -> str:
        """A return as a signed multiple of what was put in, never as percent; as fine as another one beside it.

        Examples:
            >>> [load_text("en").multiple(value) for value in (-5.051, 0.0229, 0)]
            ['−5.1×', '+0.02×', '0×']
        """
        told = _rounded(value, 1 if abs(value if like is None else like) >= 1 else 2)
        return self("unit.multiple", times=_signed(f"{told:+,}") if told else "0")

    def growth(self, value: float, digits: int = 1) -> str:
        """The size of a relative change, for sentences that say its way: in percent or multiples, as `change` has it.

        Examples:
            >>> load_text("en").growth(0.766), load_text("zh").growth(-6.664), load_text("en").growth(0.766, 0)
            ('76.6%', '6.7 倍', '77%')
        """
        return self.change(abs(value), digits).removeprefix("+")

    def change(self, value: float, digits: int = 1, like: float | None = None) -> str:
        """A relative change as signed percent, from 300% on in multiples; as another one, beside which it is read.

        Examples:
            >>> load_text("en").change(0.65), load_text("en").change(-0.05), load_text("en").change(0)
            ('+65.0%', '−5.0%', '0%')
            >>> [load_text("zh").change(one, like=-5.1) for one in (-5.051, 0.5, 0)]
            ['−5.1 倍', '+0.5 倍', '0 倍']
        """
        if abs(value if like is None else like) >= _MULTIPLES_FROM:
            times = _rounded(value, 1)
            return self("unit.multiple", times=_signed(f"{times:+,}" if times else "0"))
        percent = _rounded(value * 100, digits)
        return _signed(f"{percent:+,}%" if percent else "0%")

    def percentage_points(self, value: float, digits: int = 1) -> str:
        """A difference of two rates, in percentage points.

        Examples:
            >>> load_text("en").percentage_points(0.06), load_text("zh").percentage_points(-0.13)
            ('+6.0 pp', '−13.0 个百分点')
        """
        return f"{_signed(f'{_rounded(value * 100, digits):+,}')} {self('unit.percentage_points')}"

    def difference(self, value: float) -> str:
        """A difference of scores with its sign: two decimals below 1, else one.

        Examples:
            >>> load_text("en").difference(0.31), load_text("en").difference(-4.62), load_text("en").difference(-0.001)
            ('+0.31', '−4.6', '0')
        """
        told = _rounded(value, 2 if abs(value) < 1 else 1)
        return _signed(f"{told:+,}") if told else "0"

    def duration(self, seconds: float) -> str:
        """A time in the unit that a reader would take.

        Examples:
            >>> [load_text("en").duration(seconds) for seconds in (46, 324, 45_000, 639_720)]
            ['46 s', '5.4 min', '12.5 h', '7.4 d']
        """
        for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
            if seconds >= 2 * size:
                return self(f"chart.duration.{unit}", count=self.short(round(seconds / size, 1)))
        return self("chart.duration.seconds", count=self.short(round(seconds)))

    def day(self, value: dt.date) -> str:
        """A calendar day.

        Examples:
            >>> load_text("zh").day(dt.date(2025, 1, 9)), load_text("en").day(dt.date(2025, 1, 9))
            ('2025年1月9日', '9 Jan 2025')
        """
        if self.lang == "zh":
            return f"{value.year}年{value.month}月{value.day}日"
        return f"{value.day} {value:%b} {value.year}"

    def short_day(self, value: dt.date) -> str:
        """A day within a known year, for axes: `1月9日`, `9 Jan`."""
        return f"{value.month}月{value.day}日" if self.lang == "zh" else f"{value.day} {value:%b}"

    def month(self, value: dt.date) -> str:
        """A calendar month: `2025年1月`, `Jan 2025`."""
        return f"{value.year}年{value.month}月" if self.lang == "zh" else f"{value:%b} {value.year}"

    def moment(self, value: dt.datetime) -> str:
        """A local moment, to the minute."""
        return f"{self.day(value.date())} {value:%H:%M}"

    def short_moment(self, value: dt.datetime) -> str:
        """A local moment within a known year: `1月9日 21:48`, `9 Jan 21:48`."""
        return f"{self.short_day(value)} {value:%H:%M}"

    def period(self, start: dt.datetime, end: dt.datetime, *, short: bool = False) -> str:
        """A half-open window as readers say it: whole days by first and last day, others to the minute.

        Args:
            start: Its first moment.
            end: The moment after its last.
            short: Whether the year is known, as in a year's calendar.

        Examples:
            >>> day = dt.datetime(2025, 3, 26)
            >>> load_text("en").period(day, day + dt.timedelta(days=1))
            '26 Mar 2025'
            >>> load_text("zh").period(day, day + dt.timedelta(days=3), short=True)
            '3月26日 – 3月28日'
        """
        day, moment = (self.short_day, self.short_moment) if short else (self.day, self.moment)
        if start.time() == end.time() == dt.time():
            first, last = day(start.date()), day((end - dt.timedelta(days=1)).date())
            return first if first == last else f"{first} – {last}"
        return f"{moment(start)} – {moment(end)}"

    def value(self, value: Any, unit: str, *beside: Any) -> str:  # noqa: ANN401 - as above
        """A figure by its unit: `rate`, `change`, `multiple`, `difference`, `probability`, `money`, and so on.

        Empty where the value is missing, `<5` where it is masked. A change reads in percent or multiples as the largest
        of what stands `beside` it: ends of its interval, or the figure of a target.

        Examples:
            >>> load_text("zh").value(-2.912, "change"), load_text("zh").value(-2.912, "change", -10.6, 4.5)
            ('−291.2%', '−2.9 倍')
            >>> load_text("en").value(5.8, "number"), load_text("en").value(0.0034, "ratio")
            ('5.8', '0.003')
        """
        if _missing(value):
            return ""
        if hidden(value):
            return str(value)
        if unit == "rate":
            return self.rate(float(value), _rate_digits(float(value)))
        if unit == "change":
            return self.change(float(value), like=max(abs(float(one)) for one in (value, *beside) if not _missing(one)))
        if unit in ("probability", "percentage_points", "difference", "multiple"):
            return getattr(self, unit)(float(value))  # type: ignore[no-any-return]  # one of the four methods
        if unit == "money":
            return self.told_money(value)
        if unit in {"days", "hours", "minutes", "number"}:
            return self.exact(value, int(not float(value).is_integer() and abs(float(value)) < _TENTHS_BELOW))
        if unit in {"ratio", "stars"}:
            return self.exact(value, 3 if 0 < abs(float(value)) < _THOUSANDTHS_BELOW else 2)
        return self.count(value)

    def aim(self, target: Any, unit: str, *beside: Any) -> str:  # noqa: ANN401 - as above
        """A target, as it was set: 85% without decimals, a return of 0 as break even; empty where there is none.

        Examples:
            >>> text = load_text("en", "CNY")
            >>> text.aim(Decimal("0.85"), "rate"), text.aim(Decimal(99500), "money"), text.aim(Decimal(0), "multiple")
            ('85%', '99.5K CNY', 'break even')
            >>> text.aim(Decimal("10"), "ratio"), text.aim(Decimal("2.5"), "ratio"), text.aim(0.0001, "rate")
            ('10', '2.5', '0.01%')
        """
        if unit == "multiple" and target == 0:
            return self("unit.break_even")
        shown = self.value(target, unit, *beside)
        if unit in {"ratio", "stars"} and "." in shown:
            return shown.rstrip("0").rstrip(".")
        return shown.replace(".0%", "%") if unit in {"rate", "change"} else shown

    def interval(self, low: Number | None, high: Number | None, unit: str) -> str:
        """An interval in its unit, or with its ends in words (`gain`); empty where there is none.

        Both ends are at the scale of the larger one, and say their unit once.

        Examples:
            >>> text = load_text("zh", "CNY")
            >>> text.interval(70_000, 249_000, "money"), text.interval(-69_737.9, 249_000, "money")
            ('7 – 24.9 万元', '−7 至 24.9 万元')
            >>> text.interval(-5.6, -4.5, "change")
            '−5.6 至 −4.5 倍'
            >>> text.interval(0.004, 0.012, "percentage_points"), text.value(-0.0041, "percentage_points")
            ('+0.4 – +1.2 个百分点', '−0.4 个百分点')
            >>> text.interval(-61_701.63, 61_480.12, "gain"), text.interval(-250_000, -70_000, "gain")
            ('亏 6.17 万元到赚 6.15 万元', '亏 7 – 25 万元')
            >>> load_text("en", "CNY").interval(-180_000, -146_000, "gain")
            'a loss of 146K to 180K CNY'
        """
        if low is None or high is None or _missing(low) or _missing(high):
            return ""
        if unit == "gain":
            return self._gains(low, high)
        if unit == "money":
            first, last = self._one_scale(low, high)
        elif unit in {"change", "multiple"}:
            like, form = max(float(low), float(high), key=abs), self.change if unit == "change" else self.multiple
            first, last = form(float(low), like=like), form(float(high), like=like)
        else:
            first, last = self.value(low, unit), self.value(high, unit)
        first = first.split(" ")[0] if unit in {"money", "change", "multiple", "percentage_points"} else first
        return f"{first}{self('unit.to') if low < 0 else ' – '}{last}"

    def _gains(self, low: Number, high: Number) -> str:
        first, last = self._one_scale(_size(low), _size(high))
        if low < 0 < high:
            return self("unit.between", low=first, high=last)
        first, last = (last, first) if high <= 0 else (first, last)
        return self("unit.losses" if high <= 0 else "unit.gains", low=first.split(" ")[0], high=last)


def _cents(*amounts: Number) -> int:
    """The decimals of amounts that are told together: cents where all lie below 100 and one has any."""
    sizes = [round(abs(float(amount)), 2) for amount in amounts]
    return 2 if max(sizes) < _CENTS_BELOW and not all(size.is_integer() for size in sizes) else 0


def _quoted(value: object) -> str:
    return value if isinstance(value, Said) else quoted(str(value))


class _Values:
    """Values by name: those given, then those of a row."""

    def __init__(self, row: Any, given: Mapping[str, object]) -> None:  # noqa: ANN401 - see `Text.__call__`
        self._row, self._given = row, given

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - as above
        if name in self._given:
            return self._given[name]
        if isinstance(self._row, Mapping):
            return self._row[name]
        try:
            return getattr(self._row, name)
        except AttributeError:
            raise KeyError(name) from None


def interval_ends(name: str, row: Any) -> tuple[Any, Any]:  # noqa: ANN401 - whatever finds values by name
    """The ends of a figure's interval in a row: `came_rate` has `came_rate_low`, else `came_low`, else `low`.

    Raises:
        KeyError: The row has none of them.

    Examples:
        >>> interval_ends("came_rate", {"came_rate": 0.5, "came_low": 0.4, "came_high": 0.6})
        (0.4, 0.6)
    """
    for stem in (f"{name}_", f"{name.removesuffix('_rate')}_", ""):
        with contextlib.suppress(KeyError):
            return row[f"{stem}low"], row[f"{stem}high"]
    raise KeyError(f"{name}_low")


def _filled_by(found: _Values, name: str, form: str) -> bool:
    """Whether a row has what a placeholder says; a column that it lacks is left to the text, which names it."""
    try:
        values = interval_ends(name, found) if form.startswith("interval") else (found[name],)
    except KeyError:
        return True
    return not any(_missing(value) or str(value) == "" for value in values)


def _missing(value: Any) -> bool:  # noqa: ANN401 - numbers and dates of any library, and their nulls
    """Whether it is a null of Python, numpy, pandas or decimal."""
    return value is None or str(value) in {"nan", "NaN", "NaT", "<NA>"}


_FORMS: Mapping[str, Callable[..., str]] = {
    "gain": Text.gain,
    "exact": Text.exact,
    "growth": Text.growth,
    "short": Text.short,
    "short_money": Text.short_money,
    "signed_money": Text.signed_money,
    "points": Text.percentage_points,
    "signed": lambda text, value, digits=1: text.percentage_points(value, digits).split(" ")[0],
    "probability": Text.probability,
    "p": lambda text, value: text.p_value(value, sign=True),
    "duration": Text.duration,
    "day": Text.day,
    "short_day": Text.short_day,
    "month": Text.month,
    "moment": Text.moment,
    "short_moment": Text.short_moment,
    "time": lambda _, value: f"{value:%H:%M}",
}
"""Forms beside the units; `exact.1` and `points.2` say how many decimals. `signed` are points whose unit follows."""

_ROUNDED: Mapping[str, Callable[..., str]] = {"rate": Text.rate, "change": Text.change}
"""Units that may say how many decimals, such as `rate.0`."""


def _rate_digits(value: float) -> int:
    """One decimal of a percentage, and of one below 0.1% as many as show two digits.

    Examples:
        >>> [_rate_digits(value) for value in (0.72, 0, 0.0004, 0.000403, 0.000049)]
        [1, 1, 2, 2, 4]
    """
    if not 0 < abs(value) < _RAREST:
        return 1
    two = Decimal(f"{abs(value) * 100:.1e}").normalize()
    return max(1, -int(two.as_tuple().exponent))


def _zh_digits(scaled: Decimal) -> int:
    size = scaled.copy_abs()
    return 2 if size < 10 else 1 if size < 1000 else 0  # noqa: PLR2004 - about three digits


def _rounded(value: Number, digits: int) -> Decimal:
    """Round half up, as readers do with a pencil; floats by their shortest text, so 0.285 becomes 0.29."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _trim(value: Decimal) -> str:
    """A decimal without needless zeros, with thousands separators."""
    text = _signed(f"{value:,f}")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _size(value: Number) -> Number:
    return -value if value < 0 else value


def _signed(text: str) -> str:
    """A true minus sign, which is as wide as a plus."""
    return text.replace("-", "−")


@functools.cache
def load_text(lang: Lang, currency: str = "CNY") -> Text:
    """The texts of a language: of every file of `locales` and `sections`, whose name is the first part of its keys.

    Raises:
        RetroError: There is no such language.
    """
    if lang not in LANGS:
        raise RetroError(f"--lang: language must be one of {', '.join(LANGS)}, got {lang!r}.")
    entries: dict[str, str] = {}
    for name, texts in _texts():
        entries |= _flat(texts, lang, f"{name}.")
    return Text(lang, currency, entries)


@functools.cache
def _texts() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Every file of texts by its name, read once: each text stands in both languages side by side."""
    here = Path(__file__).parent
    files = sorted((*here.glob("locales/*.yaml"), *here.glob("sections/*.yaml")))
    return tuple((path.stem, read_yaml(path).data) for path in files)


def _flat(data: Mapping[str, Any], lang: Lang, prefix: str = "") -> dict[str, str]:
    """Nested texts of a language by dotted key."""
    flat: dict[str, str] = {}
    for key, value in data.items():
        if isinstance(value, str):  # alike in both languages
            flat[f"{prefix}{key}"] = value
        elif value.keys() == set(LANGS):
            flat[f"{prefix}{key}"] = value[lang]
        else:
            flat |= _flat(value, lang, f"{prefix}{key}.")
    return flat
