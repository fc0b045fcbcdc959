"""Texts taken apart at the ends of their sentences, in both languages."""

import re

from retro.signs import width

SENTENCE = re.compile(r"(?<=[.!?])([*”’\")\]]*) +(?=[^a-z ])|(?<=[。！？])([*”’」）]*)(?=[^\s*”’」）])")
"""The end of a sentence that another follows."""


_PAIRS = (("(", ")"), ("（", "）"), ("“", "”"))


def sentences(words: str) -> list[str]:
    """The sentences of a text, each with the space after it; what stands out, or in brackets, is not taken apart.

    Examples:
        >>> sentences("**12%** more. It was warm (30° in May. Really). Next: ice.")
        ['**12%** more. ', 'It was warm (30° in May. Really). ', 'Next: ice.']
        >>> sentences("多成交 **3 万元。可信**。其中活动期 2 万元。")
        ['多成交 **3 万元。可信**。', '其中活动期 2 万元。']
        >>> sentences("答卷 9 份。**认知升到 5%**（上波 4%）。**满意度不变。**其余见下。")
        ['答卷 9 份。', '**认知升到 5%**（上波 4%）。', '**满意度不变。**', '其余见下。']
    """
    found = [""]
    for part in SENTENCE.sub(r"\g<0>\n", words).split("\n"):
        last = found[-1]
        if last.endswith("**") and last.count("**") % 2:  # they open what comes next
            last, part = last[:-2], f"**{part}"  # noqa: PLW2901 - the same part, whole
            found[-1] = last
        closed = last.count("**") % 2 == 0 and all(last.count(left) <= last.count(right) for left, right in _PAIRS)
        if last and closed:
            found.append(part)
        else:
            found[-1] += part
    return found


_SHORT = 300
"""A text up to so many letters, three to four lines, is read at once."""

_LEAD = 180
"""What a longer one opens with has two lines; its points have so many letters or are one sentence."""


def opening(words: str) -> tuple[str, list[str]]:
    """What a text opens with, as it is written, and its other sentences; of a short text all is its opening.

    Examples:
        >>> opening("Sales rose. Costs fell."), opening(f"Sales rose. {'More and more. ' * 15}It was warm. " * 2)[1][-1]
        (('Sales rose. Costs fell.', []), 'It was warm.')
    """
    lines = [line.strip() for line in words.splitlines()]
    if sum(map(width, lines)) <= _SHORT:
        return words, []
    lead, *points = sentences(lines[0])
    while points and width(lead) + width(points[0]) <= _LEAD:
        lead += points.pop(0)
    for line in lines[1:]:
        points += [line] if width(line) <= _LEAD else sentences(line)
    return lead, [point.strip() for point in points]


def gist(words: str) -> str:
    """What a text opens with, and which of its other sentences stand out; all of a short one.

    Examples:
        >>> gist(f"{'12 bought a bicycle. ' * 9}{'It rained. ' * 15}**It paid.** The end.")[-33:]
        '12 bought a bicycle. **It paid.**'
    """
    lead, points = opening(words)
    told = [point for point in points if "**" in point]
    return ("" if "。" in words else " ").join([lead.strip(), *told]) if told else lead
