"""Shapes of carts and orders in the store API."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.domain.promotions.traces import Outcome
from orders.domain.carts import MOST_WANTED_LINES, CartLineView
from orders.domain.problems import ProblemCode
from orders.domain.quantities import MAX_LINE_QUANTITY, MIN_LINE_QUANTITY
from orders.domain.shown_offers import MOST_LETTERS
from orders.domain.states import FulfilmentStatus, OrderStatus, PaymentStatus, ShipmentStatus
from shop.partners.api.serializers import CurrencyChoice, MoneyField, ProblemSerializer, StrictSerializer


class NullableMoneyField(MoneyField):
    """A price that is not known yet, or that there is not."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)


class LineInput(StrictSerializer):
    """An article and how many of it. There is no price: it is ours to say."""

    sku = serializers.CharField(max_length=120)
    quantity = serializers.IntegerField(
        min_value=MIN_LINE_QUANTITY, max_value=MAX_LINE_QUANTITY, required=False, default=1
    )


class QuantityInput(StrictSerializer):
    """How many of a line."""

    quantity = serializers.IntegerField(min_value=MIN_LINE_QUANTITY, max_value=MAX_LINE_QUANTITY)


class AddressInput(StrictSerializer):
    """Who buys and where it goes; which fields are needed depends on the country."""

    email = serializers.EmailField(max_length=254)
    first_name = serializers.CharField(max_length=80)
    last_name = serializers.CharField(max_length=80)
    line1 = serializers.CharField(max_length=120)
    line2 = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    city = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    region = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    country = serializers.RegexField("^[A-Z]{2}$", help_text="ISO 3166-1 alpha-2.")
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")


class ShippingMethodInput(StrictSerializer):
    """The chosen way to deliver."""

    code = serializers.CharField(max_length=50)


class CartInput(StrictSerializer):
    """A new cart: empty, or with all that is known of it already."""

    currency = CurrencyChoice(required=False)
    lines: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=LineInput(), required=False, max_length=MOST_WANTED_LINES
    )
    address = AddressInput(required=False)
    shipping_method = serializers.CharField(
        max_length=50, required=False, help_text="The `code` of one that is offered for these lines there."
    )


class MoneyInput(StrictSerializer):
    """An amount in a currency."""

    amount = serializers.DecimalField(max_digits=16, decimal_places=3, min_value=Decimal(0))
    currency = CurrencyChoice()


class CheckoutInput(StrictSerializer):
    """The total that the shopper was shown, if the caller wants it to be checked, and how the shopper will pay."""

    expected_total = MoneyInput(required=False)
    payment_method = serializers.SlugField(
        required=False,
        max_length=30,
        help_text="Only where an offer asks for it: the order can then be paid in no other way.",
    )
    shown_offers = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MOST_LETTERS,
        help_text="As the cart gave it: an offer that has ended since is then named, line by line.",
    )


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["name", "value"],
            "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
        },
    }
)
class OptionsField(serializers.Field[Any, Any, list[dict[str, str]], Any]):
    """Option names with their values. Read only."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> list[dict[str, str]]:
        """Pairs as objects."""
        return [{"name": name, "value": choice} for name, choice in value]


class ProblemPartSerializer(serializers.Serializer[Any]):
    """What differs between what was seen and what is true."""

    code = serializers.ChoiceField(choices=[code.value for code in ProblemCode])
    message = serializers.CharField()
    available_quantity = serializers.SerializerMethodField(allow_null=True)
    old = NullableMoneyField()
    new = NullableMoneyField()

    def get_available_quantity(self, problem: Any) -> int | None:
        """What is left, no more exactly than the public may know."""
        return cap_quantity(problem.available_quantity)


class DiscountSerializer(serializers.Serializer[Any]):
    """What one promotion takes off; of a line, the line's own share."""

    promotion = serializers.CharField(source="key")
    title = serializers.CharField()
    coupon_code = serializers.CharField(allow_blank=True)
    amount = MoneyField()


