"""Changing a cart: lines, currency, merging at sign-in, accepting new prices, filling it again."""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from catalog.domain.offers import Offer
from catalog.domain.promotions.errors import CouponRefused
from catalog.domain.promotions.keys import tidy_code
from catalog.queries.promotions.rules import explain_refusal, list_coupons
from inventory.queries.channels import list_available_for
from orders import locks
from orders.domain.carts import CartKey
from orders.domain.errors import (
    ArticleNotFound,
    CartAlreadyPlaced,
    InvalidQuantity,
    LineNotFound,
    NotEnoughLeft,
    NotSellable,
)
from orders.domain.events import CartLineAdded
from orders.domain.groups import GroupCartFixed
from orders.domain.problems import CartProblem
from orders.domain.quantities import MAX_LINE_QUANTITY, MIN_LINE_QUANTITY, cap_left
from orders.models import Cart, CartLine, OrderLine
from orders.queries.carts import find_user_cart
from orders.queries.prices import find_article, find_unit_price, list_cart_offers
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.money import Money
from shop.kernel.postgres.statements import RowInsert, RowUpdate
from shop.kernel.transactions import transactional

MOST_COUPONS = 5
FORGOTTEN_BATCH: Final = 500
_NEW_CART = RowInsert(Cart)
_NEW_LINE = RowInsert(CartLine)
_MORE_OF_LINE = RowUpdate(CartLine, ("quantity", "seen_amount"))


def create_cart(*, currency: str, user_id: int | None = None, language: str = "") -> Cart:
    """Open an empty cart; for a user, the one that is open already when there is one. May be repeated for a user.

    A guest's is one statement, which needs no transaction around it.
    """
    if user_id is not None:
        return _find_or_open_cart(user_id, currency=currency, language=language)
    return _open_cart(currency=currency, user_id=None, language=language)


@transactional
def _find_or_open_cart(user_id: int, *, currency: str, language: str) -> Cart:
    locks.lock_user(user_id)
    known = find_user_cart(user_id)
    return known or _open_cart(currency=currency, user_id=user_id, language=language)


def _open_cart(*, currency: str, user_id: int | None, language: str) -> Cart:
    instant = now()
    return _NEW_CART.run(
        Cart(currency=currency, user_id=user_id, language=language, created_at=instant, updated_at=instant)
    )


@transactional
def add_line(key: CartKey, *, sku: str, quantity: int) -> CartLine:
    """Put an article into the cart; more of the same adds up. The price is ours, whatever the caller thinks.

    Locks the cart. Publishes CartLineAdded. Raises CartAlreadyPlaced, InvalidQuantity, ArticleNotFound, NotSellable,
    NotEnoughLeft (nothing changes then).
    """
    _check_quantity(quantity)
    cart = lock_open_cart(key)
    if cart.group_promotion_id is not None:
        raise GroupCartFixed
    article = find_article(cart, sku=sku, more=quantity)
    if article is None:
        raise ArticleNotFound(sku)
    offer, wanted = article.offer, article.quantity
    price = get_sellable_price(offer)
    _check_left(cart, offer.variant_id, sku=offer.sku, wanted=wanted)
    line = article.line or CartLine(variant_id=offer.variant_id, created_at=now())
    line.cart, line.quantity, line.seen_amount = cart, wanted, price.amount
    if article.line is None:
        _NEW_LINE.run(line)
    else:
        _MORE_OF_LINE.run(line)
    touch_cart(cart)
    publish(
        CartLineAdded(
            cart_token=cart.token,
            user_id=cart.user_id or 0,
            variant_id=offer.variant_id,
            quantity=quantity,
            unit_amount=price.amount,
            currency=cart.currency,
        )
    )
    return line


@transactional
def set_line_quantity(cart_id: int, *, line_id: int, quantity: int) -> CartLine:
    """Choose how many. Raises CartAlreadyPlaced, LineNotFound, InvalidQuantity, NotEnoughLeft. May be repeated.

    Fewer than before is always allowed: it can only bring the cart closer to what is left.
    """
    _check_quantity(quantity)
    cart = lock_open_cart(cart_id)
    line = _get_line(cart, line_id)
    if quantity > line.quantity:
        _check_left(cart, line.variant_id, sku=line.variant.sku, wanted=quantity)
    if line.seen_amount is not None and quantity != line.quantity:
        line.seen_amount = _follow_steps(cart, line, quantity=quantity)
    line.quantity = quantity
    line.save(update_fields=["quantity", "seen_amount"])
    touch_cart(cart)
    return line


