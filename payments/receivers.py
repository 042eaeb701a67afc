"""What payments does when others state a fact, and whom it tells of its own."""

from orders.domain.events import GroupOrderReleased, OrderCancelled, OrderLinesCancelled
from orders.emails import tell_group_completed, tell_lines_cancelled
from payments.domain.events import PaymentFailed, RefundQueued, RefundSucceeded
from payments.emails import tell_payment_failed, tell_refund_done, tell_refund_queued
from payments.models import Refund
from payments.services.cancellations import return_captured_money
from payments.services.part_returns import return_part
from shop.kernel.events import subscribe
from shop.kernel.money import Money


@subscribe(OrderCancelled)
def refund_cancelled_order(event: OrderCancelled) -> None:
    """What was captured goes back, what is open is withdrawn by the next sweep."""
    return_captured_money(event.order_id)


@subscribe(OrderLinesCancelled)
def refund_cancelled_lines(event: OrderLinesCancelled) -> None:
    """What was paid for the articles goes back, as far as the payment still holds it, and the shopper is told so much."""
    amount = Money(event.amount, event.currency).quantized()
    refund = return_part(
        event.order_id,
        amount=amount,
        reason=Refund.Reason.LINES_CANCELLED,
        dedupe_key=f"order_lines:{event.turn}",
    )
    tell_lines_cancelled(event.order_id, turn=event.turn, returned=_read_amount(refund, event.currency))


@subscribe(GroupOrderReleased)
def refund_group_difference(event: GroupOrderReleased) -> None:
    """More people came than were needed: everybody pays the final price, and is told what goes back."""
    amount = Money(event.returned_amount, event.currency).quantized()
    refund = return_part(
        event.order_id,
        amount=amount,
        reason=Refund.Reason.GROUP_PRICE,
        dedupe_key=f"group_place:{event.place_id}",
    )
    tell_group_completed(
        event.order_id,
        people=event.people,
        percent=event.percent,
        returned=_read_amount(refund, event.currency),
    )


def _read_amount(refund: Refund | None, currency: str) -> Money:
    return (refund.money if refund else Money.zero(currency)).quantized()


@subscribe(PaymentFailed)
def tell_shopper_of_late_failure(event: PaymentFailed) -> None:
    """Who was told to wait hears how it ended."""
    tell_payment_failed(event.payment_id)


@subscribe(RefundQueued)
def tell_shopper_of_returned_money(event: RefundQueued) -> None:
    """Nobody asked for this refund, so it needs a word."""
    tell_refund_queued(event.refund_id)


@subscribe(RefundSucceeded)
def tell_shopper_of_refund(event: RefundSucceeded) -> None:
    """The money is on its way to the card."""
    tell_refund_done(event.refund_id)
