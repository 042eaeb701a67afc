"""Carts by program: the unguessable id in the address is the key to the cart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.orders import represent_order
from orders.api.serializers import (
    AddressInput,
    CartChangedSerializer,
    CartInput,
    CartSerializer,
    CheckoutInput,
    CouponInput,
    LineInput,
    OrderSerializer,
    OutOfStockSerializer,
    QuantityInput,
    ShippingMethodInput,
    ShippingMethodSerializer,
)
from orders.domain.carts import CartView, CartWish, GuestToken, WantedLine
from orders.domain.errors import AddressRefused, CartChanged
from orders.domain.lost_offers import list_lost_offers
from orders.domain.shown_offers import seal_offers, unseal_offers
from orders.models import Cart
from orders.queries.carts import get_cart_by_token, get_cart_view, get_new_cart_view
from orders.services import carts, checkout
from orders.services.coupon_tries import counted_try
from orders.services.unpaid_orders import place_in_row, stand_in_row
from orders.services.whole_carts import open_whole_cart
from shop.accounts.domain.postal import PostalAddress
from shop.kernel.money import Money
from shop.partners.api.idempotency import (
    IDEMPOTENCY_HEADER,
    OPTIONAL_IDEMPOTENCY_HEADER,
    idempotent,
    idempotent_if_asked,
)
from shop.partners.api.pagination import WholeResults
from shop.partners.api.parameters import CURRENCY, read_currency
from shop.partners.api.permissions import PUBLIC
from shop.partners.api.schema import LINKS, describe_conflict
from shop.partners.api.serializers import read_body, represent
from shop.partners.api.views import ApiView
from shop.partners.models import ApiKey
from shop.web.addresses import find_client_network

CREATED = 201
CART_ID = {"cart_id": "$response.body#/id"}
SAME_CART = {"cart_id": "$request.path.cart_id"}
PLACED = describe_conflict(text="The cart has become an order and cannot change any more.")
TOO_FEW = describe_conflict(
    OutOfStockSerializer, text="`out_of_stock` with what is left, `not_sellable` or `cart_already_placed`."
)
LINES_REFUSED = describe_conflict(
    OutOfStockSerializer,
    text="`out_of_stock` with what is left of the first such line, or `not_sellable`; `errors` names each line.",
)
COUPON_REFUSED = describe_conflict(
    text="`coupon_refused` with the reason in `detail`, or `cart_already_placed`."
)
CHANGED = describe_conflict(
    CartChangedSerializer, text="`cart_changed` or `out_of_stock`, with every line that differs."
)
CART_LINKS = {
    "cart": ("carts_read", CART_ID),
    "lines": ("cart_lines_create", CART_ID),
    "address": ("cart_address_update", CART_ID),
}
LINE_LINKS = {
    "change": ("cart_lines_update", {**SAME_CART, "line_id": "$response.body#/lines/0/id"}),
    "remove": ("cart_lines_delete", {**SAME_CART, "line_id": "$response.body#/lines/0/id"}),
    "address": ("cart_address_update", SAME_CART),
}
METHOD_LINKS = {
    "methods": ("cart_shipping_methods", SAME_CART),
    "method": ("cart_shipping_method_update", SAME_CART),
}
ORDER_PARAMETERS = {"number": "$response.body#/number", "token": "$response.body#/token"}
ORDER_LINKS = {
    "order": ("orders_read", ORDER_PARAMETERS),
    "payment": ("order_payments_create", ORDER_PARAMETERS),
}


@dataclass(frozen=True, kw_only=True)
class _CartAnswer:
    cart: Cart
    view: CartView

    @property
    def address(self) -> PostalAddress | None:
        return self.cart.postal_address if self.cart.country else None

    @property
    def shown_offers(self) -> str:
        return seal_offers(self.view.trace)

    @property
    def is_placed(self) -> bool:
        return self.cart.placed_at is not None


def _answer_cart(cart: Cart, *, view: CartView | None = None, status: int = 200) -> Response:
    answer = _CartAnswer(cart=cart, view=view or get_cart_view(cart))
    return Response(represent(CartSerializer, answer), status=status)


class CartsView(ApiView):
    """New carts."""

    scope = PUBLIC

    @extend_schema(
        operation_id="carts_create",
        tags=["carts"],
        parameters=[CURRENCY],
        request=CartInput,
        responses={201: CartSerializer, 409: LINES_REFUSED},
        extensions={LINKS: {"201": CART_LINKS}},
    )
    def post(self, request: Request) -> Response:
        """Open a cart: empty, or with its lines, address and shipping method. What is refused leaves nothing behind."""
        asked = read_currency(request)
        given = read_body(CartInput, request.data)
        wish = _read_wish(given, currency=given.pop("currency", asked))
        if not given:
            cart = carts.create_cart(currency=wish.currency, language=wish.language)
            return _answer_cart(cart, view=get_new_cart_view(cart), status=CREATED)
        try:
            cart, view = open_whole_cart(wish)
        except AddressRefused as error:
            raise ValidationError({"address": error.problems}, code=error.code) from error
        return _answer_cart(cart, view=view, status=CREATED)


def _read_wish(given: dict[str, Any], *, currency: str) -> CartWish:
    address = dict(given.get("address", {}))
    return CartWish(
        currency=currency,
        language=get_language() or "",
        lines=[WantedLine(**line) for line in given.get("lines", ())],
        email=address.pop("email", ""),
        address=PostalAddress(**address) if address else None,
        shipping_method_code=given.get("shipping_method", ""),
    )


class CartDetailView(ApiView):
    """One cart."""

    scope = PUBLIC

    @extend_schema(operation_id="carts_read", tags=["carts"], responses=CartSerializer)
    def get(self, request: Request, cart_id: str) -> Response:
        """The lines with their price trace, the totals and the problems."""
        return _answer_cart(get_cart_by_token(cart_id))


class CartLinesView(ApiView):
    """A cart's lines."""

    scope = PUBLIC

    @extend_schema(
        operation_id="cart_lines_create",
        tags=["carts"],
        parameters=[OPTIONAL_IDEMPOTENCY_HEADER],
        request=LineInput,
        responses={201: CartSerializer, 409: TOO_FEW},
        extensions={LINKS: {"201": LINE_LINKS}},
    )
    @idempotent_if_asked
    def post(self, request: Request, cart_id: str) -> Response:
        """Put an article into the cart; more of the same adds up."""
        given = read_body(LineInput, request.data)
        line = carts.add_line(GuestToken(cart_id), sku=given["sku"], quantity=given["quantity"])
        return _answer_cart(line.cart, status=CREATED)


