"""Which promotions a cart gets now: the rules from the catalogue, the facts from the cart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import localtime

from catalog.domain.offers import Offer
from catalog.domain.promotions.evaluation import Evaluation, evaluate
from catalog.domain.promotions.facts import CartFacts, LineFacts, Rule, ShopperFacts
from catalog.domain.promotions.keys import build_customer_keys
from catalog.queries.promotions.collections import asks_collections, list_collection_keys
from catalog.queries.promotions.customers import Standing, asks_first_order
from catalog.queries.promotions.rules import load_rules
from orders import locks
from orders.domain.shipping import ShippingOption
from orders.domain.states import OrderStatus
from orders.models import Cart, CartLine, Order
from shop.kernel.clock import now
from shop.kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class CartDiscounts:
    """What promotions take off a cart, by variant and off delivery; why; and which codes open nothing."""

    evaluation: Evaluation
    refused: Mapping[str, str]
    currency: str

    def find(self, variant_id: int) -> Money:
        """Return what is taken off a variant's line."""
        return Money.from_minor(self.evaluation.lines.get(variant_id, 0), self.currency)

    @property
    def shipping(self) -> Money:
        """What is taken off delivery."""
        return Money.from_minor(self.evaluation.shipping_minor, self.currency)


def get_customer_keys(cart: Cart) -> tuple[str, ...]:
    """Return the names under which this shopper's uses are counted."""
    return build_customer_keys(user_id=cart.user_id, email=cart.email)


def get_discounts(
    cart: Cart,
    lines: Sequence[CartLine],
    *,
    offers: Mapping[int, Offer],
    option: ShippingOption | None,
    standing: Standing,
    is_exact: bool,
) -> CartDiscounts:
    """Work out the promotions of a cart; no query when nothing special is asked for, one when exact."""
    instant = now()
    book = load_rules(
        currency=cart.currency,
        now=instant,
        coupon_codes=cart.coupon_codes,
        customer_keys=get_customer_keys(cart),
        is_fresh=is_exact,
    )
    facts = CartFacts(
        currency=cart.currency,
        lines=_build_lines(lines, offers, book.rules),
        shopper=ShopperFacts(
            tier=standing.tier,
            segments=standing.segments,
            is_first_order=_find_first(cart, is_exact=is_exact) if asks_first_order(book.rules) else None,
            channel=cart.channel,
            payment_method=cart.payment_method,
        ),
        shipping_minor=option.price.to_minor() if option else None,
        shipping_method=option.code if option else "",
    )
    evaluation = evaluate(
        facts, book.rules, now=localtime(instant), floor_percent=settings.PROMOTION_FLOOR_PERCENT
    )
    return CartDiscounts(evaluation=evaluation, refused=book.refused, currency=cart.currency)


def _build_lines(
    lines: Sequence[CartLine], offers: Mapping[int, Offer], rules: Sequence[Rule]
) -> tuple[LineFacts, ...]:
    owners = {offers[line.variant_id].product_id for line in lines}
    shelves = list_collection_keys(owners) if owners and asks_collections(rules) else {}
    return tuple(
        LineFacts(
            key=line.variant_id,
            unit_minor=price.to_minor(),
            quantity=line.quantity,
            keys=offer.keys | shelves.get(offer.product_id, frozenset()),
        )
        for line in lines
        if (price := (offer := offers[line.variant_id]).unit_price) is not None
    )


def _find_first(cart: Cart, *, is_exact: bool) -> bool | None:
    """Whether it would be the shopper's first order; None while nobody knows who it is.

    Exact, it is decided under a lock on the customer until commit: of two carts at once one is the first.
    """
    who = Q(user_id=cart.user_id) if cart.user_id else Q()
    if cart.email:
        who |= Q(email__iexact=cart.email)
    if not who:
        return None
    if is_exact:
        locks.lock_customer(get_customer_keys(cart))
    return not Order.objects.filter(who).exclude(status=OrderStatus.CANCELLED).exists()
