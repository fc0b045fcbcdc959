"""Around: what else a shop keeps books of: costs, points, coupons, stock, reviews, support, traffic."""