class CartLineDetailView(ApiView):
    """One line of a cart."""

    scope = PUBLIC

    @extend_schema(
        operation_id="cart_lines_update",
        tags=["carts"],
        parameters=[OPTIONAL_IDEMPOTENCY_HEADER],
        request=QuantityInput,
        responses={200: CartSerializer, 409: TOO_FEW},
    )
    @idempotent_if_asked
    def patch(self, request: Request, cart_id: str, line_id: int) -> Response:
        """Choose how many."""
        given = read_body(QuantityInput, request.data)
        cart = get_cart_by_token(cart_id)
        carts.set_line_quantity(cart.pk, line_id=line_id, quantity=given["quantity"])
        return _answer_cart(get_cart_by_token(cart_id))

    @extend_schema(
        operation_id="cart_lines_delete",
        tags=["carts"],
        parameters=[OPTIONAL_IDEMPOTENCY_HEADER],
        responses={200: CartSerializer, 409: PLACED},
    )
    @idempotent_if_asked
    def delete(self, request: Request, cart_id: str, line_id: int) -> Response:
        """Take the article out; answers the cart."""
        carts.remove_line(get_cart_by_token(cart_id).pk, line_id=line_id)
        return _answer_cart(get_cart_by_token(cart_id))


class CartCouponsView(ApiView):
    """A cart's codes."""

    scope = PUBLIC

    @extend_schema(
        operation_id="cart_coupons_create",
        tags=["carts"],
        parameters=[OPTIONAL_IDEMPOTENCY_HEADER],
        request=CouponInput,
        responses={201: CartSerializer, 409: COUPON_REFUSED},
    )
    def post(self, request: Request, cart_id: str) -> Response:
        """Enter a code; what it takes off, or why nothing, stands in the cart. The same code twice is one."""
        code = read_body(CouponInput, request.data)["code"]
        cart = get_cart_by_token(cart_id)
        with counted_try(cart.pk, address=_find_guest_address(request)):
            return self._keep(request, cart=cart, code=code)

    @idempotent_if_asked
    def _keep(self, _request: Request, *, cart: Cart, code: str) -> Response:
        return _answer_cart(carts.add_coupon(cart.pk, code=code), status=CREATED)


