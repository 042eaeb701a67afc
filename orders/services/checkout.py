"""From cart to order: contact, address, delivery, and the one transaction that places the order."""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.utils.translation import get_language

from catalog.domain.promotions.errors import PromotionGone
from catalog.domain.promotions.payment_methods import list_payment_methods
from catalog.domain.promotions.words import get_title
from catalog.services.promotions.redemptions import redeem_promotions
from inventory.domain.errors import OutOfStock
from inventory.domain.requests import StockRequest
from inventory.services.reservations import reserve_stock
from orders import locks
from orders.domain.carts import CartKey, CartLineView, CartView
from orders.domain.errors import (
    AddressRefused,
    CartChanged,
    CartOutOfStock,
    CheckoutIncomplete,
    MissingStep,
    PaymentMethodNotOffered,
    ShippingMethodNotOffered,
)
from orders.domain.events import CheckoutStarted, OrderPlaced
from orders.domain.groups import GroupPriceGone
from orders.domain.problems import CartProblem, ProblemCode, describe_problem
from orders.domain.quantities import cap_left
from orders.domain.states import HoldReason
from orders.models import Cart, Order, OrderEvent, OrderLine
from orders.queries.carts import get_cart_view
from orders.queries.promotions import get_customer_keys
from orders.services.carts import lock_open_cart, touch_cart
from orders.services.groups.places import take_place
from orders.services.lifecycle import mark_paid
from shop.accounts.domain.postal import PostalAddress, check_postal_address, load_country_rule
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.ids import new_number
from shop.kernel.money import Money
from shop.kernel.postgres.statements import RowInsert
from shop.kernel.transactions import transactional

POSTAL_FIELDS = PostalAddress.field_names()
_NEW_ORDER, _NEW_LINES, _NEW_EVENT = (
    RowInsert(Order, unless_taken="number"),
    RowInsert(OrderLine),
    RowInsert(OrderEvent),
)


@transactional
def start_checkout(cart_id: int) -> Cart:
    """Note that the shopper came to the checkout; publishes CheckoutStarted the first time. May be repeated."""
    cart = lock_open_cart(cart_id)
    if cart.checkout_started_at is None:
        cart.checkout_started_at = now()
        touch_cart(cart, "checkout_started_at")
        view = get_cart_view(cart, has_delivery=False)
        publish(
            CheckoutStarted(
                cart_token=cart.token,
                user_id=cart.user_id or 0,
                value_amount=view.total.amount,
                currency=cart.currency,
            )
        )
    return cart


@transactional
def set_address(key: CartKey, *, email: str, address: PostalAddress) -> Cart:
    """Set who buys and where it goes; the chosen delivery is kept while it is offered there.

    Raises AddressRefused naming every field that breaks the country's rules, CartAlreadyPlaced. May be repeated.
    """
    cart = lock_open_cart(key)
    fill_contact(cart, email=email, address=address)
    touch_cart(cart, "email", "language", *POSTAL_FIELDS)
    return cart


def fill_contact(cart: Cart, *, email: str, address: PostalAddress) -> None:
    """Put the checked contact into a cart that is then saved; raises AddressRefused naming every wrong field."""
    tidy = tidy_address(address)
    problems = check_postal_address(tidy)
    if problems:
        raise AddressRefused({problem.field: str(problem.message) for problem in reversed(problems)})
    cart.email = email.strip()
    cart.fill_address(tidy)
    cart.language = get_language() or settings.LANGUAGE_CODE


def tidy_address(address: PostalAddress) -> PostalAddress:
    """Trim every field, and name the region by its code, however it was written."""
    values = {name: " ".join(getattr(address, name).split()) for name in POSTAL_FIELDS}
    rule = load_country_rule(values["country"])
    wanted = values["region"].casefold()
    for key, label in rule.region_choices if rule and wanted else ():
        if wanted in {key.casefold(), label.casefold(), *label.casefold().split(" ")}:
            values["region"] = key
            break
    return PostalAddress(**values)


@transactional
def set_shipping_method(key: CartKey, *, code: str) -> tuple[Cart, CartView]:
    """Choose how to deliver; the cart, and what it comes to by it. May be repeated.

    Raises ShippingMethodNotOffered, CartAlreadyPlaced.
    """
    cart = lock_open_cart(key)
    cart.shipping_method_code = code
    view = get_cart_view(cart)
    if view.shipping_option is None:
        raise ShippingMethodNotOffered(code)
    touch_cart(cart, "shipping_method_code")
    return cart, view


