"""Past orders as the carts that they were: what a promotion is tried on before it runs."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.timezone import localtime

from catalog.domain.promotions.facts import CartFacts, LineFacts, ShopperFacts
from catalog.domain.promotions.keys import build_target_keys
from catalog.domain.promotions.replay import PastCart
from catalog.queries.promotions.collections import list_collection_keys
from orders.domain.states import OrderStatus
from orders.models import Order, OrderLine
from shop.kernel.money import Money

MOST_ORDERS = 2_000


def list_past_carts(since: datetime) -> Iterator[PastCart]:
    """Return the newest orders since an instant that were not cancelled, at most 2,000; three queries."""
    orders = Order.objects.filter(placed_at__gte=since).exclude(status=OrderStatus.CANCELLED)
    chosen = list(orders.order_by("-placed_at").only(*_FIELDS)[:MOST_ORDERS])
    lines: dict[int, list[OrderLine]] = {order.pk: [] for order in chosen}
    rows = list(
        OrderLine.objects.filter(order_id__in=lines).select_related(
            "variant__product__brand", "variant__product__category"
        )
    )
    shelves = list_collection_keys({row.variant.product_id for row in rows})
    for row in rows:
        lines[row.order_id].append(row)
    for order in chosen:
        yield PastCart(
            reference=order.number,
            at=localtime(order.placed_at),
            facts=CartFacts(
                currency=order.currency,
                lines=tuple(_build_line(row, order.currency, shelves) for row in lines[order.pk]),
                shopper=ShopperFacts(channel=order.channel),
                shipping_minor=order.list_shipping.to_minor(),
                shipping_method=order.shipping_method_code,
            ),
        )


_FIELDS = (
    "number",
    "placed_at",
    "currency",
    "channel",
    "shipping_amount",
    "shipping_discount_amount",
    "shipping_method_code",
)


def _build_line(row: OrderLine, currency: str, shelves: dict[int, frozenset[str]]) -> LineFacts:
    product = row.variant.product
    keys = build_target_keys(
        slug=product.slug,
        sku=row.sku,
        brand=product.brand.slug if product.brand else "",
        category_path=product.category.path if product.category else "",
        tags=product.tags,
    )
    return LineFacts(
        key=row.variant_id,
        unit_minor=Money(row.unit_amount, currency).to_minor(),
        quantity=row.quantity,
        keys=keys | shelves.get(product.pk, frozenset()),
    )
