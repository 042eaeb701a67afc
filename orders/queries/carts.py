"""Reads of carts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Sum

from catalog.domain.offers import Offer
from catalog.domain.promotions.payment_methods import list_payment_methods
from catalog.domain.promotions.traces import Trace
from catalog.domain.promotions.words import describe_trace
from catalog.queries.promotions.customers import NO_STANDING, Standing
from inventory.queries.channels import list_available_for
from orders.domain.carts import (
    CartLineView,
    CartView,
    CouponView,
    LineFacts,
    find_line_problems,
    is_token,
)
from orders.domain.errors import CartNotFound
from orders.domain.problems import CartProblem, ProblemCode, describe_problem
from orders.domain.quantities import cap_left
from orders.domain.shipping import GoodsValue, ShippingOption
from orders.domain.states import OrderStatus
from orders.domain.totals import LineInput, LineTotals, Totals, compute_totals
from orders.models import Cart, CartLine, Order
from orders.queries.prices import list_offered_lines
from orders.queries.promotions import CartDiscounts, DiscountPlan, plan_discounts
from orders.queries.shipping import Destination, find_destination, list_shipping_options
from orders.queries.taxes import choose_tax_rule, has_tax_in_prices
from shop.accounts.domain.postal import check_postal_address
from shop.kernel.money import Money
from shop.kernel.postgres.statements import RowStatement

_GUEST_CART = RowStatement(Cart, "WHERE token = %(token)s AND user_id IS NULL")


def find_open_cart(token: str) -> Cart | None:
    """Return the cart with this token while it has not become an order."""
    return Cart.objects.open().filter(token=token).first() if is_token(token) else None


def find_user_cart(user_id: int) -> Cart | None:
    """Return the user's open cart."""
    return Cart.objects.open().usual().filter(user_id=user_id).first()


def find_placed_order(token: str, *, user_id: int | None = None) -> Order | None:
    """Return the order that a browser's cart has become: by its token, or the user's last one."""
    orders = Order.objects.select_related("cart")
    if is_token(token) and (order := orders.filter(cart__token=token).first()):
        return order if order.user_id in {None, user_id} else None
    return orders.filter(user_id=user_id, status=OrderStatus.PENDING).first() if user_id else None


def get_cart_by_token(token: str) -> Cart:
    """Return the cart with this token, placed or not; raises CartNotFound.

    A cart that a user has taken over is the user's: whoever knew its token before has lost it.
    """
    cart = _GUEST_CART.find(token=token) if is_token(token) else None
    if cart is None:
        raise CartNotFound
    return cart


def count_articles(*, token: str = "", user_id: int | None = None) -> int:
    """Return how many articles lie in the open cart of a token or a user; one query."""
    if not user_id and not is_token(token):
        return 0
    lines = CartLine.objects.filter(cart__placed_at__isnull=True, cart__group_promotion__isnull=True)
    lines = (
        lines.filter(cart__user_id=user_id) if user_id else lines.filter(cart__token=token, cart__user=None)
    )
    return lines.aggregate(total=Sum("quantity"))["total"] or 0


@dataclass(frozen=True, kw_only=True)
class _Contents:
    """What lies in a cart: all lines, those that can be bought, and what the catalogue and the shelves say of them."""

    lines: list[CartLine]
    counted: list[CartLine]
    offers: Mapping[int, Offer]
    available: Mapping[int, int]
    standing: Standing


_NOTHING = _Contents(lines=[], counted=[], offers={}, available={}, standing=NO_STANDING)


def get_new_cart_view(cart: Cart) -> CartView:
    """Return what a page shows of a cart that was opened just now; no query but those of its promotions."""
    return _work_out(cart, _NOTHING, has_delivery=False, is_exact=False)


def get_filled_cart_view(cart: Cart, lines: list[CartLine], *, offers: Mapping[int, Offer]) -> CartView:
    """Return what a page shows of a guest's cart that was filled just now, from what was read for it.

    One query for delivery when there is an address, and those of its promotions.
    """
    contents = _count(lines, offers, standing=NO_STANDING, available=_list_copied(offers))
    return _work_out(cart, contents, has_delivery=True, is_exact=False)


def get_cart_view(cart: Cart, *, has_delivery: bool = True, is_exact: bool = False) -> CartView:
    """Return all that a page shows of a cart: one query, one more for a signed-in shopper or with delivery, two when exact.

    Codes, and promotions that ask for more, each cost one more. Stock comes from the catalogue's copy and promotions from
    the process's, both about a second old; `is_exact` asks for both anew.
    """
    return _work_out(cart, _gather(cart, is_exact=is_exact), has_delivery=has_delivery, is_exact=is_exact)


