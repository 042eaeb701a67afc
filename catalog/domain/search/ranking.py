"""Tiers: which products a search looks at first when it finds more than it can rank."""

from __future__ import annotations

# Shares of the catalogue, the best sellers and newest first. Most products stay in the last tier, so that few rows are
# written when the order changes.
BEST_SHARE = 0.005
UPPER_SHARE = 0.05
# Below so many products every find is ranked anyway.
LEAST_TO_SORT = 5000
