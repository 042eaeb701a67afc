"""What orders tells the apps above it; every value is plain, so that it survives the outbox."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from shop.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CartLineAdded(Event):
    """A shopper put an article into the cart. `user_id` is 0 for a guest."""

    topic: ClassVar[str] = "orders.cart_line_added"

    cart_token: str
    user_id: int
    variant_id: int
    quantity: int
    unit_amount: Decimal
    currency: str

    @property
    def key(self) -> str:
        """Events of one cart stay in order."""
        return f"cart:{self.cart_token}"


@dataclass(frozen=True, kw_only=True)
class CheckoutStarted(Event):
    """A cart was taken to the checkout for the first time."""

    topic: ClassVar[str] = "orders.checkout_started"

    cart_token: str
    user_id: int
    value_amount: Decimal
    currency: str

    @property
    def key(self) -> str:
        """Events of one cart stay in order."""
        return f"cart:{self.cart_token}"


@dataclass(frozen=True, kw_only=True)
class OrderEventBase(Event):
    """What all events of an order carry."""

    order_id: int
    number: str

    @property
    def key(self) -> str:
        """Events of one order stay in order."""
        return f"order:{self.order_id}"


@dataclass(frozen=True, kw_only=True)
class ConfirmationWanted(OrderEventBase):
    """An operator wants the shopper to get the confirmation again; `turn` tells one such wish from another."""

    topic: ClassVar[str] = "orders.confirmation_wanted"

    turn: int


@dataclass(frozen=True, kw_only=True)
class OrderLinesCancelled(OrderEventBase):
    """Articles were taken out of a paid order; `amount` is what was paid for them, `turn` the timeline's row."""

    topic: ClassVar[str] = "orders.lines_cancelled"

    turn: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class OrderAddressChanged(OrderEventBase):
    """The order goes elsewhere; `turn` tells one change from another."""

    topic: ClassVar[str] = "orders.address_changed"

    turn: int


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(OrderEventBase):
    """An order exists and its stock is held; it waits for payment."""

    topic: ClassVar[str] = "orders.order_placed"

    cart_token: str
    total_amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class OrderPaid(OrderEventBase):
    """All the money is here and the stock is ours for good."""

    topic: ClassVar[str] = "orders.order_paid"

    total_amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(OrderEventBase):
    """The order does not stand any more; what was captured must go back."""

    topic: ClassVar[str] = "orders.order_cancelled"

    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderCompleted(OrderEventBase):
    """Delivered and accepted."""

    topic: ClassVar[str] = "orders.order_completed"


@dataclass(frozen=True, kw_only=True)
class GroupClosed(Event):
    """A group takes nobody any more; `status` says whether it is completed or released, `people` how many paid."""

    topic: ClassVar[str] = "orders.group_closed"

    group_id: int
    token: str
    status: str
    people: int

    @property
    def key(self) -> str:
        """Events of one group stay in order."""
        return f"group:{self.group_id}"


@dataclass(frozen=True, kw_only=True)
class GroupOrderReleased(OrderEventBase):
    """A member's order may be packed; `returned_amount` of what was paid must go back, because more people came."""

    topic: ClassVar[str] = "orders.group_order_released"

    place_id: int
    people: int
    percent: Decimal
    returned_amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class ShipmentUpdated(OrderEventBase):
    """A parcel has news; `number` is the order's."""

    topic: ClassVar[str] = "orders.shipment_updated"

    shipment_id: int
    status: str


@dataclass(frozen=True, kw_only=True)
class ParcelStalled(OrderEventBase):
    """A parcel has had no news for too long; `number` is the order's."""

    topic: ClassVar[str] = "orders.parcel_stalled"

    shipment_id: int
    carrier: str
    tracking_number: str


@dataclass(frozen=True, kw_only=True)
class ArrivalUnconfirmed(OrderEventBase):
    """Everything arrived a while ago, and the shopper has not said so."""

    topic: ClassVar[str] = "orders.arrival_unconfirmed"