def _work_out(cart: Cart, contents: "_Contents", *, has_delivery: bool, is_exact: bool) -> CartView:
    country = cart.country if has_delivery else ""
    place = find_destination(country, currency=cart.currency)
    plan = plan_discounts(
        cart,
        contents.counted,
        offers=contents.offers,
        standing=contents.standing,
        is_exact=is_exact,
    )
    options = _list_options(contents, place, currency=cart.currency, plan=plan)
    option = next((one for one in options if one.code == cart.shipping_method_code), None)
    discounts = plan.work_out(option)
    totals = compute_totals(
        _list_inputs(contents.counted, contents.offers, discounts),
        currency=cart.currency,
        shipping=option.price if option else None,
        shipping_discount=discounts.shipping,
        tax_rule=choose_tax_rule(place.taxes, region=cart.region),
        prices_include_tax=has_tax_in_prices(cart.currency),
    )
    views = _view_lines(contents, totals, cart.currency, discounts.evaluation.trace)
    view = _build_view(cart, views, totals, tuple(options), option, has_delivery=has_delivery)
    return replace(
        view,
        trace=discounts.evaluation.trace,
        coupons=_list_coupons(cart, discounts),
        payment_method=discounts.payment_method,
        payment_choices=list_payment_methods() if discounts.is_payment_asked else (),
        problems=(*view.problems, *_list_coupon_problems(discounts.refused)),
    )


def _gather(cart: Cart, *, is_exact: bool) -> _Contents:
    lines, offers, standing = list_offered_lines(cart)
    available = _list_copied(offers)
    if is_exact and lines:
        available = list_available_for(cart.channel, variant_ids=offers.keys())
    return _count(lines, offers, standing=standing, available=available)


def _list_copied(offers: Mapping[int, Offer]) -> dict[int, int]:
    """What is left by the catalogue's copy, about a second old."""
    return {pk: offer.available_quantity for pk, offer in offers.items()}


def _count(
    lines: list[CartLine], offers: Mapping[int, Offer], *, standing: Standing, available: Mapping[int, int]
) -> _Contents:
    counted = [
        line for line in lines if _is_counted(offers.get(line.variant_id), available.get(line.variant_id, 0))
    ]
    return _Contents(lines=lines, counted=counted, offers=offers, available=available, standing=standing)


def _view_lines(contents: _Contents, totals: Totals, currency: str, trace: Trace) -> tuple[CartLineView, ...]:
    by_line = {line.pk: totals.lines[index] for index, line in enumerate(contents.counted)}
    return tuple(
        _view_line(
            line,
            currency,
            offer=contents.offers.get(line.variant_id),
            available_quantity=contents.available.get(line.variant_id, 0),
            totals=by_line.get(line.pk),
            trace=trace,
        )
        for line in contents.lines
    )


def _list_coupons(cart: Cart, discounts: CartDiscounts) -> tuple[CouponView, ...]:
    told = {
        line.coupon_code.upper(): line
        for line in describe_trace(discounts.evaluation.trace)
        if line.coupon_code
    }
    return tuple(
        CouponView(
            code=code,
            is_applied=code in told and told[code].is_applied,
            message=discounts.refused.get(code) or (" ".join(told[code].reasons) if code in told else ""),
        )
        for code in cart.coupon_codes
    )


def _list_coupon_problems(refused: Mapping[str, str]) -> tuple[CartProblem, ...]:
    return tuple(
        CartProblem(code=ProblemCode.COUPON_REFUSED, message=message, name=code, coupon_code=code)
        for code, message in refused.items()
    )


def _is_counted(offer: Offer | None, available_quantity: int) -> bool:
    return offer is not None and offer.is_sellable and offer.unit_price is not None and available_quantity > 0


def _list_inputs(
    lines: list[CartLine], offers: Mapping[int, Offer], discounts: CartDiscounts | None = None
) -> list[LineInput]:
    return [
        LineInput(
            unit_price=price,
            quantity=line.quantity,
            discount=discounts.find(line.variant_id) if discounts else None,
        )
        for line in lines
        if (price := offers[line.variant_id].unit_price) is not None
    ]