class CartCouponDetailView(ApiView):
    """One code of a cart."""

    scope = PUBLIC

    @extend_schema(
        operation_id="cart_coupons_delete", tags=["carts"], responses={200: CartSerializer, 409: PLACED}
    )
    def delete(self, request: Request, cart_id: str, code: str) -> Response:
        """Forget a code; answers the cart."""
        return _answer_cart(carts.remove_coupon(get_cart_by_token(cart_id).pk, code=code))


class CartAddressView(ApiView):
    """A cart's contact and address."""

    scope = PUBLIC

    @extend_schema(
        operation_id="cart_address_update",
        tags=["carts"],
        parameters=[OPTIONAL_IDEMPOTENCY_HEADER],
        request=AddressInput,
        responses={200: CartSerializer, 409: PLACED},
        extensions={LINKS: {"200": METHOD_LINKS}},
    )
    @idempotent_if_asked
    def put(self, request: Request, cart_id: str) -> Response:
        """Set who buys and where it goes; answers the cart with its taxes."""
        given = read_body(AddressInput, request.data)
        email, address = given.pop("email"), PostalAddress(**given)
        try:
            cart = checkout.set_address(GuestToken(cart_id), email=email, address=address)
        except AddressRefused as error:
            raise ValidationError(error.problems, code=error.code) from error
        return _answer_cart(cart)


class CartShippingMethodsView(ApiView):
    """How a cart can be delivered."""

    scope = PUBLIC
    pagination_class = WholeResults

    @extend_schema(
        operation_id="cart_shipping_methods", tags=["carts"], responses=ShippingMethodSerializer(many=True)
    )
    def get(self, request: Request, cart_id: str) -> Response:
        """The methods for the cart's address and weight; none before there is an address."""
        view = get_cart_view(get_cart_by_token(cart_id))
        methods = ShippingMethodSerializer(view.shipping_options, many=True).data
        return WholeResults().get_paginated_response(methods)


class CartShippingMethodView(ApiView):
    """A cart's chosen delivery."""

    scope = PUBLIC

    @extend_schema(
        operation_id="cart_shipping_method_update",
        tags=["carts"],
        parameters=[OPTIONAL_IDEMPOTENCY_HEADER],
        request=ShippingMethodInput,
        responses={200: CartSerializer, 409: PLACED},
        extensions={LINKS: {"200": {"checkout": ("cart_checkout", SAME_CART)}}},
    )
    @idempotent_if_asked
    def put(self, request: Request, cart_id: str) -> Response:
        """Choose how to deliver; answers the cart with its final totals."""
        given = read_body(ShippingMethodInput, request.data)
        cart, view = checkout.set_shipping_method(GuestToken(cart_id), code=given["code"])
        return _answer_cart(cart, view=view)


class CartCheckoutView(ApiView):
    """From cart to order."""

    scope = PUBLIC

    @extend_schema(
        operation_id="cart_checkout",
        tags=["carts"],
        parameters=[IDEMPOTENCY_HEADER],
        request=CheckoutInput,
        responses={201: OrderSerializer, 409: CHANGED},
        extensions={LINKS: {"201": ORDER_LINKS}},
    )
    def post(self, request: Request, cart_id: str) -> Response:
        """Place the order; its stock is held from here on. What has changed is told once, then it is accepted."""
        body = read_body(CheckoutInput, request.data)
        cart = get_cart_by_token(cart_id)
        try:
            with stand_in_row(cart, address=_find_guest_address(request)) as before:
                return self._place(request, body, cart=cart, before=before)
        except CartChanged as error:
            carts.accept_prices(cart.pk, problems=error.problems)
            raise _name_lost_offers(error, body.get("shown_offers", ""), cart) from error

    @idempotent
    def _place(
        self, _request: Request, body: Mapping[str, Any], *, cart: Cart, before: list[int]
    ) -> Response:
        expected = body.get("expected_total")
        total = Money(**expected) if expected else None
        if "payment_method" in body and cart.placed_at is None:
            cart = checkout.set_payment_method(cart.pk, code=body["payment_method"])
        order = place_in_row(cart, before, expected_total=total)
        return Response(represent_order(order), status=CREATED)


def _name_lost_offers(error: CartChanged, sealed: str, cart: Cart) -> CartChanged:
    """The same refusal, with the offers first that were shown and do not count any more."""
    shown = unseal_offers(sealed)
    lost = list_lost_offers(shown, get_cart_view(cart)) if shown.applied else ()
    return type(error)((*lost, *error.problems))


def _find_guest_address(request: Request) -> str:
    """Empty for a partner's key: its server speaks for many shoppers, and the operator can revoke it."""
    return "" if isinstance(request.auth, ApiKey) else find_client_network(request)
