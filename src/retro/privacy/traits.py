"""Traits: the patterns by which text names people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_CHINESE = str.maketrans("零〇一壹幺二三四五六七八九", "0011123456789")
_SPELT = re.compile("[零〇一壹幺二三四五六七八九]{7,}")
_WIDE, _WIDE_END, _WIDE_BY = 0xFF01, 0xFF5E, 0xFEE0
_DASHES = frozenset("‐‑‒–—―−－﹣·•\u200b\u200c\u200d\u2060\ufeff\u00ad")
"""Dashes, and signs that nobody sees."""


def folded(text: str) -> str:
    """The text sign by sign in its plain form, of the same length: full-width signs, digits of any script, dashes.

    Examples:
        >>> folded("１３８－００１３：①"), folded("一三八零零一三八")
        ('138-0013:1', '13800138')
    """
    if text.isascii():
        return text
    return _SPELT.sub(lambda match: match[0].translate(_CHINESE), "".join(map(_plain, text)))


def _plain(sign: str) -> str:
    if sign in _DASHES:
        return "-"
    if _WIDE <= ord(sign) <= _WIDE_END:
        return chr(ord(sign) - _WIDE_BY)
    if sign.isdigit():
        return str(unicodedata.digit(sign))
    return " " if sign.isspace() and sign not in "\r\n" else sign


@dataclass(frozen=True)
class Trait:
    """One way in which text names a person.

    Attributes:
        kind: What a message calls it.
        pattern: Matches folded text; its group `value`, where it has one, is what names.
        holds: What a match must also fulfil.
    """

    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[re.Match[str]], bool] | None = None

    def found(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a folded text."""
        group = "value" if "value" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            if self.holds is None or self.holds(match):
                yield match.span(group)


def _in_no_checksum(match: re.Match[str]) -> bool:
    """Whether digits do not stand among the letters of a checksum."""
    start, end = match.span()
    before, after = match.string[max(0, start - 2) : start], match.string[end : end + 1]
    return not (re.fullmatch("[0-9a-f]{2}", before) or re.fullmatch("[0-9a-f]", after))


def _is_no_date(match: re.Match[str]) -> bool:
    return not re.match(r"(?:19|20)\d\d([-/. ]?)\d{1,2}\1\d{1,2}", match["value"])


def _is_card(match: re.Match[str]) -> bool:
    """Whether groups of digits are a bank card: UnionPay's begin with 62, all others have a check digit."""
    digits = [int(one) for one in match[0] if one.isdigit()]
    doubled = sum(sum(divmod(2 * one, 10)) for one in digits[-2::-2])
    return digits[:2] == [6, 2] or (sum(digits[-1::-2]) + doubled) % 10 == 0


def _trait(kind: str, pattern: str, holds: Callable[[re.Match[str]], bool] | None = None) -> Trait:
    return Trait(kind, re.compile(pattern, re.IGNORECASE), holds)


_START, _END = r"(?<!\d)(?<!\d[.,])", r"(?!\d)(?![.,]\d)"
"""Where a number begins and ends; decimals and thousands are the number of something."""

_NO_COUNT = (
    r"(?![ \t]*(?:[个人位件笔单次元块万亿%条张天年月分秒]|"
    r"(?:users?|people|orders?|items?|times|yuan|CNY|members?|buyers?|customers?|views?|visits?)(?![a-z])))"
)
"""A unit follows a count, and no id."""

_SAYS = r"[ \t]*(?:号码|number|no\.?|is)?[ \t:#=是为]*"
_ID = rf"(?P<value>(?=[a-z_-]*\d)[a-z0-9][a-z0-9_-]*)(?![a-z0-9_-])(?![.,]\d){_NO_COUNT}"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_GAP = r"(?: ?-{1,2} ?|[ \t./*_])"
_MOBILE = "|".join(
    (
        r"1[3-9]\d{9}",
        rf"1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}",
        r"1[3-9]\d \d{8}|1[3-9]\d \d{3} \d{5}|1[3-9]\d{2} \d{3} \d{4}|1[3-9]\d{2} \d{4} \d{3}|1[3-9]\d{5} \d{4}",
        r"(?<!\d[ .*_])1(?P<by>[ .*_])[3-9](?:(?P=by)\d){9}(?!(?P=by)\d)",
        r"1-*[3-9](?:-*\d){9}",
    )
)
_COUNTRY = r"(?:(?:\+|00)?\(?86\)?[ -]*)?"
_WECHAT = r"(?:微信|薇信|威信|维信|v信|加v|(?<![a-z0-9_])(?:vx|wx|we ?chat|weixin))"
_CALLED = r"(?:(?<![a-z])(?:tel|telephone|phone|mobile|call)|电话|手机|座机|致电|联系方式)"

