"""What rules on prices ask, gathered for a batch of articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.utils.timezone import localtime

from catalog.domain.pricing.repricing import RivalPrice, Situation, SuggestionState, Trigger
from catalog.models import CompetitorPrice, Price, PriceHistory, PriceSuggestion, UnitCost, Variant
from catalog.queries.pricing.stock_facts import StockFacts, list_stock_facts

HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """One batch of variants at one instant; each property is one query."""

    variant_ids: Collection[int]
    currency: str
    now: datetime
    fresh_days: int

    @cached_property
    def today(self) -> date:
        """The day in the shop's zone."""
        return localtime(self.now).date()

    @cached_property
    def lists(self) -> Mapping[int, tuple[Decimal, Decimal]]:
        """(price that a rule made, list price that it was measured from), the last by variant."""
        rows = PriceSuggestion.objects.filter(
            variant__in=self.variant_ids, currency=self.currency, state=SuggestionState.APPLIED
        ).order_by("variant_id", "-decided_at", "-pk")
        found = rows.distinct("variant_id").values_list("variant_id", "new_amount", "list_amount")
        return {variant_id: (amount, listed) for variant_id, amount, listed in found}

    @cached_property
    def first(self) -> Mapping[int, tuple[int, Decimal]]:
        """(key, amount) of the first price ever."""
        return {row[0]: (row[1], row[2]) for row in self._list_history("since", "pk")}

    @cached_property
    def last(self) -> Mapping[int, tuple[int, datetime]]:
        """(key, since) of the present price."""
        return {row[0]: (row[1], row[3]) for row in self._list_history("-since", "-pk")}

    @cached_property
    def opening(self) -> Mapping[int, Decimal]:
        """The price with which today began, where there was one."""
        midnight = localtime(self.now).replace(hour=0, minute=0, second=0, microsecond=0)
        return {row[0]: row[2] for row in self._list_history("-since", "-pk", before=midnight)}

    def _list_history(
        self, *order: str, before: datetime | None = None
    ) -> list[tuple[int, int, Decimal, datetime]]:
        rows = PriceHistory.objects.filter(variant__in=self.variant_ids, currency=self.currency)
        if before is not None:
            rows = rows.filter(since__lt=before)
        found = rows.order_by("variant_id", *order).distinct("variant_id")
        return list(found.values_list("variant_id", "pk", "amount", "since"))

    @cached_property
    def costs(self) -> Mapping[int, Decimal]:
        """What was given as cost."""
        rows = UnitCost.objects.filter(variant__in=self.variant_ids, currency=self.currency)
        return dict(rows.values_list("variant_id", "amount"))

    @cached_property
    def rivals(self) -> Mapping[int, tuple[RivalPrice, ...]]:
        """Competitors' prices that are fresh enough."""
        found: dict[int, list[RivalPrice]] = defaultdict(list)
        rows = CompetitorPrice.objects.filter(
            variant__in=self.variant_ids,
            currency=self.currency,
            seen_on__gte=self.today - timedelta(days=self.fresh_days),
        )
        for row in rows.order_by("variant_id", "amount", "competitor"):
            rival = RivalPrice(competitor=row.competitor, amount=row.amount, seen_on=row.seen_on)
            found[row.variant_id].append(rival)
        return {variant_id: tuple(rows) for variant_id, rows in found.items()}

    @cached_property
    def stock(self) -> Mapping[int, StockFacts]:
        """What inventory says."""
        return list_stock_facts(self.variant_ids, today=self.today)

    @cached_property
    def published(self) -> Mapping[int, datetime | None]:
        """Since when the product is shown."""
        rows = Variant.objects.filter(pk__in=self.variant_ids)
        return dict(rows.values_list("pk", "product__published_at"))


def list_situations(
    variant_ids: Collection[int], *, currency: str, now: datetime, fresh_days: int
) -> dict[int, tuple[Situation, Decimal | None]]:
    """Return (situation, compare-at price) of each variant that has a price; nine queries for any number, and stock's."""
    batch = _Batch(variant_ids=variant_ids, currency=currency, now=now, fresh_days=fresh_days)
    rows = Price.objects.filter(variant__in=variant_ids, currency=currency, amount__gt=0)
    prices = rows.order_by("variant_id").values_list("variant_id", "amount", "compare_at_amount")
    return {
        variant_id: (_build(variant_id, amount, compare_at, batch), compare_at)
        for variant_id, amount, compare_at in prices
    }


def _build(variant_id: int, amount: Decimal, compare_at: Decimal | None, batch: _Batch) -> Situation:
    stock = batch.stock.get(variant_id, StockFacts())
    first, last = batch.first.get(variant_id), batch.last.get(variant_id)
    has_moved = first is not None and last is not None and first[0] != last[0]
    made, listed = batch.lists.get(variant_id, (None, None))
    return Situation(
        currency=batch.currency,
        amount=amount,
        # A person who sets a price sets the list price anew; a rule that moved it last leaves the list price where it was.
        list_amount=listed if listed is not None and made == amount else max(amount, compare_at or amount),
        day_open=batch.opening.get(variant_id, first[1] if first else amount),
        cost=_find_cost(variant_id, stock, batch),
        rivals=batch.rivals.get(variant_id, ()),
        days=_count_days(batch.published.get(variant_id), stock, batch),
        hours_since_move=Decimal((batch.now - last[1]) / HOUR).quantize(Decimal("0.01"))
        if has_moved and last
        else None,
    )


def _find_cost(variant_id: int, stock: StockFacts, batch: _Batch) -> Decimal | None:
    """What somebody has said it costs, else what stock says in the same currency."""
    if variant_id in batch.costs:
        return batch.costs[variant_id]
    known = stock.unit_cost
    return known.amount if known is not None and known.currency == batch.currency else None


def _count_days(published_at: datetime | None, stock: StockFacts, batch: _Batch) -> dict[Trigger, int]:
    on_sale = (batch.today - localtime(published_at).date()).days if published_at else None
    known = {
        Trigger.AGE: stock.age_days if stock.age_days is not None else on_sale,
        Trigger.IDLE: stock.idle_days,
        Trigger.COVER: stock.cover_days,
        Trigger.EXPIRY: stock.expiry_days,
    }
    return {trigger: days for trigger, days in known.items() if days is not None}
