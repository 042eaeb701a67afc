"""What more people in a group mean for the money of each member."""

from payments.domain.states import SUCCEEDED
from payments.locks import lock_payments_of_order
from payments.models import Payment, Refund
from payments.services.refunds import RefundDraft, queue_refund
from shop.kernel.money import Money
from shop.kernel.transactions import transactional


@transactional
def return_group_difference(order_id: int, *, place_id: int, amount: Money) -> Refund | None:
    """Queue the refund of what the group's final price leaves over; None when the payment holds nothing any more.

    Locks the order, then its payments. May be repeated: one refund per place. Publishes RefundQueued.
    """
    kept = [
        payment
        for payment in lock_payments_of_order(order_id)
        if payment.verdict == Payment.Verdict.KEPT and payment.status == SUCCEEDED
    ]
    if not kept or amount.amount <= 0:
        return None
    key = f"group_place:{place_id}"
    known = Refund.objects.filter(dedupe_key=key).first()
    left = kept[0].refundable
    if known is not None or left.amount <= 0:
        return known
    draft = RefundDraft(
        amount=min(amount, left, key=lambda money: money.amount),
        reason=Refund.Reason.GROUP_PRICE,
        dedupe_key=key,
    )
    return queue_refund(kept[0], draft=draft, actor="system")
