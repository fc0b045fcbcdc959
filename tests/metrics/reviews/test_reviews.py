from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.metrics.reviews import review_score, review_themes, reviews

MakeTable = Callable[..., ibis.Table]
REAL = Path("../shared/data/chinese_reviews/waimai_10k.parquet")


def made(rows: list[tuple[str, int, str | None]], campaign: str = "night") -> ibis.Table:
    return ibis.memtable(
        pd.DataFrame(
            {
                "review_id": [f"r{place:05d}" for place in range(len(rows))],
                "user_id": [who for who, _, _ in rows],
                "campaign_id": [campaign] * len(rows),
                "rating": [rating for _, rating, _ in rows],
                "body": pd.Series([body for *_, body in rows], dtype="string"),
            }
        )
    )


def test_every_star_has_its_row_and_only_the_campaigns_reviews_count() -> None:
    rows = made([("a", 5, None), ("b", 5, None), ("c", 4, None), ("d", 1, None)])

    assert reviews(rows, campaign_id="night")["reviews"].tolist() == [1, 0, 0, 1, 2]
    assert reviews(rows, campaign_id="night")["share"].tolist() == [0.25, 0, 0, 0.25, 0.5]
    assert reviews(rows, campaign_id="other")["share"].isna().all()


def test_the_mean_has_the_interval_of_students_t() -> None:
    stars = reviews(made([("a", 5, None), ("b", 3, None), ("c", 4, None)]), campaign_id="night")
    (row,) = review_score(stars).to_dict("records")

    assert row["score"] == 4.0
    assert row["score_low"] == pytest.approx(4 - 4.3027 / 3**0.5, abs=1e-3)
    assert row["score_high"] == 5.0
    assert row["negative"] == 0
    assert review_score(stars, negative_stars=3)["negative"].item() == 1


def test_stars_that_count_as_negative_are_at_least_one() -> None:
    with pytest.raises(MetricError, match="negative_stars must be at least 1, got 0"):
        review_score(reviews(made([("a", 5, None)]), campaign_id="night"), negative_stars=0)


def test_themes_are_found_by_their_words_and_phrases_by_several_users() -> None:
    rows: list[tuple[str, int, str | None]] = [(f"u{n}", 5, "发货很快，质量不错") for n in range(6)]
    rows += [(f"v{n}", 2, "部分商品缺货，秒没") for n in range(5)]
    rows += [("w", 1, "味道难闻"), ("x", 5, None), ("y", 5, "  "), ("z", 4, "嗯嗯")]
    frame = review_themes(made(rows), campaign_id="night")

    assert frame["theme"].tolist() == ["stock", "delivery", "quality"]
    stock, delivery, _ = frame.to_dict("records")
    assert (stock["reviews"], stock["criticised"], stock["praised"]) == (5, 5, 0)
    assert stock["criticism"] == ("部分商品缺货",)
    assert delivery["praise"] == ("发货很快",)
    assert frame.attrs == {"reviews": 13, "unthemed": 1}


def test_nobody_is_quoted_alone_and_one_user_is_not_several() -> None:
    rows: list[tuple[str, int, str | None]] = [("same", 5, "发货很快")] * 9
    rows += [(f"u{n}", 5, "客服很耐心") for n in range(5)] + [("v", 1, "客服太差劲")]
    frame = review_themes(made(rows), campaign_id="night")

    assert frame["theme"].tolist() == ["service"]
    assert pd.isna(frame["criticised"].item())
    assert frame["praised"].item() == 5
    assert frame["reviews"].isna().item(), "less those who praise it would be the one who does not"
    assert frame["share"].isna().item()
    assert frame["criticism"].item() == ()


def test_real_reviews_complain_of_what_they_are_known_to_complain_of() -> None:
    if not REAL.is_file():
        pytest.skip("needs the public data set as ../shared/data/chinese_reviews/waimai_10k.parquet")
    real = pd.read_parquet(REAL)
    told: list[Any] = [(f"u{n}", 5 if row.label else 1, row.review) for n, row in enumerate(real.itertuples())]
    frame = review_themes(made(told), campaign_id="night")

    assert frame.attrs["reviews"] == 11_987
    assert frame["theme"].tolist()[:2] == ["delivery", "taste"]
    delivery = frame.iloc[0]
    assert delivery["criticised"] > delivery["praised"]
    assert delivery["users"] > 3000
    assert frame.attrs["unthemed"] / frame.attrs["reviews"] < 0.5
