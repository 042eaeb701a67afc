"""Writes of promotions, coupons and their uses."""
