"""Every row lock of payments, in the house's one order: order, (stock), payment, refund, callback."""

from orders.locks import lock_order
from payments.models import GatewayCallback, Payment, ReconciliationCase, Refund


def lock_payment(payment_id: int) -> Payment:
    """The order first, then the payment; as they are now. Raises Payment.DoesNotExist."""
    order = lock_order(Payment.objects.values_list("order_id", flat=True).get(pk=payment_id))
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.order = order
    return payment


def lock_payments_of_order(order_id: int) -> list[Payment]:
    """The order first, then all its payments by primary key."""
    order = lock_order(order_id)
    payments = list(Payment.objects.select_for_update().filter(order_id=order_id).order_by("pk"))
    for payment in payments:
        payment.order = order
    return payments


def lock_refund(refund_id: int) -> Refund:
    """Order, payment, refund; `refund.payment` is the locked payment. Raises Refund.DoesNotExist."""
    payment = lock_payment(Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    refund.payment = payment
    return refund


def lock_callback(callback_id: int) -> GatewayCallback:
    """After the payment that it is about, if any."""
    return GatewayCallback.objects.select_for_update().get(pk=callback_id)


def lock_case(case_id: int) -> ReconciliationCase:
    """Alone: a case moves no money."""
    return ReconciliationCase.objects.select_for_update().get(pk=case_id)
