"""Why a payment or a refund is refused."""

from django.utils.translation import gettext_lazy as _

from shop.kernel.errors import Conflict, Invalid, NotAllowed
from shop.kernel.money import Money


class OrderNotPayable(NotAllowed):
    """The order is paid, cancelled, or its goods are no longer held."""

    code = "order_not_payable"


class PaymentInProgress(Conflict):
    """Another payment of the order may still take the money."""

    code = "payment_in_progress"

    def __init__(self, payment_id: int) -> None:
        super().__init__(
            _("A payment of this order is still being processed. Wait for its result before you pay again."),
            payment_id=payment_id,
        )
        self.payment_id = payment_id


class UnknownGateway(Invalid):
    """No such way to pay here."""

    code = "unknown_gateway"

    def __init__(self, gateway: str) -> None:
        super().__init__(_("This payment method is not offered here."), field="gateway", gateway=gateway)


class MethodNotUnderstood(Invalid):
    """No token of this provider; it may be a card number, so it is neither kept nor repeated."""

    code = "invalid_payment_method"

    def __init__(self) -> None:
        super().__init__(
            _("The payment details were not understood. Choose how you want to pay once more."),
            field="method_token",
        )


class GatewayPaused(Conflict):
    """The provider does not answer at the moment; nothing was asked of it."""

    code = "gateway_paused"

    def __init__(self, gateway: str) -> None:
        super().__init__(
            _(
                "This payment method does not answer at the moment. You have not been charged. "
                "Choose another one, or try again in a minute."
            ),
            field="gateway",
            gateway=gateway,
        )


class RefundTooLarge(NotAllowed):
    """More than what is left of the captured amount."""

    code = "refund_too_large"

    def __init__(self, refundable: Money) -> None:
        super().__init__(
            _("At most %(amount)s of this payment can be refunded.") % {"amount": refundable},
            field="amount",
            refundable=refundable,
        )
        self.refundable = refundable


class RefundAskedBefore(Conflict):
    """The page was sent before, with another amount: that one counts."""

    code = "refund_asked_before"

    def __init__(self, asked: Money) -> None:
        super().__init__(
            _("From this page %(amount)s were sent back already. Open it anew to send back more.")
            % {"amount": asked.quantized()},
            field="amount",
            asked=asked,
        )
        self.asked = asked


class NothingToRefund(NotAllowed):
    """The payment holds no money."""

    code = "nothing_to_refund"
