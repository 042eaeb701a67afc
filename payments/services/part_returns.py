"""What goes back of a payment that stands: for articles that do not come, or for a price that has fallen."""

from payments.domain.states import SUCCEEDED
from payments.locks import lock_payments_of_order
from payments.models import Payment, Refund
from payments.services.refunds import RefundDraft, queue_refund
from shop.kernel.money import Money
from shop.kernel.transactions import transactional


@transactional
def return_part(order_id: int, *, amount: Money, reason: Refund.Reason, dedupe_key: str) -> Refund | None:
    """Queue the refund of a part of what the order's payment still holds; None when it holds nothing any more.

    Locks the order, then its payments. May be repeated: one refund per `dedupe_key`. Publishes RefundQueued.
    """
    payments = lock_payments_of_order(order_id)
    known = Refund.objects.filter(dedupe_key=dedupe_key).first()
    if known is not None:
        return known
    for payment in payments:
        is_kept = payment.verdict == Payment.Verdict.KEPT and payment.status == SUCCEEDED
        back = min(amount, payment.refundable, key=lambda money: money.amount)
        if is_kept and back.amount > 0:
            draft = RefundDraft(amount=back, reason=reason, dedupe_key=dedupe_key)
            return queue_refund(payment, draft=draft, actor="system")
    return None
