"""What a cancelled order means for its money."""

from payments.locks import lock_payments_of_order
from payments.models import Payment, Refund
from payments.services.refunds import RefundDraft, queue_refund
from shop.kernel.clock import now
from shop.kernel.transactions import transactional


@transactional
def return_captured_money(order_id: int) -> list[Refund]:
    """Queue a refund of all that the order's payments still hold; open ones are asked about and withdrawn soon.

    Locks the order, then its payments. May be repeated: one refund per payment and cause.
    """
    payments = lock_payments_of_order(order_id)
    for payment in payments:
        if payment.is_open:
            Payment.objects.filter(pk=payment.pk).update(next_check_at=now())
    return [_refund_rest(payment) for payment in payments if payment.refundable.amount > 0]


def _refund_rest(payment: Payment) -> Refund:
    return queue_refund(
        payment,
        draft=RefundDraft(
            amount=payment.refundable,
            reason=Refund.Reason.ORDER_CANCELLED,
            dedupe_key=f"order_cancelled:payment:{payment.pk}",
        ),
        actor="system",
    )
