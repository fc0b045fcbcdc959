"""Themes: what customers write about, in words that several of them use."""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import rjieba

from retro.files import read_yaml
from retro.metrics.windows import check_at_least, require
from retro.privacy import LEAST, without_people

PRAISE_STARS = 4
"""So many stars or more praise; fewer criticise."""

_THEMES = Path(__file__).parent / "themes.yaml"
_BREAK = re.compile(r"[^\w]+|_+")
_LONGEST, _PHRASES, _MOST_REVIEWS = 4, 2, 50_000
_MOST_SIGNS = 14
_ALIKE = 4
"""Phrases that share this many characters in a row count as the same."""

_NO_START = frozenset("的了和就也都是不")
_NO_END = frozenset("的很也不就都太是最没和比在又")


def review_themes(reviews: ibis.Table, *, campaign_id: str, least: int = LEAST) -> pd.DataFrame:
    """Find themes of a campaign's reviews, their ratings, and phrases that several customers use.

    Text is cut into words (`rjieba`), and a review is about a theme when one of its words belongs to it; it may be
    about several, or none. A phrase is two to four neighbouring words, one of them of the theme.

    Args:
        reviews: One row per review: `review_id`, `user_id`, `campaign_id`, `rating` (1 to 5), `body`.
        campaign_id: Whose orders.
        least: Themes and phrases of fewer people are left out.

    Returns:
        One row per theme, the one that most criticise first, then the one that most praise. `attrs["reviews"]`
        counts the reviews that were read, `attrs["unthemed"]` those about none of the themes.
        - `theme` (str): Key of the theme.
        - `reviews` (Int64), `users` (int): Reviews about it, and who wrote them.
        - `share` (float): Of all reviews with text. Like `reviews` missing where `praised` or `criticised` is, which
          would be the rest.
        - `score` (float): Mean stars of these reviews.
        - `praised`, `criticised` (Int64): Reviews with four stars or more, and with fewer. Missing where they are
          of fewer than `least` people, but of some.
        - `praise`, `criticism` (tuple of str): Phrases from these reviews, the most used first.
    """
    check_at_least("least", least, 1)
    require(reviews, "reviews", "review_id", "user_id", "campaign_id", "rating", "body")
    own = reviews.filter(reviews.campaign_id == campaign_id, reviews.body.notnull(), reviews.body.strip() != "")
    orders = {"order_id": own.order_id} if "order_id" in own.columns else {}
    texts = own.select(
        who=own.user_id.coalesce(own.review_id), rating="rating", body="body", review_id="review_id", **orders
    )
    read = texts.order_by("review_id").limit(_MOST_REVIEWS).execute()
    keys = {str(key) for name in ("who", "review_id", *orders) for key in read[name].dropna()}
    found: Mapping[str, _Theme] = defaultdict(_Theme)
    unthemed = 0
    for who, rating, body in read[["who", "rating", "body"]].itertuples(index=False, name=None):
        about = dict(_about(without_people(str(body), keys)))
        unthemed += not about
        for theme, said in about.items():
            found[theme].add(who, int(rating), said)
    rows = [theme.row(name, len(read), least) for name, theme in found.items() if len(theme.users) >= least]
    columns = ["theme", "reviews", "users", "share", "score", "praised", "criticised", "praise", "criticism"]
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("reviews", "praised", "criticised"), "Int64"))
    ranked = frame.assign(_few=-frame["criticised"].fillna(0), _rest=-frame["reviews"])
    frame = ranked.sort_values(["_few", "_rest", "theme"]).drop(columns=["_few", "_rest"]).reset_index(drop=True)
    told = frame[["praised", "criticised"]].notna().all(axis=1)
    frame = frame.assign(reviews=frame["reviews"].where(told), share=frame["share"].where(told))
    frame.attrs = {"reviews": len(read), "unthemed": unthemed}
    return frame


@dataclass
class _Theme:
    users: set[str] = field(default_factory=set)
    ratings: list[int] = field(default_factory=list)
    praisers: set[str] = field(default_factory=set)
    critics: set[str] = field(default_factory=set)
    phrases: dict[tuple[bool, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, who: str, rating: int, said: set[str]) -> None:
        praises = rating >= PRAISE_STARS
        self.users.add(who)
        self.ratings.append(rating)
        (self.praisers if praises else self.critics).add(who)
        for phrase in said:
            self.phrases[praises, phrase].add(who)

    def row(self, name: str, read: int, least: int) -> tuple[object, ...]:
        praised = sum(rating >= PRAISE_STARS for rating in self.ratings)
        criticised = len(self.ratings) - praised
        shown = (
            count if not count or len(people) >= least else pd.NA
            for count, people in ((praised, self.praisers), (criticised, self.critics))
        )
        told = (self._told(praises, least) for praises in (True, False))
        size = len(self.ratings)
        return name, size, len(self.users), size / read, float(np.mean(self.ratings)), *shown, *told

    def _told(self, praises: bool, least: int) -> tuple[str, ...]:  # noqa: FBT001 - one of two sides
        """The phrases of one side that enough people use; none that only says another once more."""
        used = Counter({phrase: len(who) for (side, phrase), who in self.phrases.items() if side == praises})
        ranked = sorted(used, key=lambda phrase: (-used[phrase] * len(phrase), phrase))
        told: list[str] = []
        for phrase in ranked:
            if used[phrase] >= least and len(told) < _PHRASES and not any(_alike(phrase, one) for one in told):
                told.append(phrase)
        return tuple(told)


def _about(body: str) -> Iterator[tuple[str, set[str]]]:
    """The themes of a text, with the phrases in which they come up."""
    found: dict[str, set[str]] = defaultdict(set)
    for clause in _BREAK.split(body):
        words = _cutter().cut(clause) if clause else []
        for place, word in enumerate(words):
            theme = _words().get(word)
            if theme is not None:
                found[theme] |= set(_around(words, place))
    yield from found.items()


def _around(words: list[str], place: int) -> Iterator[str]:
    """The phrases of two to four words that hold the word at a place."""
    for size in range(2, _LONGEST + 1):
        for first in range(max(0, place - size + 1), min(place, len(words) - size) + 1):
            chosen = words[first : first + size]
            phrase = "".join(chosen)
            whole = chosen[0][0] not in _NO_START and chosen[-1][-1] not in _NO_END
            if whole and len(phrase) <= _MOST_SIGNS and all(one != other for one, other in pairwise(chosen)):
                yield phrase


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) < _ALIKE:
        return short in long
    return any(short[place : place + _ALIKE] in long for place in range(len(short) - _ALIKE + 1))


@functools.cache
def _words() -> dict[str, str]:
    return {str(word): theme for theme, words in read_yaml(_THEMES).data.items() for word in words}


@functools.cache
def _cutter() -> rjieba.Jieba:
    """The segmentation, which keeps the themes' words whole."""
    cutter = rjieba.Jieba()
    for word in _words():
        cutter.add_word(word, None, None)
    return cutter
