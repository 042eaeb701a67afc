"""Prices: which one counts, what a reduction may be compared with, how prices are changed."""
