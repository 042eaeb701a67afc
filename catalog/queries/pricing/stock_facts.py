"""What rules on prices ask about stock: inventory registers itself, as it stands above the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from shop.kernel.money import Money


@dataclass(frozen=True, kw_only=True, slots=True)
class StockFacts:
    """What is known of an article's stock, in days; None where nothing is.

    `age_days`: since the oldest of it came; `idle_days`: since the last was sold; `cover_days`: until it is used up at the
    present pace; `expiry_days`: until the first of it expires. `unit_cost` is its average cost.
    """

    age_days: int | None = None
    idle_days: int | None = None
    cover_days: int | None = None
    expiry_days: int | None = None
    unit_cost: Money | None = None


StockFactsSource = Callable[[Collection[int], date], Mapping[int, StockFacts]]
_sources: list[StockFactsSource] = []


def register_stock_facts(source: StockFactsSource) -> None:
    """Let rules ask this source; the last one wins."""
    _sources[:] = [source]


def list_stock_facts(variant_ids: Collection[int], *, today: date) -> Mapping[int, StockFacts]:
    """Return what is known by variant; nothing while nobody counts stock."""
    return _sources[0](variant_ids, today) if _sources and variant_ids else {}
