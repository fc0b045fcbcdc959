"""Reviews: stars, negative share and themes."""

from retro.metrics.reviews.stars import review_score, reviews
from retro.metrics.reviews.themes import review_themes

__all__ = ["review_score", "review_themes", "reviews"]
