"""Reads of suppliers: their deliveries, their scorecards."""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

from django.db.models import Min, Sum
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from catalog.models import Variant
from inventory.domain.buying.safety_stock import LeadTime
from inventory.domain.buying.scorecards import (
    DeliveredOrder,
    Scorecard,
    build_scorecard,
    find_price_score,
)
from inventory.domain.buying.states import PurchaseStatus
from inventory.models import PurchaseOrder, Supplier, SupplierPrice
from inventory.queries.buying.demand import find_day
from shop.kernel.clock import now
from shop.kernel.errors import Invalid

JUDGED_DAYS = 365


def list_delivered_orders(supplier_ids: Collection[int]) -> dict[int, list[DeliveredOrder]]:
    """The orders of the last year that were delivered to their end, by supplier. One query."""
    rows = (
        PurchaseOrder.objects.filter(
            supplier_id__in=supplier_ids,
            status=PurchaseStatus.CLOSED,
            sent_at__gte=now() - timedelta(days=JUDGED_DAYS),
            delivered_at__isnull=False,
        )
        .annotate(
            ordered_total=Sum("lines__quantity"),
            received_total=Sum("lines__received_quantity"),
            damaged_total=Sum("lines__damaged_quantity"),
        )
        .order_by("sent_at")
        .values_list(
            "supplier_id",
            "sent_at",
            "delivered_at",
            "expected_on",
            "ordered_total",
            "received_total",
            "damaged_total",
        )
    )
    found: dict[int, list[DeliveredOrder]] = defaultdict(list)
    for supplier_id, sent_at, delivered_at, expected_on, ordered, received, damaged in rows:
        if sent_at is None or delivered_at is None:
            continue
        delivered_on = find_day(delivered_at)
        found[supplier_id].append(
            DeliveredOrder(
                sent_on=find_day(sent_at),
                promised_on=expected_on or delivered_on,
                delivered_on=delivered_on,
                ordered_quantity=ordered or 1,
                received_quantity=received or 0,
                damaged_quantity=damaged or 0,
            )
        )
    return found


def list_price_scores(supplier_ids: Collection[int]) -> dict[int, float]:
    """How near each supplier's prices come to the cheapest offer of the same currency, on average. Two queries."""
    prices = SupplierPrice.objects.filter(item__is_active=True, item__supplier__is_active=True, amount__gt=0)
    best = {
        (variant_id, currency): float(amount)
        for variant_id, currency, amount in prices.order_by()
        .values_list("item__variant_id", "item__supplier__currency")
        .annotate(best=Min("amount"))
    }
    scores: dict[int, list[float]] = defaultdict(list)
    for supplier_id, variant_id, currency, amount in (
        prices.filter(item__supplier_id__in=supplier_ids)
        .order_by()
        .values_list("item__supplier_id", "item__variant_id", "item__supplier__currency")
        .annotate(own=Min("amount"))
    ):
        scores[supplier_id].append(find_price_score(float(amount), best_price=best[variant_id, currency]))
    return {supplier_id: sum(found) / len(found) for supplier_id, found in scores.items()}


def list_scorecards(suppliers: Collection[Supplier]) -> dict[int, Scorecard]:
    """By supplier, from its deliveries of the last year. Three queries."""
    ids = [supplier.pk for supplier in suppliers]
    delivered, prices = list_delivered_orders(ids), list_price_scores(ids)
    return {
        supplier.pk: build_scorecard(
            delivered.get(supplier.pk, []),
            declared=LeadTime(days=float(supplier.lead_days)),
            price=prices.get(supplier.pk),
        )
        for supplier in suppliers
    }


def find_variant_ids(skus: Collection[str]) -> dict[str, int]:
    """The variants of these SKUs, in whatever case they are written; raises Invalid for the first that is unknown."""
    found = dict(
        Variant.objects.annotate(key=Upper("sku"))
        .filter(key__in={sku.upper() for sku in skus})
        .order_by()
        .values_list("key", "pk")
    )
    for sku in skus:
        if sku.upper() not in found:
            raise Invalid(_("There is no article %(sku)s.") % {"sku": sku}, field="sku")
    return {sku: found[sku.upper()] for sku in skus}
