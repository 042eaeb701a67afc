"""What articles cost this shopper in this cart: price lists by tier, channel and quantity."""

from collections.abc import Mapping

from django.db.models import Subquery

from catalog.domain.offers import Offer
from catalog.domain.pricing.selection import PriceFacts
from catalog.models import CustomerStanding
from catalog.queries.offers import list_offers
from catalog.queries.pricing.prices import list_prices
from catalog.queries.promotions.customers import NO_STANDING, Standing, get_standing
from orders.models import Cart, CartLine
from shop.kernel.clock import now
from shop.kernel.money import Money
from shop.kernel.postgres.statements import RowStatement

_LINES = RowStatement(CartLine, "WHERE cart_id = %(cart_id)s ORDER BY id")


def list_lines_with_standing(cart: Cart) -> tuple[list[CartLine], Standing]:
    """Return a cart's lines and its shopper's standing; one query."""
    if cart.user_id is None:
        return _LINES.run(cart_id=cart.pk), NO_STANDING
    lines = CartLine.objects.filter(cart=cart).order_by("pk")
    standing = CustomerStanding.objects.filter(pk=cart.user_id)
    found = list(
        lines.annotate(
            tier=Subquery(standing.values("tier")[:1]), segments=Subquery(standing.values("segments")[:1])
        )
    )
    if not found:
        return [], NO_STANDING
    first = found[0]
    return list(found), Standing(tier=first.tier or "", segments=frozenset(first.segments or ()))


def list_cart_offers(
    cart: Cart, quantities: Mapping[int, int], *, standing: Standing | None = None
) -> dict[int, Offer]:
    """Return the offers for these variants in these quantities: two queries, one more for a signed-in shopper."""
    known = standing or get_standing(cart.user_id)
    facts = _build_facts(cart, quantities, known)
    return list_offers(list(quantities), currency=cart.currency, facts=facts)


def find_unit_price(cart: Cart, variant_id: int, *, quantity: int) -> Money | None:
    """Return what one of a variant costs in this quantity, whatever its state."""
    facts = _build_facts(cart, {variant_id: quantity}, get_standing(cart.user_id))
    found = list_prices([variant_id], currency=cart.currency, facts=facts).get(variant_id)
    return Money(found.amount, cart.currency).quantized() if found else None


def _build_facts(cart: Cart, quantities: Mapping[int, int], standing: Standing) -> PriceFacts:
    return PriceFacts(now=now(), tier=standing.tier, channel=cart.channel, quantities=quantities)
