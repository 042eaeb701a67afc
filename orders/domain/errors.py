"""What can go wrong with carts and orders, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from orders.domain.outcomes import CancelReason
from orders.domain.problems import CartProblem
from shop.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from shop.kernel.money import Money


class CartNotFound(NotFound):
    """No open cart has this token."""

    def __init__(self) -> None:
        super().__init__(_("This cart does not exist any more."))


class CartAlreadyPlaced(Conflict):
    """The cart has become an order; it cannot change any more."""

    code = "cart_already_placed"

    def __init__(self) -> None:
        super().__init__(_("This cart has already become an order."))


class LineNotFound(NotFound):
    """The cart has no such line."""

    def __init__(self) -> None:
        super().__init__(_("This line is not in the cart."))


class ArticleNotFound(NotFound):
    """Nothing with this SKU is sold."""

    def __init__(self, sku: str) -> None:
        super().__init__(_("There is no article with this number."), field="sku", sku=sku)


class UnknownSku(Invalid):
    """A line of a new cart names nothing that is sold: what is wrong is the body, not the address."""

    code = "unknown_sku"

    def __init__(self, sku: str) -> None:
        super().__init__(_("There is no article with this number."), field="sku", sku=sku)


class NotSellable(Conflict):
    """The article exists, but not for sale in this currency now."""

    code = "not_sellable"

    def __init__(self, sku: str) -> None:
        super().__init__(_("This article is not for sale at the moment."), field="sku", sku=sku)


class InvalidQuantity(Invalid):
    """Not a whole number from 1 to 999."""

    code = "invalid_quantity"

    def __init__(self) -> None:
        super().__init__(_("Choose a whole number from 1 to 999."), field="quantity")


class NotEnoughLeft(Conflict):
    """More was asked for than can be sold; nothing was changed."""

    code = "out_of_stock"

    def __init__(
        self, *, sku: str, requested_quantity: int, available_quantity: int, is_exact: bool = True
    ) -> None:
        self.available_quantity = available_quantity
        if not available_quantity:
            message = _("This is sold out.")
        elif is_exact:
            message = _("Only %(left)d of this are left.") % {"left": available_quantity}
        else:
            message = _("Not so many of this are left. Choose %(left)d or fewer.") % {
                "left": available_quantity
            }
        super().__init__(
            message,
            field="quantity",
            sku=sku,
            requested_quantity=requested_quantity,
            available_quantity=available_quantity,
        )


class CartChanged(Conflict):
    """What was shown is not what is true now; each problem names its line."""

    code = "cart_changed"

    def __init__(self, problems: Sequence[CartProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            _("Something in your cart has changed. Please look at it again."),
            lines=[problem.to_facts() for problem in self.problems],
        )


class CartOutOfStock(CartChanged):
    """Articles sold out between the look and the order; nothing is held, the cart is as it was."""

    code = "out_of_stock"


@dataclass(frozen=True, kw_only=True)
class MissingStep:
    """A step of the checkout that is not done: cart, contact, address or shipping."""

    step: str


class CheckoutIncomplete(Invalid):
    """Something is still missing before the order can be placed."""

    code = "checkout_incomplete"

    def __init__(self, missing: MissingStep) -> None:
        self.missing = missing
        words = {
            "cart": _("Your cart is empty."),
            "contact": _("Please tell us your e-mail address."),
            "address": _("Please tell us where to deliver."),
            "shipping": _("Please choose how to deliver."),
        }
        super().__init__(words[missing.step], field=missing.step)


class AddressRefused(Invalid):
    """The address breaks its country's rules; `problems` maps field names to words."""

    code = "invalid_address"

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(_("Please check the address."))


class PaymentMethodNotOffered(Invalid):
    """No such way to pay here."""

    code = "invalid_payment_method"

    def __init__(self, code: str) -> None:
        super().__init__(_("This way to pay is not offered here."), field="payment_method", choice=code)


class ShippingMethodNotOffered(Invalid):
    """The method is not offered for this destination, weight and currency."""

    code = "invalid_shipping_method"

    def __init__(self, code: str, *, field: str = "code") -> None:
        super().__init__(
            _("This way of delivery is not offered for this address."),
            field=field,
            choice=code,
        )


class AmountMismatch(Conflict):
    """A payment's amount or currency is not the order's: never taken as paid."""

    code = "amount_mismatch"

    def __init__(self, *, expected: Money, received: Money) -> None:
        self.expected = expected
        self.received = received
        super().__init__(
            _("The payment does not match the order's total."),
            expected=str(expected),
            received=str(received),
        )


class AlreadyShipped(NotAllowed):
    """Something of the order has left the warehouse."""

    code = "already_shipped"

    def __init__(self) -> None:
        super().__init__(_("A part of this order has already been shipped, so it cannot be cancelled."))


class OrderUnderWay(NotAllowed):
    """Something of the order has left the warehouse, or it has ended: it stays as it is."""

    code = "order_under_way"

    def __init__(self) -> None:
        super().__init__(_("This is possible only for an open order of which nothing has left yet."))


class OrderCancelledAlready(NotAllowed):
    """It has ended: nobody is told that it stands."""

    code = "order_cancelled"

    def __init__(self) -> None:
        super().__init__(_("This order was cancelled: there is nothing to confirm."))


class OrderRefunded(NotAllowed):
    """All of the money went back, so no goods leave for it."""

    code = "order_refunded"

    def __init__(self) -> None:
        super().__init__(
            _("All money of this order went back, so nothing of it is packed. Cancel what is still open.")
        )


class LinesNotCancellable(NotAllowed):
    """Single articles are cancelled in a paid, open order only."""

    code = "lines_not_cancellable"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Single articles can be cancelled in a paid, open order only. Otherwise cancel the whole order."
            )
        )


class UnknownCancelReason(Invalid):
    """Why an order ends is one of a few words; what else there is to say belongs into a note."""

    code = "invalid_reason"

    def __init__(self, reason: str) -> None:
        words = ", ".join(CancelReason)
        super().__init__(
            _("An order ends for one of these reasons: %(words)s. Put more into the note.")
            % {"words": words},
            field="reason",
            reason=reason[:40],
        )


class NotDelivered(NotAllowed):
    """The order cannot be completed before it has arrived."""

    code = "not_delivered"

    def __init__(self) -> None:
        super().__init__(_("This order has not been delivered yet."))


class OrderNotFound(NotFound):
    """No such order, or not for who asks: the two cannot be told apart."""

    def __init__(self) -> None:
        super().__init__(_("There is no such order, or the link to it is not complete."))


class UnknownCarrier(NotFound):
    """No carrier has this code."""

    code = "unknown_carrier"

    def __init__(self, carrier: str) -> None:
        super().__init__(_("There is no carrier with this code."), field="carrier", carrier=carrier)


class NothingToShip(NotAllowed):
    """The order is not paid, not open, or the parcel would hold more than is left to ship."""

    code = "nothing_to_ship"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or _("There is nothing to ship in this order."))