class TraceEntrySerializer(DiscountSerializer):
    """A promotion that was looked at, what came of it, and why, in words; ``amount`` is zero unless it applied."""

    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    reasons = serializers.ListField(child=serializers.CharField())


class CouponSerializer(serializers.Serializer[Any]):
    """A code that was entered; ``message`` says why it takes nothing off, or not yet."""

    code = serializers.CharField()
    is_applied = serializers.BooleanField()
    message = serializers.CharField(allow_blank=True)


class CouponInput(StrictSerializer):
    """A code, in any case."""

    code = serializers.CharField(max_length=40)


class CartLineSerializer(serializers.Serializer[CartLineView]):
    """One article with its price trace: what was seen, what it costs now, what that comes to."""

    id = serializers.IntegerField(source="line_id")
    sku = serializers.CharField()
    name = serializers.CharField()
    variant_name = serializers.CharField()
    options = OptionsField()
    quantity = serializers.IntegerField()
    available_quantity = serializers.SerializerMethodField()
    seen_price = NullableMoneyField()
    unit_price = NullableMoneyField()
    compare_at_price = NullableMoneyField(source="compare_at")
    subtotal = NullableMoneyField(source="totals.subtotal", default=None)
    discount = NullableMoneyField(source="totals.discount", default=None)
    discounts = DiscountSerializer(many=True)
    tax = NullableMoneyField(source="totals.tax", default=None)
    problems = ProblemPartSerializer(many=True)

    def get_available_quantity(self, line: CartLineView) -> int:
        """What is left, no more exactly than the public may know."""
        return cap_quantity(line.available_quantity) or 0


def cap_quantity(quantity: int | None) -> int | None:
    """Exact stock is not public."""
    return None if quantity is None else min(quantity, settings.API_AVAILABLE_QUANTITY_CAP)


class OutOfStockSerializer(ProblemSerializer):
    """409 when more was asked for than is left; nothing was changed. ``available_quantity`` is capped."""

    sku = serializers.CharField(required=False)
    requested_quantity = serializers.IntegerField(required=False)
    available_quantity = serializers.IntegerField(required=False, min_value=0)


class ChangedLineSerializer(serializers.Serializer[Any]):
    """One difference; ``line_id`` is null when it concerns the whole cart."""

    line_id = serializers.IntegerField(allow_null=True)
    sku = serializers.CharField(allow_blank=True)
    code = serializers.ChoiceField(choices=[code.value for code in ProblemCode])
    message = serializers.CharField()
    available_quantity = serializers.IntegerField(allow_null=True)
    old = NullableMoneyField()
    new = NullableMoneyField()


class CartChangedSerializer(ProblemSerializer):
    """409 when what was shown is not what is true now: ``cart_changed`` or ``out_of_stock`` with the lines."""

    lines = ChangedLineSerializer(many=True, required=False)


class ShippingMethodSerializer(serializers.Serializer[Any]):
    """A way to deliver, as it is offered for this cart."""

    code = serializers.CharField()
    name = serializers.CharField()
    price = MoneyField()
    promise = serializers.CharField()


class AddressSerializer(serializers.Serializer[Any]):
    """Where it goes."""

    first_name = serializers.CharField()
    last_name = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postal_code = serializers.CharField()
    country = serializers.CharField()
    phone = serializers.CharField()


class CartSerializer(serializers.Serializer[Any]):
    """A cart; `shipping` and `tax` are null while the destination is unknown."""

    id = serializers.CharField(source="view.token")
    currency = serializers.CharField(source="view.currency")
    lines = CartLineSerializer(source="view.lines", many=True)
    quantity = serializers.IntegerField(source="view.quantity")
    subtotal = MoneyField(source="view.subtotal")
    discount = MoneyField(source="view.discount")
    discounts = DiscountSerializer(source="view.applied", many=True)
    trace = TraceEntrySerializer(source="view.promotions", many=True)
    coupons = CouponSerializer(source="view.coupons", many=True)
    shipping = NullableMoneyField(source="view.shipping")
    shipping_discount = NullableMoneyField(source="view.shipping_discount")
    tax = NullableMoneyField(source="view.tax")
    total = MoneyField(source="view.total")
    shown_offers = serializers.CharField(
        allow_blank=True, help_text="For `expected_total`: send it back with the total that was shown."
    )
    prices_include_tax = serializers.BooleanField(source="view.prices_include_tax")
    email = serializers.CharField(source="cart.email")
    address = AddressSerializer(allow_null=True)
    shipping_method = ShippingMethodSerializer(source="view.shipping_option", allow_null=True)
    problems = ProblemPartSerializer(source="view.problems", many=True)
    missing_steps = serializers.ListField(
        child=serializers.ChoiceField(choices=["cart", "contact", "address", "shipping"]),
        source="view.missing_steps",
    )
    is_placed = serializers.BooleanField()


