"""What articles taken out of an order mean for its money."""

from payments.domain.states import SUCCEEDED
from payments.locks import lock_payments_of_order
from payments.models import Payment, Refund
from payments.services.refunds import RefundDraft, queue_refund
from shop.kernel.money import Money
from shop.kernel.transactions import transactional


@transactional
def return_line_money(order_id: int, *, turn: int, amount: Money) -> Refund | None:
    """Queue the refund of what was paid for articles that do not come; None when the payment holds nothing any more.

    Locks the order, then its payments. May be repeated: one refund per `turn`. Publishes RefundQueued.
    """
    key = f"order_lines:{turn}"
    payments = lock_payments_of_order(order_id)
    known = Refund.objects.filter(dedupe_key=key).first()
    if known is not None:
        return known
    for payment in payments:
        is_kept = payment.verdict == Payment.Verdict.KEPT and payment.status == SUCCEEDED
        back = min(amount, payment.refundable, key=lambda money: money.amount)
        if is_kept and back.amount > 0:
            draft = RefundDraft(amount=back, reason=Refund.Reason.LINES_CANCELLED, dedupe_key=key)
            return queue_refund(payment, draft=draft, actor="system")
    return None