def _follow_steps(cart: Cart, line: CartLine, *, quantity: int) -> Decimal | None:
    """Who chose another quantity expects its price; a price that changed by itself is still told."""
    before = find_unit_price(cart, line.variant_id, quantity=line.quantity)
    after = find_unit_price(cart, line.variant_id, quantity=quantity)
    is_known = before is not None and after is not None and before.amount == line.seen_amount
    return after.amount if is_known and after else line.seen_amount


@transactional
def remove_line(cart_id: int, *, line_id: int) -> None:
    """Take an article out. Raises CartAlreadyPlaced, LineNotFound."""
    cart = lock_open_cart(cart_id)
    _get_line(cart, line_id).delete()
    touch_cart(cart)


@transactional
def accept_prices(cart_id: int, *, problems: Collection[CartProblem]) -> None:
    """The shopper was told of these: new prices are what was seen, codes that ended are gone. May be repeated."""
    cart = lock_open_cart(cart_id)
    ended = {problem.coupon_code for problem in problems if problem.coupon_code}
    if ended & set(cart.coupon_codes):
        cart.coupon_codes = [code for code in cart.coupon_codes if code not in ended]
        touch_cart(cart, "coupon_codes")
    for problem in problems:
        if problem.new is not None and problem.line_id is not None:
            CartLine.objects.filter(cart=cart, pk=problem.line_id).update(seen_amount=problem.new.amount)


@transactional
def add_coupon(cart_id: int, *, code: str) -> Cart:
    """Keep a code with the cart; what it takes off is worked out with the cart. May be repeated.

    Raises CartAlreadyPlaced, CouponRefused for a code that opens nothing now, or one too many.
    """
    tidy = tidy_code(code)
    cart = lock_open_cart(cart_id)
    if tidy in cart.coupon_codes:
        return cart
    coupon = list_coupons([tidy]).get(tidy)
    reason = explain_refusal(coupon, now()) if coupon else _("There is no such code.")
    if not reason and len(cart.coupon_codes) >= MOST_COUPONS:
        reason = _("A cart takes %(most)d codes. Remove one first.") % {"most": MOST_COUPONS}
    if reason:
        raise CouponRefused(reason, coupon_code=tidy)
    cart.coupon_codes = [*cart.coupon_codes, tidy]
    touch_cart(cart, "coupon_codes")
    return cart


@transactional
def remove_coupon(cart_id: int, *, code: str) -> Cart:
    """Forget a code. Raises CartAlreadyPlaced. May be repeated."""
    cart = lock_open_cart(cart_id)
    tidy = tidy_code(code)
    if tidy in cart.coupon_codes:
        cart.coupon_codes = [kept for kept in cart.coupon_codes if kept != tidy]
        touch_cart(cart, "coupon_codes")
    return cart


@transactional
def set_currency(cart_id: int, *, currency: str) -> Cart:
    """Price the cart in another currency; what was seen in the old one no longer counts. May be repeated."""
    cart = lock_open_cart(cart_id)
    if cart.currency != currency:
        cart.currency = currency
        lines = list(cart.lines.all())
        offers = list_cart_offers(cart, {line.variant_id: line.quantity for line in lines})
        for line in lines:
            offer = offers.get(line.variant_id)
            line.seen_amount = offer.unit_price.amount if offer and offer.unit_price else None
            line.save(update_fields=["seen_amount"])
        touch_cart(cart, "currency")
    return cart


@transactional
def merge_carts(guest_cart_id: int, *, user_id: int) -> Cart:
    """Make a guest's cart the signed-in user's: quantities add up, as far as stock goes; no line is lost.

    Locks the user, then both carts. May be repeated: the guest cart is gone, or is the user's, after the first time.
    """
    locks.lock_user(user_id)
    own = find_user_cart(user_id)
    carts = locks.lock_carts([guest_cart_id, *([own.pk] if own else [])])
    guest = carts.get(guest_cart_id)
    if guest is None or guest.placed_at is not None or guest.user_id is not None:
        return own or create_cart(currency=settings.DEFAULT_CURRENCY, user_id=user_id)
    if own is None:
        guest.user_id = user_id
        touch_cart(guest, "user")
        return guest
    own = carts[own.pk]
    _move_lines(guest, into=own)
    guest.delete()
    return own