TRAITS: Final = (
    _trait("an e-mail address", r"(?<![\w.+-])[\w.+-]+ ?(?:@|[(\[]at[)\]]) ?[\w-]+(?:\.[\w-]+)+"),
    _trait("an identity card", rf"(?<!\d)[1-8]\d{{5}}[ -]?(?:19|20)\d\d[ -]?{_DAY}[ -]?\d{{3}}[\dx](?![\da-z])"),
    _trait("an identity card", rf"{_START}[1-8]\d{{7}}{_DAY}\d{{3}}{_END}", _in_no_checksum),
    _trait("a phone number", rf"{_START}{_COUNTRY}(?:{_MOBILE})(?!-?\d){_END}", _in_no_checksum),
    _trait("a phone number", r"(?<![\d-])(?:0\d{2,3}[- ]|\(0\d{2,3}\) ?)\d{7,8}(?!\d)"),
    _trait("a phone number", r"\+[1-9](?:[ -]?\(?\d\)?){9,13}(?!\d)"),
    _trait(
        "a phone number",
        rf"{_CALLED}号?{_SAYS}(?P<value>\+?\d(?:[ -]?\d){{6,14}})(?!-?\d)(?![.,]\d){_NO_COUNT}",
        _is_no_date,
    ),
    _trait(
        "a bank card",
        r"(?<!\d)(?<!\d[.,-])[3-69]\d{3}(?P<by>[ -])\d{4}(?P=by)\d{4}(?P=by)\d{4}(?:(?P=by)?\d{1,3})?(?![.,]?\d)",
        _is_card,
    ),
    _trait("a card or order number", rf"{_START}\d{{16,}}{_END}", _in_no_checksum),
    _trait(
        "a WeChat or QQ id",
        rf"{_WECHAT}[ \t]?(?:号码?|id|账号|帐号|加|is)?[ \t]?[:=是为]?[ \t]*"
        r"(?P<value>[a-z](?=[a-z_-]*\d)[a-z0-9_-]{4,19})(?![a-z0-9_-])",
    ),
    _trait(
        "a WeChat or QQ id",
        r"(?:微信|薇信|威信|维信|v信|加v)(?:号码?|id|账号|帐号)?[ \t]?[:是为][ \t]*"
        r"(?P<value>[a-z][a-z_-]{5,19})(?![a-z0-9_-])",
    ),
    _trait(
        "a WeChat or QQ id",
        r"(?:(?<![a-z])qq|扣扣|企鹅)(?:[ \t]*(?:号码?|群号?|[:=是为加]|id)[ \t:=是为]*(?=\d{5})| ?(?=\d{7}))"
        rf"(?P<value>[1-9]\d{{4,10}}){_END}{_NO_COUNT}",
    ),
    _trait(
        "a person's or order's id",
        r"(?:(?:订单|单据|交易|支付|流水|运单|快递|物流|退款|售后|工单|用户|会员|客户|顾客|买家|账户|帐户|卡|身份证|证件)"
        rf"(?:号码?|编号|单号|id)|单号|账号|帐号|护照){_SAYS}{_ID}",
    ),
    _trait(
        "a person's or order's id",
        r"(?<![a-z])(?:(?:user|member|customer|buyer|client|account|order|trade|payment|refund|ticket|tracking|open|union)"
        rf"[ _-]?(?:id|no\.?|number|code|#)|uid)(?![a-z]){_SAYS}{_ID}",
    ),
    _trait(
        "a person's or order's id",
        r"(?:订单|用户|会员|(?<![a-z])(?:order|user|member|customer))[ \t:#]*"
        rf"(?P<value>(?=[\d_-]*[a-z])(?=[a-z_-]*\d)[a-z0-9][a-z0-9_-]{{7,}}|\d{{10,}})(?![a-z0-9_-]){_END}{_NO_COUNT}",
    ),
)
"""What names people in free text; normal figures, prices, dates and times are none of it."""

KEYS: Final = re.compile(
    r"(?<![^\W_])(?:(?:user|member|customer|buyer|unit|order|open|union|visitor|device|client|account|guest|person|"
    r"ticket|review|session)_?ids?|uids?)(?![^\W_])",
    re.IGNORECASE,
)
"""Names of columns that hold keys of people; no sentence uses them."""

_HEADER = re.compile(
    r"(?:(?:user|buyer|customer|member|contact|receiver|shipping|home|work|client)[_ .-]?)?"
    r"(?:(?:tele|cell|mobile)?_?phone|mobile|tel|e?-?mails?|id_?card|id_?no|nick_?name|(?:real|full|first|last|user)_?name|"
    r"receiver|consignee|passport|bank_?card|card_?no|(?:wechat|weixin|wx|qq)_?(?:id|no)|address|birth_?day)"
    r"(?:[_ -]?(?:no|num|number|id|address|md5|hash|masked))?"
    r"|(?:用户|会员|客户|顾客|买家|收货人?|联系人?)?的?(?:手机号码?|(?:联系)?电话(?:号码)?|联系方式|电?子?邮[箱件](?:地址)?|姓名|昵称|"
    r"身份证号?码?|微信号|QQ号|账号|帐号|地址|银行卡号?)"
    r"|(?:用户|会员|客户|顾客|买家)(?:名|号|ID|编号)|收货人|联系人|订单(?:号|编号|ID)|单号",
    re.IGNORECASE,
)
"""Names of columns that hold people, and words that a sentence may use."""

_CELLS = re.compile(r"\s{2,}|[\t|│┃;\"'<>\[\]{}]|,(?! )")


def header_in(text: str) -> str:
    """The first name of a column of people in the heads of the tables that a text prints; empty for none.

    A line with a number among its cells is no head: `mail  42` counts what came by mail. That of a frame begins with
    the room of the index, and its names may be one space apart.
    """
    for line in text.splitlines():
        words = line.split() if line[:1] == " " else []
        cells = [cell.strip(" `*\\") for cell in (*_CELLS.split(line), *words)]
        if "<td" in line or any(cell[:1].isdigit() for cell in cells):
            continue
        if found := next((cell for cell in cells if _HEADER.fullmatch(cell)), ""):
            return found
    return ""
