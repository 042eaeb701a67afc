"""The payments in an order's answer of the store API: told to orders, which knows no payment."""

from decimal import Decimal

from orders.queries.payment_parts import PaymentPart, register_payments_reader
from payments.domain.declines import explain_decline
from payments.models import Payment
from payments.queries.orders import api_status
from shop.kernel.money import Money
from shop.kernel.postgres.statements import RowStatement

_PAYMENTS = RowStatement(Payment, "WHERE order_id = %(order_id)s ORDER BY id")


def list_order_payments(order_id: int) -> list[PaymentPart]:
    """Return an order's payments, oldest first; one query."""
    return [_build_part(payment) for payment in _PAYMENTS.run(order_id=order_id)]


def _build_part(payment: Payment) -> PaymentPart:
    status = api_status(payment)
    is_failed, is_kept = status == "failed", payment.verdict == Payment.Verdict.KEPT
    return PaymentPart(
        id=payment.pk,
        gateway=payment.gateway,
        status=status,
        amount=Money(payment.amount, payment.currency),
        created_at=payment.created_at,
        returned=Money(payment.refunded_amount if is_kept else Decimal(0), payment.currency),
        message=explain_decline(payment.decline_code, provider_message=payment.message) if is_failed else "",
    )


register_payments_reader(list_order_payments)
