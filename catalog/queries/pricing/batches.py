"""What a change of prices is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Abs

from catalog.models import PriceBatch, PriceChange, PriceSuggestion, Product, Variant

_LOSES_COMPARE_AT = Q(old_compare_at_amount__isnull=False, new_compare_at_amount__isnull=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantChoice:
    """Which variants are meant: those that fit every part that is given."""

    category_path: str = ""
    brand_id: int | None = None
    collection_id: int | None = None
    skus: Sequence[str] = ()
    is_published_only: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchSummary:
    """What a preview tells before anything happens."""

    quantity: int
    raised: int
    lowered: int
    mean_percent: Decimal
    compare_at_removed: int = 0


def list_chosen_variants(choice: VariantChoice) -> QuerySet[Variant]:
    """Return the variants that are meant, by number."""
    found = Variant.objects.filter(is_active=True)
    if choice.is_published_only:
        found = found.filter(product__status=Product.Status.PUBLISHED)
    if choice.category_path:
        path = choice.category_path
        found = found.filter(
            Q(product__category__path=path) | Q(product__category__path__startswith=f"{path}/")
        )
    if choice.brand_id:
        found = found.filter(product__brand_id=choice.brand_id)
    if choice.collection_id:
        found = found.filter(product__collections=choice.collection_id)
    if choice.skus:
        found = found.filter(sku__in=choice.skus)
    return found.order_by("pk")


def list_previewed(batch: PriceBatch) -> QuerySet[PriceChange]:
    """Changes with their articles; those that take a compare-at price away first, for they are easily overlooked."""
    changes = batch.changes.annotate(loses=_LOSES_COMPARE_AT).select_related("variant__product")
    return changes.order_by("-loses", "pk")


def summarize_batch(batch: PriceBatch) -> BatchSummary:
    """Return how many prices go up or down, and by how much on average; one query."""
    percent = (F("new_amount") - F("old_amount")) * 100 / F("old_amount")
    row = PriceChange.objects.filter(batch=batch).aggregate(
        quantity=Count("pk"),
        raised=Count("pk", filter=Q(new_amount__gt=F("old_amount"))),
        lowered=Count("pk", filter=Q(new_amount__lt=F("old_amount"))),
        removed=Count("pk", filter=_LOSES_COMPARE_AT),
        mean=Avg(percent, filter=Q(old_amount__gt=0)),
    )
    mean = Decimal(row["mean"] or 0).quantize(Decimal("0.1"))
    return BatchSummary(
        quantity=row["quantity"],
        raised=row["raised"],
        lowered=row["lowered"],
        mean_percent=mean,
        compare_at_removed=row["removed"],
    )


def count_own_large_moves(batch: PriceBatch, *, actor: str) -> int:
    """How many moves keep this person, who put the change together, from confirming it; 0: nothing does.

    A suggested price is large beyond its rule's approval mark, any other beyond PRICE_MOVE_LIMIT_PERCENT.
    """
    if not settings.PRICE_APPROVAL_BY_ANOTHER or batch.created_by != actor:
        return 0
    suggested = PriceSuggestion.objects.filter(
        batch=OuterRef("batch"), variant=OuterRef("variant"), currency=OuterRef("currency")
    )
    limit = F("old_amount") * settings.PRICE_MOVE_LIMIT_PERCENT / 100
    is_far = Q(Exists(suggested.filter(needs_approval=True))) | (Q(move__gt=limit) & ~Q(Exists(suggested)))
    moves = PriceChange.objects.filter(batch=batch).annotate(move=Abs(F("new_amount") - F("old_amount")))
    return moves.filter(is_far).count()
