"""The demo's open group of buyers: one has paid and invites others."""

from django.conf import settings

from catalog.models import Promotion, Variant
from orders.domain.states import GroupStatus
from orders.models import BuyingGroup, Order
from orders.services.checkout import place_order, set_address, set_shipping_method
from orders.services.groups.carts import GroupShopper, open_group
from payments.services.payments import start_payment
from shop.demo.services.customers import CUSTOMERS
from shop.demo.services.offers import GROUP_ARTICLES, GROUP_KEY


def ensure_group() -> int:
    """Open a group of the demo's campaign unless one is open; how many. May be repeated."""
    campaign = Promotion.objects.filter(key=GROUP_KEY).first()
    slugs = [key.removeprefix("product:") for key in GROUP_ARTICLES]
    variant = Variant.objects.filter(product__slug__in=slugs, is_active=True).order_by("position").first()
    if campaign is None or variant is None or BuyingGroup.objects.filter(status=GroupStatus.OPEN).exists():
        return 0
    _pay(_open(campaign, variant))
    return 1


def _open(campaign: Promotion, variant: Variant) -> Order:
    customer = CUSTOMERS[0]
    shopper = GroupShopper(currency=customer.currency, language=customer.language)
    cart = open_group(campaign.pk, sku=variant.sku, quantity=1, shopper=shopper)
    set_address(cart.pk, email=customer.email, address=customer.address)
    set_shipping_method(cart.pk, code="standard")
    return place_order(cart.pk, expected_total=None)


def _pay(order: Order) -> None:
    start_payment(
        order.pk,
        gateway="sandbox",
        method_token="tok_success",  # noqa: S106  a test card's name
        idempotency_key=f"demo-group-{order.number}",
        return_url=settings.SITE_URL,
    )
