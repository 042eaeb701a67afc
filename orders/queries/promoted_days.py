"""On which days promotions drove what left the house: what demand forecasts must not take for normal days."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

from inventory.queries.buying.demand import SHOP_ZONE, start_of
from orders.models import ShipmentLine

LEAST_SHARE = 0.5


def list_promoted_days(variant_ids: Collection[int], since: date, until: date) -> set[tuple[int, date]]:
    """The (variant, day) pairs of which at least half of the units that left had been sold with a discount. One query.

    By the day of the parcel, as demand counts: one shopper's coupon among many sales marks no day.
    """
    rows = (
        ShipmentLine.objects.filter(
            order_line__variant_id__in=variant_ids,
            shipment__created_at__gte=start_of(since),
            shipment__created_at__lt=start_of(until + timedelta(days=1)),
        )
        .values_list("order_line__variant_id", TruncDate("shipment__created_at", tzinfo=SHOP_ZONE))
        .annotate(
            units=Sum("quantity"),
            promoted=Coalesce(Sum("quantity", filter=Q(order_line__discount_amount__gt=0)), 0),
        )
        .filter(promoted__gte=F("units") * LEAST_SHARE)
        .order_by()
    )
    return {(variant_id, day) for variant_id, day, _units, _promoted in rows}
