"""Which articles were promoted on which days: asked of whoever knows."""

from collections.abc import Callable, Collection
from datetime import date

PromotionFinder = Callable[[Collection[int], date, date], set[tuple[int, date]]]
"""(variant ids, first day, last day) to the (variant id, day) pairs on which a promotion drove the sales."""

_finders: list[PromotionFinder] = []


def register_promotion_finder(finder: PromotionFinder) -> PromotionFinder:
    """Name a source of promoted days; registering it twice asks it once."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def list_promoted_days(variant_ids: Collection[int], *, since: date, until: date) -> set[tuple[int, date]]:
    """The promoted (variant, day) pairs that any source knows."""
    found: set[tuple[int, date]] = set()
    for finder in _finders:
        found |= finder(variant_ids, since, until)
    return found
