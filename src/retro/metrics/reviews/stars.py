"""Stars: ratings of a campaign's orders, with intervals."""

import ibis
import numpy as np
import pandas as pd
from scipy.special import stdtrit

from retro.metrics.intervals import CONFIDENCE, rate_of
from retro.metrics.windows import check_at_least, require

STARS = (1, 2, 3, 4, 5)


def reviews(reviews: ibis.Table, *, campaign_id: str) -> pd.DataFrame:
    """Reviews of a campaign's orders by stars.

    Args:
        reviews: One row per review: `campaign_id`, `rating` (1 to 5).
        campaign_id: Whose orders.

    Returns:
        Five rows, from one star to five.
        - `rating` (int): Stars.
        - `reviews` (int): Reviews with this rating; 0 where there are none.
        - `share` (float): Of all reviews. NaN without reviews.
    """
    require(reviews, "reviews", "campaign_id", "rating")
    own = reviews.filter(reviews.campaign_id == campaign_id)
    found = own.group_by("rating").aggregate(reviews=own.count()).execute()
    by_star = {int(row.rating): int(row.reviews) for row in found.itertuples()}
    counts = [by_star.get(star, 0) for star in STARS]
    total = sum(counts)
    shares = [count / total if total else np.nan for count in counts]
    return pd.DataFrame({"rating": STARS, "reviews": counts, "share": shares})


def review_score(stars: pd.DataFrame, *, negative_stars: int = 2) -> pd.DataFrame:
    """Mean rating and share of negative reviews, with their intervals.

    Args:
        stars: What `reviews` returns.
        negative_stars: Stars up to which a review is negative.

    Returns:
        One row.
        - `reviews` (int): All of them.
        - `score`, `score_low`, `score_high` (float): Mean stars and its 95 % interval (Student's t), not beyond 1 and
          5. NaN without reviews; the interval with fewer than two.
        - `negative` (int): Negative reviews.
        - `negative_review_rate`, `negative_review_low`, `negative_review_high` (float): Over all (Wilson). NaN without
          reviews.

    Examples:
        >>> stars = pd.DataFrame({"rating": [1, 2, 3, 4, 5], "reviews": [1, 0, 0, 0, 3]})
        >>> found = review_score(stars).iloc[0]
        >>> float(found["score"]), int(found["negative"]), float(found["negative_review_rate"])
        (4.0, 1, 0.25)
    """
    check_at_least("negative_stars", negative_stars, 1)
    counts, values = stars["reviews"].to_numpy(dtype=float), stars["rating"].to_numpy(dtype=float)
    total, negative = int(counts.sum()), int(counts[values <= negative_stars].sum())
    mean = float((counts * values).sum() / total) if total else np.nan
    half = np.nan
    if total > 1:
        spread = float((counts * (values - mean) ** 2).sum() / (total - 1))
        half = float(stdtrit(total - 1, (1 + CONFIDENCE) / 2) * np.sqrt(spread / total))
    row = {
        "reviews": total,
        "score": mean,
        "score_low": max(mean - half, STARS[0]) if total > 1 else np.nan,
        "score_high": min(mean + half, STARS[-1]) if total > 1 else np.nan,
        "negative": negative,
        **rate_of(negative, total, "negative_review_"),
    }
    return pd.DataFrame([row])