@transactional
def set_payment_method(cart_id: int, *, code: str) -> Cart:
    """Choose how to pay where a promotion asks for it; an empty code leaves it to the till.

    Raises PaymentMethodNotOffered, CartAlreadyPlaced. May be repeated.
    """
    cart = lock_open_cart(cart_id)
    if code and code not in {method.code for method in list_payment_methods()}:
        raise PaymentMethodNotOffered(code)
    cart.payment_method = code
    touch_cart(cart, "payment_method")
    return cart


@transactional
def place_order(cart_id: int, *, expected_total: Money | None) -> Order:
    """Make the cart an order: prices and stock are checked again, everything is snapshotted, the stock is held.

    Locks the cart, then its group, then the limits of its promotions, then (late) the stock. Publishes OrderPlaced.
    May be repeated: a cart becomes one order, and the same order is the answer every time. Raises CheckoutIncomplete,
    CartChanged with every difference to what was shown (without `expected_total`, to the prices last seen),
    CartOutOfStock, and for a group's cart GroupPriceGone, GroupFull, GroupClosed, AlreadyInGroup; then nothing has changed.
    """
    cart = locks.lock_cart(cart_id)
    if cart.placed_at is not None:
        return Order.objects.get(cart=cart)
    view = get_cart_view(cart, is_exact=True)
    _refuse_changes(view, expected_total)
    for step in view.missing_steps:
        raise CheckoutIncomplete(MissingStep(step=step))
    _refuse_lost_group(cart, view)
    order = _create_order(cart, view)
    lines = _NEW_LINES.run_many(_build_lines(order, view))
    _close_cart(cart)
    placed = _tell_placed(order, cart)
    if cart.group_promotion_id is not None:
        take_place(order, cart, variant_id=view.lines[0].variant_id, customer_keys=get_customer_keys(cart))
    _take_promotions(order, cart, view)
    _hold_stock(order, view)
    if order.total_amount:
        order.placed_with = (lines, [placed])
    else:
        mark_paid(order.pk, amount=Money.zero(order.currency), reference="free")
        order.refresh_from_db()
    return order


def _refuse_changes(view: CartView, expected_total: Money | None) -> None:
    blocking = view.blocking_problems
    if blocking:
        is_stock = all(one.code in {ProblemCode.SOLD_OUT, ProblemCode.FEWER_LEFT} for one in blocking)
        raise (CartOutOfStock if is_stock else CartChanged)(view.all_problems)
    changes = (*view.changed_prices, *view.refused_coupons)
    if expected_total is None:
        if changes:
            raise CartChanged(changes)
    elif expected_total != view.total and not view.missing_steps:
        raise CartChanged((*changes, _build_total_problem(expected_total, view.total)))


def _refuse_lost_group(cart: Cart, view: CartView) -> None:
    """Who buys with a group buys at its price or not at all."""
    wanted = cart.group_promotion_id
    if wanted is not None and wanted not in {entry.promotion_id for entry in view.trace.applied}:
        raise GroupPriceGone


def _build_total_problem(old: Money, new: Money) -> CartProblem:
    code = ProblemCode.TOTAL_CHANGED
    return CartProblem(code=code, message=describe_problem(code), old=old, new=new)


def _take_promotions(order: Order, cart: Cart, view: CartView) -> None:
    """Before the stock: both become scarcer, and the shelves are held the shortest."""
    try:
        redeem_promotions(order.promotion_reference, trace=view.trace, customer_keys=get_customer_keys(cart))
    except PromotionGone as error:
        code = ProblemCode.PROMOTION_GONE
        raise CartChanged(
            [CartProblem(code=code, message=describe_problem(code), name=get_title(error.titles))]
        ) from error


