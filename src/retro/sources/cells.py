"""Read single cells of text: money, numbers, moments, ids. What is not sure is refused with the rule that it broke."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

INVISIBLE = "\t\r\n\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff\u3000 "
"""Blanks of every kind, also those that nobody sees."""

_ASCII = str.maketrans("０１２３４５６７８９．，－＋−％（）￥＄：／", "0123456789.,-+-%()¥$:/")
_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_CUT = re.compile(r"\d(?:\.\d+)?[eE]\+(?:1[1-9]|[2-9]\d)")
_SIGN = r"CN¥|US\$|HK\$|CNY|RMB|USD|EUR|GBP|HKD|JPY|RUB|人民币|[¥$€£₽]"
_NUMBER = (
    r"(\()?\s*([-+])?\s*({sign})?\s*([-+])?\s*({whole}|)(?:{point}(\d*))?"
    r"\s*([万亿%‰]?)\s*({sign}|元|圆)?\s*(-)?\s*(\))?"
)
_SHIFT = {"万": 4, "亿": 8, "%": -2, "‰": -3, "": 0}
_CURRENCIES = {
    "CNY": {"CN¥", "CNY", "RMB", "人民币", "¥", "元", "圆"}, "JPY": {"JPY", "¥"}, "USD": {"US$", "USD", "$"},
    "HKD": {"HK$", "HKD", "$"}, "EUR": {"EUR", "€"}, "GBP": {"GBP", "£"}, "RUB": {"RUB", "₽"},
}  # fmt: skip
_CLOCK = (
    r"(?:[T\s]+(?P<half>上午|下午|[AaPp]\.?[Mm]\.?)?\s*|(?P<glued>上午|下午)\s*)"
    r"(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2})(?:[.,](?P<part>\d{1,9}))?秒?|分)?"
    r"\s*(?P<end>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})[-/.年](?P<month>\d{{1,2}})[-/.月](?P<day>\d{{1,2}})日?(?:{_CLOCK})?")
_YEAR_LAST = re.compile(rf"(?P<first>\d{{1,2}})[-/.](?P<next>\d{{1,2}})[-/.](?P<year>\d{{4}})(?:{_CLOCK})?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
_WORDS = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d", "HH": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "A": "%p"}
_MONTHS = 12
_NOON = 12
_TRUE = frozenset({"true", "t", "yes", "y", "1", "是"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "否"})
_HARMLESS = re.compile(
    r"[\d\s.,:;/+\-()%¥￥$€£年月日时分秒上下午万亿元TZ#!?_]{0,40}(?:[AP]M)?|null|none|nan|n/?a|inf|true|false"
    r"|#(?:REF!|N/A|NAME\?|NUM!|NULL!|VALUE!|DIV/0!)",
    re.IGNORECASE,
)
_LONG_DIGITS = re.compile(r"\d{7,}")


SIGNS = frozenset({"=", "+", "\t", "\v", "\f", "'", "`", '"', "beyond ASCII"})
"""What may hide in or around a cell: marks of spreadsheets, blanks, quotes with lines inside, and all of Unicode."""


class Refused(ValueError):  # noqa: N818 - what happened to the cell
    """A cell that is not what its column must be; the message is the rule: "must be ..."."""


@dataclass(frozen=True)
class Style:
    """How a table writes its cells.

    Attributes:
        zone: The source's time zone.
        currency: The source's currency; "" accepts any.
        decimal: The sign before decimals.
        thousands: The sign between groups of three digits; "" for none.
        clock: `local` or `utc`, for moments without an offset.
        nulls: What stands for nothing.
        format: How this column writes dates; "" finds it out.
        day_first: Of dates whose year comes last; None while both orders fit.
        signs: Which of `SIGNS` occur anywhere in the files; of a file without them, less is asked of each cell.
    """

    zone: ZoneInfo
    currency: str = ""
    decimal: str = "."
    thousands: str = ","
    clock: str = "local"
    nulls: frozenset[str] = frozenset({""})
    format: str = ""
    day_first: bool | None = None
    signs: frozenset[str] = SIGNS


def plain(cell: str, *, marks: bool = True) -> str:
    r"""A cell without blanks around it, without Excel's `="..."`, and without the mark that makes a number text.

    Examples:
        >>> plain('="0012"'), plain("\t0012\u200b"), plain("'0012"), plain("`0012")
        ('0012', '0012', '0012', '0012')
    """
    text = cell.strip(INVISIBLE)
    if formula := _FORMULA.fullmatch(text):
        text = formula[1].strip(INVISIBLE)
    return text[1:] if marks and text[:1] in {"'", "`"} and not text.endswith(text[0]) else text


def as_text(cell: str) -> str:
    """Text as it stands, but for Excel's `="..."`.

    Raises:
        Refused: It is a long number that a spreadsheet has cut.
    """
    if _CUT.fullmatch(cell):
        raise Refused("hold all its digits; a spreadsheet has cut them. Export it as text")
    return formula[1] if (formula := _FORMULA.fullmatch(cell.strip(INVISIBLE))) else cell


def as_id(cell: str) -> str:
    """An id as it was meant.

    Raises:
        Refused: A spreadsheet has cut its digits.

    Examples:
        >>> as_id("8.8E+16")
        Traceback (most recent call last):
        ...
        retro.sources.cells.Refused: be an id with all its digits; a spreadsheet has cut them. Export it as text
    """
    text = plain(cell)
    if _CUT.fullmatch(text):
        raise Refused("be an id with all its digits; a spreadsheet has cut them. Export it as text")
    return text


def as_number(cell: str, style: Style) -> Decimal:
    """A number, exactly: signs of currencies, groups of three, percent, `万` and full-width digits are understood.

    Raises:
        Refused: It is no number, or in another currency than the source's.

    Examples:
        >>> style = Style(ZoneInfo("UTC"), "CNY")
        >>> [f"{as_number(cell, style):f}" for cell in ("￥1,234.50", "1.2万", "12.5%", "(3.00)", "１２")]
        ['1234.50', '12000', '0.125', '-3.00', '12']
    """
    text = plain(cell).translate(_ASCII)
    found = _number_pattern(style).fullmatch(text)
    opened, minus, sign, inner, whole, part, unit, behind, last, closed = found.groups() if found else [None] * 10
    if (
        not found
        or not (whole or part)
        or bool(opened) != bool(closed)
        or sum(map(bool, (minus, inner, opened, last))) > 1
    ):
        other = "," if style.decimal == "." else "."
        hint = f'. Where decimals stand behind {other!r}, say decimal: "{other}"' if other in text else ""
        raise Refused(f"be a number{hint}")
    if style.currency and style.currency in _CURRENCIES and not {sign, behind} - {None} <= _CURRENCIES[style.currency]:
        raise Refused(f"be in the source's currency {style.currency}")
    digits = re.sub(r"\D", "", whole or "") + (part or "")
    value = Decimal(f"{digits}E{_SHIFT[unit or ''] - len(part or '')}")  # arithmetic would round at 28 digits
    return value.copy_negate() if "-" in {minus, inner, last} or opened else value


def _number_pattern(style: Style) -> re.Pattern[str]:
    group = {" ": "[\\s\u00a0\u202f]", "": ""}.get(style.thousands, re.escape(style.thousands))
    whole = rf"\d{{1,3}}(?:{group}\d{{3}})+|\d+" if group else r"\d+"
    return re.compile(_NUMBER.format(sign=_SIGN, whole=whole, point=re.escape(style.decimal)))


def as_truth(cell: str) -> bool:
    """Yes or no.

    Raises:
        Refused: It is neither.
    """
    word = plain(cell).lower()
    if word not in _TRUE | _FALSE:
        raise Refused("be true or false")
    return word in _TRUE


def as_moment(cell: str, style: Style) -> dt.datetime:
    """A moment by the source's wall clock: an offset is heeded, and without one the style's clock holds.

    Raises:
        Refused: It is no moment, or its day and month could be exchanged.

    Examples:
        >>> style = Style(ZoneInfo("Asia/Shanghai"))
        >>> cells = ("2025-01-05T01:05:00Z", "2025年1月5日 下午9:05", "2025/1/5 9:05:00 PM")
        >>> [as_moment(cell, style).isoformat() for cell in cells]
        ['2025-01-05T09:05:00', '2025-01-05T21:05:00', '2025-01-05T21:05:00']
    """
    text = plain(cell).translate(_ASCII)
    if style.format:
        return _local(_by_format(text, style), style)
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _local(_moment(found, int(found["month"]), int(found["day"])), style)
    if found := _YEAR_LAST.fullmatch(text):
        first, following = int(found["first"]), int(found["next"])
        if style.day_first is None and first != following:
            raise Refused(
                "be a date whose day and month cannot be exchanged. Say date_format: DD/MM/YYYY, or MM/DD/YYYY"
            )
        day, month = (first, following) if style.day_first else (following, first)
        return _local(_moment(found, month, day), style)
    if found := _COMPACT.fullmatch(text):
        return _local(_made(*(int(part or 0) for part in found.groups())), style)
    raise Refused("be a date and time such as 2025-01-10 09:30:00. Say date_format where it is written otherwise")


def day_first(cells: Iterable[str]) -> bool | None:
    """Whether days come before months in a column of dates whose year comes last; None while both fit.

    Raises:
        Refused: Some cells can only be read one way and some only the other.
    """
    orders = set()
    for cell in cells:
        if found := _YEAR_LAST.fullmatch(plain(cell).translate(_ASCII)):
            orders |= (
                {int(found["first"]) > _MONTHS} if max(int(found["first"]), int(found["next"])) > _MONTHS else set()
            )
    if len(orders) > 1:
        raise Refused("have day and month in one order in the whole column. Say date_format: {column: DD/MM/YYYY}")
    return next(iter(orders), None)


def formats(format_: str) -> list[str]:
    """The strptime formats that a `date_format` stands for: without a clock, one may follow.

    Examples:
        >>> formats("DD/MM/YYYY")
        ['%d/%m/%Y', '%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M']
    """
    told = format_ if "%" in format_ else re.sub("|".join(_WORDS), lambda word: _WORDS[word[0]], format_)
    return [told] if re.search("%[HIMSTXcsf]", told) else [told, f"{told} %H:%M:%S", f"{told} %H:%M"]


def _by_format(text: str, style: Style) -> dt.datetime:
    epoch = {"epoch_s": 1, "epoch_ms": 1000}.get(style.format)
    try:
        if epoch:
            since = dt.timedelta(seconds=0, microseconds=int(Decimal(text) * 1_000_000 / epoch))
            return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + since
        if style.format == "excel":
            return dt.datetime(1899, 12, 30) + dt.timedelta(milliseconds=round(Decimal(text) * 86_400_000))  # noqa: DTZ001 - local
        for one in formats(style.format):
            try:
                return dt.datetime.strptime(text, one)  # noqa: DTZ007 - local, unless the format says
            except ValueError:
                continue
    except (ArithmeticError, ValueError, OverflowError):
        pass
    raise Refused(f"be a date as date_format says, {style.format}")


def _moment(found: re.Match[str], month: int, day: int) -> dt.datetime:
    if not found["hour"]:
        return _made(int(found["year"]), month, day)
    half = (found["half"] or found["glued"] or found["end"] or "").replace(".", "").upper()
    hour, part = int(found["hour"]), found["part"] or ""
    if half and not 1 <= hour <= _NOON:
        raise Refused("be a time of twelve hours where it says AM or PM")
    if half:
        hour = hour % _NOON + (_NOON if half in {"PM", "下午"} else 0)
    if part[6:].strip("0"):
        raise Refused("be no finer than a millionth of a second")
    parts = (hour, int(found["minute"]), int(found["second"] or 0), int(part[:6].ljust(6, "0")))
    return _made(int(found["year"]), month, day, *parts, zone=found["zone"])


def _made(*parts: int, zone: str | None = None) -> dt.datetime:
    try:
        moment = dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - from year to microsecond, local
    except ValueError:
        raise Refused("be a day of the calendar and a time of the clock") from None
    if zone is None:
        return moment
    sign, digits = (-1 if zone[0] == "-" else 1), re.sub(r"\D", "", zone).ljust(4, "0")
    return moment.replace(tzinfo=dt.timezone(sign * dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))))


def _local(moment: dt.datetime, style: Style) -> dt.datetime:
    if moment.tzinfo is None and style.clock == "utc":
        moment = moment.replace(tzinfo=dt.UTC)
    return moment if moment.tzinfo is None else moment.astimezone(style.zone).replace(tzinfo=None)


def told_cell(cell: str, *, personal: bool) -> str:
    """A cell for a message: hidden where it points at people, and only its shape where it could.

    Examples:
        >>> told_cell("12,5", personal=False), told_cell("ann@x.com", personal=False), told_cell("1", personal=True)
        ("'12,5'", 'a text like aaa@a.aaa', 'a cell that is not shown, since it points at people')
    """
    if personal:
        return "a cell that is not shown, since it points at people"
    text = cell.strip(INVISIBLE)
    if _HARMLESS.fullmatch(text) and not _LONG_DIGITS.search(text):
        return repr(text)
    shape = "".join(map(_mask, text[:24])) + ("..." if len(text) > 24 else "")  # noqa: PLR2004 - one line
    return f"a text like {shape}"


def _mask(sign: str) -> str:
    if sign.isdigit():
        return "9"
    if sign.isascii():
        return "a" if sign.isalpha() else sign if sign.isprintable() else "?"
    return "字" if sign.isalpha() else "?"
