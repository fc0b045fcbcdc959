"""Net contributions: what sections on money say of one alike."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from retro.i18n import Text
from retro.sections.section import Decision

_LOST = 0.1
"""An amount that is a tenth of how far its interval reaches to each side, or less, is lost in it."""


def net_words(value: Any, low: Any, high: Any, text: Text) -> str:  # noqa: ANN401 - of frames and sums
    """A net amount in words, what was gained or lost; about zero where it is lost in its interval.

    Examples:
        >>> text = Text("en", "CNY", {"verdict.net": "a net {value:gain}", "verdict.net_zero": "about zero"})
        >>> net_words(573, -61_700, 61_500, text)
        'about zero'
    """
    return text("verdict.net_zero" if about_zero(value, low, high) else "verdict.net", value=value)


def about_zero(value: Any, low: Any, high: Any) -> bool:  # noqa: ANN401 - as above
    """Whether a net amount is lost in its interval.

    Examples:
        >>> about_zero(573, -61_700, 61_500), about_zero(7_594, -38_900, 57_200)
        (True, False)
    """
    return bool(low < 0 < high and abs(float(value)) <= _LOST * float(high - low) / 2)


def led_to(gmv: Any, gain: Any, net: Mapping[str, Any], text: Text) -> str:  # noqa: ANN401 - as above
    """From what was sold in addition to what it left, in one line; empty where one of the amounts is unknown.

    Args:
        gmv: The incremental GMV.
        gain: The contribution that it left.
        net: `value`, `low` and `high` of what is left of that after all costs.
        text: Texts of the reader's language.
    """
    if gmv is None or gain is None:
        return ""
    cost = gain - net["value"]
    left = net_words(net["value"], net["low"], net["high"], text)
    return text("verdict.led_to", gmv=gmv, gain=gain, cost=cost, net=left)


def decision(what: str, net: Any, text: Text) -> Decision:  # noqa: ANN401 - as above
    """What the verdict decides, with what that is worth: what it brings, or the loss that it saves.

    Args:
        what: What is decided.
        net: The net contribution that the decision rests on; None where none is known, or none for sure.
        text: Texts of the reader's language.
    """
    sure = net is not None and Decimal(str(net)) != 0
    worth = text(f"verdict.{'saved' if net < 0 else 'earned'}", amount=abs(net)) if sure else text("verdict.answer")
    return Decision(what, worth)