def _move_lines(guest: Cart, *, into: Cart) -> None:
    """The guest's cart is what the shopper looked at last, so its currency wins."""
    if into.currency != guest.currency:
        set_currency(into.pk, currency=guest.currency)
        into.currency = guest.currency
    into.coupon_codes = list(dict.fromkeys([*into.coupon_codes, *guest.coupon_codes]))[:MOST_COUPONS]
    own_lines = {line.variant_id: line for line in into.lines.all()}
    guest_lines = list(guest.lines.order_by("pk"))
    available = list_available_for(into.channel, variant_ids=[line.variant_id for line in guest_lines])
    for line in guest_lines:
        own = own_lines.get(line.variant_id)
        if own is None:
            line.cart = into
            line.save(update_fields=["cart"])
        else:
            own.quantity = add_up(own.quantity, line.quantity, available_quantity=available[line.variant_id])
            own.save(update_fields=["quantity"])
    touch_cart(into, "coupon_codes")


def add_up(one: int, other: int, *, available_quantity: int) -> int:
    """Both quantities together as far as stock goes, and never fewer than either was."""
    return min(one + other, MAX_LINE_QUANTITY, max(available_quantity, one, other))


@transactional
def refill_cart(cart_id: int, *, order_id: int) -> Cart:
    """Put everything of an order into the cart again, at today's prices. May be repeated: no line grows by it.

    Articles that cannot be bought now come along too; the cart's page says what is wrong with them.
    """
    cart = lock_open_cart(cart_id)
    wanted = dict(
        OrderLine.objects.filter(order_id=order_id).order_by("pk").values_list("variant_id", "quantity")
    )
    offers = list_cart_offers(cart, wanted)
    present = {line.variant_id: line for line in cart.lines.all()}
    for variant_id, quantity in wanted.items():
        price = offers[variant_id].unit_price if variant_id in offers else None
        line = present.get(variant_id) or CartLine(
            cart=cart, variant_id=variant_id, quantity=0, created_at=now()
        )
        line.quantity = max(line.quantity, quantity)
        line.seen_amount = price.amount if price else None
        line.save()
    touch_cart(cart)
    return cart


def lock_open_cart(key: CartKey) -> Cart:
    """Lock a cart that may still change; raises CartNotFound, CartAlreadyPlaced."""
    cart = locks.lock_cart(key)
    if cart.placed_at is not None:
        raise CartAlreadyPlaced
    return cart


def touch_cart(cart: Cart, *fields: str) -> None:
    """Save these columns of a locked cart, and that it was used just now."""
    cart.updated_at = now()
    _write_update(("updated_at", *fields)).run(cart)


@cache
def _write_update(fields: tuple[str, ...]) -> RowUpdate[Cart]:
    return RowUpdate(Cart, fields)


def _check_quantity(quantity: int) -> None:
    if not MIN_LINE_QUANTITY <= quantity <= MAX_LINE_QUANTITY:
        raise InvalidQuantity


def get_sellable_price(offer: Offer) -> Money:
    """Return what one costs; raises NotSellable."""
    if not offer.is_sellable or offer.unit_price is None:
        raise NotSellable(offer.sku)
    return offer.unit_price


def _check_left(cart: Cart, variant_id: int, *, sku: str, wanted: int) -> None:
    check_quantity_left(
        sku, wanted=wanted, left=list_available_for(cart.channel, variant_ids=[variant_id])[variant_id]
    )


def check_quantity_left(sku: str, *, wanted: int, left: int) -> None:
    """Raise InvalidQuantity or NotEnoughLeft for more than a line may hold or is left."""
    if wanted > min(left, MAX_LINE_QUANTITY):
        if left > MAX_LINE_QUANTITY:
            raise InvalidQuantity
        told = cap_left(left, wanted=wanted, most=settings.API_AVAILABLE_QUANTITY_CAP)
        raise NotEnoughLeft(
            sku=sku, requested_quantity=wanted, available_quantity=told, is_exact=told == left
        )


def _get_line(cart: Cart, line_id: int) -> CartLine:
    line = CartLine.objects.select_related("variant").filter(cart=cart, pk=line_id).first()
    if line is None:
        raise LineNotFound
    return line


def forget_old_carts() -> int:
    """Delete guests' carts whose key every browser has dropped by now, in batches; how many. May run twice at once."""
    untouched_since = now() - timedelta(days=settings.CART_COOKIE_DAYS)
    total = 0
    while deleted := _forget_batch(untouched_since):
        total += deleted
    return total


@transactional
def _forget_batch(untouched_since: datetime) -> int:
    cart_ids = locks.lock_forgotten_carts(untouched_since, limit=FORGOTTEN_BATCH)
    Cart.objects.filter(pk__in=cart_ids).delete()
    return len(cart_ids)