def _list_options(
    contents: _Contents, place: Destination, *, currency: str, plan: DiscountPlan
) -> list[ShippingOption]:
    if not place.rates or not contents.counted:
        return []
    inputs = _list_inputs(contents.counted, contents.offers)
    listed = sum((line.unit_price * line.quantity for line in inputs), Money.zero(currency))
    return list_shipping_options(
        place,
        currency=currency,
        weight_grams=_weigh(contents.counted, contents.offers),
        goods=GoodsValue(listed=listed, paid=listed - plan.work_out().goods),
    )


def _weigh(lines: list[CartLine], offers: Mapping[int, Offer]) -> int:
    return sum(offers[line.variant_id].weight_grams * line.quantity for line in lines)


def _view_line(
    line: CartLine,
    currency: str,
    *,
    offer: Offer | None,
    available_quantity: int,
    totals: LineTotals | None,
    trace: Trace,
) -> CartLineView:
    seen = Money(line.seen_amount, currency).quantized() if line.seen_amount is not None else None
    left = available_quantity
    own = trace.narrow(line.variant_id)
    facts = LineFacts(
        line_id=line.pk,
        sku=offer.sku if offer else "",
        name=offer.product_name if offer else "",
        quantity=line.quantity,
        available_quantity=cap_left(left, wanted=line.quantity, most=settings.API_AVAILABLE_QUANTITY_CAP),
        # An offer without a price in this currency is still an article on sale in another one.
        is_on_sale=offer is not None and (offer.is_sellable or offer.unit_price is None),
        seen_price=seen,
        unit_price=offer.unit_price if offer else None,
    )
    return CartLineView(
        line_id=line.pk,
        variant_id=line.variant_id,
        sku=facts.sku,
        product_slug=offer.product_slug if offer else "",
        name=facts.name,
        variant_name=offer.variant_name if offer else "",
        options=offer.options if offer else (),
        image=offer.image if offer else None,
        weight_grams=offer.weight_grams if offer else 0,
        quantity=line.quantity,
        available_quantity=max(0, left),
        seen_price=seen,
        unit_price=facts.unit_price,
        compare_at=offer.compare_at if offer else None,
        totals=totals,
        problems=find_line_problems(facts),
        discounts=describe_trace(own),
        trace=own,
        price_list=offer.price_list if offer else "",
        next_step=offer.next_step if offer else None,
        is_digital=offer is not None and offer.is_digital,
        is_custom_made=offer is not None and offer.is_custom_made,
        is_fresh=offer is not None and offer.is_fresh,
        lowest_before=offer.lowest_before if offer else None,
    )


def _build_view(
    cart: Cart,
    lines: tuple[CartLineView, ...],
    totals: Totals,
    options: tuple[ShippingOption, ...],
    option: ShippingOption | None,
    *,
    has_delivery: bool,
) -> CartView:
    is_known = has_delivery and bool(cart.country)
    return CartView(
        cart_id=cart.pk,
        token=cart.token,
        currency=cart.currency,
        lines=lines,
        subtotal=totals.subtotal,
        discount=totals.discount,
        shipping=totals.shipping if option else None,
        shipping_discount=totals.shipping_discount,
        shipping_tax=totals.shipping_tax,
        tax=totals.tax if is_known else None,
        tax_rule=totals.tax_rule,
        total=totals.total,
        prices_include_tax=totals.prices_include_tax,
        weight_grams=sum(line.weight_grams * line.quantity for line in lines if line.is_counted),
        shipping_options=options,
        shipping_option=option,
        problems=_find_cart_problems(
            cart, option, is_known=is_known and any(line.is_counted for line in lines)
        ),
        missing_steps=_list_missing_steps(cart, lines, option),
    )


def _find_cart_problems(
    cart: Cart, option: ShippingOption | None, *, is_known: bool
) -> tuple[CartProblem, ...]:
    if not is_known or option is not None or not cart.shipping_method_code:
        return ()
    code = ProblemCode.SHIPPING_CHANGED
    return (CartProblem(code=code, message=describe_problem(code)),)


def _list_missing_steps(
    cart: Cart, lines: tuple[CartLineView, ...], option: ShippingOption | None
) -> tuple[str, ...]:
    has_address = bool(cart.country) and not check_postal_address(cart.postal_address)
    checks = {
        "cart": any(line.is_counted for line in lines),
        "contact": bool(cart.email),
        "address": has_address,
        "shipping": option is not None,
    }
    return tuple(step for step, is_done in checks.items() if not is_done)
