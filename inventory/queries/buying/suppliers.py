"""Reads of suppliers: their deliveries, their scorecards."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

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


_JUDGED = (
    PurchaseStatus.SENT,
    PurchaseStatus.PART_RECEIVED,
    PurchaseStatus.CLOSED,
    PurchaseStatus.CANCELLED,
)


def list_judged_orders(supplier_ids: Collection[int]) -> dict[int, list[DeliveredOrder]]:
    """The orders of the last year that were delivered to their end or whose day passed before, by supplier. One query.

    Of those that were ended before their day with nothing delivered, nothing can be said.
    """
    instant = now()
    orders = (
        PurchaseOrder.objects.filter(
            supplier_id__in=supplier_ids,
            status__in=_JUDGED,
            sent_at__gte=instant - timedelta(days=JUDGED_DAYS),
        )
        .annotate(
            ordered_total=Sum("lines__quantity"),
            received_total=Sum("lines__received_quantity"),
            damaged_total=Sum("lines__damaged_quantity"),
        )
        .order_by("sent_at")
    )
    found: dict[int, list[DeliveredOrder]] = defaultdict(list)
    for order in orders:
        judged = _judge_order(order, today=find_day(instant))
        if judged is not None:
            found[order.supplier_id].append(judged)
    return found


def _judge_order(order: PurchaseOrder, *, today: date) -> DeliveredOrder | None:
    ended_on = find_day(order.closed_at) if order.closed_at else today
    delivered_on = (
        find_day(order.delivered_at) if order.status == PurchaseStatus.CLOSED and order.delivered_at else None
    )
    promised_on = order.expected_on or delivered_on
    if order.sent_at is None or promised_on is None or (delivered_on is None and ended_on <= promised_on):
        return None
    return DeliveredOrder(
        sent_on=find_day(order.sent_at),
        promised_on=promised_on,
        delivered_on=delivered_on,
        ordered_quantity=order.ordered_total or 1,  # type: ignore[attr-defined]  # annotated above
        received_quantity=order.received_total or 0,  # type: ignore[attr-defined]
        damaged_quantity=order.damaged_total or 0,  # type: ignore[attr-defined]
    )


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
    judged, prices = list_judged_orders(ids), list_price_scores(ids)
    return {
        supplier.pk: build_scorecard(
            judged.get(supplier.pk, []),
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
