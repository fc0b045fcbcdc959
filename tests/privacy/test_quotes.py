"""Words of customers lose what names people before a section says them."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from retro.metrics import review_themes
from retro.privacy import GONE, without_names
from retro.sections import SECTIONS

NAMED = ("物流慢订单A1029", "物流太慢 13800138000", "快递慢，加微信 xyz123", "发货慢 user-7")


@pytest.mark.parametrize("body", NAMED)
def test_no_phrase_of_reviews_names_people_however_many_write_it(body: str) -> None:
    rows = pd.DataFrame({"body": [body] * 6, "rating": 1, "campaign_id": "c"}).reset_index(names="review_id")
    rows = rows.assign(review_id=rows["review_id"].map("r{}".format), user_id=[f"user-{one}" for one in range(2, 8)])
    rows = rows.assign(order_id=["A1029", *(f"A{one}" for one in range(5))])

    (said,) = review_themes(ibis.memtable(rows), campaign_id="c")["criticism"]

    assert said
    assert not any(name in phrase.lower() for phrase in said for name in ("a1029", "138", "xyz", "user"))


def test_texts_of_frames_lose_people_and_all_else_stays() -> None:
    frame = pd.DataFrame(
        {"topic": ["late", "call 138-0013-8000"], "said": [("a", "b"), ("ann@x.com",)], "tickets": [9, 6]}
    )
    shown = without_names(frame)

    assert list(shown["topic"]) == ["late", f"call {GONE}"]
    assert list(shown["said"]) == [("a", "b"), (GONE,)]
    assert list(shown["tickets"]) == [9, 6]
    assert without_names(frame[["tickets"]]) is not None


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_every_section_passes_texts_through_the_filter(name: str) -> None:
    frame = pd.DataFrame({"words": ["tel: 8765 4321", "plain"]})

    (shown,) = SECTIONS[name].masked([frame])

    assert list(shown["words"]) == [f"tel: {GONE}", "plain"]