def _create_order(cart: Cart, view: CartView) -> Order:
    option = view.shipping_option
    if option is None or view.shipping is None:
        raise CheckoutIncomplete(MissingStep(step="shipping"))
    instant = now()
    order = Order(
        number=new_number("S"),
        cart=cart,
        user_id=cart.user_id,
        email=cart.email,
        language=get_language() or cart.language or settings.LANGUAGE_CODE,
        currency=view.currency,
        prices_include_tax=view.prices_include_tax,
        subtotal_amount=view.subtotal.amount,
        discount_amount=view.discount.amount,
        shipping_amount=view.shipping.amount,
        shipping_discount_amount=view.shipping_discount.amount if view.shipping_discount else Decimal(0),
        shipping_tax_amount=view.shipping_tax.amount,
        tax_amount=(view.tax or view.shipping_tax).amount,
        total_amount=view.total.amount,
        channel=cart.channel,
        hold_reason=HoldReason.GROUP if cart.group_promotion_id is not None else "",
        coupon_codes=[coupon.code for coupon in view.coupons if coupon.is_applied],
        promotion_trace=view.trace.to_json() if view.trace.entries else {},
        payment_method=view.payment_method,
        shipping_method_code=option.code,
        shipping_method_name=option.name,
        shipping_carrier=option.carrier,
        promised_days_from=option.days_from,
        promised_days_to=option.days_to,
        placed_at=instant,
        payment_due_at=instant + timedelta(minutes=settings.ORDER_PAYMENT_MINUTES),
    )
    order.fill_address(cart.postal_address)
    while not _NEW_ORDER.try_run(order):
        order.number = new_number("S")
    return order


def _build_lines(order: Order, view: CartView) -> list[OrderLine]:
    return [_build_line(order, line, position, view) for position, line in enumerate(view.lines, start=1)]


def _build_line(order: Order, line: CartLineView, position: int, view: CartView) -> OrderLine:
    if line.totals is None or line.unit_price is None:
        raise CartChanged(line.problems)
    return OrderLine(
        order=order,
        variant_id=line.variant_id,
        position=position,
        sku=line.sku,
        product_slug=line.product_slug,
        product_name=line.name,
        variant_name=line.variant_name,
        options=[list(pair) for pair in line.options],
        weight_grams=line.weight_grams,
        unit_amount=line.unit_price.amount,
        quantity=line.quantity,
        subtotal_amount=line.totals.subtotal.amount,
        discount_amount=line.totals.discount.amount,
        tax_percent=view.tax_rule.percent,
        tax_amount=line.totals.tax.amount,
        price_trace=_trace_price(line),
        is_digital=line.is_digital,
        is_custom_made=line.is_custom_made,
        is_fresh=line.is_fresh,
    )


def _trace_price(line: CartLineView) -> dict[str, object]:
    """What explains the line's price later: its part of each discount, and the price list."""
    trace = line.trace.to_json() if line.trace and line.trace.entries else {}
    return trace | ({"price_list": line.price_list} if line.price_list else {})


def _close_cart(cart: Cart) -> None:
    cart.placed_at = now()
    touch_cart(cart, "placed_at")


def _hold_stock(order: Order, view: CartView) -> None:
    """Last, so that the shelves are locked for as short a time as can be."""
    requests = [StockRequest(variant_id=line.variant_id, quantity=line.quantity) for line in view.lines]
    try:
        reserve_stock(
            order.reference,
            lines=requests,
            expires_at=order.payment_due_at,
            country=order.country,
            channel=order.channel,
        )
    except OutOfStock as error:
        left = {shortage.variant_id: shortage.available_quantity for shortage in error.shortages}
        raise CartOutOfStock(
            [_build_shortage(line, left[line.variant_id]) for line in view.lines if line.variant_id in left]
        ) from error


def _build_shortage(line: CartLineView, left: int) -> CartProblem:
    told = cap_left(left, wanted=line.quantity, most=settings.API_AVAILABLE_QUANTITY_CAP)
    code = ProblemCode.FEWER_LEFT if left > 0 else ProblemCode.SOLD_OUT
    return CartProblem(
        code=code,
        message=describe_problem(code, available_quantity=told),
        line_id=line.line_id,
        sku=line.sku,
        name=line.name,
        available_quantity=told,
    )


def _tell_placed(order: Order, cart: Cart) -> OrderEvent:
    event = _NEW_EVENT.run(
        OrderEvent(
            order=order,
            kind="order.placed",
            axis="order",
            new_state=order.status,
            actor=f"user:{order.user_id}" if order.user_id else "guest",
            created_at=order.placed_at,
        )
    )
    publish(
        OrderPlaced(
            order_id=order.pk,
            number=order.number,
            cart_token=cart.token,
            total_amount=order.total_amount,
            currency=order.currency,
        )
    )
    return event
