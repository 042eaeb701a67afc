"""How good a find is: the words, and what speaks for the product itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from catalog.domain.search.rules import Weights

# A search looks at the best tiers first when it finds more than it can rank.
BEST_SHARE = 0.005
USUAL_SHARE = 0.05
# Below so many products every find is ranked anyway.
LEAST_TO_SORT = 5000
BEST, USUAL, LAST = 0, 1, 2
_DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What speaks for a product whatever is searched."""

    product_id: int
    tier: int
    sales_score: float
    published_at: datetime | None


def tell_freshness(published_at: datetime | None, *, now: datetime, half_life_days: int) -> float:
    """Return 1 for just published, half of it after each half-life."""
    if published_at is None:
        return 0.0
    age_days = max((now - published_at).total_seconds(), 0.0) / _DAY_SECONDS
    return float(0.5 ** (age_days / half_life_days))


def sort_into_tiers(standings: Iterable[Standing], *, weights: Weights, now: datetime) -> dict[int, int]:
    """Return the products whose tier changes, with the new one."""
    rows = list(standings)
    if len(rows) < LEAST_TO_SORT:
        return {row.product_id: USUAL for row in rows if row.tier != USUAL}

    def merit(row: Standing) -> tuple[float, int]:
        fresh = tell_freshness(row.published_at, now=now, half_life_days=weights.freshness_days)
        return (weights.sales * row.sales_score + weights.freshness * fresh, row.product_id)

    rows.sort(key=merit, reverse=True)
    best, usual = int(len(rows) * BEST_SHARE), int(len(rows) * USUAL_SHARE)
    wanted = ((BEST if place < best else USUAL if place < usual else LAST) for place in range(len(rows)))
    return {row.product_id: tier for row, tier in zip(rows, wanted, strict=True) if row.tier != tier}