class OrderLineSerializer(serializers.Serializer[Any]):
    """One article as it was sold."""

    sku = serializers.CharField()
    name = serializers.CharField(source="product_name")
    variant_name = serializers.CharField()
    options = OptionsField()
    quantity = serializers.IntegerField()
    shipped_quantity = serializers.IntegerField()
    cancelled_quantity = serializers.IntegerField()
    unit_price = MoneyField()
    subtotal = MoneyField()
    discount = MoneyField()
    discounts = DiscountSerializer(many=True)
    tax = MoneyField()


class TimelineSerializer(serializers.Serializer[Any]):
    """One thing that happened, in plain words."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    text = serializers.CharField()


class TrackingNodeSerializer(serializers.Serializer[Any]):
    """One stop of a parcel."""

    status = serializers.ChoiceField(choices=ShipmentStatus.values)
    place = serializers.CharField()
    message = serializers.CharField()
    occurred_at = serializers.DateTimeField()


class ParcelLineSerializer(serializers.Serializer[Any]):
    """How much of an article is in a parcel."""

    sku = serializers.CharField(source="order_line.sku")
    quantity = serializers.IntegerField()


class ParcelSerializer(serializers.Serializer[Any]):
    """A parcel and its way."""

    number = serializers.CharField()
    status = serializers.ChoiceField(choices=ShipmentStatus.values)
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    lines = ParcelLineSerializer(many=True)
    nodes = TrackingNodeSerializer(many=True)


class OrderPaymentPartSerializer(serializers.Serializer[Any]):
    """A payment of the order."""

    id = serializers.IntegerField()
    gateway = serializers.CharField()
    status = serializers.CharField()
    amount = MoneyField()
    message = serializers.CharField()
    created_at = serializers.DateTimeField()


class OrderSummarySerializer(serializers.Serializer[Any]):
    """An order as a list shows it."""

    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.values)
    payment_status = serializers.ChoiceField(choices=PaymentStatus.values)
    fulfilment_status = serializers.ChoiceField(choices=FulfilmentStatus.values)
    currency = serializers.CharField()
    subtotal = MoneyField()
    discount = MoneyField()
    discounts = DiscountSerializer(many=True)
    coupon_codes = serializers.ListField(child=serializers.CharField())
    shipping = MoneyField()
    shipping_discount = MoneyField()
    tax = MoneyField()
    total = MoneyField()
    refunded = MoneyField()
    prices_include_tax = serializers.BooleanField()
    email = serializers.CharField()
    address = AddressSerializer(source="postal_address")
    shipping_method = serializers.CharField(source="shipping_method_name")
    placed_at = serializers.DateTimeField()
    payment_due_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    # No choice field: what describes them drops the empty one.
    hold_reason = serializers.CharField(
        help_text="Empty, or why a paid order is not packed yet: `group` (waits for its buying group), `operator`."
    )
    lines = OrderLineSerializer(source="lines.all", many=True)


class OrderSerializer(OrderSummarySerializer):
    """An order with all that has happened to it."""

    lines = OrderLineSerializer(many=True)
    token = serializers.CharField()
    hold_text = serializers.CharField(
        help_text="What it waits for before it is packed; empty when for nothing."
    )
    timeline = TimelineSerializer(many=True)
    payments = OrderPaymentPartSerializer(many=True)
    shipments = ParcelSerializer(source="parcels", many=True)
