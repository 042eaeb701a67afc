"""Carts that buy one article with a group: made by opening or joining one, apart from the shopper's usual cart."""

from dataclasses import dataclass

from catalog.domain.offers import Offer
from catalog.domain.promotions.terms import GroupPrice
from catalog.queries.offers import find_variant_by_sku
from catalog.queries.promotions.rules import list_group_promotions, read_terms
from orders import locks
from orders.domain.errors import ArticleNotFound, InvalidQuantity, NotSellable
from orders.domain.groups import GroupClosed, GroupFull, GroupPriceGone
from orders.domain.quantities import MAX_LINE_QUANTITY, MIN_LINE_QUANTITY
from orders.domain.states import GroupStatus
from orders.models import BuyingGroup, Cart, CartLine
from orders.queries.prices import list_cart_offers
from shop.kernel.clock import now
from shop.kernel.transactions import transactional


@dataclass(frozen=True, kw_only=True)
class GroupShopper:
    """Who buys, and the usual cart whose address is taken over, if there is one."""

    currency: str
    language: str = ""
    user_id: int | None = None
    usual_cart: Cart | None = None


@transactional
def open_group(promotion_id: int, *, sku: str, quantity: int, shopper: GroupShopper) -> Cart:
    """Make a cart that opens a group when its order is placed; nobody's usual cart changes.

    Raises ArticleNotFound, NotSellable, InvalidQuantity, GroupPriceGone.
    """
    return _make_cart(promotion_id, None, sku=sku, quantity=quantity, shopper=shopper)


@transactional
def join_group(group: BuyingGroup, *, sku: str, quantity: int, shopper: GroupShopper) -> Cart:
    """Make a cart that joins a group when its order is placed; the place is taken then, not now.

    Raises GroupClosed, GroupFull, and what open_group raises.
    """
    if group.status != GroupStatus.OPEN or group.closes_at is None or group.closes_at <= now():
        raise GroupClosed
    if group.held_quantity >= group.largest_people:
        raise GroupFull
    return _make_cart(group.promotion_id, group, sku=sku, quantity=quantity, shopper=shopper)


def _make_cart(
    promotion_id: int, group: BuyingGroup | None, *, sku: str, quantity: int, shopper: GroupShopper
) -> Cart:
    if not MIN_LINE_QUANTITY <= quantity <= MAX_LINE_QUANTITY:
        raise InvalidQuantity
    variant = find_variant_by_sku(sku)
    if variant is None or (group is not None and variant.product_id != group.product_id):
        raise ArticleNotFound(sku)
    instant = now()
    cart = Cart(
        currency=shopper.currency,
        user_id=shopper.user_id,
        language=shopper.language,
        group_promotion_id=promotion_id,
        group=group,
        created_at=instant,
        updated_at=instant,
    )
    offer = list_cart_offers(cart, {variant.pk: quantity}).get(variant.pk)
    if offer is None or not offer.is_sellable or offer.unit_price is None:
        raise NotSellable(sku)
    _check_offered(promotion_id, offer)
    if shopper.usual_cart is not None:
        cart.email = shopper.usual_cart.email
        cart.fill_address(shopper.usual_cart.postal_address)
    cart.save(force_insert=True)
    CartLine.objects.create(
        cart=cart,
        variant=variant,
        quantity=quantity,
        seen_amount=offer.unit_price.amount,
        created_at=instant,
    )
    return cart


def _check_offered(promotion_id: int, offer: Offer) -> None:
    running = list_group_promotions(now(), promotion_id=promotion_id)
    action = read_terms(running[0])[0] if running else None
    if not isinstance(action, GroupPrice) or not action.target.has(offer.keys):
        raise GroupPriceGone


@transactional
def adopt_cart(cart_id: int, *, user_id: int) -> Cart:
    """A guest who signs in at the checkout keeps the group's cart. Locks it. May be repeated."""
    cart = locks.lock_cart(cart_id)
    if cart.user_id is None and cart.placed_at is None:
        cart.user_id = user_id
        cart.save(update_fields=["user"])
    return cart
